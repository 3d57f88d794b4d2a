"""How large an image is."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.pictures import PICTURES
from vaultkit.publish.pixels import size_of


def jpeg(width, height, orientation=1):
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    exif = b"Exif\0\0" + tiff
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    table = b"\xff\xc4" + struct.pack(">H", 4) + b"\0\0"
    return b"\xff\xd8" + segment + table + b"\xff\xc2" + struct.pack(">HBHHB", 8, 8, height, width, 0)


TABLE = {
    "png": (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 400), (640, 400)),
    "gif": (b"GIF89a" + struct.pack("<HH", 64, 40), (64, 40)),
    "jpeg": (jpeg(640, 400), (640, 400)),
    "jpeg on its side": (jpeg(640, 400, 6), (400, 640)),
    "webp": (b"RIFF....WEBPVP8 " + b"." * 10 + struct.pack("<HH", 640, 400), (640, 400)),
    "webp lossless": (b"RIFF....WEBPVP8L....\x2f" + struct.pack("<I", 639 | 399 << 14), (640, 400)),
    "webp extended": (b"RIFF....WEBPVP8X........" + b"\x7f\x02\0\x8f\x01\0", (640, 400)),
    "avif": (b"\0\0\0\x1cftypavif" + b"." * 40 + b"ispe\0\0\0\0" + struct.pack(">II", 640, 400), (640, 400)),
    "avif of tiles": (
        b"\0\0\0\x1cftypavif"
        + b"".join(b"ispe\0\0\0\0" + struct.pack(">II", *size) for size in ((64, 64), (640, 400))),
        (640, 400),
    ),
    "bmp": (b"BM" + b"." * 16 + struct.pack("<ii", 640, -400), (640, 400)),
    "svg": (b'<?xml version="1.0"?><svg width="24" height="16.4px" viewBox="0 0 48 32">', (24, 16)),
    "svg without": (b'<svg viewBox="0 0 48 32" width="100%">', (0, 0)),
    "svg with a wide line": (b'<svg stroke-width="2" viewBox="0 0 1 1">', (0, 0)),
    "nothing": (b"", (0, 0)),
    "text": (b"no image", (0, 0)),
    "cut": (b"\x89PNG\r\n\x1a\n\0\0", (0, 0)),
}


@pytest.mark.parametrize(("data", "size"), TABLE.values(), ids=TABLE)
def test_sizes(data, size):
    assert size_of(data) == size


@pytest.mark.parametrize("kind", PICTURES)
def test_real_pictures_have_a_size(kind):
    width, height = size_of(PICTURES[kind])
    assert width > 0 and height > 0


@given(st.sampled_from([data for data, _ in TABLE.values()]), st.binary(max_size=40), st.integers(0, 60))
def test_damaged_files_have_none_and_no_one_fails(data, noise, at):
    assert len(size_of(data[:at] + noise + data[at + len(noise) :])) == 2
