"""Where things stand: slugs, permalinks, tags, links between output paths."""

import posixpath
import unicodedata
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.publish.address import (
    RESERVED,
    BadAddress,
    asset_url,
    claim,
    folder_url,
    href,
    page_url,
    permalink_url,
    slug,
    tag_url,
)

NAMES = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=300).filter(
    lambda name: name not in (".", "..")
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("Attention.md", "attention.html"),
        ("Reading/Attention Is All You Need.md", "reading/attention-is-all-you-need.html"),
        ("Author - Title.md", "author-title.html"),
        ("Notes & Takeaways: 100% C#?.md", "notes-takeaways-100-c.html"),
        ("Über Café.md", "über-café.html"),
        ("U\u0308ber.md", "über.html"),
        ("読書/ノート.md", "読書/ノート.html"),
        ("2024-11-21-openai-emails.md", "2024-11-21-openai-emails.html"),
        ("v1.2.md", "v1-2.html"),
        ("snake_case.md", "snake_case.html"),
        ("a — b.md", "a-b.html"),
        ("index.md", "index-note.html"),
        ("Reading/INDEX.md", "reading/index-note.html"),
        ("tags.md", "tags-note.html"),
        ("Tags/a.md", "tags-note/a.html"),
        ("Reading/tags.md", "reading/tags.html"),
        ("Assets/a.md", "assets-note/a.html"),
        ("_vaultkit/a.md", "_vaultkit-note/a.html"),
        ("CON.md", "con-note.html"),
        ("aux/lpt9.md", "aux-note/lpt9-note.html"),
    ],
)
def test_page_url(path, url):
    assert page_url(path) == url


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("/a/b", "a/b.html"),
        ("a/b", "a/b.html"),
        ("a/b/", "a/b/index.html"),
        ("a.html", "a.html"),
        ("/Some%20Page", "Some Page.html"),
        ("2024/11/21/emails.html", "2024/11/21/emails.html"),
        (2024, "2024.html"),
        ("/", "index.html"),
        ("tags", "tags.html"),
    ],
)
def test_permalink(value, url):
    assert permalink_url(value) == url


@pytest.mark.parametrize(
    "value",
    [
        "", "..", "../x", "a/../b", "a/..", "a/./b", "%2e%2e/x", "..%2fx", "a%2f..%2fb", "//evil.example/x",
        "https://evil.example", "C:/x", "c:\\x", "a\\b", "a%5cb", "a%00b", "a\nb", "a?b", "a#b", "a//b", ".git/config",
        ".vaultkit-edition", "index", "/index.html", "tags/x", "assets/x", "_vaultkit/x", "404", "con", "a/NUL",
        "a./b", "a/b /c", "x.html/y", "a" * 250, "/".join(["abc"] * 400), "%ff", True, None, ["a"], 1.5, "\u202ea",
    ],
)  # fmt: skip
def test_bad_permalinks(value):
    with pytest.raises(BadAddress):
        permalink_url(value)


@given(PATHS)
def test_a_page_stays_inside_and_out_of_the_way(path):
    url = page_url(path)
    parts = url.split("/")
    assert posixpath.normpath(url) == url and not url.startswith("/")
    assert all(part and not part.startswith(".") and len(part.encode()) <= 210 for part in parts)
    assert unicodedata.is_normalized("NFC", url)
    assert parts[0].removesuffix(".html") not in RESERVED
    assert parts[-1] != "index.html"
    assert claim(url) == claim(unicodedata.normalize("NFD", url.upper())) or not url.isascii()


@given(st.text(max_size=40) | st.text(alphabet="./\\%2eEfF0 ~:aA", max_size=20))
def test_a_permalink_stays_inside_or_is_refused(text):
    try:
        url = permalink_url(text)
    except BadAddress:
        return
    assert posixpath.normpath("/root/" + url) == "/root/" + url
    assert "\\" not in url and "\0" not in url and url.endswith(".html")


@given(NAMES)
def test_slug_is_stable(name):
    once = slug(name)
    assert slug(once) in (once, once + "-note")


@given(
    st.lists(
        NAMES,
        min_size=2,
        max_size=2,
        unique_by=lambda tag: unicodedata.normalize("NFC", unicodedata.normalize("NFC", tag).lower()),
    )
)
def test_tags_never_share_a_page(tags):
    assert tag_url(tags[0]) != tag_url(tags[1])
    assert all(part not in ("", ".", "..") for tag in tags for part in tag_url(tag).split("/"))


@given(PATHS.map(page_url), PATHS.map(page_url), st.sampled_from(["", "a-b", "^id", "é ü", 'x"y']))
def test_href_leads_there(source, target, fragment):
    way = href(source, target, fragment)
    parts = urlsplit(way)
    assert not parts.scheme and not parts.netloc
    full = (
        posixpath.normpath(posixpath.join("/", posixpath.dirname(source), unquote(parts.path)))
        if parts.path
        else "/" + source
    )
    assert full == "/" + target
    assert unquote(parts.fragment) == fragment
    assert way.isascii() and not set(way) & set("\"'<> ")


def test_an_attachment_does_not_tell_its_folder():
    assert asset_url("Clients/Acme/Floor plan.PNG", "0123456789abcdef", "png") == "assets/floor-plan.01234567.png"


def test_folders():
    assert folder_url("") == "index.html"
    assert folder_url("Reading/2024 Q1") == "reading/2024-q1/index.html"
