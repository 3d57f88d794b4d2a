"""A vault with many mistakes, one to a note: all are found, each is one finding, and nothing else is found."""

import pytest

from vaultkit.session import Session

CONFIG = """
schemas:
  - use: reading-note
    match: { path: "Reading/**" }
"""
RIGHT = """---
layout: post
title: What was read
date: 2024-11-21
categories: [ml]
---
# Notes

- one

# Takeaways

- two

# Questions

- three?
"""


def instead(old, new):
    assert old in RIGHT
    return lambda text: text.replace(old, new)


def behind(more):
    return lambda text: f"{text}\n{more}\n"


MISTAKES = {
    "property-invalid-date": instead("2024-11-21", "2024-02-30"),
    "property-missing": instead("title: What was read\n", ""),
    "property-type": instead("title: What was read", "title: [What, was]"),
    "property-unquoted-link": instead("layout: post", "layout: post\nup: [[right]]"),
    "property-broken-link": instead("layout: post", 'layout: post\nup: "[[Nowhere at all]]"'),
    "property-deprecated": instead("layout: post", "layout: post\nalias: [Other]"),
    "frontmatter-invalid-yaml": instead("What was read", "What: was read"),
    "frontmatter-duplicate-key": instead("layout: post", "layout: post\nlayout: post"),
    "frontmatter-unclosed": instead("[ml]\n---\n", "[ml]\n"),
    "frontmatter-missing": lambda text: text.partition("---\n# ")[2].join(("# ", "")),
    "tag-invalid": instead("layout: post", "layout: post\ntags: [two words]"),
    "section-missing": instead("# Questions\n\n- three?\n", ""),
    "section-renamed": instead("# Takeaways", "# Take-aways"),
    "section-empty": instead("- three?\n", ""),
    "section-order": lambda text: (
        text.replace("# Questions", "# X").replace("# Takeaways", "# Questions").replace("# X", "# Takeaways")
    ),
    "section-level": instead("# Takeaways", "## Takeaways"),
    "section-duplicate": behind("# Questions\n\n- four?"),
    "link-broken": behind("[[Nowhere at all]]"),
    "link-broken-heading": behind("[[right#Nothing like it]]"),
    "link-broken-block": behind("[[right#^nothing]]"),
    "link-malformed": behind("[[]]"),
    "link-unescaped-pipe": behind("| a | b |\n| -- | -- |\n| [[right|x]] | y |"),
    "embed-broken": behind("![[nowhere.png]]"),
    "embed-cycle": behind("![[embed-cycle]]"),
    "embed-invalid-size": behind("![[pic.png|300x]]"),
    "callout-unknown": behind("> [!notte] A box"),
    "comment-unclosed": behind("%% never closed"),
    "fence-unclosed": behind("```\ncode"),
    "math-unclosed": behind("$$\nx + y"),
    "footnote-broken": behind("A claim.[^9]"),
    "block-id-duplicate": behind("One. ^same\n\nTwo. ^same"),
    "merge-conflict": behind("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other"),
    "suppression-unknown": behind("%% vaultkit-disable-line link-brokn %%"),
    "suppression-unused": behind("%% vaultkit-disable-line link-broken %%"),
    "encoding": behind("A NUL: \0"),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    vault = tmp_path_factory.mktemp("vault")
    (vault / "vaultkit.yaml").write_text(CONFIG)
    (vault / "Reading").mkdir()
    (vault / "pic.png").write_bytes(b"")
    notes = {"right": RIGHT} | {name: damage(RIGHT) for name, damage in MISTAKES.items()}
    for name, text in notes.items():
        (vault / "Reading" / f"{name}.md").write_text(text)
    session = Session.open(str(vault))
    session.refresh()
    rules = {name: [] for name in notes}
    for item in session.diagnostics().diagnostics:
        rules[item.path.removeprefix("Reading/").removesuffix(".md")].append(item.rule)
    return rules


@pytest.mark.parametrize("rule", MISTAKES)
def test_a_mistake_is_one_finding(found, rule):
    assert found[rule] == [rule]


def test_the_note_without_a_mistake_has_none(found):
    assert found["right"] == []
