"""A note schema: what the notes of one kind have in their properties, their sections and their file names.

Read from YAML into closed models: a key that is not known is refused, so whatever a schema says is enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from vaultkit.errors import SetupError
from vaultkit.model.clause import NOTHING, Clause
from vaultkit.model.diagnostic import Origin
from vaultkit.model.note import Facts
from vaultkit.model.record import NamedTuple
from vaultkit.schema.source import Node, Unfit, build, merged, mistake, read_yaml

if TYPE_CHECKING:
    from vaultkit.schema.json_schema import JsonSchema
    from vaultkit.schema.property_schema import Path, PropertySchema, ValueSchema
    from vaultkit.schema.section_schema import SectionsSchema
    from vaultkit.schema.words import Field, Pattern, StrictBool, StrictStr, TextList, TitleSource

Resolve = Callable[[str, str], tuple[str, str]]
"""Finds what a schema extends, or a JSON Schema: (name or path as written, file it was written in) -> (text, file)."""


class Consequence(Clause):
    """The properties that are required then."""

    require: TextList


class Condition(Clause):
    """Properties that are required when others have certain values (a list of values is an or)."""

    when: Annotated[dict[str, Any], Field(alias="if", min_length=1)]
    then: Consequence
    message: StrictStr = ""


class Comparison(Clause):
    """How the values of two properties stand to each other, when both are there."""

    left: StrictStr
    op: Literal["==", "!=", "<", "<=", ">", ">="]
    right: StrictStr
    message: StrictStr = ""


class Filename(Clause):
    """What the name of a note's file, without `.md`, must be like."""

    pattern: Pattern
    message: StrictStr = ""


class TitlePolicy(Clause):
    """Where a note's title stands. With `must-agree`, all of these places that are there say the same."""

    sources: Annotated[tuple[TitleSource, ...], Field(alias="from", min_length=1)] = ("property", "heading", "filename")
    must_agree: Annotated[StrictBool, Field(alias="must-agree")] = False


class NoteSchema(Clause):
    """One schema, with all that it extends merged in. Two schemas are equal when they are one object."""

    name: StrictStr = ""
    description: StrictStr = ""
    properties: dict[str, PropertySchema] = NOTHING
    additional_properties: Annotated[StrictBool, Field(alias="additionalProperties")] = True
    json_schema: Annotated[StrictStr | None, Field(alias="json-schema")] = None
    required_if: Annotated[tuple[Condition, ...], Field(alias="required-if")] = ()
    compare: tuple[Comparison, ...] = ()
    filename: Filename | None = None
    title: TitlePolicy | None = None
    sections: SectionsSchema | None = None

    _root: Node = Node({}, "", 1)
    _json: JsonSchema | None = None
    _governs: Callable[[str, str, Facts], bool] | None = None

    def check(self) -> None:
        """Raise Unfit where a property is required that is not allowed."""
        if not self.additional_properties:
            for index, condition in enumerate(self.required_if):
                for name in condition.then.require:
                    if name not in self.properties:
                        raise Unfit(f"`{name}` is required, and the schema does not allow it", "required-if", index)

    def origin(self, *path: str | int) -> Origin:
        """Where the schema says something, by the keys that lead there (`"properties", "title"`)."""
        node = self._root.at(path)
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

    def connect(self, governs: Callable[[str, str, Facts], bool]) -> None:
        """Take in what tells whether the schema of a name governs the note at a path."""
        self.__dict__["_governs"] = governs

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
        return tuple(dict.fromkeys((self.file, *sorted(self._root.files()), *inner)))

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
        from vaultkit.model.digest import blake2b

        parts = (self.name, self._root, self._json.contents if self._json else None)
        return blake2b(repr(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


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


def load_schema(text: str, file: str, resolve: Resolve | None = None, read: Resolve | None = None) -> NoteSchema:
    """The schema written in `text`; `file` is its file as shown to people, and names it when it has no `name`.

    `resolve` finds the schemas that it extends, `read` the JSON Schema that it names.

    Raises SetupError with file, line and did-you-mean for the first mistake in it or in what it extends.
    """
    root = _extended(read_yaml(text, file), resolve, (file,))
    schema = build(NoteSchema, root)
    if not schema.name:
        stem = file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        schema = schema.replaced(name=stem or file)
    judge = _judge(root.value["json-schema"], read) if schema.json_schema is not None else None
    return schema.replaced(_root=root, _json=judge)


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
