"""What is published, held, withheld, withdrawn: every state before against every state after."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from publish.vaults import HOLDS, NOW, Site, fresh_site, public
from vaultkit.errors import SetupError
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.text import Span

GOOD = public("yellow tulips", title="Old")

AFTER = {
    # what the note is now: (its text or what else, state when new, state when published before)
    "good": (public("yellow daffodils", title="New"), "published", "published"),
    "same": (GOOD, "published", "published"),
    "failing": (public(f"yellow daffodils {HOLDS}"), "withheld", "held"),
    "broken front matter": ("---\npublish: true\npublish: [\n---\nyellow daffodils", "withheld", "held"),
    "duplicate key": ("---\npublish: false\npublish: true\n---\nyellow daffodils", "withheld", "held"),
    "unclosed front matter": ("---\npublish: true\n\nyellow daffodils", "withheld", "held"),
    "unreadable": (None, "withheld", "held"),
    "neither true nor false": ("---\npublish: maybe\n---\nyellow daffodils", "withheld", "held"),
    "yes": ('---\npublish: "yes"\n---\nyellow daffodils', "withheld", "held"),
    "a number": ("---\npublish: 1\n---\nyellow daffodils", "withheld", "held"),
    "a list": ("---\npublish: [true]\n---\nyellow daffodils", "withheld", "held"),
    "draft is a date": (public("yellow daffodils", draft="2024-01-01"), "withheld", "held"),
    "bad permalink": (public("yellow daffodils", permalink="../../etc/passwd"), "withheld", "held"),
    "publish: false": ("---\npublish: false\n---\nyellow daffodils", "denied", "denied"),
    'publish: "false"': ('---\npublish: "false"\n---\nyellow daffodils', "denied", "denied"),
    "publish: no": ("---\npublish: no\n---\nyellow daffodils", "denied", "denied"),
    "Publish: False": ("---\nPublish: False\n---\nyellow daffodils", "denied", "denied"),
    "published: false": (public("yellow daffodils", published="false"), "denied", "denied"),
    "published: no": (public("yellow daffodils", published='"No"'), "denied", "denied"),
    "draft: true": (public("yellow daffodils", draft="true"), "denied", "denied"),
    'draft: "true"': (public("yellow daffodils", draft='"true"'), "denied", "denied"),
    "denied and failing": (f"---\npublish: false\n---\n{HOLDS}", "denied", "denied"),
    "denied twice over": (public("yellow daffodils", draft="true", published="maybe"), "denied", "denied"),
    "draft: false": (public("yellow daffodils", draft="false"), "published", "published"),
    "publish: 'true'": ("---\npublish: 'true'\n---\nyellow daffodils", "published", "published"),
    "published: a date": (public("yellow daffodils", published="2024-05-01"), "published", "published"),
    "published: a date to come": (public("yellow daffodils", published="2099-05-01"), "scheduled", "scheduled"),
    "scheduled": (public("yellow daffodils", date="2026-11-23T12:00:01Z"), "scheduled", "scheduled"),
    "scheduled and failing": (public(HOLDS, date="2099-01-01"), "scheduled", "scheduled"),
    "a month to come": (public("yellow daffodils", date="2999-01"), "scheduled", "scheduled"),
    "a year to come": (public("yellow daffodils", date="2999"), "scheduled", "scheduled"),
    "a day that never comes": (public("yellow daffodils", date="2999-02-30"), "scheduled", "scheduled"),
    "a date in another order": (public("yellow daffodils", date="24.12.2999"), "scheduled", "scheduled"),
    "an hour that is none": (public("yellow daffodils", date="2999-01-01T24:00:00"), "scheduled", "scheduled"),
    "dates in a list": (public("yellow daffodils", date="[2999-01-01]"), "scheduled", "scheduled"),
    "a hard space beside date": ('---\npublish: true\n"date\u00a0": 2999-01-01\n---\n', "scheduled", "scheduled"),
    "a month of the past": (public("yellow daffodils", date="2026-11"), "published", "published"),
    "no date at all": (public("yellow daffodils", date="soon"), "published", "published"),
    "due": (public("yellow daffodils", date="2026-11-23T13:00:00+01:00"), "published", "published"),
    "unselected": ("yellow daffodils", "unselected", "unselected"),
    "empty value": ("---\npublish:\n---\nyellow daffodils", "unselected", "unselected"),
    "unselected and failing": (HOLDS, "unselected", "unselected"),
}


@pytest.mark.parametrize("case", AFTER)
@pytest.mark.parametrize("before", ["new", "published before"])
def test_the_whole_matrix(case, before):
    text, when_new, when_known = AFTER[case]
    state = when_new if before == "new" else when_known
    site = fresh_site()
    others = {f"Other {n}.md": public() for n in range(2)}
    if before != "new":
        site.publish({"Note.md": GOOD, **others})
    dry = site.plan({"Note.md": text, **others})
    plan = site.publish({"Note.md": text, **others})
    assert dry.notes.verdicts == plan.notes.verdicts
    assert plan.notes.verdicts["Note.md"].state == state
    assert bool(plan.notes.verdicts["Note.md"].reasons) == (state not in ("published", "unselected"))
    if state == "published":
        assert ("yellow tulips" if text == GOOD else "yellow daffodils") in site.body("Note.md")
    elif state == "held":
        assert "yellow tulips" in site.body("Note.md") and b"yellow daffodils" not in site.text()
    else:
        assert "Note.md" not in site.pages() and b"yellow" not in site.text()
    withdrawn = before != "new" and state not in ("published", "held")
    assert [item.path for item in plan.withdrawn] == ["Note.md"] * withdrawn
    again = site.publish({"Note.md": text, **others})
    assert not again.changes and again.withdrawn == ()


def test_held_until_mended_and_then_new_again():
    site = fresh_site()
    site.publish({"a.md": public("one")})
    for words in (f"two {HOLDS}", f"three {HOLDS}"):
        site.publish({"a.md": public(words)})
        assert "one" in site.body("a.md")
    site.publish({"a.md": public("four")})
    assert "four" in site.body("a.md")
    site.publish({"a.md": public(HOLDS)})
    assert "four" in site.body("a.md")


def test_denying_beats_the_last_good_version_and_what_was_denied_does_not_come_back():
    site = fresh_site()
    site.publish({"a.md": public("tulips"), "b.md": public()})
    site.publish({"a.md": "---\npublish: false\n---\n", "b.md": public()})
    plan = site.publish({"a.md": public(HOLDS), "b.md": public()})
    assert plan.notes.verdicts["a.md"].state == "withheld" and b"tulips" not in site.text()


@pytest.mark.parametrize("unseen", ["\u00a0", "\u200b"])
def test_what_nobody_sees_beside_a_name_does_not_publish(unseen):
    site = fresh_site(select={"path": "**"})
    for name in (f"publish{unseen}", f"{unseen}published"):
        plan = site.publish({"A.md": f'---\n"{name}": false\n---\ntext\n', "B.md": "text"})
        assert [item.path for item in plan.by_state("denied")] == ["A.md"] and [*plan.manifest.notes] == ["B.md"]
    asking = fresh_site()
    assert not asking.publish({"A.md": f'---\n"publish{unseen}": true\n---\ntext\n'}).manifest.notes


def test_a_note_that_is_gone_is_withdrawn_and_one_that_cannot_be_seen_is_held():
    site = fresh_site()
    vault = {f"{n}.md": public(f"number {n}") for n in range(4)}
    site.publish(vault)
    del vault["0.md"]
    plan = site.publish(vault, frozen=lambda path: path == "0.md")
    assert plan.notes.verdicts["0.md"].state == "held" and "number 0" in site.body("0.md")
    plan = site.publish(vault)
    assert [(item.path, item.state) for item in plan.withdrawn] == [("0.md", "gone")]
    assert b"number 0" not in site.text()


def test_links_to_what_cannot_be_seen_stay():
    site = fresh_site()
    vault = {"a.md": public("[[Deep/b]]"), "Deep/b.md": public("b"), "Deep/p.png": b"", "c.md": public()}
    vault["Deep/b.md"] += "![[p.png]]"
    site.publish(vault)
    before = site.files()
    del vault["Deep/b.md"], vault["Deep/p.png"]
    site.publish(vault, frozen=lambda path: path.startswith("Deep/"))
    assert {path for path in site.files() if path.startswith("assets/")} == {"assets/p.cae66941.png"}
    assert 'href="deep/b.html"' in site.body("a.md")
    assert before.keys() == site.files().keys()


def test_moved_to_an_excluded_place():
    site = fresh_site()
    vault = {"a.md": public("a"), "b.md": public("b"), "c.md": public("c")}
    site.publish(vault)
    plan = site.publish(vault, excluded=lambda path: path == "a.md")
    assert [(item.path, item.state) for item in plan.withdrawn] == [("a.md", "denied")]


def test_a_note_that_changed_while_it_was_read_is_not_published_unchecked():
    site = fresh_site()
    site.publish({"a.md": public("one"), "b.md": public()})
    vault = {"a.md": public("two"), "b.md": public(), "c.md": public()}
    plan = site.publish(vault, text=lambda note: None if note.path in ("a.md", "c.md") else vault[note.path])
    assert [plan.notes.verdicts[path].state for path in ("a.md", "c.md")] == ["held", "withheld"]
    assert "one" in site.body("a.md")


def test_the_clock_decides_about_scheduled_notes():
    site = fresh_site()
    vault = {"a.md": public("later", date="2026-12-24"), "b.md": public()}
    assert "a.md" not in site.publish(vault).notes.notes
    assert "a.md" in site.publish(vault, now=NOW.replace(month=12, day=25)).notes.notes


@pytest.mark.parametrize(
    ("select", "chosen"),
    [
        ({"property": "publish"}, {"Reading/a.md"}),
        ({"property": "share"}, {"Reading/b.md"}),
        ({"path": "Reading/*"}, {"Reading/a.md", "Reading/b.md", "Reading/f.md"}),
        ({"tag": "paper"}, {"c.md", "d.md"}),
        ({"schema": "reading-note"}, {"e.md"}),
        ({"property": "publish", "tag": "paper", "schema": ["reading-note"]}, {"Reading/a.md", "c.md", "d.md", "e.md"}),
        ({}, set()),
    ],
)
def test_selection(select, chosen):
    vault = {
        "Reading/a.md": public(),
        "Reading/b.md": "---\nshare: true\n---\n",
        "Reading/f.md": "---\nshare: 'nothing of the kind'\n---\n" if "property" not in select else "",
        "Reading/denied.md": "---\npublish: false\nshare: true\n---\n#paper",
        "c.md": "#paper",
        "d.md": "---\ntags: [paper/ml]\n---\n",
        "e.md": "",
        "Other/g.md": "",
    }
    site = fresh_site(select=select)
    plan = site.publish(vault, schemas=lambda note: ("reading-note",) if note.path == "e.md" else ("other",))
    assert set(plan.notes.notes) == chosen


def test_the_gate():
    vault = {"a.md": public(HOLDS), "b.md": public()}
    assert "a.md" not in fresh_site(gate="warning").publish(vault).notes.notes
    assert "a.md" not in fresh_site(gate="error").publish(vault).notes.notes


# Addresses


def test_two_notes_never_share_an_address():
    site = fresh_site()
    plan = site.publish({"A b.md": public(), "a B.md": public(), "a-b.md": public(), "c.md": public()})
    assert set(plan.notes.notes) == {"c.md"}
    reasons = plan.notes.verdicts["A b.md"].reasons
    assert (
        reasons[0].rule == "publish-conflict" and "`a B.md`" in reasons[0].message and "`a-b.md`" in reasons[0].message
    )


def test_a_note_that_quarrels_with_two_others_is_told_of_both():
    vault = {"Dune.md": public(), "dune!.md": public(aliases="[sub/emma]"), "Sub/Emma.md": public(), "c.md": public()}
    plan = fresh_site().publish(vault)
    assert set(plan.notes.notes) == {"c.md"}
    reasons = [reason.message for reason in plan.notes.verdicts["dune!.md"].reasons]
    assert len(reasons) == 2 and "`Dune.md`" in reasons[0] and "`Sub/Emma.md`" in reasons[1]


@pytest.mark.parametrize(
    "other",
    [
        public("new", permalink="/a"),
        public("new", permalink="A"),
        public("new", permalink="'%61.html'"),
        public("new", aliases="[/a]"),
        public("new", aliases="[x/y, /A.html]"),
    ],
)
def test_whoever_was_there_first_stays_while_others_quarrel(other):
    site = fresh_site()
    site.publish({"a.md": public("first"), "c.md": public()})
    plan = site.publish({"a.md": public("first, edited"), "b.md": other, "c.md": public()})
    assert {path: plan.notes.verdicts[path].state for path in ("a.md", "b.md")} == {"a.md": "held", "b.md": "withheld"}
    assert "first" in site.body("a.md") and b"edited" not in site.text()


def test_a_note_that_takes_the_place_of_a_held_one():
    site = fresh_site()
    site.publish({"a.md": public("first", permalink="p"), "c.md": public()})
    plan = site.publish({"a.md": public(HOLDS), "b.md": public("new", permalink="p"), "c.md": public()})
    assert {path: plan.notes.verdicts[path].state for path in ("a.md", "b.md")} == {"a.md": "held", "b.md": "withheld"}
    assert site.pages()["a.md"] == "p.html"


def test_composed_and_decomposed_names_are_one_address():
    plan = fresh_site().publish({"\u00fcber.md": public(), "u\u0308ber.md": public()})
    assert plan.notes.notes == {}


def test_permalinks_and_old_addresses():
    site = fresh_site()
    vault = {
        "Reading/a.md": public("a", permalink="/papers/attention", aliases="[Old/Place, Just A Name, /2019/x.html]"),
        "b.md": public("b"),
    }
    plan = site.publish(vault)
    assert site.pages() == {"Reading/a.md": "papers/attention.html", "b.md": "b.html"}
    assert {(item.url, item.to) for item in plan.notes.redirects} == {
        ("reading/a.html", "papers/attention.html"),
        ("old/place.html", "papers/attention.html"),
        ("2019/x.html", "papers/attention.html"),
    }
    assert {"reading/a.html", "old/place.html", "2019/x.html"} <= site.files().keys()


def test_home():
    site = fresh_site(target={"home": "Start"})
    site.publish({"Start.md": public("welcome"), "a.md": public("[[Start]]")})
    assert site.pages()["Start.md"] == "index.html" and "welcome" in site.files()["index.html"].decode()
    assert 'href="index.html"' in site.body("a.md")


# Many at once


def many(count):
    return {f"{n}.md": public(f"number {n}") for n in range(count)}


@pytest.mark.parametrize(
    ("published", "left", "refused"),
    [
        (40, 30, False),
        (40, 29, True),
        (100, 80, False),
        (100, 79, True),
        (6, 3, False),
        (6, 2, True),
        (2, 1, False),
        (2, 0, True),
        (1, 0, True),
    ],
)
def test_a_vault_that_vanishes_unpublishes_nothing(published, left, refused):
    site = fresh_site()
    site.publish(many(published))
    before = site.files()
    vault = many(left)
    plan = site.plan(vault)
    assert bool(plan.refusal) == refused
    if not refused:
        site.publish(vault)
        assert len(site.pages()) == left
        return
    with pytest.raises(SetupError, match="not there any more"):
        site.publish(vault)
    assert site.files() == before
    site.publish(vault, allow_mass_withdraw=True)
    assert len(site.pages()) == left


def test_a_vault_that_is_emptied_of_words_unpublishes_nothing():
    """A sync that leaves every file there, but empty."""
    site = fresh_site()
    site.publish(many(20))
    with pytest.raises(SetupError):
        site.publish(dict.fromkeys(many(20), ""))
    assert len(site.pages()) == 20


def test_one_note_of_one_may_go_when_the_vault_is_there():
    site = fresh_site()
    site.publish({"a.md": public("a"), "private.md": ""})
    site.publish({"private.md": ""})
    assert site.pages() == {}


def test_a_vault_that_trickles_away_is_noticed_too():
    site = fresh_site()
    site.publish(many(40))
    site.publish(many(33), now=NOW)
    with pytest.raises(SetupError, match="of the last day"):
        site.publish(many(28), now=NOW.replace(hour=20))
    assert len(site.pages()) == 33
    site.publish(many(28), now=NOW.replace(day=25))
    assert len(site.pages()) == 28


def test_denying_is_never_capped():
    site = fresh_site()
    site.publish(many(40))
    site.publish(dict.fromkeys(many(40), "---\npublish: false\n---\n"))
    assert site.pages() == {}


def test_a_folder_that_was_renamed_with_all_links_in_it_is_no_loss():
    """As Obsidian and `vaultkit move` do it: the texts are others too."""
    site = fresh_site()
    site.publish({f"Old/{n}.md": public(f"[[Old/{n + 1}]]") for n in range(20)})
    plan = site.publish({f"New/{n}.md": public(f"[[New/{n + 1}]]") for n in range(20)})
    assert not plan.refusal and set(site.pages()) == {f"New/{n}.md" for n in range(20)}


@pytest.mark.parametrize("how", ["gone", "damaged", "in part"])
@pytest.mark.parametrize("more", [{}, {"c.md": public("edited")}])
def test_last_good_texts_that_are_lost_are_remembered_anew(how, more):
    site = fresh_site()
    vault = {"a.md": public("one"), "b.md": public(), "c.md": public()}
    site.publish(vault)
    texts = Path(site.store.home) / "texts.sqlite"
    if how == "in part":
        with closing(sqlite3.connect(texts)) as base, base:
            base.execute("DELETE FROM text")
        more = more or {"c.md": public("edited")}  # where nothing is to be written nobody asks
    else:
        texts.unlink() if how == "gone" else texts.write_bytes(b"no database" * 100)
    site.begin_anew()
    vault |= more
    site.publish(vault)
    vault["a.md"] = public(HOLDS)
    assert site.publish(vault).notes.verdicts["a.md"].state == "held" and "one" in site.body("a.md")


@pytest.mark.parametrize(
    "text",
    ["--- \npublish: false\n--- \nmine", "---\t\r\npublish: false\r\n---\t\r\nmine",
     "\n---\npublish: false\n--- \nmine",
     "--- \npublish: false\n\n# mine", "\u200b---\npublish: false\n---\nmine", "---\u00a0\npublish: false\n---\nmine",
     "---\rpublish: false\r---\rmine"],
)  # fmt: skip
def test_what_its_author_takes_for_properties_holds_a_note_back(text):
    site = fresh_site(select={"path": "**"})
    assert site.publish({"a.md": text, "b.md": "b"}).notes.verdicts["a.md"].state == "withheld"


@pytest.mark.parametrize("text", ["hello\n\n%% #secret unclosed", "hello <!-- #secret x", "> [!note] t <!-- #secret"])
def test_tags_of_comments_that_are_not_closed_are_not_told(text):
    site = fresh_site(select={"path": "**"})
    site.publish({"a.md": text, "b.md": "#public"})
    assert b"secret" not in site.text() and "tags/public.html" in site.files()


@pytest.mark.parametrize("place", ["Priv/a.md", "Other/a.md"])
def test_a_note_that_moves_to_where_it_is_private_is_not_waited_for(place):
    site = fresh_site(select={"path": "pub/**"})
    site.publish({"pub/a.md": "one", "pub/b.md": ""})
    given = {"waits": lambda path: True, "excluded": lambda path: path.startswith("Priv/")}
    site.publish({place: "one", "pub/b.md": ""}, **given)
    assert set(site.pages()) == {"pub/b.md"}


def test_moving_many_to_a_private_place_is_never_capped():
    site = fresh_site(select={"path": "pub/**"})
    site.publish({f"pub/{n}.md": f"note {n}" for n in range(40)})
    site.publish({f"Priv/{n}.md": f"note {n}" for n in range(40)}, excluded=lambda path: path.startswith("Priv/"))
    assert site.pages() == {}


def test_an_excluded_place_is_excluded_though_nothing_is_there():
    site = fresh_site(select={"path": "**"})
    site.publish({f"pub/{n}.md": "" for n in range(9)})
    left = {f"pub/{n}.md": "" for n in range(3)}
    excluded = {"excluded": lambda path: path[4] in "345678"}
    assert site.plan(left, **excluded).refusal is None
    site.publish(left, **excluded, frozen=lambda path: True)
    assert set(site.pages()) == set(left)


def test_a_clock_that_is_set_back_withdraws_nothing():
    vault = {f"{n}.md": public(f"number {n}", date="2024-05-01") for n in range(4)}
    site = fresh_site()
    site.publish(vault)
    then = NOW.replace(year=1970)
    assert not site.publish(vault, now=then).withdrawn
    vault |= {"1.md": public("edited", date="2024-05-01"), "new.md": public("new", date="2024-05-01")}
    assert {*site.publish(vault, now=then).notes.notes} == {"0.md", "2.md", "3.md"}


def test_a_folder_that_was_renamed_is_no_loss():
    site = fresh_site()
    site.publish({f"Old/{path}": text for path, text in many(40).items()})
    plan = site.publish({f"New/{path}": text for path, text in many(40).items()})
    assert not plan.refusal and len(plan.withdrawn) == 40
    assert set(site.pages()) == {f"New/{n}.md" for n in range(40)}


@pytest.mark.parametrize("between", [None, public(f"two {HOLDS}")])
def test_a_note_that_moves_and_fails_is_held_where_it_is_now(between):
    """By its last good text, or by the one that failed: with either it is the same note."""
    site = fresh_site()
    site.publish({"a.md": public("one"), "b.md": public()})
    failing = {}
    if between:
        site.publish({"a.md": between, "b.md": public()})
    else:
        findings = [Diagnostic("test-rule", "New/c.md", Span(0, 0), Severity.ERROR, "its folder asks for more")]
        failing = {"findings": {"New/c.md": findings}}
    vault = {"New/c.md": between or public("one"), "b.md": public()}
    site.begin_anew()
    waiting = site.publish(vault, **failing, waits=lambda path: path == "a.md").notes.verdicts
    assert waiting["a.md"].reasons[0].rule == "publish-missing" and waiting["New/c.md"].state == "withheld"
    assert site.plan(vault, **failing).notes.verdicts["New/c.md"].state == "held"
    plan = site.publish(vault, **failing)
    assert {path: item.state for path, item in plan.notes.verdicts.items()} == {
        "New/c.md": "held", "a.md": "gone", "b.md": "published",
    }  # fmt: skip
    assert "one" in site.body("New/c.md") and "two" not in site.body("New/c.md")
    assert b"url=new/c.html" in site.files()["a.html"]
    assert not site.publish(vault, **failing).changes
    site.publish({"New/c.md": public("three"), "b.md": public()})
    assert "three" in site.body("New/c.md") and b"url=new/c.html" in site.files()["a.html"]


def test_a_deleted_note_does_not_live_on_in_one_that_fails():
    site = fresh_site()
    site.publish({"a.md": public("one"), "b.md": public()})
    plan = site.publish({"New/a.md": public(f"two {HOLDS}"), "b.md": public()})
    assert plan.notes.verdicts["New/a.md"].state == "withheld" and set(site.pages()) == {"b.md"}


def test_another_style_of_addresses_by_which_two_notes_quarrel_leaves_both_where_they_were(tmp_path):
    vault = {"A b.md": public("one"), "A-b.md": public("two"), "c.md": public()}
    Site(tmp_path, slug={"style": "keep"}).publish(vault)
    site = Site(tmp_path)
    plan = site.publish(vault)
    assert {path: item.state for path, item in plan.notes.verdicts.items()} == {
        "A b.md": "held", "A-b.md": "held", "c.md": "published",
    }  # fmt: skip
    assert site.pages() == {"A b.md": "A b.html", "A-b.md": "A-b.html", "c.md": "c.html"}
    assert "address, `a-b.html`" in plan.notes.verdicts["A b.md"].reasons[0].message
    assert not site.publish(vault).changes
    vault["A b.md"] = public("three", permalink="/three")
    site.publish(vault)
    assert site.pages() == {"A b.md": "three.html", "A-b.md": "a-b.html", "c.md": "c.html"}
    assert b"url=three.html" in site.files()["A b.html"]


@pytest.mark.parametrize("stays", [public("two"), public("two", aliases="[/a-b]", permalink="/elsewhere")])
def test_a_note_whose_address_did_not_change_does_not_make_way_for_one_that_has_another_style(tmp_path, stays):
    vault = {"A b.md": public("one"), "a-b.md": stays, "c.md": public()}
    Site(tmp_path, slug={"style": "keep"}).publish(vault)
    site = Site(tmp_path)
    before = site.pages()
    plan = site.publish(vault)
    assert plan.withdrawn == () and site.pages() == before
    assert not site.publish(vault).changes and site.pages() == before


def test_a_note_that_moves_to_where_nothing_is_selected_is_not_followed():
    site = fresh_site(select={"path": "Public/**"})
    site.publish({"Public/a.md": "one", "Public/b.md": ""})
    broken = "---\na: [\n---\none"
    site.publish({"Public/a.md": broken, "Public/b.md": ""})
    site.publish({"Divorce/a.md": broken, "Public/b.md": ""})
    assert set(site.pages()) == {"Public/b.md"} and b"divorce" not in site.text().lower()


# What cannot be rendered


def test_a_note_that_cannot_be_rendered_is_held_and_the_others_go_on(monkeypatch):
    from vaultkit.render.job import RenderFailure
    from vaultkit.render.markdown import render

    def render_all(jobs, meanwhile):
        return ((job, RenderFailure(job.path, "too slow") if "POISON" in job.body else render(job)) for job in jobs)

    site = fresh_site()
    site.press._bodies._render_all = render_all
    site.publish({"a.md": public("one [[b]]"), "b.md": public("b [[c]]"), "d.md": public("d")})
    plan = site.publish(
        {"a.md": public("two POISON"), "b.md": public("b2 [[c]]"), "c.md": public("POISON"), "d.md": public("d2")}
    )
    assert {path: verdict.state for path, verdict in plan.notes.verdicts.items()} == {
        "a.md": "held", "b.md": "published", "c.md": "withheld", "d.md": "published",
    }  # fmt: skip
    assert "one" in site.body("a.md") and "b2 c" in site.body("b.md") and "too slow" in str(plan.notes.verdicts["c.md"])


def broken(path):
    """A renderer that loses one note."""
    from vaultkit.render.job import RenderFailure
    from vaultkit.render.markdown import render

    def render_all(jobs, meanwhile):
        return ((job, RenderFailure(job.path, "lost") if job.path == path else render(job)) for job in jobs)

    return render_all


def test_what_was_rendered_once_is_not_rendered_again(tmp_path):
    vault = {"a.md": public("one [[b]]"), "b.md": public()}
    Site(tmp_path).publish(vault)
    site = Site(tmp_path)
    asked = []
    site.press._bodies._render_all = lambda jobs, meanwhile: asked.extend(jobs) or ()
    assert not site.publish(vault).changes and asked == []


def test_a_text_that_cannot_be_rendered_any_more_is_shown_as_it_was_rendered_if_that_is_still_right(tmp_path):
    vault = {"a.md": public("one [[b]]"), "b.md": public(), "c.md": public()}
    Site(tmp_path).publish(vault)
    site = Site(tmp_path)
    site.press._bodies._render_all = broken("a.md")
    vault["b.md"] += "# Heading"
    site.publish(vault)
    assert "one" in site.body("a.md")
    site = Site(tmp_path)
    site.press._bodies._render_all = broken("a.md")
    plan = site.publish(vault | {"b.md": "---\npublish: false\n---\n"})
    assert plan.notes.verdicts["a.md"].state == "withheld" and set(site.pages()) == {"c.md"}


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + bytes(4000)])
def test_damaged_bodies_are_rendered_again(tmp_path, damage):
    vault = {"a.md": public("one [[b]]"), "b.md": public()}
    site = Site(tmp_path)
    site.publish(vault)
    before = site.files()
    (Path(site.store.home) / "bodies.sqlite").write_bytes(damage)
    for _ in range(2):
        Site(tmp_path).publish(vault | {"b.md": public("two")})
    Site(tmp_path).publish(vault)
    assert Site(tmp_path).files() == before
