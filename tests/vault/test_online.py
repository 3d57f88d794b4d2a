"""Addresses are looked up politely, from a real server on this machine; nobody else's machine is asked."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vaultkit.cli._main import main
from vaultkit.vault import web
from vaultkit.vault.online import ALIVE_FOR, DEAD_FOR, Online

ANSWERS = {
    "/fine": 200,
    "/gone": 410,
    "/missing": 404,
    "/robots-unwanted": 403,
    "/broken": 500,
    "/strange": 299,
}


class Server(ThreadingHTTPServer):
    """Answers by path, and knows what was asked, and how many asked at once."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.busy, self.crowd, self.times = [], 0, 0, {}
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def at(self, path, host="127.0.0.1"):
        return f"http://{host}:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def answer(self):
        server, path = self.server, self.path
        with server.lock:
            server.asked.append((self.command, path, self.headers["User-Agent"]))
            server.busy += 1
            server.crowd = max(server.crowd, server.busy)
            server.times[path] = server.times.get(path, 0) + 1
        time.sleep(0.01)
        with server.lock:
            server.busy -= 1
        if path == "/head-hating":
            self.send_response(405 if self.command == "HEAD" else 200)
        elif path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", path[4:])
        elif path == "/loop":
            self.send_response(301)
            self.send_header("Location", "/loop")
        elif path == "/busy-once":
            self.send_response(429 if server.times[path] == 1 else 200)
            self.send_header("Retry-After", "3")
        elif path == "/busy":
            self.send_response(503)
            self.send_header("Retry-After", "7200")
        elif path.startswith("/silent"):
            time.sleep(1.5)
            return
        elif path == "/garbage":
            self.wfile.write(b"\0\xffnot http\r\n\r\n")
            return
        else:
            self.send_response(ANSWERS.get(path, 404))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET = answer  # noqa: N815


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(web, "is_public", lambda address: True)
    server = Server()
    yield server
    server.shutdown()
    server.server_close()


def online(folder, **given):
    return Online(str(folder), **{"sleep": lambda seconds: None} | given)


def test_what_is_surely_dead_is_told_and_nothing_else(server, tmp_path):
    told = online(tmp_path).verdicts(
        map(server.at, [*ANSWERS, "/to//fine", "/to//gone", "/loop", "/head-hating", "/a b?q=é#x", "/garbage"])
    )
    assert {url.partition(str(server.server_port))[2]: verdict for url, verdict in told.items() if verdict} == {
        "/gone": "is gone (410)",
        "/missing": "is not there (404)",
        "/to//gone": "is gone (410)",
        "/loop": "leads from one redirect to the next without end",
        "/a b?q=é#x": "is not there (404)",
    }
    assert {agent for _, _, agent in server.asked} == {web._AGENT} and "vaultkit/" in web._AGENT
    methods = [method for method, path, _ in server.asked if path == "/head-hating"]
    assert methods == ["HEAD", "GET"] and [m for m, path, _ in server.asked if path == "/fine"] == ["HEAD", "HEAD"]


def test_one_request_at_a_time_per_host_with_a_pause(server, tmp_path):
    pauses = []
    looked = online(tmp_path, sleep=pauses.append)
    looked.verdicts(server.at(f"/fine?{number}") for number in range(8))
    assert server.crowd == 1
    assert len(pauses) == len(server.asked) and min(pauses) > 0


def test_a_server_that_is_busy_is_waited_for_or_left_alone(server, tmp_path):
    pauses = []
    urls = [server.at(path) for path in ("/busy-once", "/fine")]
    assert online(tmp_path, sleep=pauses.append).verdicts(urls) == dict.fromkeys(urls, "")
    assert 3.0 in pauses
    server.asked.clear()
    online(tmp_path / "other").verdicts(server.at(path) for path in ("/a-busy", "/busy", "/missing"))
    assert [path for _, path, _ in server.asked] == ["/a-busy", "/a-busy", "/busy", "/busy"]


def test_a_date_to_retry_after_is_understood():
    looked = online("/nowhere", clock=lambda: 784111777.0)
    assert looked._seconds("Sun, 06 Nov 1994 08:49:40 GMT") == 3.0
    assert looked._seconds("Sun, 06 Nov 1994 08:49:30 GMT") == 0.0
    assert looked._seconds("soon") > 0


def test_a_silent_server_is_not_asked_on_and_on(server, tmp_path, monkeypatch):
    monkeypatch.setattr(web, "TIMEOUT", 0.2)
    urls = [server.at(f"/silent/{number}") for number in range(5)]
    assert online(tmp_path).verdicts(urls) == dict.fromkeys(urls, "")
    assert [path for _, path, _ in server.asked] == ["/silent/0", "/silent/1"]


def test_what_was_seen_is_remembered_for_a_while(server, tmp_path):
    now = [1000.0]
    urls = [server.at("/fine"), server.at("/missing")]
    first = online(tmp_path, clock=lambda: now[0]).verdicts(urls)
    asked = len(server.asked)
    now[0] += DEAD_FOR - 1
    assert online(tmp_path, clock=lambda: now[0]).verdicts(urls) == first
    assert len(server.asked) == asked
    now[0] += 2
    online(tmp_path, clock=lambda: now[0]).verdicts(urls)
    assert {path for _, path, _ in server.asked[asked:]} == {"/missing"}
    now[0] += ALIVE_FOR
    online(tmp_path, clock=lambda: now[0]).verdicts(urls)
    assert server.asked[-1][1] != "" and sum(path == "/fine" for _, path, _ in server.asked) == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"a": 1}', b'{"a": ["b"]}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_memory_costs_a_look_and_no_more(server, tmp_path, damage):
    (tmp_path / "online.json").write_bytes(damage)
    assert online(tmp_path).verdicts([server.at("/gone")]) == {server.at("/gone"): "is gone (410)"}
    assert json.loads((tmp_path / "online.json").read_text())


def test_a_memory_that_cannot_be_written_is_none(server, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert online(tmp_path / "file" / "x").verdicts([server.at("/gone")]) == {server.at("/gone"): "is gone (410)"}


def test_a_server_that_refuses_and_a_host_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(web, "is_public", lambda address: True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert online(tmp_path).verdicts([url]) == {url: "leads to a server that refuses connections"}

    def no_such_host(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def no_network(*_, **__):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(web.socket, "getaddrinfo", no_such_host)
    told = online(tmp_path).verdicts(["https://nobody.example/"])
    assert told == {"https://nobody.example/": "leads to `nobody.example`, and there is no such host"}
    monkeypatch.setattr(web.socket, "getaddrinfo", no_network)
    assert online(tmp_path).verdicts(["https://offline.example/"]) == {"https://offline.example/": ""}


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "ff02::1",
]  # fmt: skip


def test_private_addresses_are_told_from_public_ones():
    assert [address for address in PRIVATE if web.is_public(address)] == []
    assert web.is_public("93.184.216.34") and web.is_public("2606:2800:220:1:248:1893:25c8:1946")


@pytest.fixture
def no_connection(monkeypatch):
    def connect(*_):
        raise AssertionError("somebody was asked")

    monkeypatch.setattr(web.socket, "create_connection", connect)


def test_nobody_on_this_machine_or_in_a_private_network_is_asked(no_connection, tmp_path, monkeypatch):
    urls = [f"http://{f'[{address}]' if ':' in address else address}/" for address in PRIVATE if "%" not in address]
    urls += ["http://localhost/", "http://2130706433/", "http://127.1/", "http://0x7f.1/"]
    assert set(online(tmp_path).verdicts(urls).values()) == {""}
    mixed = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(web.socket, "getaddrinfo", lambda *_, **__: mixed)
    assert online(tmp_path).verdicts(["http://rebound.example/"]) == {"http://rebound.example/": ""}


def test_no_redirect_leads_into_a_private_network(server, tmp_path, monkeypatch):
    monkeypatch.setattr(web, "is_public", lambda address: address == "127.0.0.1")
    secret = Server()
    monkeypatch.setattr(web.socket, "getaddrinfo", _resolving({"10.0.0.7": "10.0.0.7"}, web.socket.getaddrinfo))
    url = server.at(f"/to/http://10.0.0.7:{secret.server_port}/missing")
    assert online(tmp_path).verdicts([url]) == {url: ""}
    assert secret.asked == [] and server.asked


def _resolving(names, real):
    def resolve(host, port, *rest, **more):
        return [(2, 1, 6, "", (names[host], port))] if host in names else real(host, port, *rest, **more)

    return resolve


@pytest.mark.parametrize(
    "url",
    [
        "http://", "http://[::1", "http://a:b@c.example/", "http://x:99999/", "http://x:0/", "ftp://x.example/",
        "https://\u2025.example/", "http://" + "a" * 70 + ".example/", "http://x.example:port/", "javascript:1", "",
        "http://x.example/\r\nHost: y", "http://\0/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_asks_nobody(url, no_connection, tmp_path, monkeypatch):
    monkeypatch.setattr(web.socket, "getaddrinfo", lambda *_, **__: [])
    assert online(tmp_path).verdicts([url]) == {url: ""}


def test_check_looks_only_when_it_is_asked_to(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("vaultkit.vault.online._PAUSE", 0.0)
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "a.md").write_text(f"[x]({server.at('/missing#there')}) and [y]({server.at('/fine')})\n")
    (vault / "b.md").write_text(f"[x]({server.at('/gone')})\n")
    check = ["check", "--vault", str(vault), "--quiet", "--statistics"]
    assert main(check) == 0 and server.asked == []
    assert main([*check, "--select", "link-external"]) == 0 and server.asked == []
    assert "only with --online" in capsys.readouterr().err
    assert main([*check, "--online", "--fail-on", "warning", str(vault / "a.md")]) == 1
    assert {path for _, path, _ in server.asked} == {"/missing", "/fine"}
    assert "1  warning  link-external" in capsys.readouterr().out
    assert main([*check, "--online"]) == 0
    assert "2  warning  link-external" in capsys.readouterr().out
    assert main(check) == 0 and "link-external" not in capsys.readouterr().out
    (vault / "vaultkit.yaml").write_text("version: 1\nrules: { link-external: off }\n")
    assert main([*check, "--online"]) == 0 and "link-external" not in capsys.readouterr().out
