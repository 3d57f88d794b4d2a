"""What must be written where when a file of the vault gets another path: the edits after which every link opens what
it opened before, and no more of them than that takes.

Source: the help's "Internal links" (renaming updates links, display text is left) and "Files and links" settings (the
format of a link that is written anew). Each link keeps its kind, its subpath, its display text, and `.md` if it had it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from vaultkit.index.file_kinds import ending
from vaultkit.index.link_text import LinkStyle, encoded, link_path, retargeted, target_span, with_ending
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import Link, NotePath
from vaultkit.model.text import Span, TextEdit, apply_edits
from vaultkit.parse import canvas
from vaultkit.parse.grammar import ENTITY
from vaultkit.parse.note import parse

_NOT_BETWEEN_ANGLES = re.compile(r"[<>\\%&|\r\n]")

Target = Callable[[Link], str | None]
"""What a link must name from now on; None when it may stay as it is."""


class Lost(NamedTuple):
    """A link that cannot be made to open what it opened, at its place in the old text."""

    path: NotePath
    link: Link


class Rename:
    """One file's change of path in a vault; `before` is the vault as it is.

    All paths that are given and returned are those from before, unless a name says otherwise.
    """

    def __init__(self, before: VaultIndex, old: NotePath, new: NotePath, style: LinkStyle) -> None:
        self.old, self.new = old, new
        self._before = before
        self._after = VaultIndex(new if path == old else path for path in before.files)
        self._style = style._replace(markdown=False)

    def concerns(self, path: NotePath, links: Iterable[Link]) -> bool:
        """Whether a link of this file must be written anew."""
        return any(self._target(path, link) is not None for link in links)

    def edits(self, path: NotePath, text: str) -> tuple[TextEdit, ...] | Lost:
        """The edits to a note or canvas, in order, or the first link that no edit can save."""
        target = partial(self._target, path)
        edits = _canvas_edits(text, target) if ending(path) == "canvas" else _note_edits(text, target)
        ordered = tuple(sorted(set(edits)))
        return self._first_lost(path, text, ordered) or ordered

    def _moved(self, path: NotePath) -> NotePath:
        return self.new if path == self.old else path

    def _wanted(self, path: NotePath, link: Link) -> NotePath | None:
        """What a link must open afterwards; None when it opens nothing today."""
        opened = self._before.find(link, path).resolution.path
        return self._moved(opened) if opened is not None else None

    def _opens(self, path: NotePath, link: Link) -> NotePath | None:
        return self._after.find(link, self._moved(path)).resolution.path

    def _target(self, path: NotePath, link: Link) -> str | None:
        wanted = self._wanted(path, link)
        if wanted is None or (self._opens(path, link) == wanted and not self._is_respelled(link, wanted)):
            return None
        if link.kind == "path":
            return wanted
        for text in self._texts(path, wanted):
            target = with_ending(link, text, wanted)
            if self._opens(path, link._replace(target=target)) == wanted:
                return target
        return wanted

    def _is_respelled(self, link: Link, wanted: NotePath) -> bool:
        """Whether a link is spelled like the old path, and still opens the file only because letter case is no
        matter."""
        return wanted == self.new and _spells(link.target, self.old) and not _spells(link.target, self.new)

    def _texts(self, path: NotePath, wanted: NotePath) -> Iterator[str]:
        """Ways to name a file from another, the one that the settings ask for first."""
        text = link_path(self._after, self._moved(path), wanted, self._style)
        yield text
        if self._style.format == "relative":
            yield "./" + text
        for whole in (wanted.removesuffix(".md"), wanted):
            yield whole
            yield "/" + whole

    def _first_lost(self, path: NotePath, text: str, edits: Sequence[TextEdit]) -> Lost | None:
        """The edited text is read again: its links must be the same ones, and open the same files."""
        before = _links(path, text)
        try:
            after = _links(path, apply_edits(text, edits))
        except ValueError:
            after = ()
        if len(before) != len(after):
            return next((Lost(path, link) for link in before if self._target(path, link) is not None), None)
        for number, (link, now) in enumerate(zip(before, after, strict=True)):
            wanted = self._wanted(path, link)
            if wanted is not None and self._opens(path, now) != wanted:
                return Lost(path, link)
            holds = any(inner.span.start < link.span.end for inner in before[number + 1 : number + 2])
            if _kept(now) != _kept(link) or (now.display != link.display and not holds):
                return Lost(path, link)
        return None


def _spells(target: str, path: NotePath) -> bool:
    return bool(target) and f"/{path}".endswith((f"/{target}", f"/{target}.md"))


def _kept(link: Link) -> tuple[object, ...]:
    """What of a link no edit may change; its display text aside, which may hold a link of its own."""
    return link.kind, link.subpath, link.property, link.width, link.height, link.hidden


def _links(path: NotePath, text: str) -> tuple[Link, ...]:
    return (canvas.facts(text) if ending(path) == "canvas" else parse(text)).links


def _note_edits(text: str, target: Target) -> Iterator[TextEdit]:
    for link in parse(text).links:
        new = target(link)
        edit = _edit(text, link, new) if new is not None else None
        if edit:
            yield edit


def _canvas_edits(text: str, target: Target) -> Iterator[TextEdit]:
    for card in canvas.read(text).cards:
        if card.kind == "file":
            new = target(Link("path", card.value, card.subpath, None, card.span))
            edits = [TextEdit(Span(0, len(card.value)), new)] if new is not None else []
        else:
            found = ((link, target(link)) for link in canvas.text_links(card))
            edits = [edit for link, new in found if new is not None and (edit := _edit(card.value, link, new))]
        yield from canvas.source_edits(text, card, edits)


def _edit(text: str, link: Link, target: str) -> TextEdit | None:
    """The edit of a link's path alone: its subpath stays as it was typed. None when the link cannot hold the path."""
    span = target_span(text, link)
    if span is None or retargeted(text, link._replace(property=""), target) is None:
        return None
    typed = text[slice(*span)].partition("#")[0].rstrip()
    place = Span(span.start, span.start + len(typed))
    if text.startswith(("[[", "![["), link.span.start):
        return TextEdit(place, _quoted(text, link, target) if link.property else target)
    if text[span.start - 1] == "<" and not _NOT_BETWEEN_ANGLES.search(target):
        return TextEdit(place, target)
    address = encoded(target).replace("|", "%7C")
    return TextEdit(place, address.replace("&", "%26") if ENTITY.search(address) else address)


def _quoted(text: str, link: Link, target: str) -> str:
    """A path as the quotes around a property's link ask for it (YAML 1.2 §7.3)."""
    sign = text[link.span.start - 1 : link.span.start]
    if sign == "'":
        return target.replace("'", "''")
    return target.replace("\\", "\\\\").replace('"', '\\"') if sign == '"' else target
