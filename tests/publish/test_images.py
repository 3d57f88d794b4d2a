"""What is hidden in images goes, the picture stays."""

import re
import struct
import zlib
from contextlib import suppress
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.pictures import PICTURES
from vaultkit.publish.images import Unclean, clean
from vaultkit.publish.svg import _quoted, clean_svg

ORIENTED = struct.pack("<2sHIHHHIH", b"II", 42, 8, 1, 0x0112, 3, 1, 6)


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_hidden_is_left(name):
    data = PICTURES[name]
    assert b"CANARY" in data
    cleaned = clean(data)
    assert b"CANARY" not in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("name", ["jpg", "png", "webp"])
def test_the_orientation_stays(name):
    assert ORIENTED in clean(PICTURES[name])


def chunks(png):
    at = 8
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        body = png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length)[0] == zlib.crc32(kind + body)
        yield kind, body
        at += length + 12


def test_png_keeps_its_pixels():
    before, after = (dict(chunks(data)) for data in (PICTURES["png"], clean(PICTURES["png"])))
    assert set(after) == {b"IHDR", b"IDAT", b"IEND", b"eXIf"}
    assert after[b"IDAT"] == before[b"IDAT"]


def test_jpeg_keeps_its_tables_and_scans():
    before, after = PICTURES["jpg"], clean(PICTURES["jpg"])
    kept = re.compile(rb"\xff[\xdb\xc0\xc4].*\xff\xd9", re.DOTALL)
    assert kept.search(after)[0] == kept.search(before)[0]


def test_what_hangs_behind_a_picture_goes():
    for name in ("jpg", "png", "gif", "webp"):
        assert clean(PICTURES[name] + b"CANARY") == clean(PICTURES[name])


def test_avif_keeps_its_length_and_all_but_the_hidden():
    before, after = PICTURES["avif"], clean(PICTURES["avif"])
    assert len(after) == len(before)
    assert sum(a != b for a, b in zip(before, after, strict=True)) < 400


def riff(kind, body):
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def test_the_frames_of_an_animation_hide_nothing():
    frame = bytes(16) + riff(b"VP8L", b"picture") + riff(b"EXIF", b"CANARY") + riff(b"ALPH", b"a")
    made = clean(riff(b"RIFF", b"WEBP" + riff(b"VP8X", bytes(10)) + riff(b"ANMF", frame)))
    kept = bytes(16) + riff(b"VP8L", b"picture") + riff(b"ALPH", b"a")
    assert made == riff(b"RIFF", b"WEBP" + riff(b"VP8X", bytes(10)) + riff(b"ANMF", kept))


def box(kind, body):
    return struct.pack(">I4s", len(body) + 8, kind) + body


def test_what_is_said_of_an_avif_goes():
    words = b"\0\0\0\0CANARY\0CANARY\0"
    handler = box(b"hdlr", bytes(8) + b"pict" + bytes(12) + b"CANARY\0")
    properties = box(b"iprp", box(b"ipco", box(b"udes", words) + box(b"ispe", b"kept")))
    inner = box(b"meta", bytes(4) + handler + box(b"xml ", words) + properties + box(b"free", words))
    data = box(b"ftyp", b"avif" + bytes(8)) + inner + box(b"skip", words) + box(b"mdat", b"picture")
    made = clean(data)
    assert b"CANARY" in data and b"CANARY" not in made
    assert len(made) == len(data) and b"pict" in made and b"kept" in made and b"picture" in made


def test_an_avif_holds_nothing_but_its_picture():
    """Foreign boxes, bytes between the items, and what hangs behind the last box."""

    def made(offset):
        place = bytes(4) + b"\x44\0" + struct.pack(">HHHHIIII", 1, 1, 0, 2, offset + 7, 3, offset + 16, 4)
        meta = box(b"meta", bytes(4) + box(b"hdlr", bytes(8) + b"pict" + bytes(13)) + box(b"iloc", place))
        data = box(b"ftyp", b"avif" + bytes(8)) + meta + box(b"cnry", b"CANARY") + box(b"mdat", b"")
        return data[:-8], box(b"mdat", b"CANARY PIC CANARTURECANARY") + b"CANARY"

    head, body = made(0)
    head, body = made(len(head) + 8)
    after = clean(head + body)
    assert len(after) == len(head + body) and b"CANAR" not in after
    assert after[len(head) + 8 :] == bytes(7) + b"PIC" + bytes(6) + b"TURE" + bytes(12)


BITMAP = (
    b"BM" + struct.pack("<I4xI", 58, 54) + struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0) + bytes(4)
)


def test_a_bitmap_ends_where_it_says():
    assert clean(BITMAP) == BITMAP == clean(BITMAP + b"CANARY")
    for data in (b"BM" + b"CANARY" * 20, BITMAP[:-1], b"BM", BITMAP[:14] + b"\x11" + BITMAP[15:]):
        with pytest.raises(Unclean):
            clean(data)


def test_animation_stays():
    moving = clean(PICTURES["moving.gif"])
    assert b"NETSCAPE2.0" in moving and moving.count(b"\x21\xf9") == 2


@pytest.mark.parametrize("data", [b"no image", b"\x89PNG", b"\xff\xd8\xff", b"<svg/>", b"RIFF"])
def test_what_cannot_be_read_is_refused(data):
    with pytest.raises(Unclean):
        clean(data)


@given(st.sampled_from(sorted(PICTURES)), st.data())
def test_what_is_damaged_is_cleaned_or_refused_and_nothing_else_is_raised(name, draw):
    data = bytearray(PICTURES[name])
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(0, len(data)))
    with suppress(Unclean):
        clean(bytes(data[:cut]))


def svg(inner, root=""):
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {spaces} {root}>{inner}</svg>".encode()


@pytest.mark.parametrize(
    "inner",
    [
        "<script>CANARY</script>",
        "<!-- CANARY -->",
        "<?CANARY x?>",
        "<metadata>CANARY</metadata>",
        '<g onclick="CANARY"/>',
        '<g data-name="CANARY"/>',
        '<a href="https://CANARY"><text>x</text></a>',
        '<a xlink:href="javascript:CANARY"/>',
        '<image href="https://CANARY/x.png"/>',
        '<image href="//CANARY/x.png"/>',
        '<use href="https://CANARY#a"/>',
        '<rect fill="url(https://CANARY#a)"/>',
        '<rect style="fill:url(https://CANARY)"/>',
        '<style>@import "https://CANARY";</style>',
        "<style>a{background:url(//CANARY)}</style>",
        r"<style>a{background:u\72l(//CANARY)}</style>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>CANARY</p></foreignObject>",
        "<animate attributeName='href' to='javascript:CANARY'/>",
        "<set attributeName='onload' to='CANARY'/>",
        "<handler>CANARY</handler>",
        "<g xmlns:inkscape='http://www.inkscape.org/namespaces/inkscape' inkscape:label='CANARY'/>",
        "<x xmlns='http://CANARY'><g xmlns='http://www.w3.org/2000/svg'><text>CANARY</text></g></x>",
    ],
)
def test_svg_does_and_tells_nothing(inner):
    cleaned = clean_svg(svg(inner + '<rect fill="url(#g)" class="keep"/>'))
    assert b"CANARY" not in cleaned
    assert b'<rect fill="url(#g)" class="keep">' in cleaned


def test_svg_keeps_what_is_drawn():
    drawn = (
        "<title>A &amp; B</title>"
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<style>.a{fill:url(#g)}</style><g transform="scale(2)"><path d="M0 0L1 1"/><use xlink:href="#g"/>'
        '<text x="1">Über &lt;b&gt;</text></g>'
    )
    cleaned = clean_svg(svg(drawn, 'viewBox="0 0 9 9"')).decode()
    for words in (
        'viewBox="0 0 9 9"',
        "A &amp; B",
        'stop-color="red"',
        ".a{fill:url(#g)}",
        "M0 0L1 1",
        'xlink:href="#g"',
    ):
        assert words in cleaned
    assert "Über &lt;b&gt;" in cleaned
    assert clean_svg(cleaned.encode()) == cleaned.encode()


def test_pictures_in_svg_are_cleaned_too():
    import base64

    inside = base64.b64encode(PICTURES["jpg"]).decode()
    cleaned = clean_svg(svg(f'<image href="data:image/jpeg;base64,{inside}"/>'))
    picture = re.search(rb"base64,([^\"]+)", cleaned)[1]
    assert base64.b64decode(picture) == clean(PICTURES["jpg"])


@pytest.mark.parametrize(
    "data",
    [
        b"<svg/>",
        b"<html/>",
        b"<svg",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        svg("<g>" * 1000 + "</g>" * 1000),
    ],
)
def test_svg_that_is_none_is_refused(data):
    with pytest.raises(Unclean):
        clean_svg(data)


@given(st.text(alphabet="ab&<>\"'\n\r\t\xa0é"))
def test_an_attribute_is_quoted_as_others_do_it(value):
    assert _quoted(value) == quoteattr(value)


def test_comments_of_styles_in_svg_go():
    long = "a { fill: red } " * 2000
    style = f"<style>{long}/* CANARY */ b {{ fill: blue }}</style><rect style='fill: red /* CANARY */; /* CANARY'/>"
    made = clean_svg(f'<svg xmlns="http://www.w3.org/2000/svg">{style}</svg>'.encode()).decode()
    assert "CANARY" not in made and "fill: blue" in made and made.count("fill: red") == 2001


def test_a_long_style_that_acts_goes_wherever_it_is_cut():
    for more in range(8180, 8195):
        style = f"<style>{'&amp;' * more}@&#105;&#109;&#112;ort 'x';</style>"
        assert b"@import" not in clean_svg(f'<svg xmlns="http://www.w3.org/2000/svg">{style}</svg>'.encode())


# What no decoder draws

SECRET = b"where nobody looks"
DOT = b"\x11\x22\x33\x00"


def segment(kind, body):
    return b"\xff" + bytes([kind]) + struct.pack(">H", len(body) + 2) + body


def jpeg(extra):
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34\xff\xd9"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + extra + scan


@pytest.mark.parametrize("kind", [0x02, 0xBF, 0xC8, 0xE5, 0xEE, 0xF0, 0xF7, 0xFD, 0xFE])
def test_segments_that_are_no_picture_go(kind):
    assert SECRET not in clean(jpeg(segment(kind, b"Adobe\0\x64\0\0\0\0\0" + SECRET)))
    assert segment(0xEE, b"Adobe\0\x64\0\0\0\0\0") in clean(jpeg(segment(0xEE, b"Adobe\0\x64\0\0\0\0\0" + SECRET)))


@pytest.mark.parametrize("block", [b"!\xff\x0bNETSCAPE2.0\3\1\0\0", b"!\xf9\4\4\x0a\0\0"])
def test_blocks_behind_those_of_an_animation_go(block):
    begin = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff"
    frame = b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    secret = bytes([len(SECRET)]) + SECRET
    assert clean(begin + block + secret + b"\0" + frame) == begin + block + b"\0" + frame
    assert clean(begin + b"!\1" + secret + b"\0" + frame) == begin + frame


def bmp(depth, *, colours=b"", gap=b"", tail=b"", packing=0, masks=b"", more=b""):
    """A picture of one dot."""
    size = 40 + len(more)
    start = 14 + size + len(masks) + len(colours) + len(gap)
    head = struct.pack("<IiiHHIIiiII", size, 1, 1, 1, depth, packing, 4, 0, 0, len(colours) // 4, 0)
    told = struct.pack("<2sIHHI", b"BM", start + 4 + len(tail), 0, 0, start)
    return told + head + more + masks + colours + gap + DOT + tail


@pytest.mark.parametrize(
    "kind",
    [
        {"depth": 24},
        {"depth": 8, "colours": DOT * 256},
        {"depth": 1, "colours": DOT * 2},
        {"depth": 32, "packing": 3, "masks": DOT * 3},
    ],
)
def test_a_bitmap_is_its_colours_and_its_dots(kind):
    assert clean(bmp(**kind)) == bmp(**kind)
    assert clean(bmp(**kind, tail=SECRET)) == bmp(**kind)
    assert clean(bmp(**kind, gap=SECRET)) == bmp(**kind, gap=bytes(len(SECRET)))


def test_a_bitmap_names_no_file_of_colours():
    more = bytearray(84)
    more[16:20] = b"KNIL"
    more[72:80] = struct.pack("<II", 142, len(SECRET))
    kept = clean(bmp(24, more=bytes(more), tail=SECRET))
    assert SECRET not in kept and b"KNIL" not in kept and kept[126:138] == bytes(12)
    assert kept[-4:] == DOT
