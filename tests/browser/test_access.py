"""Pages for everyone: by keyboard, by screen reader, on paper, in both themes, at every width, without a jump."""

import gzip
import json
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from browser.chromium import EXECUTABLE
from browser.sites import png, write
from editions import edition, page
from publish.vaults import fresh_site, public

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="no Chromium on this machine")

KINDS = {
    "home": "index.html",
    "note": "reading/attention.html",
    "everything": "everything.html",
    "right to left": "שלום.html",
    "folder": "reading/index.html",
    "folders": "folders/index.html",
    "recent": "recent/index.html",
    "tags": "tags/index.html",
    "tag": "tags/mind.html",
    "graph": "graph.html",
    "missing": "no/such/page.html",
}
WIDTHS = (390, 820, 1440)
BUDGET = 30_000
"""Bytes of a text page, compressed, with all that it loads but images."""


@pytest.fixture(scope="module")
def axe():
    """The source of axe-core."""
    found = find_spec("axe_playwright_python")
    if not found or not found.submodule_search_locations:
        pytest.skip("axe-core is not installed")
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8")


def violations(view, axe):
    """What axe finds: rule, impact, and the elements."""
    view.ask(f"{axe}; true")
    found = view.ask("axe.run(document, {resultTypes: ['violations']}).then((all) => JSON.stringify(all.violations))")
    return [(item["id"], item["impact"], [node["html"][:120] for node in item["nodes"]]) for item in json.loads(found)]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(browser, shown, axe, kind, dark):
    view = browser.page(f"{shown}/{KINDS[kind]}", 1440, 900, dark=dark)
    if "graph" in kind or kind in ("note", "everything"):
        view.until("!!document.querySelector('.graph canvas')")
    assert violations(view, axe) == []
    view.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_what_opens(browser, shown, axe, dark):
    view = browser.page(f"{shown}/everything.html", 390, 844, dark=dark)
    assert violations(view, axe) == []
    view.click("button.menu")
    assert violations(view, axe) == []
    view.key("Escape")
    view.key("/")
    view.until("!!document.querySelector('dialog[open]')")
    view.type("attention")
    view.until("!!document.querySelector('.found mark')")
    assert violations(view, axe) == []
    view.key("Escape")
    view.resize(1440, 900)
    view.ask("document.querySelector('.prose a[href^=reading]').scrollIntoView({block: 'center', behavior: 'instant'})")
    view.point(*view.middle(".prose a[href^='reading']"))
    view.until("!!document.querySelector('.preview:popover-open')")
    assert violations(view, axe) == []
    view.close()


SHIFTS = """
new Promise((told) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => told(sum), 400);
})
"""


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_jumps_complains_or_leaves(browser, shown, kind):
    for width in WIDTHS:
        view = browser.page(f"{shown}/{KINDS[kind]}", width, 800)
        assert view.ask(SHIFTS) == 0, width
        assert view.ask("document.documentElement.scrollWidth") <= width, width
        assert [url for url in view.requests() if not url.startswith((shown, "data:", "about:"))] == []
        heard = view.complaints()
        assert [item for item in heard if kind != "missing" or "404" not in item] == []
        view.close()


def test_a_jump_would_be_noticed(browser, shown):
    view = browser.page(f"{shown}/everything.html", 1440, 800)
    view.ask("document.querySelector('main').prepend(Object.assign(document.createElement('p'), {textContent: 'x'}))")
    assert view.ask(SHIFTS) > 0
    view.close()


@pytest.mark.parametrize("alike", [True, False], ids=["its own ratio", "another"])
def test_an_image_is_as_wide_and_high_as_the_note_says(browser, tmp_path, alike):
    wanted = (320, 200) if alike else (320, 400)
    site = fresh_site()
    size = "x".join(map(str, wanted))
    site.publish({"A.md": public(f"![[picture.png|{size}]]\n\nText."), "picture.png": png(640, 400)})
    box = "(({width, height}) => [width, height])(document.querySelector('.prose img').getBoundingClientRect())"
    for width in (1280, 220):
        view = browser.page(f"{site.output.as_uri()}/a.html", width, 800)
        view.until("document.querySelector('.prose img').complete")
        across, down = view.ask(box)
        assert across == min(wanted[0], view.ask("document.querySelector('.prose').getBoundingClientRect().width"))
        assert abs(across * wanted[1] / wanted[0] - down) < 1
        assert view.ask(SHIFTS) == 0
        view.close()


def test_a_text_page_is_light(browser, shown):
    view = browser.page(f"{shown}/everything.html", 1440, 900)
    view.until("!!document.querySelector('.graph canvas')")
    sizes = {}
    for url in {url for url in view.requests() if url.startswith(shown) and not url.endswith(".png")}:
        with urllib.request.urlopen(url) as answer:
            sizes[url.removeprefix(shown)] = len(gzip.compress(answer.read()))
    assert sum(sizes.values()) <= BUDGET, sizes
    view.close()


# Numbers what can be used and is to be seen, and notes down what gets the focus and how that is shown.
WALK = """
(() => {
  const usable = [...document.querySelectorAll("a[href], button, summary, input:not([disabled]), [tabindex='0']")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }));
  usable.forEach((element, number) => (element.dataset.number = number));
  window.reached = new Map();
  const reach = (target) => {
    const style = getComputedStyle(target);
    const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    window.reached.set(target.dataset.number, seen || window.reached.get(target.dataset.number));
  };
  document.addEventListener("focusin", ({ target }) => reach(target));
  document.addEventListener("keyup", () => reach(document.activeElement)); // a busy browser styles it a moment later
  return usable.length;
})()
"""
MISSED = """
[...document.querySelectorAll("[data-number]")]
  .filter((element) => !window.reached.get(element.dataset.number))
  .map((element) => element.outerHTML.slice(0, 100))
"""


@pytest.mark.parametrize("kind", ["home", "everything", "folder", "graph", "missing"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, shown, kind):
    view = browser.page(f"{shown}/{KINDS[kind]}", 1440, 900, still=True)
    if kind in ("everything", "graph"):
        view.until("!!document.querySelector('.graph canvas')")
    for _ in range(view.ask(WALK) + 12):
        view.key("Tab")
    assert view.ask(MISSED) == []
    view.close()


def test_the_name_of_a_note_leaves_the_ring_of_the_graph_free(browser, shown):
    view = browser.page(f"{shown}/graph.html", 1440, 900, still=True)
    view.until("!!document.querySelector('.graph canvas')")
    view.ask("document.querySelector('.graph canvas').focus({focusVisible: true})")
    view.key("ArrowDown")
    view.until("!!document.querySelector('.graph .said').textContent")
    ring = "((style) => parseFloat(style.outlineWidth) - parseFloat(style.outlineOffset) - 2)(getComputedStyle({}))"
    box = "document.querySelector('.graph {}').getBoundingClientRect()"
    inner = view.ask(ring.format("document.querySelector('.graph canvas')"))
    assert inner > 0
    for side in ("left", "right", "bottom"):
        assert view.ask(f"Math.abs({box.format('canvas')}.{side} - {box.format('.said')}.{side})") >= inner, side
    view.close()


def test_the_keyboard_opens_and_leaves_the_menu_of_a_phone(browser, shown):
    view = browser.page(f"{shown}/everything.html", 390, 844, still=True)
    view.ask("document.querySelector('button.menu').focus()")
    view.key("Enter")
    assert view.ask("document.querySelector('.nav').matches(':popover-open')")
    view.key("Tab")
    assert view.ask("document.activeElement.closest('.nav') !== null")
    view.key("Escape")
    assert view.ask("document.activeElement.matches('button.menu')")
    view.close()


def test_a_callout_with_a_link_in_its_title_is_folded_beside_the_link(browser, tmp_path, axe):
    note = "> [!faq]- A [link](https://example.org) and words\n> Hidden.\n\n> [!faq]- A link and words\n> Hidden.\n"
    view = browser.page((write(tmp_path, edition(page("A.md", note))) / "a.html").as_uri(), 1280, 800)
    boxes = "[...document.querySelectorAll('.callout')].map((one) => [one.offsetWidth, one.offsetHeight])"
    for shown in (False, True):
        ours, plain = view.ask(boxes)
        assert ours == plain
        assert violations(view, axe) == []
        assert (
            view.ask("document.querySelector('.callout-body').checkVisibility({contentVisibilityAuto: true})") is shown
        )
        at = "((box) => document.elementFromPoint(box.x + {}, box.bottom {}).localName)({}.getBoundingClientRect())"
        title, body = (f"document.querySelector('.callout-{name}')" for name in ("title", "body"))
        assert view.ask(at.format("200", "- 9", title)) == "summary"
        assert view.ask(at.format("5", "- 5", "document.querySelector('.callout-title a')")) == "a"
        if shown:
            assert view.ask(at.format("-5", "- 5", body)) == "div", "beside the text"
        view.ask("document.querySelectorAll('.callout summary').forEach((summary) => summary.click())")
    view.close()


def test_a_folded_callout_that_an_address_names_opens(browser, tmp_path):
    note = "> [!faq]- A [link](https://example.org)\n> Hidden.\n\n^there\n"
    folder = write(tmp_path, edition(page("A.md", note)))
    view = browser.page((folder / "a.html").as_uri())
    address = view.ask("document.querySelector('.callout').id")
    assert not view.ask("document.querySelector('.callout details').open")
    view.ask(f"location.hash = {json.dumps(address)}")
    view.until("document.querySelector('.callout details').open")
    view.close()


def test_the_first_key_skips_to_the_text(browser, shown):
    view = browser.page(f"{shown}/everything.html")
    view.key("Tab")
    assert view.ask("document.activeElement.className") == "skip"
    assert view.ask("document.activeElement.getBoundingClientRect().left >= 0")
    view.key("Enter")
    view.until("document.activeElement.tagName === 'MAIN'")
    view.close()


def test_who_wants_no_motion_gets_none(browser, shown):
    moving = "[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration !== '0s').length"
    smooth = "getComputedStyle(document.documentElement).scrollBehavior"
    view = browser.page(f"{shown}/everything.html")
    assert view.ask(moving) > 0 and view.ask(smooth) == "smooth"
    view.close()
    view = browser.page(f"{shown}/everything.html", still=True)
    assert view.ask(moving) == 0 and view.ask(smooth) == "auto"
    view.close()


def test_on_paper_stands_the_text_alone(browser, shown):
    view = browser.page(f"{shown}/everything.html", dark=True)
    view.medium("print")
    shows = "document.querySelector({}).checkVisibility()"
    for selector in (
        ".side",
        ".foot",
        ".crumbs",
        "aside.beside",
        "details.contents",
        ".copy",
        ".anchor",
        ".links",
        ".meta a",
    ):
        assert not view.ask(shows.format(json.dumps(selector))), selector
    for selector in ("h1", "details.callout .callout-body", ".prose pre", ".prose table", ".callout", ".prose img"):
        assert view.ask(shows.format(json.dumps(selector))), selector
    colours = "[document.documentElement, document.querySelector('.prose p')].map((e) => getComputedStyle(e))"
    assert view.ask(f"{colours}.map((style, at) => at ? style.color : style.backgroundColor)") == [
        "rgb(255, 255, 255)",
        "rgb(0, 0, 0)",
    ]
    assert view.paper().startswith(b"%PDF-")
    view.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_in_forced_colours_tasks_are_told_apart_and_names_in_the_graph_read(browser, shown, dark):
    view = browser.page(f"{shown}/everything.html", 1440, 900, dark=dark, forced=True)
    boxes = view.ask("""[...document.querySelectorAll('.task input')].map((box) => {
      const style = getComputedStyle(box);
      return style.backgroundColor + style.backgroundImage;
    })""")
    assert len(set(boxes)) == 4
    view.until("!!document.querySelector('.graph canvas')")
    ground, words = ("0,0,0", "255,255,255") if dark else ("255,255,255", "0,0,0")
    view.until(f"""(({{ width, height }}, pen) => {{
      const {{ data }} = pen.getImageData(0, 0, width, height);
      const found = new Set();
      for (let n = 0; n < data.length; n += 4) if (data[n + 3] === 255) found.add([...data.slice(n, n + 3)].join());
      return found.has("{ground}") && found.has("{words}");
    }})(document.querySelector('.graph canvas'), document.querySelector('.graph canvas').getContext('2d'))""")
    view.close()


def test_the_page_for_what_is_missing_looks_like_the_others(browser, shown):
    looks = "((style) => [style.color, style.fontFamily])(getComputedStyle(document.querySelector('main p a')))"
    view = browser.page(f"{shown}/reading/attention.html")
    wanted = view.ask(looks.replace("main p a", ".prose a"))
    view.go(f"{shown}/{KINDS['missing']}")
    assert view.ask(looks) == wanted
    view.close()


def test_a_note_is_written_in_its_own_direction(browser, shown):
    view = browser.page(f"{shown}/{KINDS['right to left']}")
    assert view.ask("getComputedStyle(document.querySelector('article')).direction") == "rtl"
    assert view.ask("document.documentElement.dir") == "ltr"
    right = "((box, all) => all.right - box.right)(document.querySelector('{}').getBoundingClientRect(), {})"
    frame = "document.querySelector('main').getBoundingClientRect()"
    text = "((range) => (range.selectNodeContents(document.querySelector('.prose p')), range.getBoundingClientRect()))"
    assert view.ask(f"{frame}.right - {text}(document.createRange()).right") < 2
    assert view.ask(right.format("article", frame)) == 0
    view.close()
