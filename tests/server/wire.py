"""Requests as they stand on the wire, so that nothing makes them proper on the way."""

import re
import socket
import time
from urllib.parse import urlsplit

PATIENCE = 30
"""Seconds that a test waits for what must come; nothing is asserted about it."""


class Reply:
    """A whole answer."""

    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(found[1]) if (found := re.match(r"HTTP/1\.\d (\d{3})", first)) else 0
        self.headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.lower(), []).append(value.strip())

    def header(self, name):
        """The only header of a name; "" when there is none."""
        found = self.headers.get(name, [""])
        assert len(found) == 1, found
        return found[0]


def connect(address):
    """A connection to the server of an address."""
    place = urlsplit(address)
    made = socket.create_connection((place.hostname, place.port), PATIENCE)
    made.settimeout(PATIENCE)
    return made


def raw(address, data):
    """What is answered to some bytes until the connection is closed; nothing more is sent."""
    with connect(address) as made:
        try:
            made.sendall(data)
            made.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it was closed before all was sent, perhaps with an answer
        return Reply(rest(made))


def rest(made):
    """What comes until the other side closes the connection."""
    data = b""
    try:
        while piece := made.recv(1 << 16):
            data += piece
    except ConnectionError:
        pass
    made.close()
    return data


def ask(address, target="/", *, method="GET", host=None, headers=(), body=b""):
    """An answer to a request; `headers` are pairs, `host` None is the right one, "" is none at all."""
    host = urlsplit(address).netloc if host is None else host
    lines = [f"{method} {target} HTTP/1.1", *([f"Host: {host}"] if host else ()), "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    return raw(address, "\r\n".join((*lines, "", "")).encode("latin-1") + body)


def until(fact):
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.02)
