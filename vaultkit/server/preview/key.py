"""Who may see what is private: the person who started the program.

The loopback port is open to everybody who has an account on the machine. So the status page has an address that nobody
can guess, and takes a cookie besides, which the browser is given for the invitation that the terminal printed:

    /_vaultkit/?open=INVITATION   works once, and for some minutes; sets the cookie, and leads to
    /_vaultkit/status/PLACE/      where the page is, for who has the cookie

Cookies know no ports: a browser sends those of 127.0.0.1 to any port there, also to one where somebody else listens.
What he must know to be sent this one is the path that it is for. The address alone opens nothing; it may stand in a
history. Nothing of it is sent elsewhere: there is no referrer, and links open pages without a way back. Nor do cookies
know who set them: another of the same name may come before or behind ours, and ours counts all the same.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from secrets import token_urlsafe

from vaultkit.server.preview.answer import Answer, Request, fields_of, remark, whole

OWN = "/_vaultkit/"
_COOKIE = "vaultkit"
_BYTES = 32

MINUTES = 10
"""For so long an invitation is good. It may stand in a log, which others may come to read."""


class Key:
    """The key of one run. `used` is told when somebody came with the invitation, and whether in time (True); then there
    is another. `clock` counts seconds.

    What is private is shown at `host` alone, the one that the invitation names.
    """

    def __init__(
        self, host: str, used: Callable[[bool], object] = lambda _: None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._host = host
        self._used = used
        self._secret = token_urlsafe(_BYTES)
        self._clock = clock
        self._invite()
        self.home = f"{OWN}status/"
        self.place = f"{self.home}{token_urlsafe(_BYTES)}/"

    @property
    def invitation(self) -> str:
        """The address that opens the status page once; whoever has it is let in."""
        return f"http://{self._host}{OWN}?open={self._invitation}"

    def admit(self, request: Request) -> Answer:
        """Answer to an invitation: the cookie, and the way to the page."""
        given = fields_of(request.query).get("open", "")
        if request.method != "GET" or not self._is_here(request) or not _same(given, self._invitation):
            return self.shut
        in_time = self._clock() < self._until
        self._invite()
        self._used(in_time)
        if not in_time:
            return remark(
                403, f"This address was good for {MINUTES} minutes. Where it was told, there is a new one now."
            )
        cookie = f"{_COOKIE}={self._secret}; Path={self.place}; HttpOnly; SameSite=Strict"
        return whole(b"", status=303, Location=self.place, Set_Cookie=cookie)

    def _invite(self) -> None:
        self._invitation = token_urlsafe(_BYTES)
        self._until = self._clock() + 60 * MINUTES

    def refused(self, request: Request) -> Answer | None:
        """The refusal of a request without the cookie."""
        pairs = (pair.strip().partition("=") for line in request.all("cookie") for pair in line.split(";"))
        found = [_same(value, self._secret) for name, _, value in pairs if name == _COOKIE]
        return None if any(found) and self._is_here(request) else self.shut

    @property
    def shut(self) -> Answer:
        """What everybody else is told, whatever is asked for here."""
        return remark(403, "This page is for who started vaultkit. The address that it told in the terminal opens it.")

    def _is_here(self, request: Request) -> bool:
        return request.header("host") == self._host


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
