"""Boards: the canvases and bases that published notes show or link to.

Like an attachment, a board is published when a published note embeds it or links to it, and never as the file that it
is: what is on the page is made of the publish set. One that is linked to gets a page; it has no state of its own, and
is made anew of the set each time, as the page of a tag is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from vaultkit.bases import definition
from vaultkit.index.file_kinds import ending
from vaultkit.model.expression import expression
from vaultkit.model.note import NO_FACTS, Facts, Link, NotePath
from vaultkit.parse import canvas
from vaultkit.publish.address import claim, page_url
from vaultkit.publish.intent import Notice
from vaultkit.publish.manifest import digest_of
from vaultkit.publish.permalinks import has_folders, posts_of
from vaultkit.publish.select import PublishedNote, PublishSet, Snapshot

if TYPE_CHECKING:
    from vaultkit.config import Slug

MAX_BYTES = 4 * 1024 * 1024
"""A larger board is not shown."""

_LABEL = expression(r'"label"\s*:\s*"((?:[^"\\]|\\.)*)"')
_ENDINGS = (".canvas", ".base")


def is_board(path: str) -> bool:
    """Whether a file is a canvas or a base."""
    return ending(path) in ("canvas", "base")


class BoardTexts:
    """The texts of boards, each read once. None for one that cannot be had, or that lies where nothing is published."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.known: dict[NotePath, str | None] = {}
        """What was read."""

    def __call__(self, path: NotePath) -> str | None:
        """The text of a board."""
        if path not in self.known:
            self.known[path] = None if self._snapshot.excluded(path) else self._read(path)
        return self.known[path]

    def _read(self, path: NotePath) -> str | None:
        try:
            data = self._snapshot.data(path)
            return data.decode("utf-8-sig") if len(data) <= MAX_BYTES else None
        except (OSError, UnicodeDecodeError):
            return None


def with_boards(
    notes: PublishSet,
    linked: Collection[NotePath],
    read: Callable[[NotePath], str | None],
    failed: Container[tuple[NotePath, str]],
    slug: Slug,
) -> PublishSet:
    """The set, and as notes without facts the boards that are `linked` from it. One whose address is that of a note, or
    of another board, gets no page.

    `failed`: texts by path and digest that could not be rendered. `slug` says how addresses are made.
    """
    places = chain((note.url for note in notes.notes.values()), (old.url for old in notes.redirects)) if linked else ()
    taken = set(map(claim, places))
    apart = has_folders(posts_of(slug).permalink)
    found: dict[NotePath, PublishedNote] = {}
    said: list[Notice] = []
    for path in sorted(linked):
        text, url = read(path), page_url(path, slug.style, apart)
        digest = digest_of((text or "").encode("utf-8", "surrogatepass"))
        if text is None or (path, digest) in failed:
            continue
        if claim(url) in taken:
            said.append(Notice(path, f"gets no page, since its address, `{url}`, is that of another"))
            continue
        taken.add(claim(url))
        found[path] = PublishedNote(path, url, "", NO_FACTS, digest, False)
    if not found and not said:
        return notes
    return notes._replace(notes={**notes.notes, **found}, notices=(*notes.notices, *said))


def linked_boards(
    notes: PublishSet, resolve: Callable[[Link, NotePath], NotePath | None], pointing: Iterable[NotePath]
) -> set[NotePath]:
    """The boards that links of a set open; `pointing` are the notes that have such links (`points`)."""
    links = ((path, link) for path in pointing for link in board_links(notes.notes[path].facts))
    return {target for path, link in links if (target := resolve(link, path)) is not None and is_board(target)}


def board_links(facts: Facts) -> Iterator[Link]:
    """The links of a note that name a board; one that is embedded needs no page."""
    for link in facts.links:
        if link.kind != "embed" and not link.hidden and link.target.lower().endswith(_ENDINGS):
            yield link


def points(note: PublishedNote) -> bool:
    """Whether a note names a board in a link."""
    return any(True for _ in board_links(note.facts))


def words(path: NotePath, text: str) -> Iterator[str]:
    """What a board says by itself: of a canvas the texts of its cards and groups, of a base its titles, names and
    formulas. A path in a canvas and a filter of a base say nothing."""
    yield path.rpartition("/")[2]
    if ending(path) == "canvas":
        yield from (card.value for card in canvas.read(text).cards if card.kind != "file")
        yield from _LABEL.findall(text)
        return
    try:
        base = definition.read(text)
    except definition.BaseError:
        return
    yield from (*base.formulas, *base.formulas.values(), *base.names.values(), *base.summaries)
    for view in base.views:
        yield from (view.name, view.kind, *view.columns, *view.summaries.values())
