"""A server that is lied to, misused or left alone stays up, or leaves quietly; it never loses anything."""

import os
import signal
import subprocess
import sys
import time

import pytest
from pytest_lsp import client_capabilities

from lsp.client import PATIENCE, Refused
from lsp.conftest import GOOD


@pytest.mark.parametrize("editor", ["visual_studio_code", "neovim@0.7", "neovim@0.11", "emacs"])
def test_four_editors(start, editor):
    from lsprotocol.converters import get_converter

    client = start(capabilities=get_converter().unstructure(client_capabilities(editor)))
    uri = client.open("Papers/Attention.md", GOOD.replace("## Notes", "## Note"))
    client.until(uri, "section-renamed")
    client.change(uri, GOOD)
    client.until(uri)
    assert client.stop() == 0


def test_versions_that_go_back_or_stand_still_change_nothing_for_the_worse(client):
    uri = client.open("Papers/Attention.md", GOOD.replace("[[Home]]", "[[Nowhere]]"))
    client.until(uri, "link-broken")
    client.versions[uri] = -5
    client.change(uri, GOOD)
    client.until(uri)
    client.versions[uri] -= 1
    client.change(uri, GOOD.replace("[[Home]]", "[[Elsewhere]]"))
    client.until(uri, "link-broken")


def test_what_is_asked_while_much_is_typed_is_answered_for_the_latest_text(client):
    uri = client.open("Papers/Attention.md")
    for number in range(300):
        client.change(uri, GOOD.replace("[[Home]]", f"[[Nowhere {number}]]"))
    client.change(uri, GOOD)
    client.settle()
    assert client.found(uri) == []


def test_a_note_that_is_closed_while_it_is_checked(client):
    uri = client.open("Papers/Attention.md", "[[Nowhere]]\n" * 20_000)
    client.close(uri)
    again = client.open("Papers/Attention.md")
    client.until(again)


def test_a_note_of_ten_megabytes(client):
    uri = client.open("Papers/Attention.md", GOOD + "word " * 2_000_000)
    client.found(uri)
    client.change(uri, GOOD)
    client.until(uri)


def test_what_is_no_note_of_a_vault_is_let_alone(client, tmp_path):
    for uri in ("untitled:Untitled-1", "file:///nowhere/at/all.md", client.uri("vaultkit.yaml"), "git:/a.md?x"):
        client.tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "x", "version": 1, "text": "[[x]]"})
        assert client.ask("textDocument/hover", **client.at(uri, 0, 2)) is None
        assert client.ask("vaultkit/status", uri=uri) is None
    client.settle()
    assert client.diagnostics == {}


def test_places_that_do_not_exist(client):
    uri = client.open("Papers/Attention.md")
    for line, character in ((0, 999), (999, 0), (16, 16)):
        client.ask("textDocument/hover", **client.at(uri, line, character))
        client.ask("textDocument/completion", **client.at(uri, line, character))
    with pytest.raises(Refused):
        client.ask("workspace/executeCommand", command="vaultkit.publsh", arguments=[])
    client.settle()


RUBBISH = [
    b"Content-Length: 9\r\n\r\nnot json!",
    b"Content-Length: -5\r\n\r\n",
    b"Content-Length: many\r\n\r\n",
    b"Content-Length: 0\r\n\r\n",
    b"Content-Length: 4\r\nContent-Length: 2\r\n\r\nnull",
    b"Content-Length: 2\r\nContent-Type: text/x; charset=utf-99\r\n\r\n{}",
    b"Content-Length: 4\r\n\r\nnull",
    b"Content-Length: 40000\r\n\r\n" + b"[" * 40000,
    b"\xff\xfe\0\r\n\r\n",
    b"\r\n\r\n\r\n",
    b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
    b"X-Nonsense: 1\r\n",
]


def test_rubbish_on_the_wire(client):
    uri = client.open("Papers/Attention.md", GOOD.replace("[[Home]]", "[[Nowhere]]"))
    for rubbish in RUBBISH:
        client.raw(rubbish)
        assert client.ask("vaultkit/status", uri=uri)["problems"] == 1
    client.change(uri, GOOD)
    client.until(uri)


def test_a_length_that_cannot_be_is_said_before_it_ends(client):
    client.settle()
    client.raw(b"Content-Length: 99999999999\r\n\r\n")
    assert client.process.wait(PATIENCE) == 2
    client.wait(lambda: any("a message of 99,999,999,999 bytes" in line for line in client.messages) or None)


@pytest.mark.parametrize("spoken", [1, "other"])
def test_a_client_that_speaks_another_protocol_is_told(start, spoken):
    client = start(initializationOptions={"protocol": spoken})
    uri = client.open("Papers/Attention.md", "[[Nowhere]]")
    assert any(item["code"] == "link-broken" for item in client.found(uri))
    client.settle()
    said = [item["message"] for item in client.told.get("window/showMessage", ())]
    assert said == [] if spoken == 1 else "`vaultkit plugin install`" in said[0]


@pytest.mark.parametrize("kind", ["a folder", "nothing", "a file"])
def test_a_vault_that_is_none(start, vault, tmp_path, kind):
    root = tmp_path / "no vault"
    if kind == "a folder":
        root.mkdir()
        (root / "Note.md").write_text("[[Nowhere]]\n")
    elif kind == "a file":
        root.write_text("x")
    client = start(root=root)
    other = client.open("Note.md", "[[Nowhere]]\n")
    client.settle()
    found = client.diagnostics.get(other, {"diagnostics": []})["diagnostics"]
    assert [item["code"] for item in found] == (["link-broken"] if kind == "a folder" else [])
    client.root = vault
    uri = client.open("Papers/Attention.md", GOOD.replace("[[Home]]", "[[Nowhere]]"))
    client.until(uri, "link-broken")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("no ")) == (
        ["no vault"] if kind in ("a folder", "a file") else []
    )


def test_a_vault_that_cannot_be_set_up_is_said_and_works_once_it_is_mended(start, vault):
    good = (vault / "vaultkit.yaml").read_text()
    (vault / "vaultkit.yaml").write_text("rulez: {}\n")
    client = start()
    uri = client.open("Papers/Attention.md", GOOD.replace("[[Home]]", "[[Nowhere]]"))
    said = client.wait(lambda: client.told.get("window/showMessage"))
    assert "there is no key `rulez` here" in said[0]["message"]
    (vault / "vaultkit.yaml").write_text(good)
    client.save(uri)
    client.until(uri, "link-broken")


def test_a_vault_that_vanishes_withdraws_nothing(client, vault):
    uri = client.open("Papers/Memory.md")
    assert client.found(uri) == []
    vault.rename(vault.parent / "elsewhere")
    client.save(uri)
    said = client.wait(lambda: client.told.get("window/showMessage"))
    assert "not there any more" in said[0]["message"]
    assert client.found(uri) == []
    (vault.parent / "elsewhere").rename(vault)
    client.change(uri, "[[Nowhere]]")
    client.wait(lambda: any(item["code"] == "link-broken" for item in client.found(uri)) or None)


def test_it_ends_when_the_input_does(client):
    client.found(client.open("Home.md"))
    client.process.stdin.close()
    assert client.process.wait(PATIENCE) == 0


def test_it_ends_with_its_client_even_when_somebody_else_holds_the_input_open():
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    read, write = os.pipe()
    server = subprocess.Popen(
        [sys.executable, "-m", "vaultkit", "lsp"], stdin=read, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":%d,"rootUri":null,"capabilities":{}}}'
    for message in (body % parent.pid, b'{"jsonrpc":"2.0","method":"initialized","params":{}}'):
        os.write(write, b"Content-Length: %d\r\n\r\n%s" % (len(message), message))
    assert server.stdout.readline().startswith(b"Content-Length")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert server.wait(PATIENCE) == 0
    server.stdout.close()


def test_nothing_but_the_protocol_is_on_its_output(start):
    program = "import vaultkit.server.lsp as lsp; import sys; real = lsp.notes.begin\n"
    program += (
        "lsp.notes.begin = lambda server: (print('a stray print', flush=True), real(server))\nsys.exit(lsp.serve())"
    )
    client = start(command=[sys.executable, "-c", program])
    assert client.found(client.open("Papers/Attention.md")) == []
    client.wait(lambda: any("a stray print" in line for line in client.messages) or None)


def test_a_server_that_is_slow_never_tells_of_an_old_text_as_if_it_were_the_new(start):
    program = (
        "import time, sys, vaultkit.server.lsp as lsp\nfrom vaultkit.server.lsp.desk import Desk\n"
        "show = Desk.show\nDesk.show = lambda self, path, text: (time.sleep(0.3), show(self, path, text))\n"
        "sys.exit(lsp.serve())"
    )
    client = start(command=[sys.executable, "-c", program])
    uri = client.open("Papers/Attention.md", GOOD)
    for number in range(10):
        client.change(uri, GOOD.replace("[[Home]]", f"[[Nowhere {number}]]"))
        time.sleep(0.02)
    client.until(uri, "link-broken")
    for item in client.told["published"]:
        if item["diagnostics"]:
            assert f"`Nowhere {item['version'] - 2}`" in item["diagnostics"][0]["message"]
    client.settle()
    assert client.diagnostics[uri]["version"] == 11
