"""A note schema: what the notes of one kind have in their properties, their sections and their file names.

Read from YAML into closed models: a key that is not known is refused, so whatever a schema says is enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field, PrivateAttr, StrictBool, StrictStr, model_validator

from vaultkit.errors import SetupError
from vaultkit.model.diagnostic import Origin
from vaultkit.model.note import Facts
from vaultkit.schema.property_schema import Path, Pattern, PropertySchema, TextList, ValueSchema
from vaultkit.schema.section_schema import SectionsSchema
from vaultkit.schema.source import Closed, Node, Unfit, at, build, merged, mistake, read_yaml

if TYPE_CHECKING:
    from vaultkit.schema.json_schema import JsonSchema

Resolve = Callable[[str, str], tuple[str, str]]
"""Finds what a schema extends, or a JSON Schema: (name or path as written, file it was written in) -> (text, file)."""


class Consequence(Closed):
    """The properties that are required then."""

    require: TextList


class Condition(Closed):
    """Properties that are required when others have certain values (a list of values is an or)."""

    when: dict[str, Any] = Field(alias="if", min_length=1)
    then: Consequence
    message: StrictStr = ""


class Comparison(Closed):
    """How the values of two properties stand to each other, when both are there."""

    left: StrictStr
    op: Literal["==", "!=", "<", "<=", ">", ">="]
    right: StrictStr
    message: StrictStr = ""


class Filename(Closed):
    """What the name of a note's file, without `.md`, must be like."""

    pattern: Pattern
    message: StrictStr = ""


TitleSource = Literal["property", "heading", "filename"]


class TitlePolicy(Closed):
    """Where a note's title stands. With `must-agree`, all of these places that are there say the same."""

    sources: tuple[TitleSource, ...] = Field(default=("property", "heading", "filename"), alias="from", min_length=1)
    must_agree: StrictBool = Field(default=False, alias="must-agree")


class NoteSchema(Closed):
    """One schema, with all that it extends merged in. Two schemas are equal when they are one object."""

    name: StrictStr = ""
    description: StrictStr = ""
    properties: dict[str, PropertySchema] = Field(default_factory=dict)
    additional_properties: StrictBool = Field(default=True, alias="additionalProperties")
    json_schema: StrictStr | None = Field(default=None, alias="json-schema")
    required_if: tuple[Condition, ...] = Field(default=(), alias="required-if")
    compare: tuple[Comparison, ...] = ()
    filename: Filename | None = None
    title: TitlePolicy | None = None
    sections: SectionsSchema | None = None

    _root: Node = PrivateAttr(Node({}, "", 1))
    _digest: str = PrivateAttr("")
    _json: JsonSchema | None = PrivateAttr(None)
    _governs: Callable[[str, str, Facts], bool] | None = PrivateAttr(None)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @model_validator(mode="after")
    def _closed_names(self) -> NoteSchema:
        if not self.additional_properties:
            for index, condition in enumerate(self.required_if):
                for name in condition.then.require:
                    if name not in self.properties:
                        raise Unfit(f"`{name}` is required, and the schema does not allow it", "required-if", index)
        return self

    def origin(self, *path: str | int) -> Origin:
        """Where the schema says something, by the keys that lead there (`"properties", "title"`)."""
        node = at(self._root, path)
        return Origin(self.name, node.file, node.line)

    def hint(self, *authors: Any) -> str:
        """The schema author's words for a finding: the nearest `message` or `description`, the schema's own last."""
        for author in (*authors, self):
            words = getattr(author, "message", "") or getattr(author, "description", "")
            if words:
                return str(words)
        return ""

    @cached_property
    def linked(self) -> dict[str, LinkedSchema]:
        """The properties whose links must lead to a note of a schema, by their dotted path with `*` for any item."""
        return {
            ".".join(names): LinkedSchema(wanted, path)
            for name, declared in self.properties.items()
            for names, wanted, path in _linked(declared, (name,), ("properties", name))
        }

    def leads_to(self, name: str, path: str, facts: Facts) -> bool:
        """Whether a note is governed by the schema of a name; always, when the schema stands alone."""
        return self._governs is None or self._governs(name, path, facts)

    @property
    def file(self) -> str:
        """The schema's own file, as shown to people."""
        return self._root.file

    @property
    def files(self) -> tuple[str, ...]:
        """All files that the schema was read from, its own first, as shown to people."""
        inner = self._json.files if self._json else ()
        return tuple(dict.fromkeys((self.file, *sorted(_files(self._root)), *inner)))

    @property
    def judge(self) -> JsonSchema | None:
        """The JSON Schema that the properties must satisfy too."""
        return self._json

    @property
    def parts(self) -> dict[str, Node]:
        """What the schema says, by key, each with its place; its name left out."""
        return {key: node for key, node in self._root.value.items() if key != "name"}

    @property
    def digest(self) -> str:
        """Changes whenever anything in the schema does, places included, since findings show them."""
        return self._digest


class LinkedSchema(NamedTuple):
    """The name of the schema that governs what a link leads to, and the path to where it is asked for."""

    name: str
    path: Path


def _linked(value: ValueSchema, names: tuple[str, ...], path: Path) -> Iterator[tuple[tuple[str, ...], str, Path]]:
    if value.schema_name:
        yield names, value.schema_name, (*path, "schema")
    if value.items:
        yield from _linked(value.items, (*names, "*"), (*path, "items"))
    for name, member in value.properties.items():
        yield from _linked(member, (*names, name), (*path, "properties", name))


def _files(node: Node) -> set[str]:
    inner = node.value.values() if isinstance(node.value, dict) else node.value if isinstance(node.value, list) else ()
    return {node.file}.union(*map(_files, inner))


def load_schema(text: str, file: str, resolve: Resolve | None = None, read: Resolve | None = None) -> NoteSchema:
    """The schema written in `text`; `file` is its file as shown to people, and names it when it has no `name`.

    `resolve` finds the schemas that it extends, `read` the JSON Schema that it names.

    Raises SetupError with file, line and did-you-mean for the first mistake in it or in what it extends.
    """
    root = _extended(read_yaml(text, file), resolve, (file,))
    schema = build(NoteSchema, root)
    if not schema.name:
        stem = file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        schema = schema.model_copy(update={"name": stem or file})
    schema._root = root
    if schema.json_schema is not None:
        schema._json = _judge(root.value["json-schema"], read)
    parts = (schema.name, root, schema._json.contents if schema._json else None)
    schema._digest = blake2b(repr(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()
    return schema


def _judge(path: Node, read: Resolve | None) -> JsonSchema:
    if read is None:
        raise mistake(f"there is nowhere to look for `{path.value}`", path)
    from vaultkit.schema.json_documents import load_json_schema

    return load_json_schema(path, read)


def _extended(node: Node, resolve: Resolve | None, files: tuple[str, ...]) -> Node:
    """The document with what it extends below it, in the order given; a base's name and file are not inherited."""
    extends: Node | None = node.value.get("extends")
    if extends is None:
        return node
    bases = extends.value if isinstance(extends.value, list) else [extends]
    whole = Node({}, node.file, node.line)
    for base in bases:
        whole = merged(whole, _base(base, resolve, files), "heading")
    own = {key: value for key, value in node.value.items() if key != "extends"}
    inherited = {key: value for key, value in whole.value.items() if key not in ("name", "description")}
    return merged(whole._replace(value=inherited), node._replace(value=own), "heading")


def _base(name: Node, resolve: Resolve | None, files: tuple[str, ...]) -> Node:
    if not isinstance(name.value, str):
        raise mistake("`extends` takes the name of a schema, or a list of names", name)
    if resolve is None:
        raise mistake(f"there is nowhere to look for `{name.value}`", name)
    try:
        text, file = resolve(name.value, name.file)
    except SetupError as error:
        raise mistake(error.what, name, error.do) from error
    if file in files:
        raise mistake(f"`{name.value}` extends itself", name, " extends ".join((*files, file)))
    return _extended(read_yaml(text, file), resolve, (*files, file))
