"""What a check of one note came to, as JSON text and back, for the cache and for other processes."""

from __future__ import annotations

import json
from typing import Any

from vaultkit.index.asked import Questions
from vaultkit.model.diagnostic import Diagnostic, Fix, Origin, Related, Severity
from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span, TextEdit

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Judged(NamedTuple):
    """The findings of a note in stable order, and the questions that were asked to come to them."""

    findings: tuple[Diagnostic, ...]
    asked: Questions


NOT_CHECKED = Judged((), frozenset())


def pack_findings(findings: tuple[Diagnostic, ...]) -> str:
    """The findings of one note as one line of ASCII JSON; the note's path is left out."""
    return _encode([(item.rule, *item[2:]) for item in findings]) if findings else ""


def unpack_findings(packed: str, path: NotePath) -> tuple[Diagnostic, ...]:
    """The findings of the note at `path`. Raises ValueError, TypeError or LookupError for anything else."""
    return tuple(_finding(row, path) for row in json.loads(packed)) if packed else ()


def _finding(row: list[Any], path: NotePath) -> Diagnostic:
    rule, span, severity, message, label, origin, hint, related, fix = row
    return Diagnostic(
        rule,
        path,
        Span._make(span),
        Severity(severity),
        message,
        label,
        Origin._make(origin) if origin else None,
        hint,
        tuple(Related(place, Span._make(at), words) for place, at, words in related),
        _fix(*fix) if fix else None,
    )


def _fix(title: str, edits: list[Any], safe: bool) -> Fix:
    return Fix(title, tuple(TextEdit(Span._make(span), text) for span, text in edits), safe)
