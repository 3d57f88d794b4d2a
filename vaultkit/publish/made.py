"""A job, and what was met while it was made."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Set
from zlib import crc32

from vaultkit.index.resolve import Key
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.intent import Notice
from vaultkit.publish.page import NOTHING, Asset
from vaultkit.render.job import RenderJob


def mark(key: Key) -> int:
    """What stands for a question about a name, and seldom for another one too."""
    return crc32(key[-1].encode("utf-8", "surrogatepass"))


class Made(NamedTuple):
    """What was met while the job of a page was made: the published notes that it refers to, those of them at whose
    words it looked, those of which it names a place, all else that its links open, the attachments (with the link to
    each), the boards that it shows, and what will not be shown. `sees_all`: it shows a base, which is made of all notes
    of the set. `named` are marks (`mark`) of the names by which its links ask for files, packed.

    A page is made anew when something that was met is another now, or when one of its links opens something else.
    """

    links: tuple[NotePath, ...]
    embedded: tuple[NotePath, ...]
    placed: tuple[NotePath, ...]
    others: tuple[NotePath, ...]
    boards: tuple[NotePath, ...]
    sees_all: bool
    assets: Mapping[str, Asset]
    notices: tuple[Notice, ...]
    named: bytes

    @property
    def looks(self) -> bool:
        """Whether it shows the words of other notes, or boards."""
        return bool(self.embedded or self.boards or self.sees_all)

    def names(self, marks: Set[int]) -> bool:
        """Whether its links may ask for a file by one of the names for which these `marks` stand."""
        return any(map(marks.__contains__, memoryview(self.named).cast("I")))


class Making:
    """A job, and what has been met so far, as in `Made`; each thing once, in the order in which it was met."""

    def __init__(self, job: RenderJob) -> None:
        self.job = job
        self.links: dict[NotePath, None] = {}
        self.embedded: dict[NotePath, None] = {}
        self.placed: dict[NotePath, None] = {}
        self.others: dict[NotePath, None] = {}
        self.boards: dict[NotePath, None] = {}
        self.sees_all = False
        self.assets: dict[str, Asset] = {}
        self.notices: dict[Notice, None] = {}

    def met(self, keys: Iterable[Key]) -> Made:
        """What is kept of it, without the job, which holds all of the text. `keys` are the questions that the links of
        the page are."""
        return Made(
            tuple(self.links),
            tuple(self.embedded),
            tuple(self.placed),
            tuple(self.others),
            tuple(self.boards),
            self.sees_all,
            self.assets or NOTHING,
            tuple(self.notices),
            array("I", set(map(mark, keys))).tobytes(),
        )
