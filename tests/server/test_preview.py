"""The preview shows files as they are, tells open pages of news, and shows the status to who has the key."""

import urllib.parse

import pytest

from server.wire import ask, connect, until
from vaultkit.errors import SetupError
from vaultkit.server.preview import Preview
from vaultkit.server.preview import bell as bells
from vaultkit.server.preview.answer import Request
from vaultkit.server.preview.key import MINUTES, OWN, Key
from vaultkit.server.status.board import Board
from vaultkit.watching.standing import Standing

SEALS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def stream(address, target="/_vaultkit/reload", headers=()):
    """A stream of news, past its headers; what it says is read line by line."""
    made = connect(address)
    lines = [f"GET {target} HTTP/1.1", f"Host: {urllib.parse.urlsplit(address).netloc}", *headers, "", ""]
    made.sendall("\r\n".join(lines).encode())
    file = made.makefile("rb")
    head = b"".join(iter(file.readline, b"\r\n"))
    assert b" 200 OK" in head and b"text/event-stream" in head and b"nosniff" in head, head
    return made, file


def said(file):
    """The next thing that a stream says."""
    while not (line := file.readline()).startswith(b"data: "):
        assert line
    return line[6:].strip().decode()


def opened(vault):
    """The path of the status page, and the headers of somebody who was let in."""
    query = urllib.parse.urlsplit(vault.preview.invitation).query
    answer = ask(vault.preview.url, f"/_vaultkit/?{query}")
    assert answer.status == 303
    return answer.header("location"), [("Cookie", answer.header("set-cookie").partition(";")[0])]


def test_pages_carry_the_reload_script_and_files_do_not(vault, address):
    page = ask(address, "/public/home.html")
    assert page.status == 200 and page.header("content-type") == "text/html; charset=utf-8"
    assert page.body.rstrip().endswith(b'"></script></body>\n</html>') and b'src="/_vaultkit/reload.js?' in page.body
    assert b"reload.js" not in (vault.site / "public/home.html").read_bytes()
    style = ask(address, "/_vaultkit/site.css")
    assert style.body == (vault.site / "_vaultkit/site.css").read_bytes() and "css" in style.header("content-type")
    assert ask(address, "/_vaultkit/reload.js").header("content-type").startswith("text/javascript")
    assert ask(address).status == 200
    assert ask(address, "/picture.svg").header("content-security-policy") == "sandbox"


def test_a_folder_has_no_listing_and_its_address_ends_in_a_slash(vault, address):
    answer = ask(address, "/public")
    assert (answer.status, answer.header("location")) == (307, "./public/")
    assert ask(address, "/public/").status == 200
    (vault.site / "empty").mkdir(exist_ok=True)
    assert ask(address, "/empty/").status == ask(address, "/empty").status == 404


def test_what_is_missing_is_the_sites_own_page(address):
    answer = ask(address, "/no/such/page.html")
    assert answer.status == 404 and b"This page is not here" in answer.body and b"reload.js" in answer.body


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-3", 206, (0, 4)),
        ("bytes=262140-", 206, (262140, 262144)),
        ("bytes=-2", 206, (262142, 262144)),
        ("bytes=262140-999999999", 206, (262140, 262144)),
        ("bytes=262144-", 416, (0, 0)),
        ("bytes=5-2", 416, (0, 0)),
        ("bytes=-", 200, (0, 262144)),
        ("bytes=0-1,4-5", 200, (0, 262144)),
        ("lines=0-1", 200, (0, 262144)),
        (f"bytes={'9' * 40}-", 200, (0, 262144)),
    ],
)
def test_a_part_of_a_file(vault, address, wanted, status, part):
    answer = ask(address, "/many.bin", headers=[("Range", wanted)])
    assert answer.status == status
    assert answer.body == (vault.site / "many.bin").read_bytes()[slice(*part)]
    assert int(answer.header("content-length")) == len(answer.body)


def test_head_has_the_headers_alone(address):
    for target in ("/many.bin", "/public/home.html", "/_vaultkit/reload", "/nowhere"):
        answer = ask(address, target, method="HEAD")
        assert answer.status in (200, 404) and answer.body == b""
    assert ask(address, "/many.bin", method="HEAD").header("content-length") == "262144"


def test_every_answer_is_sealed(address):
    answers = {
        200: ask(address),
        303: ask(address, "/_vaultkit/?open=x"),
        307: ask(address, "/public"),
        400: ask(address, headers=[("Content-Length", "3")], body=b"abc"),
        403: ask(address, host="evil.test"),
        404: ask(address, "/nowhere"),
        405: ask(address, method="POST"),
        414: ask(address, "/" + "a" * 4000),
        416: ask(address, "/many.bin", headers=[("Range", "bytes=999999-")]),
        431: ask(address, headers=[(f"X-{number}", "1") for number in range(80)]),
    }
    assert answers.pop(303).status == 403
    for status, answer in answers.items():
        assert answer.status == status
        assert {name: answer.header(name) for name in SEALS} == SEALS, status
        assert answer.header("content-security-policy").startswith("default-src 'none'"), status
        assert "access-control-allow-origin" not in answer.headers and "server" not in answer.headers


def test_open_pages_are_told_when_the_site_changed_and_only_then(vault, address):
    connection, file = stream(address)
    with connection:
        before = said(file)
        assert f"reload.js?{before}" in ask(address).body.decode()
        vault.write("Private.md", "[[Something else]]\n")
        vault.look()
        vault.write("Public/Home.md", "# Home\n\nOther words.\n")
        vault.look()
        assert said(file) != before


def test_what_is_open_is_let_go_and_more_than_enough_is_not_opened(address, monkeypatch):
    monkeypatch.setattr(bells, "MOST", 3)
    many = [stream(address)[0] for _ in range(3)]
    refused = ask(address, "/_vaultkit/reload")
    assert refused.status == 503 and refused.header("retry-after")
    assert ask(address).status == 200
    for one in many:
        one.close()
    until(lambda: ask(address, "/_vaultkit/reload", method="HEAD").status == 200)
    stream(address)[0].close()


def test_the_invitation_opens_once_and_the_next_one_is_told(vault, address):
    invitation = vault.preview.invitation
    target = invitation.removeprefix(address.rstrip("/"))
    assert ask(address, target, method="HEAD").status == 403
    told = len(vault.opened)
    place, key = opened(vault)
    assert vault.opened[told:] == [(True, vault.preview.invitation)] and vault.preview.invitation != invitation
    assert ask(address, target).status == 403
    page = ask(address, place, headers=key)
    assert page.status == 200 and b"Private" in page.body
    assert page.header("content-security-policy").endswith("frame-ancestors 'none'")
    other, _ = opened(vault)
    assert other == place


def test_the_cookie_is_for_the_secret_path_alone(vault, address):
    query = urllib.parse.urlsplit(vault.preview.invitation).query
    cookie = ask(address, f"/_vaultkit/?{query}").header("set-cookie")
    value, *parts = cookie.split("; ")
    place = next(part for part in parts if part.startswith("Path="))
    assert len(place) > 60 and set(parts) == {place, "HttpOnly", "SameSite=Strict"}
    assert len(value) > 40


def test_the_page_and_its_files(vault, address):
    place, key = opened(vault)
    for name in ("status.css", "status.js", "site.css", "graph.js", "d3-force.js", "icon.svg", "reload.js"):
        assert ask(address, place + name, headers=key).status == 200, name
        assert ask(address, place + name).status == 403, name
    rule = ask(address, place + "rules/link-broken", headers=key)
    assert rule.status == 200 and b"A link opens nothing" in rule.body
    assert b"All rules" not in rule.body and b"severity:" not in rule.body
    for name in (
        "rules/nothing",
        "rules/../status.js",
        "rules/%2e%2e/page.py",
        "page.py",
        "../status/",
        "static/site.js",
    ):
        assert ask(address, place + name, headers=key).status == 403, name


def test_the_page_is_told_of_every_look(vault, address):
    place, key = opened(vault)
    connection, file = stream(address, place + "reload", [f"{name}: {value}" for name, value in key])
    with connection:
        before = said(file)
        vault.write("Private.md", "[[Other]]\n")
        vault.look()
        assert said(file) != before
        assert "<code>Other</code>" in ask(address, place, headers=key).body.decode()


def test_an_invitation_is_good_for_some_minutes():
    now, told = [0.0], []
    key = Key("127.0.0.1:1", told.append, lambda: now[0])

    def come(invitation):
        return key.admit(Request("GET", OWN, urllib.parse.urlsplit(invitation).query, (("host", "127.0.0.1:1"),)))

    late, now[0] = key.invitation, 60.0 * MINUTES
    answer = come(late)
    assert answer.status == 403 and b"good for 10 minutes" in b"".join(answer.pieces)
    assert told == [False] and key.invitation != late, "and there is another"
    assert come(late) == key.shut and told == [False], "who has none is told nothing more"
    now[0] += 60.0 * MINUTES - 1
    assert come(key.invitation).status == 303 and told == [False, True]


def test_another_folder_is_shown_from_then_on(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(f"<p>Site {name}")
    preview = Preview(str(tmp_path / "one"), Board(Standing(str(tmp_path))))
    preview.start()
    try:
        before = ask(preview.url).body
        preview.show(str(tmp_path / "one"))
        assert ask(preview.url).body == before and b"Site one" in before
        preview.show(str(tmp_path / "two"))
        assert b"Site two" in ask(preview.url).body
    finally:
        preview.stop()


def test_a_site_that_is_not_there_yet_is_a_page_that_says_so(tmp_path):
    preview = Preview(str(tmp_path / "later"), Board(Standing(str(tmp_path))))
    preview.start()
    try:
        answer = ask(preview.url)
        assert answer.status == 404 and b"reload.js" in answer.body
        query = urllib.parse.urlsplit(preview.invitation).query
        made = ask(preview.url, f"/_vaultkit/?{query}")
        page = ask(preview.url, made.header("location"), headers=[("Cookie", made.header("set-cookie"))])
        assert b"Looking at the vault for the first time" in page.body
    finally:
        preview.stop()


@pytest.mark.parametrize("port", ["taken", 70000])
def test_a_port_that_cannot_be_had_is_one_clear_message(address, port, tmp_path):
    port = urllib.parse.urlsplit(address).port if port == "taken" else port
    with pytest.raises(SetupError, match=f"port {port} cannot be used"):
        Preview("site", Board(Standing(str(tmp_path))), port)
