"""A vault with one of every mistake, one to a note: all are found, each is one finding, and nothing else is found."""

import pytest

from vaultkit import registry
from vaultkit.session import Session

ALL = registry.names("vaultkit.rules")
OPTIONS = {"tag-unknown": "vocabulary: [paper, place]", "publish-size": "megabytes: 0.001"}
CONFIG = """
schemas:
  - use: reading-note
    match: { path: "Reading/**" }
  - use: paper
    match: { path: "Papers/**" }
publish: {}
overrides:
  - match: { path: "Reading/**" }
    rules: { single-h1: off, note-orphan: off }
rules:
""" + "".join(f"  {name}: {{ severity: warning, {OPTIONS.get(name, '')} }}\n" for name in ALL)
SCHEMA = """
name: paper
properties:
  title: { type: text, required: true }
  kind: { type: text, enum: [article, book] }
  pages: { type: number, minimum: 1 }
  started: { type: date }
  finished: { type: date }
  id: { type: text, unique: true }
  publish: { type: checkbox }
additionalProperties: false
compare:
  - { left: finished, op: ">=", right: started }
filename: { pattern: "^[a-z0-9-]+$" }
title: { from: [property, heading, filename], must-agree: true }
sections:
  level: 2
  additional: false
  items:
    - heading: Summary
      content: { minWords: 2 }
    - heading: Sources
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
PAPER = """---
title: NAME
kind: article
pages: 12
started: 2024-01-02
finished: 2024-02-03
publish: false
---
# NAME

#paper of [[Start]]

## Summary

Two words.

## Sources

- one
"""


def instead(old, new):
    assert old in RIGHT + PAPER
    return lambda text: text.replace(old, new)


def behind(more):
    return lambda text: f"{text}\n{more}\n"


def public(more):
    return lambda text: f"{text.replace('publish: false', 'publish: true').replace('[[Start]]', 'x')}\n{more}\n"


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


IN_PAPERS = {
    "property-enum": instead("kind: article", "kind: film"),
    "property-constraint": instead("pages: 12", "pages: 0"),
    "property-condition": instead("finished: 2024-02-03", "finished: 2023-02-03"),
    "property-unknown": instead("pages: 12", "colour: red"),
    "property-not-unique": instead("pages: 12", "id: same"),
    "section-unexpected": behind("## Extra\n\nMore."),
    "section-content": instead("Two words.", "One."),
    "title-mismatch": instead("# NAME", "# Another"),
    "filename-pattern": lambda text: text,
    "heading-duplicate": behind("### Same\n\nA.\n\n### Same\n\nB."),
    "heading-increment": behind("#### Deep\n\nWords."),
    "single-h1": instead("\n#paper", "\n# NAME\n\n#paper"),
    "link-ambiguous": behind("[[twin]]"),
    "link-case": behind("[[start]]"),
    "link-self": behind("[[link-self]]"),
    "note-orphan": lambda text: text,
    "block-id-invalid": behind("Words. ^a_b"),
    "tag-unknown": behind("#colour"),
    "tag-variant": behind("#Place"),
    "image-alt": public("![[pic.png]]"),
    "publish-link-private": public("[[right]]"),
    "publish-embed-private": public("![[right]]"),
    "publish-secret": public("-----BEGIN RSA PRIV" + "ATE KEY-----\n" + "b9T2039BICbtw5ze9lfA" * 3),
    "publish-local-path": public("`/home/jane/vault/x`"),
    "publish-unsupported": public("```dataview\nLIST\n```"),
    "publish-size": public("[[large.zip]]"),
    "trailing-whitespace": instead("Two words.", "Two words. "),
    "mixed-line-endings": instead("Two words.\n", "Two words.\r\n"),
    "final-newline": lambda text: text.removesuffix("\n"),
    "too-complex": behind("*a_" * 20000),
    "too-large": behind("long line\n" * 300_000),
}
LOOSE = {
    "property-type-conflict": "---\nrating: high\n---\n",
    "filename-portable": "",
    "publish-value": "---\npublish: yes\n---\n",
    "publish-permalink": "---\npublish: true\npermalink: ../up\n---\n",
    "publish-conflict": "---\npublish: true\npermalink: /one\n---\n",
}
NAMES = {"filename-pattern": "filename_pattern", "filename-portable": "filename-portable?"}
ELSEWHERE = {"attachment-orphan", "unreadable", "link-external"}
"""Two are shown below, and what is dead on the web has tests of its own."""
HELPERS = {
    "Papers/same-id.md": PAPER.replace("NAME", "same-id").replace("pages: 12", "id: same"),
    "Loose/first-claim.md": "---\npublish: true\npermalink: /one\n---\n#place\n",
    "One/twin.md": "#place [[Start]]\n",
    "Other/Two/twin.md": "#place [[Start]]\n",
    "Other/rating 1.md": "---\nrating: 1\n---\n#place [[Start]]\n",
    "Other/rating 2.md": "---\nrating: 2\n---\n#place [[Start]]\n",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    vault = tmp_path_factory.mktemp("vault")
    files = {f"Reading/{name}.md": text for name, text in _notes(RIGHT, MISTAKES).items()}
    papers = _notes(PAPER, {**IN_PAPERS, "right": lambda text: text})
    files |= {f"Papers/{NAMES.get(name, name)}.md": text for name, text in papers.items()}
    files |= {f"Loose/{NAMES.get(name, name)}.md": text for name, text in LOOSE.items()}
    start = [f"[[{path.removesuffix('.md')}]]" for path in (*files, *HELPERS) if "note-orphan" not in path]
    start += ["[[heading-duplicate#Same]]", "[[pic.png]]", "[[large.zip]]"]
    files |= HELPERS | {"Start.md": "#place\n" + "\n".join(start) + "\n"}
    files |= {
        "vaultkit.yaml": CONFIG,
        "schemas/paper.yaml": SCHEMA,
        "lonely.png": "",
        "pic.png": "",
        "large.zip": "x" * 2000,
    }
    for name, text in files.items():
        (vault / name).parent.mkdir(parents=True, exist_ok=True)
        (vault / name).write_bytes(text.encode())
    (vault / "unreadable.md").symlink_to("Start.md")
    session = Session.open(str(vault))
    session.refresh()
    rules = {path: [] for path in (*files, "unreadable.md")}
    for item in session.diagnostics().diagnostics:
        rules[item.path].append(item.rule)
    return rules


def _notes(right, mistakes):
    return {name: damage(right).replace("NAME", NAMES.get(name, name)) for name, damage in mistakes.items()}


def _places():
    yield from ((name, f"Reading/{name}.md") for name in MISTAKES)
    yield from ((name, f"Papers/{NAMES.get(name, name)}.md") for name in IN_PAPERS)
    yield from ((name, f"Loose/{NAMES.get(name, name)}.md") for name in LOOSE)
    yield from (("attachment-orphan", "lonely.png"), ("unreadable", "unreadable.md"))
    yield from (("property-not-unique", "Papers/same-id.md"), ("publish-conflict", "Loose/first-claim.md"))


@pytest.mark.parametrize(("rule", "path"), [*_places()])
def test_a_mistake_is_one_finding(found, rule, path):
    assert found[path] == [rule]


def test_nothing_else_is_found(found):
    meant = {path for _, path in _places()}
    assert {path: rules for path, rules in found.items() if rules and path not in meant} == {}


def test_every_rule_has_its_mistake():
    assert {*MISTAKES, *IN_PAPERS, *LOOSE} | ELSEWHERE == set(ALL)
