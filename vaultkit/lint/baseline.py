"""A baseline: findings that were there when somebody began to check, and that are put up with until they are mended.

A finding is known by its fingerprint, so edits above it change nothing. Equal findings are counted: of three where two
are known, the last is new. The note's path is part of a fingerprint; when a note gets another path, what was known of
it is gone and its findings are new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vaultkit.lint.fingerprint import fingerprint
from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple

VERSION = 1

Known = Mapping[NotePath, Mapping[str, int]]
"""Per note, how often each finding is known; a finding is `rule fingerprint`."""


class Compared(NamedTuple):
    """Findings beside a baseline: those that it does not know, and the part of it that is still found."""

    new: CheckResult
    kept: Known


def frozen(found: Iterable[Diagnostic], text: Callable[[NotePath], str]) -> Known:
    """The baseline that knows all these findings. `text` gives the decoded text of a note."""
    known: dict[NotePath, Counter[str]] = {}
    texts: dict[NotePath, str] = {}
    for item in found:
        if item.path not in texts:
            texts[item.path] = text(item.path)
        known.setdefault(item.path, Counter())[_key(item, texts[item.path])] += 1
    return known


def compared(known: Known, result: CheckResult) -> Compared:
    """The findings of `result` beside a baseline. Only the texts of notes that the baseline knows are asked for."""
    new: list[Diagnostic] = []
    kept: dict[NotePath, Counter[str]] = {}
    texts: dict[NotePath, str] = {}
    for item in result.diagnostics:
        path = item.path
        if path not in known:
            new.append(item)
            continue
        if path not in texts:
            texts[path] = result.text(path)
        key, here = _key(item, texts[path]), kept.setdefault(path, Counter())
        if here[key] < known[path].get(key, 0):
            here[key] += 1
        else:
            new.append(item)
    still = {path: +counts for path, counts in kept.items() if +counts}
    return Compared(result._replace(diagnostics=tuple(new)), still)


def count(known: Known, paths: Iterable[NotePath] | None = None) -> int:
    """How many findings a baseline knows, of all notes or of those given."""
    chosen = known if paths is None else [path for path in paths if path in known]
    return sum(sum(known[path].values()) for path in chosen)


def written(known: Known) -> str:
    """A baseline as JSON text: sorted, one finding a line, the same for the same findings."""
    notes = {path: dict(sorted(counts.items())) for path, counts in sorted(known.items()) if counts}
    return json.dumps({"version": VERSION, "notes": notes}, indent=1, ensure_ascii=False) + "\n"


def read(text: str) -> Known:
    """The baseline that was written. Raises ValueError, with a reason for people, for any other text."""
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is not the JSON that it should be") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    version, notes = (document.get("version"), document.get("notes")) if isinstance(document, dict) else (None, None)
    if type(version) is int and version > VERSION:
        raise ValueError(f"it is of version {version}, and this vaultkit reads version {VERSION}")
    if type(version) is not int or version != VERSION or not isinstance(notes, dict):
        raise ValueError("vaultkit did not write it")
    for path, found in notes.items():
        if not _counts(found):
            raise ValueError(f"of `{path}` it should say how often each finding is known")
    return notes


def _key(item: Diagnostic, text: str) -> str:
    return f"{item.rule} {fingerprint(item, text)}"


def _counts(found: Any) -> bool:
    return isinstance(found, dict) and all(type(number) is int and number > 0 for number in found.values())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError for a key that is there twice, as after a merge by hand."""
    whole = dict(pairs)
    if len(whole) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"`{twice}` is in it twice")
    return whole
