"""Notes that change places with others between two publishes are known by their texts."""

import pytest

from publish.forms import Form
from publish.vaults import HOLDS, fresh_site, public
from vaultkit.publish.history import moves

DENIED = "---\npublish: false\n---\n"
PRIVATE = {"excluded": lambda path: path.startswith("Private/")}


def there(*names, **others):
    return {f"{name}.md": public(f"tulips of {name}") for name in names} | {
        f"{name}.md": text for name, text in others.items()
    }


def denied(text):
    return text.replace("publish: true", "publish: false")


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
        ({"a": "1", "b": "1", "c": "2"}, {"b": "1", "c": "1"}, {}),
        ({"a": "1", "b": "1"}, {"b": "1", "c": "1"}, {"a": "c"}),
        ({"a": ""}, {"x/a": "2"}, {"a": "x/a"}),
        ({"a": "", "b": ""}, {"b": "2"}, {}),
    ],
)
def test_where_notes_are_now(before, now, ways):
    assert moves(before, now, before.keys() - now.keys()) == ways


def test_by_its_name_a_note_is_found_where_it_may_be():
    assert moves({"a": "1"}, {"x/a": "2"}, {"a"}, by_name=False) == {}
    assert moves({"a": "1"}, {"x/b": "1"}, {"a"}, by_name=False) == {"a": "x/b"}


def test_a_long_row_of_moves_is_followed_at_once():
    before = {f"{number}": f"text {number}" for number in range(50_000)}
    now = {f"{number + 1}": f"text {number}" for number in range(50_000)}
    assert len(moves(before, now, {"0"})) == 50_000


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
    why = [reason.message for reason in plan.notes.verdicts["b.md"].reasons]
    assert why == ["it holds FAILS", "its last good text is that of `Private/b.md`, which is private"]
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


@pytest.mark.parametrize(
    ("came", "then"),
    [
        ({"Private/b.md": public("tulips of b")}, {"Private/b.md": public("edited since")}),
        ({"c.md": public("tulips of b")}, {"c.md": denied(public("tulips of b"))}),
    ],
    ids=["moved to where it is private, and edited", "moved, and denied"],
)
def test_a_rollback_remembers_what_was_public_of_a_private_note(came, then):
    site, other = fresh_site(), there("k", b=public("other"))
    for vault in (there("b", "k"), other | came, other | then, other | then):
        site.begin_anew()
        site.publish(vault, **PRIVATE)
    site.publish(other | then, **PRIVATE, generation=1)
    assert b"tulips of b" not in site.text() and "k.md" in site.pages()


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


ONE = {"Private/b.md": public("tulips of b")}
FAILS = public(f"other {HOLDS}")
STEPS = {
    "while it was held": [
        there("b", "k"),
        there("k", b=public(f"roses {HOLDS}")),
        there("k", b=FAILS) | {"Private/b.md": public(f"roses {HOLDS}")},
    ],
    "to where one was public": [
        there("b", "k") | {"Private/b.md": public("weeds")},
        there("k", b=FAILS) | ONE,
    ],
    "in two steps": [
        there("b", "k"),
        there("k", b=FAILS, c=public("tulips of b")),
        there("k", b=FAILS, c=denied(public("tulips of b"))),
    ],
    "in a quarrel": [
        there("b", "k") | {"c.md": public("x", permalink="/c")},
        there("k") | {"b.md": public("other", permalink="/c"), "c.md": public("x", permalink="/c")} | ONE,
    ],
    "after it was edited": [
        there("b", "k"),
        there("k", b=FAILS, c=public("tulips of b")),
        there("k", b=FAILS, c=public("edited")),
        there("k", b=public(f"again {HOLDS}"), c=public("edited twice")),
        there("k", b=FAILS, c=denied(public("edited twice"))),
    ],
    "where it is withheld": [
        there("b", "k"),
        there("k", b=public(f"roses {HOLDS}")),
        there("k", b=FAILS, c=public(f"roses {HOLDS}")),
        there("k", b=FAILS, c=denied(public("roses"))),
    ],
    "in a change with one that was never public": [
        there("b", "k") | {"c.md": public(f"weeds {HOLDS}")},
        there("k", b=public(f"roses {HOLDS}"), c=public(f"weeds {HOLDS}")),
        there("k", b=public(f"weeds {HOLDS}"), c=public(f"roses {HOLDS}")),
        there("k", b=public(f"weeds {HOLDS}"), c=denied(public("roses"))),
    ],
    "in a change of two that are held": [
        there("b", "c", "k"),
        there("k", b=public(f"roses {HOLDS}"), c=public(f"weeds {HOLDS}")),
        there("k", c=public(f"roses {HOLDS}"), b=public(f"weeds {HOLDS}")),
        there("k", c=denied(public("roses")), b=public(f"weeds {HOLDS}")),
    ],
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("fresh", [True, False])
def test_what_is_private_by_now_is_shown_nowhere(steps, fresh):
    site = fresh_site()
    for number, vault in enumerate(steps):
        if fresh:
            site.begin_anew()
        private = PRIVATE if number == len(steps) - 1 else {}
        assert not site.publish(vault, **private).refusal
        assert number or b"tulips of b" in site.text()
    assert b"tulips of b" not in site.text()


@pytest.mark.parametrize("fresh", [True, False])
def test_a_private_copy_that_was_there_is_no_note_that_moved(fresh):
    """Neither does a failing note lose its last good text by it, nor is a missing one taken for moved."""
    site = fresh_site()
    copy = {"Private/b.md": public("tulips of b")}
    site.publish(there("b", "k") | copy, **PRIVATE)
    for vault in (there("k", b=FAILS) | copy, there("k", b=public(f"again {HOLDS}")) | copy):
        if fresh:
            site.begin_anew()
        plan = site.publish(vault, **PRIVATE)
        assert plan.notes.verdicts["b.md"].state == "held" and "tulips of b" in site.body("b.md")
    site.publish(there("b", "k") | copy, **PRIVATE)
    assert site.publish(there("k") | copy, **PRIVATE, waits=gone).notes.verdicts["b.md"].state == "held"


def test_a_rollback_shows_again_what_had_a_private_copy_at_that_time():
    site = fresh_site()
    copy = {"Private/b.md": public("tulips of b")}
    site.publish(there("b", "k") | copy, **PRIVATE)
    edited = there("k", b=public("edited")) | copy
    site.publish(edited, **PRIVATE)
    site.publish(edited, **PRIVATE, generation=1)
    assert "tulips of b" in site.body("b.md")


def test_one_of_two_alike_is_denied_and_the_other_fails():
    site = fresh_site()
    site.publish(dict.fromkeys(("b.md", "c.md"), public("tulips")) | there("k"))
    plan = site.publish({"b.md": FAILS, "c.md": denied(public("tulips"))} | there("k"))
    assert plan.notes.verdicts["b.md"].state == "held" and "tulips" in site.body("b.md")


def test_a_held_note_moves_and_a_good_one_takes_its_place():
    site = fresh_site()
    held = public(f"roses {HOLDS}")
    for vault in (there("b", "k"), there("k", b=held), there("k", b=public("new"), c=held)):
        site.publish(vault)
    assert "tulips of b" in site.body("c.md") and "new" in site.body("b.md")


@pytest.mark.parametrize("left", [{}, {"new.md": public("same")}, {"Private/b.md": public("same")}])
def test_one_note_excuses_one_that_is_gone_and_not_all_that_were_like_it(left):
    site = fresh_site()
    site.publish(dict.fromkeys((f"{number}.md" for number in range(14)), public("same")) | there("k"))
    plan = site.plan(there("k") | left, **PRIVATE)
    assert plan.refusal and len(plan.refusal.notes) == 14 - len(left)


def test_a_rollback_goes_back_along_a_row_of_moves():
    site = fresh_site()
    site.publish(there("p", "q", "k"))
    vault = there("k", q=public("tulips of p"), r=public("tulips of q"))
    site.publish(vault)
    site.publish(vault, generation=1)
    assert "tulips of p" in site.body("q.md") and "tulips of q" in site.body("r.md")


def test_a_held_note_moves_though_others_show_what_is_shown_of_it():
    site = fresh_site()
    alike = dict.fromkeys(("s.md", "t.md", "u.md"), public("same"))
    site.publish(alike | there("k"))
    site.publish(alike | there("k", s=FAILS))
    del alike["s.md"]
    site.publish(alike | there("k", new=FAILS))
    assert "same" in site.body("new.md")


# Old addresses


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize(
    ("first", "between", "last", "leads"),
    [
        (there("D", "b", "k"), there("b", "k"), there("k", D=public("tulips of b")), {"b.html": "d.html"}),
        (there("k", "l"), None, there(l=public("tulips of k"), m=public("tulips of l")), {"k.html": "l.html"}),
        (there("b", "D", "k"), None, there("k", D=public("tulips of b")), {"b.html": "d.html"}),
    ],
    ids=["the place of one withdrawn", "one behind the other", "over another"],
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


def test_a_note_that_is_emptied_is_none_of_the_empty_ones():
    site = fresh_site()
    site.publish({"e.md": public(), "f.md": public(), "k.md": public("words"), "l.md": public("more")})
    site.publish({"f.md": public(), "k.md": public(), "l.md": public("more")})
    assert "e.html" not in site.files()


@pytest.mark.parametrize("kind", ["jekyll", "markdown"])
def test_an_old_address_leads_on_where_folders_have_no_pages(tmp_path, kind):
    form = Form(tmp_path, kind, style="hugo")
    form.publish({"proj.md": public("one"), "k.md": public()})
    plan = form.publish({"proj/overview.md": public("one"), "k.md": public()})
    assert plan.sent == {"proj/index.html": "proj/overview/index.html"}


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
