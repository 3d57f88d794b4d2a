"""Published facts of Obsidian on published pages: each link leads to the page and the place that the case names, or is
text; each anchor is there; nothing hidden is."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from publish.pictures import PICTURES
from publish.vaults import fresh_site, snapshot
from render.pages import page_facts, tree
from vaultkit.index.file_kinds import ending
from vaultkit.parse.note import parse
from vaultkit.publish.address import href
from vaultkit.publish.assets import PUBLISHABLE, Shelf
from vaultkit.publish.manifest import Manifest
from vaultkit.publish.store import Live
from vaultkit.render.anchors import block_id, heading_ids

SUITE = Path(__file__).parents[3] / "shared" / "conformance" / "public.json"


def suite():
    if not SUITE.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the conformance cases are not beside the project"))]
    found = json.loads(SUITE.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=case["id"]) for case in found if case.get("note", "").endswith(".md")]


def content(path, text):
    """A file of a case as it would be in a vault: attachments are empty there, and pictures must be some."""
    if path.lower().endswith(".md"):
        return text.removeprefix("\ufeff")
    return text.encode() or PICTURES.get(f"x.{ending(path)}", PICTURES.get(ending(path), b"GIF89a"))


def published(case):
    """The edition of a case's vault with everything selected."""
    vault = {path: content(path, text) for path, text in case["files"].items() if not path.startswith(".")}
    strict = json.loads(case["files"].get(".obsidian/app.json", "{}")).get("strictLineBreaks", False)
    offered = snapshot(vault, strict_breaks=strict)
    site = fresh_site(select={"path": "**"})
    return site.press.proof(offered, Live(0, Manifest()), Shelf(offered, Manifest())).edition


def place(link, case):
    """The id of the place that a link names on its page, "" for the page itself."""
    if not link.get("subpath_ok") or "subpath_line" not in link:
        return ""
    text = case["files"][link["resolves_to"]].removeprefix("\ufeff")
    last = link["subpath"].rpartition("#")[2]
    facts = parse(text)
    if last.startswith("^"):
        return block_id(next(block.id for block in facts.blocks if block.id.lower() == last[1:].lower()))
    lines = [text.count("\n", 0, heading.span.start) for heading in facts.headings]
    if link["subpath_line"] not in lines:
        return ""
    return heading_ids(heading.text for heading in facts.headings)[lines.index(link["subpath_line"])]


@pytest.mark.parametrize("case", suite())
def test_page_leads_where_the_case_says(case):
    edition, expect = published(case), case["expect"]
    page = edition.pages.get(case["note"])
    if page is None:
        assert expect.get("frontmatter_state") == "invalid" or "properties" in expect, "nothing else keeps a note back"
        return
    seen = page_facts(page.body.html)
    names = heading_ids(text for _, text in expect.get("headings", ()))
    assert set(names) | {block_id(name) for name in expect.get("blocks", ())} <= seen.ids
    for words in (*expect.get("text_contains_not", ()), *expect.get("comments_removed_text_contains_not", ())):
        assert words not in page.body.html and words not in page.body.text
    for words in (*expect.get("text_contains", ()), *expect.get("comments_removed_text_contains", ())):
        assert words in page.body.text
    if "links" in expect and "%%" not in case["files"][case["note"]]:
        check_links(page, edition, case)


def check_links(page, edition, case):
    """The links of the body, in order: where each leads, and that what it leads to is there."""
    links = [link for link in case["expect"]["links"] if link["kind"] != "embed" and "property" not in link]
    wanted = [link for link in links if link.get("resolves_to") in edition.pages]
    shown = re.sub(r'<div class="(?:embed|base)">.*</div>', "", page.body.html, flags=re.DOTALL)
    assets = {href(page.url, asset.url) for asset in edition.assets}
    led = [way for way, _ in page_facts(shown).internal if way.partition("#")[0] not in assets]
    cycles = [link for link in case["expect"]["links"] if link["kind"] == "embed" and link["resolves_to"] == page.path]
    if cycles:
        return  # an embed of what it stands in is a link, too
    assert len(led) == len(wanted)
    for way, link in zip(led, wanted, strict=True):
        target = edition.pages[link["resolves_to"]]
        path, _, fragment = way.partition("#")
        assert path == ("" if fragment and target is page else href(page.url, target.url))
        ids = {node.attributes.get("id") for node in tree(target.body.html).all()}
        assert not fragment or unquote(fragment) in ids
        if link.get("subpath_ok") and link.get("subpath"):
            assert fragment and unquote(fragment) == (place(link, case) or unquote(fragment))
        elif "subpath_ok" in link:
            assert not fragment
    for link in links:
        path = link.get("resolves_to")
        assert not path or ending(path) not in PUBLISHABLE or path in {asset.path for asset in edition.assets}
