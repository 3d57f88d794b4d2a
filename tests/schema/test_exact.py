"""Reading without pydantic: what it reads is what pydantic reads, and it reads nearly everything that is right."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from vaultkit.config import Config, TargetConfig
from vaultkit.schema import exact, words
from vaultkit.schema.clauses import KINDS
from vaultkit.schema.exact import exactly, keys_of
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.source import plain, read_yaml
from vaultkit.schema.validated import model_of, validated
from vaultkit.targets.site.options import SiteOptions
from vaultkit.vault import shipped

_WORDS = ("text", "date", "any", "error", "off", "strict", "property", "uri", "==", "A", "b", "[", "", "\ud800", "é")
_scalars = st.one_of(
    st.sampled_from(_WORDS), st.none(), st.booleans(), st.integers(-1, 8), st.floats(allow_nan=False, width=16)
)
_keys = st.sampled_from(
    sorted({key for kind in KINDS for key in keys_of(kind)} | {"base_url", "required_if", "x", "é"})
)
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_keys, inner, max_size=3), max_leaves=12
)


def said(clause):
    return repr(clause), {name: said_within(value) for name, value in clause.__dict__.items()}


def said_within(value):
    if hasattr(value, "written"):
        return said(value)
    if isinstance(value, tuple | list):
        return type(value), [said_within(part) for part in value]
    return {key: said_within(part) for key, part in value.items()} if isinstance(value, dict) else (type(value), value)


def agrees(kind, data):
    found = exactly(kind, data)
    if found is None:
        return False
    assert said(found) == said(validated(kind, data))
    return True


@st.composite
def documents(draw):
    """A document of some kind, with keys of the kind among others, and values of no type in particular."""
    kind = draw(st.sampled_from(KINDS))
    keys = st.sampled_from(keys_of(kind)) | _keys if keys_of(kind) else _keys
    return kind, draw(st.dictionaries(keys, _values, max_size=4))


@given(documents())
@example((NoteSchema, {"name": "\ud800"}))
@example((NoteSchema, {"properties": {"\ud800": {}}}))
@example((TargetConfig, {"base_url": "https://example.org", "own": 1}))
@example((Config, {"version": True}))
@example((Config, {"version": 1.0}))
@example((Config, {"rules": {"encoding": False, "x": {"severity": None, "y": None}}}))
def test_what_it_reads_is_what_pydantic_reads(document):
    agrees(*document)


@pytest.mark.parametrize("kind", (*KINDS, SiteOptions), ids=lambda kind: kind.__name__)
def test_the_keys_are_those_of_the_model(kind):
    model = model_of(kind)
    model.model_rebuild()
    assert keys_of(kind) == tuple(field.alias or name for name, field in model.model_fields.items())


@pytest.mark.parametrize("written", [{}, {"edit-url": None}, {"edit-url": "https://example.org"}])
def test_options_of_a_target_can_be_read_so(written):
    assert agrees(SiteOptions, written)
    assert said(SiteOptions.model_validate(written)) == said(exactly(SiteOptions, written))


@pytest.mark.parametrize("written", [{"edit-url": 1}, {"edit_url": "x", "other": "y"}])
def test_options_that_are_wrong_are_not_read(written):
    with pytest.raises(ValidationError):
        SiteOptions.model_validate(written)


def test_every_word_of_the_declarations_is_known():
    assert set(words.__all__) <= exact._WORDS.keys()


RIGHT = {
    "sections": (
        NoteSchema,
        "name: a\nsections: { level: 2, items: [{ heading: A, aliases: [b, { pattern: c }], repeat: { max: null },"
        " content: { minWords: 1, codeBlocks: { lang: py }, must-match: '^x' } }] }",
    ),
    "properties": (
        NoteSchema,
        "properties: { a: { type: [text, date], minLength: 1 }, b: { minimum: 0.5, default: 2 } }\n"
        "required-if: [{ if: { a: x }, then: { require: b } }]\ncompare: [{ left: a, op: '<', right: b }]\n"
        "title: { from: [heading], must-agree: true }",
    ),
    "configuration": (
        Config,
        "version: 1\nnotes:\nschemas: [{ use: a, match: { path: 'A/**', any: { tag: [x] } } }]\n"
        "rules: { link-broken: off, tag-variant: { severity: info, own: [1] } }\nbaseline: b.json\n"
        "overrides: [{ match: { property: { a: 1 } }, rules: { encoding: error } }]\n"
        "publish: { select: { schema: a }, slug: { style: keep }, targets: [{ kind: site, base-url: x, own: y }] }",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_read(name):
    kind, text = RIGHT[name]
    assert agrees(kind, plain(read_yaml(text, "file.yaml")))


@pytest.mark.parametrize("name", shipped.names())
def test_the_shipped_schemas_are_read(name):
    data = plain(read_yaml(shipped.text(name), "file.yaml"))
    data.pop("extends", None)
    assert agrees(NoteSchema, data)
