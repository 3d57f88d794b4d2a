"""Which notes are shown: those in a state, below a folder, with a rule's findings, with some words in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from vaultkit.index.resolve import fold
from vaultkit.model.record import NamedTuple
from vaultkit.server.preview.answer import fields_of

if TYPE_CHECKING:
    from vaultkit.model.diagnostic import Diagnostic
    from vaultkit.model.note import NotePath
    from vaultkit.model.standing import Reason
    from vaultkit.server.status.board import Known, Since

FAILING = "failing"
STATES = {
    FAILING: "Failing",
    "held": "Held",
    "withheld": "Withheld",
    "published": "Published",
    "scheduled": "Scheduled",
    "denied": "Denied",
    "unselected": "Not selected",
}
"""What a note can be, with its word. A note that fails is in another state besides."""

MEANT = {
    FAILING: "has findings, or is kept back",
    "held": "fails now; readers see its last good version",
    "withheld": "fails, and was never published",
    "published": "readers see it as it stands",
    "scheduled": "its date is still to come",
    "denied": "says itself that it is private, or lies in an excluded place",
    "unselected": "nothing asks for it to be published",
}

_FIRST = {"held": 0, "withheld": 1}
"""What readers notice comes before what they do not."""

AT_ONCE = 50
"""Notes on a page."""

_LONGEST = 200


class Wish(NamedTuple):
    """What is asked for. `state` is one of `STATES`; "" asks for any in the others. `page` counts from 1."""

    state: str = FAILING
    rule: str = ""
    folder: str = ""
    text: str = ""
    page: int = 1

    def query(self, **other: str | int) -> str:
        """The query of an address that asks for this, with something else in some places."""
        fields = self._replace(**other)._asdict()  # type: ignore[arg-type]
        said = {key: str(value) for key, value in fields.items() if value != Wish._field_defaults[key]}
        return "?" + urlencode(said, errors="replace")


def wish_of(query: str) -> Wish:
    """What the query of an address asks for. What makes no sense is not asked for."""
    given = {key: value[:_LONGEST] for key, value in fields_of(query).items()}
    state = given.get("state", FAILING)
    page = given.get("page", "1")
    return Wish(
        state if state in STATES else FAILING,
        given.get("rule", ""),
        given.get("folder", "").strip("/"),
        given.get("text", "").strip(),
        max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


class Row(NamedTuple):
    """A note as it is listed, with its findings, or those that were asked for."""

    path: NotePath
    state: str
    since: Since | None
    reasons: tuple[Reason, ...]
    findings: tuple[Diagnostic, ...]
    url: str


def rows(known: Known, wish: Wish) -> Iterator[Row]:
    """The notes that are asked for, in order of path; held and withheld ones before others."""
    words = fold(wish.text)
    below = f"{wish.folder}/" if wish.folder else ""
    asked = failing(known) if wish.state == FAILING else known.verdicts
    for path in sorted(asked, key=lambda path: (_FIRST.get(_state(known, path), len(_FIRST)), path)):
        state = _state(known, path)
        if not path.startswith(below) or wish.state not in (FAILING, state):
            continue
        found, url = known.findings.get(path, ()), known.urls.get(path, "")
        row = _fitting(Row(path, state, known.since.get(path), _reasons(known, path), found, url), wish.rule, words)
        if row:
            yield row


def _fitting(row: Row, rule: str, words: str) -> Row | None:
    """The note with the findings that are asked for; None when it is not."""
    if rule:
        row = row._replace(findings=tuple(item for item in row.findings if item.rule == rule))
    if rule and not row.findings:
        return None
    if not words or words in fold(row.path) or any(words in fold(reason.message) for reason in row.reasons):
        return row
    found = tuple(item for item in row.findings if words in fold(f"{item.message} {item.rule}"))
    return row._replace(findings=found) if found else None


def failing(known: Known) -> set[NotePath]:
    """The notes that a person should look at."""
    kept = {path for path, verdict in known.verdicts.items() if verdict.state in ("held", "withheld")}
    return kept | known.findings.keys()


def counts(known: Known) -> dict[str, int]:
    """How many notes there are in each state."""
    found = dict.fromkeys(STATES, 0)
    for verdict in known.verdicts.values():
        if verdict.state in found:
            found[verdict.state] += 1
    return found | {FAILING: len(failing(known))}


def _state(known: Known, path: NotePath) -> str:
    verdict = known.verdicts.get(path)
    return verdict.state if verdict else ""


def _reasons(known: Known, path: NotePath) -> tuple[Reason, ...]:
    """Why a note is not published as it stands, but for what its findings say anyway."""
    verdict = known.verdicts.get(path)
    said = {(item.rule, item.message) for item in known.findings.get(path, ())}
    return tuple(reason for reason in verdict.reasons if (reason.rule, reason.message) not in said) if verdict else ()


class Missing(NamedTuple):
    """A target that is not there, and the notes with links to it."""

    target: str
    notes: tuple[NotePath, ...]


def missing(known: Known) -> list[Missing]:
    """What links name and what is not there, most wanted first."""
    found: dict[str, dict[NotePath, None]] = {}
    shown: dict[str, str] = {}
    for path, targets in known.missing.items():
        for target in targets:
            key = shown.setdefault(fold(target), target)
            found.setdefault(key, {})[path] = None
    every = [Missing(target, tuple(sorted(notes))) for target, notes in found.items()]
    return sorted(every, key=lambda item: (-len(item.notes), item.target))
