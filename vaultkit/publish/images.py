"""Images without what was written into them besides the picture: EXIF, GPS, XMP, IPTC, comments, previews, text chunks.

The picture itself is copied byte for byte; colour profiles, animation and the orientation stay. What a file is says its
beginning, not its name. A file that is not read with certainty is not passed on: `Unclean`.

Formats: JPEG (ITU T.81, JFIF 1.02, EXIF 2.3), PNG 3rd edition, WebP (RFC 9649), GIF 89a, AVIF (ISO/IEC 14496-12 and
23008-12), BMP, which has no place for metadata but behind its end.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator

_ORIENTATION = 0x0112
_EXIF = b"Exif\0\0"


class Unclean(ValueError):
    """The image cannot be freed of what may be hidden in it; the message ends a sentence that begins with its name."""


def clean(data: bytes) -> bytes:
    """The image alone. A file that is empty stays empty. Raises Unclean."""
    if not data:
        return data
    for start, cleaner in _CLEANERS:
        if re.match(start, data, re.DOTALL):
            try:
                return cleaner(data)
            except (struct.error, IndexError) as error:
                raise Unclean("is damaged") from error
    raise Unclean("is no image of a kind that is known")


# JPEG

_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
_KEPT_SEGMENTS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_LENGTHS = {0xE0: 12, 0xEE: 12}
"""What of some segments is no preview, and nothing behind their end."""
_FRAMES_AND_TABLES = frozenset((*range(0xC0, 0xD0), *range(0xDA, 0xDE))) - {0xC8}


def _jpeg(data: bytes) -> bytes:
    kept = [b"\xff\xd8"]
    orientation = 1
    in_scan = False
    at = 2
    while True:
        found = _MARKER.search(data, at)
        if found is None and not in_scan:
            raise Unclean("is damaged")
        if in_scan:
            kept.append(data[at : found.start() if found else None])
        kind = found[1][0] if found else 0xD9
        if found is None or kind == 0xD9:
            kept.append(b"\xff\xd9")
            break
        in_scan = kind == 0xDA
        length = struct.unpack_from(">H", data, found.end())[0]
        body = data[found.end() + 2 : found.end() + length]
        at = found.end() + length
        if kind == 0xE1 and body.startswith(_EXIF):
            orientation = _oriented(body[6:])
        if _is_picture(kind, body):
            body = body[: _LENGTHS.get(kind)] + b"\0\0" * (kind == 0xE0)
            kept.append(b"\xff%c%s%s" % (kind, struct.pack(">H", len(body) + 2), body))
    if orientation != 1:
        exif = _EXIF + _tiff(orientation)
        kept.insert(1, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return b"".join(kept)


def _is_picture(kind: int, body: bytes) -> bool:
    if kind in _KEPT_SEGMENTS:
        return body.startswith(_KEPT_SEGMENTS[kind])
    return kind in _FRAMES_AND_TABLES


def _oriented(tiff: bytes) -> int:
    """The orientation in an EXIF block, 1 (upright) when it says nothing."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    try:
        if order is None:
            return 1
        start = struct.unpack_from(order + "I", tiff, 4)[0]
        for number in range(struct.unpack_from(order + "H", tiff, start)[0]):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * number)
            if tag == _ORIENTATION and kind == 3:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _tiff(orientation: int) -> bytes:
    """An EXIF block that holds an orientation and nothing else."""
    return struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)


# PNG

_KEPT_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT".split()
)


def _png(data: bytes) -> bytes:
    kept = [data[:8]]
    at = 8
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + length + 12
        if end > len(data):
            raise Unclean("is damaged")
        if kind == b"eXIf" and (orientation := _oriented(data[at + 8 : end - 4])) != 1:
            kept.append(_chunk(kind, _tiff(orientation)))
        elif kind in _KEPT_CHUNKS:
            kept.append(data[at:end])
        elif kind[:1].isupper():
            raise Unclean("holds a part that is not known")
        if kind == b"IEND":
            return b"".join(kept)
        at = end


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


# WebP

_KEPT_PARTS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_KEPT_IN_FRAMES = frozenset((b"VP8 ", b"VP8L", b"ALPH"))
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def _webp(data: bytes) -> bytes:
    parts = list(_riff(data))
    turned = [_oriented(body.removeprefix(_EXIF)) for kind, body in parts if kind == b"EXIF"]
    exif = _tiff(turned[0]) if turned and turned[0] != 1 else b""
    kept = []
    for kind, body in parts:
        if kind == b"VP8X":
            flags = body[0] & ~(_HAS_XMP | _HAS_EXIF) | (_HAS_EXIF if exif else 0)
            kept.append((kind, bytes((flags,)) + body[1:]))
        elif kind == b"ANMF":
            frame = (part for part in _parts(body, 16, len(body)) if part[0] in _KEPT_IN_FRAMES)
            kept.append((kind, body[:16] + b"".join(_part(*part) for part in frame)))
        elif kind in _KEPT_PARTS:
            kept.append((kind, body))
    if exif and kept and kept[0][0] == b"VP8X":
        kept.append((b"EXIF", exif))
    return _part(b"RIFF", b"WEBP" + b"".join(_part(*part) for part in kept))


def _part(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    return _parts(data, 12, min(len(data), struct.unpack_from("<I", data, 4)[0] + 8))


def _parts(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise Unclean("is damaged")
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


# GIF

_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PROFILE = b"ICCRGBG1012"


def _gif(data: bytes) -> bytes:
    at = 13 + _colours(data[10])
    kept = [data[:at]]
    while True:
        start, kind = at, data[at]
        if kind == 0x3B:
            return b"".join(kept) + b";"
        if kind == 0x2C:
            at += 10 + _colours(data[at + 9]) + 1
        elif kind == 0x21:
            at += 2
        else:
            raise Unclean("is damaged")
        first = at
        while data[at]:
            at += data[at] + 1
        at += 1
        if kind == 0x2C:
            kept.append(data[start:at])
        else:
            kept.append(_extension(data[start:first], data[first:at]))


def _colours(flags: int) -> int:
    """The size of the colour table that some flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _extension(head: bytes, blocks: bytes) -> bytes:
    """What of an extension says how the picture is shown: how long, how often, in which colours."""
    name = blocks[1:12]
    if head[1] == 0xF9 and blocks[0] == 4:
        return head + blocks[:5] + b"\0"
    if head[1] == 0xFF and name == _PROFILE:
        return head + blocks
    if head[1] == 0xFF and name in _LOOPS and blocks[12:14] == b"\3\1":
        return head + blocks[:16] + b"\0"
    return b""


# AVIF: offsets lead into the file, so what goes is overwritten where it stands.

_BLANKED = frozenset((b"uuid", b"udes", b"xml ", b"bxml", b"free", b"skip"))
_TOP = frozenset((b"ftyp", b"meta", b"moov", b"mdat"))
_ENTERED = frozenset((b"moov", b"trak", b"mdia", b"minf", b"iprp", b"ipco"))
_NO_EXIF = bytes(4) + struct.pack("<2sHIHI", b"II", 42, 8, 0, 0)


def _avif(data: bytes) -> bytes:
    kept = bytearray(data)
    for low, high, blank in (*_hidden(data, 0, len(data)), *_unused(data)):
        kept[low:high] = blank.ljust(high - low, b"\0")[: high - low]
    return bytes(kept)


def _unused(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The stretches that belong to no picture: foreign boxes, and among the data of a still what no item claims."""
    boxes = [*_boxes(data, 0, len(data))]
    yield from ((low, high, b"") for kind, low, high in boxes if kind not in _TOP)
    yield max((high for _, _, high in boxes), default=0), len(data), b""
    still = all(kind != b"moov" for kind, _, _ in boxes)
    inside = [box for kind, low, high in boxes if kind == b"meta" and still for box in _boxes(data, low + 4, high)]
    claimed = {kind: (low, high) for kind, low, high in inside}
    if b"iloc" not in claimed:
        return
    used = sorted((low, high) for _, low, high in _extents(data, claimed[b"iloc"][0], claimed.get(b"idat")))
    for kind, start, end in boxes:
        if kind == b"mdat":
            yield from ((low, high, b"") for low, high in _gaps(start, end, used))


def _gaps(at: int, end: int, used: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What of a stretch is in none of some others, which come in order."""
    for low, high in used:
        if at < low:
            yield at, min(low, end)
        at = max(at, high)
    if at < end:
        yield at, end


def _hidden(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """The stretches that are no picture, and what takes their place."""
    for kind, low, high in _boxes(data, start, end):
        if kind == b"udta":
            yield low, high, struct.pack(">I4s", high - low, b"free")
        elif kind in _BLANKED:
            yield low, high, b""
        elif kind == b"hdlr":
            yield low + 24, high, b""  # its name
        elif kind == b"meta":
            yield from _hidden_items(data, low + 4, high)
            yield from _hidden(data, low + 4, high)
        elif kind in _ENTERED:
            yield from _hidden(data, low, high)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes in a stretch: kind, start and end of the content."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        stop = at + size if size else end
        if (size and size < head) or stop > end:
            raise Unclean("is damaged")
        yield kind, at + head, stop
        at = stop


def _hidden_items(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Where the items lie that are no pictures (EXIF, XMP and other texts), and what takes their place."""
    boxes = {kind: (low, high) for kind, low, high in _boxes(data, start, end)}
    hidden = dict(_texts(data, *boxes[b"iinf"])) if b"iinf" in boxes and b"iloc" in boxes else {}
    if hidden:
        for item, low, high in _extents(data, boxes[b"iloc"][0], boxes.get(b"idat")):
            if item in hidden:
                yield low, high, _NO_EXIF if hidden[item] == b"Exif" else b""


def _texts(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The numbers and kinds of the items that are texts."""
    for kind, low, _ in _boxes(data, start + (8 if data[start] else 6), end):
        if kind == b"infe" and data[low] >= 2:
            wide = data[low] == 3
            item = struct.unpack_from(">I" if wide else ">H", data, low + 4)[0]
            after = low + (10 if wide else 8)
            if data[after : after + 4] in (b"Exif", b"mime", b"uri "):
                yield item, data[after : after + 4]


def _extents(data: bytes, at: int, idat: tuple[int, int] | None) -> Iterator[tuple[int, int, int]]:
    """The stretches of the file that belong to each item."""
    version, sizes, more = data[at], data[at + 4], data[at + 5]
    widths = (sizes >> 4, sizes & 15, more >> 4, more & 15 if version else 0)
    at += 6
    big = ">I" if version == 2 else ">H"
    count, at = struct.unpack_from(big, data, at)[0], at + struct.calcsize(big)
    for _ in range(count):
        item, at = struct.unpack_from(big, data, at)[0], at + struct.calcsize(big)
        method = 0
        if version:
            method, at = struct.unpack_from(">H", data, at)[0] & 15, at + 2
        at += 2
        base, at = _number(data, at, widths[2])
        parts, at = struct.unpack_from(">H", data, at)[0], at + 2
        for _ in range(parts):
            _, at = _number(data, at, widths[3])
            offset, at = _number(data, at, widths[0])
            length, at = _number(data, at, widths[1])
            low = base + offset + (idat[0] if method == 1 and idat else 0)
            length = length or len(data) - low  # as far as it goes
            if low + length > len(data) or method > 1:
                raise Unclean("is damaged")
            yield item, low, low + length


def _number(data: bytes, at: int, width: int) -> tuple[int, int]:
    if at + width > len(data):
        raise Unclean("is damaged")
    return int.from_bytes(data[at : at + width], "big"), at + width


# BMP

_MASKS, _MASKS_ALPHA = 3, 6
_BMP_HEADS = frozenset((12, 40, 52, 56, 64, 108, 124))


def _bmp(data: bytes) -> bytes:
    size, picture, head = struct.unpack_from("<I4xII", data, 2)
    if head not in _BMP_HEADS or not 14 + head <= picture < size <= len(data):
        raise Unclean("is damaged")
    width, height, depth = struct.unpack_from("<HH2xH" if head == 12 else "<ii2xH", data, 18)
    packing, length, used = (0, 0, 0) if head == 12 else struct.unpack_from("<II8xI", data, 30)
    colours = (used or 1 << depth if depth <= 8 else used) * (3 if head == 12 else 4)
    masks = {_MASKS: 12, _MASKS_ALPHA: 16}.get(packing, 0) if head == 40 else 0
    if packing in (0, _MASKS, _MASKS_ALPHA):
        length = (width * depth + 31) // 32 * 4 * abs(height)
    described, end = 14 + head + masks + colours, picture + length
    if width < 0 or described > picture or not picture < end <= size:
        raise Unclean("is damaged")
    kept = bytearray(data[:described].ljust(picture, b"\0") + data[picture:end])
    struct.pack_into("<II", kept, 2, end, 0)
    if head == 124:  # a profile lies behind the picture, or elsewhere
        if bytes(kept[70:74]) in (b"DEBM", b"KNIL"):
            kept[70:74] = b"BGRs"
        struct.pack_into("<III", kept, 126, 0, 0, 0)
    return bytes(kept)


_CLEANERS: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (rb"\xff\xd8\xff", _jpeg),
    (rb"\x89PNG\r\n\x1a\n", _png),
    (rb"RIFF....WEBP", _webp),
    (rb"GIF8[79]a", _gif),
    (rb"....ftypavi[fs]", _avif),
    (rb"....ftyp(?:mif1|miaf|msf1)", _avif),
    (rb"BM", _bmp),
)
