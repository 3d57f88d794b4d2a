"""What a page shows agrees with the published facts of Obsidian, case by case."""

import json
from pathlib import Path

import pytest

from render.pages import page_facts, tree
from vaultkit.parse.frontmatter import read
from vaultkit.parse.inline import plain
from vaultkit.render.anchors import block_id, heading_ids
from vaultkit.render.job import LinkTo, Rendered, RenderJob
from vaultkit.render.markdown import render

SUITE = Path(__file__).parents[3] / "shared" / "conformance" / "public.json"


def suite():
    if not SUITE.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the conformance cases are not beside the project"))]
    found = json.loads(SUITE.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=case["id"]) for case in found if case.get("note", "").endswith(".md")]


@pytest.mark.parametrize("case", suite())
def test_page_agrees(case):
    text, expect = case["files"][case["note"]].removeprefix("\ufeff"), case["expect"]
    body = text[read(text)[0].span.end :]
    linked = [link for link in expect.get("links", ()) if "property" not in link]
    targets = {key(link): LinkTo(f"{n}.html", default_display(link)) for n, link in enumerate(linked)}
    strict = json.loads(case["files"].get(".obsidian/app.json", "{}")).get("strictLineBreaks", False)
    page = render(RenderJob(case["note"], body, targets, {}, {}, strict))
    assert isinstance(page, Rendered)
    facts = page_facts(page.html)
    check_text(page, expect)
    check_blocks(page, facts, expect)
    check_inline(facts, expect, hidden="%%" in body, has_front_matter=body != text)
    check_links(facts, expect, linked, targets, hidden="%%" in body)


def key(link):
    return link["target"] + link["subpath"]


def default_display(link):
    return " > ".join(part for part in (link["target"], *link["subpath"].split("#")) if part)


def shown(link):
    display = link.get("display", default_display(link))
    return plain(display) if link["kind"] == "markdown" else display


def check_text(page, expect):
    for key in ("text_contains", "comments_removed_text_contains"):
        for words in expect.get(key, ()):
            assert words in page.text
        for words in expect.get(key + "_not", ()):
            assert words not in page.text
            assert words not in page.html
    if "rendered_lines" in expect:
        (paragraph,) = (node for node in tree(page.html).all() if node.tag == "p")
        lines = [""]
        for child in paragraph.children:
            if isinstance(child, str):
                lines[-1] += child.replace("\n", " ")
            else:
                lines.append("")
        assert [line.strip() for line in lines] == expect["rendered_lines"]


def check_blocks(page, facts, expect):
    if "headings" in expect:
        names = heading_ids(text for _, text in expect["headings"])
        shown = [(level, name) for (level, _), name in zip(expect["headings"], names, strict=True)]
        assert [(entry.level, entry.id) for entry in page.toc] == shown
        assert set(names) <= facts.ids
    if "blocks" in expect:
        assert {block_id(name) for name in expect["blocks"]} <= facts.ids
    if "tables" in expect:
        assert facts.tables == [tuple(table) for table in expect["tables"]]
    if "callouts" in expect:
        assert facts.callouts == [
            (item["type"], plain(item["title"]), item["fold"], item.get("metadata", "")) for item in expect["callouts"]
        ]
    if "tasks" in expect:
        assert facts.tasks == [(mark, plain(text)) for mark, text in expect["tasks"]]
    if "code_languages" in expect:
        assert facts.languages == [language.lower() for language in expect["code_languages"]]


def check_inline(facts, expect, *, hidden, has_front_matter):
    if "math" in expect:
        assert facts.math == [item["kind"] for item in expect["math"]]
    if "highlights" in expect:
        assert facts.highlights == [plain(text) for text in expect["highlights"]]
    if "footnotes" in expect:
        notes = expect["footnotes"]
        assert facts.references == len(notes["refs"]) + len(notes["inline"])
        assert facts.footnotes == len(set(notes["refs"])) + len(notes["inline"])
    if "tags" in expect:
        shown = {tag.lower() for tag in facts.tags}
        assert shown <= {tag.lower() for tag in expect["tags"]}
        if not hidden and not has_front_matter:
            assert shown == {tag.lower() for tag in expect["tags"]}


def check_links(facts, expect, linked, targets, *, hidden):
    if "links" in expect and not hidden:
        texts = [link for link in linked if link["kind"] != "embed"]
        assert [text for _, text in facts.internal] == [shown(link) for link in texts]
        assert [href for href, _ in facts.internal] == [targets[key(link)].href for link in texts]
    if "external" in expect:
        allowed = [url for url in expect["external"] if url.startswith(("http:", "https:", "mailto:"))]
        assert facts.external == allowed
