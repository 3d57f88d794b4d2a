"""What YAML editors read: the JSON Schemas of `vaultkit.yaml` and of note schemas, made of the models and the pages.

The models say what may be written, docs/reference says what it means. `VAULTKIT_REWRITE=1 pytest -k editor_schemas`
writes them anew into `schemas/`.
"""

import json
import re
from pathlib import Path
from typing import get_type_hints

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from vaultkit import registry
from vaultkit.config import Config
from vaultkit.model.clause import Clause
from vaultkit.publish.place import TARGETS
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.user_config import UserConfig
from vaultkit.schema.validated import model_of

PROJECT = Path(__file__).parent.parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ROW = re.compile(r"^\| (`[^|\n]*?`) \|((?:[^|\\\n]|\\.)*)\|(?:((?:[^|\\\n]|\\.)*)\|)?", re.MULTILINE)
_ONE_OR_MORE = "_one_or_more"


class _Written(GenerateJsonSchema):
    """The schemas of what is written, where a validator takes more than the model's type."""

    def field_title_should_be_set(self, schema):
        return False

    def default_schema(self, schema):
        """Defaults that say something: no empty ones, and none of what lies deeper."""
        made = super().default_schema(schema)
        if made.get("default") in (None, "") or isinstance(made["default"], list | dict):
            made.pop("default", None)
        return made

    def function_before_schema(self, schema):
        made, name = self.generate_inner(schema["schema"]), schema["function"]["function"].__name__
        if name == _ONE_OR_MORE and made.get("type") == "array":
            return {"anyOf": [made["items"], made]}
        if name == "_setting":
            return {"anyOf": [{"enum": ["off", "info", "warning", "error"]}, made]}
        if name == "_level":
            return {"enum": [1, 2, 3, 4, 5, 6, "any"]}
        return made


def table(page, heading, column=1):
    """The keys of the table below a heading (or words) of a page, with their meanings."""
    text = (PROJECT / "docs/reference" / page).read_text(encoding="utf-8")
    rows = text[text.index(f"\n{heading}\n") :].split("\n\n| Key ", 1)[1].split("\n\n", 1)[0]
    return {key: " ".join(row[column].split()) for row in _ROW.findall(rows) for key in re.findall("`([^`]+)`", row[0])}


def meanings():
    """What each key of each model means, by the name of the model."""
    top, target = table("configuration.md", "```"), table("configuration.md", "## A target")
    values, when = table("schemas.md", "## Properties", 2), table("schemas.md", "An entry of `required-if`:")
    name = table("schemas.md", "## The file's name and the title")
    content, section = table("schemas.md", "### What a section holds"), table("schemas.md", "One section:")
    pattern = {"pattern": values["pattern"], "message": values["message"]}
    return {
        "Config": top,
        "Notes": _below(top, "notes"),
        "SchemaUse": _below(top, "schemas"),
        "Override": _below(top, "overrides"),
        "Match": table("configuration.md", "## Match"),
        "Publish": _below(top, "publish"),
        "Select": _below(top, "publish.select"),
        "Slug": _below(top, "publish.slug"),
        "TargetConfig": target,
        "NoteSchema": table("schemas.md", "## At the top"),
        "ValueSchema": values,
        "MemberSchema": values,
        "PropertySchema": values,
        "Condition": when,
        "Consequence": {"require": when["then"]},
        "Comparison": table("schemas.md", "An entry of `compare`, which is asked when both are there:"),
        "Filename": pattern,
        "HeadingPattern": pattern,
        "TitlePolicy": name,
        "SectionsSchema": table("schemas.md", "## Sections"),
        "SectionSchema": section,
        "Repeat": dict.fromkeys(("min", "max"), section["repeat"]),
        "Content": content,
        "CodeBlocks": dict.fromkeys(("lang", "min"), content["codeBlocks"]),
        "Callouts": dict.fromkeys(("type", "min"), content["callouts"]),
    }


def _below(rows, name):
    return {key.removeprefix(f"{name}."): words for key, words in rows.items() if key.startswith(f"{name}.")}


def _explained(model, means):
    """A model's schema with the meaning of each key. One that need not be there may be empty."""
    model.pop("title", None)
    for name, inner in list(model["properties"].items()):
        if name not in model.get("required", ()):
            default = {"default": inner.pop("default")} if "default" in inner else {}
            model["properties"][name] = {"anyOf": [*_ways(inner), {"type": "null"}]} | default
        model["properties"][name] = {"description": means[name]} | model["properties"][name]


def _ways(schema):
    ways = schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return [way for way in ways if way != {"type": "null"}]


def _rules(made):
    """The settings of each rule with its own options, in place of any names."""
    severity = made["$defs"].pop("RuleSetting")["properties"]["severity"]
    rules = {}
    for name in registry.names("vaultkit.rules"):
        rule = registry.load("vaultkit.rules", name)
        types = get_type_hints(rule.options, include_extras=True) if rule.options else {}
        options = {}
        for option_name, default in rule.options._field_defaults.items() if rule.options else ():
            option = TypeAdapter(types[option_name]).json_schema(schema_generator=_Written)
            known = {} if isinstance(default, dict) else {"default": json.loads(json.dumps(default))}
            options[option_name.replace("_", "-")] = option | known
        rules[name] = {
            "description": " ".join(rule.doc.partition("\n\n")[0].split()),
            "anyOf": [
                {"enum": ["off", "info", "warning", "error"]},
                {"type": "object", "additionalProperties": False, "properties": {"severity": severity} | options},
            ],
        }
    return {"type": "object", "additionalProperties": False, "properties": rules}


def _targets(target):
    """A target with the keys of all kinds, and the kinds and formats that there are."""
    target["additionalProperties"] = False
    for key in ("kind", "format"):
        place = target["properties"][key]["anyOf"][0]
        place["enum"] = [name for name in registry.names(TARGETS) if key == "kind" or _is_form(name)]
    for name in registry.names(TARGETS):
        options = registry.load(TARGETS, name).options
        model = model_of(options) if issubclass(options, Clause) else options
        made = model.model_json_schema(by_alias=True, schema_generator=_Written)
        target["properties"] |= made.get("properties", {})


def _is_form(name):
    return hasattr(registry.load(TARGETS, name), "outputs")


def _made(model, title):
    made = model_of(model).model_json_schema(by_alias=True, schema_generator=_Written)
    made = made["$defs"].pop(model.__name__) | {"$defs": made["$defs"]} if "$ref" in made else made
    means = meanings()
    for name, inner in (*made["$defs"].items(), (model.__name__, made)):
        if name != "RuleSetting":
            _explained(inner, means[name])
    return {"$schema": DIALECT, "title": title, **made}


def config_schema():
    """The JSON Schema of `vaultkit.yaml`."""
    made = _made(Config, "vaultkit.yaml")
    made["$defs"]["Rules"] = _rules(made)
    _targets(made["$defs"]["TargetConfig"])
    for place in (made["properties"], made["$defs"]["Override"]["properties"]):
        place["rules"] = {"description": place["rules"]["description"], "$ref": "#/$defs/Rules"}
    return made


def note_schema():
    """The JSON Schema of a note schema. What another schema is extended by may be a null, which removes."""
    made = _made(NoteSchema, "A note schema of vaultkit")
    names = {"type": "string", "minLength": 1}
    extends = {"anyOf": [names, {"type": "array", "items": names, "minItems": 1}]}
    made["properties"] = {"extends": {"description": meanings()["NoteSchema"]["extends"], **extends}} | made[
        "properties"
    ]
    for place in (made, made["$defs"]["ValueSchema"], made["$defs"]["MemberSchema"], made["$defs"]["PropertySchema"]):
        inner = place["properties"]["properties"]["anyOf"][0]
        inner["additionalProperties"] = {"anyOf": [inner["additionalProperties"], {"type": "null"}]}
    items = made["$defs"]["SectionsSchema"]["properties"]["items"]
    removed = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": "null"}}
    items["items"] = {"anyOf": [items["items"], removed]}
    return made


def written(schema):
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def user_config_schema():
    """The JSON Schema of the user's own configuration."""
    made = UserConfig.model_json_schema(by_alias=True, schema_generator=_Written)
    for model in (made, *made["$defs"].values()):
        model.pop("title", None)
        model.pop("description", None)
        for name, inner in model["properties"].items():
            means = {"description": inner.pop("description")}
            default = {"default": inner.pop("default")} if "default" in inner else {}
            model["properties"][name] = means | {"anyOf": [inner, {"type": "null"}]} | default
    return {"$schema": DIALECT, "title": "config.yaml of a user of vaultkit", **made}


FILES = {
    "config.schema.json": config_schema,
    "note-schema.schema.json": note_schema,
    "user-config.schema.json": user_config_schema,
}
"""The files in `schemas/`, and what makes them."""
