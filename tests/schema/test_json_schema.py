"""JSON Schemas as judges of properties: they agree with the `jsonschema` library, and are bounded where it is not."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schema.note_checks import findings
from vaultkit.errors import SetupError
from vaultkit.schema.note_schema import load_schema


def loaded(*documents, note_schema="name: post\njson-schema: ./0.json\n"):
    """A note schema beside JSON Schemas: `0.json`, `1.json`, … in `schemas/`; texts, or values to be written."""
    texts = [text if isinstance(text, str) else json.dumps(text, indent=1) for text in documents]
    files = {f"schemas/{number}.json": text for number, text in enumerate(texts)}

    def read(path, file):
        name = f"schemas/{path.removeprefix('./')}" if path.startswith("./") else path
        if name not in files:
            raise SetupError(f"there is no schema file `{name}`")
        return files[name], name

    return load_schema(note_schema, "schemas/post.yaml", None, read)


def faults(schema, properties):
    return [(item.fault.rule, item.path) for item in schema.judge.faults(properties)]


# Agreement -------------------------------------------------------------------------------------------------------

_names = st.sampled_from(["a", "b", "ab", "c"])
_values = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.0, 2.5, -3, "", "a", "ab", "2024-02-30", "x y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=6,
)
_types = st.sampled_from(["string", "number", "integer", "boolean", "array", "object", "null"])
_patterns = st.sampled_from(["a", "^b", "^.$", "[a-c]+$"])
_counts = st.integers(0, 3)


def _with(inner):
    lists = st.lists(inner, min_size=1, max_size=3)
    words = {
        "type": _types | st.lists(_types, min_size=1, max_size=3, unique=True),
        "enum": st.lists(_values, min_size=1, max_size=3),
        "const": _values,
        "pattern": _patterns,
        "minLength": _counts,
        "maxLength": _counts,
        "minimum": _counts,
        "exclusiveMaximum": _counts,
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "minItems": _counts,
        "maxItems": _counts,
        "uniqueItems": st.booleans(),
        "minProperties": _counts,
        "maxProperties": _counts,
        "required": st.lists(_names, max_size=2, unique=True),
        "dependentRequired": st.dictionaries(_names, st.lists(_names, max_size=2, unique=True), max_size=2),
        "properties": st.dictionaries(_names, inner, max_size=3),
        "patternProperties": st.dictionaries(_patterns, inner, max_size=2),
        "additionalProperties": inner,
        "propertyNames": inner,
        "unevaluatedProperties": inner,
        "items": inner,
        "prefixItems": lists,
        "contains": inner,
        "unevaluatedItems": inner,
        "allOf": lists,
        "anyOf": lists,
        "oneOf": lists,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "dependentSchemas": st.dictionaries(_names, inner, max_size=2),
        "$ref": st.sampled_from(["#/$defs/one", "#/$defs/two", "#"]),
    }
    return st.sets(st.sampled_from(sorted(words)), max_size=4).flatmap(
        lambda names: st.fixed_dictionaries({name: words[name] for name in sorted(names)})
    )


_schemas = st.recursive(st.booleans() | st.just({}), _with, max_leaves=8)


@given(_with(_schemas), _schemas, _schemas, st.lists(st.dictionaries(_names, _values, max_size=3), max_size=4))
def test_a_note_is_right_just_when_jsonschema_says_so(schema, one, two, notes):
    whole = schema | {"$defs": {"one": one, "two": two}}
    try:
        ours = loaded(whole)
    except SetupError as error:
        assert "without end" in error.what
        return
    for note in notes:
        try:
            valid = Draft202012Validator(whole).is_valid(note)
        except RecursionError:
            continue
        assert (faults(ours, note) == []) is valid


@given(_with(_schemas), st.dictionaries(_names, _values, max_size=3))
def test_every_place_is_in_the_schema_and_in_the_note(schema, note):
    try:
        ours = loaded(json.dumps(schema, indent=1))
    except SetupError:
        return
    lines = json.dumps(schema, indent=1).count("\n") + 1
    found = ours.judge.faults(note)
    assert len({item.path for item in found}) == len(found)
    for item in found:
        assert item.where.file == "schemas/0.json" and 1 <= item.where.line <= lines
        value = note
        for part in item.path[:-1]:
            value = value[part]
        assert not item.path or isinstance(value, dict | list)


# Mistakes --------------------------------------------------------------------------------------------------------

MISTAKES = {
    "another draft": (['{\n"$schema": "http://json-schema.org/draft-07/schema#"}'], "0.json:2", "draft 2020-12"),
    "a type that is none": (['{"properties": {\n"a": {"type": "strng"}}}'], "0.json:2", "no type `strng`"),
    "a bound that is none": (['{\n"minProperties": "x"}'], "0.json:2", "`minProperties`"),
    "a pattern with look-ahead": (['{"properties": {"a": {\n"pattern": "(?=x)"}}}'], "0.json:2", "look-around"),
    "a pattern of names": (['{"patternProperties": {\n"(": {}}}'], "0.json:2", "pattern `(`"),
    "a format that is none": (['{\n"format": "dat"}'], "0.json:2", "no format `dat`"),
    "a definition that is none": (['{\n"$ref": "#/$defs/nothing"}'], "0.json:2", "`#/$defs/nothing` leads nowhere"),
    "a file that is none": (['{\n"$ref": "2.json"}'], "0.json:2", "no schema file `schemas/2.json`"),
    "an address": (['{\n"$ref": "https://example.org/a.json"}'], "0.json:2", "no file of the vault"),
    "an address beside it": (
        ['{"$id": "https://example.org/0.json",\n"$ref": "https://example.org/1.json"}', "{}"],
        "0.json:2",
        "no file of the vault",
    ),
    "a mistake in another file": (['{"$ref": "1.json"}', '{"a": 1,\n"type": "txt"}'], "1.json:2", "no type `txt`"),
    "no JSON": (['{"a": 1,\n"b": }}'], "0.json:2", ""),
    "no mapping": (["[1]"], "0.json:1", ""),
    "itself": (['{"$ref": "#"}'], "post.yaml:2", "refers to itself without end"),
    "itself, through another": (['{"$ref": "1.json"}', '{"$ref": "0.json"}'], "post.yaml:2", "without end"),
    "itself, where nothing is judged": (
        ['{"$ref": "#/$defs/a", "$defs": {"a": {"unevaluatedProperties": false, "allOf": [{"$ref": "#/$defs/a"}]}}}'],
        "post.yaml:2",
        "without end",
    ),
}


@pytest.mark.parametrize(("documents", "place", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_names_its_line(documents, place, words):
    with pytest.raises(SetupError) as caught:
        loaded(*documents)
    assert caught.value.where == f"schemas/{place}"
    assert words in caught.value.what


def test_a_near_word_is_offered():
    with pytest.raises(SetupError) as caught:
        loaded({"type": "objct"})
    assert caught.value.do == "did you mean `object`?"


def test_a_schema_alone_cannot_name_a_json_schema():
    with pytest.raises(SetupError) as caught:
        load_schema("\njson-schema: ./a.json", "schemas/a.yaml")
    assert (caught.value.where, caught.value.what) == ("schemas/a.yaml:2", "there is nowhere to look for `./a.json`")


# References ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "documents",
    [
        [{"properties": {"a": {"$ref": "#/$defs/text"}}, "$defs": {"text": {"type": "string"}}}],
        [{"properties": {"a": {"$ref": "1.json#/$defs/text"}}}, {"$defs": {"text": {"type": "string"}}}],
        [{"properties": {"a": {"$ref": "./1.json#text"}}}, {"$defs": {"x": {"$anchor": "text", "type": "string"}}}],
        [
            {"$id": "https://example.org/s/post.json", "properties": {"a": {"$ref": "1.json"}}},
            {"$id": "https://example.org/s/text.json", "$ref": "2.json"},
            {"type": "string"},
        ],
        [
            {
                "$id": "https://example.org/post.json",
                "properties": {"a": {"$ref": "https://example.org/post.json#/$defs/text"}},
                "$defs": {"text": {"$ref": "1.json"}},
            },
            {"type": "string"},
        ],
        [
            {
                "properties": {"a": {"$ref": "https://example.org/inner"}},
                "$defs": {"x": {"$id": "https://example.org/inner", "type": "string"}},
            }
        ],
        [{"properties": {"a": {"$dynamicRef": "#t"}}, "$defs": {"t": {"$dynamicAnchor": "t", "type": "string"}}}],
    ],
)
def test_references_lead_to_files_of_the_vault(documents):
    schema = loaded(*documents)
    assert faults(schema, {"a": 1}) == [("property-type", ("a",))]
    assert faults(schema, {"a": "x"}) == []
    assert len(schema.files) == len(documents) + 1


def test_a_json_schema_may_judge_by_the_metaschema_that_comes_along():
    schema = loaded({"properties": {"a": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}})
    assert faults(schema, {"a": {"type": "string"}}) == []
    assert [path for _, path in faults(schema, {"a": {"minLength": "x"}})] == [("a", "minLength")]


# Bounds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["#/$defs/a", "1.json"])
def test_a_schema_that_says_its_draft_is_judged_like_any_other(where):
    text = {"$schema": "https://json-schema.org/draft/2020-12/schema", "pattern": "^(a+)+$", "type": "string"}
    schema = loaded({"properties": {"a": {"$ref": where}}, "$defs": {"a": text}}, text)
    assert faults(schema, {"a": "a" * 50_000 + "!"}) == [("property-constraint", ("a",))]
    assert faults(schema, {"a": 1}) == [("property-type", ("a",))]


def test_a_pattern_that_hangs_others_is_judged_at_once():
    schema = loaded({"properties": {"a": {"pattern": "^(a+)+$"}}, "patternProperties": {"^(b+)+$": {}},
                     "additionalProperties": False, "unevaluatedProperties": False})  # fmt: skip
    found = faults(schema, {"a": "a" * 50_000 + "!", "b" * 50_000 + "!": 1})
    assert [rule for rule, _ in found] == ["property-constraint", "property-unknown"]


def test_a_schema_that_takes_forever_is_given_up_on():
    doubled = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    schema = loaded({"properties": {"a": {"$ref": "#/$defs/d0"}}, "$defs": doubled | {"d40": {"type": "number"}}})
    (found,) = findings("---\na: x\n---\n", schema)
    assert found.rule == "property-constraint"
    assert found.message == (
        "this set of properties takes too many steps to judge by `schemas/0.json`, so it was not judged by it"
    )
    assert findings("---\na: 1\n---\n", schema) == []


def test_a_note_that_has_no_end_of_items_is_judged():
    schema = loaded({"properties": {"a": {"items": {"enum": [f"x{n}" for n in range(3000)]}, "uniqueItems": True}}})
    assert faults(schema, {"a": [f"x{n % 3000}" for n in range(20_000)]}) == [("property-constraint", ("a", 3000))]


def test_the_library_is_loaded_only_when_a_schema_uses_it(tmp_path):
    (tmp_path / "vaultkit.yaml").write_text("schemas: [{ use: post }]\n")
    (tmp_path / "a.md").write_text("---\ntitle: A\ndate: 2024-01-01\n---\n")
    code = (
        "import sys; from vaultkit.cli._main import main; main(['check', '--no-cache']); "
        "print([name for name in sys.modules if name.startswith(('jsonschema', 'referencing', 'rpds'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_address_is_opened(monkeypatch):
    import socket

    def refuse(*_):
        raise AssertionError("something is opened")

    monkeypatch.setattr(socket, "socket", refuse)
    with pytest.raises(SetupError):
        loaded({"properties": {"a": {"$ref": "http://localhost/a.json"}}})


# Beside note schemas ---------------------------------------------------------------------------------------------

BESIDE = """
name: post
json-schema: ./0.json
additionalProperties: false
properties:
  title: { type: text, required: true, minLength: 3 }
"""


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("title: ab", ["property-constraint title"]),
        ("title: 1", ["property-type title"]),
        ("date: x\ntitle: abc", ["property-invalid-date date"]),
        ("titel: abc", ["property-unknown titel"]),
        ("title: abc\nvaultkit: {}", []),
        ("title: abc\nother: 1", ["property-unknown other"]),
        ("date: 2024-01-01", ["property-missing -"]),
    ],
)
def test_one_mistake_is_one_finding_whichever_schema_sees_it(note, said):
    json_schema = {
        "properties": {"title": {"type": "string", "minLength": 5 - 2}, "date": {"format": "date"}},
        "required": ["title"],
        "additionalProperties": False,
    }
    text = f"---\n{note}\n---\n"
    found = findings(text, loaded(json_schema, note_schema=BESIDE))
    assert [f"{item.rule} {text[slice(*item.span)].strip('- ') or '-'}".split(":")[0] for item in found] == [
        line if line.endswith("-") or "unknown" in line else f"{line.split()[0]} {note_value(note, line.split()[1])}"
        for line in said
    ]


def note_value(note, name):
    return next(line.partition(": ")[2] for line in note.splitlines() if line.startswith(name))
