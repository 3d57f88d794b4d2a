"""The facts of notes, as case files in tests/cases/parse.

A case is a note and all its facts, one per line in order of place: line:column, kind, fields. Under `shown` may stand
what a reader sees of it, under `uncommented` its body without comments. VAULTKIT_REWRITE=1 writes what was found.
"""

import json

import pytest

from casefile import REWRITE, read_cases, rewrite
from vaultkit.model.text import LineIndex
from vaultkit.parse.inline import without_comments
from vaultkit.parse.note import parse
from vaultkit.parse.reading import visible

NAMES = {"footnotes": "footnote", "external": "external", "math": "math", "code": "code"}


def lines_of(text):
    """A line for every fact."""
    facts, index = parse(text), LineIndex(text)
    found = []
    for name, group in facts._asdict().items():
        if name != "frontmatter":
            for fact in group:
                place = index.position((fact.id_span if name == "blocks" else fact.span).start)
                found.append((place, f"{place.line}:{place.column} {NAMES.get(name, name[:-1])} {told(fact, text)}"))
    return [line for _, line in sorted(found, key=lambda item: item[0])]


def told(fact, text):
    """The fields of a fact that say something; a span as the text that stands there."""
    told = []
    for name, value in fact._asdict().items():
        if name in ("span", "id_span", "covers"):
            told.append(f"{name}={json.dumps(text[slice(*value)], ensure_ascii=False)}")
        elif name not in ("text_start", "rules_start") and value not in (None, "", False):
            told.append(f"{name}={json.dumps(value, ensure_ascii=False)}")
    return " ".join(told)


@pytest.mark.parametrize("case", read_cases("parse"), ids=str)
def test_case(case):
    text = next(block for block in case.blocks if block.kind == "md").data.decode()
    facts = parse(text)
    found = {
        "facts": lines_of(text),
        "shown": visible(text, facts).split("\n"),
        "uncommented": without_comments(text, facts).split("\n"),
    }
    expected = {block.kind: number for number, block in enumerate(case.blocks) if block.kind in found}
    if REWRITE:
        more = [] if "facts" in expected else ["", "```facts note.md", *found["facts"], "```"]
        rewrite(case, {number: found[kind] for kind, number in expected.items()}, more)
        return
    assert expected, f"{case.file}:{case.line}: the case expects nothing (VAULTKIT_REWRITE=1 writes what is found)"
    for kind, number in expected.items():
        assert found[kind] == case.blocks[number].lines, f"{case.file}:{case.blocks[number].first + 1}"
