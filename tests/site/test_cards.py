"""What a page tells search engines and those who share it."""

import json
import re

from editions import edition, garden, page
from vaultkit.config import Publish, TargetConfig
from vaultkit.publish.page import Asset
from vaultkit.render.job import Rendered
from vaultkit.schema.validated import validated
from vaultkit.targets.site import site

BASE = "https://example.org/garden/"
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def files(wanted, **config):
    made = site.outputs(wanted, validated(TargetConfig, {"base_url": BASE, "title": "Garden"} | config), Publish())
    return {item.path: item.data.decode() for item in made if item.path.endswith(".html")}


def told(text):
    return json.loads(DATA.search(text)[1])["@graph"]


def meta(text, name):
    return re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)">', text)


def test_a_note_is_an_article_with_its_way_from_the_home_page():
    article, trail = told(files(garden())["reading/attention.html"])
    assert article["@type"] == "Article"
    assert article["headline"] == "Attention"
    assert article["url"] == article["@id"] == BASE + "reading/attention.html"
    assert article["datePublished"] == "2024-11-21T00:00:00Z"
    assert article["dateModified"] == "2024-12-01T09:30:00+01:00"
    assert article["author"] == [{"@type": "Person", "name": "Simone"}]
    assert article["keywords"] == ["Mind/focus", "reading"]
    assert article["isPartOf"] == {"@type": "WebSite", "name": "Garden", "url": BASE}
    assert [(step["position"], step["name"], step["item"]) for step in trail["itemListElement"]] == [
        (1, "Home", BASE),
        (2, "Reading", BASE + "reading/"),
        (3, "Attention", BASE + "reading/attention.html"),
    ]


def test_the_home_note_is_the_site():
    (home,) = told(files(garden())["index.html"])
    assert (home["@type"], home["name"], home["url"]) == ("WebSite", "Welcome", BASE)


def test_a_shared_link_shows_the_first_picture():
    body = Rendered('<p><img src="../assets/a%20b.png" alt="x"></p>', (), "", frozenset(), ())
    svg = Rendered('<p><img src="../assets/a.svg" alt="x"></p>', (), "", frozenset(), ())
    assets = (Asset("a b.png", "assets/a b.png", (4, 3)), Asset("a.svg", "assets/a.svg"))
    made = files(edition(page("In/A.md", body=body), page("In/B.md", body=svg), assets=assets))
    assert meta(made["in/a.html"], "og:image") == [BASE + "assets/a%20b.png"]
    assert meta(made["in/a.html"], "twitter:card") == ["summary_large_image"]
    assert told(made["in/a.html"])[0]["image"] == BASE + "assets/a%20b.png"
    assert meta(made["in/b.html"], "og:image") == []
    assert meta(made["in/b.html"], "twitter:card") == ["summary"]


def test_dates_and_tags_are_told():
    text = files(garden())["reading/attention.html"]
    assert meta(text, "article:published_time") == ["2024-11-21T00:00:00Z"]
    assert meta(text, "article:tag") == ["Mind/focus", "reading"]
    assert meta(text, "og:type") == ["article"]


def test_without_an_address_nothing_is_told_that_needs_one():
    text = files(garden(), base_url="")["reading/attention.html"]
    assert "ld+json" not in text and meta(text, "og:image") == meta(text, "og:url") == []


def test_a_title_cannot_end_the_data():
    hostile = "</script><script>alert(1)</script>"
    body = Rendered("<p>x</p>", (), "x", frozenset(), ())
    text = files(edition(page("A.md", title=hostile, body=body)))["a.html"]
    assert told(text)[0]["headline"] == hostile
    assert "alert(1)</script>" not in text
