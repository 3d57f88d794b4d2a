"""The options of every rule: what is wrong with them is one message with its place, before any note is checked."""

import pytest

from vaultkit import registry
from vaultkit.config import Config
from vaultkit.errors import SetupError
from vaultkit.lint.described import options_of
from vaultkit.lint.rule import Rule
from vaultkit.lint.ruleset import rules_for
from vaultkit.model.note import NO_FACTS, Note
from vaultkit.schema.validated import validated
from vaultkit.session import Session
from vaultkit.vault.settings import load_config

RULES = {name: registry.load("vaultkit.rules", name) for name in registry.names("vaultkit.rules")}
OPTIONS = [(rule.name, option) for rule in RULES.values() for option in options_of(rule)]
WRONG = {"a text": "no such thing", "a number": 17, "a truth": True, "a list": [["x"]], "a mapping": {"x": {"y": "z"}}}


def refusal(vault, text):
    root = vault({"vaultkit.yaml": text})
    with pytest.raises(SetupError) as caught:
        rules_for(load_config(root))
    return str(caught.value)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("place", ["rules", "overrides"])
def test_an_option_that_does_not_exist(vault, name, place):
    before = "rules:\n" if place == "rules" else "overrides:\n  - match: { path: x }\n    rules:\n"
    line = before.count("\n") + 2
    words = refusal(vault, f"{before}      {name}:\n        sevrity: error\n")
    assert f"vaultkit.yaml:{line}: the rule `{name}` has no option `sevrity`" in words
    assert "did you mean `severity`?" in words


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=str)
def test_an_option_that_is_nearly_spelled_right(vault, name, option):
    words = refusal(vault, f"rules:\n  {name}:\n    {option.name}x: 1\n")
    assert f"vaultkit.yaml:3: the rule `{name}` has no option `{option.name}x`" in words
    assert f"did you mean `{option.name}`?" in words


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=str)
def test_values_of_another_type(vault, name, option):
    refused = []
    for kind, value in WRONG.items():
        config = validated(Config, {"rules": {name: {option.name: value}}})
        try:
            rules_for(config)
        except SetupError as error:
            assert f"`{name}`" in error.what and f"`{option.name}`" in error.what
            refused.append(kind)
    assert len(refused) >= 3, "an option of one type takes no others"
    words = refusal(vault, f"rules:\n  {name}:\n    {option.name}: {{ a: {{ b: [1] }} }}\n")
    assert f"vaultkit.yaml:3: the option `{option.name}` of `{name}`" in words


@pytest.mark.parametrize("name", RULES)
def test_a_default_can_be_written_down(name):
    rule: Rule = RULES[name]
    written = {option.name: option.default for option in options_of(rule)}
    rules = rules_for(validated(Config, {"rules": {name: {"severity": "info", **written}}}))
    path = "a.png" if rule.over == "other files" else "a.md"
    [active] = [active for active in rules(Note(path, "", NO_FACTS)) if active.name == name]
    assert (active.severity.label, active.options) == ("info", rule.options() if rule.options else None)


def test_a_glob_of_the_vocabulary_that_cannot_be_read(vault):
    words = refusal(vault, "rules:\n  tag-unknown:\n    vocabulary: ['book/{a']\n")
    assert "vaultkit.yaml:2: the rule `tag-unknown` cannot be set up so: `{` is never closed" in words


@pytest.mark.parametrize("name", RULES)
def test_every_rule_can_be_turned_off_and_on_for_some_notes(name):
    config = {"rules": {name: "off"}, "overrides": [{"match": {"path": "Sub/**"}, "rules": {name: "error"}}]}
    rules = rules_for(validated(Config, config))
    assert name not in [active.name for active in rules(Note("a.md", "", NO_FACTS))]
    assert (name, "error") in [(active.name, active.severity.label) for active in rules(Note("Sub/a.md", "", NO_FACTS))]


def test_types_of_the_app_are_taken_anew_when_they_change(vault):
    root = vault({".obsidian/types.json": '{"types": {"mood": "text"}}', "a.md": "---\nmood: fine\n---\n"})
    found = []
    for types in ('{"types": {"mood": "text"}}', '{"types": {"Mood": "number"}}', "{", '{"types": {"mood": 3}}'):
        vault({".obsidian/types.json": types})
        session = Session.open(root)
        session.refresh()
        found.append([item.message for item in session.diagnostics().diagnostics])
    assert found == [[], ["`mood` is text here, and its type is `number`"], [], []]
