"""The documentation is a vault without findings, and its consoles show what really happens."""

import os
import re
from pathlib import Path

import pytest

from casefile import REWRITE
from console import run_command, standing_in
from vaultkit.session import Session

PROJECT = Path(__file__).parent.parent
PAGES = [
    PROJECT / "README.md",
    *sorted((PROJECT / "docs").glob("*.md")),
    *sorted((PROJECT / "docs").glob("[!e]*/**/*.md")),
]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def found(folder):
    session = Session.open(str(folder))
    session.refresh()
    result = session.diagnostics()
    return [(item.path, item.rule) for item in result.diagnostics], len(result.paths)


def test_the_documentation_is_a_clean_vault():
    findings, notes = found(PROJECT / "docs")
    assert findings == []
    assert notes >= 8


def test_in_the_example_four_notes_fail_and_each_in_its_own_way():
    findings, notes = found(PROJECT / "docs" / "example")
    assert findings == [
        ("Reading/Deep Double Descent.md", "section-renamed"),
        ("Reading/Goal Misgeneralisation.md", "link-broken"),
        ("Reading/The Mythical Man-Month.md", "section-missing"),
        ("Reading/The Unreasonable Effectiveness of Mathematics.md", "property-invalid-date"),
    ]
    assert notes == 18


def seen(console):
    """The console with what its commands print now, standard error last."""
    lines = []
    with standing_in(PROJECT):
        for line in console.splitlines():
            if line.startswith("$ "):
                _, out, err = run_command(line.removeprefix("$ "))
                lines += [line, *out.splitlines(), *err.splitlines()]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_consoles_show_what_happens(page):
    text = page.read_text(encoding="utf-8")
    now = CONSOLE.sub(lambda block: f"```console\n{seen(block[1])}```", text)
    if REWRITE:
        page.write_text(now, encoding="utf-8")
    else:
        assert now == text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_to_files(page):
    targets = LINK.findall(re.sub("`[^`]*`", "", page.read_text(encoding="utf-8")))
    assert [target for target in targets if not os.path.exists(page.parent / target)] == []
