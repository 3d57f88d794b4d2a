"""Where a vault may be published."""

import json
import os
import shutil

import pytest

from vaultkit.cli._main import main
from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.store import Store
from vaultkit.publish.tree import remove
from vaultkit.publisher import outputs
from vaultkit.vault.settings import load_config


@pytest.fixture
def vault(tmp_path):
    for name in ("Home.md", "Reading/a.md", "Reading/Deep/b.txt"):
        (tmp_path / "vault" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "vault" / name).write_text("x")
    return tmp_path / "vault"


@pytest.mark.parametrize("output", ["Reading/out", "Reading/Deep/out", "Reading/Deep"])
def test_the_output_cannot_lie_among_notes(vault, output):
    with pytest.raises(SetupError, match="cannot lie among notes"):
        Store(str(vault / output), str(vault)).check()


@pytest.mark.parametrize("output", ["public", "site/public", "../public"])
def test_a_folder_of_its_own_is_fine(vault, output):
    Store(str(vault / output), str(vault)).check()
    assert not (vault / output).exists()


@pytest.mark.parametrize(
    ("targets", "same"),
    [
        ([{"output": "../a"}, {"kind": "markdown", "output": "../x/../a"}], True),
        ([{"output": "../a"}, {"kind": "markdown", "output": "../b"}], False),
        ([{"kind": "git"}, {"kind": "git", "name": "two", "format": "hugo", "folder": "/"}], True),
        ([{"kind": "git"}, {"kind": "git", "name": "two", "folder": "docs"}], False),
        (
            [{"kind": "object-store", "url": "s3://x/y"}, {"kind": "object-store", "name": "t", "url": "s3://x/y/"}],
            True,
        ),
        ([], None),
    ],
)
def test_no_two_targets_go_to_one_place(vault, targets, same):
    (vault / "vaultkit.yaml").write_text(json.dumps({"publish": {"targets": targets}}))
    if same is False:
        assert len(outputs(load_config(str(vault)), str(vault))) == 2
        return
    message = "there is no target to publish to" if same is None else "are published to the same place"
    with pytest.raises(SetupError, match=message):
        load_config(str(vault))


def test_what_lies_in_the_output_is_no_note_when_it_is_published_elsewhere(vault, tmp_path, capsys):
    (vault / "vaultkit.yaml").write_text("publish: { targets: [{ output: ./public }] }\n")
    (vault / "Home.md").write_text("---\npublish: true\n---\nHome.\n")
    for more in ((), ("--output", str(tmp_path / "other")), ("--output", str(vault / "third"))):
        assert main(["--vault", str(vault), "publish", *more]) == 0, capsys.readouterr().err
    assert (tmp_path / "other" / "home.html").exists()


def test_an_output_that_was_left_in_the_vault_is_nothing_private(vault, monkeypatch, capsys):
    (vault / "Home.md").write_text("---\npublish: true\n---\nHome.\n")
    for more in (("--output", str(vault / "try")), ("--output", str(vault / "other"))):
        assert main(["--vault", str(vault), "publish", *more]) == 0, capsys.readouterr().err
    (vault / "vaultkit.yaml").write_text("publish: { targets: [{ output: ~/site }] }\n")
    monkeypatch.setenv("HOME", str(vault.parent / "home"))
    assert main(["--vault", str(vault), "publish"]) == 0, capsys.readouterr().err
    assert (vault.parent / "home" / "site" / "home.html").exists() and not (vault / "~").exists()


def test_a_folder_that_cannot_be_written_is_said_beforehand(vault, monkeypatch):
    output = vault.parent / "public"
    output.mkdir()
    monkeypatch.setattr(os, "access", lambda path, wanted: str(path) != str(output))
    with pytest.raises(TargetError, match="this folder cannot be written") as caught:
        Store(str(output), str(vault)).check()
    assert caught.value.where == str(output)


def test_what_somebody_forbade_to_write_to_is_removed_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c" / "d").write_text("x")
    (tmp_path / "mine").mkdir(mode=0o750)
    (tmp_path / "a" / "b" / "link").symlink_to(tmp_path / "mine")
    for name in ("a/b/c", "a/b", "a"):
        (tmp_path / name).chmod(0o500)
    whole = shutil.rmtree

    def denied(path):
        if any(not os.stat(folder).st_mode & 0o200 for folder, _, _ in os.walk(path)):
            raise PermissionError(13, "Permission denied", path)
        whole(path)

    monkeypatch.setattr(shutil, "rmtree", denied)  # root may do what nobody else may
    remove(str(tmp_path / "a"))
    assert [*tmp_path.iterdir()] == [tmp_path / "mine"] and (tmp_path / "mine").stat().st_mode & 0o777 == 0o750
