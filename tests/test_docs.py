"""The documentation is a vault without findings, its links work everywhere, and what it shows is what happens."""

import json
import os
import re
from pathlib import Path

import pytest

import option_page
from casefile import REWRITE
from console import run_command
from pages import DOCS, NOT_RUN, PAGES, PROJECT, blocks, counted, fits, tell
from vaultkit.session import Session

NAMES = [str(page.relative_to(PROJECT)) for page in PAGES]
LINK = re.compile(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)")


def found(folder):
    session = Session.open(str(folder))
    session.refresh()
    result = session.diagnostics()
    return [(item.path, item.rule) for item in result.diagnostics], len(result.paths)


def test_the_documentation_is_a_clean_vault():
    findings, notes = found(DOCS)
    assert findings == []
    assert notes >= 100


def test_in_the_example_four_notes_fail_and_each_in_its_own_way():
    findings, notes = found(DOCS / "example")
    assert findings == [
        ("Reading/Deep Double Descent.md", "section-renamed"),
        ("Reading/Goal Misgeneralisation.md", "link-broken"),
        ("Reading/The Mythical Man-Month.md", "section-missing"),
        ("Reading/The Unreasonable Effectiveness of Mathematics.md", "property-invalid-date"),
    ]
    assert notes == 18


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_a_page_shows_is_what_happens(page, tmp_path):
    seen, shown = tell(page, tmp_path), blocks(page)
    if REWRITE:
        lines = page.read_text(encoding="utf-8").split("\n")
        for number in sorted(seen, reverse=True):
            lines[shown[number].first + 1 : shown[number].last] = seen[number]
        page.write_text("\n".join(lines), encoding="utf-8")
        return
    for number, now in seen.items():
        assert now == shown[number].lines, f"{page.relative_to(PROJECT)}:{shown[number].first + 1}"


def test_the_page_of_options_is_not_stale():
    if REWRITE:
        option_page.PAGE.write_text(option_page.made(), encoding="utf-8")
    assert option_page.PAGE.read_text(encoding="utf-8") == option_page.made(), "VAULTKIT_REWRITE=1 writes it anew"


def test_nearly_everything_is_tried_and_the_rest_says_why_not():
    acts, reasons = counted()
    assert acts["not run"] * 6 < acts.total()
    assert "" not in reasons, f"`{NOT_RUN}` and no reason"


def test_elisions_stand_for_something():
    assert fits(["a …", "…", "z"], ["a b", "x", "y", "z"])
    assert fits(["…", "z"], ["z"])
    assert not fits(["a …"], ["a b", "c"])
    assert not fits(["a … c"], ["a b"])
    assert not fits(["a"], ["a", ""])


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_to_files_and_headings_for_a_code_host_too(page):
    text = re.sub(r"^(`{3,}).*?^\1|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target, heading in LINK.findall(text):
        file = page.parent / target if target else page
        assert os.path.exists(file), target
        assert not heading or heading in anchors(file), f"{target}#{heading}"


def anchors(file):
    """The ids that code hosts give to the headings of a page."""
    titles = re.findall(r"^#+ +(.*)$", Path(file).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_documentation_is_published_whole(tmp_path):
    code, out, _ = run_command(f"vaultkit publish --vault {DOCS} --output {tmp_path / 'site'} --json")
    [target] = json.loads(out)["targets"]
    assert code == 0
    left_out = ("held", "withheld", "unselected", "conflicts", "notices", "error")
    assert {state: target[state] for state in left_out if target[state]} == {}
    assert (tmp_path / "site" / "getting-started.html").exists()
