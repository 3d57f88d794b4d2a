"""Taking over a site of Obsidian Publish."""

import json

import pytest

from vaultkit.errors import SetupError
from vaultkit.sources.obsidian_publish import obsidian_publish


def make(folder, text):
    (folder / ".obsidian").mkdir()
    (folder / ".obsidian/publish.json").write_text(text)
    return str(folder)


def test_folders_and_addresses(tmp_path):
    (tmp_path / "publish.css").write_text("")
    settings = {
        "siteId": "x",
        "host": "publish-01",
        "included": ["Notes/", "Essays"],
        "excluded": ["Notes/Private", "Z"],
    }
    imported = obsidian_publish(make(tmp_path, json.dumps(settings)))
    assert imported.config["publish"] == {
        "select": {"property": "publish", "path": ["Notes/**", "Essays/**"]},
        "slug": {"style": "obsidian-publish"},
        "targets": [{"kind": "site"}],
    }
    said = " ".join(imported.left)
    assert "notes in `Notes/Private/` were excluded, and lie in `Notes/`" in said
    assert "`publish.css` is not used" in said and "`Z/`" not in said


def test_nothing_included_means_what_says_so_itself(tmp_path):
    imported = obsidian_publish(make(tmp_path, "{}"))
    assert imported.config["publish"]["select"] == {"property": "publish"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"included": "x"}', "[" * 100_000])
def test_damaged_settings_are_one_message(tmp_path, text):
    with pytest.raises(SetupError, match="this cannot be read"):
        obsidian_publish(make(tmp_path, text))


def test_a_vault_that_was_never_published(tmp_path):
    with pytest.raises(SetupError, match="nothing that Obsidian Publish made"):
        obsidian_publish(str(tmp_path))
