"""The language server: `vaultkit lsp`, for the Obsidian plugin and for every editor that speaks LSP 3.17.

`desk` is a vault with the open notes laid over it, and knows nothing of the protocol; `server` says who is asked and
told what and when; each other module is one thing that is offered. Verdicts and words are those of `vaultkit check`.
Only this package imports pygls.
"""

from __future__ import annotations

import io
import os
import threading
import time
from typing import BinaryIO

from lsprotocol import types

from vaultkit.errors import SetupError
from vaultkit.server.lsp import actions, commands, completion, hover, navigation, notes, renaming, standing
from vaultkit.server.lsp.server import Server

_LOOK_AT_CLIENT = 2.0
"""Seconds between two looks whether the client is still there."""

_LONGEST = 256 * 1024 * 1024
"""Bytes of the longest message that a client may announce: room would be made for all of it at once."""


def serve() -> int:
    """Speak with the client on standard input and output until it leaves; the exit code."""
    there, back = _wire()
    server = Server()
    for part in (notes, actions, completion, hover, navigation, renaming, standing, commands):
        part.register(server)

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        threading.Thread(target=_watch_client, args=(server.process_id,), daemon=True).start()
        notes.begin(server)
        server.greet()

    try:
        server.start_io(there, back)
    finally:
        server.end()
    return 0


def _wire() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone: whoever prints by mistake does not break it, and no process
    that is started later waits for the input, or for the lock of whoever reads it."""
    there, back = _Input(io.FileIO(os.dup(0))), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return there, back


class _Input(io.BufferedReader):
    """What the client sends. Behind a length that cannot be, nobody knows where the next message begins."""

    def read(self, size: int | None = -1) -> bytes:
        """Some bytes. Raises SetupError when so many cannot be meant."""
        if size is not None and size > _LONGEST:
            raise SetupError(f"the client announced a message of {size:,} bytes, so it cannot be understood any more")
        return super().read(size)


def _watch_client(process: int | None) -> None:
    """End with the client's process: a client that was killed may leave our input open in other hands."""
    while process:
        time.sleep(_LOOK_AT_CLIENT)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            os._exit(0)
        except OSError:
            return
