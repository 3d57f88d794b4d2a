"""What is printed, with the backgrounds off as browsers have it: nothing is cut, twice, or too pale to be read."""

import json
import re

import pytest

from browser.chromium import EXECUTABLE
from browser.sites import write
from browser.test_content import CANVAS, DRAWN
from editions import edition, page
from publish.vaults import fresh_site, public

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="no Chromium on this machine")

PAPER = 640
"""The width of a sheet of A4 without its margins, in pixels."""


@pytest.fixture
def printed(browser, tmp_path):
    """A page with some text, as it is printed."""
    views = []

    def show(text, **given):
        folder = write(tmp_path, edition(page("A.md", text)))
        views.append(browser.page(f"{folder.as_uri()}/a.html", PAPER, 900, **given))
        views[-1].medium("print")
        return views[-1]

    yield show
    for view in views:
        view.close()


def sheets(view):
    return len(re.findall(rb"/Type /Page\b", view.paper()))


def test_what_is_a_background_and_says_something_is_printed(printed):
    view = printed("==light==\n\n- [x] done\n- [/] begun\n\n> [!tip] A tip\n> With text.\n")
    for selector in ("mark", ".task input", ".callout-title"):
        assert view.ask(f"getComputedStyle(document.querySelector('.prose {selector}')).printColorAdjust") == "exact"


def test_the_chosen_theme_is_not_printed(printed):
    view = printed("==light==")
    ground = "getComputedStyle(document.querySelector('mark')).backgroundColor"
    light = view.ask(ground)
    view.ask("document.documentElement.dataset.theme = 'dark'")
    assert view.ask(ground) == light


@pytest.mark.parametrize("columns", [3, 14])
def test_a_wide_table_fits_the_sheet(printed, columns):
    cells = ["antidisestablishmentarianism" * 3, *(f"some words {n}" for n in range(columns - 1))]
    view = printed(f"{'| Column ' * columns}|\n{'|--' * columns}|\n| {' | '.join(cells)} |\n")
    assert view.ask("document.querySelector('table').getBoundingClientRect().right") <= PAPER
    assert view.ask("getComputedStyle(document.querySelector('.prose .table') ?? document.body).overflowX") == "visible"


@pytest.mark.parametrize("number", ["", "\\tag{7}"], ids=["plain", "numbered"])
def test_a_wide_formula_fits_the_sheet(printed, number):
    terms = " + ".join(f"\\frac{{a_{{{n}}}}}{{b_{{{n}}}}}" for n in range(22))
    view = printed(f"$$ {terms} {number} $$\n\n$$x$$\n")
    size = "[...document.querySelectorAll('div.math')].map((box) => getComputedStyle(box).fontSize)"
    assert view.ask("getComputedStyle(document.querySelector('div.math')).overflowX") == "visible"
    before = view.ask(size)
    view.ask("dispatchEvent(new Event('beforeprint'))")
    assert view.ask("document.documentElement.scrollWidth") <= PAPER
    assert view.ask(size)[1] == before[1], "what fits stays as it is"
    view.medium("screen")
    assert len(set(view.ask(size))) == 1


LONG = {
    "table": "| A | B |\n|--|--|\n" + "| one | two |\n" * 30,
    "code": "```\n" + "one\n" * 45 + "```\n",
    "callout": "> [!note] A\n" + "> one\n>\n" * 24,
}


@pytest.mark.parametrize("kind", LONG)
def test_what_is_longer_than_the_first_sheet_begins_on_it(printed, kind):
    assert sheets(printed(LONG[kind])) == 2


def test_an_address_that_stands_there_is_not_told_again(printed):
    view = printed(
        "https://example.org/é <https://example.org/b> [https://example.org/c](https://example.org/c)"
        " [words](https://example.org/d) ![](https://example.org/e.png) ![words](https://example.org/f.png)"
    )
    told = "[...document.querySelectorAll('.prose a')].map((a) => getComputedStyle(a, '::after').content !== 'none')"
    assert view.ask(told) == [False, False, False, True, False, True]


@pytest.fixture(scope="module")
def drawings():
    site = fresh_site()
    site.publish(
        {
            "Diagram.md": public("```mermaid\ngraph TD\n  A[Start] --> B(End)\n```"),
            "Other.md": public("words"),
            "Board.canvas": json.dumps(CANVAS).encode(),
            "Canvas.md": public("![[Board.canvas]]"),
        }
    )
    return site.output.as_uri()


def test_a_diagram_of_the_dark_is_printed_for_paper(browser, drawings):
    view = browser.page(f"{drawings}/diagram.html", dark=True)
    view.until(f"document.querySelector('.diagram svg') && {DRAWN}")
    filtered = "getComputedStyle(document.querySelector('.diagram svg')).filter !== 'none'"
    assert not view.ask(filtered)
    view.medium("print")
    assert view.ask(filtered)
    view.ask("document.documentElement.dataset.theme = 'light'")
    view.until(f"!({filtered}) && {DRAWN}")
    view.close()


def test_a_canvas_is_printed_whole_and_without_its_buttons(browser, drawings):
    view = browser.page(f"{drawings}/canvas.html", PAPER, 900)
    view.medium("print")
    assert view.ask("document.querySelector('.canvas svg').getBoundingClientRect().right") <= PAPER
    assert view.ask("((frame) => frame.scrollHeight <= frame.clientHeight)(document.querySelector('.canvas'))")
    assert not view.ask("document.querySelector('.canvas-buttons').checkVisibility()")
    view.close()
