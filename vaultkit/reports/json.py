"""For programs: one JSON document, in ASCII, whose keys stay.

`version` (of this shape), `tool`, `summary` and `findings`. A place is `{"line", "column", "offset"}`: line and column
from 1, the offset from 0, all in characters of the decoded text without a byte order mark; `end` is exclusive. `path`
is relative to the vault; where a file's name is not UTF-8, its undecodable bytes are replaced in `path` and `path_b64`
holds the exact bytes in base64.
"""

from __future__ import annotations

import base64
from json import dumps
from typing import Any

from vaultkit._version import VERSION
from vaultkit.model.diagnostic import CheckResult, Diagnostic, Severity
from vaultkit.model.note import NotePath
from vaultkit.model.text import LineIndex, Span
from vaultkit.reports._look import Lines, Look


def json(result: CheckResult, look: Look) -> str:
    """The findings as one JSON document."""
    lines = Lines(result.text)
    found = result.diagnostics
    document = {
        "version": 1,
        "tool": {"name": "vaultkit", "version": VERSION},
        "summary": {
            "notes": len(result.paths),
            "notes_with_findings": len({item.path for item in found}),
            **{level.label: sum(item.severity is level for item in found) for level in reversed(Severity)},
        },
        "findings": [_finding(item, lines) for item in found],
    }
    text = dumps(document, indent=2, ensure_ascii=True)
    return text.replace("##", "#\\u0023") + "\n"  # so that no build server takes commands from it


def _finding(item: Diagnostic, lines: Lines) -> dict[str, Any]:
    here = lines[item.path]
    return {
        "rule": item.rule,
        "severity": item.severity.label,
        **_path(item.path),
        **_span(item.span, here),
        "message": _text(item.message),
        "label": _text(item.label),
        "expected_by": item.origin and {key: _text(value) for key, value in item.origin._asdict().items()},
        "hint": _text(item.hint),
        "related": [
            {**_path(other.path), **_span(other.span, lines[other.path]), "message": _text(other.message)}
            for other in item.related
        ],
        "fix": item.fix
        and {
            "title": _text(item.fix.title),
            "safe": item.fix.safe,
            "edits": [{**_span(edit.span, here), "text": _text(edit.text)} for edit in item.fix.edits],
        },
    }


def _path(path: NotePath) -> dict[str, str]:
    raw = path.encode("utf-8", "surrogateescape")
    shown = raw.decode("utf-8", "replace")
    return {"path": shown} if shown == path else {"path": shown, "path_b64": base64.b64encode(raw).decode("ascii")}


def _text(value: Any) -> Any:
    """A value of the document; an undecodable byte of a name has no place in JSON text."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _span(span: Span, index: LineIndex) -> dict[str, dict[str, int]]:
    return {"start": _position(span.start, index), "end": _position(span.end, index)}


def _position(offset: int, index: LineIndex) -> dict[str, int]:
    line, column = index.position(offset)
    return {"line": line, "column": column, "offset": offset}
