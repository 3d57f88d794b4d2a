"""Texts that are written from right to left, and what is embedded in them."""

import json

import pytest

from browser.chromium import EXECUTABLE
from browser.sites import png, write
from browser.test_content import CANVAS
from editions import edition, page
from publish.vaults import fresh_site, public

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="no Chromium on this machine")

ARABIC = "## قسم\n\nنص\n\n- واحد\n\n> [!note] ملاحظة\n> نص\n\n## ثان\n\n| عمود | ثان |\n|--|--|\n| ا | ب |\n\n"
BOX = "document.querySelector('{}').getBoundingClientRect()"


@pytest.fixture(scope="module")
def address():
    site = fresh_site()
    board = CANVAS | {"nodes": [*CANVAS["nodes"], dict(CANVAS["nodes"][0], id="c", y=500, text="- واحد")]}
    site.publish(
        {
            "Arabic.md": public(ARABIC + "## قسم ثالث\n\n![[picture.png]]\n\n![[Board.canvas]]", lang="ar"),
            "English.md": public("Words.\n\n![[Plain Arabic]]\n\n- one"),
            "Plain Arabic.md": public(ARABIC, lang="ar"),
            "Other.md": public("words"),
            "Board.canvas": json.dumps(board).encode(),
            "picture.png": png(120, 80),
        }
    )
    return site.output.as_uri()


def test_a_note_from_right_to_left_stays_so_in_another(browser, address):
    view = browser.page(f"{address}/english.html")
    assert view.ask("getComputedStyle(document.querySelector('.embed')).direction") == "rtl"
    assert view.ask("getComputedStyle(document.querySelector('.embed .callout')).borderRightWidth") == "3px"
    first, second = (BOX.format(f".embed th:nth-child({number})") for number in (1, 2))
    assert view.ask(f"{first}.left > {second}.left")
    view.close()


def test_a_table_of_contents_stands_at_its_line(browser, address):
    view = browser.page(f"{address}/arabic.html", 1440, 900)
    link = "document.querySelector('aside .contents a')"
    words = f"((range) => (range.selectNodeContents({link}), range.getBoundingClientRect()))(document.createRange())"
    style = f"getComputedStyle({link})"
    side = view.ask(f"['Left', 'Right'].find((side) => parseFloat({style}[`border${{side}}Width`]) > 0).toLowerCase()")
    assert view.ask(f"Math.abs({words}.{side} - {link}.getBoundingClientRect().{side})") < 20
    view.close()


def test_an_image_alone_stands_where_the_text_begins(browser, address):
    view = browser.page(f"{address}/arabic.html", 1440, 900)
    assert view.ask(f"Math.abs({BOX.format('.prose img')}.right - {BOX.format('.prose')}.right)") < 2
    view.close()


NUMBERS = "- 2023\n- 12.5\n\nx\n\n1. 7\n\n2. 8\n\nx\n\n| א | ב |\n|--|--|\n| 1,200 | 3 |\n"
EDGES = """((range) => [...document.querySelectorAll('.prose :is(li:not(:has(> p)), td, th, h2, p)')].map((one) => {
  range.selectNodeContents(one);
  const [words, box] = [range.getBoundingClientRect(), one.getBoundingClientRect()];
  const [left, right] = [words.left - box.left, box.right - words.right].map(Math.round);
  return one.localName + (left < right ? ' left' : ' right');
}))(document.createRange())"""


def test_what_has_no_letters_stands_at_the_edge_of_its_list_or_table(browser, tmp_path):
    words = NUMBERS.replace("x", "מילים")
    view = browser.page((write(tmp_path, edition(page("A.md", words, properties={"dir": "rtl"}))) / "a.html").as_uri())
    found = view.ask(EDGES)
    assert len(found) == 10 and [edge for edge in found if not edge.endswith("right")] == []
    view.close()


def test_a_paragraph_without_letters_goes_with_its_note(browser, tmp_path):
    note = page("A.md", "[^1]\n\n1,200 & 3.\n\nEnglish 3.\n\nמילים\n\n[^1]: מילים", properties={"dir": "rtl"})
    view = browser.page((write(tmp_path, edition(note)) / "a.html").as_uri())
    assert view.ask(EDGES)[:4] == ["p right", "p right", "p left", "p right"]
    view.close()


def test_what_has_no_letters_goes_with_the_words_of_its_note(browser, tmp_path):
    note = page("A.md", "מילים\n\n1,200 & 3.\n\n## 2024\n", title="מילים")
    view = browser.page((write(tmp_path, edition(note)) / "a.html").as_uri())
    assert view.ask(EDGES) == ["p right", "p right", "h2 right"]
    view.close()
    view = browser.page((write(tmp_path, edition(page("A.md", "Words\n\n1,200 & 3.\n"))) / "a.html").as_uri())
    assert view.ask(EDGES) == ["p left", "p left"]
    view.close()


def test_a_paragraph_stands_at_the_edge_of_its_own_words(browser, tmp_path):
    note = page("A.md", "Words.\n\nמילים\n\n- one\n- מילים\n\n## מילים\n")
    view = browser.page((write(tmp_path, edition(note)) / "a.html").as_uri())
    assert view.ask(EDGES) == ["p left", "p right", "li left", "li left", "h2 right"]
    view.close()


def test_a_canvas_goes_from_left_to_right_and_its_cards_as_they_are_written(browser, address):
    view = browser.page(f"{address}/arabic.html", 1440, 900)
    assert view.ask("getComputedStyle(document.querySelector('.canvas')).direction") == "ltr"
    assert view.ask("document.querySelector('.canvas').scrollLeft") == 0
    assert view.ask(f"{BOX.format('.canvas-card rect')}.left >= {BOX.format('.canvas')}.left")
    cards = "[...document.querySelectorAll('.canvas-content')].map((card) => getComputedStyle(card).direction)"
    assert view.ask(cards) == ["ltr", "ltr", "rtl"]
    buttons = "[...document.querySelectorAll('.canvas-buttons button')].map((one) => one.getBoundingClientRect().left)"
    assert view.ask(f"((left) => left[0] < left[1] && left[1] < left[3])({buttons})")
    view.close()
