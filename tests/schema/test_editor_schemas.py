"""The JSON Schemas that editors read: they are what the models and the pages say, and take what vaultkit takes."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from casefile import REWRITE, read_cases
from editor_schemas import FILES, PROJECT, config_schema, note_schema, user_config_schema, written
from vaultkit.config import Config
from vaultkit.errors import SetupError
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.source import build, plain, read_yaml
from vaultkit.schema.user_config import UserConfig
from vaultkit.schema.validated import read_by
from vaultkit.vault import shipped

CONFIG = Draft202012Validator(config_schema())
USER_CONFIG = Draft202012Validator(user_config_schema())
NOTE_SCHEMA = Draft202012Validator(note_schema())
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    return BLOCK.findall((PROJECT / "docs/reference" / page).read_text(encoding="utf-8"))


def complaints(validator, text):
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(plain(read_yaml(text, "a.yaml")))]


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_what_the_models_and_the_pages_say(name):
    made, file = written(FILES[name]()), PROJECT / "schemas" / name
    if REWRITE:
        file.write_text(made, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == made
    Draft202012Validator.check_schema(json.loads(made))


@pytest.mark.parametrize("name", shipped.names())
def test_the_shipped_schemas_fit(name):
    assert complaints(NOTE_SCHEMA, shipped.text(name)) == []


@pytest.mark.parametrize("file", ["docs/vaultkit.yaml", "docs/example/vaultkit.yaml"])
def test_the_configurations_of_this_tree_fit(file):
    assert complaints(CONFIG, (PROJECT / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", blocks("user-configuration.md"))
def test_the_examples_of_user_configurations_are_understood(text):
    said = read_by(UserConfig, read_yaml(text, "config.yaml"))
    assert said.hooks.on_held and complaints(USER_CONFIG, text) == []
    assert complaints(USER_CONFIG, "hooks: { on-held: rm }") and complaints(USER_CONFIG, "hook: {}")


CASES = [
    (f"{case.rule}: {case.title}", block.name, block.data.decode("utf-8", "replace"))
    for case in read_cases("rules")
    for block in case.blocks
    if block.name == "vaultkit.yaml" or re.fullmatch(r"schemas/[^/]+\.yaml", block.name or "")
]


@pytest.mark.parametrize(("title", "name", "text"), CASES, ids=[f"{title} {name}" for title, name, _ in CASES])
def test_whatever_the_cases_use_fits(title, name, text):
    assert complaints(CONFIG if name == "vaultkit.yaml" else NOTE_SCHEMA, text) == []


@pytest.mark.parametrize(("page", "schema"), [("schemas.md", note_schema()), ("configuration.md", config_schema())])
def test_every_key_stands_in_an_example(page, schema):
    def keys(value):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return {*(value if isinstance(value, dict) else ())}.union(*map(keys, inner))

    shown = keys([plain(read_yaml(text, "a.yaml")) for text in blocks(page)])
    models = [schema, *(inner for name, inner in schema["$defs"].items() if name != "Rules")]
    language = {key for model in models for key in model["properties"]}
    assert language - shown == set()


@pytest.mark.parametrize(
    ("validator", "text", "place"),
    [
        (NOTE_SCHEMA, "propertys: {}", "$"),
        (NOTE_SCHEMA, "properties: { a: { type: txt } }", "$.properties"),
        (NOTE_SCHEMA, "sections: { items: [{ headng: A }] }", "$.sections"),
        (NOTE_SCHEMA, "sections: { level: 7, items: [] }", "$.sections"),
        (CONFIG, "rules: { link-brokn: off }", "$.rules"),
        (CONFIG, "rules: { link-broken: fatal }", "$.rules"),
        (CONFIG, "rules: { section-renamed: { canonicl: true } }", "$.rules"),
        (CONFIG, "schemas: [{ us: a }]", "$.schemas"),
        (CONFIG, "version: 2", "$.version"),
    ],
)
def test_mistakes_are_seen_in_the_editor(validator, text, place):
    (first, *_) = complaints(validator, text)
    assert first.startswith(place)


_scalars = st.sampled_from([None, True, 1, 7, "any", "text", "error", "strict", "^a$", "link-broken", 0.5])
_models = [model for schema in (note_schema(), config_schema()) for model in (schema, *schema["$defs"].values())]
_keys = st.sampled_from(sorted({key for model in _models for key in model["properties"]}))
_documents = st.dictionaries(
    _keys,
    st.recursive(_scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_keys, inner, max_size=3)),
    max_size=3,
)


@given(_documents)
def test_what_vaultkit_takes_is_no_mistake_in_the_editor(document):
    for model, validator in ((NoteSchema, NOTE_SCHEMA), (Config, CONFIG)):
        try:
            build(model, read_yaml(json.dumps(document), "a.yaml"))
        except SetupError:
            continue
        if model is Config and not {"rules", "overrides"}.isdisjoint(document):
            continue
        assert [error.message for error in validator.iter_errors(document)] == []
