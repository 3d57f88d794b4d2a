"""Every rule has its page in the docs, and the page says what the rule says now."""

import json
import re

import pytest

from casefile import REWRITE, read_cases
from rule_pages import FOLDER, pages
from vaultkit import registry
from vaultkit.cli import rules as rules_command
from vaultkit.lint.described import options_of

PAGES = pages()
RULES = {name: registry.load("vaultkit.rules", name) for name in registry.names("vaultkit.rules")}


def test_there_is_a_page_for_each_rule_and_no_other():
    if REWRITE:
        FOLDER.mkdir(exist_ok=True)
        for file in FOLDER.iterdir():
            file.unlink()
        for name, text in PAGES.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
    assert {file.name for file in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_stale(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "VAULTKIT_REWRITE=1 writes it anew"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_its_fixes_are(name):
    shown = {
        kind
        for case in read_cases("rules")
        for rule, kind in _fixes(case.findings.lines if case.findings else [])
        if rule == name
    }
    assert RULES[name].fixable == (" or ".join(sorted(shown)) or "no")


def _fixes(lines):
    rule = ""
    for line in lines:
        if found := re.match(r"\S.*? (?:error|warning|info)\[([a-z0-9-]+)\]", line):
            rule = found[1]
        elif found := re.match(r"  fix: .*\((safe|unsafe)\)$", line):
            yield rule, found[1]


@pytest.mark.parametrize("name", RULES)
def test_every_option_is_explained(name):
    for option in options_of(RULES[name]):
        assert option.meaning, f"the docstring of the options says nothing of `{option.name}`"
        assert not option.type.startswith("<"), f"the type of `{option.name}` has no words"


def test_programs_can_read_what_rules_there_are(capsys):
    class Arguments:
        json = True

    rules_command.run(Arguments)
    told = {rule["name"]: rule for rule in json.loads(capsys.readouterr().out)["rules"]}
    assert set(told) == set(RULES)
    assert told["section-renamed"] == {
        "name": "section-renamed",
        "severity": "warning",
        "fixable": "safe or unsafe",
        "summary": "A heading is nearly the title of a required section, or another name of one.",
        "options": {
            "canonical": {
                "type": "true or false",
                "default": False,
                "meaning": "report aliases too, so that all notes come to use the title of the schema.",
            }
        },
        "doc": RULES["section-renamed"].doc,
    }
    assert {rule["fixable"] for rule in told.values()} == {"no", "safe", "unsafe", "safe or unsafe"}
    assert {rule["severity"] for rule in told.values()} == {"off", "warning", "error"}
