"""The site in a real browser: what the script adds, what works without it, and that no other server is asked."""

import pytest

from browser.chromium import EXECUTABLE
from browser.sites import write
from editions import edition, page
from vaultkit.render.job import BaseGroup, BaseView, EmbedTo, RenderJob, Words
from vaultkit.render.markdown import render

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="no Chromium on this machine")

WIDTHS = (1440, 820, 390)
KINDS = (
    "index.html", "reading/attention.html", "reading/2024/a-b-i.html", "reading/index.html", "folders/index.html",
    "recent/index.html", "tags/index.html", "tags/mind/focus.html", "graph.html", "שלום.html",
)  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_page_asks_for_its_own_files_alone_and_fits_every_window(browser, address, name):
    view = browser.page(f"{address}/{name}")
    assert view.complaints() == []
    assert [url for url in view.requests() if not url.startswith((address, "data:", "about:"))] == []
    for width in WIDTHS:
        view.resize(width, 800)
        assert view.ask("document.documentElement.scrollWidth") <= width, width
    view.close()


def test_search_finds_by_beginning_accent_and_script(browser, address):
    view = browser.page(f"{address}/reading/attention.html")
    view.key("/")
    view.until("!!document.querySelector('dialog[open]')")
    for typed, found in [
        ("atten", "Attention"),
        ("SLOW", "Slow reading"),
        ("庭", "静かな庭"),
        ("静か", "静かな庭"),
        ("שלום", "שלום"),
        ("onclick", None),
        ("bold up", "Deep work"),
    ]:
        view.ask("document.querySelector('dialog input').value = ''")
        view.type(typed)
        expected = "'Nothing found.'" if found is None else f"'{found}'"
        place = ".status" if found is None else ".found a b"
        view.until(f"document.querySelector('dialog {place}')?.textContent === {expected}")
    assert view.complaints() == []
    view.close()


def test_search_by_keyboard_alone(browser, address):
    view = browser.page(f"{address}/index.html")
    view.key("k", control=True)
    view.until("!!document.querySelector('dialog[open]')")
    view.type("slow")
    view.until("document.querySelector('.found mark')?.textContent === 'Slow'")
    view.key("ArrowDown")
    assert view.ask("document.activeElement.pathname.endsWith('/reading/slow-reading.html')")
    view.key("Enter")
    view.until("document.title.startsWith('Slow reading')")
    view.close()


@pytest.mark.parametrize("key", ["/", "k"])
def test_what_is_typed_before_the_search_is_loaded_is_searched_for(browser, address, key):
    view = browser.page(f"{address}/index.html")
    for sign in (key, *"slow"):
        view.key(sign, control=sign == "k")
    assert view.ask("document.querySelector('dialog[open] input').value") == "slow"
    view.until("document.querySelector('.found mark')?.textContent === 'Slow'")
    view.close()


@pytest.mark.parametrize("key", ["Enter", "Escape", "ArrowDown"])
def test_the_keys_of_an_input_method_are_its_own(browser, address, key):
    view = browser.page(f"{address}/index.html")
    view.key("/")
    view.type("slow")
    view.until("!!document.querySelector('.found mark')")
    for composing in ("isComposing: true", "keyCode: 229"):
        told = f"new KeyboardEvent('keydown', {{key: '{key}', {composing}, bubbles: true, cancelable: true}})"
        assert view.ask(f"document.querySelector('dialog input').dispatchEvent({told})"), "its default is left to it"
    assert view.ask("document.activeElement === document.querySelector('dialog[open] input')")
    assert view.ask("location.pathname.endsWith('/index.html')")
    view.close()


def test_what_did_not_load_is_told_and_asked_for_again(browser, shown):
    view = browser.page(f"{shown}/reading/attention.html", 1440, 900)
    view.block("*/search.js*", "*/preview.js*")
    view.key("/")
    view.until("document.querySelector('dialog .status').textContent.includes('could not be loaded')")
    view.ask("document.querySelector('dialog').click()")  # beside the box, on what is behind it
    assert not view.ask("document.querySelector('dialog').open")
    view.point(*view.middle(".prose a"))
    view.until("document.querySelectorAll('script[src*=preview]').length === 0")
    view.block()
    view.point(5, 5)
    view.point(*view.middle(".prose a"))
    view.until("!!document.querySelector('.preview:popover-open')")
    view.key("/")
    view.until("document.querySelector('dialog .status').textContent === ''")
    view.type("slow")
    view.until("!!document.querySelector('.found mark')")
    thrown = [item for item in view.complaints() if "ERR_BLOCKED" not in item]
    assert thrown == []
    view.close()


def test_a_graph_that_did_not_load_is_told_and_drawn_later(browser, shown):
    view = browser.page("about:blank", 1440, 900)
    view.block("*/graph.js*")
    view.go(f"{shown}/graph.html")
    view.until("document.querySelector('.graph .said')?.textContent === 'The graph could not be loaded.'")
    view.block()
    for way in ("100vh", "0"):
        view.ask(f"document.querySelector('.graph').style.translate = '0 {way}'")
        view.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    view.until("!!document.querySelector('.graph canvas') && !document.querySelector('.graph .said').textContent")
    view.close()


def test_a_long_formula_in_a_line_scrolls_by_itself(browser, tmp_path):
    words = " ".join(f"+ x_{{{number}}}" for number in range(60))
    folder = write(tmp_path, edition(page("A.md", f"In words ${words}$ and $\\frac{{a}}{{b}}$.")))
    view = browser.page(f"{folder.as_uri()}/a.html", 390, 800)
    assert view.ask("document.documentElement.scrollWidth") <= 390
    assert view.ask("((one) => one.scrollWidth > one.clientWidth)(document.querySelector('.prose math'))")
    assert view.ask("[...document.querySelectorAll('.prose math')].map((one) => one.className)") == ["wide", ""]
    view.close()


def test_what_is_typed_on_a_result_goes_on_in_the_question(browser, address):
    view = browser.page(f"{address}/index.html")
    view.key("/")
    view.type("slo")
    view.until("!!document.querySelector('.found mark')")
    view.key("ArrowDown")
    assert view.ask("document.activeElement.localName") == "a"
    view.key("c", control=True)
    assert view.ask("document.activeElement.localName") == "a"
    view.key("w")
    assert view.ask("document.activeElement.value") == "slow"
    view.close()


def test_words_are_cut_alike_when_written_and_when_asked(browser, tmp_path):
    """Two programs fold and cut words: whatever a note holds, the same text must find it."""
    texts = [
        "Café Ñandú ﬁn",
        "x" * 50 + " it's snake_case",
        "ΣΊΣΥΦΟΣ",
        "日本語とEnglishの混在",
        "हिन्दी भाषा",
        "ภาษาไทย",
        "½ ① Ⅷ",
        "Qt/C++17",
        "本C# F#m",
    ]
    folder = write(tmp_path, edition(*(page(f"Note {number}.md", text) for number, text in enumerate(texts))))
    view = browser.page(f"{folder.as_uri()}/index.html")
    view.key("/")
    view.until("!!document.querySelector('dialog[open]')")
    for number, text in enumerate(texts):
        view.ask("document.querySelector('dialog input').value = ''")
        view.type(text)
        view.until(f"[...document.querySelectorAll('.found b')].map((b) => b.textContent).join() === 'Note {number}'")
    view.close()


def test_theme_is_kept_and_needs_no_script(browser, address):
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    view = browser.page(f"{address}/index.html")
    light = view.ask(ground)
    label = "document.querySelector('button.theme').ariaLabel"
    assert view.ask(label) == "Theme: as the system"
    view.ask("document.querySelector('button.theme').click()")
    assert (view.ask(label), view.ask(ground)) == ("Theme: light", light)
    view.ask("document.querySelector('button.theme').click()")
    dark = view.ask(ground)
    assert dark != light
    view.go(f"{address}/reading/attention.html")
    assert (view.ask(label), view.ask(ground)) == ("Theme: dark", dark)
    view.ask("document.querySelector('button.theme').click()")
    assert view.ask(ground) == light
    view.close()
    plain = browser.page(f"{address}/index.html", dark=True, script=False)
    assert plain.ask(ground) == dark
    plain.close()


def test_without_a_script_the_menu_opens_and_no_dead_button_shows(browser, address):
    view = browser.page(f"{address}/reading/attention.html", 390, 800, script=False)
    assert view.ask(
        "[...document.querySelectorAll('button')].filter((b) => b.checkVisibility()).map((b) => b.className)"
    ) == ["tool menu"]
    assert not view.ask("document.querySelector('.nav').checkVisibility()")
    view.click("button.menu")
    assert view.ask("document.querySelector('.nav').checkVisibility()")
    view.key("Escape")
    assert not view.ask("document.querySelector('.nav').checkVisibility()")
    view.resize(1280, 800)
    assert view.ask("document.querySelector('.nav').checkVisibility()")
    view.close()


def test_a_shut_folder_opens_in_place(browser, served):
    view = browser.page(f"{served}/folder-1/note-1.html")
    folders = "[...document.querySelectorAll('.tree > .folder')]"
    assert view.ask(f"{folders}.length") == 7
    view.ask(f"{folders}.find((item) => item.textContent.startsWith('Folder 3')).querySelector('summary').click()")
    view.until("!!document.querySelector('.tree a[href$=\"folder-3/note-10.html\"]')")
    view.ask("[...document.querySelectorAll('.tree .folder .folder')][0].querySelector('summary').click()")
    view.until("!!document.querySelector('.tree a[href$=\"folder-1/inner/deep.html\"]')")
    assert view.complaints() == []
    view.close()


def test_a_folder_that_was_opened_is_open_on_the_next_page(browser, served):
    view = browser.page(f"{served}/folder-1/note-1.html")
    view.ask("[...document.querySelectorAll('.tree > .folder')].find((item) => item.textContent.startsWith('Folder 3'))"
             ".querySelector('summary').click()")  # fmt: skip
    view.until("!!document.querySelector('.tree a[href$=\"folder-3/note-10.html\"]')")
    view.ask("document.querySelectorAll('.tree .folder .folder')[0].querySelector('summary').click()")
    view.go(f"{served}/folder-2/note-2.html")
    view.until("!!document.querySelector('.tree a[href$=\"folder-3/note-10.html\"]')")
    open_now = "[...document.querySelectorAll('.tree > .folder:has(> [open]) > a')].map((link) => link.textContent)"
    assert view.ask(open_now) == ["Folder 2", "Folder 3"]
    view.ask("[...document.querySelectorAll('.tree > .folder:has(> [open]) summary')].at(-1).click()")
    view.go(f"{served}/folder-2/note-9.html")
    assert view.ask(open_now) == ["Folder 2"]
    view.ask("document.querySelectorAll('.tree > .folder')[1].querySelector('summary').click()")
    view.until("!!document.querySelector('.tree a[href$=\"folder-1/inner/deep.html\"]')")
    assert view.complaints() == []
    view.close()


def test_the_place_in_a_long_tree_is_in_view(browser, served):
    view = browser.page(f"{served}/folder-1/note-99.html", 1280, 400)
    box = "document.querySelector('{}').getBoundingClientRect()"
    here, nav = box.format(".tree [aria-current]"), box.format(".nav")
    assert view.ask(f"{here}.top > {nav}.top && {here}.bottom < Math.min({nav}.bottom, innerHeight)")
    assert view.ask(f"{box.format('.bar .name')}.top >= 0")
    view.close()


def test_the_table_of_contents_follows(browser, tmp_path):
    text = "\n\n".join(f"## Part {number}\n\n" + "word " * 600 for number in range(6))
    folder = write(tmp_path, edition(page("Long.md", text)))
    view = browser.page(f"{folder.as_uri()}/long.html", 1440, 800)
    current = "document.querySelector('aside .contents [aria-current]')?.textContent"
    assert view.ask(current) == "Part 0"
    view.ask("document.getElementById('part-4').scrollIntoView({behavior: 'instant'})")
    view.until(f"{current} === 'Part 4'")
    view.close()


def test_what_is_copied_is_what_the_note_says(browser, tmp_path):
    folder = write(tmp_path, edition(page("A.md", "## One\n\n```\ncode\n```\n\n## Two\n\nWords.")))
    view = browser.page(f"{folder.as_uri()}/a.html")
    assert view.ask("document.querySelectorAll('.prose :is(.anchor, .copy)').length") == 3
    view.ask("getSelection().selectAllChildren(document.querySelector('.prose'))")
    assert view.ask("getSelection().toString()").split() == ["One", "code", "Two", "Words."]
    view.close()


@pytest.mark.parametrize("way", ["ltr", "rtl"])
def test_no_box_of_a_task_lies_on_its_words(browser, tmp_path, way):
    note = page("A.md", "- [ ] اكتب التقرير\n- [x] تم\n- [ ] write a report\n", properties={"dir": way})
    view = browser.page((write(tmp_path, edition(note)) / "a.html").as_uri())
    apart = """[...document.querySelectorAll('.task')].map((item) => {
      const box = item.querySelector('input').getBoundingClientRect(), range = document.createRange();
      range.selectNodeContents(item.querySelector('label').lastChild);
      const words = [...range.getClientRects()].filter((word) => word.width > 1);
      return words.length > 0 && words.every((word) => word.right <= box.left + 1 || word.left >= box.right - 1);
    })"""
    for width in WIDTHS:
        view.resize(width, 800)
        assert view.ask(apart) == [True, True, True], width
        assert view.ask("document.documentElement.scrollWidth") <= width
    view.close()


def test_long_tags_and_headings_fit_a_phone(browser, tmp_path):
    tag = "a" * 60
    headings = "\n\n".join(f"{'#' * (length % 3 + 1)} {'word ' * length}end" for length in range(2, 16))
    folder = write(tmp_path, edition(page("A.md", f"#{tag}\n\n{headings}", tags=(tag,))))
    for name in ("a.html", "index.html", "tags/index.html", f"tags/{tag}.html"):
        view = browser.page((folder / name).as_uri())
        for width in (390, 375, 360, 320):
            view.resize(width, 800)
            assert view.ask("document.documentElement.scrollWidth") <= width, (name, width)
        view.close()


def test_the_cover_of_a_card_reaches_its_edges(browser, tmp_path):
    view = BaseView(
        "cards", "Books", ("Name",), (BaseGroup(None, (((Words("Dune"),),),), (Words("x", "x.png", "image"),)),)
    )
    body = render(RenderJob("A.md", "![[B.base]]", {}, {"B.base": EmbedTo("base", views=(view,))}, {}))
    opened = browser.page((write(tmp_path, edition(page("A.md", body=body))) / "a.html").as_uri())
    card, cover = (f"document.querySelector('.cards {part}').getBoundingClientRect()" for part in ("li", "img"))
    for side in ("top", "left", "right"):
        assert opened.ask(f"Math.abs({card}.{side} - {cover}.{side})") <= 1, side
    opened.close()


@pytest.mark.parametrize("kind", ["table", "base"])
def test_an_address_leaves_room_for_the_other_columns(browser, tmp_path, kind):
    address, words = "https://example.org/" + "long/address-" * 12, "Words that tell of it, a few of them"
    table = f"| A | B | C |\n|--|--|--|\n| {address} | {words} | {words} |\n"
    cells = ((Words(address, address),), (Words(words),), (Words(words),))
    view = BaseView("table", "Books", ("A", "B", "C"), (BaseGroup(None, (cells,)),))
    text = table if kind == "table" else "![[B.base]]"
    body = render(RenderJob("A.md", text, {}, {"B.base": EmbedTo("base", views=(view,))}, {}))
    opened = browser.page((write(tmp_path, edition(page("A.md", body=body))) / "a.html").as_uri())
    assert opened.ask(
        "((box) => box.scrollWidth <= box.clientWidth)(document.querySelector('.prose .table, .prose table'))"
    )
    assert opened.ask("document.querySelector('.prose td:last-child').clientWidth") > 100
    opened.close()
