"""The root of a vault is the nearest folder upward with a configuration, else with `.obsidian/`, else the one given."""

import os

import pytest

from vaultkit.errors import SetupError
from vaultkit.vault.settings import find_root


@pytest.mark.parametrize(
    ("made", "asked", "found"),
    [
        (["a/b/"], "a/b", "a/b"),
        (["a/b/n.md"], "a/b/n.md", "a/b"),
        (["a/.obsidian/", "a/b/"], "a/b", "a"),
        (["a/.obsidian/", "a/b/c/n.md"], "a/b/c/n.md", "a"),
        (["a/vaultkit.yaml", "a/b/"], "a/b", "a"),
        (["vaultkit.yaml", "a/.obsidian/", "a/b/"], "a/b", "."),
        (["a/.obsidian/", "a/b/vaultkit.yaml", "a/b/c/"], "a/b/c", "a/b"),
        (["a/.obsidian/", "a/b/.obsidian/", "a/b/c/"], "a/b/c", "a/b"),
        (["a/vaultkit.yaml/", "a/b/"], "a/b", "a"),
        (["a/.obsidian", "a/b/"], "a/b", "a/b"),
    ],
)
def test_the_root(tmp_path, monkeypatch, made, asked, found):
    monkeypatch.chdir(tmp_path)
    for name in made:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else path.touch()
    for way in (asked, str(tmp_path / asked)):
        assert os.path.relpath(find_root(way)) == found


def test_nothing_there(tmp_path):
    with pytest.raises(SetupError, match="there is no vault here"):
        find_root(str(tmp_path / "nope"))
