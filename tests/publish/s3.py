"""A server with the interface of S3 in a process of its own, and one in front of it that fails when it is told to."""

import http.client
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = ("connection", "transfer-encoding", "content-length", "host")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """moto's server; `port` is where it listens."""

    def __init__(self):
        self.port = free_port()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from moto.server import main; main(sys.argv[1:])",
                "-p",
                str(self.port),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                self.request("GET", "/")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not start")

    def request(self, method, path, body=b"", headers=()):
        """Ask the server: status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        found = answer.status, answer.getheaders(), answer.read()
        connection.close()
        return found

    def close(self):
        self._process.terminate()
        self._process.wait()


class Front:
    """Hands all requests on, as `plan(method, path)` says: None lets one through, a number is the status of an answer
    in its place, `hang` and `cut` close the connection before or after the server was asked, `slow` first waits."""

    def __init__(self, server):
        self.server = server
        self.plan = lambda method, path: None
        self.asked = []
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _handle(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                front.asked.append((self.command, self.path))
                what = front.plan(self.command, self.path)
                if what == "slow":
                    time.sleep(3)
                if what in ("hang", "slow"):
                    self.close_connection = True
                    return
                status, headers, data = what, (), b"<Error><Code>InternalError</Code></Error>"
                if not isinstance(what, int):
                    given = [item for item in self.headers.items() if item[0].lower() not in HOP]
                    status, headers, data = server.request(self.command, self.path, body, given)
                if what == "cut":
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                length = {name.lower(): value for name, value in headers}.get("content-length", len(data))
                self.send_header("Content-Length", length if self.command == "HEAD" else len(data))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle  # noqa: N815

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self):
        self._http.shutdown()
        self._http.server_close()
