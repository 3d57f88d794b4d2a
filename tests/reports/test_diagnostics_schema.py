"""`schemas/diagnostics.schema.json` is made of the types that the reports fill in, and never by hand.

When the types changed: `VAULTKIT_REWRITE=1 ./dev test tests/reports/test_diagnostics_schema.py` writes it anew.
"""

import json
from inspect import cleandoc
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Literal, NotRequired, get_args, get_origin, get_type_hints

from jsonschema import Draft202012Validator

from casefile import REWRITE
from vaultkit.reports._finding import Document

FILE = Path(__file__).parent.parent.parent / "schemas" / "diagnostics.schema.json"
PLAIN = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}


def form(kind, known):
    """The JSON Schema of a type; those that have keys go into `known`."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return {**form(parts[0], known), "description": parts[1]}
    if origin is NotRequired:
        return form(parts[0], known)
    if origin is Literal:
        return {"const": parts[0]} if len(parts) == 1 else {"enum": list(parts)}
    if origin is list:
        return {"type": "array", "items": form(parts[0], known)}
    if isinstance(kind, UnionType):
        return {"anyOf": [form(part, known) for part in parts]}
    if kind in PLAIN:
        return {"type": PLAIN[kind]}
    if kind.__name__ not in known:
        known[kind.__name__] = {}
        hints = get_type_hints(kind, include_extras=True)
        known[kind.__name__] = {
            "type": "object",
            "description": cleandoc(kind.__doc__),
            "properties": {name: form(hint, known) for name, hint in hints.items()},
            "required": [name for name, hint in hints.items() if get_origin(hint) is not NotRequired],
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}


def schema():
    known = {}
    top = form(Document, known)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Findings of vaultkit",
        "description": "What `vaultkit check --output-format json` prints. Each line of `jsonl` is a Finding.",
        **top,
        "$defs": dict(sorted(known.items())),
    }


def test_the_file_is_what_the_types_say():
    now = json.dumps(schema(), indent=2) + "\n"
    if REWRITE:
        FILE.write_text(now, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == now
    Draft202012Validator.check_schema(json.loads(now))


def test_it_refuses_what_is_not_a_report():
    validator = Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))
    good = {
        "version": 1,
        "tool": {"name": "vaultkit", "version": "0"},
        "summary": {"notes": 0, "notes_with_findings": 0, "error": 0, "warning": 0, "info": 0},
        "findings": [],
    }
    assert validator.is_valid(good)
    assert not validator.is_valid({**good, "version": 2})
    assert not validator.is_valid({**good, "findings": [{"rule": "x"}]})
    assert not validator.is_valid({key: value for key, value in good.items() if key != "summary"})
