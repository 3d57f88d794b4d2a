"""Other pages, other names and other ports, in a real browser: what they get of a naive server, and of ours."""

import pytest

from browser.chromium import EXECUTABLE, Chromium
from server.naive import SECRET, Handler, Listener, running
from server.watched import PRIVATE, watched

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="no Chromium on this machine")

PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0"
    b"\x1b\xb6\xeeV\0\0\0\0IEND\xaeB`\x82"
)


@pytest.fixture(scope="module")
def browser():
    """A browser for which `evil.test` is a name of this machine, as after a rebinding."""
    with Chromium("--host-resolver-rules=MAP evil.test 127.0.0.1") as browser:
        yield browser


class Server:
    """A server to attack: the addresses of its site, of its status page and of a stream."""

    def __init__(self, url, status, stream, handler=None):
        self.url, self.status, self.stream, self.handler = url, status, stream, handler


def rebound(address):
    """An address under a name that was pointed at this machine."""
    return address.replace("127.0.0.1", "evil.test")


@pytest.fixture(scope="module")
def servers(tmp_path_factory, browser):
    """The naive server and ours, with the same secret; a person has opened the status page of both in this browser."""
    folder = tmp_path_factory.mktemp("attacked")
    with watched(folder, {"Public/Home.md": "# Home\n", "Private.md": PRIVATE}) as vault:
        (vault.site / "picture.png").write_bytes(PICTURE)
        with running(Handler, folder=vault.site) as (handler, naive):
            browser.page(f"{naive}_vaultkit/open").close()
            page = browser.page(vault.preview.invitation)
            assert SECRET in page.ask("document.body.innerText")
            status = page.ask("location.href")
            page.close()
            yield {
                "naive": Server(naive, f"{naive}_vaultkit/", f"{naive}_vaultkit/reload", handler),
                "ours": Server(vault.preview.url, status, f"{status}reload"),
            }


@pytest.fixture(scope="module")
def evil():
    """What somebody else runs on this machine, on another port."""
    with running(Listener) as (listener, address):
        listener.address = address
        yield listener


@pytest.fixture
def there(browser, evil):
    """A page of a foreign site, and one of another port of this machine."""
    pages = {
        "another site": browser.page(evil.address.replace("127.0.0.1", "evil.test")),
        "another port": browser.page(evil.address),
    }
    yield pages
    for page in pages.values():
        page.close()


READ = "fetch({url!r}, {{ credentials: 'include' }}).then((got) => got.text()).catch(() => '')"
PLAIN = "fetch({url!r}).then((got) => got.text()).catch(() => '')"
POST = "fetch({url!r}, {{ method: 'POST', mode: 'no-cors', body: '{{}}' }}).then(() => 'sent').catch(() => 'kept')"
SHOW = """new Promise((told) => {{
  const image = new Image();
  [image.onload, image.onerror] = [() => told(image.naturalWidth), () => told(0)];
  image.src = {url!r};
}})"""
LISTEN = """new Promise((told) => {{
  const events = new EventSource({url!r}, {{ withCredentials: {credentials} }});
  events.onmessage = (event) => (told("heard " + event.data), events.close());
  events.onerror = () => (told(""), events.close());
}})"""
FRAME = """new Promise((told) => {{
  const frame = document.createElement("iframe");
  frame.onload = () => setTimeout(() => told(frame.contentWindow.length), 100);
  frame.src = {url!r};
  document.body.append(frame);
}})"""
SOCKET = """new Promise((told) => {{
  const socket = new WebSocket({url!r}.replace("http", "ws"));
  socket.onopen = () => told("open");
  socket.onerror = () => told("refused");
}})"""


def test_a_name_that_was_pointed_here_reads_nothing(browser, servers):
    page = browser.page(rebound(servers["naive"].status))
    assert SECRET in page.ask("document.body.innerText")
    ours = servers["ours"]
    for address in (ours.url, ours.status, f"{ours.url}public/home.html"):
        page.go(rebound(address))
        assert "for this machine alone" in page.ask("document.body.innerText")
        assert page.ask(PLAIN.format(url=rebound(address))).strip().endswith("lead here")
    page.close()


@pytest.mark.parametrize("where", ["another site", "another port"])
def test_other_pages_read_nothing(servers, there, where):
    page, naive, ours = there[where], servers["naive"], servers["ours"]
    assert SECRET in page.ask(PLAIN.format(url=naive.status))
    assert SECRET in page.ask(LISTEN.format(url=naive.stream, credentials="false"))
    for url in (ours.url, ours.status, ours.stream, f"{ours.url}_vaultkit/reload"):
        assert page.ask(READ.format(url=url)) == page.ask(PLAIN.format(url=url)) == ""
        for credentials in ("true", "false"):
            assert page.ask(LISTEN.format(url=url, credentials=credentials)) == ""


@pytest.mark.parametrize("where", ["another site", "another port"])
def test_other_pages_change_and_show_nothing(servers, there, where):
    page, naive, ours = there[where], servers["naive"], servers["ours"]
    before = naive.handler.published
    page.ask(POST.format(url=f"{naive.url}_vaultkit/publish"))
    page.ask(SHOW.format(url=f"{naive.url}_vaultkit/publish"))
    assert naive.handler.published == before + 2
    assert page.ask(POST.format(url=f"{ours.url}_vaultkit/publish")) == "kept"
    assert page.ask(SHOW.format(url=f"{naive.url}picture.png")) == 1
    assert page.ask(SHOW.format(url=f"{ours.url}picture.png")) == 0
    assert page.ask(SOCKET.format(url=ours.url)) == page.ask(SOCKET.format(url=ours.stream)) == "refused"


def test_the_picture_is_one(browser, servers):
    page = browser.page(servers["ours"].url)
    assert page.ask(SHOW.format(url=f"{servers['ours'].url}picture.png")) == 1
    page.close()


@pytest.mark.parametrize("where", ["another site", "another port"])
def test_links_from_other_pages_lead_to_a_refusal(browser, evil, servers, where):
    ours = servers["ours"]
    for url in (ours.url, ours.status):
        page = browser.page(rebound(evil.address) if where == "another site" else evil.address)
        page.ask(f"void setTimeout(() => location.assign({url!r}), 0)")
        page.until("document.body?.innerText.includes('for this machine alone')")
        page.close()


def test_no_page_has_the_status_in_a_frame(servers, there):
    complaints = {}
    for name in ("naive", "ours"):
        page = there["another port"]
        page.ask(FRAME.format(url=servers[name].status))
        complaints[name] = [text for text in page.complaints() if "frame" in text.lower() or "403" in text]
    assert not complaints["naive"] and complaints["ours"]


def test_the_cookie_does_not_go_to_other_ports(browser, servers, evil):
    page = browser.page(evil.address)
    for path in ("", "_vaultkit/", "_vaultkit/status/", "_vaultkit/?open=1"):
        page.go(evil.address + path)
    page.close()
    assert "vaultkit=naive" in "; ".join(evil.cookies)
    secret = servers["ours"].status.removeprefix(servers["ours"].url)
    assert all(cookie in ("", "vaultkit=naive") for cookie in evil.cookies)
    page = browser.page(evil.address + secret)
    page.close()
    assert len(evil.cookies[-1]) > 40 or len(evil.cookies[-2]) > 40, "who knows the path is sent it: so it is secret"


def test_a_page_of_the_site_does_not_come_to_know_the_path(browser, servers):
    page = browser.page(servers["ours"].status)
    page.go(f"{servers['ours'].url}public/home.html")
    assert page.ask("document.referrer") == ""
    page.close()
    page = browser.page(servers["ours"].status)
    links = page.ask("[...document.querySelectorAll('a[href^=\"/\"]')].map((link) => [link.target, link.rel])")
    assert links and all(link == ["_blank", "noopener"] for link in links)
    page.close()
