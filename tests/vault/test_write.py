"""A move on disk: all of it or nothing, never over another file, never outside of the vault."""

import os
import stat

import pytest

from vaultkit.errors import SetupError
from vaultkit.index.link_text import LinkStyle
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import Note
from vaultkit.parse.note import parse
from vaultkit.vault.files import Vault
from vaultkit.vault.rename import plan_move
from vaultkit.vault.write import Rewrite, move_file

TEXTS = {
    "a.md": b"\xef\xbb\xbf[[Old]]\r\n[[Old#x]]",
    "b/c.md": b"![[Old]]\r",
    "b/board.canvas": b'{"nodes": [{"type": "file", "file": "b/Old.md"}]}',
    "b/Old.md": b"[up](../a.md)\n",
    "alone.md": b"nothing",
}


@pytest.fixture
def root(tmp_path):
    for path, data in TEXTS.items():
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
    return tmp_path


def plan(root, old="b/Old.md", new="n/w/New.md"):
    vault = Vault(root)
    files = vault.scan().files
    sources = {path: vault.read(path) for path in files if path.endswith(".md")}
    index = VaultIndex(
        files,
        [
            Note(path, source.digest, parse(source.text), unreadable=bool(source.problem))
            for path, source in sources.items()
        ],
    )
    return plan_move(vault, index, old, new, LinkStyle()), vault


def held(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def states(root):
    return {path: os.stat(root / path).st_mtime_ns for path in held(root)}


def test_texts_keep_their_marks_line_ends_and_modes(root):
    os.chmod(root / "a.md", 0o640)
    move, vault = plan(root)
    move.carry_out(vault)
    assert held(root) == {
        "a.md": b"\xef\xbb\xbf[[New]]\r\n[[New#x]]",
        "b/c.md": b"![[New]]\r",
        "b/board.canvas": b'{"nodes": [{"type": "file", "file": "n/w/New.md"}]}',
        "n/w/New.md": b"[up](a.md)\n",
        "alone.md": b"nothing",
    }
    assert stat.S_IMODE(os.stat(root / "a.md").st_mode) == 0o640


def test_a_plan_changes_nothing(root):
    plan(root)
    assert held(root) == TEXTS


def test_a_file_that_was_changed_meanwhile_stops_everything(root):
    move, vault = plan(root)
    (root / "b/c.md").write_bytes(b"![[Old]] and more")
    with pytest.raises(SetupError, match="changed meanwhile"):
        move.carry_out(vault)
    assert held(root) == TEXTS | {"b/c.md": b"![[Old]] and more"}
    assert not (root / "n").exists()


def test_a_file_that_vanished_meanwhile_stops_everything(root):
    move, vault = plan(root)
    (root / "b/c.md").unlink()
    with pytest.raises(SetupError, match="changed meanwhile"):
        move.carry_out(vault)
    assert held(root).items() <= TEXTS.items()


def test_a_name_that_was_taken_meanwhile_takes_everything_back(root):
    move, vault = plan(root)
    before = states(root)
    (root / "n/w").mkdir(parents=True)
    (root / "n/w/New.md").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        move.carry_out(vault)
    assert held(root) == TEXTS | {"n/w/New.md": b"mine"}
    assert {path: states(root)[path] for path in before} == before


@pytest.mark.parametrize("step", range(6))
def test_a_disk_that_refuses_any_step_takes_everything_back(root, step, monkeypatch):
    move, vault = plan(root)
    rename, link, calls = os.rename, os.link, iter(range(100))

    def failing(real):
        def call(*args, **kwargs):
            if next(calls) == step:
                raise OSError(28, "No space left on device")
            return real(*args, **kwargs)

        return call

    monkeypatch.setattr(os, "rename", failing(rename))
    monkeypatch.setattr(os, "link", failing(link))
    if step > 4:
        move.carry_out(vault)
        assert not (root / "b/Old.md").exists()
        return
    with pytest.raises(OSError, match="No space"):
        move.carry_out(vault)
    assert held(root) == TEXTS
    assert not (root / "n").exists()


def test_where_there_are_no_hard_links_no_file_is_overwritten_either(root, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    vault = Vault(root)
    with pytest.raises(FileExistsError):
        move_file(vault, (), "b/Old.md", "alone.md")
    move_file(vault, (), "b/Old.md", "b/New.md")
    assert held(root).keys() == (TEXTS.keys() - {"b/Old.md"}) | {"b/New.md"}


def test_nothing_is_written_through_a_symbolic_link(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x.md").write_bytes(b"x")
    (root / "away").symlink_to(outside)
    vault = Vault(root)
    for rewrites, new in (((), "away/New.md"), ((Rewrite("away/x.md", b"x", b"y"),), "New.md")):
        with pytest.raises(OSError, match=r"symbolic|directory"):
            move_file(vault, rewrites, "alone.md", new)
    assert held(outside) == {"x.md": b"x"}
    assert (root / "alone.md").exists()


def test_what_cannot_be_read_is_named_and_left(root):
    (root / "bad.md").write_bytes(b"[[Old]] \xff")
    (root / "bad.canvas").write_bytes(b"\xff")
    move, vault = plan(root)
    assert move.unread == ("bad.canvas", "bad.md")
    move.carry_out(vault)
    assert (root / "bad.md").read_bytes() == b"[[Old]] \xff"
