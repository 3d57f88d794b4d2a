"""Publishing again makes anew what read something that changed, and nothing else."""

import gzip
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.pictures import PICTURES
from publish.vaults import HOLDS, fresh_site, note_of, public, snapshot
from vaultkit.errors import SetupError, TargetError
from vaultkit.index.vault_index import VaultIndex
from vaultkit.publish import claims
from vaultkit.publish.audit import Audit
from vaultkit.publish.canaries import Canaries, Canary, Watch
from vaultkit.publish.page import Output
from vaultkit.publish.spool import Spool
from vaultkit.targets.site import explorer, lists
from vaultkit.targets.site import site as the_site

DENIED = "---\npublish: false\n---\n"


class Counting:
    """The site, with what was asked of it."""

    options = the_site.options
    layout = the_site.layout
    notices = the_site.notices
    lists_folders = True

    def __init__(self, more=()):
        self.asked = []
        self.more = more

    def outputs(self, edition, config, publish):
        return [output for part in self.printing(edition, config, publish).parts() for output in part()]

    def printing(self, edition, config, publish):
        return CountedPrinting(self, the_site.printing(edition, config, publish))

    def literals(self):
        return the_site.literals()


class CountedPrinting:
    """The printing of an edition, with what was asked of it."""

    def __init__(self, target, printing):
        self.target = target
        self.printing = printing

    def parts(self):
        self.target.asked.append("all")
        return [*self.printing.parts(), lambda: self.target.more]

    def made(self, paths):
        self.printing.made(paths[:-1])

    def kept(self):
        return self.printing.kept()

    def go_on(self, kept):
        return self.printing.go_on(kept)

    def prepare(self):
        self.printing.prepare()

    def again(self, edition, read):
        found = self.printing.again(edition, read)
        if found is None:
            return None
        self.target.asked.append("some")
        now, reprint = found
        more = reprint._replace(outputs=(*reprint.outputs, *self.target.more))
        return CountedPrinting(self.target, now), more


class Steps:
    """A vault that is published after each change, by one process that keeps the notes which stay the same."""

    def __init__(self, vault, **given):
        self.vault = dict(vault)
        self.printer = Counting()
        self.site = fresh_site(printer=self.printer, **given)
        self._notes = {}
        self.publish()

    def publish(self, **given):
        notes = {path: text for path, text in self.vault.items() if path.endswith(".md")}
        for path, text in notes.items():
            known = self._notes.get(path)
            if known is None or known[0] != text:
                self._notes[path] = text, note_of(path, text)
        others = [path for path in self.vault if path not in notes]
        kept = VaultIndex(others, [self._notes[path][1] for path in notes])
        self.printer.asked.clear()
        plan = self.site.press.publish(snapshot(self.vault, index=kept, **given))
        return plan, list(self.printer.asked)

    def prepare(self):
        """Get ready for the next change."""
        others = [path for path in self.vault if not path.endswith(".md")]
        index = VaultIndex(others, [note for path, (_, note) in self._notes.items() if path in self.vault])
        self.site.press.prepare(lambda: snapshot(self.vault, index=index))

    def change(self, **given):
        """The files that are new, and what the printer was asked for."""
        before = self.site.files()
        self.vault |= {path.replace("_", "."): text for path, text in given.items()}
        plan, asked = self.publish()
        after = self.site.files()
        assert set(plan.files.write) == {path for path, data in after.items() if before.get(path) != data}
        return {path for path in plan.files.write if path.endswith(".html")}, asked

    def same_as_a_first_time(self):
        clean = fresh_site()
        clean.publish(self.vault, addresses=self.site.store.live().manifest.past)
        return clean.files() == self.site.files()


VAULT = {
    "a.md": public("tulips [[b]] ![[p.png]]", date="2024-01-01"),
    "b.md": public("roses\n\n# Part\n\nunder it ^id"),
    "c.md": public("daffodils ![[b#Part]]"),
    "d.md": public("![[c]] and %% a remark of mine %%"),
    "e.md": public("nothing to do with them"),
    "g.md": public("#tag"),
    "private.md": "a [[b]]",
    "p.png": PICTURES["png"],
}


@pytest.mark.parametrize(
    ("note", "text", "redone"),
    [
        ("e_md", public("nothing to do with those"), {"e"}),
        ("a_md", public("red tulips [[b]] ![[p.png]]", date="2024-01-01"), {"a", "b"}),  # b shows the words around
        ("a_md", public("tulips [[b]] ![[p.png]]\n\nmore", date="2024-01-01"), {"a"}),
        ("b_md", public("red roses\n\n# Part\n\nunder it ^id"), {"b"}),
        ("b_md", public("roses\n\n# Part\n\nunder that ^id"), {"b", "c", "d"}),  # these show it, one through the other
        ("private_md", "another [[b]]", set()),
    ],
)
def test_only_what_shows_the_words_is_made_anew(note, text, redone):
    steps = Steps(VAULT)
    written, asked = steps.change(**{note: text})
    assert asked in (["some"], [])
    assert {f"{name}.html" for name in redone} <= written | {"index.html"} and steps.same_as_a_first_time()
    assert written - {"index.html"} == {f"{name}.html" for name in redone}


@pytest.mark.parametrize("is_ready", [True, False])
def test_another_process_goes_on_from_what_is_live(is_ready):
    steps = Steps(VAULT)
    steps.site.begin_anew()
    assert not steps.publish()[0].changes
    if is_ready:
        steps.prepare()
    written, asked = steps.change(e_md=public("nothing to do with those"))
    assert asked == ["some"] and written - {"index.html"} == {"e.html"} and steps.same_as_a_first_time()


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data.replace(b"index", b"inxed"), None])
def test_a_damaged_record_of_what_was_printed_costs_time_alone(damage):
    steps = Steps(VAULT)
    record = Path(steps.site.store.home) / "printed.json"
    if damage:
        record.write_bytes(damage(record.read_bytes()))
    else:
        record.unlink()
    steps.site.begin_anew()
    steps.publish()
    steps.prepare()
    written, asked = steps.change(e_md=public("nothing to do with those"))
    assert asked == ["all"] and "e.html" in written and steps.same_as_a_first_time()


@pytest.mark.parametrize("secret", ["", "The wolpertinger of Ouagadougou meets nobody else in that town"])
def test_what_became_private_while_nobody_watched_is_looked_for(secret):
    """The record stands for what was watched for before that note was there."""
    steps = Steps(VAULT)
    searched = steps.site.press._guard.searched
    steps.site.begin_anew()
    if secret:
        steps.vault["secret.md"] = secret
    steps.publish()
    steps.prepare()
    guard = steps.site.press._guard
    assert (guard.more is not None) == bool(secret) and guard.searched == searched


def test_a_process_that_prints_all_looks_again_at_what_is_new_alone(monkeypatch):
    steps = Steps(VAULT)
    before = steps.site.files()
    steps.site.begin_anew()
    searched, taken_apart = [], []
    find, page = Watch.find, Audit._page
    monkeypatch.setattr(Watch, "find", lambda self, data, cut=(): searched.append(data) or find(self, data, cut))
    monkeypatch.setattr(Audit, "_page", lambda self, path, text: taken_apart.append(path) or page(self, path, text))
    written, asked = steps.change(e_md=public("nothing to do with those"))
    now = steps.site.files()
    assert asked == ["all"] and "e.html" in written and set(taken_apart) == written
    assert {path for path in now if now[path] in searched} == {path for path in now if now[path] != before.get(path)}
    assert steps.same_as_a_first_time()


def said_while_nobody_watched():
    """Another process goes on, and what a page says has become the text of a private note."""
    said = "We are going to buy all of their wolpertingers before Wednesday's meeting in Ouagadougou."
    steps = Steps(VAULT)
    steps.printer.more = (Output("more.html", f"<p>{said}</p>".encode()),)
    steps.change(e_md=public("nothing to do with those"))
    steps.site.begin_anew()
    steps.vault["private.md"] = said
    return steps


def test_a_process_that_prints_all_looks_everywhere_for_what_became_private():
    steps = said_while_nobody_watched()
    steps.vault["e.md"] = public("nothing to do with these")
    with pytest.raises(TargetError, match="a private text"):
        steps.publish()


@pytest.mark.parametrize("place", ["/graph", "/deep/", "/deep/index.2", "/feed"])
def test_an_old_address_in_the_place_of_a_list_stands(place, monkeypatch):
    monkeypatch.setattr(lists, "LENGTH", 1)
    steps = Steps({**VAULT, "Deep/f.md": public("f"), "Deep/h.md": public("h", aliases="[old/h]")})
    for edit in (public("[[a]]", aliases=f"[{place}]"), public("[[c]]", aliases=f"[{place}]"), public("[[c]]")):
        steps.change(e_md=edit)
        assert steps.same_as_a_first_time()
        steps.change(g_md=public(f"[[b]] {edit}"))
        assert steps.same_as_a_first_time()


def test_of_attachments_that_are_one_file_the_same_one_is_always_noted_down():
    vault = {"a.md": public("![[p.png]]"), "b.md": public("![[Deep/p.png]]"), "c.md": public("![[Other/P.png]]")}
    steps = Steps(vault | dict.fromkeys(["p.png", "Deep/p.png", "Other/P.png"], PICTURES["png"]))
    for path in ("b.md", "a.md", "c.md"):
        steps.vault[path] += "more"
        steps.publish()
        assert [*steps.site.store.live().manifest.assets] == ["Deep/p.png"]


@pytest.mark.parametrize("told", ["past", "source"])
def test_what_another_process_noted_down_is_not_forgotten(told):
    """It may leave files that are the same again, and remember an address or another text all the same."""
    steps = Steps({**VAULT, "n.md": DENIED})
    other = fresh_site(printer=steps.printer)
    other.output = steps.site.output
    other.begin_anew()
    if told == "past":
        other.publish({**steps.vault, "n.md": public("new", permalink="/first/")})
        other.publish(steps.vault)
    else:
        other.publish({**steps.vault, "d.md": public("![[c]] and %% another remark %%")})
    past = other.store.live().manifest.past
    steps.change(e_md=public("nothing to do with those"))
    manifest = steps.site.store.live().manifest
    assert manifest.past == past and bool(past) == (told == "past")
    assert manifest.notes["d.md"].source == note_of("d.md", steps.vault["d.md"]).digest and steps.same_as_a_first_time()


@pytest.mark.parametrize("rest", [{}, {"Other/Deep/Deeper/rest.md": public("rest")}])
def test_a_page_at_the_address_of_a_folder_that_goes_away_lists_it_no_more(rest, monkeypatch):
    monkeypatch.setattr(explorer, "WHOLE", 0)
    there = {"x.md": public("x", permalink="/other/deep/"), "Other/o.md": public("o"), "Other/Deep/day.md": public("d")}
    steps = Steps({**VAULT, **there, **rest})
    for path in ("Other/Deep/day.md", *rest):
        del steps.vault[path]
        _, asked = steps.publish()
        assert asked == ["some"] and steps.same_as_a_first_time()


def test_a_private_note_may_be_gone_before_another_process_goes_on():
    """Of what the process before watched for, nobody can ask any more."""
    steps = Steps(VAULT)
    steps.site.begin_anew()
    steps.publish()
    del steps.vault["private.md"]
    _, asked = steps.change(e_md=public("nothing to do with those"))
    assert asked == ["some"] and steps.same_as_a_first_time()


@pytest.mark.parametrize("is_ready", [True, False])
def test_what_became_private_is_looked_for_until_somebody_has_looked(is_ready):
    """A note says something new while nobody watches, and something more before the next publish looks for it."""
    steps = said_while_nobody_watched()
    steps.publish()
    if is_ready:
        steps.prepare()
    steps.vault["private.md"] += "\n\nAnd more."
    steps.vault["e.md"] = public("nothing to do with these")
    with pytest.raises(TargetError, match="a private text"):
        steps.publish()


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("a_md", public("tulips [[b]] ![[p.png]]", date="2024-01-02")),
        ("a_md", public("tulips [[c]] ![[p.png]]", date="2024-01-01")),
        ("a_md", public("tulips [[b]]", date="2024-01-01")),
        ("b_md", public("roses\n\n# Other part\n\nunder it ^id")),
        ("b_md", public("roses #new\n\n# Part\n\nunder it ^id")),
        ("e_md", public(f"nothing {HOLDS}")),
        ("e_md", DENIED),
        ("f_md", public("new")),
        ("private_md", public("a [[b]]")),
        ("d_md", public("![[c]] and %% another remark of mine %%")),
        ("p_png", PICTURES["jpg"]),
    ],
)
def test_whatever_changes_not_everything_is_made_anew(note, text):
    steps = Steps(VAULT)
    _, asked = steps.change(**{note: text})
    assert asked in (["some"], [])
    assert (note == "e_md" and HOLDS in str(text)) or steps.same_as_a_first_time()


@pytest.mark.parametrize("other", [{"b": "2", "a": "1"}, {"a": "true", "b": "2"}, {"a": "1.0", "b": "2"}])
def test_a_property_in_another_place_or_of_another_type_is_another(other):
    """To Python `1`, `1.0` and `true` are equal, and so are mappings in another order."""
    steps = Steps({**VAULT, "e.md": public("words", a="1", b="2")}, properties=["a", "b"])
    steps.vault["e.md"] = public("words", **other)
    steps.publish()
    clean = fresh_site(properties=["a", "b"])
    clean.publish(steps.vault)
    assert clean.files() == steps.site.files()


def test_links_of_properties_in_another_order_draw_another_graph():
    ways = {"x": '"[[b]]"', "y": '"[[c]]"'}
    steps = Steps({**VAULT, "e.md": public("words", **ways)}, properties=["x", "y"])
    steps.vault["e.md"] = public("words", **dict(reversed(ways.items())))
    steps.publish()
    clean = fresh_site(properties=["x", "y"])
    clean.publish(steps.vault)
    assert clean.files() == steps.site.files()


BOARDS = {
    **VAULT,
    "books.base": b"views: [{type: table, order: [file.name, file.size]}]",
    "wall.canvas": b'{"nodes": [{"id": "1", "type": "file", "file": "e.md", "x": 0, "y": 0, "width": 9, "height": 9}]}',
    "shelf.md": public("a base\n\n![[books.base]]"),
    "plan.md": public("[[wall.canvas]] ![[wall.canvas]]"),
}


def test_what_shows_a_base_or_a_card_is_made_anew_with_any_note():
    steps = Steps(BOARDS)
    written, asked = steps.change(e_md=public("nothing to do with all of those"))
    assert asked == ["some"] and steps.same_as_a_first_time()
    assert written == {"e.html", "plan.html", "shelf.html", "wall-canvas.html"}
    assert steps.publish()[1] == [] and steps.same_as_a_first_time()


def test_a_card_names_the_same_file_while_another_cannot_be_seen():
    """A canvas names its files by their whole paths."""
    card = b'{"nodes": [{"id": "1", "type": "file", "file": "x.md", "x": 0, "y": 0, "width": 9, "height": 9}]}'
    steps = Steps({**BOARDS, "wall.canvas": card, "Deep/x.md": public("deep")})
    before = steps.site.files()
    del steps.vault["e.md"]
    for _ in range(2):
        assert not steps.publish(frozen="e.md".__eq__)[0].changes and steps.site.files() == before
        steps.site.begin_anew()
        Path(steps.site.store.home, "bodies.sqlite").unlink()


@pytest.mark.parametrize(
    ("board", "data"),
    [
        ("books_base", b"views: [{type: list, order: [file.name]}]"),
        ("wall_canvas", b'{"nodes": []}'),
        ("wall_canvas", b'{"nodes": [{"id": "1", "type": "text", "text": "[[b]]"}]}'),
    ],
)
def test_another_board_changes_what_shows_it(board, data):
    steps = Steps(BOARDS)
    _, asked = steps.change(**{board: data})
    assert asked == ["some"] and steps.same_as_a_first_time()


def test_a_note_that_is_due_now_is_published():
    from publish.vaults import NOW

    steps = Steps({**VAULT, "later.md": public("later", date="2026-12-24")})
    steps.vault["e.md"] = public("other words")
    plan, asked = steps.publish(now=NOW.replace(month=12, day=25))
    assert asked == ["some"] and "later.md" in plan.notes.notes


def test_what_somebody_deleted_is_made_again():
    steps = Steps(VAULT)
    (steps.site.output / "c.html").unlink()
    steps.vault["e.md"] = public("other words")
    _, asked = steps.publish()
    assert asked[-1] == "all" and "c.html" in steps.site.files() and steps.same_as_a_first_time()


def test_what_somebody_deleted_is_not_noted_down_when_it_is_wanted_no_more():
    steps = Steps(VAULT)
    (steps.site.output / "e.html").unlink()
    steps.vault["e.md"] = DENIED
    _, asked = steps.publish()
    assert asked == ["some"] and "e.html" not in steps.site.store.live().manifest.files and steps.same_as_a_first_time()


def test_a_leak_is_found_in_a_small_step_too():
    private = "We are going to buy all of their wolpertingers before Wednesday's meeting in Ouagadougou."
    steps = Steps({**VAULT, "Secret.md": private})
    before = steps.site.files()
    steps.printer.more = (Output("more.html", f"<p>{private}</p>".encode()),)
    steps.vault["e.md"] = public("other words")
    for _ in range(2):
        with pytest.raises(TargetError, match="not published"):
            steps.publish()
    assert steps.site.files() == before
    steps.printer.more = ()
    steps.publish()
    assert steps.same_as_a_first_time()


def test_what_becomes_private_is_looked_for_in_what_stays_the_same():
    """A file that is not made of the note goes on saying what the note has just taken back."""
    said = "We are going to buy all of their wolpertingers before Wednesday's meeting in Ouagadougou."
    steps = Steps({**VAULT, "e.md": public(said)})
    steps.printer.more = (Output("more.html", f"<p>{said}</p>".encode()),)
    steps.vault["a.md"] = public("tulips", permalink="x")
    steps.publish()
    steps.vault["e.md"] = public(f"%% {said} %%")
    with pytest.raises(TargetError, match="a private comment"):
        steps.publish()
    steps.vault["e.md"] = DENIED + said
    with pytest.raises(TargetError, match=r"a private text of `e\.md`"):
        steps.publish()


def test_a_private_note_that_changed_meanwhile_is_watched_for():
    """Its new words change nothing that is public, so nothing was printed; the next step must know them."""
    said = "We are going to buy all of their wolpertingers before Wednesday's meeting in Ouagadougou."
    steps = Steps(VAULT)
    steps.vault["private.md"] = said
    assert steps.publish()[1] == []
    steps.printer.more = (Output("more.html", f"<p>{said}</p>".encode()),)
    steps.vault["e.md"] = public("other words")
    with pytest.raises(TargetError, match="not published"):
        steps.publish()


def test_what_was_not_published_was_not_searched():
    """A publish fails after its audit; what was live before has not been searched for what that one knew."""
    said = "We are going to buy all of their wolpertingers before Wednesday's meeting in Ouagadougou."
    steps = Steps({**VAULT, "e.md": public(said)})
    steps.printer.more = (Output("more.html", f"<p>{said}</p>".encode()),)
    steps.vault["a.md"] = public("tulips", permalink="x")
    steps.publish()
    more, steps.printer.more = steps.printer.more, ()
    steps.vault = {"private.md": said}
    with pytest.raises(SetupError):
        steps.publish()
    steps.vault = {**VAULT, "e.md": public("nothing"), "private.md": said}
    steps.printer.more = more
    with pytest.raises(TargetError, match="not published"):
        steps.publish()


def test_the_words_that_excuse_a_private_string_may_be_taken_back():
    """`Wolpertinger` was said by a published note, so it could not alarm; then no published note says it any more."""
    steps = Steps({**VAULT, "e.md": public("About a Wolpertinger."), "Wolpertinger hunting.md": "private"})
    steps.vault["e.md"] = public("About nothing.")
    _, asked = steps.publish()
    assert asked == ["some"]
    assert steps.site.press._guard.watch.find(b"Wolpertinger hunting")


def test_a_watch_follows_what_is_said():
    """A canary is looked for by a word that nobody says; where somebody says all of its words, it says nothing."""
    canaries, text = Canaries(), b"the Wolpertinger of Ouagadougou"
    canaries.put("a.md", [Canary(text.decode(), "a.md", "text")])
    assert canaries.watch.find(text) and canaries.news.find(text)
    canaries.looked()
    for word in (b"ouagadougou", b"wolpertinger", b"the"):
        assert canaries.watch.find(text) and not canaries.news
        canaries.say([], [word])
        canaries.turn()
    assert not canaries.watch.find(text) and not len(canaries.watch)
    canaries.say([b"wolpertinger"], [])
    canaries.turn()
    assert canaries.watch.find(text) and canaries.news.find(text) and len(canaries.news) == 1
    canaries.put("a.md", [])
    assert not len(canaries.watch) and not canaries.news


@pytest.mark.parametrize("others", [0, 20])
def test_a_sign_of_a_canary_is_seen_wherever_the_canary_is(others):
    canaries, text = Canaries(), "the Wolpertinger of Ouagadougou"
    canaries.put("a.md", [Canary(text, "a.md", "text")])
    canaries.put("b.md", [Canary(f"the zebrafish{number} of the lake", "b.md", "text") for number in range(others)])
    written = (text, text.replace(" ", "%20"), text.replace(" ", r"\n"), text.replace("the", "&#116;he"))
    for data in [form.encode() for form in written]:
        for packed in (data, gzip.compress(data)):
            assert canaries.watch.meets(packed)


@pytest.mark.parametrize("is_first", [True, False])
def test_news_are_news_until_somebody_has_looked(is_first):
    """Whoever says them anew, by whichever word they are looked for, and however many have them."""
    canaries = Canaries()
    if not is_first:
        canaries.looked()
    mine, yours = (Canary("the Wolpertinger of Ouagadougou", path, "text") for path in ("a.md", "b.md"))

    def is_news():
        return bool(canaries.news and canaries.news.find(b"<p>the Wolpertinger of Ouagadougou"))

    for path, canary in (("a.md", mine), ("b.md", yours), ("a.md", mine)):
        canaries.put(path, [canary])
        assert is_news()
    canaries.say([], [b"wolpertinger"])
    canaries.turn()
    assert is_news()
    canaries.put("b.md", [])
    assert is_news()
    canaries.looked()
    canaries.put("a.md", [mine])
    assert not is_news() and canaries.watch.find(mine.text.encode())
    canaries.say([b"wolpertinger"], [])
    canaries.turn()
    assert not is_news()


def test_a_canary_of_several_notes_is_looked_for_as_long_as_one_has_it():
    canaries, text = Canaries(Spool(room=0)), b"the Wolpertinger of Ouagadougou"
    for path in ("a.md", "b.md", "c.md"):
        canaries.put(path, [Canary(said, path, "text") for said in (text.decode(), "a W\udcfflpertinger")])
    sign = canaries.sign
    for path in ("b.md", "a.md"):
        canaries.put(path, [])
        assert canaries.watch.find(text).path == ("c.md" if path == "a.md" else "a.md")
    canaries.put("c.md", [])
    assert not canaries.watch and not canaries.watch.find(text) and int(canaries.sign, 16) == 0 != int(sign, 16)


def test_a_watch_looks_at_no_canary_before_its_word_is_met():
    """There may be a million, and they are asked for with every file."""
    watch = Watch(frozenset((b"wolpertinger",)), lambda word: pytest.fail("nobody met it"))
    assert watch and not watch.find(b"About tulips.") and not watch.meets(b"About tulips.")


WORDS = [
    "one",
    "two three",
    "wolpertinger",
    "a %% hidden remark %%",
    "[[b]] said",
    "# Head\n\nx",
    "![[c]]",
    "#tag",
    HOLDS,
]
NAMES = ["a.md", "b.md", "c.md", "Deep/d.md"]
EDITS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(WORDS), max_size=3)), min_size=2, max_size=7
)


@settings(max_examples=40, deadline=None)
@given(EDITS)
def test_whatever_the_steps_the_tree_is_that_of_a_first_time(edits):
    steps = Steps({name: public(f"{name} [[b]]") for name in NAMES} | {"private.md": "wolpertinger"})
    for name, words in edits:
        steps.vault[name] = public(f"{name} " + "\n\n".join(words))
        plan, _ = steps.publish()
    assert plan.held or steps.same_as_a_first_time()


def test_many_random_edits():
    rng = random.Random(3)
    steps = Steps({f"{n}.md": public(f"note {n} [[{n // 2}]] and more", date=f"2024-01-{n + 1:02}") for n in range(20)})
    small = 0
    for number in range(12):
        n = rng.randrange(20)
        steps.vault[f"{n}.md"] = public(
            f"note {n} [[{n // 2}]] and {rng.choice(['more', 'less'])} {number}", date=f"2024-01-{n + 1:02}"
        )
        small += steps.publish()[1] == ["some"]
    assert small == 12 and steps.same_as_a_first_time()


@pytest.mark.parametrize("turn", [1, -1])
def test_who_quarrels_about_two_addresses_is_told_in_the_same_order_always(turn):
    """Incrementally, places come in another order than at first."""
    told = {}
    judge = SimpleNamespace(versions=dict.fromkeys("abc", SimpleNamespace(held=False)), hold=told.__setitem__)
    quarrels = [
        [claims._Claim(path, f"{url}.html", True) for path in paths] for url, paths in (("x", "ab"), ("y", "ac"))
    ]
    claims.Claims(judge, "", "vaultkit", None)._part(quarrels[::turn])
    assert ["`b`" in reason.message for reason in told["a"]] == [True, False] and told.keys() == {*"abc"}
