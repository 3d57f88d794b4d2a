"""What there is at the address of the status page: the page, those of the rules, and the files that they need."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from vaultkit.server.preview.answer import HTML, Answer, Request, whole

if TYPE_CHECKING:
    from vaultkit.server.status.board import Board

POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_JS, _CSS = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_OWN, _SITE = "vaultkit.server.status", "vaultkit.targets.site"
_FILES = {
    "status.css": (_OWN, "status.css", _CSS),
    "status.js": (_OWN, "status.js", _JS),
    "graph.js": (_SITE, "static/graph.js", _JS),
    "d3-force.js": (_SITE, "static/vendor/d3-force.js", _JS),
    "icon.svg": (_SITE, "static/icon.svg", "image/svg+xml"),
}


class StatusPages:
    """Answers to who has the key; `board` knows what there is to tell."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def answer(self, name: str, request: Request, version: str) -> Answer | None:
        """What stands at `name`, below the page's address; None when nothing does. `version` is what the page will be
        told is old as soon as there is something new."""
        from vaultkit.server.status.page import rule_page, status_page

        if not name:
            page = status_page(self._board.now(), request.query, datetime.now().astimezone(), version)
            return whole(page, HTML, content_security_policy=POLICY)
        if name.startswith("rules/"):
            rule = rule_page(name.removeprefix("rules/"))
            return whole(rule, HTML, content_security_policy=POLICY) if rule else None
        found = _file(name)
        return whole(*found) if found else None


@cache
def _file(name: str) -> tuple[bytes, str] | None:
    if name == "site.css":
        from vaultkit.targets.site.static import stylesheet

        return stylesheet(), _CSS
    if name not in _FILES:
        return None
    package, path, kind = _FILES[name]
    data = files(package).joinpath(path).read_bytes()
    if name == "status.js":
        from vaultkit.targets.site.static import with_theme

        data = with_theme(data)
    return data, kind
