"""Whatever changes in a vault, the index names every question whose answer changed, and answers as a new one would."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.index.vault_index import VaultIndex
from vaultkit.index.view import IndexView
from vaultkit.model.note import NO_FACTS, Block, Facts, Footnote, FrontMatter, Heading, Link, Note, Tag
from vaultkit.model.text import Span

PATHS = ("Dune.md", "x/Dune.md", "x/Dunes.md", "y/dune.md", "Log.md", "x/y/Log.md", "Dune.png", "x/Log", "X/dune.md")
TARGETS = ("", "Dune", "Dnue", "x/Dune", "./Dune", "../Log", "/Log", "Dune.png", "log", "Lgo.md", "Du%6Ee", "Dunes")
SUBPATHS = ("", "#A", "#B", "#A#B", "#^one", "#^ONE", "#[^1]", "#C")
PROPERTIES = ({}, {"id": "a"}, {"id": "b", "aliases": ["Arrakis"]}, {"id": 1, "aliases": "arrakis"}, {"id": ["a"]},
              {"ID": "2024-02-03", "tags": ["Book", "book/poem"]})  # fmt: skip
TAGS = ((), (), ("book",), ("Book/Poem",), ("BOOK/poem", "film"))


@st.composite
def facts(draw, kinds="hhblleef"):
    """Facts of some text: headings, blocks, footnotes and links one after the other."""
    at = draw(st.integers(0, 3))
    headings, blocks, footnotes, links = [], [], [], []
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=6)):
        span = Span(at, at + 5)
        at += 10
        if kind == "h":
            headings.append(Heading(draw(st.integers(1, 3)), draw(st.sampled_from(("A", "B", "a."))), span, span.start))
        elif kind == "b":
            id_ = draw(st.sampled_from(("one", "One", "two")))
            blocks.append(Block(id_, "paragraph", span._replace(end=span.end + draw(st.sampled_from((0, 10)))), span))
        elif kind == "f":
            footnotes.append(Footnote("definition", draw(st.sampled_from("12")), span))
        else:
            target, subpath = draw(st.sampled_from(TARGETS)), draw(st.sampled_from(SUBPATHS))
            links.append(
                Link(
                    "embed" if kind == "e" else draw(st.sampled_from(("wikilink", "embed", "markdown"))),
                    target,
                    subpath or "#A" * (not target),
                    None,
                    span,
                )
            )
    properties = draw(st.sampled_from(PROPERTIES))
    front = FrontMatter("valid" if properties else "none", Span(0, 0), properties)
    tags = tuple(Tag(name, Span(at, at + 5)) for name in draw(st.sampled_from(TAGS)))
    return Facts(front, tuple(headings), tuple(links), tags, blocks=tuple(blocks), footnotes=tuple(footnotes))


@st.composite
def notes(draw):
    path = draw(st.sampled_from([path for path in PATHS if path.endswith(".md")]))
    unreadable = draw(st.integers(0, 9)) == 0
    return Note(path, draw(st.text("01", max_size=2)), NO_FACTS if unreadable else draw(facts()), unreadable)


def placeless(answer):
    """An answer without the spans of places in other notes, which are no part of it."""
    if isinstance(answer, Heading):
        return answer.level, answer.text
    if isinstance(answer, Block | Footnote):
        return answer._replace(span=None, **({"id_span": None} if isinstance(answer, Block) else {}))
    if isinstance(answer, Link):
        return answer.target, answer.subpath
    if isinstance(answer, tuple) and not isinstance(answer, Note):
        return tuple(map(placeless, answer))
    return answer


def questions():
    """Every question that can be asked here, as a function of a view."""
    for number, (source, target) in enumerate(product(PATHS[2:6], TARGETS)):
        for subpath in (SUBPATHS[number % 3], SUBPATHS[number % 5 + 3]):
            yield "resolve", (Link("wikilink", target, subpath or "#B" * (not target), None, Span(0, 1)), source)
        yield "near_names", (target, source)
    for source in PATHS:
        yield "note", (source,)
        yield "backlinks", (source,)
        yield "linked_subpaths", (source,)
        yield "shortest", (source, "Log.md")
        for subpath in SUBPATHS:
            yield "embeds", (source, subpath)
            yield "near_places", (source, subpath)
    yield "resolve", (Link("path", "x/Dune.md", "#A", None, Span(0, 1)), "Board.canvas")
    for value in ("a", "b", 1, ["a"], "1"):
        yield "holders", ("id", value)
    for name in ("Arrakis", "ARRAKIS", "Dune"):
        yield "aliased", (name,)
        yield "named", (f"{name}.md",)
    for path in PATHS:
        yield "same_elsewhere", (path,)
    for folder in ("x", "x/y", "y", "z"):
        yield "first_file_in", (folder,)
    for name in ("id", "Id", "aliases", "tags"):
        yield "usual_type", (name,)
    for tag in ("book", "BOOK/POEM", "book/other", "film", "nothing"):
        yield "usual_spelling", (tag,)


QUESTIONS = list(questions())


def answers(index, asked=QUESTIONS):
    """The answers to all questions and the keys that each asked."""
    found = []
    for method, arguments in asked:
        view = IndexView(index)
        answer = getattr(view, method)(*arguments)
        found.append((placeless(answer), frozenset(view.asked)))
    return found


edits = st.lists(st.one_of(notes(), st.sampled_from(PATHS).map(lambda path: (path,))), min_size=1, max_size=3)


def apply(index, edit):
    if isinstance(edit, Note):
        return index.replace(edit.path, edit)
    (path,) = edit
    if path in index.notes:
        return index.replace(path, None)
    return index.remove_file(path) if path in index.files else index.add_file(path)


@settings(max_examples=10, deadline=None)
@given(st.lists(notes(), max_size=5), edits)
def test_what_was_let_go_of_is_found_out_again(start, changes):
    index = VaultIndex(PATHS, {note.path: note for note in start}.values())
    before = answers(index)
    index.let_go()
    assert answers(index) == before
    index.let_go()
    for edit in changes:
        apply(index, edit)
    assert answers(index) == answers(VaultIndex(index.files, index.notes.values()))


@settings(max_examples=40, deadline=None)
@given(st.lists(notes(), max_size=5), st.lists(st.sampled_from(PATHS), max_size=4), edits, st.booleans())
def test_every_changed_answer_has_its_key_returned(start, files, changes, asked_before):
    start = {note.path: note for note in start}.values()
    index = VaultIndex(files, start)
    before = answers(VaultIndex(files, start) if not asked_before else index)
    keys = set()
    for edit in changes:
        keys |= apply(index, edit)
    after = answers(index)
    for question, (old, asked), (new, _) in zip(QUESTIONS, before, after, strict=True):
        assert old == new or asked & keys, question
    fresh = answers(VaultIndex(index.files, index.notes.values()))
    for question, mine, other in zip(QUESTIONS, after, fresh, strict=True):
        assert mine == other, question


INSIDE = [
    *(("embeds", ("Dune.md", subpath)) for subpath in SUBPATHS),
    *(("near_places", ("Dune.md", subpath)) for subpath in SUBPATHS),
    *(("resolve", (Link("wikilink", "Dune", subpath, None, Span(0, 1)), "Log.md")) for subpath in SUBPATHS),
]


@settings(max_examples=200, deadline=None)
@given(facts("hhbeef"), facts("hhbeef"), st.data())
def test_places_in_one_note(old, new, data):
    if data.draw(st.booleans()):  # the same headings in another order
        order = data.draw(st.permutations(old.headings))
        spans = [heading.span for heading in old.headings]
        headings = [heading._replace(span=span) for heading, span in zip(order, spans, strict=True)]
        new = old._replace(headings=tuple(headings))
    elif data.draw(st.booleans()):  # blocks that end elsewhere
        size = data.draw(st.sampled_from((5, 15, 25)))
        new = old._replace(
            blocks=tuple(block._replace(span=Span(block.span.start, block.span.start + size)) for block in old.blocks)
        )
    index = VaultIndex((), [Note("Dune.md", "1", old)])
    before = answers(index, INSIDE)
    keys = index.replace("Dune.md", Note("Dune.md", "2", new))
    for question, (was, asked), (now, _) in zip(INSIDE, before, answers(index, INSIDE), strict=True):
        assert was == now or asked & keys, question


def test_a_body_edit_concerns_nobody_who_links_here():
    heading = Heading(1, "A", Span(0, 3), 2)
    link = Link("wikilink", "Dune", "#A", None, Span(10, 20))
    none = FrontMatter("none", Span(0, 0), {})
    dune = Note("Dune.md", "1", Facts(none, (heading,)))
    index = VaultIndex((), [dune, Note("Log.md", "1", Facts(none, links=(link,)))])
    view = index.view()
    assert view.resolve(link, "Log.md").place == heading
    view.backlinks("Dune.md")
    moved = Note("Dune.md", "2", Facts(none, (heading._replace(span=Span(9, 12), text_start=11),)))
    assert not index.replace("Dune.md", moved) & view.asked
