"""Notes that change places with others between two publishes are known by their texts."""

import pytest

from publish.vaults import HOLDS, fresh_site, public
from vaultkit.publish.history import moves

DENIED = "---\npublish: false\n---\n"
PRIVATE = {"excluded": lambda path: path.startswith("Private/")}


def there(*names, **others):
    return {f"{name}.md": public(f"tulips of {name}") for name in names} | {
        f"{name}.md": text for name, text in others.items()
    }


def gone(*_):
    return True


@pytest.mark.parametrize(
    ("before", "now", "ways"),
    [
        ({"a": "1"}, {"a": "2"}, {}),
        ({"a": "1"}, {"b": "1"}, {"a": "b"}),
        ({"a": "1"}, {"x/a": "2"}, {"a": "x/a"}),
        ({"a": "1", "b": "2"}, {"b": "1"}, {"a": "b"}),
        ({"a": "1", "b": "2"}, {"b": "1", "c": "2"}, {"a": "b", "b": "c"}),
        ({"a": "1", "b": "2"}, {"a": "2", "b": "1"}, {}),
        ({"a": "1"}, {"a": "2", "b": "1"}, {}),
        ({"a": "1", "b": "1"}, {"c": "1"}, {}),
        ({"a": "1"}, {"b": "1", "c": "1"}, {}),
        ({"a": ""}, {"x/a": "2"}, {"a": "x/a"}),
        ({"a": "", "b": ""}, {"b": "2"}, {}),
    ],
)
def test_where_notes_are_now(before, now, ways):
    assert moves(before, now, gone) == ways


def test_by_its_name_only_a_note_is_found_that_is_gone():
    assert moves({"a": "1"}, {"x/a": "2"}, lambda path: False) == {}
    assert moves({"a": "1"}, {"x/b": "1"}, lambda path: False) == {"a": "x/b"}


# Private now


def moved_to_where_it_is_private(site, new):
    """`b` was public; now it is in an excluded place, and another note has its name."""
    site.publish(there("b", "k", "l"))
    return {**there("k", "l", b=new), "Private/b.md": public("tulips of b")}


def test_a_failing_note_does_not_keep_the_text_of_one_that_is_private_now():
    site = fresh_site()
    vault = moved_to_where_it_is_private(site, public(f"other {HOLDS}"))
    assert site.plan(vault, **PRIVATE).notes.verdicts["b.md"].state == "withheld"
    plan = site.publish(vault, **PRIVATE)
    assert b"tulips of b" not in site.text() and not plan.refusal
    assert "`Private/b.md`, which is private" in plan.notes.verdicts["b.md"].reasons[0].message
    site.begin_anew()
    assert not site.publish(vault, **PRIVATE).changes


def test_a_failing_note_keeps_its_own_text_beside_a_private_copy_of_what_it_says_now():
    site = fresh_site()
    site.publish(there("b", "k"))
    broken = public(f"other {HOLDS}")
    site.publish({**there("k", b=broken), "Private/b.md": broken}, **PRIVATE)
    assert "tulips of b" in site.body("b.md")


def test_a_rollback_does_not_show_the_text_of_one_that_is_private_now():
    site = fresh_site()
    vault = moved_to_where_it_is_private(site, public("other"))
    site.publish(vault, **PRIVATE)
    plan = site.publish(vault, **PRIVATE, generation=1)
    assert b"tulips of b" not in site.text()
    assert plan.notes.verdicts["b.md"].state == "later" and set(site.pages()) == {"k.md", "l.md"}


def test_a_rollback_shows_no_deleted_note_whose_name_another_has_now():
    site = fresh_site()
    site.publish(there("a", "b", "k"))
    vault = there("k", a=public("tulips of b"))
    site.publish(vault)
    site.publish(vault, generation=1)
    assert b"tulips of a" not in site.text() and "tulips of b" in site.body("a.md")


def test_held_notes_that_move_to_where_they_are_private_go_at_once():
    names = ("a", "b", "c")
    broken = {name: public(f"broken {name} {HOLDS}") for name in names}
    site = fresh_site()
    site.publish(there(*names, "d"))
    site.publish(there("d", **broken))
    vault = {**there("d"), **{f"Private/{name}.md": text for name, text in broken.items()}}
    plan = site.publish(vault, **PRIVATE, waits=gone)
    assert not plan.refusal and set(site.pages()) == {"d.md"}
    assert {item.state for item in plan.withdrawn} == {"denied"}


# Old addresses


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize(
    ("first", "between", "last", "leads"),
    [
        (there("D", "b", "k"), there("b", "k"), there("k", D=public("tulips of b")), {"b.html": "d.html"}),
        (there("k", "l"), None, there(l=public("tulips of k"), m=public("tulips of l")), {"k.html": "l.html"}),
        (there("b", "D", "k"), None, there("k", D=public("tulips of b")), {"b.html": "d.html"}),
        (there("a", "k", p=DENIED), None, there("k", a=DENIED, p=public("tulips of a")), {"a.html": "p.html"}),
    ],
    ids=["the place of one withdrawn", "one behind the other", "over another", "changed with a private one"],
)
def test_an_old_address_leads_to_where_the_note_is(first, between, last, leads, fresh):
    site = fresh_site()
    for vault in filter(None, (first, between, last)):
        if fresh:
            site.begin_anew()
        plan = site.publish(vault, allow_mass_withdraw=True)
    for old, new in leads.items():
        assert f"url={new}".encode() in site.files()[old]
    assert not site.publish(last).changes
    assert not plan.refusal


def test_an_old_address_does_not_take_that_of_a_folder():
    site = fresh_site(slug={"style": "hugo"})
    site.publish({"x/index.md": public("one"), "x/a.md": public("two"), "k.md": public()})
    site.publish({"top.md": public("one"), "x/a.md": public("two"), "k.md": public()})
    assert b"url=" not in site.files()["x/index.html"] and b"a/" in site.files()["x/index.html"]
    site.publish({"top.md": public("one"), "k.md": public(), "a.md": public("two")})
    assert b"url=../top/index.html" in site.files()["x/index.html"]


def test_notes_that_moved_on_are_not_waited_for():
    site = fresh_site()
    site.publish(there("k", "l", "m"))
    plan = site.publish(there("m", l=public("tulips of k"), n=public("tulips of l")), waits=gone)
    assert plan.notes.verdicts["k.md"].reasons[0].message == "it is `l.md` now"
    assert set(site.pages()) == {"l.md", "m.md", "n.md"}


# Held


def test_a_held_note_that_changes_names_with_a_good_one_keeps_its_last_good_text():
    site = fresh_site()
    broken = public(f"broken b {HOLDS}")
    site.publish(there("a", "b", "k"))
    site.publish(there("a", "k", b=broken))
    vault = there("k", a=broken, b=public("tulips of a"))
    site.publish(vault)
    assert "tulips of b" in site.body("a.md") and "tulips of a" in site.body("b.md")
    site.begin_anew()
    assert not site.publish(vault).changes
