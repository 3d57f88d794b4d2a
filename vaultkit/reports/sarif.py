"""For code scanning (GitHub, editors): a SARIF 2.1.0 log with the rules that found something, their help, and fixes.

Paths are relative to the folder where the command runs, which is the repository's root in a workflow. Columns count
characters. A finding is known by its fingerprint, so one that only moved is not new. A text from a note can neither
make a link (SARIF knows `[text](address)` in messages) nor ask for an argument (`{0}`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from vaultkit import registry
from vaultkit._version import VERSION
from vaultkit.errors import SetupError
from vaultkit.model.diagnostic import CheckResult, Diagnostic, Fix, Severity
from vaultkit.model.path import NotePath
from vaultkit.model.text import LineIndex, Span
from vaultkit.reports._data import as_json, exact, numbered_fingerprints
from vaultkit.reports._look import Lines, Look, sentence, show

_RULES = "vaultkit.rules"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SIGNS = str.maketrans({"\\": r"\\", "[": r"\[", "]": r"\]", "{": "{{", "}": "}}"})


def sarif(result: CheckResult, look: Look) -> str:
    """The findings as one SARIF log."""
    lines = Lines(result.text)
    rules = sorted({item.rule for item in result.diagnostics})
    numbers = {name: number for number, name in enumerate(rules)}
    known_by = numbered_fingerprints(result, lines)
    run = {
        "tool": {
            "driver": {"name": "vaultkit", "semanticVersion": VERSION, "rules": [_rule(name) for name in rules]},
        },
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [
            {
                "ruleId": item.rule,
                "ruleIndex": numbers[item.rule],
                **_result(item, lines, look),
                "partialFingerprints": {"vaultkit/v1": name},
            }
            for item, name in zip(result.diagnostics, known_by, strict=True)
        ],
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str) -> dict[str, Any]:
    """What there is to know of a rule: its page, and the severity that it has when nobody says otherwise."""
    try:
        rule = registry.load(_RULES, name)
    except SetupError:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": " ".join(rule.doc.partition("\n\n")[0].split())},
        "fullDescription": {"text": " ".join(rule.doc.split())},
        "help": {"text": rule.doc, "markdown": rule.doc},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]} if rule.severity else {"enabled": False},
    }


def _result(item: Diagnostic, lines: Lines, look: Look) -> dict[str, Any]:
    found: dict[str, Any] = {
        "level": _LEVELS[item.severity],
        "message": _message(sentence(item)),
        "locations": [{"physicalLocation": _place(item.path, item.span, lines, look)}],
    }
    if item.related:
        found["relatedLocations"] = [
            {
                "id": number,
                "message": _message(show(other.message)),
                "physicalLocation": _place(other.path, other.span, lines, look),
            }
            for number, other in enumerate(item.related)
        ]
    if item.fix and item.fix.edits:
        found["fixes"] = [_fix(item.fix, item.path, lines[item.path], look)]
    return found


def _fix(fix: Fix, path: NotePath, here: LineIndex, look: Look) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(edit.span, here), "insertedContent": {"text": exact(edit.text)}} for edit in fix.edits
    ]
    return {
        "description": _message(show(fix.title)),
        "artifactChanges": [{"artifactLocation": _artifact(path, look), "replacements": replacements}],
        "properties": {"safe": fix.safe},
    }


def _message(text: str) -> dict[str, str]:
    return {"text": text.translate(_SIGNS)}


def _place(path: NotePath, span: Span, lines: Lines, look: Look) -> dict[str, Any]:
    return {"artifactLocation": _artifact(path, look), "region": _region(span, lines[path])}


def _artifact(path: NotePath, look: Look) -> dict[str, str]:
    address = quote((look.prefix + path).encode("utf-8", "surrogateescape"))
    return {"uri": address, "uriBaseId": "%SRCROOT%"}


def _region(span: Span, index: LineIndex) -> dict[str, int]:
    start, end = index.position(span.start), index.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
