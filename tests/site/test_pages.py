"""Every page of a site: valid, safe, linked, the same each time."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from editions import edition, garden, page
from vaultkit.config import Publish, TargetConfig
from vaultkit.errors import SetupError
from vaultkit.publish.audit import Audit, audit
from vaultkit.publish.canaries import Watch
from vaultkit.publish.page import Asset, Backlink, Output, Redirect, TagPage
from vaultkit.registry import load
from vaultkit.render.job import Rendered, TocEntry
from vaultkit.schema.validated import validated

SITE = load("vaultkit.targets", "site")
DATA = ("application/json", "application/ld+json")
BASE = "https://example.org/garden/"


def files(wanted, **config):
    made = list(SITE.outputs(wanted, validated(TargetConfig, config), Publish()))
    assert len({output.path for output in made}) == len(made)
    return {output.path: output.data for output in made}


def body(html="<p>Text.</p>", toc=(), text="Text."):
    return Rendered(html, tuple(toc), text, frozenset(), ())


def large(count=124):
    notes = [page(f"Folder {number % 2}/Note {number}.md", body=body(), tags=("all",)) for number in range(count)]
    return edition(*notes, page("Folder 1/Inner/Deep.md", body=body()))


class Elements(HTMLParser):
    """The elements of a page, and what they refer to."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.references, self.elements = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name in ("href", "src", "poster"):
                self.references.append(value)


SITES = {
    "garden": (garden, {"title": "Garden", "base_url": BASE}),
    "no address": (garden, {}),
    "right to left": (garden, {"language": "he", "title": "גן"}),
    "large": (large, {"title": "Large"}),
    "one note": (lambda: edition(page("Only.md", body=body())), {}),
    "empty": (edition, {}),
}


@pytest.fixture(scope="module", params=SITES.values(), ids=SITES)
def site(request):
    make, config = request.param
    return files(make(), **config)


def pages(site):
    return {path: data.decode() for path, data in site.items() if path.endswith(".html")}


def test_pages_are_valid_html(site):
    for text in pages(site).values():
        html5lib.HTMLParser(strict=True).parse(text)


def test_links_lead_somewhere_in_the_site(site):
    ids = {path: Elements(text).ids for path, text in pages(site).items()}
    for path, text in pages(site).items():
        for reference in Elements(text).references:
            url = urlsplit(urljoin(f"https://site.test/{path}", reference))
            if url.netloc != "site.test":
                continue
            target = unquote(url.path).removeprefix("/")
            if path == "404.html":
                target = target.removeprefix("garden/")
            assert target in site, (path, reference)
            if url.fragment:
                assert unquote(url.fragment) in ids[target], (path, reference)


def test_references_are_relative(site):
    for path, text in pages(site).items():
        inside = [item for item in Elements(text).references if not urlsplit(item).netloc]
        assert path == "404.html" or not [item for item in inside if item.startswith("/")]


def test_no_id_stands_twice(site):
    for text in pages(site).values():
        ids = Elements(text).ids
        assert len(ids) == len(set(ids))


def test_nothing_is_inline(site):
    for text in pages(site).values():
        assert "<style" not in text
        for tag, attributes in Elements(text).elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            assert tag != "script" or attributes.get("type") in DATA or attributes["src"]
            assert not [value for value in attributes.values() if value and value.lower().startswith("javascript:")]


def test_every_page_has_its_policy_and_its_frame(site):
    for path, text in pages(site).items():
        if path.startswith("old/"):
            continue
        elements = Elements(text).elements
        (policy,) = [a["content"] for tag, a in elements if tag == "meta" and a.get("http-equiv")]
        assert policy.startswith("default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self';")
        assert [tag for tag, _ in elements if tag in ("main", "h1", "footer", "title")] == [
            "title",
            "main",
            "h1",
            "footer",
        ]
        assert [a["href"] for tag, a in elements if a.get("class") == "skip"] == ["#site.content"]


def test_the_same_edition_gives_the_same_bytes_anywhere():
    program = (
        "import hashlib, sys; sys.path.insert(0, 'tests'); from editions import garden;"
        "from vaultkit.config import Publish, TargetConfig; from vaultkit.targets.site import site;"
        "outputs = site.outputs(garden(), TargetConfig(base_url='https://example.org'), Publish());"
        "print([(o.path, hashlib.sha256(o.data).hexdigest()) for o in outputs])"
    )
    said = set()
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        env = os.environ | {"PYTHONHASHSEED": str(number), "TZ": zone, "LC_ALL": ("C", "tr_TR.UTF-8")[number]}
        said.add(subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, check=True).stdout)
    assert len(said) == 1


HOSTILE = st.text(st.characters(exclude_characters="\0"), max_size=40) | st.sampled_from(
    [
        '"><script>alert(1)</script>',
        "</title><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }}{% raw %}",
        "&lt;b&gt;",
        "a\ud800b",
    ]
)


def calmed(value):
    """The same shape, with nothing in it but letters."""
    if isinstance(value, str):
        return "calm" if value.strip() else value
    if isinstance(value, tuple | list):
        return [calmed(item) for item in value]
    return {key: calmed(item) for key, item in value.items()} if isinstance(value, dict) else value


@given(HOSTILE, HOSTILE, HOSTILE, st.dictionaries(HOSTILE, HOSTILE | st.lists(HOSTILE) | st.booleans() | st.none()))
@example("<b>&amp;", "' onclick='x", "]]>", {"javascript:alert(1)": "javascript:alert(1)", "k": {"a": ["http://["]}})
@settings(max_examples=40)
def test_what_a_note_says_is_text_and_never_markup(title, description, passage, properties):
    wild = (title, description, passage, properties)
    shapes = []
    for name, words, context, values in (wild, calmed(wild)):
        links = (Backlink("B.md", context),)
        toc = [TocEntry(2, name, f"h{number}") for number in range(3)]
        html = "".join(f'<h2 id="h{number}">x</h2>' for number in range(3))
        note = page("A.md", body=body(html, toc), title=name, description=words, backlinks=links, properties=values)
        made = files(edition(note, page("B.md", body=body())), title=name)
        elements = Elements(made["a.html"].decode()).elements
        shapes.append([tag for tag, _ in elements])
        assert not [value for _, a in elements for key, value in a.items() if key == "href" and "script:" in value]
    assert shapes[0] == shapes[1]


def test_a_note_stands_at_its_address_with_all_that_belongs_to_it():
    text = files(garden(), title="Garden", base_url=BASE)["reading/attention.html"].decode()
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    for said in (
        "Home Reading",
        "21 November 2024 updated 1 December 2024 1 min read",
        "#Mind/focus #reading",
        "author Simone rating 4 source https://example.org/a?b=1&amp;c=2",
        "On this page One Two Three",
        "Earlier Slow reading",
        "Linked from Slow reading As in Attention. Welcome Begin with Attention or 静かな庭.",
    ):
        assert said in words
    assert text.count("<h1") == 1 and '<h1 id="attention">Attention</h1>' in text
    assert '<a href="attention.html" dir="auto" aria-current="page">Attention</a>' in text
    assert '<link rel="canonical" href="https://example.org/garden/reading/attention.html">' in text


def test_a_note_in_a_language_says_so():
    assert '<article lang="he" dir="rtl">' in files(garden())["שלום.html"].decode()


def test_a_note_says_its_direction_and_its_classes():
    given = {"dir": "rtl", "cssclasses": ["wide", "two-columns", '"><script>', 3]}
    made = files(
        edition(page("A.md", body=body(), properties=given), page("B.md", body=body(), properties={"dir": "up"}))
    )
    assert b'<article class="wide two-columns" dir="rtl">' in made["a.html"]
    assert b'<article dir="auto">' in made["b.html"]


def test_a_note_says_where_it_can_be_edited():
    made = files(garden(), **{"edit-url": "https://example.org/edit/{path}"})
    assert b'<a href="https://example.org/edit/Reading/Slow%20reading.md">Edit</a>' in made["reading/slow-reading.html"]
    assert b">Edit<" not in files(garden())["reading/slow-reading.html"]
    with pytest.raises(SetupError):
        files(garden(), **{"edit-url": "javascript:alert(1)"})


def test_a_note_that_all_others_link_to_stays_a_page():
    count = 1200
    links = tuple(Backlink(f"N{number:04}.md", f"Words {number}.") for number in range(count))
    notes = (page(f"N{number:04}.md", body=body()) for number in range(count))
    text = files(edition(page("A.md", body=body(), backlinks=links), *notes))["a.html"].decode()
    assert "Words 99." in text and "Words 100." not in text
    assert "<summary>1,100 notes more</summary>" in text
    assert ">N0999<" in text and ">N1000<" not in text.split('class="links"')[1]
    assert "And 200 notes that are not named here." in text


def test_neighbours_are_those_before_and_after_by_date_in_the_folder():
    days = {"C": "2024-01-02", "A": "2024-01-03T01:00:00+05:00", "B": "2024-01-03", "None": ""}
    made = files(edition(*(page(f"In/{name}.md", body=body(), date=day) for name, day in days.items())))
    found = {}
    for name in days:
        text = made[f"in/{name.lower()}.html"].decode()
        found[name] = re.findall(r'rel="(prev|next)" dir="auto"><small>\w+</small>(\w+)', text)
    assert found == {
        "C": [("next", "A")],
        "A": [("prev", "C"), ("next", "B")],
        "B": [("prev", "A")],
        "None": [],
    }


def test_a_home_note_takes_the_place_of_the_made_one():
    assert "Begin with" in files(garden())["index.html"].decode()
    made = files(edition(page("In/A.md", body=body(), date="2024-01-02", tags=("x",))), title="T", description="About.")
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", made["index.html"].decode().partition("<main")[2]))
    assert "T About. Recent notes A 2 January 2024 Text. Folders In 1 note Tags #x 1" in words


def test_a_note_at_the_address_of_a_folder_lists_the_folder():
    made = files(edition(page("In/In.md", body=body(), url="in/index.html"), page("In/Other.md", body=body())))
    text = made["in/index.html"].decode()
    assert "<p>Text.</p>" in text and '<li><a href="../in/other.html" dir="auto">Other</a>' in text


def test_a_long_list_goes_on_on_further_pages():
    made = files(large(1010), title="Large")
    listed = []
    for path in ("tags/all.html", "tags/all.2.html", "tags/all.3.html"):
        main = made[path].decode().partition("<main")[2]
        listed += re.findall(r'<li><a href="\.\./(folder-\d/note-\d+\.html)"', main)
    assert len(listed) == len(set(listed)) == 1010
    assert '<a href="all.2.html" rel="prev">' in made["tags/all.3.html"].decode()


def test_many_tags_go_on_on_further_pages():
    made = files(edition(page("A.md", body=body(), tags=tuple(f"tag{number:04}" for number in range(1100)))))
    counts = [made[f"tags/{name}"].count(b">#tag") for name in ("index.html", "index.2.html", "index.3.html")]
    assert counts == [500, 500, 100]


def test_the_page_of_a_note_does_not_grow_with_the_vault():
    text = files(large(1200), title="Large")["folder-1/note-1001.html"]
    assert len(text) < 12_000
    assert b'aria-current="page">Note 1001</a>' in text
    assert b">Note 999</a>" in text and b">Note 1003</a>" in text and b">all notes</a>" in text


def test_no_page_looks_at_all_notes_of_its_tags(monkeypatch):
    """To hash or compare a tag is to look at each of its notes, and half of a large vault may have it."""

    def refuse(*tag):
        raise AssertionError(tag)

    for name in ("__hash__", "__eq__"):
        monkeypatch.setattr(TagPage, name, refuse)
    assert b">#all</a>" in files(large(130), title="Large")["folder-1/note-101.html"]


def test_folders_that_share_an_address_are_one():
    made = files(edition(page("Old notes/A.md", body=body()), page("old-notes/B.md", body=body())))
    text = made["old-notes/index.html"].decode().partition("<main")[2]
    assert text.count("<li><a") == 3  # Home, A, B
    assert "2 notes" in text


def test_notes_and_assets_stand_before_what_the_site_makes():
    wanted = edition(
        page("A.md", body=body(), url="recent/index.html", date="2024-01-01"), assets=[Asset("x.txt", "robots.txt")]
    )
    made = files(wanted)
    assert "robots.txt" not in made and "<p>Text.</p>" in made["recent/index.html"].decode()


def test_an_old_address_stands_before_a_folder():
    wanted = edition(page("In/A.md", body=body()), redirects=[Redirect("in/index.html", "in/a.html")])
    assert b'http-equiv="refresh"' in files(wanted)["in/index.html"]


def test_a_folder_of_endless_depth_is_no_trouble():
    path = "/".join(["a"] * 200)
    text = files(edition(page(f"{path}/Leaf.md", body=body())))[f"{path}/leaf.html"].decode()
    assert 'aria-current="page">Leaf</a>' in text
    assert text.count('dir="auto">a</a>') == 25 and len(text) < 40_000


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org/", "https://", "https://example.org/?a=b"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(SetupError, match="base-url"):
        files(garden(), base_url=address)


@pytest.mark.parametrize(("config", "root"), [({"base_url": BASE}, "/garden/"), ({}, "/")])
def test_the_audit_lets_every_page_pass(config, root):
    made = [Output(*item) for item in files(garden(), **config).items()]
    measure = Audit(Watch({}), {output.path for output in made}, root)
    assert made
    for output in made:
        audit(output, measure)


def test_all_that_the_site_says_is_known_to_the_audit():
    said = SITE.literals()
    text = re.sub(r"<[^>]+>", "\n", files(edition(page("X.md", body=body(""))))["x.html"].decode())
    words = [line.strip(" 0123456789") for line in text.split("\n")]
    assert [line for line in words if line not in said] == ["X · Notes"]
