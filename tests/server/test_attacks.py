"""What must not get through to the preview, on the wire. An attack that a naive server would fall for is tried on one
too, so that we know it to be an attack."""

import socket
import threading
import time
import urllib.parse

import pytest

from server.naive import SECRET, Handler, running
from server.test_preview import opened
from server.wire import PATIENCE, ask, connect, raw, rest, until
from vaultkit.server.preview import wire

OTHERS = [
    "evil.test", "evil.test:{port}", "127.0.0.1", "localhost", "127.0.0.1:{other}", "127.0.0.1:{port}.evil.test",
    "127.0.0.1.:{port}", "localhost.evil.test:{port}", "[::1]:{port}", "0.0.0.0:{port}", "2130706433:{port}",
    "user@127.0.0.1:{port}", "",
]  # fmt: skip
FOREIGN = [
    [("Origin", "http://evil.test")],
    [("Origin", "null")],
    [("Origin", "")],
    [("Origin", "https://{own}")],
    [("Origin", "http://{own}.evil.test")],
    [("Origin", "http://{own}/")],
    [("Origin", "http://127.0.0.1")],
    [("Origin", "http://localhost:{port}")],
    [("Origin", "http://{own}"), ("Origin", "http://evil.test")],
    [("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "same-site")],
    [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "perhaps")],
    [("Host", "evil.test")],
]
OUTSIDE = [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%252fsecret.txt",
    "/%252e%252e%252fsecret.txt",
    "/public/../../secret.txt",
    "/public/..%2f..%2fsecret.txt",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/.../secret.txt",
    "//etc/passwd",
    "/%2fetc/passwd",
    "/leak",
    "/leak%00.html",
    "/leaks/secret.html",
    "/.hidden",
    "/./.hidden",
    "/public/..%2f.hidden",
    "/%2ehidden",
    "/..;/secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "http://evil.test/../secret.txt",
]
NAIVE_FALLS = {"/../secret.txt", "/..%2fsecret.txt", "/..%252fsecret.txt", "/..\\secret.txt", "/leak", "/leak%00.html",
               "/leaks/secret.html", "/.hidden", "/%2e%2e%2fsecret.txt"}  # fmt: skip


@pytest.fixture(scope="module")
def naive(vault):
    """The same site by a server that knows no better."""
    with running(Handler, folder=vault.site) as (handler, address):
        handler.address = address
        yield handler


def test_who_has_no_business_here_reads_what_the_naive_server_tells(naive):
    assert SECRET in ask(naive.address, "/_vaultkit/", host="evil.test").body.decode()
    assert ask(naive.address, "/", host="evil.test", headers=[("Origin", "http://evil.test")]).status == 200
    ask(naive.address, "/_vaultkit/publish", method="POST", host="evil.test")
    ask(naive.address, "/_vaultkit/publish")
    assert naive.published == 2
    assert b"<li>index.html" in ask(naive.address, "/").body


@pytest.mark.parametrize("host", OTHERS)
def test_only_this_very_server_is_meant(vault, address, host):
    port = urllib.parse.urlsplit(address).port
    answer = ask(address, "/", host=host.format(port=port, other=port + 1))
    assert answer.status == (403 if host else 400)
    assert b"Words" not in answer.body and b"vaultkit/reload" not in answer.body


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: " ".join(value for _, value in headers))
def test_pages_of_others_are_refused(vault, address, headers):
    own = urllib.parse.urlsplit(address)
    headers = [(name, value.format(own=own.netloc, port=own.port)) for name, value in headers]
    place, key = opened(vault)
    for target, more in (("/", []), ("/_vaultkit/reload", []), (place, key), (f"{place}reload", key)):
        answer = ask(address, target, headers=[*headers, *more])
        assert answer.status in (400, 403) and SECRET.encode() not in answer.body
    invitation = vault.preview.invitation
    ask(address, invitation.removeprefix(address.rstrip("/")), headers=headers)
    assert vault.preview.invitation == invitation


def test_a_page_of_its_own_is_answered(address):
    own = [("Origin", address.rstrip("/")), ("Sec-Fetch-Site", "same-origin")]
    assert ask(address, headers=own).status == 200
    local = urllib.parse.urlsplit(address).netloc.replace("127.0.0.1", "localhost")
    assert ask(address, host=local, headers=[("Sec-Fetch-Site", "none")]).status == 200


@pytest.mark.parametrize("target", OUTSIDE)
def test_nothing_outside_the_site_is_served(vault, naive, address, target):
    if target in NAIVE_FALLS:
        assert b"secret" in ask(naive.address, target).body
    answer = ask(address, target)
    assert answer.status == 404
    assert b"secret" not in answer.body and b"root:" not in answer.body


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "FOO"]
)
def test_it_is_read_only(vault, address, method):
    before = sorted(str(path) for path in vault.root.rglob("*"))
    place, key = opened(vault)
    for target in ("/", "/_vaultkit/", place):
        answer = ask(address, target, method=method, headers=[*key, ("Content-Type", "text/plain")])
        assert answer.status == 405 and answer.header("allow") == "GET, HEAD"
    assert sorted(str(path) for path in vault.root.rglob("*")) == before


def test_reading_changes_nothing(vault, address):
    place, key = opened(vault)
    known = vault.board.now()
    absurd = "&".join(f"a{number}=1" for number in range(200))
    for query in (
        "publish=1", "state=held&fix=1", "open=x", "text=" + "%00" * 50, "page=-1", "page=" + "9" * 400, absurd,
        "state=%ff%fe&rule=%22%3E%3Cscript%3E",
    ):  # fmt: skip
        answer = ask(address, f"{place}?{query}", headers=key)
        assert answer.status == 200 and b"<script>" not in answer.body, query
    assert vault.board.now() == known


def test_the_status_is_for_who_has_both_the_address_and_the_cookie(vault, address):
    place, key = opened(vault)
    [(_, cookie)] = key
    local = urllib.parse.urlsplit(address).netloc.replace("127.0.0.1", "localhost")
    for cookies in (f"other=1; {cookie}; vaultkit_2=x", f"vaultkit=of another; {cookie}", f"{cookie};vaultkit=x"):
        assert ask(address, place, headers=[("Cookie", cookies)]).status == 200
    wrong = [
        {"target": place},
        {"target": place, "headers": [("Cookie", "vaultkit=x")]},
        {"target": place, "headers": [("Cookie", "vaultkit=")]},
        {"target": place, "headers": [("Cookie", cookie[:-1])]},
        {"target": place, "headers": [("Cookie", 'vaultkit=\xff\xfe; a="\\; =; ;;')]},
        {"target": place, "headers": [("Authorization", f"Bearer {cookie}")]},
        {"target": f"{place}?{cookie}"},
        {"target": place, "headers": key, "host": local},
        {"target": "/_vaultkit/", "headers": key},
        {"target": "/_vaultkit/status/", "headers": key},
        {"target": f"{place[:-2]}/", "headers": key},
        {"target": place.replace("status", "%73tatus")},
        {"target": f"/public/..{place}", "headers": key},
        {"target": f"/_vaultkit/?open={cookie.partition('=')[2]}"},
    ]
    for given in wrong:
        answer = ask(address, **given)
        assert answer.status in (403, 404), given
        assert b"Private" not in answer.body and SECRET.encode() not in answer.body, given


def test_there_are_no_websockets(vault, address):
    place, key = opened(vault)
    wish = [
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Key", "x3JJHMbDL1EzLkh9GBhXDw=="),
        ("Sec-WebSocket-Version", "13"),
    ]
    own = urllib.parse.urlsplit(address).netloc
    for target in ("/", "/_vaultkit/reload.js", place):
        lines = [f"GET {target} HTTP/1.1", f"Host: {own}", "Connection: Upgrade, close"]
        lines += [f"{name}: {value}" for name, value in [*wish, *key]]
        assert raw(address, "\r\n".join([*lines, "", ""]).encode()).status == 200


ABSURD = {
    "a long address": b"GET /%s HTTP/1.1\r\nHost: {own}\r\n\r\n" % (b"a" * 8000),
    "a very long address": b"GET /%s HTTP/1.1\r\nHost: {own}\r\n\r\n" % (b"a" * 1_000_000),
    "many headers": b"GET / HTTP/1.1\r\nHost: {own}\r\n" + b"X: 1\r\n" * 500 + b"\r\n",
    "very many headers": b"GET / HTTP/1.1\r\nHost: {own}\r\n" + b"X: 1\r\n" * 100_000 + b"\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: {own}\r\nX: %s\r\n\r\n" % (b"a" * 500_000),
    "a long cookie": b"GET /_vaultkit/ HTTP/1.1\r\nHost: {own}\r\nCookie: %s\r\n\r\n" % (b"a=1; " * 200_000),
    "a body": b"GET / HTTP/1.1\r\nHost: {own}\r\nContent-Length: 99999999999\r\n\r\nabc",
    "a chunked body": b"GET / HTTP/1.1\r\nHost: {own}\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nabc",
    "two lengths": b"GET / HTTP/1.1\r\nHost: {own}\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "a negative length": b"GET / HTTP/1.1\r\nHost: {own}\r\nContent-Length: -1\r\n\r\n",
    "both kinds of length": (
        b"GET / HTTP/1.1\r\nHost: {own}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    ),
    "an expectation": b"GET / HTTP/1.1\r\nHost: {own}\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    "a header in two lines": b"GET / HTTP/1.1\r\nHost: {own}\r\nX: 1\r\n 2\r\nHost: evil.test\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : {own}\r\n\r\n",
    "NUL": b"GET /\0 HTTP/1.1\r\nHost: {own}\r\n\r\n",
    "not ASCII": b"GET /\xff\xfe HTTP/1.1\r\nHost: {own}\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 40,
    "a newer HTTP": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an old HTTP": b"GET /\r\n\r\n",
    "nothing": b"",
    "half a request": b"GET / HTTP/1.1\r\nHo",
}


@pytest.mark.parametrize("case", ABSURD)
def test_absurd_requests_are_refused_and_do_no_harm(address, case):
    own = urllib.parse.urlsplit(address).netloc.encode()
    answer = raw(address, ABSURD[case].replace(b"{own}", own))
    assert answer.status in (0, 400, 403, 404, 414, 431), answer.status
    assert answer.status == 0 or answer.header("x-content-type-options") == "nosniff"
    assert ask(address).status == 200


def test_who_takes_long_keeps_nobody_waiting_and_is_let_go(address, monkeypatch):
    monkeypatch.setattr(wire, "PATIENCE", 0.3)
    monkeypatch.setattr(wire, "PACE", 0.1)
    own = urllib.parse.urlsplit(address).netloc
    slow = [connect(address) for _ in range(60)]
    for number, one in enumerate(slow):
        one.sendall(f"GET / HTTP/1.1\r\nHost: {own}\r\nX-{number}: ".encode() if number % 2 else b"")
    assert ask(address).status == 200
    stop = threading.Event()
    threading.Thread(target=_drip, args=(slow[1], stop), daemon=True).start()
    assert [rest(one) for one in slow] == [b""] * 60
    stop.set()
    again = connect(address)
    again.sendall(f"GET /_vaultkit/reload.js HTTP/1.1\r\nHost: {own}\r\n\r\nGET / HT".encode())
    assert rest(again).count(b"HTTP/1.1 200") == 1


def _drip(connection, stop):
    """Send a byte now and then."""
    while not stop.wait(0.05):
        try:
            connection.sendall(b"a")
        except OSError:
            return


def test_who_takes_nothing_of_what_is_sent_is_let_go(vault, address, monkeypatch):
    monkeypatch.setattr(wire, "STALLED", 0.3)
    monkeypatch.setattr(wire, "PACE", 0.1)
    (vault.site / "large.bin").write_bytes(bytes(12_000_000))
    own = urllib.parse.urlsplit(address).netloc
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.settimeout(PATIENCE)
        lazy.connect(("127.0.0.1", urllib.parse.urlsplit(address).port))
        lazy.sendall(f"GET /large.bin HTTP/1.1\r\nHost: {own}\r\n\r\n".encode())
        assert ask(address).status == 200
        time.sleep(1)
        assert len(rest(lazy)) < 12_000_000


def test_there_is_an_end_to_the_connections(address, monkeypatch):
    monkeypatch.setattr(wire, "MOST", 10)
    many = [connect(address) for _ in range(30)]
    assert sum(rest(one) == b"" for one in many[10:]) == 20
    for one in many[:10]:
        one.close()
    until(lambda: ask(address).status == 200)
