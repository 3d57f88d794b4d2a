"""However a private sentence is packed in an output, the audit reads it; what it cannot read does not go out."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.pictures import PICTURES
from publish.vaults import fresh_site, public
from vaultkit.errors import TargetError
from vaultkit.publish import unpacked
from vaultkit.publish.page import Output
from vaultkit.publish.unpacked import Closed, parts
from vaultkit.targets.site import SiteTarget

SECRET = b"We are going to buy all of their wolpertingers before Wednesday's meeting in Ouagadougou."


def zipped(data, name="a.txt", how=zipfile.ZIP_DEFLATED, comment=b""):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        archive.writestr(name, data)
        archive.comment = comment
    return file.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks):
    whole = PICTURES["png"]
    return whole[:33] + b"".join(chunks) + whole[33:]


WAYS = {
    "plain": SECRET,
    "gzip": gzip.compress(SECRET),
    "gzip, the second": gzip.compress(b"first") + gzip.compress(SECRET),
    "zlib": zlib.compress(SECRET),
    "zip": zipped(SECRET),
    "zip, its comment": zipped(b"", comment=SECRET),
    "zip, a name": zipped(b"", SECRET.decode()),
    "zip behind something": gzip.compress(b"x") + zipped(SECRET, how=zipfile.ZIP_STORED),
    "in each other": gzip.compress(zipped(zlib.compress(zipped(SECRET)))),
    "png, tEXt": png(chunk(b"tEXt", b"Comment\0" + SECRET)),
    "png, zTXt": png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SECRET))),
    "png, iTXt": png(chunk(b"iTXt", b"Comment\0\0\0en\0\0" + SECRET)),
    "png, iTXt packed": png(chunk(b"iTXt", b"Comment\0\1\0en\0\0" + zlib.compress(SECRET))),
    "png in a zip": zipped(png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SECRET))), "a.png"),
}

CLOSED = {
    "bzip2": bz2.compress(SECRET),
    "xz": lzma.compress(SECRET),
    "brotli": bytes.fromhex("8b0280") + b"\xff" + SECRET[:20],
    "a document": b"%PDF-1.7\n\xe2\xe3\xcf\xd3 stream",
    "a font": b"wOF2\x00\x01\x00\x00\xff\xfe",
    "gzip, cut off": gzip.compress(SECRET)[:-12],
    "gzip, damaged": gzip.compress(SECRET)[:10] + b"\xff" * 30,
    "zip, bzip2": zipped(SECRET, how=zipfile.ZIP_BZIP2),
    "zip, lzma": zipped(SECRET, how=zipfile.ZIP_LZMA),
    "zip, cut off": zipped(SECRET)[:-30],
    "png, damaged": png(chunk(b"zTXt", b"Comment\0\0no")),
}


class Printing(SiteTarget):
    """A site that prints one file more."""

    def __init__(self, data):
        self.data = data

    def printing(self, edition, config, publish):
        printing = super().printing(edition, config, publish)
        parts, made = printing.parts, printing.made
        printing.parts = lambda: [*parts(), lambda: [Output("more.bin", self.data)]]
        printing.made = lambda paths: made(paths[:-1])
        return printing


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_is_found_however_it_is_packed(way):
    site = fresh_site(printer=Printing(WAYS[way]))
    with pytest.raises(TargetError, match=r"`more\.bin` holds `We are going"):
        site.publish({"a.md": public("tulips"), "Secret.md": SECRET.decode()})
    assert not site.output.exists()


@pytest.mark.parametrize("way", CLOSED)
def test_what_cannot_be_read_does_not_go_out(way):
    site = fresh_site(printer=Printing(CLOSED[way]))
    with pytest.raises(TargetError, match=r"`more\.bin` is"):
        site.publish({"a.md": public("tulips"), "Secret.md": SECRET.decode()})
    assert not site.output.exists()


@pytest.mark.parametrize("data", [b"x^2 + 1", b"", "größer".encode(), *PICTURES.values()])
def test_text_and_pictures_go_out(data):
    if data.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF")) or data.isascii():
        site = fresh_site(printer=Printing(data))
        site.publish({"a.md": public("tulips"), "Secret.md": SECRET.decode()})
        assert site.files()["more.bin"] == data


def test_what_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(unpacked, "_MOST", 100_000)
    for data in (gzip.compress(bytes(10**6)), zipped(bytes(10**6)), gzip.compress(b"a" * 90_000) * 2):
        with pytest.raises(Closed, match="more than can be"):
            list(parts(data))
    nested = b"x"
    for _ in range(20):
        nested = gzip.compress(nested)
    with pytest.raises(Closed, match="more than can be"):
        list(parts(nested))


@given(st.sampled_from([*WAYS.values(), *CLOSED.values()]), st.data())
def test_nothing_else_is_ever_raised(data, draw):
    at = draw.draw(st.integers(0, len(data) - 1))
    with suppress(Closed):
        list(parts(data[:at] + bytes([draw.draw(st.integers(0, 255))]) + data[at + 1 :]))
