"""The parts of the site target, each by a table."""

import fnmatch
import re
import tomllib
from pathlib import Path

import pytest

from editions import edition, page
from vaultkit.render.job import LinkTo, Rendered, TocEntry
from vaultkit.targets.site import static
from vaultkit.targets.site.addresses import edit_address
from vaultkit.targets.site.dates import moment
from vaultkit.targets.site.explorer import BRANCHES, Explorer
from vaultkit.targets.site.pages import contents, minutes
from vaultkit.targets.site.pictures import with_room
from vaultkit.targets.site.properties import shown
from vaultkit.targets.site.survey import excerpt
from vaultkit.targets.site.tree import natural, plant

PROJECT = Path(__file__).parent.parent.parent
FOLDER = PROJECT / "vaultkit" / "targets" / "site"


def note(path="A.md", text="Text.", **given):
    toc = given.pop("toc", ())
    return page(path, body=Rendered("", toc, text, frozenset(), ()), **given)


@pytest.mark.parametrize(
    ("text", "rfc3339", "iso", "said"),
    [
        ("2024-11-21", "2024-11-21T00:00:00Z", "2024-11-21", "21 November 2024"),
        ("2024-11-21T00:00:00-04:00", "2024-11-21T00:00:00-04:00", "2024-11-21T00:00:00-04:00", "21 November 2024"),
        ("2024-11-21T10:20:30.5", "2024-11-21T10:20:30Z", "2024-11-21T10:20:30Z", "21 November 2024"),
        ("0033-04-03", "0033-04-03T00:00:00Z", "0033-04-03", "3 April 33"),
    ],
)
def test_a_date_is_as_precise_as_it_was_written(text, rfc3339, iso, said):
    found = moment(text)
    assert (found.rfc3339, found.iso, found.shown) == (rfc3339, iso, said)
    assert moment(text, "de").shown == text[:10]


@pytest.mark.parametrize("text", ["", "soon", "2024-13-01", "0001-01-01T00:00:00+10:00"])
def test_what_is_no_date_is_none(text):
    assert moment(text) is None


def test_moments_sort_by_time_whatever_the_zone():
    texts = ["2024-01-01T00:30:00+02:00", "2023-12-31T23:00:00Z", "2024-01-01", "2024-01-01T01:00:00-01:00"]
    assert sorted(texts, key=moment) == texts


def test_natural_order():
    names = ["2 b", "10 a", "a", "B", "éa", "f", "Week 9", "week 10", "x²"]
    shuffled = sorted(names, key=len)
    assert sorted(shuffled, key=natural) == names


def test_a_table_of_contents_nests_by_level():
    levels = [3, 2, 4, 4, 3, 2, 1, 2]
    toc = tuple(TocEntry(level, f"{level}<", f"h {place}") for place, level in enumerate(levels))
    text = re.sub(r'<a href="#h%20\d">(\d)&lt;</a>', r"\1", str(contents(toc, "rtl")))
    assert text == (
        '<ol dir="rtl">'
        "<li>3</li><li>2<ol><li>4</li><li>4</li><li>3</li></ol></li><li>2</li><li>1<ol><li>2</li></ol></li></ol>"
    )
    assert contents(toc[:2], "rtl") == ""


def test_reading_time():
    assert [minutes(text) for text in ("", "a " * 230, "a " * 1000, "静" * 900)] == [1, 1, 4, 2]


def test_an_excerpt_is_the_description_or_the_text_without_headings():
    toc = (TocEntry(2, "One", "one"),)
    assert excerpt(note(description="Said.")) == "Said."
    assert excerpt(note(text="One\nText of\none.", toc=toc)) == "Text of one."
    long = excerpt(note(text="word, " * 100))
    assert len(long) <= 182 and long.endswith("word …")


def test_properties_are_shown_as_people_write_them():
    properties = {
        "title": "T",
        "publish": True,
        "author": ["A", "B"],
        "source": "https://x.org/",
        "rating": 4.5,
        "finished": False,
        "empty": "",
        "none": None,
        "nothing": [],
        "see_also": ["Shown", "Held"],
        "where": {"city": "Rome", "at": {"year": 1999}},
    }
    ways = {"see_also.0": LinkTo("shown.html", "Shown")}
    found = shown(note(properties=properties, property_links=ways))
    assert {item.name: [tuple(piece) for piece in item.pieces] for item in found} == {
        "author": [("A", ""), ("B", "")],
        "source": [("https://x.org/", "https://x.org/")],
        "rating": [("4.5", "")],
        "finished": [("no", "")],
        "see also": [("Shown", "shown.html"), ("Held", "")],
        "where": [("city: Rome", ""), ("at: year: 1999", "")],
    }


def test_folders_hold_and_count_what_lies_below():
    tree = plant(edition(note("A.md"), note("X 10/B.md"), note("X 9/C.md"), note("X 9/In/D.md")))
    assert [(folder.name, folder.count, len(folder.notes)) for folder in tree.root.walk()] == [
        ("", 4, 1),
        ("X 9", 2, 1),
        ("In", 1, 1),
        ("X 10", 1, 1),
    ]
    assert [folder.name for folder in tree.of["X 9/In/D.md"].trail] == ["X 9", "In"]


def test_every_file_of_the_theme_is_packaged():
    given = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    globs = given["vaultkit.targets.site"]
    files = [item for item in FOLDER.rglob("*") if item.is_file() and item.suffix != ".py"]
    files = [item for item in files if item.parent.name != "__pycache__"]
    assert len(files) > 20
    for item in files:
        name = item.relative_to(FOLDER).as_posix()
        assert any(fnmatch.fnmatch(name, glob) and name.count("/") == glob.count("/") for glob in globs), name


# ---- colours ----


def colours(scheme):
    """The custom properties of the style sheet that are colours, in the light (0) or dark (1) scheme."""
    rules = re.findall(r"--([a-z]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", static.stylesheet().decode())
    return {name: both[scheme] for name, *both in rules}


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_enough_for_everyone(scheme):
    """WCAG 2.2 AA asks for 4.5 to 1; callouts are tinted by a part of their hue, so a little more is wanted there."""
    found = colours(scheme)
    texts = found.keys() - {"paper", "wash", "line", "underline", "mark"}
    assert len(texts) == 12
    for ground in ("paper", "wash"):
        for text in texts:
            assert contrast(found[text], found[ground]) >= 4.9, (text, ground)
    assert contrast(found["ink"], found["mark"]) >= 4.5
    assert contrast(found["paper"], found["accent"]) >= 4.5


SIZES = {"assets/a%20b.png": (640, 400), "assets/c.svg": (24, 16)}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="../assets/a%20b.png" alt="x">', '<img src="../assets/a%20b.png" alt="x" width="640" height="400">'),
        (
            '<img src="../assets/a%20b.png" alt="" width="100">',
            '<img src="../assets/a%20b.png" alt="" width="100" height="62">',
        ),
        ('<img src="../assets/c.svg" width="9" height="6">', '<img src="../assets/c.svg" width="9" height="6">'),
        (
            '<img src="../assets/c.svg" width="9" height="9">',
            '<img src="../assets/c.svg" class="sized" width="9" height="9">',
        ),
        ('<img src="../assets/c.svg" height="9">', '<img src="../assets/c.svg" height="9">'),
        ('<img src="../assets/d.png" alt="x">', '<img src="../assets/d.png" alt="x">'),
        ('<img src="https://example.org/a.png">', '<img src="https://example.org/a.png">'),
        ("<p>no image</p>", "<p>no image</p>"),
    ],
)
def test_an_image_has_the_room_that_it_will_take(html, expected):
    assert with_room(html, "../", SIZES) == expected


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("", ""),
        ("https://example.org/edit", "https://example.org/edit/A%20b/C%3F.md"),
        ("https://example.org/edit/{path}?ref=main", "https://example.org/edit/A%20b/C%3F.md?ref=main"),
    ],
)
def test_where_a_note_is_edited(pattern, address):
    assert edit_address(pattern, "A b/C?.md") == address


def test_a_folder_of_many_folders_names_those_around_the_page():
    pages = [note(f"F{number:04}/A.md") for number in range(400)]
    tree = plant(edition(*pages))
    explorer = Explorer(tree.root)
    drawn = explorer.draw("../", "f0200/a.html", tree.by_url["f0200/index.html"])
    assert drawn.count("<li") == 2 * BRANCHES + 2
    assert "F0200" in drawn and "F0199" in drawn and "F0201" in drawn and "F0399" not in drawn
    assert '<a href="../folders/index.html">all folders</a>' in drawn
