"""Schemas that hold for one note: what they ask for together, and contradictions, named with both places."""

import pytest

from schema.note_checks import said
from vaultkit.errors import SetupError
from vaultkit.schema.agreement import agree
from vaultkit.schema.note_schema import load_schema


def pair(one, other):
    return load_schema(one, "schemas/one.yaml"), load_schema(other, "schemas/other.yaml")


CONTRADICTIONS = {
    "types": (
        "properties: { a: { type: text } }",
        "properties:\n  a: { type: number }",
        "text in one and number",
        1,
        2,
    ),
    "a date and a link": ("properties: { a: { type: date } }", "properties: { a: { type: link } }", "`a`", 1, 1),
    "values": ("properties: { a: { enum: [x, y] } }", "properties: { a: { enum: [z] } }", "no value", 1, 1),
    "a value": ("properties: { a: { const: x } }", "properties: { a: { enum: [y, z] } }", "no value", 1, 1),
    "ranges": ("properties: { a: { minimum: 5 } }", "properties: { a: { maximum: 4 } }", "minimum of 5", 1, 1),
    "ranges the other way": (
        "properties: { a: { maxItems: 1 } }",
        "properties: { a: { minItems: 2 } }",
        "minItems of 2",
        1,
        1,
    ),
    "bounds that leave nothing": (
        "properties: { a: { exclusiveMinimum: 4 } }",
        "properties: { a: { maximum: 4 } }",
        "exclusiveMinimum of 4",
        1,
        1,
    ),
    "values that the other rules out": (
        "properties: { a: { enum: [1, 2] } }",
        "properties:\n  a: { minimum: 3 }",
        "does not allow",
        1,
        2,
    ),
    "sections within sections": (
        "sections: { items: [{ heading: A, sections: { items: [{ heading: B }, { heading: C }] } }] }",
        "sections: { items: [{ heading: A, sections: { items: [{ heading: C }, { heading: B }] } }] }",
        "opposite order",
        1,
        1,
    ),
    "content": (
        "sections: { items: [{ heading: A, content: { minWords: 9 } }] }",
        "sections: { items: [{ heading: A, content: { maxWords: 8 } }] }",
        "at least 9 words",
        1,
        1,
    ),
    "levels": ("sections: { level: 1, items: [] }", "sections: { level: 2, items: [] }", "level 1", 1, 1),
    "order": (
        "sections: { items: [{ heading: A }, { heading: B }] }",
        "sections: { items: [{ heading: b }, { heading: a }] }",
        "opposite order",
        1,
        1,
    ),
    "number of times": (
        "sections: { items: [{ heading: A, repeat: { min: 2, max: 3 } }] }",
        "sections: { items: [{ heading: A }] }",
        "too often",
        1,
        1,
    ),
}


@pytest.mark.parametrize(("one", "other", "words", "line", "second"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_contradiction_names_both_files(one, other, words, line, second):
    with pytest.raises(SetupError) as caught:
        agree(pair(one, other))
    assert caught.value.where == f"schemas/one.yaml:{line}"
    assert f"schemas/other.yaml:{second}" in caught.value.what
    assert words in caught.value.what
    with pytest.raises(SetupError):
        agree(pair(other, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("properties: { a: { type: text } }", "properties: { a: { type: [number, text] } }"),
        ("properties: { a: { type: date } }", "properties: { a: { type: datetime } }"),
        ("properties: { a: { type: tags } }", "properties: { a: { type: list } }"),
        ("properties: { a: { type: link } }", "properties: { a: { type: text } }"),
        ("properties: { a: {} }", "properties: { a: { type: number } }"),
        ("properties: { a: { enum: [x, y] } }", "properties: { a: { const: y } }"),
        ("properties: { a: { minimum: 5 } }", "properties: { a: { maximum: 5 } }"),
        ("properties: { a: { required: true } }", "additionalProperties: false"),
        ("sections: { level: any, items: [] }", "sections: { level: 2, items: [] }"),
        (
            "sections: { items: [{ heading: A }, { heading: B }] }",
            "sections: { order: any, items: [{ heading: B }, { heading: A }] }",
        ),
        (
            "sections: { items: [{ heading: A }, { heading: B }, { heading: C }] }",
            "sections: { items: [{ heading: A }, { heading: C, required: false }, { heading: B }] }",
        ),
    ],
)
def test_what_one_note_can_satisfy_is_no_contradiction(one, other):
    agree(pair(one, other))
    agree(pair(other, one))


def test_a_note_that_contradicting_schemas_govern_is_refused():
    with pytest.raises(SetupError, match="no note can satisfy both"):
        said("---\na: 1\n---\n", *pair("properties: { a: { type: text } }", "properties: { a: { type: number } }"))


def test_what_two_schemas_ask_for_is_one_finding_each():
    one, other = pair(
        "properties: { a: { required: true }, b: { type: text } }\n"
        "sections: { items: [{ heading: A }, { heading: B }] }",
        "properties: { a: { required: true }, b: { minLength: 3 } }\n"
        "sections: { items: [{ heading: B }, { heading: C }] }",
    )
    found = said("---\nb: x\n---\n# a\nText.\n", one, other)
    assert [item.split(":")[0] for item in found] == [
        "property-missing",
        "property-constraint",
        "section-missing",
        "section-missing",
    ]
