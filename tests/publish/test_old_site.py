"""The addresses of an old site beside those of the new one."""

import json

import pytest

from vaultkit.publish.old_site import addresses_in, compared

PAGES = ("index.html", "a.html", "b/index.html", "Über.html", "feed.xml", "old.html", "tags/x.html", "new.html")
NOTES = ("index.html", "a.html", "b/index.html", "Über.html", "new.html")


@pytest.mark.parametrize(
    ("address", "becomes"),
    [
        ("", "kept"),
        ("index.html", "kept"),
        ("a", "kept"),
        ("a.html", "kept"),
        ("a/", "lost"),
        ("b", "kept"),
        ("b/", "kept"),
        ("b.html", "lost"),
        ("A", "lost"),
        ("Über", "kept"),
        ("feed.xml", "kept"),
        ("tags/x", "kept"),
        ("tags/y", "lost"),
        ("old", "redirected"),
        ("a/../old", "lost"),
    ],
)
def test_what_becomes_of_an_address(address, becomes):
    found = compared([address], PAGES, NOTES, {"old.html": "a.html"})
    assert [name for name in ("kept", "redirected", "lost") if address in getattr(found, name)] == [becomes]


def test_what_is_new_and_what_is_near():
    found = compared(["A", "b/", "old", "nothing", "old"], PAGES, NOTES, {"old.html": "a.html"})
    assert found.new == ("index.html", "new.html", "Über.html")
    assert found.lost == {"A": "a.html", "nothing": ""} and found.redirected == {"old": "a.html"}


@pytest.mark.parametrize(
    ("text", "base", "addresses"),
    [
        ("<urlset><url><loc>https://e.org/n/a%20b</loc></url></urlset>", "/n/", ["a b"]),
        (
            "<urlset><loc> https://e.org/a&amp;b/ </loc><loc><![CDATA[https://e.org/c]]></loc></urlset>",
            "",
            ["a&b/", "c"],
        ),
        ("https://e.org\n/a?x=1#y\n# no\n\nb/c.html\r\n", "", ["", "a", "b/c.html"]),
        ("/notes/a\n/notes\n/notesome", "/notes/", ["a", "", "notesome"]),
        (
            json.dumps({"targets": [{"urls": {"a.md": "a.html"}, "redirects": {"b c.html": "a.html"}}]}),
            "",
            ["a.html", "b c.html"],
        ),
    ],
)
def test_what_a_file_names(text, base, addresses):
    assert addresses_in(text, base) == addresses


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "<html></html>", "{}", '{"targets": 3}', "<sitemapindex><loc>x</loc>"]
)
def test_files_that_name_nothing(text):
    with pytest.raises(ValueError, match=r"it "):
        addresses_in(text)
