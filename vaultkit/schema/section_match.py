"""What became of the sections of a schema in one note: the answer that all section rules read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from vaultkit.model.diagnostic import Origin
from vaultkit.model.note import Facts, Heading
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span
from vaultkit.schema.content import Body
from vaultkit.schema.headings import cleaned
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.section_plan import Entry, SectionPlan, Strength


class Found(NamedTuple):
    """A section where it should be. `heading` is the index of its heading in `facts.headings`, `stop` that of the next
    heading of the same or a higher level (or their number): the section's content lies between."""

    entry: Entry
    heading: int
    stop: int
    strength: Strength

    @property
    def by_title(self) -> bool:
        """Whether the heading is the title itself, and not an alias."""
        return self.strength is Strength.TITLE

    @property
    def must_be_filled(self) -> bool:
        """Whether the section may not be empty."""
        return self.entry.filled


class Missing(NamedTuple):
    """A section that is required more often than it is there (`times`). It belongs after the section `after`,
    before the section `before`, within the section `parent` (indexes of headings), on `level`."""

    entry: Entry
    times: int
    level: int
    after: int | None
    before: int | None
    parent: int | None


class Renamed(NamedTuple):
    """A heading that nearly says what a missing section is called."""

    entry: Entry
    heading: int


class Misleveled(NamedTuple):
    """A section on another level than the sections beside it, which stand on `level`."""

    entry: Entry
    heading: int
    level: int


class Moved(NamedTuple):
    """A section out of order. It belongs after `after` and before `before` (indexes of headings)."""

    entry: Entry
    heading: int
    after: int | None
    before: int | None


class Repeated(NamedTuple):
    """A section that is there more often than it may; `first` is the one that counts."""

    entry: Entry
    heading: int
    first: int


class Unexpected(NamedTuple):
    """A heading that a closed schema does not name."""

    plan: SectionPlan
    heading: int


_UNCLOSED = frozenset({"fence-unclosed", "comment-unclosed"})


class SectionMatch:
    """What became of each section of a schema in one note, each list in order of position."""

    def __init__(self, schema: NoteSchema, facts: Facts) -> None:
        self.schema = schema
        self.headings = facts.headings
        unclosed = [item.span.start for item in facts.problems if item.rule in _UNCLOSED]
        self.unclosed = min(unclosed, default=None)
        """Where code or a comment begins that is never closed: its author takes what is below for visible."""
        self.found: list[Found] = []
        self.missing: list[Missing] = []
        self.renamed: list[Renamed] = []
        self.misleveled: list[Misleveled] = []
        self.moved: list[Moved] = []
        self.repeated: list[Repeated] = []
        self.unexpected: list[Unexpected] = []

    def extent(self, heading: int, text: str) -> Span:
        """Where a section stands, from its heading to the next of the same or a higher level."""
        stop = stop_of(self.headings, heading, self.headings[heading].level)
        return Span(self.headings[heading].span.start, self._start(stop, text))

    def _start(self, heading: int, text: str) -> int:
        return self.headings[heading].span.start if heading < len(self.headings) else len(text)

    def is_empty(self, found: Found, text: str, facts: Facts) -> bool:
        """Whether nothing stands in a section but headings, comments and white space."""
        if self.unclosed is not None and self.unclosed < self._start(found.stop, text):
            return False
        comments = facts.comments
        for index in range(found.heading, found.stop):
            at, end = self.headings[index].span.end, self._start(index + 1, text)
            place = bisect_left(comments, at, key=lambda comment: comment.span.end)
            while place < len(comments) and comments[place].span.start < end:
                if not text[at : comments[place].span.start].isspace() and comments[place].span.start > at:
                    return False
                at = comments[place].span.end
                place += 1
            if at < end and not text[at:end].isspace():
                return False
        return True

    def body(self, found: Found, text: str, facts: Facts) -> Body:
        """What stands in a section."""
        return Body(text, Span(self.headings[found.heading].span.end, self._start(found.stop, text)), facts)

    def title(self, heading: int) -> str:
        """A heading's words, as a message shows them."""
        return cleaned(self.headings[heading].text)

    def origin(self, entry: Entry) -> Origin:
        """Where the schema names a section."""
        return self.schema.origin(*entry.path, "heading")

    def hint(self, entry: Entry | None = None) -> str:
        """The schema author's words for a section, or for all such notes."""
        return self.schema.hint(entry.section) if entry else self.schema.hint()

    def named(self) -> set[int]:
        """The headings that the schema has a name for."""
        lists = (self.found, self.renamed, self.misleveled, self.moved, self.repeated)
        return {item.heading for found in lists for item in found}


def stop_of(headings: Sequence[Heading], start: int, level: int) -> int:
    """The index of the next heading of a level or a higher one, or the number of headings."""
    for index in range(start + 1, len(headings)):
        if headings[index].level <= level:
            return index
    return len(headings)
