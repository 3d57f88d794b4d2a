"""What a target receives: links, embeds, tags, folders, properties, attachments, all taken from the set alone."""

import random
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publish.pictures import PICTURES
from publish.vaults import HOLDS, Site, fresh_site, public, snapshot
from vaultkit.errors import TargetError
from vaultkit.model.note import NotePath
from vaultkit.publish.address import claim
from vaultkit.publish.assets import Shelf
from vaultkit.publish.history import together, written
from vaultkit.publish.images import clean
from vaultkit.publish.jobs import MAX_DEPTH, MAX_EMBEDS
from vaultkit.publish.manifest import Manifest, digest_of
from vaultkit.publish.slugs import STYLES
from vaultkit.publish.store import Live
from vaultkit.targets.site import SiteTarget


def proof(vault, **given):
    """The edition of a vault, and what was said about it."""
    site = fresh_site(**given)
    offered = snapshot(vault)
    return site.press.proof(offered, Live(0, Manifest()), Shelf(offered, Manifest()))


def job_of(vault, path):
    offered = snapshot(vault)
    made = proof(vault)
    return made.texts.maker.make(NotePath(path)).job, offered


def html(vault, path, **given):
    return proof(vault, **given).edition.pages[path].body.html


# Links


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[[B]]", '<a class="internal" href="../b.html">B</a>'),
        ("[[b|word]]", '<a class="internal" href="../b.html">word</a>'),
        ("[[B#Two words]]", '<a class="internal" href="../b.html#two-words">B &gt; Two words</a>'),
        ("[[B#Nothing]]", '<a class="internal" href="../b.html">B &gt; Nothing</a>'),
        ("[[B#^id]]", '<a class="internal" href="../b.html#%5Eid">B &gt; ^id</a>'),
        ("[[#Here]]", '<a class="internal" href="#here">Here</a>'),
        ("[[Deep/C]]", '<a class="internal" href="c.html">Deep/C</a>'),
        ("[text](../B.md#Two%20words)", '<a class="internal" href="../b.html#two-words">text</a>'),
        ("[[Other/Private]]", "<p>Private"),
        ("[[Other/Private#Secret part]]", "<p>Private"),
        ("[[Other/Private|word]]", "<p>word"),
        ("[word](../Other/Private.md)", "<p>word"),
        ("[[Nowhere/At all]]", "<p>At all"),
        ("[[Board.canvas]]", '<a class="internal" href="../board-canvas.html">Board.canvas</a>'),
        ("[[Paper.pdf#page=3]]", 'href="../assets/paper.da39a3ee.pdf#page=3"'),
        ("[[script.html]]", "<p>script.html"),
    ],
)
def test_where_links_lead(link, shown):
    vault = {
        "Deep/A.md": public(f"{link} .\n\n# Here\n"),
        "Deep/C.md": public(),
        "B.md": public("# Two words\n\ntext ^id"),
        "Other/Private.md": "# Secret part",
        "Board.canvas": b"{}",
        "Paper.pdf": b"",
        "script.html": b"<script>",
    }
    body = html(vault, "Deep/A.md")
    assert shown.replace("da39a3ee", "cae66941") in body
    assert "Other" not in body and "Nowhere" not in body


def test_one_key_for_equal_links_and_the_authors_own_words():
    body = html({"A.md": public("[[B]] [[B|x]] [[Gone]] [[Gone|y]]"), "B.md": public()}, "A.md")
    assert body == '<p><a class="internal" href="b.html">B</a> <a class="internal" href="b.html">x</a> Gone y</p>\n'


def test_equal_headings_and_the_first_of_them():
    vault = {"A.md": public("[[B#Part]] [[B#Two#Part]]"), "B.md": public("# One\n## Part\n# Two\n## Part\n")}
    body = html(vault, "A.md")
    assert 'href="b.html#part"' in body and 'href="b.html#part-1"' in body


def test_links_of_a_held_note_name_places_in_texts_that_are_shown():
    """The heading is gone from the note as it is now, but not from its last good text."""
    site = fresh_site()
    site.publish({"A.md": public("[[B#Old]]"), "B.md": public("# Old")})
    site.publish({"A.md": public("[[B#Old]] [[B#New]]"), "B.md": public(f"# New {HOLDS}")})
    assert 'href="b.html#old"' in site.body("A.md") and "#new" not in site.body("A.md")


# Embeds


def test_embeds_of_notes_sections_and_blocks():
    vault = {
        "A.md": public("![[B]]\n\n---\n\n![[B#Part]]\n\n---\n\n![[B#^id]]\n\n---\n\n![[B#^item]]"),
        "B.md": public(
            "intro\n\n# Part\n\nwords ^id\n\n## Below\n\n- one\n    - two ^item\n      more\n- three\n\n# Next\n\nlast"
        ),
    }
    whole, part, block, item = html(vault, "A.md").split("<hr")
    assert "intro" in whole and "last" in whole
    assert "words" in part and "three" in part and "intro" not in part and "last" not in part
    assert "words" in block and "Below" not in block
    assert "two" in item and "more" in item and "one" not in item and "three" not in item
    assert "<pre" not in item


def test_ids_of_embedded_notes_do_not_repeat():
    import re

    vault = {"A.md": public("# X\n\n![[B]]\n\n![[B]]\n\n![[B#X]]"), "B.md": public("# X\n\ntext ^x[^1]\n\n[^1]: foot")}
    ids = re.findall(r'\sid="([^"]*)"', html(vault, "A.md"))
    assert ids and len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("embed", "said"),
    [
        ("![[Private]]", "not published"),
        ("![[Private#Part]]", "not published"),
        ("![[Nothing]]", "does not exist"),
        ("![[B#Nothing]]", "no such place"),
        ("![[B#^nothing]]", "no such place"),
        ("![[B#Part#Nothing]]", "no such place"),
        ("![[B#^hidden]]", "no such place"),
        ("![[Broken.canvas]]", "cannot be read"),
        ("![[damaged.png]]", "cannot be freed"),
        ("![[page.html]]", "not published"),
        ("![x](gone.png)", "does not exist"),
    ],
)
def test_an_embed_that_cannot_be_shown_vanishes_and_is_told(embed, said):
    vault = {
        "A.md": public(f"before {embed} after"),
        "B.md": public("all of B\n\n# Part\n\npart of B\n\n%%\nhidden ^hidden\n%%\n"),
        "Private.md": "# Part\n\nprivate words",
        "Broken.canvas": b"[]",
        "damaged.png": b"no picture",
        "page.html": b"<p>x</p>",
    }
    made = proof(vault)
    body = made.edition.pages["A.md"].body
    assert body.text.split() == ["before", "after"] and "<" not in body.html[3:-5]
    assert len(made.notices) == 1 and said in made.notices[0].message and made.edition.assets == ()


def test_a_cycle_ends_in_a_link():
    vault = {
        "A.md": public("a ![[B]]"),
        "B.md": public("b ![[C]]"),
        "C.md": public("c ![[A]] ![[C]] ![[B#^x]]\n\nd ^x"),
    }
    body = html(vault, "A.md")
    assert body.count("<div") == 2 and '<a class="internal" href="a.html">A</a>' in body


def test_a_note_may_embed_another_part_of_itself():
    assert html({"A.md": public("![[#Part]]\n\n# Part\n\nwords")}, "A.md").count("words") == 2
    assert html({"A.md": public("# Part\n\nwords ![[#Part]]")}, "A.md").count("words") == 1


@pytest.mark.parametrize(
    ("outer", "inner", "told"),
    [
        ({}, {"lang": "ar"}, ' lang="ar" dir="rtl"'),
        ({"lang": "en"}, {"lang": "ar"}, ' lang="ar" dir="rtl"'),
        ({"lang": "en"}, {"lang": "fr"}, ' lang="fr"'),
        ({"lang": "ar"}, {"lang": "ar"}, ""),
        ({"lang": "ar"}, {"dir": "ltr"}, ' dir="ltr"'),
        ({"lang": "ar"}, {}, ' dir="auto"'),
        ({}, {}, ' dir="auto"'),
    ],
)
def test_an_embedded_note_keeps_its_language_and_direction(outer, inner, told):
    body = html({"A.md": public("![[B]]", **outer), "B.md": public("words", **inner)}, "A.md")
    assert f'<div class="embed"{told}>' in body


def test_a_language_that_is_not_published_is_not_told():
    vault = {"A.md": public("![[B]]"), "B.md": public("words", lang="ar", dir="rtl")}
    assert '<div class="embed" dir="auto">' in html(vault, "A.md", properties=["title"])


def test_depth_and_number_are_bounded():
    deep = {f"{n}.md": public(f"level{n} ![[{n + 1}]]") for n in range(20)} | {"20.md": public("end")}
    body = html(deep, "0.md")
    assert f"level{MAX_DEPTH}" in body and f"level{MAX_DEPTH + 1}" not in body
    bomb = {f"{n}.md": public(f"x ![[{n + 1}]] y" * 10) for n in range(6)}
    many = {f"{n}.md": public("".join(f"![[{m}]] " for m in range(12) if m != n)) for n in range(12)}
    assert html(many, "0.md").count('<div class="embed"') <= MAX_EMBEDS
    assert 10 < html(bomb, "0.md").count('<div class="embed"') <= MAX_EMBEDS


# Attachments


def test_only_what_is_shown_ships_and_without_what_it_hides():
    picture = PICTURES["jpg"]
    vault = {
        "A.md": public("![[photo.jpg|100]] `![[code.png]]` %%![[comment.png]]%% [[paper.pdf]] <img src='raw.png'>"),
        "B.md": "![[private.png]]",
        "C.md": public(f"![[held.png]] {HOLDS}"),
        "Clients/photo.jpg": picture,
        **dict.fromkeys(
            ("code.png", "comment.png", "private.png", "held.png", "raw.png", "other.png"), PICTURES["png"]
        ),
        "paper.pdf": b"%PDF",
    }
    site = fresh_site()
    site.publish(vault)
    shipped = {path: data for path, data in site.files().items() if path.startswith("assets/")}
    assert [path.split(".")[0] for path in sorted(shipped)] == ["assets/paper", "assets/photo"]
    assert clean(picture) in shipped.values() and b"Clients" not in site.text()


def test_an_attachment_goes_with_the_last_note_that_shows_it():
    site = fresh_site()
    vault = {"A.md": public("![[p.png]]"), "B.md": public("![[p.png]]"), "p.png": PICTURES["png"]}
    site.publish(vault)
    site.publish(vault | {"A.md": "---\npublish: false\n---\n"})
    assert any(path.startswith("assets/") for path in site.files())
    site.publish(vault | {"A.md": "---\npublish: false\n---\n", "B.md": public("nothing")})
    assert not any(path.startswith("assets/") for path in site.files())


def test_a_changed_attachment_has_a_new_address():
    site = fresh_site()
    site.publish({"A.md": public("![[p.pdf]]"), "p.pdf": b"one"})
    before = site.body("A.md")
    site.publish({"A.md": public("![[p.pdf]]"), "p.pdf": b"two"})
    assert site.body("A.md") != before and sum(path.startswith("assets/") for path in site.files()) == 1


# Pages


def test_a_page():
    vault = {
        "Reading/Attention.md": public(
            "# Attention\n\nText about [[Dune]]. #paper/ml #Paper %% #hidden %%",
            title="Attention",
            date="2024-11-21 0:00:00 -0400",
            updated="2024-12-01",
            tags="[Reading, paper]",
            author='["[[Dune|Frank]]", "[[Reading/Secret]]"]',
            source="https://example.org",
            status="private",
        ),
        "Dune.md": public("Sand.\n\n> - [x] back to [[Attention|it]], ![[Secret]] %%not this%% and `code` ^id\n"),
        "Reading/Secret.md": "",
    }
    edition = proof(vault).edition
    page = edition.pages["Reading/Attention.md"]
    assert (page.url, page.title, page.own_heading, page.held) == ("reading/attention.html", "Attention", True, False)
    assert (page.date, page.updated) == ("2024-11-21T00:00:00-04:00", "2024-12-01")
    assert page.tags == ("Reading", "paper", "paper/ml")
    assert set(page.properties) == {"title", "date", "updated", "tags", "author", "source"}
    assert page.properties["author"] == ["Frank", "Secret"]
    assert {key: way.href for key, way in page.property_links.items()} == {"author.0": "../dune.html"}
    assert [(link.path, link.context) for link in page.backlinks] == [("Dune.md", "back to it, and code")]
    assert page.links == ("Dune.md",) and page.description.startswith("Attention Text about Dune.")
    assert {key: tag.pages for key, tag in edition.tags.items()} == dict.fromkeys(
        ("paper", "paper/ml", "reading"), ("Reading/Attention.md",)
    )
    assert edition.folders["Reading"].url == "reading/index.html"


def test_the_words_around_a_backlink_hold_no_signs_of_a_table():
    edition = proof({"A.md": public("| a | b |\n| - | - |\n| [[B]] `x\\|y` | more |"), "B.md": public()}).edition
    assert [link.context for link in edition.pages["B.md"].backlinks] == ["B x y more"]


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("2024-11-21", "2024-11-21"),
        ("2024-11-21T09:30:00", "2024-11-21T09:30:00"),
        ("2024-11-21T09:30:00Z", "2024-11-21T09:30:00+00:00"),
        ("2024-11-21 9:30 +0530", "2024-11-21T09:30:00+05:30"),
        ("2024-02-30", ""),
        ("someday", ""),
    ],
)
def test_dates(date, iso):
    assert proof({"A.md": public(date=date)}).edition.pages["A.md"].date == iso


@pytest.mark.parametrize(
    ("text", "title", "own"),
    [
        (public("words"), "A", False),
        (public("words", title="Given"), "Given", False),
        (public("# **Bold** words\n"), "Bold words", True),
        (public("# Heading", title="Given"), "Given", False),
        (public("# Given", title="Given"), "Given", True),
        (public("text\n\n# Heading"), "A", False),
        (public("## Heading"), "A", False),
        (public("words", title="[1]"), "A", False),
        (public("words", title="2024"), "A", False),
    ],
)
def test_titles(text, title, own):
    page = proof({"A.md": text}).edition.pages["A.md"]
    assert (page.title, page.own_heading) == (title, own)


def test_properties_are_an_allowlist():
    page = proof({"A.md": public(title="T", Date="2024-01-01", other="x")}, properties=["date"]).edition.pages["A.md"]
    assert page.properties == {"Date": "2024-01-01"} and page.title == "A" and page.date == "2024-01-01"


def test_folders_that_share_an_address_share_a_page_and_a_permalink_may_take_it():
    vault = {"A B/x.md": public(), "a-b/y.md": public(), "z.md": public(permalink="/a-b/")}
    folders = proof(vault).edition.folders
    assert folders["A B"] == folders["a-b"] and folders["A B"].taken
    assert set(folders["A B"].pages) == {"A B/x.md", "a-b/y.md"}


def test_the_order_of_files_says_nothing():
    vault = {f"{folder}/{n}.md": public(f"[[{n + 1}]] #t{n % 3}") for n in range(10) for folder in "ab"}
    items = list(vault.items())
    one = proof(dict(items)).edition
    random.Random(1).shuffle(items)
    assert repr(proof(dict(items)).edition) == repr(one)


# Step by step is at once


NAMES = ["a.md", "b.md", "Deep/c.md", "Deep/a.md", "p.png"]
TEXTS = [
    public("alone"),
    public("[[b]] ![[c]] #one", title="First"),
    public("![[a]] [[Deep/a#Part|x]] ![[p.png]] #two/three", date="2024-05-01"),
    public("# Part\n\n[[a]] [[nowhere]] ^id", permalink="/somewhere"),
    public("![[a#^id]] ![[c#Part]] %%secret%%", aliases="[old/place]"),
    "---\npublish: false\n---\n[[b]]",
    "private [[a]]",
]
PICTURE_STATES = [PICTURES["png"], PICTURES["jpg"], b""]
STEPS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 20)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15)
@given(STEPS)
@example([("a.md", 0), ("Deep/a.md", 0), ("a.md", 20)])
def test_whatever_the_way_the_tree_is_the_same(tmp_path_factory, steps):
    """After any sequence of edits, publishing each, the tree is the one of a first publish that remembers the same
    addresses, to the byte."""
    folder = tmp_path_factory.mktemp("steps")
    (folder / "one").mkdir()
    (folder / "clean").mkdir()
    site = Site(folder / "one")
    vault = {}
    for name, choice in steps:
        if choice == 20:
            vault.pop(name, None)
        elif name.endswith(".png"):
            vault[name] = PICTURE_STATES[choice % 3]
        else:
            vault[name] = TEXTS[choice % len(TEXTS)]
        plan = site.publish(vault, allow_mass_withdraw=True)
        assert not site.plan(vault).changes
    if plan.held or not plan.notes.notes:
        return
    clean_site = Site(folder / "clean")
    manifest = site.store.live().manifest
    here = {path: (record.url,) for path, record in manifest.notes.items()}
    clean_site.publish(vault, addresses=together(here, manifest.past))
    assert site.files() == clean_site.files()
    marker = ".vaultkit-edition"
    assert (site.output / marker).read_bytes() == (clean_site.output / marker).read_bytes()


# What is printed again


class Counting(SiteTarget):
    """The site, counted."""

    def __init__(self):
        self.times = 0
        self.words = ""

    def printing(self, edition, config, publish):
        from vaultkit.targets.site import site

        printing = site.printing(edition, config, publish)
        parts = printing.parts

        def counted():
            self.times += 1
            return parts()

        printing.parts = counted
        return printing

    def literals(self):
        from vaultkit.targets.site import site

        return site.literals() + self.words


def test_the_target_is_asked_only_when_something_is_to_be_printed():
    site = fresh_site()
    site.press._target = printer = Counting()
    vault = {"a.md": public("[[b]]"), "b.md": public(), "private.md": "x", "p.png": PICTURES["png"]}
    site.publish(vault)
    site.publish(vault | {"private.md": "y", "other.md": ""})
    site.publish(vault | {"a.md": public("[[b]] %%only said to myself%%")})
    assert printer.times == 1
    before = site.files()
    (site.output / "a.html").unlink()
    site.publish(vault)
    assert printer.times == 2 and site.files() == before
    site.publish(vault)
    printer.words = "another theme"
    site.publish(vault)
    assert printer.times == 3


def test_somebody_elses_file_in_the_way_is_told_every_time():
    site = fresh_site()
    vault = {"a.md": public(), "b.md": public()}
    site.publish(vault)
    (site.output / "a.html").write_text("mine")
    for _ in range(3):
        assert [conflict.path for conflict in site.publish(vault).conflicts] == ["a.html"]
    (site.output / "b.html").write_text("mine")
    denied = vault | {"b.md": "---\npublish: false\n---\n"}
    for _ in range(3):
        plan = site.publish(denied)
        assert [conflict.path for conflict in plan.conflicts] == ["a.html", "b.html"]
    assert "still public" in plan.conflicts[1].message
    site.publish(denied, force=True)
    assert "b.html" not in site.files() and not site.publish(denied).conflicts


def test_an_attachment_is_read_only_when_it_changed():
    site = fresh_site()
    vault = {"a.md": public("![[p.png]]"), "p.png": PICTURES["png"]}
    read = []

    def data(path):
        read.append(path)
        return vault[path]

    site.publish(vault, data=data, stamp=lambda path: "1")
    assert set(read) == {"p.png"}
    read.clear()
    site.publish(vault | {"a.md": public("more ![[p.png]]")}, data=data, stamp=lambda path: "1")
    assert read == []
    vault["p.png"] = PICTURES["jpg"]
    site.publish(vault, data=data, stamp=lambda path: "2")
    (shipped,) = [name for name in site.files() if name.startswith("assets/")]
    assert read and shipped in site.body("a.md") and site.files()[shipped] == clean(PICTURES["jpg"])


@pytest.mark.parametrize("room", [0, 10])
def test_an_attachment_that_changes_while_it_is_published_is_published_as_it_was_or_not_at_all(room, monkeypatch):
    monkeypatch.setattr("vaultkit.publish.assets.ROOM", room)
    site, texts = fresh_site(), [b"one", b"two", b"three"]
    vault = {"a.md": public("![[p.pdf]]"), "p.pdf": b""}
    if room:
        site.publish(vault, data=lambda path: texts.pop(0))
        (shipped,) = [name for name in site.files() if name.startswith("assets/")]
        assert site.files()[shipped] == b"one" and digest_of(b"one")[:8] in shipped
    else:
        with pytest.raises(TargetError, match="changed while it was published"):
            site.publish(vault, data=lambda path: texts.pop(0))
        assert site.files() == {}


@pytest.mark.parametrize("style", sorted(STYLES))
def test_folders_that_differ_in_letter_case_from_a_place_of_the_site_can_be_published(style):
    """A folder is listed at one address, however it is written: that of the note that stands there, or of the first."""
    vault = {"Deep/a.md": public("y"), "Deep/Lower/b.md": public("y"), "c.md": public("z")}
    for name in ("Index", "Deep/Index", "Deep/INDEX", "deep/x", "DEEP/lower/x"):
        site = fresh_site(slug={"style": style})
        site.publish({**vault, f"{name}.md": public("x [[Deep/a]]")})
        assert len(site.pages()) == 4 and len(set(map(claim, site.files()))) == len(site.files())


def test_an_old_address_that_differs_in_letter_case_from_a_folder_can_be_published():
    site = fresh_site()
    site.publish({"Deep/a.md": public("y"), "c.md": public("z", aliases="[/Deep/Index, /DEEP/]")})
    assert "Deep/Index.html" in site.files() and "deep/index.html" not in site.files()


def test_the_words_of_one_link_are_not_those_of_another_to_the_same_place():
    text = "[[#Tail|one]] [[#Tail]] [[B|two]] [[B]] ![[B#Part|three]] [[B.md|4]]\n\n# Tail"
    made = proof({"A.md": public(text), "B.md": public("# Part")})
    words = re.sub(r"<[^>]+>", " ", made.edition.pages["A.md"].body.html).split()
    assert words == ["one", "Tail", "two", "B", "Part", "B", "&gt;", "Part", "4", "Tail"]


def test_what_remembers_addresses_is_no_attachment():
    lines = written({NotePath("Gone.md"): "gone.html"}, {}).encode()
    made = proof({"A.md": public("[[vaultkit-urls.txt]] [[own.txt]]"), "vaultkit-urls.txt": lines, "own.txt": b"mine"})
    assert [asset.path for asset in made.edition.assets] == ["own.txt"]
    assert [item.message for item in made.notices] == [
        "links to `vaultkit-urls.txt`, which remembers the addresses of all notes that ever were public"
    ]
