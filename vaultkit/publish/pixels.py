"""How large an image is, from its first bytes: what a page must know so that its text does not jump when it arrives."""

from __future__ import annotations

import re
import struct

Size = tuple[int, int]

_NONE: Size = (0, 0)
_TURNED = frozenset((5, 6, 7, 8))
"""EXIF orientations that lay a picture on its side."""
_FRAME = re.compile(rb"\xff+([\xc0-\xcf]|[\xd0-\xfe])", re.DOTALL)
_NO_FRAMES = frozenset((0xC4, 0xC8, 0xCC))
_EXTENT = re.compile(b"ispe")
"""The size of one of the images in an AVIF file: the picture, its tiles, a smaller one."""
_SVG = re.compile(rb"<svg\b([^>]*)>")
_LENGTH = rb"""\s%s\s*=\s*["']\s*([0-9.]+)(?:px)?\s*["']"""


def size_of(data: bytes) -> Size:
    """Width and height in pixels as a browser shows them; (0, 0) when the file does not say."""
    try:
        return _measured(data)
    except (struct.error, IndexError, ValueError):
        return _NONE


def _measured(data: bytes) -> Size:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _two(data, ">II", 16)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return _two(data, "<HH", 6)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp":
        return max((_two(data, ">II", place.end() + 4) for place in _EXTENT.finditer(data, 0, 8192)), default=_NONE)
    if data.startswith(b"BM"):
        width, height = struct.unpack_from("<ii", data, 18)
        return width, abs(height)
    found = _SVG.search(data, 0, 4096)
    return _svg(found[1]) if found else _NONE


def _two(data: bytes, shape: str, at: int) -> Size:
    width, height = struct.unpack_from(shape, data, at)
    return width, height


def _jpeg(data: bytes) -> Size:
    turned = False
    at = 2
    while found := _FRAME.match(data, at):
        kind, at = found[1][0], found.end()
        length = struct.unpack_from(">H", data, at)[0]
        if kind == 0xE1 and data[at + 2 : at + 8] == b"Exif\0\0":
            turned = _orientation(data[at + 8 : at + length]) in _TURNED
        if 0xC0 <= kind <= 0xCF and kind not in _NO_FRAMES:
            height, width = _two(data, ">HH", at + 3)
            return (height, width) if turned else (width, height)
        at += length
    return _NONE


def _orientation(tiff: bytes) -> int:
    order = "<" if tiff[:2] == b"II" else ">"
    start = struct.unpack_from(f"{order}I", tiff, 4)[0]
    for number in range(struct.unpack_from(f"{order}H", tiff, start)[0]):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
        if tag == 0x0112:
            return int(value)
    return 1


def _webp(data: bytes) -> Size:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = _two(data, "<HH", 26)
    return width & 0x3FFF, height & 0x3FFF


def _svg(attributes: bytes) -> Size:
    width, height = (re.search(_LENGTH % name, attributes) for name in (b"width", b"height"))
    return (round(float(width[1])), round(float(height[1]))) if width and height else _NONE
