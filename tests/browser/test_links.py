"""What shows where links lead: graphs and previews; and a search that forgives."""

import pytest

from browser.chromium import EXECUTABLE
from browser.sites import write
from editions import edition, page
from vaultkit.render.job import Rendered

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="no Chromium on this machine")

CARD = "document.querySelector('.preview:popover-open')"


def opened(view, title):
    view.until(f"document.title.startsWith({title!r}) && document.readyState === 'complete'")


def test_the_graph_of_a_note_opens_a_neighbour_by_keyboard(browser, shown):
    view = browser.page(f"{shown}/reading/2024/deep-work.html", 1440, 900)
    view.until("!!document.querySelector('.graph canvas')")
    view.ask("document.querySelector('.graph canvas').focus()")
    told = "document.querySelector('.graph .said').textContent"
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        view.key(key)
        if view.ask(told).startswith("Attention"):
            break
    assert view.ask(told).startswith("Attention: ")
    view.key("Enter")
    opened(view, "Attention")
    assert view.complaints() == []
    view.close()


# The first place in the canvas, in its own pixels, that has the colour of a custom property; null when none has.
PLACE = """
((name) => {
  const canvas = document.querySelector(".graph canvas");
  const probe = canvas.parentElement.appendChild(document.createElement("i"));
  probe.style.color = `var(${name})`;
  const wanted = getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).join();
  probe.remove();
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let n = 0; n < data.length; n += 4) {
    const same = data[n + 3] === 255 && [data[n], data[n + 1], data[n + 2]].join() === wanted;
    if (same) return [(n / 4) %% canvas.width, Math.floor(n / 4 / canvas.width)];
  }
  return null;
})("--%s")
"""


def test_only_notes_in_view_are_named_in_a_graph(browser, shown):
    view = browser.page(f"{shown}/graph.html", 1440, 1000, still=True)
    view.until("!!document.querySelector('.graph canvas')")
    view.until(PLACE % "graph-note")
    view.ask("""((canvas) => {
      const pen = canvas.getContext('2d'), { left, top, width, height } = canvas.getBoundingClientRect();
      Object.assign(window, { names: 0, dots: 0, seen: 0 });
      pen.fillText = () => names++;
      pen.arc = (x, y) => (dots++, (seen += x >= 0 && y >= 0 && x <= width && y <= height));
      const turn = { deltaY: -700, clientX: left + width / 2, clientY: top + height / 2 };
      canvas.dispatchEvent(new WheelEvent('wheel', turn));
    })(document.querySelector('canvas'))""")
    view.until("dots > 0")
    assert view.ask("0 < names && names <= seen && seen < dots")
    view.close()


def test_the_graph_of_all_notes_opens_one_by_mouse(browser, shown):
    view = browser.page(f"{shown}/graph.html", 1440, 1000, still=True)
    view.until("!!document.querySelector('.graph canvas')")
    left, top = view.ask("(({left, top}) => [left, top])(document.querySelector('canvas').getBoundingClientRect())")
    x, y = view.until(PLACE % "graph-note")
    view.point(left + x, top + y)
    view.until("document.querySelector('canvas').style.cursor === 'pointer'")
    view.press(left + x, top + y)
    view.until("!location.pathname.endsWith('/graph.html')")
    view.until("document.querySelector('article h1') !== null")
    view.close()


def test_a_graph_is_drawn_in_the_colours_of_the_theme(browser, shown):
    view = browser.page(f"{shown}/reading/attention.html", 1440, 900, still=True)
    accent = "getComputedStyle(document.querySelector('.prose a')).color"
    light = view.ask(accent)
    view.until("!!document.querySelector('.graph canvas')")
    view.until(PLACE % "accent")
    for _ in range(2):
        view.click("button.theme")
    assert view.ask(accent) != light
    view.until(PLACE % "accent")
    view.close()


def test_without_links_there_is_no_graph(browser, served):
    view = browser.page(f"{served}/folder-1/note-1.html")
    assert view.ask("document.querySelector('.graph, a[href$=\"graph.html\"]')") is None
    view.close()


def test_a_link_shows_where_it_leads(browser, shown):
    view = browser.page(f"{shown}/index.html", 1440, 900)
    view.point(*view.middle(".prose a[href^='reading']"))
    view.until(f"{CARD}?.textContent.startsWith('Attention')")
    assert "Slow reading" in view.ask(f"{CARD}.textContent")
    way = view.ask(f"{CARD}.querySelector('.prose a').href")
    assert way.startswith(f"{shown}/reading/")
    view.key("Escape")
    view.until(f"{CARD} === null")
    view.point(5, 5)
    view.point(*view.middle(".prose a[href^='reading']"))
    view.until(f"{CARD} !== null")
    view.point(*view.middle(".preview"))
    view.point(*view.middle(".preview b"))
    assert view.ask(f"new Promise((told) => setTimeout(() => told({CARD} !== null), 400))")
    view.point(5, 5)
    view.until(f"{CARD} === null")
    assert view.complaints() == []
    view.close()


def test_a_link_to_a_section_or_a_footnote_shows_that(browser, shown, tmp_path):
    view = browser.page(f"{shown}/everything.html", 1440, 900)
    view.ask("document.querySelector('.footnote-ref a').scrollIntoView({block: 'center', behavior: 'instant'})")
    view.point(*view.middle(".footnote-ref a"))
    view.until(f"{CARD}?.textContent.includes('A note at the foot')")
    view.close()
    view = browser.page(f"{shown}/reading/slow-reading.html", 1440, 900)
    view.ask("document.querySelector('.prose a').href = 'attention.html#two'")
    view.point(*view.middle(".prose a"))
    view.until(f"{CARD}?.querySelector('.prose')?.textContent.trim().startsWith('Two')")
    assert "One" not in view.ask(f"{CARD}.querySelector('.prose').textContent")
    view.close()


def test_only_a_pointer_that_moves_opens_what_shows_where_a_link_leads(browser, tmp_path):
    words = f"{'Words. ' * 40}\n\n" * 20
    pages = page("A.md", f"{words}[[B]]\n\n{words}", pages=["B.md"]), page("B.md", "Words.")
    view = browser.page(f"{write(tmp_path, edition(*pages)).as_uri()}/a.html", 1440, 900)
    view.point(700, 450)
    link = "document.querySelector('.prose a')"
    view.ask(f"{link}.style = 'display: block; padding-block: 1rem'")
    view.ask(f"{link}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
    view.until(f"{link}.matches(':hover')")
    later = f"new Promise((told) => setTimeout(() => told({CARD} !== null), 700))"
    assert not view.ask(later)
    view.point(701, 450)
    view.until(f"{CARD} !== null")
    view.key("Escape")
    view.point(702, 450)
    assert not view.ask(later)
    view.close()


def test_a_link_shows_where_it_leads_by_keyboard_and_in_a_file(browser, address):
    view = browser.page(f"{address}/index.html", 1440, 900)
    view.ask("document.querySelector('main').focus()")
    for _ in range(12):
        view.key("Tab")
        if view.ask("document.activeElement.matches('.prose a')"):
            break
    view.until(f"{CARD}?.textContent.startsWith('Attention')")
    assert view.ask("document.activeElement.getAttribute('aria-describedby')") == "site.preview"
    view.key("Tab")
    view.until(f"!{CARD}?.textContent.startsWith('Attention')")
    assert view.complaints() == []
    view.close()


@pytest.mark.parametrize(
    ("typed", "note", "told"),
    [
        ("atention", "Attention", "“attention”"),
        ("attentoin", "Attention", "“attention”"),
        ("redaing", "Slow reading", "“reading”"),
        ("slwo", "Slow reading", "“slow”"),
    ],
)
def test_search_forgives_a_slip(browser, shown, typed, note, told):
    view = browser.page(f"{shown}/index.html")
    view.key("/")
    view.until("!!document.querySelector('dialog[open]')")
    view.type(typed)
    view.until(f"document.querySelector('.status')?.textContent.includes('{told}')")
    titles = view.ask("[...document.querySelectorAll('.found b')].map((b) => b.textContent)")
    assert note in titles
    assert view.ask("document.querySelectorAll('.found mark').length") > 0
    view.close()


def ask(view, typed):
    """Type a question into the open search; the titles of what is found, in order. It is asked once more when all of it
    stands there: while the search is loaded, the answer to an empty box may come after the first letters."""
    view.ask("document.querySelector('dialog input').value = ''")
    view.type(typed)
    view.ask("document.querySelector('dialog .status').textContent = '…'")
    view.ask("document.querySelector('dialog input').dispatchEvent(new Event('input'))")
    view.until("document.querySelector('dialog .status').textContent !== '…'")
    return view.ask("[...document.querySelectorAll('.found b')].map((b) => b.textContent)")


def said(path, text):
    return page(path, body=Rendered(f"<p>{text}</p>", (), text, frozenset(), ()))


def test_titles_come_before_what_only_mentions_the_words(browser, tmp_path_factory):
    often = "daily notes, a callout, callouts, the template, property, properties and graph " * 30
    notes = [said(f"On {word}.md", often) for word in ("templates", "stones", "daily moss")]
    notes += [said(f"Diary {number}.md", often) for number in range(30)]
    titles = ("Daily notes", "Plugins for daily notes", "Daily notes on a phone", "Notes daily", "Callout manager")
    titles += ("Callouts", "Templates", "Template", "Templater", "Properties", "Graph view", "Graphics", "An old graph")
    notes += [said(f"{title}.md", "Nothing about it.") for title in titles]
    view = browser.page(f"{write(tmp_path_factory.mktemp('titles'), edition(*notes)).as_uri()}/index.html")
    view.key("/")
    view.until("!!document.querySelector('dialog[open]')")
    for typed, first in {
        "daily notes": ["Daily notes", "Notes daily", "Daily notes on a phone", "Plugins for daily notes"],
        "Daily note": ["Daily notes", "Notes daily", "Daily notes on a phone", "Plugins for daily notes"],
        "callout": ["Callouts", "Callout manager"],
        "callouts": ["Callouts", "Callout manager"],
        "template": ["Template", "Templates", "Templater", "On templates"],
        "templates": ["Templates", "Template", "On templates"],
        "property": ["Properties"],
        "propert": ["Properties"],
        "graph": ["Graph view", "Graphics", "An old graph"],
        "graf view": ["Graph view"],
    }.items():
        assert ask(view, typed)[: len(first)] == first, typed
    assert view.complaints() == []
    view.close()


def test_all_that_is_found_can_be_reached_and_shows_what_was_found(browser, tmp_path_factory):
    from browser.conftest import serving

    far = "Words and words. " * 200
    folder = tmp_path_factory.mktemp("many")
    write(folder, edition(*(said(f"Note {number}.md", f"{far} A capybara came.") for number in range(47))))
    entries = "document.querySelectorAll('.found a').length"
    with serving(folder) as address:
        view = browser.page(f"{address}/index.html")
        view.key("/")
        view.until("!!document.querySelector('dialog[open]')")
        assert len(ask(view, "capybara")) == 20
        view.until("!!document.querySelector('.found .words mark')")
        assert view.ask("document.querySelector('.status').textContent") == "47 notes"
        asked = sum("/note-" in url for url in view.requests())
        assert 0 < asked < 15  # those that are in view
        view.key("ArrowUp")
        for _ in range(20):
            view.key("ArrowDown")
        view.until("document.activeElement.querySelector('.words mark')?.textContent === 'capybara'")
        view.key("ArrowDown")
        assert view.ask("document.activeElement.textContent") == "Show more"
        view.key("Enter")
        view.until(f"{entries} === 40")
        view.until("document.activeElement === document.querySelectorAll('.found a')[20]")
        view.ask("document.querySelector('.found button').click()")
        view.until(f"{entries} === 47")
        assert view.ask("document.querySelector('.found button')") is None
        titles = view.ask("[...document.querySelectorAll('.found b')].map((b) => b.textContent)")
        assert sorted(titles) == sorted(f"Note {number}" for number in range(47))
        view.ask("document.querySelector('.found').scrollTop = 900")
        view.ask("document.querySelector('dialog input').focus()")
        assert len(ask(view, "came")) == 20
        assert view.ask("document.querySelector('.found').scrollTop") == 0
        assert view.complaints() == []
        view.close()


def test_languages_with_signs_in_their_names_are_found(browser, tmp_path_factory):
    texts = {
        "Cats": "C and c.",
        "C++": "Old.",
        "Qt": "It is C++17.",
        "Mono": "C# (and F#).",
        "A/Net": "x",
        ".NET": "Old",
    }
    notes = [said(f"{name}.md", text) for name, text in (texts | {"Runtime": "net"}).items()]
    view = browser.page(f"{write(tmp_path_factory.mktemp('signs'), edition(*notes)).as_uri()}/index.html")
    view.key("/")
    view.until("!!document.querySelector('dialog[open]')")
    assert ask(view, "C++") == ["C++", "Qt"]
    assert view.ask("[...document.querySelectorAll('.found mark')].map((m) => m.textContent)") == ["C++", "C++"]
    assert ask(view, "c#") == ["Mono"]
    assert ask(view, "net#") == ["Net", ".NET", "Runtime"]
    assert ask(view, ".net") == [".NET", "Net", "Runtime"]
    assert ask(view, "d#") == ask(view, "n++") == []
    view.close()


def test_what_stands_far_down_in_a_note_is_quoted(browser, tmp_path_factory):
    from browser.conftest import serving

    text = "Words and words. " * 400 + "Then a capybara came. " + "More words. " * 50
    body = Rendered(f"<p>{text}</p>", (), text, frozenset(), ())
    folder = write(tmp_path_factory.mktemp("deep"), edition(page("Long.md", body=body), page("Other.md")))
    with serving(folder) as address:
        view = browser.page(f"{address}/other.html")
        view.key("/")
        view.until("!!document.querySelector('dialog[open]')")
        view.type("capyb")
        view.until("document.querySelector('.found .words mark')?.textContent === 'capyb'")
        assert "Then a capybara came." in view.ask("document.querySelector('.found .words').textContent")
        view.close()
