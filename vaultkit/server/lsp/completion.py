"""What can be typed next: property names and values that the schemas know, tags in use, sections due, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from vaultkit.index.file_kinds import is_note
from vaultkit.index.link_text import LinkStyle, link_path
from vaultkit.index.outline import heading_in_link
from vaultkit.lint.section_edits import stubs
from vaultkit.model.note import NotePath
from vaultkit.model.text import LineIndex, Span, TextEdit
from vaultkit.parse.frontmatter import aliases
from vaultkit.schema.repair import as_yaml
from vaultkit.schema.sections import match_sections

if TYPE_CHECKING:
    from vaultkit.schema.property_schema import PropertySchema
    from vaultkit.server.lsp.desk import Desk
    from vaultkit.server.lsp.server import Place, Server

_MOST = 200
"""So many are offered at once; the client asks again when more is typed."""

_KEY = re.compile(r"[^\s:#\-\[\]{}'\"][^:#]*|")
_TYPED_KEY = re.compile(r"^([^\s:#\-][^:\n]*):(?=\s)", re.MULTILINE)
_VALUE = re.compile(r"(?P<key>[^\s:][^:]*):[ \t]+(?P<typed>.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<typed>.*)")
_LINK = re.compile(r"!?\[\[(?P<target>[^\[\]|#\n]*)(?P<subpath>#[^\[\]|\n]*)?\Z")
_TAG = re.compile(r"(?:\A|(?<=\s))#(?P<tag>[\w/-]*)\Z")
_HEADING = re.compile(r"(?P<signs>#{1,6})[ \t]+(?P<title>.*)\Z")

Offer = Iterator[types.CompletionItem]


def register(server: Server) -> None:
    """Offer completion."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["[", "#", "^", ":"]))
    async def complete(params: types.CompletionParams) -> types.CompletionList:
        found = await server.ask(lambda: _complete(server, params))
        return types.CompletionList(len(found) >= _MOST, found)


def _complete(server: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
    place = server.place(params.text_document.uri)
    if place is None:
        return []
    text = place.desk.text(place.path)
    at = server.ruler(text).offset(params.position)
    found = list(_offers(_Here(server, place, text, at)))
    return found[:_MOST]


class _Here:
    """A place at which somebody types: `before` is the line up to there."""

    def __init__(self, server: Server, place: Place, text: str, at: int) -> None:
        self.server, self.text, self.at = server, text, at
        self.desk, self.path = place
        self.facts = self.desk.note(self.path).facts
        lines = LineIndex(text)
        self.line = lines.position(at).line
        self.span = lines.span(self.line)
        self.before = text[self.span.start : at]

    @property
    def in_properties(self) -> bool:
        return 0 < self.at < self.facts.frontmatter.span.end or self._opens_properties()

    def _opens_properties(self) -> bool:
        """Whether the properties are being typed, and cannot be read right now."""
        above = self.text[: self.span.start]
        return above.startswith(("---\n", "---\r\n")) and not re.search(r"\n---(?=\r?\n)", above)

    @property
    def typed_keys(self) -> set[str]:
        """The names of the properties that are there, in small letters, whether or not they can be read."""
        end = self.facts.frontmatter.span.end
        return {found[1].strip().lower() for found in _TYPED_KEY.finditer(self.text, 0, max(end, self.at))}

    def item(
        self,
        label: str,
        start: int,
        new: str,
        kind: types.CompletionItemKind,
        *,
        detail: str = "",
        words: str = "",
        sought: str = "",
    ) -> types.CompletionItem:
        """An offer that replaces what was typed from the offset `start` up to here; `sought` is what finds it."""
        return types.CompletionItem(
            label,
            kind=kind,
            detail=detail or None,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, words) if words else None,
            filter_text=sought or None,
            text_edit=self.server.ruler(self.text).edit(TextEdit(Span(start, self.at), new)),
        )


def _offers(here: _Here) -> Offer:
    link = _LINK.search(here.before)
    if link:
        yield from _links(here, link) if here.server.offers_links else ()
    elif here.in_properties:
        yield from _properties(here)
    else:
        tag = _TAG.search(here.before)
        if tag:
            start = here.at - len(tag["tag"])
            for name in _tags(here.desk, tag["tag"]):
                yield here.item(f"#{name}", start, name, types.CompletionItemKind.Keyword)
        heading = _HEADING.fullmatch(here.before)
        if heading:
            yield from _sections(here, here.at - len(heading["title"]), len(heading["signs"]))


# Properties -----------------------------------------------------------------------------------------------------


def _properties(here: _Here) -> Offer:
    value, item = _VALUE.fullmatch(here.before), _ITEM.fullmatch(here.before)
    if value:
        yield from _values(here, value["key"].strip(), value["typed"])
    elif item:
        yield from _values(here, _key_above(here), item["typed"])
    elif _KEY.fullmatch(here.before):
        known = here.typed_keys
        for name, declared in declared_properties(here.desk, here.path).items():
            if name.lower() not in known:
                yield here.item(
                    name,
                    here.span.start,
                    f"{name}: ",
                    types.CompletionItemKind.Property,
                    detail=kind_of(declared),
                    words=meaning(declared),
                )


def declared_properties(desk: Desk, path: NotePath) -> dict[str, PropertySchema]:
    """What the schemas of a note say of its properties, by name; the first that speaks of one counts."""
    found: dict[str, PropertySchema] = {}
    for schema in desk.schemas(path):
        for name, declared in schema.properties.items():
            found.setdefault(name, declared)
    return found


def kind_of(declared: PropertySchema) -> str:
    """A property's type in few words: "text · required"."""
    kinds = " or ".join(declared.type) or "any"
    return f"{kinds} · required" if declared.required else kinds


def meaning(declared: PropertySchema) -> str:
    """What a property is for and what it may be, as Markdown."""
    lines = [declared.description] if declared.description else []
    allowed = choices(declared)
    if allowed:
        lines.append("One of " + ", ".join(f"`{value}`" for value in allowed))
    if declared.pattern:
        lines.append(f"Like `{declared.pattern}`")
    return "\n\n".join(lines)


def choices(declared: PropertySchema) -> list[str]:
    """The values that a property may have, as they are typed; none when there are too many to name."""
    inner = declared.items if declared.items and declared.enum is None else declared
    if inner.enum is not None:
        return [as_yaml(value) for value in inner.enum]
    if "const" in inner.written:
        return [as_yaml(inner.const)]
    return ["true", "false"] if inner.type == ("checkbox",) else []


def _values(here: _Here, key: str, typed: str) -> Offer:
    start = here.at - len(typed.rpartition("[")[2].rpartition(",")[2].lstrip())
    declared = {name.lower(): item for name, item in declared_properties(here.desk, here.path).items()}
    known = declared.get(key.lower())
    found = choices(known) if known else []
    if key.lower() == "tags":
        found += [name for name in _tags(here.desk, typed) if name not in found]
    yield from (here.item(value, start, value, types.CompletionItemKind.Value) for value in found)


def _key_above(here: _Here) -> str:
    """The property whose list an item stands in."""
    above = here.text[: here.span.start].splitlines()
    for line in reversed(above):
        found = re.fullmatch(r"(?P<key>[^\s:\-][^:]*):[ \t]*", line)
        if found:
            return found["key"].strip()
        if not _ITEM.fullmatch(line):
            return ""
    return ""


def _tags(desk: Desk, typed: str) -> list[str]:
    """The tags in use as most notes spell them, the most used first; the one that is being typed is not in use yet."""
    count = {name: number for name, number in tag_counts(desk).items() if number > 1 or name != typed.strip()}
    return sorted(count, key=lambda name: (-count[name], name.lower()))


def tag_counts(desk: Desk) -> dict[str, int]:
    """In how many notes each tag stands, or one nested below it."""
    desk.index.usual("")  # so that the tags are counted
    view, counts = desk.index.view(), desk.index.counts or {}
    return {
        view.usual_spelling(group.removeprefix("tag ")): sum(forms.values())
        for group, forms in counts.items()
        if group.startswith("tag ")
    }


# Sections -------------------------------------------------------------------------------------------------------


def _sections(here: _Here, start: int, level: int) -> Offer:
    """The titles of the sections that are still missing, in the order of the schema."""
    told: set[str] = set()
    for schema in here.desk.schemas(here.path):
        if schema.sections is None:
            continue
        match = match_sections(schema, here.facts)
        for missing, edit, _ in stubs(match, here.text):
            for line in edit.text.splitlines():
                found = _HEADING.fullmatch(line)
                if found and found["title"] not in told and len(found["signs"]) == level:
                    told.add(found["title"])
                    hint = match.hint(missing.entry)
                    yield here.item(found["title"], start, found["title"], types.CompletionItemKind.Struct, words=hint)


# Links ----------------------------------------------------------------------------------------------------------


def _links(here: _Here, link: re.Match[str]) -> Offer:
    if link["subpath"] is None:
        yield from _targets(here, here.at - len(link["target"]), link["target"].strip().lower())
        return
    found = here.desk.index.look_up(link["target"].strip(), here.path).resolution.path
    path = here.path if not link["target"].strip() else found
    if path is None or not is_note(path):
        return
    facts = here.desk.note(path).facts
    start = here.at - len(link["subpath"]) + 1
    if link["subpath"].startswith("#^"):
        for block in facts.blocks:
            yield here.item(f"^{block.id}", start, f"^{block.id}", types.CompletionItemKind.Reference)
        return
    for heading in facts.headings:
        title = heading_in_link(heading.text)
        yield here.item(title, start, title, types.CompletionItemKind.Reference, detail="#" * heading.level)


def _targets(here: _Here, start: int, typed: str) -> Offer:
    """Files by the shortest name that opens them, then aliases."""
    for path in _fitting(here.desk, typed):
        yield _target(here, start, path)
    if not typed:
        return
    for path, properties in here.desk.index.having("aliases"):
        for alias in aliases(properties):
            if typed in alias.lower():
                name = here.desk.index.shortest(path, here.path)
                yield here.item(
                    alias, start, f"{name}|{alias}", types.CompletionItemKind.File, detail=path, sought=alias
                )


def _target(here: _Here, start: int, path: NotePath) -> types.CompletionItem:
    name = link_path(here.desk.index, here.path, path, LinkStyle("shortest", False))
    return here.item(name, start, name, types.CompletionItemKind.File, detail=path, sought=f"{name} {path}")


def _fitting(desk: Desk, typed: str) -> Iterable[NotePath]:
    found = [path for path in desk.index.files if typed in path.lower()]
    return sorted(found, key=lambda path: (typed not in path.lower().rpartition("/")[2], len(path), path))[:_MOST]
