"""The browser, and sites to look at: as files and served, small and large."""

import functools
import http.server
import threading
from contextlib import contextmanager

import pytest

from browser.chromium import Chromium
from browser.sites import SHOWCASE, showcase, write
from editions import edition, garden, page


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def send_error(self, code, message=None, explain=None):
        """A missing page is answered with the site's own."""
        if code != 404:
            super().send_error(code, message, explain)
            return
        with open(self.translate_path("/404.html"), "rb") as file:
            body = file.read()
        self.send_response(404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(folder):
    """A folder on a loopback port; its address."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def browser():
    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """A small site as files."""
    return write(tmp_path_factory.mktemp("garden"), garden()).as_uri()


@pytest.fixture(scope="session")
def shown(tmp_path_factory):
    """A site with every construct and every kind of page, served at the root of its server."""
    folder = tmp_path_factory.mktemp("shown")
    with serving(folder) as address:
        edit = {"edit-url": "https://example.org/edit/{path}"}
        write(folder, showcase(), assets=SHOWCASE, base_url=address, **edit)
        yield address


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A site too large for a whole tree on each page, served below a path."""
    root = tmp_path_factory.mktemp("root")
    notes = [page(f"Folder {number % 7}/Note {number}.md", f"Text {number}.") for number in range(200)]
    write(root / "below", edition(*notes, page("Folder 1/Inner/Deep.md", "Deep.")))
    with serving(root) as address:
        yield f"{address}/below"
