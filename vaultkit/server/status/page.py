"""The status page as HTML. Whatever comes from a note is made harmless, and escaped."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vaultkit.model.record import NamedTuple
from vaultkit.reports._look import Lines, asked_by, show
from vaultkit.server.status.choice import AT_ONCE, FAILING, MEANT, STATES, Missing, Wish, counts, missing, rows, wish_of
from vaultkit.server.status.excerpt import Excerpt, excerpt

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from vaultkit.model.diagnostic import Diagnostic
    from vaultkit.model.note import NotePath
    from vaultkit.server.status.board import Known
    from vaultkit.server.status.choice import Row

_QUOTED = re.compile("`([^`]+)`")
_FOLDERS = 300
_FINDINGS = 100
"""Findings of one note that are shown."""

_DRAWN = 80
"""Missing targets that are drawn."""

_AROUND = 12
"""Notes that are drawn around one."""

_LISTED = 60
"""Missing targets that are listed."""


class Shown(NamedTuple):
    """A finding as it is shown: its words in their line, who asks for it, and the command that mends it, if any."""

    item: Diagnostic
    excerpt: Excerpt
    asked: str
    command: str
    related: tuple[tuple[NotePath, Excerpt | None, str], ...]


def status_page(known: Known, query: str, now: datetime, version: str) -> bytes:
    """The page of what an address asks for. `now` has a time zone, in which all times are told; `version` is a word for
    what is known."""
    wish = wish_of(query)
    found = list(rows(known, wish))
    wish = wish._replace(page=min(wish.page, 1 + max(0, len(found) - 1) // AT_ONCE))
    first = (wish.page - 1) * AT_ONCE
    lines, gone, number = Lines(known.text), missing(known), counts(known)
    values = {
        "facts": known.document,
        "wish": wish,
        "states": [(state, word, MEANT[state], number[state]) for state, word in STATES.items()],
        "words": STATES,
        "failing": number[FAILING],
        "rules": sorted(Counter(item.rule for items in known.findings.values() for item in items).items()),
        "folders": _folders(known),
        "notes": [(row, _findings(row, lines)) for row in found[first : first + AT_ONCE]],
        "total": len(found),
        "more": len(found) > first + AT_ONCE,
        "troubles": list(_troubles(known.document)),
        "missing": gone[:_LISTED],
        "unlisted": len(gone) - _LISTED,
        "graph": _graph(gone[:_DRAWN]),
        "version": version,
        "moment": lambda when: _moment(when, now),
    }
    return _environment().get_template("status.html").render(values).encode("utf-8", "replace")


def rule_page(name: str) -> bytes | None:
    """The page of a rule; None when there is none of that name."""
    from vaultkit import registry
    from vaultkit.lint.rule import RULES

    if name not in registry.names(RULES):
        return None
    return _environment().get_template("rule.html").render(name=name, body=_rule_body(name)).encode()


@cache
def _rule_body(name: str) -> Markup:
    from markupsafe import Markup

    from vaultkit.model.note import NotePath
    from vaultkit.parse.note import parse
    from vaultkit.render.job import Rendered, RenderJob
    from vaultkit.render.markdown import render

    text = (files("vaultkit") / "rule_pages" / f"{name}.md").read_text("utf-8")
    body = text[parse(text).frontmatter.span.end :].rpartition("\nAll rules:")[0]
    made = render(RenderJob(NotePath(f"{name}.md"), body, {}, {}, {}))
    return Markup(made.html if isinstance(made, Rendered) else "")


def _findings(row: Row, lines: Lines) -> list[Shown]:
    return [_shown(item, lines) for item in row.findings[:_FINDINGS]]


def _shown(item: Diagnostic, lines: Lines) -> Shown:
    command = ""
    if item.fix:
        command = f"vaultkit fix {shlex.quote(show(item.path))}" + ("" if item.fix.safe else " --unsafe-fixes")
    related = tuple(
        (other.path, None if other.span == (0, 0) else excerpt(lines[other.path], other.span), other.message)
        for other in item.related
    )
    asked = asked_by(item.origin) if item.origin else ""
    return Shown(item, excerpt(lines[item.path], item.span), asked, command, related)


def _folders(known: Known) -> list[str]:
    """The folders with notes, however deep."""
    found: set[str] = set()
    below = {path.rpartition("/")[0] for path in known.verdicts} - {""}
    while below:
        found |= below
        below = {folder.rpartition("/")[0] for folder in below} - found - {""}
    return sorted(found)[:_FOLDERS]


def _troubles(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What is wrong around the notes: a sentence, where, and what to do."""
    if document["mode"] == "paused":
        yield f"Paused: {document['why']}.", "", ""
    if document["trouble"]:
        yield document["trouble"]["message"], document["trouble"]["where"], document["trouble"]["help"]
    for target in document["targets"]:
        if target["error"]:
            yield target["error"]["message"], target["error"]["where"], target["error"]["help"]


def _graph(gone: list[Missing]) -> Markup | None:
    """Notes and what is missing as points, links as lines; None when nothing is missing."""
    from markupsafe import Markup

    if not gone:
        return None
    gone = [item._replace(notes=item.notes[:_AROUND]) for item in gone]
    paths = sorted({path for item in gone for path in item.notes})
    numbers = {path: number for number, path in enumerate(paths)}
    points: list[list[str]] = [
        *([_name(path), Wish(text=path).query()] for path in paths),
        *([show(item.target), Wish(text=item.target).query(), "missing"] for item in gone),
    ]
    lines = [[numbers[path], len(paths) + at] for at, item in enumerate(gone) for path in item.notes]
    data = json.dumps({"notes": points, "links": lines}, ensure_ascii=False, separators=(",", ":"))
    return Markup(data.replace("<", "\\u003c"))


def _moment(when: datetime | str | None, now: datetime) -> dict[str, str] | None:
    """A time for a page: in full, and as short as it may be said now."""
    if not when:
        return None
    local = (datetime.fromisoformat(when) if isinstance(when, str) else when).astimezone(now.tzinfo)
    today, this_year = local.date() == now.date(), local.year == now.year
    said = f"{local:%H:%M:%S}" if today else f"{local.day} {local:%b}" + ("" if this_year else f" {local.year}")
    return {"iso": local.isoformat(timespec="seconds"), "said": said}


def _name(path: str) -> str:
    """A note's name without what is before and behind it; of another file with its ending."""
    return show(path[path.rfind("/") + 1 :].removesuffix(".md"))


def _said(words: str) -> Markup:
    """A sentence, in which what stands between back quotes is code."""
    from markupsafe import Markup, escape

    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(show(words)))))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    here = files("vaultkit.server.status")
    environment = Environment(
        loader=FunctionLoader(lambda name: (here / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["show"] = show
    environment.filters["folder"] = lambda path: show(path[: path.rfind("/") + 1])
    environment.filters["name"] = _name
    environment.filters["said"] = _said
    environment.filters["address"] = lambda url: quote(url, errors="replace")
    return environment
