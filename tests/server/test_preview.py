"""The preview answers this machine and nobody else, shows files as they are, and reloads open pages."""

import http.client
import urllib.parse

import pytest

from vaultkit.errors import SetupError
from vaultkit.server.preview import Preview


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Home</title><body>home</body>")
    (folder / "style.css").write_text("body{}")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "leak").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def preview(site):
    preview = Preview(str(site))
    preview.start()
    yield preview
    preview.stop()


def get(preview, path, method="GET", **headers):
    place = urllib.parse.urlsplit(preview.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=5)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_pages_carry_the_reload_script_and_files_do_not(preview, site):
    status, body = get(preview, "/")
    assert status == 200
    assert b'src="/_vaultkit/reload.js"' in body
    assert b"reload.js" not in (site / "index.html").read_bytes()
    assert get(preview, "/style.css") == (200, b"body{}")
    assert get(preview, "/_vaultkit/reload.js")[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost.evil.example"])
def test_foreign_hosts_are_refused(preview, host):
    assert get(preview, "/", Host=host)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1"])
def test_foreign_origins_are_refused(preview, origin):
    assert get(preview, "/", Origin=origin)[0] == 403


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "//etc/passwd", "/leak", "/..\\secret.txt", "/\0"],
)
def test_nothing_outside_the_site_is_served(preview, path):
    status, body = get(preview, urllib.parse.quote(path, safe="/%.\\"))
    assert status == 404
    assert b"secret" not in body and b"root:" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_read_only(preview, method):
    assert get(preview, "/", method)[0] == 405


def test_open_pages_are_told_to_reload(preview):
    place = urllib.parse.urlsplit(preview.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=5)
    connection.request("GET", "/_vaultkit/events")
    answer = connection.getresponse()
    assert answer.readline() == b": open\n"
    answer.readline()
    preview.reload()
    assert answer.readline() == b"data: changed\n"


def test_a_site_that_is_not_there_yet_is_a_page_that_says_so(tmp_path):
    preview = Preview(str(tmp_path / "later"))
    preview.start()
    try:
        status, body = get(preview, "/")
        assert status == 404
        assert b"reload.js" in body
    finally:
        preview.stop()


def test_a_taken_port_is_one_clear_message(preview):
    port = urllib.parse.urlsplit(preview.url).port
    with pytest.raises(SetupError, match=f"port {port} cannot be used"):
        Preview("site", port)
