"""Canvases and bases on pages: what they show, and that they show nothing but the publish set."""

import json

import pytest

from publish.forms import Form
from publish.vaults import fresh_site, public, snapshot
from render.pages import tree
from vaultkit.publish.assets import Shelf
from vaultkit.publish.manifest import Manifest
from vaultkit.publish.store import Live

BOOKS = """
filters:
  and:
    - file.inFolder("Books")
    - rating > 2
formulas:
  stars: '"*".repeat(rating)'
  hidden: secret
properties:
  formula.stars: {displayName: Stars}
views:
  - type: table
    name: All
    order: [file.name, author, rating, formula.stars, formula.hidden, secret]
    sort: [{property: rating, direction: DESC}]
    summaries: {rating: Average}
  - type: cards
    name: Covers
    image: cover
    order: [file.name, rating]
  - type: list
    name: Line
    markers: number
    order: [file.name, author]
  - type: table
    name: Grouped
    groupBy: {property: author, direction: ASC}
    order: [file.name]
  - type: table
    name: Here
    filters: list(author).contains(this)
    order: [file.name]
  - type: map
    name: Map
    order: [file.name]
"""
NAMES = ("title", "date", "tags", "author", "rating", "cover")
PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
VAULT = {
    "Books/Ten.md": public("text", rating=10, author='"[[Ann]]"', secret="word-of-mine", cover='"[[dot.gif]]"'),
    "Books/Nine.md": public("text", rating=9, author="Bob"),
    "Books/One.md": public("text", rating=1),
    "Books/Private.md": "---\nrating: 8\n---\nmarmalade-secret\n",
    "Ann.md": public("![[Books.base#Here]]"),
    "Books.base": BOOKS.encode(),
    "dot.gif": PIXEL,
}


def proof(vault, **given):
    site = fresh_site(properties=NAMES, **given)
    offered = snapshot(vault)
    return site.press.proof(offered, Live(0, Manifest()), Shelf(offered, Manifest()))


def page(text, more=None):
    made = proof({**VAULT, **(more or {}), "A.md": public(text)})
    return made.edition.pages["A.md"].body, made


def rows(html):
    return [[cell.text for cell in row.children] for row in tree(html).all() if row.tag == "tr"]


# Bases


def test_a_table_shows_what_fits_in_its_order():
    body, made = page("![[Books.base]]")
    assert rows(body.html) == [
        ["file name", "author", "rating", "Stars", "hidden"],
        ["Ten", "Ann", "10", "*" * 10, ""],
        ["Nine", "Bob", "9", "*" * 9, ""],
        ["", "", "Average: 9.5", "", ""],
    ]
    assert '<a class="internal" href="books/ten.html">Ten</a>' in body.html
    assert '<a class="internal" href="ann.html">Ann</a>' in body.html
    assert [item.message for item in made.notices if item.path == "A.md"] == [
        "shows the view `All` without `secret`, which no `publish.properties` names"
    ]


def test_a_filter_sees_tags_that_are_not_shown():
    views = "views:\n  - type: table\n    filters: file.hasTag('book') && file.tags.contains('#book')\n"
    formulas = "formulas:\n  has: if(file.hasTag('book'), 'y', 'n')\n"
    base = f"{views}    order: [file.name, file.tags, formula.has]\n{formulas}"
    vault = {
        "Shown.md": public("text #book"),
        "Hidden.md": public("text", tags="[book]"),
        "A.md": public("![[b.base]]"),
    }
    offered = snapshot({**vault, "b.base": base.encode()})
    site = fresh_site(properties=("title",))
    made = site.press.proof(offered, Live(0, Manifest()), Shelf(offered, Manifest()))
    assert rows(made.edition.pages["A.md"].body.html) == [
        ["file name", "file tags", "has"],
        ["Hidden", "", "n"],
        ["Shown", "#book", "y"],
    ]


def test_cards_lists_and_groups():
    body, _ = page("![[Books.base#Covers]]\n\n![[books.base#line]]\n\n![[Books.base#Grouped]]")
    assert body.html.count('<ul class="cards">') == 1 and body.html.count("<img") == 1
    assert "<ol>\n<li>" in body.html
    groups = [node.text for node in tree(body.html).all() if node.attributes.get("class") == "base-group"]
    assert groups == ["Ann", "Bob"]


def test_this_is_the_note_that_shows_the_base():
    made = proof(VAULT)
    assert rows(made.edition.pages["Ann.md"].body.html) == [["file name"], ["Ten"]]


def test_a_base_in_a_code_block():
    block = "```base\nfilters: rating == 9\nviews:\n  - type: table\n    order: [file.name]\n```"
    quoted = "> [!note]\n" + "\n".join(f"> {line}" for line in block.split("\n"))
    indented = "- item\n\n" + "\n".join(f"  {line}" for line in block.split("\n"))
    for text in (block, quoted, indented):
        assert rows(page(text)[0].html) == [["file name"], ["Nine"]], text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("![[Books.base#Nothing]]", "has no view `Nothing`"),
        ("![[Books.base#Map]]", "as a table, since there are no views of the kind `map`"),
        ("```base\nviews: 5\n```", "cannot be read"),
        ("```base\nfilters: explode()\n```", "calls `explode()`"),
        ("```base\nviews:\n  - type: table\n    order: [file.mtime]\n```", "`file.mtime`"),
    ],
)
def test_what_cannot_be_shown_is_said_on_the_page_and_told(text, said):
    body, made = page(text)
    assert 'class="left-out"' in body.html
    assert any(said in item.message for item in made.notices)


def test_readers_are_not_told_what_stands_in_a_base():
    body, made = page('```base\nfilters: explode("plan-of-mine")\nviews:\n  - type: "table"\n    name: Here\n```')
    assert "plan-of-mine" not in body.html and "cannot be computed" in body.text
    assert any("plan-of-mine" in item.message for item in made.notices)


def test_a_base_that_never_ends_ends():
    slow = "[1,2,3,4,5,6,7,8,9].map(" * 12 + "1" + ")" * 12
    body, made = page(f"```base\nformulas:\n  f: '{slow}'\nviews:\n  - type: table\n    order: [formula.f]\n```")
    assert any("takes too long" in item.message for item in made.notices) and "cannot be computed" in body.text


# Canvases


def canvas(*nodes, edges=()):
    shaped = [{"id": str(number), "x": 300 * number, "y": 0, "width": 250, "height": 100} | node
              for number, node in enumerate(nodes)]  # fmt: skip
    return json.dumps({"nodes": shaped, "edges": [{"id": f"e{n}"} | edge for n, edge in enumerate(edges)]}).encode()


HIDDEN = "%%note-to-myself%% <script>alert(1)</script>"
BOARD = canvas(
    {"type": "text", "text": f"# Big\n\nsee [[Ten]] and [[Private]]\n\n{HIDDEN}", "color": "1"},
    {"type": "file", "file": "Books/Ten.md"},
    {"type": "file", "file": "Books/Private.md"},
    {"type": "link", "url": "https://example.org/"},
    {"type": "link", "url": "javascript:alert(1)"},
    {"type": "group", "label": "Shelf <b>", "color": "#aabbcc"},
    {"type": "file", "file": "dot.gif"},
    {"type": "file", "file": "Books.base", "subpath": "#Line"},
    {"type": "sticker", "text": "unknown"},
    edges=[
        {"fromNode": "0", "toNode": "1", "label": "leads to"},
        {"fromNode": "0", "toNode": "2", "label": "to-the-private-one"},
        {"fromNode": "3", "toNode": "nobody"},
    ],
)  # fmt: skip


def test_a_canvas_shows_its_cards_and_lines():
    body, made = page("before\n\n![[Board.canvas]]\n\nafter", {"Board.canvas": BOARD})
    cards = [node for node in tree(body.html).all() if node.tag == "g"]
    classes = [node.attributes["class"] for node in cards]
    assert classes == [
        "canvas-group", "canvas-edge", "canvas-card canvas-text color-1", "canvas-card canvas-file",
        "canvas-card canvas-link", "canvas-card canvas-link", "canvas-card canvas-file", "canvas-card canvas-file",
    ]  # fmt: skip
    assert cards[0].attributes["color"] == "#aabbcc" and cards[0].text == "Shelf <b>"
    assert cards[1].text == "leads to"
    assert '<a class="internal" href="books/ten.html">Ten</a>' in body.html
    assert "<ol>" in body.html and "<img" in body.html and 'href="https://example.org/"' in body.html
    assert "canvas" in body.features
    assert "javascript:" not in body.html and "<script" not in body.html
    assert [item.message for item in made.notices] == [
        "The card of a canvas that links to `javascript:alert(1)` is empty, since that is not on the web.",
        "embeds `Books/Private.md`, which is not published",
    ]


def test_a_tag_on_a_card_leads_nowhere():
    """No note has it, so there may be no list to lead to."""
    card = {"id": "1", "type": "text", "text": "a #zz b", "x": 0, "y": 0, "width": 9, "height": 9}
    board = json.dumps({"nodes": [card]}).encode()
    site = fresh_site()
    site.publish({"a.md": public("![[C.canvas]]"), "C.canvas": board})
    assert '<span class="tag">#zz</span>' in site.body("a.md")


def test_nothing_private_is_in_what_boards_make():
    site = fresh_site(properties=NAMES)
    site.publish({**VAULT, "Board.canvas": BOARD, "A.md": public("[[Board.canvas]] ![[Board.canvas]] [[Books.base]]")})
    said = site.text().decode("utf-8", "replace")
    for canary in ("marmalade", "word-of-mine", "note-to-myself", "to-the-private-one", "books/private"):
        assert canary not in said.lower(), canary
    assert {"board-canvas.html", "books-base.html"} <= site.files().keys()
    assert not any(path.endswith((".canvas", ".base")) for path in site.files())


def test_a_board_has_a_page_while_a_note_links_to_it():
    site = fresh_site(properties=NAMES)
    vault = {**VAULT, "Board.canvas": BOARD}
    site.publish({**vault, "A.md": public("[[Board.canvas|the board]]")})
    assert 'href="board-canvas.html">the board</a>' in site.body("A.md")
    assert "canvas-card" in site.files()["board-canvas.html"].decode()
    site.publish({**vault, "A.md": public("nothing")})
    assert "board-canvas.html" not in site.files()
    before = site.files()
    assert not site.publish({**vault, "A.md": public("nothing")}).files.write and site.files() == before


def test_the_page_of_a_board_counts_as_no_note():
    site = fresh_site(properties=NAMES)
    plan = site.publish({**VAULT, "Board.canvas": BOARD, "A.md": public("[[Board.canvas]] [[Books.base]]")})
    assert "board-canvas.html" in plan.files.write
    assert plan.changed == () and not {"Board.canvas", "Books.base"} & {*plan.new}
    plan = site.publish({**VAULT, "Board.canvas": canvas(), "A.md": public("[[Board.canvas]] [[Books.base]]")})
    assert "board-canvas.html" in plan.files.write
    assert plan.new == () and not {"Board.canvas", "Books.base"} & {*plan.changed}


def test_a_note_keeps_its_address_from_a_board():
    made = proof({"Board canvas.md": public("x"), "Board.canvas": BOARD, "A.md": public("[[Board.canvas]]")})
    assert "Board.canvas" not in made.edition.pages
    assert made.edition.pages["A.md"].body.html == "<p>Board.canvas</p>\n"


def test_boards_that_show_each_other_end():
    first = canvas({"type": "file", "file": "Two.canvas"}, {"type": "file", "file": "A.md"})
    second = canvas({"type": "file", "file": "One.canvas"})
    vault = {"One.canvas": first, "Two.canvas": second, "A.md": public("![[One.canvas]] [[Two.canvas]] [[One.canvas]]")}
    made = proof(vault)
    for path in ("A.md", "One.canvas", "Two.canvas"):
        assert made.edition.pages[path].body.html.count("<svg") <= 4, path


@pytest.mark.parametrize(
    "board",
    [
        b"",
        b"\xff\xfe",
        b'{"nodes": 5}',
        b"[" * 100_000,
        canvas({"type": "text", "text": 5}, {"type": "file"}, {"type": "link", "url": None}, {"type": []}),
        canvas({"type": "text", "text": "x", "x": 1e308, "width": -5, "height": 1e400, "color": '"><script>'}),
        canvas({"type": "group", "label": ["x"], "x": "left", "color": 7}, edges=[{"fromNode": "0", "toNode": "0"}]),
        canvas(*({"type": "text", "text": "x"} for _ in range(1000))),
    ],
)
def test_a_strange_canvas_does_no_harm(board):
    body, _ = page("before\n\n![[Board.canvas]]\n\nafter", {"Board.canvas": board})
    assert body.text.startswith("before") and body.text.endswith("after") and "<script" not in body.html


def test_a_board_that_is_excluded_is_not_shown():
    site = fresh_site(properties=NAMES)
    vault = {**VAULT, "A.md": public("![[Books.base]] [[Books.base]]")}
    site.publish(vault, excluded=lambda path: path == "Books.base")
    assert "file name" not in site.body("A.md") and "books-base.html" not in site.files()


def test_what_looks_like_the_place_of_a_canvas_is_no_canvas():
    text = '<div id="slot:0">x</div>\n\n`<div id="slot:0"></div>` <b title=\'<div id="slot:0"></div>\'>y</b>'
    body, _ = page(f"{text}\n\n![[Board.canvas]]", {"Board.canvas": BOARD})
    assert body.html.count("<svg") == 1


def test_a_board_has_its_address_in_the_style_of_the_notes():
    vault = {**VAULT, "My Books.base": BOOKS.encode(), "A.md": public("[[My Books.base]]")}
    made = proof(vault, slug={"style": "quartz4"})
    assert made.edition.pages["My Books.base"].url == "My-Books.base.html"
    assert 'href="My-Books.base.html"' in made.edition.pages["A.md"].body.html


def test_a_board_whose_address_is_a_notes_gets_no_page():
    made = proof({**VAULT, "Books base.md": public("x"), "A.md": public("[[Books.base]]")})
    assert "Books.base" not in made.edition.pages
    assert [item.message for item in made.notices if item.path == "Books.base"] == [
        "gets no page, since its address, `books-base.html`, is that of another"
    ]


CARDS = (
    b'{"nodes": [{"id": "1", "type": "text", "text": "a card", "x": 0, "y": 0, "width": 9, "height": 9},'
    b'{"id": "2", "type": "file", "file": "Books/Private.md", "x": 0, "y": 0, "width": 9, "height": 9}]}'
)
BOARD_TEXT = """
words [[Folder/Wall.canvas]]

![[Folder/Wall.canvas]]

![[Books.base#All]]

```base
views: [{type: table, order: [file.name]}]
```
"""


@pytest.mark.parametrize("kind", ["jekyll", "hugo", "markdown"])
@pytest.mark.parametrize("body", ["markdown", "html"])
def test_other_forms_show_boards_as_html_or_say_that_they_do_not(tmp_path, kind, body):
    form = Form(tmp_path, kind, body=body)
    plan = form.publish({**VAULT, "Folder/Wall.canvas": CARDS, "A.md": public(BOARD_TEXT)})
    written = b"".join(form.files().values()).decode()
    said = [item.message for item in plan.notices if item.path == "A.md"]
    assert ("a card" in written) == (body == "html")
    assert ("embeds `Folder/Wall.canvas`, which cannot be written in Markdown" in said) == (body == "markdown")
    assert "Private" not in written and "marmalade" not in written
    assert ("Folder" in written) == (body == "html")  # only there it has a page, whose address tells the folder
    assert any("wall" in path.lower() for path in form.files()) == (body == "html")
