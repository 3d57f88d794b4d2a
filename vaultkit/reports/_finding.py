"""A finding as `json` and `jsonl` write it. `schemas/diagnostics.schema.json` is made of these types."""

from __future__ import annotations

import base64
from typing import Annotated, Literal, NotRequired, TypedDict

from vaultkit._version import VERSION
from vaultkit.index.file_kinds import is_note
from vaultkit.lint.fingerprint import fingerprint
from vaultkit.model.diagnostic import CheckResult, Diagnostic, Fix, Origin, Related, Severity
from vaultkit.model.path import NotePath
from vaultkit.model.shard import WHOLE
from vaultkit.model.text import LineIndex, Span, TextEdit
from vaultkit.reports._data import exact, readable
from vaultkit.reports._look import Lines


class Place(TypedDict):
    """A place in the decoded text of a note, without a byte order mark, in characters (code points)."""

    line: Annotated[int, "From 1. A line ends at LF, CR LF or CR."]
    column: Annotated[int, "From 1."]
    offset: Annotated[int, "From 0."]


class RelatedPlace(TypedDict):
    """Another place that belongs to a finding."""

    path: Annotated[str, "Relative to the vault, with `/`; undecodable bytes are replaced."]
    path_b64: NotRequired[Annotated[str, "The exact bytes of a path that is not UTF-8, in base64."]]
    start: Place
    end: Annotated[Place, "Exclusive."]
    message: str


class ExpectedBy(TypedDict):
    """Where a schema asks for what was not found."""

    schema: Annotated[str, "Its name."]
    file: str
    line: Annotated[int, "From 1."]


class Edit(TypedDict):
    """Replace what stands from `start` to `end` by `text`."""

    start: Place
    end: Annotated[Place, "Exclusive."]
    text: str


class FindingFix(TypedDict):
    """Edits to the finding's note that mend it; they belong together."""

    title: str
    safe: Annotated[bool, "Whether it may be applied unattended."]
    edits: list[Edit]


class Finding(TypedDict):
    """One finding; a line of `jsonl`."""

    rule: str
    severity: Literal["error", "warning", "info"]
    path: Annotated[str, "Relative to the vault, with `/`; undecodable bytes are replaced."]
    path_b64: NotRequired[Annotated[str, "The exact bytes of a path that is not UTF-8, in base64."]]
    start: Place
    end: Annotated[Place, "Exclusive."]
    message: Annotated[str, "One sentence."]
    label: Annotated[str, "What would be right, in few words; may be empty."]
    expected_by: ExpectedBy | None
    hint: Annotated[str, "The schema author's words; may be empty."]
    related: list[RelatedPlace]
    fix: FindingFix | None
    fingerprint: Annotated[str, "Made of rule, path and words, never of the line; equal findings have the same."]


class Tool(TypedDict):
    """What wrote the document."""

    name: Literal["vaultkit"]
    version: str


class Summary(TypedDict):
    """How many notes were checked, how many of them have findings, and how many findings of each severity there are."""

    notes: int
    notes_with_findings: int
    error: int
    warning: int
    info: int


class NotePlace(TypedDict):
    """A note or another file of the vault."""

    path: Annotated[str, "Relative to the vault, with `/`; undecodable bytes are replaced."]
    path_b64: NotRequired[Annotated[str, "The exact bytes of a path that is not UTF-8, in base64."]]


class Part(TypedDict):
    """Which part of the vault's notes was checked; `vaultkit merge` puts the parts together."""

    number: Annotated[int, "From 1."]
    of: int
    checked: Annotated[list[NotePlace], "What was checked, findings or none."]


class Document(TypedDict):
    """The findings of a check, by path and place."""

    version: Annotated[Literal[1], "Of this shape. Keys stay; new ones may come."]
    tool: Tool
    summary: Summary
    findings: list[Finding]
    shard: NotRequired[Part]


def document(result: CheckResult) -> Document:
    """All findings, with what is known of the whole check."""
    found = result.diagnostics
    count = {level: sum(item.severity is level for item in found) for level in Severity}
    made: Document = {
        "version": 1,
        "tool": {"name": "vaultkit", "version": VERSION},
        "summary": {
            "notes": sum(map(is_note, result.paths)),
            "notes_with_findings": sum(map(is_note, {item.path for item in found})),
            "error": count[Severity.ERROR],
            "warning": count[Severity.WARNING],
            "info": count[Severity.INFO],
        },
        "findings": findings(result),
    }
    if result.shard != WHOLE:
        number, of = result.shard
        made["shard"] = {"number": number, "of": of, "checked": [_named(path) for path in result.paths]}
    return made


def _named(path: NotePath) -> NotePlace:
    shown = readable(path)
    return {"path": shown} if shown == path else {"path": shown, "path_b64": _bytes(path)}


def path_of(place: Finding | NotePlace | RelatedPlace) -> NotePath:
    """The path that stands there. Raises ValueError when the bytes are no base64."""
    if "path_b64" in place:
        return NotePath(base64.b64decode(place["path_b64"], validate=True).decode("utf-8", "surrogateescape"))
    return NotePath(place["path"])


def diagnostic_of(found: Finding) -> Diagnostic:
    """The finding that was written. Raises ValueError when a path of it is none."""
    origin, fix = found["expected_by"], found["fix"]
    return Diagnostic(
        found["rule"],
        path_of(found),
        _span(found),
        Severity[found["severity"].upper()],
        found["message"],
        found["label"],
        Origin(origin["schema"], origin["file"], origin["line"]) if origin else None,
        found["hint"],
        tuple(Related(path_of(item), _span(item), item["message"]) for item in found["related"]),
        Fix(fix["title"], tuple(TextEdit(_span(edit), edit["text"]) for edit in fix["edits"]), fix["safe"])
        if fix
        else None,
    )


def _span(place: Finding | RelatedPlace | Edit) -> Span:
    return Span(place["start"]["offset"], place["end"]["offset"])


def findings(result: CheckResult) -> list[Finding]:
    """Each finding, in their order."""
    lines = Lines(result.text)
    return [_finding(item, lines) for item in result.diagnostics]


_LABELS: dict[Severity, Literal["error", "warning", "info"]] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}


def _finding(item: Diagnostic, lines: Lines) -> Finding:
    here = lines[item.path]
    found: Finding = {
        "rule": item.rule,
        "severity": _LABELS[item.severity],
        "path": readable(item.path),
        "path_b64": _bytes(item.path),
        "start": _place(item.span.start, here),
        "end": _place(item.span.end, here),
        "message": exact(item.message),
        "label": exact(item.label),
        "expected_by": _expected_by(item.origin) if item.origin else None,
        "hint": exact(item.hint),
        "related": [_related(other, lines[other.path]) for other in item.related],
        "fix": _fix(item.fix, here) if item.fix else None,
        "fingerprint": fingerprint(item, here.text),
    }
    if found["path"] == item.path:
        del found["path_b64"]
    return found


def _related(other: Related, there: LineIndex) -> RelatedPlace:
    found: RelatedPlace = {
        "path": readable(other.path),
        "path_b64": _bytes(other.path),
        "start": _place(other.span.start, there),
        "end": _place(other.span.end, there),
        "message": exact(other.message),
    }
    if found["path"] == other.path:
        del found["path_b64"]
    return found


def _bytes(path: NotePath) -> str:
    return base64.b64encode(path.encode("utf-8", "surrogateescape")).decode("ascii")


def _expected_by(origin: Origin) -> ExpectedBy:
    return {"schema": exact(origin.schema), "file": exact(origin.file), "line": origin.line}


def _fix(fix: Fix, here: LineIndex) -> FindingFix:
    return {"title": exact(fix.title), "safe": fix.safe, "edits": [_edit(*edit, here) for edit in fix.edits]}


def _edit(span: Span, text: str, here: LineIndex) -> Edit:
    return {"start": _place(span.start, here), "end": _place(span.end, here), "text": exact(text)}


def _place(offset: int, index: LineIndex) -> Place:
    line, column = index.position(offset)
    return {"line": line, "column": column, "offset": offset}
