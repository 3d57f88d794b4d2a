"""What JSON Schemas find in the properties of a note, beside what note schemas find: one mistake is one fault."""

from __future__ import annotations

from vaultkit.model.diagnostic import Origin
from vaultkit.schema.json_schema import JsonFault, JsonSchema
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.properties import OWN, Found, Properties, PropertyFault, by_default, near_name, subject

Judges = tuple[tuple[JsonSchema, NoteSchema], ...]


def add_judged(found: Found, judges: Judges, names: frozenset[str], properties: Properties) -> None:
    """Add the faults of values of which nothing is said yet. `names` are the properties that some schema knows."""
    said = {path for _, path in found}
    meant = {fault.near for fault in found.values() if fault.rule == "property-unknown"}
    judged = {name: value for name, value in properties.items() if name != OWN}
    strangers = [name for name in judged if name not in names]
    for judge, schema in judges:
        for item in judge.faults(judged):
            known = item.fault.rule == "property-unknown" and len(item.path) == 1 and item.path[0] in names
            if item.path in said or known or (len(item.path) == 1 and item.path[0] in meant):
                continue
            said.add(item.path)
            fault = _fault(item, schema, properties, strangers)
            found[fault.rule, fault.path] = fault


def required_names(schema: NoteSchema) -> dict[str, Origin]:
    """The properties that the JSON Schema of a note schema asks for in every note, each with the place that does."""
    return {
        str(item.path[0]): _origin(item, schema)
        for item in (schema.judge.faults({}) if schema.judge else ())
        if item.fault.rule in ("property-missing", "property-condition")
    }


def _fault(item: JsonFault, schema: NoteSchema, properties: Properties, strangers: list[str]) -> PropertyFault:
    fault, path, near = item.fault, item.path, item.near
    message = f"{subject(path) if path else 'this set of properties'} {fault.says}"
    label, repair, line = fault.label, fault.repair, ""
    inner = item.asks.get("properties", {}).get(path[-1], {}) if path else {}
    inner = inner if isinstance(inner, dict) else {}
    if fault.rule == "property-missing" and len(path) == 1:
        near = near_name(str(path[0]), strangers)
        if near:
            message, label = f"{message}; is `{near}` meant to be it?", f"rename to `{path[0]}`"
        elif "default" in inner:
            repair, line = by_default(str(path[0]), inner["default"], empty=False)
    if fault.rule == "property-condition":
        path = path if path[0] in properties else (*path[:-1],) or ("",)
    hint = str(inner.get("description") or item.asks.get("description") or schema.hint())
    return PropertyFault(
        fault.rule,
        path or ("",),
        message,
        label,
        _origin(item, schema),
        hint,
        repair,
        near if len(path) == 1 else "",
        line,
    )


def _origin(item: JsonFault, schema: NoteSchema) -> Origin:
    return Origin(schema.name, item.where.file, item.where.line)
