"""What the status page chooses and shows, without a browser."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.watched import watched
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.standing import Reason
from vaultkit.model.text import LineIndex, Span
from vaultkit.publish.select import Verdict
from vaultkit.server.status.board import Known, Since, _since
from vaultkit.server.status.choice import Missing, Wish, counts, missing, rows, wish_of
from vaultkit.server.status.excerpt import excerpt
from vaultkit.server.status.page import status_page
from vaultkit.watching.standing import Standing

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=timezone(timedelta(hours=2)))


def finding(path, rule="link-broken", message="there is no note `Dune`", span=(0, 4)):
    return Diagnostic(rule, path, Span(*span), Severity.ERROR, message, label="opens nothing")


def known(**given):
    """A vault with a note in every state; `given` stands instead."""
    states = ("published", "held", "withheld", "scheduled", "denied", "unselected", "gone")
    verdicts = {f"A/{state}.md": Verdict(f"A/{state}.md", state) for state in states}
    verdicts["A/held.md"] = Verdict("A/held.md", "held", (Reason("publish-value", "it says `perhaps`"),))
    found = {
        path: (finding(path), finding(path, "tag-invalid", "no tag"))
        for path in ("A/withheld.md", "A/unselected.md", "B/C/Über.md")
    }
    verdicts["B/C/Über.md"] = Verdict("B/C/Über.md", "unselected")
    facts = {
        "document": Standing("/vaults/mine", lambda: NOW).document(),
        "paths": tuple(verdicts),
        "findings": found,
        "missing": {"A/withheld.md": ("Dune", "X"), "B/C/Über.md": ("dune",)},
        "verdicts": verdicts,
        "urls": {"A/published.md": "a/published.html", "A/held.md": "a/held file.html"},
        "since": {"A/held.md": Since(datetime(2026, 3, 3, 9, 30, tzinfo=UTC), True)},
        "text": lambda path: "Dune\n",
    }
    return Known(**{**facts, **given})


def chosen(**wish):
    return [row.path for row in rows(known(), Wish(**wish))]


def test_every_state_has_its_notes():
    failing = ["A/held.md", "A/withheld.md", "A/unselected.md", "B/C/Über.md"]
    assert chosen() == failing
    for state in ("published", "held", "withheld", "scheduled", "denied"):
        assert chosen(state=state) == [f"A/{state}.md"]
    assert chosen(state="unselected") == ["A/unselected.md", "B/C/Über.md"]
    assert counts(known()) == {
        "failing": 4, "held": 1, "withheld": 1, "published": 1, "scheduled": 1, "denied": 1, "unselected": 2,
    }  # fmt: skip


def test_words_rules_and_folders_narrow_it():
    assert chosen(text="über") == chosen(folder="B") == chosen(folder="B/C") == ["B/C/Über.md"]
    assert chosen(folder="B/") == chosen(text="nowhere") == chosen(rule="nothing") == []
    assert chosen(text="perhaps") == ["A/held.md"]
    assert chosen(text="DUNE", folder="A") == ["A/withheld.md", "A/unselected.md"]
    [row] = rows(known(), Wish(text="no tag", state="withheld"))
    assert [item.rule for item in row.findings] == ["tag-invalid"]
    [row] = rows(known(), Wish(rule="tag-invalid", state="withheld"))
    assert [item.rule for item in row.findings] == ["tag-invalid"]


@given(st.text(max_size=80))
def test_any_query_asks_for_something(query):
    wish = wish_of(query)
    assert wish_of(wish.query().removeprefix("?")) == wish
    assert list(rows(known(), wish)) is not None


def test_a_query_says_only_what_is_asked_for():
    assert Wish().query() == "?"
    assert Wish("held", "link-broken", "A b/c", "ü &").query(page=2) == (
        "?state=held&rule=link-broken&folder=A+b%2Fc&text=%C3%BC+%26&page=2"
    )


def test_what_is_missing_is_one_thing_however_it_is_written():
    assert missing(known()) == [Missing("Dune", ("A/withheld.md", "B/C/Über.md")), Missing("X", ("A/withheld.md",))]


@given(st.text(max_size=400), st.integers(0, 420), st.integers(0, 420))
def test_an_excerpt_is_a_part_of_a_line(text, start, length):
    shown = excerpt(LineIndex(text), Span(start, start + length))
    assert not any(char in shown.before + shown.marked + shown.after for char in "\n\r\0\u202e\u2028")
    assert len(shown.before) <= 62 * 10 and len(shown.marked) <= 122 * 10 and len(shown.after) <= 82 * 10


def test_an_excerpt_of_a_long_line():
    text = f"first\n{'a' * 100}[[Dune]]{'b' * 100}"
    shown = excerpt(LineIndex(text), Span(106, 114))
    assert shown == (2, 101, "…" + "a" * 60, "[[Dune]]", "b" * 80 + "…")
    assert excerpt(LineIndex(""), Span(0, 0)).is_empty


def test_since_when_a_note_is_held():
    day = [NOW - timedelta(days=number) for number in range(5)]
    history = [(day[1], {"a", "b"}), (day[2], {"a", "b"}), (day[3], {"b"})]
    assert _since("a", history, NOW) == Since(day[2], True)
    assert _since("b", history, NOW) == Since(day[3], False)
    assert _since("c", history, NOW) == Since(NOW, True)
    assert _since("c", [], NOW) == Since(NOW, False)


def page(**given):
    return status_page(known(**given), "", NOW, "1").decode()


def test_whatever_notes_hold_is_only_shown():
    evil = "<script>alert(1)</script>"
    path = f'A/"{evil}\udcff\u202e.md'
    found = {path: (finding(path, message=f"no `{evil}` & \x07 \u202e", span=(0, 30)),)}
    html = page(
        findings=found,
        missing={path: (f"{evil}</script>\u2028",)},
        verdicts={path: Verdict(path, "held", (Reason("x", evil),))},
        text=lambda path: f"{evil}\u202e `x`\n",
        since={},
        urls={path: f'"{evil}'},
    )
    assert "alert(1)" in html and evil not in html and "</script>\\u2028" not in html
    assert "\u202e" not in html and "\x07" not in html and "\udcff" not in html
    assert 'href="/%22%3Cscript' in html


def test_the_page_is_bounded_however_much_is_wrong():
    paths = [f"Notes/{number:05}.md" for number in range(1000)]
    found = {path: tuple(finding(path, message=f"no {number}") for number in range(120)) for path in paths}
    html = page(findings=found, missing={path: (path,) for path in paths})
    assert html.count('class="entry') == 50 and "1,002 notes" in html and "and 20 more" in html
    assert len(html) < 8_000_000


def test_a_held_note_says_since_when_and_leads_to_its_page():
    html = page()
    assert '<time datetime="2026-03-03T11:30:00+02:00">3 Mar</time>' in html
    assert 'href="/a/held%20file.html"' in html and "it says <code>perhaps</code>" in html


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("watching", "Watching"),
        ("scanning", "Looking every few seconds (it went away)"),
        ("paused", "Paused: it went away."),
    ],
)
def test_it_says_how_it_watches(mode, words):
    document = {**known().document, "mode": mode, "why": "it went away"}
    html = page(document=document)
    assert words in html and f'data-mode="{mode}"' in html


def test_what_is_wrong_around_the_notes_is_told():
    trouble = {"message": "there is no key `rulez`", "where": "vaultkit.yaml:1", "help": "did you mean `rules`?"}
    failed = {"error": {"message": "cannot publish here", "where": "site", "help": ""}}
    html = page(document={**known().document, "trouble": trouble, "targets": [failed, {"error": None}]})
    assert "there is no key <code>rulez</code>" in html and "did you mean <code>rules</code>?" in html
    assert "cannot publish here" in html


def test_a_note_that_breaks_is_held_from_then_on(tmp_path):
    with watched(tmp_path, {"Public/Home.md": "# Home\n", "Public/Other.md": "[[Home]]\n"}) as vault:
        vault.write("Public/Other.md", "[[Nowhere]] ![[Nothing]]\n")
        vault.look()
        now = vault.board.now()
        assert now.missing == {"Public/Other.md": ("Nowhere", "Nothing")}
        since = now.since["Public/Other.md"]
        assert since.exact
        vault.write("Public/Home.md", "# Home\n\nWords.\n")
        vault.look()
        assert vault.board.now().since["Public/Other.md"] == since
        assert vault.board.now().missing == now.missing
        vault.write("Public/Other.md", "[[Home]]\n")
        vault.look()
        assert not vault.board.now().since and not vault.board.now().missing


def test_an_earlier_run_is_remembered_by_the_editions(tmp_path):
    with watched(tmp_path, {"Public/Home.md": "# Home\n", "Public/Other.md": "[[Home]]\n"}) as vault:
        for text in ("[[Nowhere]]\n", "[[Nowhere]] still\n"):
            vault.write("Public/Other.md", text)
            vault.write("Public/Home.md", text.replace("Nowhere", "Other"))
            vault.look()
    with watched(tmp_path, {}) as vault:
        assert vault.board.now().since["Public/Other.md"].moment < datetime.now(UTC)
        assert vault.board.now().since["Public/Other.md"].exact


def test_nothing_is_known_before_the_first_look():
    document = Standing("/vaults/mine", lambda: NOW).document()
    html = status_page(Known(document), "", NOW, "1").decode()
    assert "Looking at the vault for the first time" in html and "Every link leads somewhere" in html
