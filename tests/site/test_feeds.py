"""What machines read: feed, sitemap, robots, headers, redirects."""

import xml.etree.ElementTree as ET

from editions import edition, garden, page
from vaultkit.config import Publish, TargetConfig
from vaultkit.publish.page import Redirect
from vaultkit.render.job import Rendered
from vaultkit.schema.validated import validated
from vaultkit.targets.site import feeds, site
from vaultkit.targets.site.dates import moment

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BASE = "https://example.org/garden/"


def files(wanted, **config):
    return {item.path: item.data for item in site.outputs(wanted, validated(TargetConfig, config), Publish())}


def note(path, html="<p>Text.</p>", **given):
    return page(path, body=Rendered(html, (), "Text.", frozenset(), ()), **given)


def feed(wanted, **config):
    return ET.fromstring(files(wanted, **config)["feed.xml"])


def texts(root, name):
    return [item.text for item in root.iter(ATOM + name)]


def test_the_feed_has_what_atom_requires():
    for config in ({"base_url": BASE, "title": "Garden"}, {}):
        root = feed(garden(), **config)
        assert root.tag == ATOM + "feed"
        for item in (root, *root.iter(ATOM + "entry")):
            for name in ("id", "title", "updated"):
                assert len(item.findall(ATOM + name)) == 1
            assert item.find(ATOM + "id").text.startswith("urn:uuid:")
            assert moment(item.find(ATOM + "updated").text)
        ids = texts(root, "id")
        assert len(ids) == len(set(ids)) == 5
        assert root.find(f"{ATOM}author/{ATOM}name").text


def test_entries_are_the_dated_notes_newest_first_with_their_full_text():
    root = feed(garden(), base_url=BASE)
    assert texts(root, "title")[1:] == ["Attention", "Deep work", 'A & B <i> "quoted"', "Slow reading"]
    first = root.find(ATOM + "entry")
    assert [item.get("term") for item in first.iter(ATOM + "category")] == ["Mind/focus", "reading"]
    assert first.find(ATOM + "published").text == "2024-11-21T00:00:00Z"
    assert first.find(ATOM + "updated").text == root.find(ATOM + "updated").text == "2024-12-01T09:30:00+01:00"
    content = first.find(ATOM + "content").text
    assert "<h1" not in content and '<h2 id="one">One</h2>' in content
    assert f'href="{BASE}reading/2024/deep-work.html"' in content


def test_addresses_in_the_feed_hold_outside_of_the_page():
    html = (
        '<p title="href=&quot;x&quot; > y"><a href="#a">a</a><img src="../i.png" alt=" src=&quot;a&quot;"> src="a"</p>'
    )
    wanted = edition(note("In/A.md", html + '<a href="https://x.org/?a&amp;b">x</a>', date="2024-01-01"))
    (content,) = texts(feed(wanted, base_url=BASE), "content")
    assert content == (
        f'<p title="href=&quot;x&quot; > y"><a href="{BASE}in/a.html#a">a</a>'
        f'<img src="{BASE}i.png" alt=" src=&quot;a&quot;"> src="a"</p><a href="https://x.org/?a&amp;b">x</a>'
    )
    (content,) = texts(feed(wanted), "content")
    assert '<a href="in/a.html#a">' in content and '<img src="i.png"' in content


def test_an_id_stays_when_title_text_date_and_neighbours_change():
    before = feed(edition(note("A.md", date="2024-01-01")), base_url=BASE)
    changed = note("A.md", "<p>Other.</p>", date="2024-05-05", title="Other", updated="2025-01-01")
    after = feed(edition(changed, note("B.md", date="2020-01-01")), base_url=BASE, title="Renamed")
    assert texts(before, "id") == texts(after, "id")[:2]


def test_what_xml_cannot_hold_is_left_out():
    root = feed(edition(note("A.md", "<p>a\x0bb\ufffec\u2028</p>", title="\x00T\x1f<&>", date="2024-01-01")))
    assert texts(root, "title")[1] == "T<&>"
    assert texts(root, "content") == ["<p>abc\u2028</p>"]


def test_without_a_dated_note_there_is_no_feed_and_no_link_to_one():
    made = files(edition(note("A.md", date="someday")))
    assert "feed.xml" not in made and b"feed.xml" not in made["a.html"]


def test_the_sitemap_names_every_page_once():
    made = files(garden(), base_url=BASE)
    found = [item.text for item in ET.fromstring(made["sitemap.xml"]).iter(MAP + "loc")]
    assert len(found) == len(set(found))
    assert {BASE, f"{BASE}reading/attention.html", f"{BASE}reading/", f"{BASE}tags/mind/focus.html"} <= set(found)
    assert b"<lastmod>2024-12-01T09:30:00+01:00</lastmod>" in made["sitemap.xml"]
    assert made["robots.txt"].decode().endswith(f"Sitemap: {BASE}sitemap.xml\n")


def test_without_an_address_there_is_no_sitemap():
    made = files(garden())
    assert "sitemap.xml" not in made and b"Sitemap" not in made["robots.txt"]


def test_a_sitemap_that_is_too_long_is_split(monkeypatch):
    monkeypatch.setattr(feeds, "MOST_ADDRESSES", 7)
    made = files(garden(), base_url=BASE)
    parts = [item.text.removeprefix(BASE) for item in ET.fromstring(made["sitemap.xml"]).iter(MAP + "loc")]
    assert parts == ["sitemap.1.xml", "sitemap.2.xml", "sitemap.3.xml"]
    assert sum(len(list(ET.fromstring(made[part]).iter(MAP + "loc"))) for part in parts) == 18


def test_an_old_address_leads_to_the_new_one():
    wanted = edition(note("In/A b.md"), redirects=[Redirect("old/x y.html", "in/a-b.html")])
    made = files(wanted, base_url=BASE)
    page = made["old/x y.html"].decode()
    assert '<meta http-equiv="refresh" content="0; url=../in/a-b.html">' in page
    assert f'<link rel="canonical" href="{BASE}in/a-b.html">' in page
    assert made["_redirects"] == b"/garden/old/x%20y.html /garden/in/a-b.html 301\n"


def test_hosts_are_told_the_policy():
    headers = files(garden())["_headers"].decode()
    assert "  Content-Security-Policy: default-src 'none'; img-src 'self' data:;" in headers


def test_rss_says_the_same_as_atom():
    made = files(garden(), base_url=BASE, title="Garden & more", description="What grows.")
    channel = ET.fromstring(made["rss.xml"]).find("channel")
    atom = ET.fromstring(made["feed.xml"])
    assert [channel.findtext(name) for name in ("title", "link", "description")] == [
        "Garden & more",
        BASE,
        "What grows.",
    ]
    items = channel.findall("item")
    assert [item.findtext("guid") for item in items] == texts(atom, "id")[1:]
    assert [item.find("guid").get("isPermaLink") for item in items] == ["false"] * 4
    assert [item.findtext("title") for item in items] == texts(atom, "title")[1:]
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    assert [item.findtext(content) for item in items] == texts(atom, "content")
    assert [item.findtext("pubDate") for item in items] == [
        "Thu, 21 Nov 2024 00:00:00 +0000",
        "Thu, 29 Feb 2024 00:00:00 +0000",
        "Wed, 31 Jan 2024 00:00:00 +0000",
        "Thu, 05 Jan 2023 10:00:00 -0500",
    ]
    assert [link.text for link in items[0].findall("category")] == ["Mind/focus", "reading"]


def test_pages_name_both_feeds():
    text = files(garden())["reading/attention.html"].decode()
    assert '<link rel="alternate" href="../feed.xml" type="application/atom+xml"' in text
    assert '<link rel="alternate" href="../rss.xml" type="application/rss+xml"' in text
