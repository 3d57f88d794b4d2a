"""Reading a vault that holds more than notes: nothing hangs, nothing outside is read, every oddity is named."""

import os
import socket

import pytest

from vaultkit.errors import SetupError
from vaultkit.vault import files
from vaultkit.vault.files import MAX_BYTES, Gone, Vault, decode


@pytest.fixture
def vault(tmp_path):
    root = tmp_path / "vault"
    root.mkdir()
    return root


@pytest.fixture(params=["kernel", "step by step"])
def way(request, monkeypatch):
    if request.param == "step by step":
        monkeypatch.setattr(files, "open_beneath", files._step_by_step)
    elif files._kernel_open() is None:
        pytest.skip("this system has no openat2")
    else:
        monkeypatch.setattr(files, "_few", iter(()))
    return request.param


def test_dot_names_are_no_part_of_the_vault(vault):
    for name in (
        ".obsidian/app.json",
        ".trash/Old.md",
        "Deck/.cache/y.md",
        ".hidden.md",
        "Deck/A.md",
        "node_modules/b.md",
    ):
        (vault / name).parent.mkdir(parents=True, exist_ok=True)
        (vault / name).write_text("x")
    assert sorted(Vault(str(vault)).scan().files) == ["Deck/A.md", "node_modules/b.md"]


def test_outputs_are_not_listed(vault):
    for name in ("public/a.md", "b/public/c.md"):
        (vault / name).parent.mkdir(parents=True, exist_ok=True)
        (vault / name).write_text("x")
    assert sorted(Vault(str(vault), ["public"]).scan().files) == ["b/public/c.md"]


def test_odd_entries_are_named_and_never_opened(vault, way):
    (vault / "real.md").write_text("text")
    os.mkfifo(vault / "pipe.md")
    os.symlink("real.md", vault / "link.md")
    os.symlink("/dev/zero", vault / "zero.md")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(vault / "sock.md"))
    (vault / "folder.md").mkdir()
    for number in range(2):
        os.symlink(".", vault / f"loop{number}")
    listing = Vault(str(vault)).scan()
    assert sorted(listing.files) == ["real.md"]
    assert listing.odd == {
        "pipe.md": "a named pipe",
        "link.md": "a symbolic link",
        "zero.md": "a symbolic link",
        "sock.md": "a socket",
    }


@pytest.mark.parametrize("path", ["pipe.md", "link.md", "out/secret.md", "../secret.md", "folder.md"])
def test_only_regular_files_beneath_the_root_are_read(vault, tmp_path, way, path):
    (tmp_path / "secret.md").write_text("secret")
    os.mkfifo(vault / "pipe.md")
    os.symlink(tmp_path / "secret.md", vault / "link.md")
    os.symlink(tmp_path, vault / "out")
    (vault / "folder.md").mkdir()
    source = Vault(str(vault)).read(path)
    assert source.problem.rule == "unreadable"
    assert source.text == ""
    assert ("link" in source.problem.message) is (path in ("link.md", "out/secret.md", "../secret.md"))


def test_text_is_decoded_without_the_byte_order_mark_and_line_ends_stay(vault, way):
    (vault / "a.md").write_bytes(b"\xef\xbb\xbf# A\r\nb\n")
    assert Vault(str(vault)).read("a.md").text == "# A\r\nb\n"


@pytest.mark.parametrize(
    ("data", "at", "words"),
    [
        (b"ok \xe9t\xe9", 3, "not UTF-8"),
        ("h\u00e4 ".encode() + b"\xff", 3, "0xff at byte 4"),
        ("Text".encode("utf-16"), 0, "UTF-16"),
        (b"a\0b", 1, "NUL"),
        (b"ab\xef\xbb\xbfc", 2, "byte order mark in the middle"),
        (b"\xed\xa0\x80", 0, "not UTF-8"),
    ],
)
def test_broken_encodings_are_a_problem_at_their_place(data, at, words):
    problem = decode(data).problem
    assert (problem.rule, problem.span.start) == ("encoding", at)
    assert words in problem.message


def test_a_note_that_is_too_large_is_not_read(vault, way):
    with open(vault / "big.md", "wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert Vault(str(vault)).read("big.md").problem.rule == "too-large"


def test_a_missing_file_is_gone(vault, way):
    with pytest.raises(Gone):
        Vault(str(vault)).read("never.md")


def test_a_file_that_changes_while_it_is_read_is_not_taken(vault, monkeypatch, way):
    note = vault / "a.md"
    note.write_text("first")
    read = os.read

    def meddle(handle, size):
        data = read(handle, size)
        with open(note, "a") as file:
            file.write(" more")
        return data

    monkeypatch.setattr(files.os, "read", meddle)
    with pytest.raises(Gone):
        Vault(str(vault)).read("a.md")


def test_a_replaced_root_is_noticed(tmp_path):
    root = tmp_path / "v"
    root.mkdir()
    vault = Vault(str(root))
    assert vault.present()
    root.rename(tmp_path / "elsewhere")
    assert not vault.present()
    root.mkdir()
    assert not vault.present()


def test_no_vault_is_one_clear_message(tmp_path):
    with pytest.raises(SetupError, match="there is no vault here"):
        Vault(str(tmp_path / "nowhere"))
