"""What a rule found (in prose: a finding), and what a check returns."""

from __future__ import annotations

import enum
from collections.abc import Callable

from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.shard import WHOLE, Shard
from vaultkit.model.text import LineIndex, Position, Span, TextEdit


class Severity(enum.IntEnum):
    """How bad a finding is; comparable."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        return self.name.lower()


class Related(NamedTuple):
    """Another place that belongs to the finding."""

    path: NotePath
    span: Span
    message: str


class Origin(NamedTuple):
    """Where a schema asks for what was not found: its name, its file as shown to people, and the line from 1."""

    schema: str
    file: str
    line: int


class Fix(NamedTuple):
    """A set of edits to the finding's note. Safe fixes may be applied unattended."""

    title: str
    edits: tuple[TextEdit, ...]
    safe: bool


class Diagnostic(NamedTuple):
    """One finding. `message` is one sentence; `label` is the short text at the caret; `hint` is the schema author's."""

    rule: str
    path: NotePath
    span: Span
    severity: Severity
    message: str
    label: str = ""
    origin: Origin | None = None
    hint: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def order(self) -> tuple[str, Span, str, str]:
        """The stable order of findings: path, place, rule, words."""
        return (self.path, self.span, self.rule, self.message)


class CheckResult(NamedTuple):
    """The findings of some notes, in stable order, and a way to the texts they speak of.

    `paths` are the notes that were checked, findings or none, and the other files that have some. `text` gives the
    decoded text of a note of the vault, the one that was checked ("" when it is gone or unreadable). `shard` tells
    which part of the vault's notes was checked at all.
    """

    diagnostics: tuple[Diagnostic, ...]
    paths: tuple[NotePath, ...]
    text: Callable[[NotePath], str]
    shard: Shard = WHOLE

    def position(self, item: Diagnostic) -> Position:
        """The line and the column where a finding begins, both from 1; columns count characters."""
        return LineIndex(self.text(item.path)).position(item.span.start)

    def worst(self) -> Severity | None:
        """The highest severity among the findings."""
        return max((item.severity for item in self.diagnostics), default=None)
