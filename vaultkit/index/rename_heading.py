"""What must be written where when a heading gets another text: the edits after which every subpath names the place
that it named before.

Source: the help's "Internal links" (`#Heading`, `#Heading#Below`) and the API's `stripHeadingForLink`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from vaultkit.index.link_edits import Lost, first_lost, link_edits, links_of
from vaultkit.index.outline import Outline, heading_in_link, parts_of
from vaultkit.index.resolve import strip
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import Facts, Heading, Link, NotePath
from vaultkit.model.text import TextEdit, apply_edits
from vaultkit.parse.note import parse


class RenameHeading:
    """The change of one heading's text in a note whose facts are known.

    `number` counts the note's headings from 0; `title` is the heading's new text, with markup, on one line.
    """

    def __init__(self, index: VaultIndex, path: NotePath, number: int, title: str) -> None:
        self._index, self._path, self._title = index, path, title
        self._before: Facts = index.notes[path].facts
        self._heading = self._before.headings[number]
        headings = list(self._before.headings)
        headings[number] = self._heading._replace(text=title)
        self._after = self._before._replace(headings=tuple(headings))
        self._outline = Outline(self._after)

    def concerns(self, path: NotePath, links: Iterable[Link]) -> bool:
        """Whether something must be written in this file: the note itself, or one with such a link."""
        return path == self._path or any(self._anew(path, link) is not None for link in links)

    def edits(self, path: NotePath, text: str) -> tuple[TextEdit, ...] | Lost:
        """The edits to a note or canvas, in order, or the first link that no edit can save.

        A link in the heading itself goes with its old text.
        """
        edits = link_edits(path, text, partial(self._anew, path))
        before = links_of(path, text)
        if path != self._path:
            return first_lost(path, before, _after(path, text, edits), partial(self._is_same, path)) or edits
        (start, end), new = self._heading.text_span, TextEdit(self._heading.text_span, self._title)
        edits = tuple(sorted((new, *(edit for edit in edits if not start <= edit.span.start < end))))
        shift = len(apply_edits(text, [edit for edit in edits if edit.span.start < start])) - len(text)
        kept = tuple(link for link in before if not start <= link.span.start < end)
        edited = apply_edits(text, edits)
        stop = start + shift + len(self._title)
        now = tuple(link for link in parse(edited).links if not start + shift <= link.span.start < stop)
        lost = first_lost(path, kept, now, partial(self._is_same, path))
        return lost or self._lost_heading(edited) or edits

    def _lost_heading(self, edited: str) -> Lost | None:
        """The heading as a link to itself, unless the edited note's headings are those that were reckoned with."""
        found = [(heading.level, strip(heading.text)) for heading in parse(edited).headings]
        if found == [(heading.level, strip(heading.text)) for heading in self._after.headings]:
            return None
        return Lost(self._path, Link("wikilink", "", f"#{self._title}", None, self._heading.span))

    def _number(self, path: NotePath, link: Link) -> int | None:
        """Which heading of the note a link names today."""
        if not link.subpath or self._index.find(link, path).resolution.path != self._path:
            return None
        place = self._index.place(self._path, link.subpath).place
        return self._before.headings.index(place) if isinstance(place, Heading) else None

    def _names(self, subpath: str) -> int | None:
        place = self._outline.find(subpath)
        return self._after.headings.index(place) if isinstance(place, Heading) else None

    def _anew(self, path: NotePath, link: Link) -> Link | None:
        number = self._number(path, link)
        if number is None or self._names(link.subpath) == number:
            return None
        fitting = (subpath for subpath in self._subpaths(link, number) if self._names(subpath) == number)
        return link._replace(subpath=next(fitting, "#" + heading_in_link(self._title)))

    def _subpaths(self, link: Link, number: int) -> Iterator[str]:
        """Ways to name a heading: the old text replaced where it stands, else what leads to it from the top."""
        old = strip(self._heading.text)
        parts = [self._title if strip(part) == old else part for part in parts_of(link.subpath)]
        yield "".join("#" + heading_in_link(part) for part in parts)
        trail = self._outline.trail(number)
        for length in range(1, len(trail) + 1):
            yield "".join("#" + heading_in_link(text) for text in trail[-length:])

    def _is_same(self, path: NotePath, link: Link, now: Link) -> bool:
        number = self._number(path, link)
        return now.target == link.target and (
            now.subpath == link.subpath if number is None else self._names(now.subpath) == number
        )


def _after(path: NotePath, text: str, edits: tuple[TextEdit, ...]) -> tuple[Link, ...]:
    try:
        return links_of(path, apply_edits(text, edits))
    except ValueError:
        return ()
