"""What notes hold, in a real browser: nothing in them runs, diagrams are drawn, canvases move, no rule is broken."""

import json
import time

import pytest

from browser.chromium import EXECUTABLE, Chromium
from browser.sites import write
from editions import edition, page
from publish.vaults import fresh_site, public
from render.test_hostile import PLACES, VECTORS, rendered

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="no Chromium on this machine")

DIAGRAMS = {
    "flowchart": "graph TD\n  A[Start] -->|yes| B(End)",
    "sequence": "sequenceDiagram\n  Ann->>Bob: Hello",
    "class": "classDiagram\n  Animal <|-- Duck\n  class Duck { +swim() }",
    "stateDiagram": "stateDiagram-v2\n  [*] --> Still",
    "gantt": "gantt\n  dateFormat YYYY-MM-DD\n  One :a1, 2024-01-01, 10d",
    "pie": 'pie title Pets\n  "Dogs" : 3\n  "Cats" : 2',
    "mindmap": "mindmap\n  root((mind))\n    One",
    "er": "erDiagram\n  CUSTOMER ||--o{ ORDER : places",
}
DRAWN = "!document.querySelector('.diagram-desk')"
CANVAS = {
    "nodes": [
        {"id": "a", "type": "text", "text": "# Card\n\nsee [[Other]]", "x": 0, "y": 0, "width": 300, "height": 200},
        {"id": "b", "type": "file", "file": "Other.md", "x": 1500, "y": 900, "width": 300, "height": 200, "color": "4"},
    ],
    "edges": [{"id": "e", "fromNode": "a", "toNode": "b", "label": "to"}],
}


@pytest.fixture(scope="module")
def browser():
    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address():
    site = fresh_site()
    blocks = "\n\n".join(f"```mermaid\n{source}\n```" for source in (*DIAGRAMS.values(), "no diagram at all"))
    site.publish(
        {
            "Diagrams.md": public(blocks),
            "Other.md": public("words"),
            "Board.canvas": json.dumps(CANVAS).encode(),
            "Canvas.md": public("before\n\n![[Board.canvas]]\n\nafter"),
            "Plain.md": public("words"),
        }
    )
    return site.output.as_uri()


def test_nothing_that_a_note_says_runs(browser, tmp_path):
    """Every vector in every place, on a page without the policy that would stop it: only the renderer protects here."""
    parts = [rendered(place.replace("{}", vector)).html for place in PLACES.values() for vector in VECTORS]
    page = tmp_path / "page.html"
    ran = "".join(f"window.{name}=()=>document.title='ran';" for name in ("alert", "confirm", "prompt", "print"))
    page.write_text(
        f"<!doctype html><meta charset=utf-8><title>quiet</title><script>{ran}</script>\n" + "\n".join(parts), "utf-8"
    )
    view = browser.page(page.as_uri())
    view.ask("document.querySelectorAll('details').forEach((item) => item.toggleAttribute('open'))")
    events = "['mouseover', 'click', 'focus', 'toggle', 'error']"
    view.ask(
        "document.querySelectorAll('body *:not(a)').forEach((item) =>"
        f" {events}.forEach((name) => item.dispatchEvent(new Event(name))))"
    )
    time.sleep(0.3)
    assert view.ask("document.title") == "quiet"
    assert view.ask("document.querySelectorAll('body script, iframe, object, embed, form, style, base').length") == 0
    ways = view.ask("[...document.querySelectorAll('[href]')].map((item) => item.protocol)")
    assert set(ways) <= {"http:", "https:", "mailto:", "file:"}
    asked = [url for url in view.requests() if url.startswith("http")]
    assert asked == []
    view.close()


def test_diagrams_are_drawn_in_both_themes_and_break_no_rule(browser, address):
    for dark in (False, True):
        view = browser.page(f"{address}/diagrams.html", dark=dark)
        drawn = (
            "[...document.querySelectorAll('.diagram svg')].map((item) => item.getAttribute('aria-roledescription'))"
        )
        view.until(f"{drawn}.length === {len(DIAGRAMS)} && {DRAWN}")
        assert [name for name, kind in zip(DIAGRAMS, view.ask(drawn), strict=True) if not kind.startswith(name)] == []
        assert view.ask("document.querySelector('pre.mermaid').textContent.trim()") == "no diagram at all"
        assert view.ask("[...document.querySelectorAll('.diagram svg')].every((item) => item.clientHeight > 20)")
        assert view.complaints() == []
        assert [url for url in view.requests() if not url.startswith((address, "data:"))] == []
        view.close()


FULL = """[...document.querySelectorAll('.diagram')].filter(
  (item) => item.clientHeight > 20 && item.querySelector('svg')?.textContent.trim()).length"""


def test_diagrams_follow_the_theme_however_fast_it_changes(browser, address):
    view = browser.page(f"{address}/diagrams.html")
    node = "document.querySelector('.diagram .node rect')"
    colour = f"{node} && getComputedStyle({node}).fill"
    light = view.until(colour)
    view.until(f"document.querySelectorAll('.diagram').length === {len(DIAGRAMS)} && {DRAWN}")
    sheets = view.ask("document.adoptedStyleSheets.length")
    for clicks, wanted in ((2, "!=="), (4, "==="), (5, "!==")):
        view.ask(f"for (let n = 0; n < {clicks}; n++) document.querySelector('button.theme').click()")
        view.until(f"({colour}) {wanted} {json.dumps(light)} && {DRAWN}")
        assert view.ask(FULL) == len(DIAGRAMS), clicks
    assert view.ask("document.adoptedStyleSheets.length") == sheets
    assert view.complaints() == []
    view.close()


# The contrast of two colours as they are painted, given as functions of a page.
CONTRAST = """((one, other) => {
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0.05);
  const [more, less] = [light(one), light(other)].sort((a, b) => b - a);
  return more / less;
})"""
FILL = "getComputedStyle(document.querySelector('{}')).fill"
PAPER = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_colours_of_diagrams_are_told_from_the_paper_and_bear_their_words(browser, address, dark):
    view = browser.page(f"{address}/diagrams.html", dark=dark)
    view.until(f"document.querySelectorAll('.diagram').length === {len(DIAGRAMS)} && {DRAWN}")
    root, node = (f".mindmap-node.section-{name}" for name in ("root", "0"))
    for ground, words in [
        (f"{root} circle", f"{root} text"), (f"{node} path", f"{node} text"), (".pieCircle", ".slice"),
        (".task", ".taskText"),
    ]:  # fmt: skip
        assert view.ask(f"{CONTRAST}({FILL.format(ground)}, {FILL.format(words)})") >= 4.5, ground
        assert view.ask(f"{CONTRAST}({FILL.format(ground)}, {PAPER})") >= 1.5, ground
    slices = view.ask("[...document.querySelectorAll('.pieCircle')].map((item) => getComputedStyle(item).fill)")
    assert len(set(slices)) == 2
    middle = "(({left, right}) => (left + right) / 2)(document.querySelector('%s').getBoundingClientRect())"
    assert abs(view.ask(middle % f"{root} circle") - view.ask(middle % f"{root} text")) < 1
    view.close()


def test_a_preview_names_a_diagram_instead_of_its_source(browser, address):
    view = browser.page(f"{address}/diagrams.html", 1280, 900)
    view.until(f"document.querySelectorAll('.diagram').length === {len(DIAGRAMS)} && {DRAWN}")
    view.ask("""document.querySelector('.prose').prepend(
      Object.assign(document.createElement('a'), { href: '#here', textContent: 'a diagram' }))""")
    view.ask("document.querySelectorAll('.diagram')[1].id = 'here'")
    view.point(*view.middle(".prose a"))
    card = "document.querySelector('.preview:popover-open')"
    assert view.until(f"{card}?.textContent") == "Diagram"
    view.ask("document.querySelector('.prose > pre').id = 'source'; document.querySelector('.prose a').hash = 'source'")
    view.point(5, 5)
    view.until(f"{card} === null")
    view.point(*view.middle(".prose a"))
    assert view.until(f"{card}?.textContent") == "Diagram"
    view.close()


def test_without_a_script_a_diagram_is_its_source_and_a_canvas_is_there(browser, address):
    view = browser.page(f"{address}/diagrams.html", script=False)
    assert view.ask("document.querySelectorAll('pre.mermaid').length") == len(DIAGRAMS) + 1
    view.go(f"{address}/canvas.html")
    assert view.ask("document.querySelectorAll('.canvas foreignObject').length") == 2
    view.close()


def test_a_canvas_is_made_smaller_and_moved(browser, address):
    view = browser.page(f"{address}/canvas.html", 1280, 800)
    frame, width = "document.querySelector('.canvas')", "document.querySelector('.canvas svg').clientWidth"
    assert view.ask(f"{frame}.scrollWidth > {frame}.clientWidth")
    before = view.ask(width)
    view.ask("[...document.querySelectorAll('.canvas-buttons button')].at(-1).click()")
    assert view.ask(width) < before and view.ask(f"{frame}.scrollWidth <= {frame}.clientWidth")
    assert view.ask("document.documentElement.scrollWidth <= innerWidth")
    assert view.ask("document.querySelector('.canvas a.internal').getAttribute('href')") == "other.html"
    assert view.complaints() == []
    view.close()


def test_a_button_is_called_what_stands_on_it(browser, address):
    view = browser.page(f"{address}/canvas.html", 1280, 800)
    said = "[...document.querySelectorAll('.canvas-buttons button')].map((one) => [one.textContent, one.ariaLabel])"
    assert [name for text, name in view.ask(said) if text.isascii() and text[0].isdigit() and text not in name] == []
    view.close()


def test_only_pages_that_need_it_load_more(browser, address):
    view = browser.page(f"{address}/plain.html")
    assert not [url for url in view.requests() if "mermaid" in url or "content.js" in url]
    view.close()


def test_boxes_strikes_and_lines_of_formulas_are_drawn(browser, tmp_path):
    note = r"""
$$\boxed{x} \cancel{y} \sout{z} \textbf{b}$$

$$\begin{array}{c|c} a & b \\ \hline c & d \end{array}$$

$$E = mc^2 \tag{7}$$

$$\lim_{x} f$$
"""
    view = browser.page(f"{write(tmp_path, edition(page('Formulas.md', note))).as_uri()}/formulas.html")

    def styles(selector, name):
        return view.ask(f"[...document.querySelectorAll('.prose {selector}')].map((e) => getComputedStyle(e).{name})")

    assert styles(".math-box", "borderTopWidth") == ["1px"]
    assert ["gradient" in image for image in styles("[class^=strike]", "backgroundImage")] == [True, True]
    assert styles("mtext", "fontWeight") == ["700"]
    assert styles("mtd", "borderRightWidth") == ["1px", "0px", "1px", "0px"]
    assert styles("mtd", "borderTopWidth") == ["0px", "0px", "1px", "1px"]
    box = "document.querySelector('.prose {}').getBoundingClientRect()"
    numbered = box.format("math:has(+ .math-number)")
    assert view.ask(f"{box.format('.math-number')}.left > {numbered}.right + 100")
    block = box.format(".math:has(> .math-number)")
    assert view.ask(f"Math.abs({numbered}.left + {numbered}.right - {block}.left - {block}.right) < 4")
    assert view.ask(f"{box.format('munder mi')}.top > {box.format('munder mo')}.top + 10")
    view.close()
