"""Reading a JSON Schema and every file that it refers to. Files are those of the vault; no address is ever opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError
from jsonschema_specifications import REGISTRY
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple
from vaultkit.registry import suggest
from vaultkit.schema.json_formats import FORMATS
from vaultkit.schema.json_schema import JsonSchema
from vaultkit.schema.json_types import NAMES
from vaultkit.schema.pattern import PatternError, pattern_test
from vaultkit.schema.source import Node, mistake, read_yaml

Read = Callable[[str, str], tuple[str, str]]
"""Finds a file: (path as written, file it was written in) -> (text, file as shown to people)."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILE = "file:///"


def load_json_schema(path: Node, read: Read) -> JsonSchema:
    """The JSON Schema in the file that a note schema names at `path`.

    Raises SetupError with file and line for what is wrong in it, or in a file that it refers to.
    """
    documents = Documents(read)
    uri = documents.add(path.value, path)
    documents.connect()
    return JsonSchema(documents, uri, path)


class _Reference(NamedTuple):
    """A `$ref`: the schema that it stands in, its keyword, the address that it is seen from, its place."""

    schema: dict[str, Any]
    word: str
    base: str
    place: Node


class Documents:
    """The files that belong to one JSON Schema, each known by an address below `file:///`, the vault's root."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._nodes: dict[str, Node] = {}
        self._contents: dict[str, Any] = {}
        self._places: dict[int, Node] = {}
        self._ids: dict[str, str] = {}
        """The addresses that schemas give themselves -> those by which they are known here."""
        self._references: list[_Reference] = []
        self.registry: Any = REGISTRY

    @property
    def files(self) -> tuple[str, ...]:
        """The files, as shown to people, in the order they were read."""
        return tuple(node.file for node in self._nodes.values())

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The documents with their places."""
        return tuple(self._nodes.values())

    def node(self, uri: str) -> Node:
        """One document with its places."""
        return self._nodes[uri]

    def contents(self, uri: str) -> Any:
        """A document without places, with the address of its file for its `$id`."""
        return self._contents[uri]

    def bundle(self) -> dict[str, Any]:
        """All documents without places, by their addresses."""
        return dict(self._contents)

    def place(self, schema: Any) -> Node | None:
        """Where a mapping stands that is part of a document; None for one of the metaschema."""
        return self._places.get(id(schema))

    def add(self, path: str, asked: Node) -> str:
        """Read a file that is asked for somewhere; its address."""
        try:
            text, file = self._read(path, asked.file)
        except SetupError as error:
            raise mistake(error.what, asked, error.do) from error
        uri = _FILE + quote(file)
        if uri not in self._nodes:
            node = self._nodes[uri] = read_yaml(text, file)
            contents = self._contents[uri] = self._plain(node)
            _check(node, contents)
            own = contents.pop("$id", None)
            contents["$id"] = uri
            own = urljoin(uri, own or "")
            self._ids[urldefrag(own)[0]] = uri
            self._walk(contents, uri, own)
        return uri

    def _plain(self, node: Node) -> Any:
        if isinstance(node.value, dict):
            made = {key: self._plain(child) for key, child in node.value.items()}
            self._places[id(made)] = node
            return made
        return [self._plain(child) for child in node.value] if isinstance(node.value, list) else node.value

    def _walk(self, schema: Any, base: str, own: str) -> None:
        """Check what the metaschema does not, and note what is referred to. A schema is known by its address below that
        of the file, and by the one below the address that the file gives itself (`own`)."""
        if not isinstance(schema, dict):
            return
        node = self._places[id(schema)]
        schema.pop("$schema", None)  # jsonschema would go on by its own keywords there
        if schema.get("$id", base) != base:
            base, own = urljoin(base, schema["$id"]), urljoin(own, schema["$id"])
            self._ids[urldefrag(own)[0]] = urldefrag(base)[0]
        for place, source in _patterns(node):
            try:
                pattern_test(source)
            except PatternError as error:
                raise mistake(f"the pattern `{source}` cannot be used: {error}", place) from error
        if "format" in schema and schema["format"] not in FORMATS:
            raise mistake(
                f"there is no format `{schema['format']}`", node.at(("format",)), suggest(schema["format"], FORMATS)
            )
        for word in ("$ref", "$dynamicRef"):
            if word in schema:
                self._references.append(_Reference(schema, word, base, node.at((word,))))
        for inner in DRAFT202012.subresources_of(schema):
            self._walk(inner, base, own)

    def connect(self) -> None:
        """Read what is referred to, and make sure that every reference leads somewhere."""
        done = 0
        while done < len(self._references):
            self._fetch(self._references[done])
            done += 1
        for schema, word, base, _ in self._references:
            there, fragment = _target(base, schema[word])
            if there in self._ids:
                schema[word] = f"{self._ids[there]}#{fragment}"
        resources = [(uri, DRAFT202012.create_resource(contents)) for uri, contents in self._contents.items()]
        registry: Registry[Any] = REGISTRY.with_resources(resources)
        self.registry = registry.crawl()
        for reference in self._references:
            try:
                self.registry.resolver(reference.base).lookup(reference.schema[reference.word])
            except Unresolvable as error:
                raise mistake(f"`{reference.place.value}` leads nowhere", reference.place) from error

    def _fetch(self, reference: _Reference) -> None:
        there = _target(reference.base, reference.schema[reference.word])[0]
        if there in self._ids.keys() | self._ids.values() or there in REGISTRY:
            return
        if not there.startswith(_FILE):
            what = (
                f"`{reference.place.value}` is no file of the vault, and no address is opened while notes are checked"
            )
            raise mistake(what, reference.place, "keep a copy in the vault and write its path")
        self.add(unquote(there.removeprefix(_FILE)), reference.place)


def _target(base: str, reference: str) -> tuple[str, str]:
    """The address of a document, and the place in it, that a reference seen from `base` leads to."""
    if reference.startswith("#"):
        return base, reference[1:]
    there, fragment = urldefrag(urljoin(base, reference))
    return there, fragment


def _check(node: Node, contents: Any) -> None:
    """Raise SetupError when a document is no schema of the draft that is read here."""
    dialect = contents.get("$schema", _DIALECT)
    if str(dialect).rstrip("#") != _DIALECT:
        raise mistake(
            f"this is a schema for `{dialect}`, and draft 2020-12 is what is read here",
            node.at(("$schema",)),
            f"bring it up to date, and write `{_DIALECT}`",
        )
    try:
        Draft202012Validator.check_schema(contents, FormatChecker(formats=()))
    except SchemaError as error:
        place = node.at(error.absolute_path)
        if error.absolute_path and "type" in list(error.absolute_path)[-2:] and isinstance(error.instance, str):
            raise mistake(f"there is no type `{error.instance}`", place, suggest(error.instance, NAMES)) from error
        name = ".".join(map(str, error.absolute_path)) or node.file
        raise mistake(f"`{name}` is not what JSON Schema takes there: {error.message[:200]}", place) from error


def _patterns(node: Node) -> Iterator[tuple[Node, str]]:
    """The patterns of a schema with their places, those of the schemas within it left out."""
    if "pattern" in node.value:
        yield node.value["pattern"], node.value["pattern"].value
    named = node.value.get("patternProperties")
    for source, place in named.value.items() if named else ():
        yield place, source
