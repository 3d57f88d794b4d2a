"""The work on a note grows in proportion to it, counted in calls, whatever its headings are."""

import sys

import pytest

from schema.note_checks import active_rules, findings
from vaultkit.lint.rule import RuleSet
from vaultkit.schema.note_schema import load_schema

RULES = RuleSet(rule for rule in active_rules() if rule.name.startswith(("section-", "property-", "title-")))
REPEATED = load_schema(
    "sections: { items: [{ heading: A, repeat: { max: null } }, { heading: B, repeat: { max: null } },"
    " { heading: Ends, aliases: [{ pattern: '^x+$' }] }, { heading: Questions }] }",
    "repeated.yaml",
)
CLOSED = load_schema(
    "sections: { additional: false, items: [{ heading: A }, { heading: Notes }, { heading: Questions }] }",
    "closed.yaml",
)
NESTED = load_schema(
    "sections: { items: [{ heading: A, repeat: { max: null }, sections: { items: [{ heading: Seen },"
    " { heading: Eaten, sections: { items: [{ heading: Deep }] } }] } }] }",
    "nested.yaml",
)
LISTS = load_schema(
    "properties: { list: { type: list, uniqueItems: true, items: { type: text, enum: [a, b] } } }", "lists.yaml"
)

SHAPES = {
    "two blocks changed over": (REPEATED, lambda n: "# B\nx\n" * n + "# A\nx\n" * n),
    "taking turns": (REPEATED, lambda n: "# B\nx\n# A\nx\n" * n),
    "all levels": (REPEATED, lambda n: "".join(f"{'#' * (1 + i % 6)} A\nx\n" for i in range(n))),
    "wrong level": (CLOSED, lambda n: "# A\nx\n" + "## Notes\nx\n" * n),
    "near misses": (CLOSED, lambda n: "# A\nx\n" + "# Notse\nx\n" * n),
    "repeated": (CLOSED, lambda n: "# Notes\n" * n),
    "unexpected": (CLOSED, lambda n: "# A\n" + "".join(f"# u{i}\n" for i in range(n))),
    "inner ones missing": (NESTED, lambda n: "# A\nx\n" * n),
    "inner ones of inner ones missing": (NESTED, lambda n: "# A\n## Eaten\nx\n" * n),
    "comments": (CLOSED, lambda n: "# Notes\n" + "%% c %%\n\n" * n + "# A\n# Questions"),
    "items": (LISTS, lambda n: f"---\nlist: [{', '.join(f'c{i}' for i in range(n))}]\n---\n"),
}


def calls(text, schema):
    """The number of calls that a check makes, of Python and C functions."""
    count = 0

    def seen(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        findings(text, schema, rules=RULES)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(("schema", "shape"), SHAPES.values(), ids=SHAPES)
def test_twice_the_note_is_twice_the_work(schema, shape):
    findings(shape(9), schema, rules=RULES)
    small, large = calls(shape(150), schema), calls(shape(300), schema)
    assert large < 2.4 * small


ENTRIES = {
    "all there": lambda n: "".join(f"# Heading number {i}\nx\n" for i in range(n)),
    "all missing": lambda n: "",
    "all in opposite order": lambda n: "".join(f"# Heading number {i}\nx\n" for i in reversed(range(n))),
    "all on another level": lambda n: (
        "# Heading number 0\nx\n" + "".join(f"### Heading number {i}\nx\n" for i in range(n))
    ),
}


@pytest.mark.parametrize("shape", ENTRIES.values(), ids=ENTRIES)
def test_twice_the_sections_of_a_schema_is_twice_the_work_for_each_heading(shape):
    def work(entries, headings):
        items = ", ".join(f"{{ heading: Heading number {i} }}" for i in range(entries))
        schema = load_schema(f"sections: {{ items: [{items}] }}", "many.yaml")
        text = shape(entries) + "".join(f"# Quite another {i}\nx\n" for i in range(headings))
        findings(text, schema, rules=RULES)
        return calls(text, schema)

    few, more, most = work(20, 20), work(40, 20), work(40, 40)
    assert more < 2.4 * few
    assert most < 2.4 * more
