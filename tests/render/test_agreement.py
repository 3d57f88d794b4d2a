"""The scanner and the renderer see the same note: on real vaults and on generated Markdown.

Ids and addresses are computed from the scanner's facts, and privacy is decided on them, so the page must not show more
than they say, nor lack an anchor that they promise.
"""

import os
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.pages import page_facts
from vaultkit.parse.inline import emptied
from vaultkit.parse.note import parse
from vaultkit.render.anchors import block_id, heading_ids
from vaultkit.render.job import LinkTo, Rendered, RenderJob
from vaultkit.render.markdown import render
from vaultkit.render.syntax import comment
from vaultkit.render.syntax.foreign import LANGUAGES

VAULTS = Path(os.environ.get("VAULTKIT_TEST_VAULTS", "~/.cache/vaultkit-test-vaults")).expanduser()
STRIDE = {"obsidian-help-en": 1, "kepano": 1, "obsidian-hub": 25}


def files(vault):
    root = (VAULTS / vault).resolve()
    return sorted(root.rglob("*.md"))[:: STRIDE[vault]]


def address(key):
    return f"to/{quote(key)}"


def shown_facts(text):
    """A note's facts without those behind a comment that is never closed: nothing of that is on the page."""
    facts = parse(text)
    end = min((comment.span.start for comment in facts.comments if not comment.closed), default=len(text))
    lists = {
        name: tuple(item for item in value if item.span.start < end)
        for name, value in facts._asdict().items()
        if name != "frontmatter"
    }
    return facts._replace(**lists)


def disagreements(text):
    """What the facts and the page say differently, as (what, facts, page)."""
    facts = shown_facts(text)
    body = text[facts.frontmatter.span.end :]
    links = [link for link in facts.links if not link.property and not link.hidden]
    shown = [link.target + link.subpath for link in links if link.kind != "embed"]
    targets = {key: LinkTo(address(key), "x") for key in shown}
    page = render(RenderJob("note.md", body, targets, {}, {}))
    assert isinstance(page, Rendered)
    seen = page_facts(page.html)
    names = heading_ids(item.text for item in facts.headings)
    levels = {name: item.level for name, item in zip(names, facts.headings, strict=True)}
    pairs = {
        "anchors": ([name for name in names if name not in seen.ids], []),
        "headings": ([levels.get(entry.id) for entry in page.toc], [entry.level for entry in page.toc]),
        "links": (Counter(map(address, shown)), Counter(href for href, _ in seen.internal)),
        "tags": ({item.name.lower() for item in facts.tags if not item.hidden}, {tag.lower() for tag in seen.tags}),
        "blocks": ({block_id(item.id) for item in facts.blocks} - seen.ids, set()),
        "tables": ([(item.columns, item.rows) for item in facts.tables], seen.tables),
        "callouts": (
            [(item.type, item.fold) for item in facts.callouts],
            [(kind, fold) for kind, _, fold, _ in seen.callouts],
        ),
        "tasks": ([item.state for item in facts.tasks], [mark for mark, _ in seen.tasks]),
        "math": (len(facts.math), len(seen.math)),
        "languages": (
            [
                item.language.lower().strip("{}.")
                for item in facts.code
                if item.kind != "inline" and item.language.lower() not in LANGUAGES
            ],
            seen.languages,
        ),
    }
    return [(what, said, found) for what, (said, found) in pairs.items() if said != found]


@pytest.mark.parametrize("vault", STRIDE)
def test_real_notes(vault):
    if not (VAULTS / vault).is_dir():
        pytest.skip(f"the vault {vault} is not unpacked here")
    found = {}
    for file in files(vault):
        if differ := disagreements(file.read_bytes().decode("utf-8-sig")):
            found[file.name] = differ
    assert found == {}


_INLINE = (
    "text;word;**bold**;*em*;[[Note]];[[Note#Part]];[t](Note.md);![[pic.png]];#tag;#a/b;%% hidden %%"
    ";<!-- hidden -->;`code`;``a ` b``;$x$;$5;$$y$$;<b>"
    ";https://example.org;==mark==;~~gone~~;2 * 3;a_b_c;[^1];^[inline]"
)
INLINE = _INLINE.split(";")
BLOCKS = [
    "{}",
    "{}\n{}",
    "# {}",
    "## {} ##",
    "{}\n===",
    "- {}\n- {}\n  - {}",
    "1. {}\n\n   {}",
    "- [ ] {}\n- [x] {}",
    "> {}\n> {}",
    "> [!note] {}\n> {}",
    "> [!tip]-\n> > [!bug]+ {}\n> > - [/] {}",
    "| {} | b |\n| --- | --- |\n| 1 | {} |",
    "```js\n{}\n```",
    "~~~\n{}\n\n{}\n~~~",
    "    {}",
    "$$\nx^2\n\ny\n$$",
    "%%\n{}\n\n{}\n%%",
    "<!--\n{}\n\n{}\n-->",
    "<div>\n{}\n</div>",
    "{} ^id1",
    "- {} ^id2",
    "^id3",
    "---",
]


@st.composite
def notes(draw):
    """Blocks with a blank line between them, filled with inline Markdown. The footnote is mentioned, so it is shown."""
    words = st.lists(st.sampled_from(INLINE), min_size=1, max_size=3).map(" ".join)
    blocks = draw(st.lists(st.sampled_from(BLOCKS), max_size=5))
    return "\n\n".join(
        block.format(*(draw(words) for _ in range(block.count("{}")))) for block in ("[^1]", *blocks, "[^1]: {}")
    )


@given(notes())
def test_generated_notes(text):
    assert disagreements(text) == []


@given(notes(), st.sampled_from(["%%{}%%", "%%\n{}\n%%", "\n%%\n\n{}\n\n%%\n", "<!-- {} -->", "<!--\n\n{}\n\n-->"]))
def test_nothing_in_a_comment_is_shown(text, comment):
    """Wherever it stands: in a list, a quote, a table, a heading, an open fence."""
    for place in range(0, len(text) + 1, max(1, len(text) // 6)):
        whole = text[:place] + comment.replace("{}", "KANARIE") + text[place:]
        facts = parse(whole)
        inside = any(whole[slice(*item.span)].count("KANARIE") for item in facts.comments)
        page = render(RenderJob("note.md", whole[facts.frontmatter.span.end :], {}, {}, {}))
        assert not (inside and "kanarie" in repr(page).lower()), whole


def test_what_looks_like_front_matter_in_a_body_hides_no_comment():
    page = render(RenderJob("note.md", "---\na: b %%hidden%%\n---\n\nshown %%hidden%%\n", {}, {}, {}))
    assert "hidden" not in repr(page)
    assert "shown" in page.text


SIGNS = [
    "%%%%",
    "%",
    "a",
    "\n",
    " ",
    "> ",
    "- ",
    "`",
    "```\n",
    "#",
    "$",
    "[[",
    "]]",
    "<!---->",
    "    ",
    "\t",
    "---\n",
    "\\",
]


@given(st.lists(st.sampled_from(SIGNS), max_size=14).map("".join))
def test_what_is_taken_for_emptied_is(body):
    scanned = emptied("\n" + body, parse("\n" + body).comments, 1, len(body) + 1)
    assert comment.emptied(body) == scanned
