"""Which rules hold for a note: defaults, then `rules`, then the overrides that fit, in their order."""

from typing import Literal, NamedTuple

import pytest

from vaultkit import registry
from vaultkit.config import Config
from vaultkit.errors import SetupError
from vaultkit.lint.rule import Rule
from vaultkit.lint.ruleset import rules_for
from vaultkit.model.diagnostic import Severity
from vaultkit.model.note import NO_FACTS, FrontMatter, Note, NotePath
from vaultkit.model.text import Span
from vaultkit.schema.validated import validated


class Limits(NamedTuple):
    max_count: int = 3
    style: Literal["short", "long"] = "short"

    def check(self):
        if self.max_count < 0:
            raise ValueError("`max-count` is less than nothing")


def nothing(ctx):
    yield from ()


RULES = {
    "always": Rule("always", nothing, Severity.ERROR, None, ""),
    "limits": Rule("limits", nothing, Severity.WARNING, Limits, ""),
    "seldom": Rule("seldom", nothing, None, None, ""),
}


@pytest.fixture(autouse=True)
def _these_rules(monkeypatch):
    monkeypatch.setattr(registry, "names", lambda package: tuple(sorted(RULES)))

    def load(package, name):
        if name not in RULES:
            raise SetupError(f"there is no rule `{name}`", do=registry.suggest(name, RULES))
        return RULES[name]

    monkeypatch.setattr(registry, "load", load)


def note(path, **properties):
    return Note(NotePath(path), "", NO_FACTS._replace(frontmatter=FrontMatter("valid", Span(0, 0), properties)))


def holding(config, path, **properties):
    active = rules_for(validated(Config, config))(note(path, **properties))
    return {rule.name: (rule.severity.label, rule.options) for rule in active}


def test_defaults():
    assert holding({}, "a.md") == {"always": ("error", None), "limits": ("warning", Limits())}


def test_rules_overrides_and_their_order():
    config = {
        "rules": {"always": "off", "limits": {"max-count": 5}, "seldom": {"severity": "info"}},
        "overrides": [
            {"match": {"path": "Sub/**"}, "rules": {"always": "warning", "limits": {"severity": "error"}}},
            {"match": {"property": "draft"}, "rules": {"always": "off", "limits": {"style": "long"}}},
        ],
    }
    assert holding(config, "a.md") == {"limits": ("warning", Limits(5)), "seldom": ("info", None)}
    assert holding(config, "Sub/a.md") == {
        "always": ("warning", None),
        "limits": ("error", Limits(5)),
        "seldom": ("info", None),
    }
    assert holding(config, "Sub/a.md", draft=True) == {"limits": ("error", Limits(5, "long")), "seldom": ("info", None)}


def test_options_alone_do_not_turn_a_rule_on():
    assert "seldom" not in holding({"rules": {"seldom": {}}}, "a.md")


def test_notes_with_the_same_overrides_share_one_answer():
    config = validated(Config, {"overrides": [{"match": {"path": "Sub/**"}, "rules": {"always": "off"}}]})
    rules = rules_for(config)
    assert rules(note("a.md")) is rules(note("b.md"))
    assert rules(note("Sub/a.md")) is rules(note("Sub/b.md"))
    assert rules(note("a.md")) is not rules(note("Sub/a.md"))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (
            {"limits": {"max-cuont": 1}},
            "the rule `limits` has no option `max-cuont`\n  help: did you mean `max-count`?",
        ),
        (
            {"limits": {"max_count": 1}},
            "the rule `limits` has no option `max_count`\n  help: did you mean `max-count`?",
        ),
        ({"limits": {"max-count": "many"}}, "the option `max-count` of `limits` should be a valid integer"),
        ({"limits": {"style": "middle"}}, "the option `style` of `limits` should be 'short' or 'long'"),
        ({"limits": {"max-count": -1}}, "the rule `limits` cannot be set up so: `max-count` is less than nothing"),
        ({"always": {"x": 1}}, "the rule `always` has no option `x`\n  help: there is: `severity`"),
        ({"alway": "off"}, "there is no rule `alway`\n  help: did you mean `always`?"),
    ],
)
@pytest.mark.parametrize("place", ["rules", "overrides"])
def test_mistakes_are_found_before_any_note_is_checked(setting, words, place):
    config = {"rules": setting} if place == "rules" else {"overrides": [{"match": {"path": "x"}, "rules": setting}]}
    with pytest.raises(SetupError) as caught:
        rules_for(validated(Config, config))
    assert str(caught.value).startswith(words)
