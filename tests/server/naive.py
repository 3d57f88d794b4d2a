"""A preview as it is written when nobody thinks of the others on the machine. The attacks must get through to it, or
they would show nothing about ours."""

import http.server
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

SECRET = "a sentence of a private note"


class Handler(http.server.BaseHTTPRequestHandler):
    """Files of a folder, a status page for who has a cookie, and a button that publishes."""

    protocol_version = "HTTP/1.1"
    folder = Path()
    token = "naive"
    published = 0

    def do_GET(self):
        path = urlsplit(self.path).path
        if path == "/_vaultkit/":
            return self._answer(200, f"<!doctype html><title>Status</title><p>{SECRET}</p>".encode())
        if path == "/_vaultkit/open":
            return self._answer(200, b"welcome", cookie=f"vaultkit={self.token}; Path=/; HttpOnly; SameSite=Strict")
        if path == "/_vaultkit/reload":
            return self._answer(200, f"data: {SECRET}\n\n".encode(), "text/event-stream")
        if path == "/_vaultkit/publish":
            return self.do_POST()
        try:
            name = unquote(unquote(path)).replace("\\", "/")
            place = Path(f"{self.folder}/{name}".partition("\0")[0])
            if place.is_dir():
                listing = "".join(f"<li>{item.name}" for item in sorted(place.iterdir()))
                return self._answer(200, f"<ul>{listing}</ul>".encode())
            kind = {".html": "text/html", ".js": "text/javascript", ".png": "image/png"}.get(place.suffix, "text/plain")
            return self._answer(200, place.read_bytes(), kind)
        except OSError:
            return self._answer(404, b"no")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        type(self).published += 1
        self._answer(200, b"published")

    def _answer(self, status, body, kind="text/html", cookie=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Listener(http.server.BaseHTTPRequestHandler):
    """What somebody else runs on another port: it notes which cookies it is sent, and shows one page."""

    cookies = ()

    def do_GET(self):
        type(self).cookies = (*self.cookies, self.headers.get("cookie") or "")
        body = b"<!doctype html><title>evil</title><body>evil"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def running(kind, **attributes):
    """A server of a kind of its own; the class of its handlers, and its address."""
    made = type(kind.__name__, (kind,), attributes)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), made) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made, f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
