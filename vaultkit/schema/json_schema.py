"""A team's own JSON Schema (draft 2020-12) as a judge of properties: what it finds, at exact places, in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vaultkit.errors import SetupError
from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple
from vaultkit.schema.json_types import json_type_fault
from vaultkit.schema.source import Node
from vaultkit.schema.value_types import ValueFault

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from vaultkit.schema.json_documents import Documents

Path = tuple[str | int, ...]

_NAMED = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
_CONDITIONS = frozenset({"then", "else", "dependentSchemas"})
_SAYS = {
    "not": "is just what the JSON Schema rules out here",
    "oneOf": "fits more than one of the ways that the JSON Schema has for it, and should fit one",
    "contains": "has too few items of the kind that the JSON Schema asks for",
    "minContains": "has too few items of the kind that the JSON Schema asks for",
    "maxContains": "has too many items of one kind for the JSON Schema",
}


class JsonFault(NamedTuple):
    """One thing wrong with a value: see `ValueFault`. `where` is the place in the schema that asks for something else,
    `asks` the schema there, `near` the name that was probably meant by one that is not known."""

    fault: ValueFault
    path: Path
    where: Node
    asks: Mapping[str, Any]
    near: str = ""


class JsonSchema:
    """One JSON Schema with all that it refers to. Raises SetupError when it refers to itself without end."""

    def __init__(self, documents: Documents, uri: str, asked: Node) -> None:
        from jsonschema import Draft202012Validator
        from jsonschema.validators import extend

        from vaultkit.schema.json_keywords import Steps, TooMuch, keywords

        self._documents = documents
        self.uri = uri
        """The address by which its document is known here."""
        self.root: Node = documents.node(uri)
        self.files = documents.files
        self.contents = documents.nodes
        self._steps = Steps()
        judge: Any = extend(Draft202012Validator, keywords(self._steps))
        contents = documents.contents(uri)
        self._validator = judge(contents, registry=documents.registry)
        self.properties: Mapping[str, Any] = contents.get("properties", {})
        """What it says of single properties, as far as that stands at its top."""
        try:
            for _ in self._validator.iter_errors({}):
                pass
        except TooMuch as error:
            raise SetupError(
                f"`{self.root.file}` refers to itself without end", where=f"{asked.file}:{asked.line}"
            ) from error

    def bundle(self) -> dict[str, dict[str, Any]]:
        """All documents that belong to it, by their addresses."""
        return self._documents.bundle()

    def faults(self, properties: Mapping[str, Value]) -> tuple[JsonFault, ...]:
        """What is wrong with the properties of a note, one thing for each value; a type before all else."""
        from vaultkit.schema.json_keywords import TooMuch

        self._steps.begin()
        found: dict[Path, JsonFault] = {}
        try:
            for error in self._validator.iter_errors(properties):
                for item in self._explained(error):
                    first = found.setdefault(item.path, item)
                    if first.fault.rule != "property-type" and item.fault.rule == "property-type":
                        found[item.path] = item
        except TooMuch:
            says = f"takes too many steps to judge by `{self.root.file}`, so it was not judged by it"
            fault = ValueFault("property-constraint", says, (), (), "not judged")
            return (JsonFault(fault, (), self.root, {}),)
        renamed = {item.near for item in found.values() if item.near}
        return tuple(item for item in found.values() if not (_is_missing(item) and item.path[-1] in renamed))

    # Explaining --------------------------------------------------------------------------------------------------

    def _explained(self, error: ValidationError) -> Iterator[JsonFault]:
        """The faults that an error of jsonschema stands for."""
        from vaultkit.schema.json_keywords import Fault

        if error.context:
            yield from self._alternatives(error)
            return
        if isinstance(error.cause, Fault):
            fault = error.cause.fault
        elif error.validator is None:
            fault = ValueFault("property-constraint", "is ruled out by the JSON Schema", (), (), "not allowed")
        else:
            says = _SAYS.get(str(error.validator), "does not fit the JSON Schema")
            fault = ValueFault("property-constraint", says, (), (), "does not fit")
        path = tuple(error.absolute_path)
        if fault.rule == "property-missing" and _conditional(error.absolute_schema_path):
            says = "is missing; by a condition of the JSON Schema it is required"
            fault = fault._replace(rule="property-condition", says=says)
        yield self._placed(error, fault, path)

    def _placed(self, error: ValidationError, fault: ValueFault, path: Path) -> JsonFault:
        from vaultkit.schema.properties import near_name

        asks = error.schema if isinstance(error.schema, dict) else {}
        where, near = self._documents.place(asks), ""
        if where is None:
            where = self.root.at(error.absolute_schema_path)
        elif isinstance(error.validator, str):
            where = where.at((error.validator,))
            if error.validator == "required":
                where = next((item for item in where.value if item.value == path[-1]), where)
            if fault.rule == "property-unknown" and isinstance(error.instance, dict):
                known = [name for name in asks.get("properties", ()) if name not in error.instance]
                near = near_name(str(path[-1]), known)
        return JsonFault(fault, path, where, asks, near)

    def _alternatives(self, error: ValidationError) -> Iterator[JsonFault]:
        """What is wrong with a value that fits none of several schemas: what the one that was meant says, else that
        none fits."""
        branches: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(next(iter(inner.relative_schema_path), id(inner)), []).append(inner)
        open_ones = [found for found in branches.values() if not any(map(_is_type, found))]
        meant = [found for found in open_ones if not any(map(_is_choice, found))] or open_ones
        path = tuple(error.absolute_path)
        if len(meant) == 1:
            for inner in meant[0]:
                yield from self._explained(inner)
        elif not open_ones:
            names = [
                name for found in branches.values() for inner in found if _is_type(inner) for name in _types(inner)
            ]
            yield self._placed(error, json_type_fault(tuple(dict.fromkeys(names)), error.instance), path)
        else:
            says = f"fits none of the {len(branches)} ways that the JSON Schema has for it"
            yield self._placed(error, ValueFault("property-constraint", says, (), (), "does not fit"), path)


def _is_missing(item: JsonFault) -> bool:
    return item.fault.rule in ("property-missing", "property-condition")


def _conditional(path: Sequence[str | int]) -> bool:
    """Whether a place in a schema stands below a condition."""
    parts = list(path)
    return any(
        part in _CONDITIONS and (index == 0 or parts[index - 1] not in _NAMED) for index, part in enumerate(parts)
    )


def _is_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.relative_path


def _types(error: ValidationError) -> list[str]:
    wanted: Any = error.validator_value
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _is_choice(error: ValidationError) -> bool:
    """Whether an alternative is meant for notes with another value of some property."""
    return error.validator in ("const", "enum") and len(error.relative_path) == 1
