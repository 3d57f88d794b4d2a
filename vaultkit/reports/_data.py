"""What the reports share that programs read: how values are written as JSON, and how findings are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from json import dumps
from typing import Any

from vaultkit.lint.fingerprint import fingerprint
from vaultkit.model.diagnostic import CheckResult
from vaultkit.model.path import NotePath
from vaultkit.reports._look import Lines


def as_json(value: Any, indent: int | None = 2) -> str:
    """A value as JSON in ASCII, with a line end, harmless in a log and inside a web page."""
    text = dumps(value, indent=indent, ensure_ascii=True)
    return text.replace("##", "#\\u0023").replace("<", "\\u003c") + "\n"


def exact(text: str) -> str:
    """A text as JSON can hold it: what is no character (an undecodable byte of a name) is replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def readable(path: NotePath) -> str:
    """A path as a text in UTF-8; its undecodable bytes are replaced."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def numbered_fingerprints(result: CheckResult, lines: Lines) -> Iterator[str]:
    """A fingerprint for each finding, in their order, that no other one has: equal ones are counted from 1."""
    seen: Counter[str] = Counter()
    for item in result.diagnostics:
        known_by = fingerprint(item, lines[item.path].text)
        seen[known_by] += 1
        yield f"{known_by}:{seen[known_by]}"
