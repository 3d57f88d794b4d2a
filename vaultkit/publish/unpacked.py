"""What is in an output, however it is packed: so that the audit reads what a reader could.

Text is what it is; gzip, zlib and zip are unpacked, one in the other too; of an image its compressed texts are.
Whatever else is not text is known to hold pixels, or nobody can tell what is in it: then it does not go out.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

_GZIP, _ZIP, _PNG = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06"), b"\x89PNG\r\n\x1a\n"
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_PICTURES = (b"\xff\xd8\xff", b"GIF8", b"\x00\x00\x01\x00")
_TEXTS = (b"zTXt", b"iTXt", b"iCCP")
_MOST = 512 * 1024 * 1024
"""Bytes that may come out of one output, all together."""
_DEEPEST = 8
_TOO_MUCH = "holds more than can be looked at when it is unpacked"
_DAMAGED = "is packed so that it cannot be looked into"


class Closed(Exception):
    """Nobody can tell what is in an output; the reason ends a sentence that begins with its name."""


def parts(data: bytes) -> Iterator[bytes]:
    """An output, and all that is packed in it. Raises Closed."""
    room = _MOST
    waiting = [(data, 0)]
    while waiting:
        part, depth = waiting.pop()
        yield part
        for inner in _inside(part, room):
            room -= len(inner)
            if room < 0 or depth == _DEEPEST:
                raise Closed(_TOO_MUCH)
            waiting.append((inner, depth + 1))


def _inside(data: bytes, room: int) -> Iterator[bytes]:
    if data.startswith(_GZIP):
        yield from _streams(data, 31, room)
    elif data.startswith(_ZIP):
        yield from _members(data, room)
    elif data.startswith(_PNG):
        yield from _texts(data, room)
    elif _is_text(data) or data.startswith(_PICTURES) or (data[:4], data[8:12]) == (b"RIFF", b"WEBP"):
        return
    elif data.startswith(_ZLIB):
        yield from _streams(data, 15, room)
    else:
        raise Closed("is no text, and of no kind that can be looked into")


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _streams(data: bytes, kind: int, room: int) -> Iterator[bytes]:
    """What was compressed, one stream after the other."""
    while data:
        unpacking = zlib.decompressobj(kind)
        try:
            yield unpacking.decompress(data, room + 1)
        except zlib.error as error:
            raise Closed(_DAMAGED) from error
        if not unpacking.eof:
            raise Closed(_TOO_MUCH if unpacking.unconsumed_tail else _DAMAGED)
        data = unpacking.unused_data


def _members(data: bytes, room: int) -> Iterator[bytes]:
    """The names and contents in an archive. What is before, between and behind them is seen in the archive itself."""
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename.encode("utf-8", "replace")
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise Closed(_DAMAGED)
                if member.file_size > room:
                    raise Closed(_TOO_MUCH)
                with archive.open(member) as file:
                    yield file.read(room + 1)
    except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Closed(_DAMAGED) from error


def _texts(data: bytes, room: int) -> Iterator[bytes]:
    """The compressed texts of an image."""
    at = len(_PNG)
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        content = data[at + 8 : at + 8 + size]
        at += size + 12
        if kind not in _TEXTS:
            continue
        _, _, rest = content.partition(b"\0")
        if kind == b"iTXt":
            is_packed, rest = rest[:1] == b"\x01", b"".join(rest[2:].split(b"\0", 2)[2:])
            yield from _streams(rest, 15, room) if is_packed else (rest,)
        else:
            yield from _streams(rest[1:], 15, room)
