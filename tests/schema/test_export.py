"""What is exported takes what vaultkit takes, and nothing else that a JSON Schema can tell."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schema.test_json_schema import loaded
from vaultkit.errors import SetupError
from vaultkit.schema.export import json_schema_of, lost, not_editable, obsidian_types
from vaultkit.schema.note_schema import load_schema
from vaultkit.schema.properties import property_faults
from vaultkit.schema.value_types import is_unquoted_link

TYPES = ["text", "number", "checkbox", "date", "datetime", "list", "tags", "aliases", "link", "object", "any"]
_scalars = st.sampled_from(
    [None, True, False, 0, 1, 2.5, "", " ", "a", "abc", "x y", "draft", "2024-01-05", "2024-1-5", "09:30",
     "2024-01-05 9:30:00 -0400", "2024-01-05T09:30:00", "[[a]]", "[[a", "[[a]]]", "[[[a]]", "[[]]", "[[a]b]]",
     "https://example.org/a", "a@example.org"]
)  # fmt: skip
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=5,
)


def _property(top):
    words = {
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
        "enum": st.lists(_scalars, min_size=1, max_size=3),
        "const": _scalars,
        "pattern": st.sampled_from(["a", "^[a-z]+$"]),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(3, 9),
        "minimum": st.integers(0, 2),
        "exclusiveMaximum": st.integers(2, 4),
        "multipleOf": st.sampled_from([1, 0.5]),
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(2, 3),
        "uniqueItems": st.booleans(),
        "format": st.sampled_from(["uri", "email", "date", "date-time", "time", "uuid"]),
        "required": st.booleans(),
    }
    if top:
        words |= {
            "items": _property(False).map(lambda item: {key: item[key] for key in item if key != "required"}),
            "properties": st.dictionaries(st.sampled_from(["a", "b"]), _property(False), max_size=2),
            "additionalProperties": st.booleans(),
        }
    return st.sets(st.sampled_from(sorted(words)), max_size=3).flatmap(
        lambda names: st.fixed_dictionaries({name: words[name] for name in sorted(names)})
    )


_documents = st.fixed_dictionaries(
    {"properties": st.dictionaries(st.sampled_from(["p", "q"]), _property(True), min_size=1)},
    optional={
        "additionalProperties": st.booleans(),
        "required-if": st.just([{"if": {"p": ["a", 1]}, "then": {"require": ["q"]}}]),
    },
)


def has_unquoted_link(value):
    """Whether there is a `[[Note]]` without quotes in it, of which another rule speaks alone."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return is_unquoted_link(value) or any(map(has_unquoted_link, inner))


@given(_documents, st.lists(st.dictionaries(st.sampled_from(["p", "q", "vaultkit"]), _values, max_size=3), max_size=5))
def test_it_takes_what_vaultkit_takes(document, notes):
    try:
        schema = load_schema(json.dumps(document), "a.yaml")
    except SetupError:
        return
    made = json_schema_of(schema)
    Draft202012Validator.check_schema(made)
    with_formats = loaded(made).judge
    for note in notes:
        if has_unquoted_link(note):
            continue
        faults = property_faults((schema,), note)
        valid = not with_formats.faults({name: value for name, value in note.items() if name != "vaultkit"})
        if not faults:
            assert Draft202012Validator(made).is_valid(note)
            assert valid
        elif valid:
            assert {fault.rule for fault in faults} == {"property-invalid-date"}


def test_a_json_schema_goes_along():
    schema = loaded(
        {"properties": {"a": {"$ref": "1.json"}}, "required": ["a"]},
        {"type": "string"},
        note_schema="json-schema: ./0.json\nadditionalProperties: false\nproperties: { b: { type: number } }",
    )
    made = Draft202012Validator(json_schema_of(schema))
    assert made.is_valid({"a": "x", "b": 1})
    assert not made.is_valid({"b": 1})
    assert not made.is_valid({"a": 1})
    assert not made.is_valid({"a": "x", "b": "y"})
    assert not made.is_valid({"a": "x", "c": 1})


WHOLE = """
name: post
properties:
  title: { type: text, required: true }
  tags: { type: tags }
  topics: { type: tags }
  related: { type: list, items: { type: link, schema: post } }
  author: { type: object }
  either: { type: [text, list] }
  when: { type: [date, datetime] }
  odd: { type: [number, text] }
  any: { type: any }
  id: { type: text, unique: true }
compare: [{ left: when, op: ">", right: end }]
filename: { pattern: a }
title: { must-agree: true }
sections: { items: [] }
"""


def test_what_obsidian_keeps():
    schema = load_schema(WHOLE, "post.yaml")
    assert obsidian_types(schema) == {
        "title": "text",
        "topics": "multitext",
        "related": "multitext",
        "either": "multitext",
        "when": "datetime",
        "id": "text",
    }
    assert not_editable(schema) == ("author",)


def test_what_a_json_schema_cannot_say_is_told():
    assert list(lost(load_schema(WHOLE, "post.yaml"))) == [
        "`id` is `unique` over the vault",
        "the links in `related` lead to a note of the schema `post`",
        "`when` is > `end`",
        "the `filename`",
        "the places of the `title` agree",
        "the `sections`",
    ]
    assert list(lost(load_schema("properties: { a: { type: text } }", "a.yaml"))) == []


@pytest.mark.parametrize("name", ["reading-note", "post", "daily-note"])
def test_the_shipped_schemas(name):
    from vaultkit.vault import shipped

    Draft202012Validator.check_schema(json_schema_of(load_schema(shipped.text(name), f"{name}.yaml")))
