"""Which addresses on the web are dead: looked up politely, and remembered in the user's cache folder.

One request at a time per host with a pause behind it, a few hosts at once. HEAD first, GET when that is refused; five
redirects at most. Only what is surely dead is told: not found or gone, no such host, a server that refuses
connections, redirects without end. What a server keeps from robots, answers with an error of its own, or takes too
long for, may well be there.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.utils import parsedate_to_datetime
from tempfile import mkstemp
from threading import Lock
from urllib.parse import urljoin

from vaultkit.vault import web
from vaultkit.vault.cache import cache_folder

ALIVE_FOR = 7 * 86400.0
DEAD_FOR = 86400.0
"""Seconds for which it is remembered that an address answered, or that it is dead."""

_PAUSE = 0.5
_LONGEST_WAIT = 10.0
_HOSTS_AT_ONCE = 8
_REDIRECTS = 5
_SILENCES = 2


class _LeftAlone(Exception):
    """A host that is not to be asked again in this run."""


class Online:
    """Looks at addresses and remembers what it saw in `folder` (default: the user's cache folder)."""

    def __init__(
        self,
        folder: str | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file = os.path.join(folder or cache_folder(), "online.json")
        self._clock = clock
        self._sleep = sleep
        self._turns: dict[str, Lock] = {}
        self._silences: dict[str, int] = {}
        self._known: dict[str, tuple[str, float]] = {}
        self._over = False

    def verdicts(self, urls: Iterable[str]) -> dict[str, str]:
        """What is wrong with each address, as the end of a sentence that begins with it; "" when it answers or nothing
        is known of it."""
        self._known, self._over = self._remembered(), False
        wanted = sorted(set(urls))
        hosts: dict[str, list[str]] = {}
        for url in wanted:
            parts = web.split(url)
            if parts and parts.hostname and url not in self._known:
                hosts.setdefault(parts.hostname, []).append(url)
        pool = ThreadPoolExecutor(_HOSTS_AT_ONCE, thread_name_prefix="online")
        try:
            list(pool.map(self._look_at_all, hosts.values()))
        finally:
            self._over = True
            pool.shutdown(wait=False, cancel_futures=True)
            self._remember()
        return {url: self._known[url][0] if url in self._known else "" for url in wanted}

    def _look_at_all(self, urls: list[str]) -> None:
        """The addresses of one host, one after the other."""
        for url in urls:
            if self._over:  # somebody interrupted the run
                return
            try:
                self._known[url] = self._verdict(url), self._clock()
            except web.Unknown:
                continue
            except _LeftAlone:
                return

    def _verdict(self, url: str) -> str:
        """What is wrong with an address. Raises Unknown and _LeftAlone."""
        try:
            for _ in range(_REDIRECTS + 1):
                answer = self._patiently(url)
                if answer.status in (404, 410):
                    return "is not there (404)" if answer.status == 404 else "is gone (410)"
                if answer.status not in (301, 302, 303, 307, 308) or not answer.location:
                    return ""
                try:
                    url = urljoin(url, answer.location)
                except ValueError:
                    raise web.Unknown from None
        except web.Dead as error:
            return str(error)
        return "leads from one redirect to the next without end"

    def _patiently(self, url: str) -> web.Answer:
        """The answer to HEAD, or to GET if HEAD is refused. A server that is busy is asked once more after the while
        that it names, if that is short."""
        answer = self._answer(url)
        if answer.status in (429, 503):
            wait = self._seconds(answer.retry_after)
            if wait > _LONGEST_WAIT:
                raise _LeftAlone
            self._sleep(wait)
            answer = self._answer(url)
            if answer.status in (429, 503):
                raise _LeftAlone
        return answer

    def _answer(self, url: str) -> web.Answer:
        answer = self._ask("HEAD", url)
        return self._ask("GET", url) if answer.status >= 400 and answer.status != 429 else answer

    def _ask(self, method: str, url: str) -> web.Answer:
        """One request, when it is its host's turn."""
        parts = web.split(url)
        host = parts.hostname or "" if parts else ""
        with self._turns.setdefault(host, Lock()):
            if self._silences.get(host, 0) >= _SILENCES:
                raise _LeftAlone
            try:
                return web.ask(method, url)
            except web.Unknown as error:
                self._silences[host] = self._silences.get(host, 0) + error.silent
                raise
            finally:
                self._sleep(_PAUSE)

    def _seconds(self, retry_after: str) -> float:
        """How long a server asks to wait: it names seconds or a date."""
        if retry_after.isascii() and retry_after.isdecimal():
            return float(retry_after[:9])
        try:
            return max(0.0, parsedate_to_datetime(retry_after).timestamp() - self._clock())
        except (TypeError, ValueError, OverflowError):
            return _PAUSE

    def _remembered(self) -> dict[str, tuple[str, float]]:
        """What was seen not too long ago. A file that is damaged is as good as none."""
        now = self._clock()
        try:
            with open(self._file, encoding="utf-8") as file:
                rows = json.load(file)
            found = {str(url): (str(verdict), float(seen)) for url, (verdict, seen) in rows.items()}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}
        return {
            url: (verdict, seen)
            for url, (verdict, seen) in found.items()
            if 0 <= now - seen < (DEAD_FOR if verdict else ALIVE_FOR)
        }

    def _remember(self) -> None:
        """Put what is known in the place of the file, whole. When that cannot be, the next run looks again."""
        folder = os.path.dirname(self._file)
        with suppress(OSError):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            handle, path = mkstemp(dir=folder)
            try:
                with open(handle, "w", encoding="utf-8") as file:
                    json.dump(dict(self._known), file)
                os.replace(path, self._file)
            except OSError:
                os.unlink(path)
