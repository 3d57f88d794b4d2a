"""One polite request to a public web server, to learn whether an address answers. Nothing of the answer is kept.

No address of this machine or of a private network is ever asked, not even by a name that leads there: names are
resolved first, and the connection goes to just the address that was judged. Nothing is sent but the path: no cookie,
no name, no password.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from contextlib import closing
from urllib.parse import SplitResult, quote, urlsplit

from vaultkit._version import VERSION
from vaultkit.model.record import NamedTuple

TIMEOUT = 10.0
"""Seconds that a server may take for each step of an answer."""

_AGENT = f"vaultkit/{VERSION} (checks the links in its user's notes)"
_KEPT = "%/:=&?~#+!$,;'@()*[]"


class Answer(NamedTuple):
    """What a server said: the status, where it sends us instead, and how long it wants to be left alone."""

    status: int
    location: str
    retry_after: str


class Dead(Exception):
    """Nobody can answer at an address; the message ends a sentence that begins with it."""


class Unknown(Exception):
    """Nothing can be said of an address. `silent`: the server took too long."""

    def __init__(self, silent: bool = False) -> None:
        super().__init__()
        self.silent = silent


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: not this machine's, not of a private or special network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


def split(url: str) -> SplitResult | None:
    """The parts of an address that can be asked: http or https, with a host and without a password; else None."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and port != 0
    return parts if usable else None


def ask(method: str, url: str) -> Answer:
    """Send one request and read the head of the answer. Raises Dead and Unknown."""
    parts = split(url)
    if parts is None or not parts.hostname:
        raise Unknown
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    path = quote(parts.path or "/", safe=_KEPT) + ("?" + quote(parts.query, safe=_KEPT) if parts.query else "")
    try:
        host = parts.hostname.encode("idna").decode("ascii")
        place = _resolved(host, port)
        with closing(_Secure(host, port, place) if secure else _Plain(host, port, place)) as connection:
            connection.request(method, path, headers={"User-Agent": _AGENT, "Accept": "*/*"})
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheader("Location", ""), answer.getheader("Retry-After", ""))
    except TimeoutError:
        raise Unknown(silent=True) from None
    except ConnectionRefusedError:
        raise Dead("leads to a server that refuses connections") from None
    except (OSError, ValueError, http.client.HTTPException):
        raise Unknown from None


def _resolved(host: str, port: int) -> tuple[str, int]:
    """The public address of a host. Raises Dead when there is no such host, Unknown when it is not a public one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_NONAME:
            raise Dead(f"leads to `{host}`, and there is no such host") from None
        raise Unknown from None
    places = [(str(place[0]), port) for *_, place in found]
    if not places or not all(is_public(address) for address, _ in places):
        raise Unknown
    return min(places, key=lambda place: ":" in place[0])  # IPv4 first: IPv6 is often half set up


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was resolved and judged before."""

    def __init__(self, host: str, port: int, place: tuple[str, int]) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._place = place

    def connect(self) -> None:
        """Connect to the judged address, whatever the name means by now."""
        self.sock = socket.create_connection(self._place, TIMEOUT)


class _Secure(_Plain):
    """The same with TLS. The certificate is not judged: whether a page is there is all that is asked."""

    default_port = 443

    def connect(self) -> None:
        """Connect to the judged address and agree on keys with the host's name."""
        super().connect()
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
