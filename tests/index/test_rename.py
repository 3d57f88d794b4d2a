"""Whatever the vault and the move: every link opens what it opened, and nothing but links is touched."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vaultkit.index.link_edits import Lost
from vaultkit.index.link_text import LinkStyle
from vaultkit.index.rename import Rename
from vaultkit.index.resolve import fold
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import Note
from vaultkit.model.text import apply_edits
from vaultkit.parse import canvas
from vaultkit.parse.note import parse

STYLES = [LinkStyle(form) for form in ("shortest", "relative", "absolute")]
STEMS = ["a", "b", "A", "Ä b", "b (1)", "it's", "v1.2"]
FOLDERS = ["", "a/", "b/", "a/b/", "B c/", "a/b/a/"]
NOTES = st.builds("{}{}.md".format, st.sampled_from(FOLDERS), st.sampled_from(STEMS))
FILES = st.one_of(NOTES, NOTES, st.builds("{}p.png".format, st.sampled_from(FOLDERS)))
TARGETS = st.one_of(
    FILES,
    NOTES.map(lambda path: path[:-3]),
    st.sampled_from(STEMS),
    st.builds("{}{}".format, st.sampled_from(["../", "./", "/", "../../"]), NOTES.map(lambda path: path[:-3])),
    FILES.map(lambda path: path.rpartition("/")[2]),
)
FORMS = [
    lambda to: f"see [[{to}]], [[{to}#H|its *text*]] ",
    lambda to: f"![[{to}#x|40x20]]\r\n",
    lambda to: f"[a]({quote(to)}#H%C3%A9) ",
    lambda to: f'[a `b`](<{to}> "t")\n',
    lambda to: f"\n\n| x | y |\n| -- | -- |\n| [[{to}\\|d]] | z |\n\n",
    lambda to: f"%% [[{to}]] %% `[[{to}]]` [[#H]] ",
    lambda to: f"- [[ {to} #^id]]\n",
]
PROPERTIES = [
    lambda to: f'up: "[[{to}|x]]"\n',
    lambda to: "see:\n  - '[[" + to.replace("'", "''") + "]]'\n",
    lambda to: f'deep: {{a: ["[[{to}#H]]"]}} # why\n',
]


@st.composite
def texts(draw):
    properties = [form(draw(TARGETS)) for form in draw(st.lists(st.sampled_from(PROPERTIES), max_size=2, unique=True))]
    body = [form(draw(TARGETS)) for form in draw(st.lists(st.sampled_from(FORMS), max_size=4))]
    return ("---\n" + "".join(properties) + "---\n") * bool(properties) + "".join(body)


@st.composite
def boards(draw):
    cards = [{"type": "file", "file": draw(FILES), "subpath": "#H"}, {"type": "text", "text": 'é "\n' + draw(texts())}]
    return json.dumps({"nodes": cards, "edges": []}, ensure_ascii=draw(st.booleans()))


@st.composite
def vaults(draw):
    files = {fold(path): path for path in draw(st.lists(FILES, min_size=2, max_size=9))}.values()
    held = {path: draw(texts()) if path.endswith(".md") else "" for path in files}
    return held | {"b/c.canvas": draw(boards())}


def links(path, text):
    return (canvas.facts(text) if path.endswith(".canvas") else parse(text)).links


def index_of(vault):
    return VaultIndex(vault, [Note(path, "", parse(text)) for path, text in vault.items() if path.endswith(".md")])


def move(vault, moves, style):
    """The vault after some moves, or the first link that is lost."""
    rename = Rename(index_of(vault), moves, style)
    after = {}
    for path, text in vault.items():
        edits = rename.edits(path, text) if rename.concerns(path, links(path, text)) else ()
        if isinstance(edits, Lost):
            return edits
        after[moves.get(path, path)] = apply_edits(text, edits)
    return after


def opened(vault):
    index = index_of(vault)
    return {
        path: [index.find(link, path).resolution.path for link in links(path, text)] for path, text in vault.items()
    }


def without_targets(path, text):
    """All of a text but what its links say, and of those all but the path."""
    found = links(path, text)
    return [(link.kind, link.subpath, link.display, link.property, link.hidden) for link in found]


@settings(max_examples=250)
@given(vaults(), st.data(), st.sampled_from(STYLES))
def test_every_link_opens_what_it_opened(vault, data, style):
    moves = {}
    for old in data.draw(st.lists(st.sampled_from(sorted(vault)), min_size=1, max_size=3, unique=True)):
        moves[old] = data.draw(NOTES) if old.endswith(".md") else data.draw(FILES) + old[old.rindex(".") :]
    assume(len({fold(moves.get(path, path)) for path in vault}) == len(vault))
    after = move(vault, moves, style)
    assert not isinstance(after, Lost)
    before_opened, after_opened = opened(vault), opened(after)
    for path, text in vault.items():
        there = moves.get(path, path)
        assert without_targets(path, text) == without_targets(there, after[there])
        for was, now in zip(before_opened[path], after_opened[there], strict=True):
            assert was is None or now == moves.get(was, was)
    back = move(after, {new: old for old, new in moves.items()}, style)
    assert not isinstance(back, Lost)
    again = opened(back)
    for path, found in before_opened.items():
        assert all(was is None or was == now for was, now in zip(found, again[path], strict=True))


@settings(max_examples=100)
@given(vaults(), st.data(), st.sampled_from(STYLES))
def test_only_paths_of_links_that_must_change_are_touched(vault, data, style):
    old = data.draw(st.sampled_from(sorted(vault)))
    new = "new folder/" + old.rpartition("/")[2]
    rename = Rename(index_of(vault), {old: new}, style)
    after = VaultIndex(new if path == old else path for path in vault)
    before = index_of(vault)
    for path, text in vault.items():
        edits = rename.edits(path, text)
        assert not isinstance(edits, Lost)
        for edit in edits:
            inside = [link for link in links(path, text) if link.span.start <= edit.span.start < link.span.end]
            assert inside and "|" not in text[slice(*edit.span)] and "#" not in text[slice(*edit.span)]
            assert any(
                (new if (was := before.find(link, path).resolution.path) == old else was)
                != after.find(link, new if path == old else path).resolution.path
                for link in inside
            )


ONE = {"Old.md": "", "x/Other.md": ""}


@pytest.mark.parametrize(
    ("text", "new", "style", "expected"),
    [
        ("[[Old]]", "New.md", "shortest", "[[New]]"),
        ("[[Old]]", "x/Old.md", "shortest", "[[Old]]"),
        ("[[Old.md|x]]", "x/Other one.md", "absolute", "[[x/Other one.md|x]]"),
        ("[[ Old #H | x ]]", "N.md", "shortest", "[[ N #H | x ]]"),
        ("[t](Old.md#a%20b)", "y/N é.md", "relative", "[t](../y/N%20é.md#a%20b)"),
        ("[t](Old)", "y/(N.md", "absolute", "[t](y/%28N)"),
        ("[t](<Old.md>)", "N N.md", "shortest", "[t](<N N.md>)"),
        ("[[Old]]", "y/Other.md", "shortest", "[[y/Other]]"),
        ("[[old]] [[Old]]", "OLD.md", "shortest", "[[old]] [[OLD]]"),
        ("[[Old]]", "N & &amp; é.md", "shortest", "[[N & &amp; é]]"),
        ("[t](Old.md)", "N &amp; x.md", "shortest", "[t](N%20%26amp;%20x.md)"),
        ('---\nup: "[[Old]]" # c\n---\n', 'q"q.md', "shortest", '---\nup: "[[q\\"q]]" # c\n---\n'),
        ("---\nup: '[[Old]]'\n---\n", "q'q.md", "shortest", "---\nup: '[[q''q]]'\n---\n"),
        ("[![[Old]]](x/Other.md) [[Other]]", "Other.md", "shortest", "[![[Other]]](x/Other.md) [[x/Other]]"),
    ],
)
def test_how_links_are_written(text, new, style, expected):
    after = move(ONE | {"z/Note.md": text}, {"Old.md": new}, LinkStyle(style))
    assert not isinstance(after, Lost)
    assert after["z/Note.md"] == expected


def test_a_note_takes_its_own_links_along():
    vault = {"x/N.md": "[[./M]] [up](../R.md) [[#H]] [[N]]", "x/M.md": "", "R.md": "", "N.md": ""}
    after = move(vault, {"x/N.md": "y/deep/P.md"}, LinkStyle())
    assert after["y/deep/P.md"] == "[[M]] [up](R.md) [[#H]] [[N]]"


def test_a_link_that_would_be_caught_by_the_new_name_is_made_sure():
    vault = {"a/N.md": "[[M]]", "b/M.md": "", "Old.md": ""}
    assert move(vault, {"Old.md": "a/M.md"}, LinkStyle())["a/N.md"] == "[[b/M]]"


def test_a_name_that_no_wikilink_can_hold_is_refused():
    lost = move({"Old.md": "", "a.md": "x [[Old]]"}, {"Old.md": "C#.md"}, LinkStyle())
    assert isinstance(lost, Lost)
    assert (lost.path, lost.link.target) == ("a.md", "Old")
    assert move({"Old.md": "", "a.md": "x"}, {"Old.md": "C#.md"}, LinkStyle()) == {"C#.md": "", "a.md": "x"}
