"""Whatever heading gets another text: every link names the place that it named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.index.link_edits import Lost
from vaultkit.index.rename_heading import RenameHeading
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import Heading, Note
from vaultkit.model.text import apply_edits
from vaultkit.parse import canvas
from vaultkit.parse.note import parse

TITLES = ["A", "B", "A B", "**A** b", "é: x", "C#", "it's", "q (1)"]
SUBPATHS = st.lists(
    st.sampled_from(["A", "B", "A B", "A b", "é x", "C", "it's", "^id", "q (1)"]), min_size=1, max_size=2
)
FORMS = [
    lambda to, sub: f"[[{to}{sub}]] ",
    lambda to, sub: f"![[{to}{sub}|text]]\r\n",
    lambda to, sub: f"[t](<{to}{sub}>) ",
    lambda to, sub: f"\n\n| x |\n| -- |\n| [[{to}{sub}\\|d]] |\n\n",
]


@st.composite
def linking(draw):
    made = st.builds(
        lambda form, to, parts: form(to, "".join("#" + part for part in parts)),
        st.sampled_from(FORMS),
        st.sampled_from(["N", "M", "", "x/N.md"]),
        SUBPATHS,
    )
    return "".join(draw(st.lists(made, max_size=4)))


@st.composite
def notes(draw):
    parts = st.builds("{} {}\n\n{}\n\n".format, st.sampled_from(["#", "##", "###"]), st.sampled_from(TITLES), linking())
    return "".join(draw(st.lists(parts, min_size=1, max_size=5))) + "end ^id\n"


def links(path, text):
    return (canvas.facts(text) if path.endswith(".canvas") else parse(text)).links


def index_of(vault):
    return VaultIndex(vault, [Note(path, "", parse(text)) for path, text in vault.items() if path.endswith(".md")])


def renamed(vault, path, number, title):
    rename = RenameHeading(index_of(vault), path, number, title)
    after = {}
    for name, text in vault.items():
        edits = rename.edits(name, text) if rename.concerns(name, links(name, text)) else ()
        if isinstance(edits, Lost):
            return edits
        after[name] = apply_edits(text, edits)
    return after


def named(vault):
    """For each link the file, and the number of the heading, or the block."""
    index, view = index_of(vault), index_of(vault).view()
    found = []
    for path, text in vault.items():
        for link in links(path, text):
            to = view.resolve(link, path)
            place = to.place
            if isinstance(place, Heading):
                place = index.notes[to.path].facts.headings.index(place)
            found.append((to.path, place if isinstance(place, int) else place and place.id, link.display))
    return found


@settings(max_examples=150)
@given(notes(), notes(), linking(), st.data())
def test_every_link_names_what_it_named(note, other, text, data):
    card = {"type": "file", "file": "x/N.md", "subpath": "#" + data.draw(st.sampled_from(TITLES))}
    board = json.dumps({"nodes": [card, {"type": "text", "text": text}]})
    vault = {"x/N.md": note, "M.md": other, "b.canvas": board}
    number = data.draw(st.integers(0, len(parse(note).headings) - 1))
    title = data.draw(st.sampled_from([*TITLES, "New one", 'say "x"', "a | b", "[[M|m]] x"]))
    after = renamed(vault, "x/N.md", number, title)
    if isinstance(after, Lost):
        return
    assert parse(after["x/N.md"]).headings[number].text == title.strip()
    was = named(vault)
    now = [found for found in named(after) if found[:1] != ("M.md",) or found[2] != "m"]
    for before, later in zip([item for item in was if item[:1] != ("M.md",) or item[2] != "m"], now, strict=True):
        assert before[1] is None or before == later


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[N#Old]] [[N#old#Below|x]] [[N#Below]]", "[[N#New one]] [[N#New one#Below|x]] [[N#Below]]"),
        ("[t](x/N.md#Old) [t](<N#Old>)", "[t](x/N.md#New%20one) [t](<N#New one>)"),
        ("---\nup: '[[N#Old]]'\n---\n", "---\nup: '[[N#New one]]'\n---\n"),
        ("| x |\n| -- |\n| ![[N#Old\\|x]] |", "| x |\n| -- |\n| ![[N#New one\\|x]] |"),
        ("[[N#Other]] [[N#^Old]] [[M#Old]] `[[N#Old]]`", "[[N#Other]] [[N#^Old]] [[M#Old]] `[[N#Old]]`"),
    ],
)
def test_how_links_are_written(text, expected):
    vault = {"x/N.md": "# Old\n## Below\nsee [[#Old]]\n", "M.md": text}
    after = renamed(vault, "x/N.md", 0, "New: one")
    assert after == {"x/N.md": "# New: one\n## Below\nsee [[#New one]]\n", "M.md": expected}


def test_a_card_of_a_canvas_follows():
    board = '{"nodes": [{"type": "file", "file": "N.md", "subpath": "#Old"}]}'
    after = renamed({"N.md": "# Old", "b.canvas": board}, "N.md", 0, 'say "x"')
    assert after["b.canvas"] == board.replace("#Old", '#say \\"x\\"')


def test_an_earlier_heading_of_the_new_text_is_told_apart_or_refused():
    note = "# New\n# Top\n## Old\n"
    assert renamed({"N.md": note, "M.md": "[[N#Old]]"}, "N.md", 2, "New")["M.md"] == "[[N#Top#New]]"
    assert isinstance(renamed({"N.md": "# New\n# Old\n", "M.md": "[[N#Old]]"}, "N.md", 1, "New"), Lost)
