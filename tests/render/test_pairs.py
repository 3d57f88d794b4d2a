"""The scanner and the renderer see the same two blocks, whichever they are and wherever they stand: what ends a block,
and what goes on with it, is where the two could differ most."""

import itertools
import re
from collections import Counter

import pytest

from render.pages import page_facts, tree
from render.test_agreement import address, shown_facts
from vaultkit.parse.grammar import unnamed
from vaultkit.render.anchors import block_id, heading_ids
from vaultkit.render.job import EmbedTo, LinkTo, Rendered, RenderJob
from vaultkit.render.markdown import render
from vaultkit.render.syntax.foreign import LANGUAGES

KINDS = {
    "words": "? [[?]] #t?",
    "quote": "> ? #t?\n> ?",
    "callout": "> [!note] ?\n> ? #t?",
    "title": "> [!tip]- ?",
    "list": "- ?\n- ? [[?]]",
    "tasks": "- [ ] ?\n- [x] ?",
    "numbers": "1. ?\n2. ?",
    "later numbers": "2. ? #t?\n3. ?",
    "nested": "- ?\n  - ?\n    ? #t?",
    "nested by tabs": "- ?\n\t- [ ] ?\n\t\t- ?",
    "table": "| ? | [[?\\|?]] |\n| --- | --- |\n| ? | #t? |",
    "bare table": "?|#t?|b\n-|-|-\n? | ?",
    "fence": "```js\n? [[?]]\n```",
    "tildes": "~~~\n? #t?\n~~~",
    "open fence in an item": "- ?\n  ```\n  ? #t?",
    "formula": "$$\n?\n$$",
    "formula on a line": "$$x$$",
    "escaped sign": "\\*#t? ?",
    "dollars": "? $5 in\n[[?]] 5$ more",
    "comment": "%%\n? #h?\n%%",
    "comment on a line": "%%?%%",
    "HTML comment": "<!-- ? -->",
    "long HTML comment": "<!--\n?\n-->",
    "footnote": "[^1]: ? [[?]]",
    "heading": "## ?",
    "underlined": "?\n---",
    "hyphens": "---",
    "stars": "***",
    "div": "<div>?</div>",
    "tag alone": "<br>",
    "inline HTML": "<b>?</b> ?",
    "details": "<details><summary>?</summary>",
    "own id": "^idx",
    "words with id": "? ^idy",
    "item with id": "- ?\n- ? ^idz",
    "set in": "    ? #t?",
    "embed": "![[?.png]]",
    "paragraph in item": "- ?\n\n  ? #t?",
    "heading in item": "- # ?",
    "code in quote": "> ```\n> ? #t?\n> ```",
    "callouts": "> [!a] ?\n> > [!b]+ ?\n> > - [/] ?",
    "empty item": "-",
    "pipe": "? | ?\n|",
}
PLACES = {
    "alone": ("\n", ""),
    "in a quote": ("> ", "> "),
    "in a callout": ("> [!note] T\n> ", "> "),
    "in an item": ("- top\n  ", "  "),
}
KNOWN = {
    ("footnote", "footnote"),  # only the first of an id is shown
}
"""Pairs on which the two differ still."""


def disagreements(text):
    """What the facts and the page say differently, as (what, facts, page)."""
    facts = shown_facts(text)
    links = [link for link in facts.links if not link.hidden]
    keys = [link.target + link.subpath for link in links if link.kind != "embed"]
    embeds = [link.target for link in links if link.kind == "embed"]
    names = [tag.name for tag in facts.tags if not tag.hidden]
    to = {link.target + link.subpath: LinkTo(address(link.target + link.subpath), unnamed(link)) for link in links}
    pictures = {key: EmbedTo("image", address(key), "x") for key in embeds}
    page = render(RenderJob("note.md", text, to, pictures, {name: address(name) for name in names}))
    assert isinstance(page, Rendered)
    seen, nodes = page_facts(page.html), list(tree(page.html).all())
    ids = heading_ids(item.text for item in facts.headings)
    pairs = {
        "headings": (
            [(name, item.level) for name, item in zip(ids, facts.headings, strict=True)],
            [(node.attributes["id"], int(node.tag[1])) for node in nodes if _is_heading(node)],
        ),
        "links": (Counter(map(address, keys)), Counter(href for href, _ in seen.internal)),
        "embeds": (
            Counter(map(address, embeds)),
            Counter(node.attributes["src"] for node in nodes if node.tag == "img"),
        ),
        "tags": (Counter(names), Counter(seen.tags)),
        "tasks": ([item.state for item in facts.tasks], [mark for mark, _ in seen.tasks]),
        "callouts": ([(item.type, item.fold) for item in facts.callouts], [(one[0], one[2]) for one in seen.callouts]),
        "tables": ([(item.columns, item.rows) for item in facts.tables], seen.tables),
        "languages": (
            [item.language for item in facts.code if item.kind != "inline" and item.language not in LANGUAGES],
            seen.languages,
        ),
        "blocks": ({block_id(item.id) for item in facts.blocks} - seen.ids, set()),
        "math": ([item.kind for item in facts.math], seen.math),
    }
    return [(what, said, found) for what, (said, found) in pairs.items() if said != found]


def _is_heading(node):
    return re.fullmatch("h[1-6]", node.tag) and "id" in node.attributes


def filled(block, number):
    """The block with a word of its own at every `?`."""
    count = itertools.count()
    return re.sub(r"\?", lambda _: f"w{number}{next(count)}q", block)


@pytest.mark.parametrize("place", PLACES)
def test_two_blocks(place):
    first, others = PLACES[place]
    found = []
    for number, (one, two) in enumerate(itertools.product(KINDS, repeat=2)):
        apart = place == "alone" or number % 3 == 0  # an empty line parts most of them, wherever they stand
        for ends in ("\n", "\n\n")[: 1 + apart]:
            text = filled(KINDS[one], 1) + ends + filled(KINDS[two], 2)
            if "footnote" in (one, two):
                text = "Top[^1]\n\n" + text
            text = first + text.replace("\n", "\n" + others)
            if (one, two) not in KNOWN and (differ := disagreements(text)):
                found.append((one, two, text, differ[0]))
    assert not found, f"{len(found)}\n" + "\n".join(map(repr, found[:200]))
