"""Where a running watcher answers the question how its vault stands: a socket that only its user can open.

Whoever connects is sent one line of JSON, and the connection is closed. Nothing is ever read from it.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from vaultkit.vault.folders import known_as, runtime_folder

PATIENCE = 2.0
"""Seconds that an answer may take, on either side."""

_LONGEST = 100
"""Bytes of a socket's path; systems take 103 or 107."""


class Silence(Exception):
    """There is no answer. `stale`: nobody is there any more."""

    def __init__(self, why: str, stale: bool = False) -> None:
        super().__init__(why)
        self.stale = stale


@contextmanager
def answering(root: str, answer: Callable[[], dict[str, Any]]) -> Iterator[str]:
    """Answer for the vault at `root` from another thread; the socket's path. Who calls holds the vault's lock, so what
    is there is left over. Raises OSError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        path = _bound(listening, root)
        listening.listen(8)
        threading.Thread(target=_answer_all, args=(listening, answer), name="channel", daemon=True).start()
        try:
            yield path
        finally:
            with suppress(OSError):
                os.unlink(path)
                os.rmdir(os.path.dirname(path))
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # so that the thread wakes up and ends


def ask(path: str, patience: float = PATIENCE) -> dict[str, Any]:
    """What the watcher at a socket says. Raises Silence within `patience` seconds, or twice that."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(patience)
        try:
            asking.connect(path)
            with asking.makefile("rb") as reading:
                answer = reading.readline()
            if not answer:
                raise Silence("it ended while it was asked", stale=True)
            document = json.loads(answer)
        except TimeoutError as error:
            raise Silence(f"it has not answered within {patience:g} s") from error
        except (ConnectionRefusedError, FileNotFoundError) as error:
            raise Silence("its socket is left over", stale=True) from error
        except (OSError, ValueError, RecursionError) as error:
            raise Silence(f"its answer cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise Silence("its answer cannot be read")
    return document


def _bound(listening: socket.socket, root: str) -> str:
    folder = runtime_folder()
    path = os.path.join(folder, f"{known_as(root)}.sock")
    if len(os.fsencode(path)) > _LONGEST:
        folder = tempfile.mkdtemp(prefix="vaultkit-", dir="/tmp")
        path = os.path.join(folder, "socket")
    os.makedirs(folder, 0o700, exist_ok=True)
    with suppress(FileNotFoundError):
        os.unlink(path)
    listening.bind(path)
    os.chmod(path, 0o600)
    return path


def _answer_all(listening: socket.socket, answer: Callable[[], dict[str, Any]]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.EBADF):
                return  # it was shut
            time.sleep(1.0)  # no descriptor is left, say
            continue
        with connection, suppress(OSError):
            connection.settimeout(PATIENCE)
            connection.sendall(json.dumps(answer()).encode() + b"\n")
