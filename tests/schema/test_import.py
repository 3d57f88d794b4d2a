"""Schemas of other tools: what is taken over means the same, and the rest is named."""

import json

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schema.test_export import has_unquoted_link
from schema.test_json_schema import _names, _schemas, _values, _with
from vaultkit.errors import SetupError
from vaultkit.schema.from_json_schema import from_json_schema
from vaultkit.schema.from_mdschema import from_mdschema
from vaultkit.schema.note_schema import load_schema
from vaultkit.schema.properties import property_faults
from vaultkit.schema.values import is_empty


@given(_with(_schemas), st.lists(st.dictionaries(_names, _values, max_size=3), max_size=5))
def test_what_is_taken_over_of_a_json_schema_means_the_same(document, notes):
    imported = from_json_schema(json.dumps(document), "post.schema.json")
    try:
        schema = load_schema(json.dumps(imported.schema), "post.yaml")
    except SetupError:
        return
    if imported.lost or document.get("type", "object") != "object":
        return
    for note in notes:
        inner = [*note.values(), *(part for item in note.values() if isinstance(item, dict) for part in item.values())]
        if not any(map(is_empty, inner)) and not has_unquoted_link(note):
            assert (property_faults((schema,), note) == ()) is Draft202012Validator(document).is_valid(note)


_text = st.sampled_from(["a", "# A", "## B", ".*", "(", "string", "date", "email", "x.y", ""])
_mdschemas = st.recursive(
    _text | st.booleans() | st.integers(0, 3) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "structure",
                    "heading",
                    "pattern",
                    "regex",
                    "children",
                    "optional",
                    "frontmatter",
                    "fields",
                    "name",
                    "type",
                    "format",
                    "enum",
                    "required_text",
                    "code_blocks",
                    "lang",
                    "min",
                    "tables",
                    "word_count",
                    "links",
                    "heading_rules",
                    "expr",
                    "allow_additional",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
)


def test_a_type_that_is_a_list_is_named_as_lost():
    fields = [{"name": "a", "type": ["string"], "format": ["email"]}]
    imported = from_mdschema(json.dumps({"frontmatter": {"fields": fields}}), ".mdschema.yml")
    assert {"the type `[string]`", "the format `[email]`"} <= {words for _, words in imported.lost}


@given(st.dictionaries(st.sampled_from(["structure", "frontmatter", "links", "heading_rules", "other"]), _mdschemas))
def test_whatever_stands_in_a_schema_of_mdschema_it_is_read_or_named(document):
    imported = from_mdschema(json.dumps(document), ".mdschema.yml")
    assert imported.schema["name"] == "note"
    assert ("other" in document) is any(words == "`other`" for _, words in imported.lost)
