"""The status page of a running `vaultkit serve`, as the person sees it whose vault it is."""

import os
import re
import subprocess
import sys

import pytest

from browser.chromium import EXECUTABLE
from browser.test_access import MISSED, WALK, axe, violations  # noqa: F401 - a fixture
from server.watched import watched

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="no Chromium on this machine")

NOTES = {
    "vaultkit.yaml": "publish:\n  select: { path: 'Public/**' }\nrules: { link-self: warning }\n",
    "Public/Home.md": "# Home\n\nSee [[Dune]].\n",
    "Public/Dune.md": "# Dune\n\nSand.\n",
    "Public/מחברת.md": "# שלום\n\nראה [[לא קיים]].\n",
    "Journal/読書.md": "# 読書\n\n[[存在しない]] と <b>[[読書]]</b> を見る。 \u202eevil\n",
    **{f"Journal/Day {number:02}.md": f"[[Somebody {number % 3}]] and [[Dune]]\n" for number in range(12)},
}
LISTED = "[...document.querySelectorAll('.entry h2')].map((item) => item.textContent)"
FAILING = 14
"""Notes that fail as long as nobody writes anything."""


class Served:
    """A vault, and the addresses that `vaultkit serve` tells."""

    def __init__(self, folder):
        self.root = folder / "My vault"
        for path, text in NOTES.items():
            self.write(path, text)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vaultkit", "serve", "--quiet", "--vault", str(self.root)],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.site = self._told("The site is shown at")
        self.invitation = self._told("How your notes stand")
        self.status = ""

    def _told(self, words):
        for line in self.process.stderr:
            if words in line:
                return re.search(r"http://\S+", line)[0]
        raise AssertionError(f"never said {words!r}")

    def write(self, path, text):
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def served(tmp_path_factory, browser):
    """A vault that is served, whose status page was opened in this browser."""
    made = Served(tmp_path_factory.mktemp("serve"))
    try:
        page = browser.page(made.invitation)
        made.status = page.ask("location.href")
        page.until("document.querySelectorAll('.entry').length === 14")
        page.until("document.querySelector('.states .published b').textContent === '2'")
        page.close()
        yield made
    finally:
        made.process.kill()
        made.process.wait()
        made.process.stderr.close()


@pytest.fixture
def page(browser, served):
    """The status page at the size of a desk."""
    made = browser.page(served.status, 1440, 900)
    yield made
    assert [text for text in made.complaints() if "ERR_CONNECTION" not in text] == []
    made.close()


def state(page, name):
    return page.ask(f"document.querySelector('.states .{name} b').textContent")


def test_notes_by_state_with_what_was_found(page):
    assert page.ask("document.title") == "My vault · 14 failing"
    states = ("failing", "held", "withheld", "published", "scheduled", "denied", "unselected")
    assert [state(page, name) for name in states] == ["14", "0", "1", "2", "0", "0", "13"]
    assert page.ask("document.querySelector('#mode').textContent").startswith("\nWatching, last looked")
    entry = "document.getElementById('note:Journal/Day 01.md')"
    assert page.ask(f"{entry}.querySelector('.what').textContent") == "error there is no note Somebody 1"
    assert page.ask(f"{entry}.querySelector('mark').textContent") == "[[Somebody 1]]"
    assert page.ask(f"{entry}.querySelector('.lines').textContent").split("\n") == [
        "1[[Somebody 1]] and [[Dune]]",
        "opens nothing",
    ]
    assert page.ask(f"{entry}.querySelector('.place').textContent") == (
        "line 1, column 1 · link-broken · to be mended by hand"
    )


def test_the_page_of_a_rule(browser, page, served):
    page.click(".place a")
    page.until("document.querySelector('main.prose h1')?.textContent === 'link-broken'")
    page.click("a.name")
    page.until("!!document.querySelector('.entry')")


def test_a_finding_comes_and_goes_while_one_looks(page, served):
    day = "document.getElementById('note:Journal/Day 09.md')"
    top = f"{day}.getBoundingClientRect().top"
    page.ask("document.querySelector('#text').focus()")
    page.ask(f"{day}.scrollIntoView({{behavior: 'instant'}}); window.here = {top}; null")
    assert 0 <= page.ask("window.here") < 900
    served.write("Journal/A day.md", "[[Arrakis]]\n")
    page.until("!!document.getElementById('note:Journal/A day.md')")
    assert abs(page.ask(f"{top} - window.here")) < 2
    (served.root / "Journal/A day.md").unlink()
    page.until("!document.getElementById('note:Journal/A day.md')")
    served.write("Public/Dune.md", "# Dune\n\n[[Arrakis]]\n")
    page.until("document.body.innerText.includes('there is no note Arrakis')")
    page.until("document.querySelector('.states .held b').textContent === '1'")
    assert page.ask("document.activeElement.id") == "text"
    entry = "document.getElementById('note:Public/Dune.md')"
    assert page.ask(f"{entry}.querySelector('.about').innerText").startswith("Held")
    assert page.ask(f"{entry}.querySelector('time').dateTime") and "at the latest" not in page.ask(f"{entry}.innerText")
    assert page.ask(f"{entry}.querySelector('.about a').href") == served.site + "public/dune.html"
    assert page.ask("document.querySelector('.changes .held').innerText.includes('Dune')")
    served.write("Public/Dune.md", "# Dune\n\nSand again.\n")
    page.until(f"{entry} === null && document.querySelector('.states .held b').textContent === '0'")
    page.until("document.querySelector('.changes .mended').innerText.includes('Dune')")
    assert abs(page.ask(f"{top} - window.here")) < 2


def test_what_did_not_change_stays_where_it_is(page, served):
    page.ask("document.querySelectorAll('.entry').forEach((item) => (item.mark = true))")
    served.write("Journal/Day 05.md", "[[Nobody]]\n")
    page.until("document.querySelector('#list').innerText.includes('there is no note Nobody')")
    assert page.ask("[...document.querySelectorAll('.entry')].filter((item) => !item.mark).length") == 1
    served.write("Journal/Day 05.md", NOTES["Journal/Day 05.md"])
    page.until("!document.querySelector('#list').innerText.includes('there is no note Nobody')")


def test_the_filter(page, served):
    page.click("#text")
    page.type("somebody 1")
    page.until("document.querySelectorAll('.entry').length === 4")
    assert page.ask("location.search") == "?state=failing&text=somebody+1"
    served.write("Journal/Day 04.md", "[[Dune]]\n")
    page.until("document.querySelectorAll('.entry').length === 3")
    assert page.ask("document.querySelector('#text').value") == "somebody 1"
    page.ask("document.querySelector('#count a').click()")
    page.until("document.querySelectorAll('.entry').length === 13 && document.title === 'My vault · 13 failing'")
    served.write("Journal/Day 04.md", NOTES["Journal/Day 04.md"])
    page.until("document.querySelectorAll('.entry').length === 14")
    choose = (
        "(([field, value]) => {{ field.value = value; field.dispatchEvent(new Event('input', {{bubbles: true}})); }})"
    )
    page.ask(f"{choose.format()}([document.querySelector('#folder'), 'Public'])")
    page.until("document.querySelectorAll('.entry').length === 1")
    assert page.ask(LISTED) == ["Public/מחברת"]
    page.ask("history.back()")
    page.until("document.querySelectorAll('.entry').length === 4 && document.querySelector('#folder').value === ''")
    page.go(served.status)
    page.ask(f"{choose.format()}([document.querySelector('#rule'), 'link-self'])")
    page.until("document.querySelectorAll('.entry').length === 1")
    assert page.ask(LISTED) == ["Journal/読書"]
    page.ask("document.querySelector('.states .published').click()")
    page.until("document.querySelector('#list').innerText === 'No note fits.' || location.search.includes('published')")


def test_the_graph_of_what_is_not_there(page, served):
    page.until("!!document.querySelector('#graph canvas')")
    page.ask("document.querySelector('#graph').scrollIntoView()")
    page.ask("document.querySelector('#graph canvas').focus()")
    page.key("ArrowRight")
    page.until("!!document.querySelector('#graph .said').textContent")
    page.key("Enter")
    page.until("location.search.includes('text=') && !!document.querySelector('#graph canvas')")
    first = "document.querySelector('#missing tbody tr')"
    assert page.ask(f"{first}.querySelector('th').textContent") == "Somebody 0"
    assert page.ask(f"{first}.querySelectorAll('a').length") == 4
    served.write("Somebody 0.md", "I am.\n")
    page.until(f"{first}.querySelector('th').textContent === 'Somebody 1'")
    assert page.ask("document.querySelectorAll('#graph canvas').length") == 1
    (served.root / "Somebody 0.md").unlink()
    page.until(f"{first}.querySelector('th').textContent === 'Somebody 0'")


def test_a_configuration_that_breaks_is_told(page, served):
    served.write("vaultkit.yaml", "rulez: {}\n")
    page.until("document.querySelector('#troubles').innerText.includes('rulez')")
    served.write("vaultkit.yaml", NOTES["vaultkit.yaml"])
    page.until("document.querySelector('#troubles').innerText === ''")


def test_a_server_that_ends_is_noticed(browser, tmp_path):
    with watched(tmp_path, {"A.md": "[[Nowhere]]\n"}) as vault:
        page = browser.page(vault.preview.invitation)
        page.until("!!document.querySelector('.entry')")
        vault.preview.stop()
        page.until("getComputedStyle(document.querySelector('.mode'), '::after').content.includes('not connected')")
        page.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser, served, axe, dark):  # noqa: F811
    page = browser.page(served.status, 1440, 900, dark=dark)
    page.until("!!document.querySelector('#graph canvas')")
    assert violations(page, axe) == []
    page.close()
    page = browser.page(served.status + "rules/link-broken", 390, 844, dark=dark)
    assert violations(page, axe) == []
    page.close()


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_it_fits_every_window(browser, served, width):
    page = browser.page(served.status, width, 800)
    page.until("!!document.querySelector('#graph canvas')")
    assert page.ask("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_keyboard_reaches_everything(browser, served):
    page = browser.page(served.status, 1440, 900, still=True)
    page.until("!!document.querySelector('#graph canvas')")
    for _ in range(page.ask(WALK) + 6):
        page.key("Tab")
    assert page.ask(MISSED) == []
    page.close()


def test_names_are_written_in_their_own_direction(page):
    entry = "document.getElementById('note:Public/מחברת.md')"
    assert page.ask(f"getComputedStyle({entry}.querySelector('.lines')).direction") == "rtl"
    assert page.ask(f"getComputedStyle({entry}.querySelector('h2')).direction") == "ltr"
    assert page.ask(f"{entry}.querySelector('h2').innerText") == "Public/מחברת"
    journal = "document.getElementById('note:Journal/読書.md')"
    assert "<b>[[読書]]</b>" in page.ask(f"{journal}.innerText") and "<U+202E>evil" in page.ask(f"{journal}.innerText")


def test_without_a_script(browser, served):
    page = browser.page(f"{served.status}?text=somebody+2", script=False)
    assert len(re.findall('class="entry', page.html())) == 4
    page.close()
