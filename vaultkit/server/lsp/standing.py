"""How a note stands towards being public, for a banner, a status bar and a lens on its first line; and the other
requests of our own part of the protocol: the properties of a note, all problems, a preview."""

from __future__ import annotations

import os
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from lsprotocol import types

from vaultkit.config import severity
from vaultkit.errors import VaultkitError
from vaultkit.model.diagnostic import Severity
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.manifest import digest_of
from vaultkit.publish.store import Live, Store
from vaultkit.publisher import outputs
from vaultkit.server.lsp.completion import choices, declared_properties
from vaultkit.server.lsp.findings import as_diagnostics

if TYPE_CHECKING:
    from vaultkit.server.lsp.desk import Desk
    from vaultkit.server.lsp.server import Server

State = Literal["private", "blocked", "held", "ready", "published", "changed"]
_PAGE = 500
_START = types.Range(types.Position(0, 0), types.Position(0, 0))


class Status(NamedTuple):
    """How a note stands.

        private    it is not meant to be public
        blocked    it is, and cannot be: it has problems, and was never published
        held       the same, and its last good version is public
        ready      it would be published
        published  it is public as it stands here
        changed    it is public, as it stood before

    `problems` counts its findings, `blocking` those that keep it from being published; `url` is its address on the
    site, and `at` when that was published last (ISO 8601), "" for neither. `saved`: the disk says what is shown.
    """

    uri: str
    state: State
    problems: int
    blocking: int
    url: str
    at: str
    saved: bool

    @property
    def words(self) -> str:
        """The status in few words."""
        count = f"{self.problems} problem{'s' * (self.problems != 1)}"
        day = self.at[:10]
        says: dict[State, str] = {
            "private": count if self.problems else "not published",
            "blocked": count,
            "held": f"{count} · held: last published {day}",
            "ready": "ready · publish",
            "published": f"published {day}",
            "changed": f"changed since {day} · publish",
        }
        return says[self.state]


class _Lives:
    """What is published, read again when it was published anew."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Live]] = {}

    def of(self, output: str) -> tuple[Live, str] | None:
        """What is live in a folder and since when (ISO 8601); None when that cannot be known."""
        try:
            store = Store(output)
            numbers = store.numbers()
            if not numbers:
                return None
            at = os.stat(store.manifest_path(numbers[-1])).st_mtime
            if output not in self._known or self._known[output][0] != at:
                self._known[output] = (at, store.live())
            live = self._known[output][1]
        except (OSError, VaultkitError):
            return None
        return live, datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")


_LIVES = _Lives()


def status(server: Server, desk: Desk, path: NotePath) -> Status:
    """How a note stands, as it is shown."""
    found = desk.findings(path)
    config = desk.session.config
    gate = severity(config.publish.gate) or Severity.ERROR
    blocking = sum(item.severity >= gate for item in found)
    url = at = ""
    same = False
    for _, output in outputs(config, desk.root):
        known = _LIVES.of(output)
        record = known[0].manifest.notes.get(path) if known else None
        if known and record:
            url, at = record.url, known[1]
            same = record.source == digest_of(desk.text(path).encode())
            break
    saved = desk.is_saved(path)
    make = (len(found), blocking, url, at, saved)
    standing = desk.index.public.standing(path).state if "publish" in config.written else "unselected"
    if standing in ("denied", "unselected"):
        return Status(server.uri(desk, path), "private", *make)
    if standing != "public" or blocking:
        return Status(server.uri(desk, path), "held" if url else "blocked", *make)
    return Status(server.uri(desk, path), "published" if same else "changed" if url else "ready", *make)


def register(server: Server) -> None:
    """Offer the lens and the requests of our own, and tell when a status changes."""
    told: dict[str, Status] = {}

    def news(desk: Desk) -> None:
        for path in server.shown(desk):
            now = status(server, desk, path)
            if told.get(now.uri) != now:
                told[now.uri] = now
                server.say(server.protocol.notify, "vaultkit/statusChanged", _as_json(now))

    server.on_news = news

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        return await server.ask(lambda: _lens(server, params.text_document.uri))

    @server.feature("vaultkit/status")
    async def status_of(params: Any) -> dict[str, Any] | None:
        def work() -> dict[str, Any] | None:
            place = server.place(params.uri)
            return _as_json(status(server, *place)) if place else None

        return await server.ask(work)

    @server.feature("vaultkit/properties")
    async def properties(params: Any) -> list[dict[str, Any]]:
        return await server.ask(lambda: _properties(server, params.uri))

    @server.feature("vaultkit/problems")
    async def problems(params: Any) -> dict[str, Any]:
        return await server.ask(lambda: _problems(server, params))

    @server.feature("vaultkit/preview")
    async def preview(params: Any) -> dict[str, Any] | None:
        return await server.ask(lambda: _preview(server, params.uri))


def _as_json(now: Status) -> dict[str, Any]:
    return {**now._asdict(), "words": now.words}


def _lens(server: Server, uri: str) -> list[types.CodeLens]:
    place = server.place(uri)
    if place is None:
        return []
    now = status(server, *place)
    name = "vaultkit.publish" if now.state in ("ready", "changed") else "vaultkit.checkVault"
    return [types.CodeLens(_START, types.Command(now.words, name, arguments=[{"uri": uri}]))]


def _properties(server: Server, uri: str) -> list[dict[str, Any]]:
    """What the schemas say of a note's properties, with those that are there."""
    place = server.place(uri)
    if place is None:
        return []
    there = {name.lower() for name in place.desk.note(place.path).facts.properties}
    return [
        {
            "name": name,
            "type": list(item.type),
            "choices": choices(item),
            "description": item.description,
            "required": item.required,
            "present": name.lower() in there,
        }
        for name, item in declared_properties(*place).items()
    ]


def _problems(server: Server, params: Any) -> dict[str, Any]:
    """A page of all findings of all vaults, in order; `next` is the cursor of the page behind it, or null."""
    first = int(getattr(params, "cursor", 0) or 0)
    most = min(int(getattr(params, "limit", _PAGE) or _PAGE), _PAGE)
    rows = [(desk, path) for desk in server.desks for path in sorted(desk.found)]
    total = sum(len(desk.found[path]) for desk, path in rows)
    every = ((desk, path, item) for desk, path in rows for item in desk.found[path])
    page = [
        {"uri": server.uri(desk, path), "path": path, "diagnostic": as_diagnostics(server, desk, path, (item,))[0]}
        for desk, path, item in islice(every, first, first + most)
    ]
    return {"items": page, "total": total, "next": first + most if first + most < total else None}


def _preview(server: Server, uri: str) -> dict[str, Any] | None:
    """The note as it would look, sanitised, as it is shown; links lead nowhere."""
    place = server.place(uri)
    if place is None:
        return None
    return {"uri": uri, "html": place.desk.session.publisher.preview(place.path)}
