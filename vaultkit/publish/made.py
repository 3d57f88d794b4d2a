"""A job, and what was met while it was made."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from vaultkit.index.resolve import Key
from vaultkit.model.note import NotePath
from vaultkit.publish.intent import Notice
from vaultkit.publish.page import Asset
from vaultkit.render.job import RenderJob

_NONE: dict[NotePath, None] = {}
_NO_ASSETS: dict[str, Asset] = {}
_NO_NOTICES: dict[Notice, None] = {}
"""Of most notes, one of each is enough."""

NO_JOB = RenderJob(NotePath(""), "", {}, {}, {})


def mark(key: Key) -> int:
    """What stands for a question about a name, and seldom for another one too."""
    return crc32(key[-1].encode("utf-8", "surrogatepass"))


@dataclass(slots=True)
class Made:
    """A job until somebody takes it, and what was met while it was made: the published notes that it refers to, those
    of them at whose words it looked, those of which it names a place, all else that its links open, the attachments
    (with the link to each), the boards that it shows, and what will not be shown. `sees_all`: it shows a base, which is
    made of all notes of the set. `named` are marks (`mark`) of the names by which its links ask for files.

    A page is made anew when something that was met is another now, or when one of its links opens something else.
    """

    job: RenderJob
    links: dict[NotePath, None] = field(default_factory=dict)
    embedded: dict[NotePath, None] = field(default_factory=dict)
    placed: dict[NotePath, None] = field(default_factory=dict)
    others: dict[NotePath, None] = field(default_factory=dict)
    boards: dict[NotePath, None] = field(default_factory=dict)
    sees_all: bool = False
    assets: dict[str, Asset] = field(default_factory=dict)
    notices: dict[Notice, None] = field(default_factory=dict)
    named: Sequence[int] = ()

    @property
    def looks(self) -> bool:
        """Whether it shows the words of other notes, or boards."""
        return bool(self.embedded or self.boards or self.sees_all)

    def name(self, keys: Iterable[Key]) -> None:
        """Note down the questions that the links of the page are."""
        if marks := set(map(mark, keys)):
            self.named = array("I", marks)

    def take(self) -> RenderJob:
        """The job, which is not kept: it holds all of the text. Nothing more is met from now on."""
        job, self.job = self.job, NO_JOB
        self.links, self.embedded, self.boards = self.links or _NONE, self.embedded or _NONE, self.boards or _NONE
        self.placed, self.others = self.placed or _NONE, self.others or _NONE
        self.assets, self.notices = self.assets or _NO_ASSETS, self.notices or _NO_NOTICES
        return job
