"""Putting the plugin into a vault, and taking it away."""

import json
import os
import stat

import pytest

from console import run_command
from vaultkit._version import VERSION
from vaultkit.errors import SetupError
from vaultkit.vault.plugin import FILES, Plugin, packaged


@pytest.fixture
def vault(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    (tmp_path / "vault/.obsidian/plugins/vaultkit").mkdir(parents=True)
    (tmp_path / "vault/.obsidian/plugins/vaultkit/data.json").write_text('{"banner": false}')
    (tmp_path / "vault/.obsidian/community-plugins.json").write_text('["other"]')
    return tmp_path / "vault"


def folder(vault):
    return vault / ".obsidian/plugins/vaultkit"


def states(vault):
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in folder(vault).iterdir()
    }


def test_installing_twice_writes_once_and_touches_nothing_else(vault):
    assert Plugin(str(vault)).status().state == "absent"
    assert Plugin(str(vault)).install() == list(FILES)
    before = states(vault)
    assert {name: data for name, (data, *_) in before.items() if name in FILES} == packaged()
    assert Plugin(str(vault)).install() == []
    assert states(vault) == before
    assert (folder(vault) / "data.json").read_text() == '{"banner": false}'
    assert (vault / ".obsidian/community-plugins.json").read_text() == '["other"]'
    assert Plugin(str(vault)).status().state == "current"


def test_another_version_is_brought_up_to_date_and_never_taken_back_unasked(vault):
    Plugin(str(vault)).install()
    manifest = folder(vault) / "manifest.json"
    manifest.write_text(json.dumps({"version": "0.0.1"}))
    assert Plugin(str(vault)).status()[:2] == ("older", "0.0.1")
    assert Plugin(str(vault)).install() == ["manifest.json"]
    manifest.write_text(json.dumps({"version": "99.0.0"}))
    assert Plugin(str(vault)).status()[:2] == ("newer", "99.0.0")
    with pytest.raises(SetupError, match="the plugin there is newer"):
        Plugin(str(vault)).install()
    assert Plugin(str(vault)).install(force=True) == ["manifest.json"]
    assert Plugin(str(vault)).status()[:2] == ("current", VERSION)


def test_what_somebody_changed_is_not_taken_away_unasked(vault):
    Plugin(str(vault)).install()
    (folder(vault) / "styles.css").write_text("mine")
    assert Plugin(str(vault)).status().state == "modified"
    with pytest.raises(SetupError, match="not as they were installed"):
        Plugin(str(vault)).uninstall()
    assert Plugin(str(vault)).uninstall(force=True) == list(FILES)
    assert [path.name for path in folder(vault).iterdir()] == ["data.json"]
    (folder(vault) / "data.json").unlink()
    Plugin(str(vault)).install()
    Plugin(str(vault)).uninstall()
    assert not folder(vault).exists()


def test_what_is_no_vault_and_what_is_a_link_is_left_alone(vault, tmp_path):
    with pytest.raises(SetupError, match="no vault that Obsidian has opened"):
        Plugin(str(tmp_path))
    with pytest.raises(SetupError, match="no vault that Obsidian has opened"):
        Plugin(str(vault), "../vault/.obsidian")
    for name in ("data.json",):
        (folder(vault) / name).unlink()
    folder(vault).rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder(vault).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SetupError, match="symbolic link"):
        Plugin(str(vault)).install()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_is_a_link_is_not_written_through(vault, tmp_path):
    (tmp_path / "mine.js").write_text("mine")
    (folder(vault) / "main.js").symlink_to(tmp_path / "mine.js")
    with pytest.raises(SetupError, match="cannot be read"):
        Plugin(str(vault)).install()
    assert (tmp_path / "mine.js").read_text() == "mine"


def test_the_commands(vault, tmp_path):
    def run(words):
        return run_command(f"vaultkit plugin {words} --vault {vault}")

    assert run("status")[0] == 1
    code, out, _ = run("install")
    assert code == 0 and "wrote main.js, styles.css, manifest.json" in out and "Community plugins" in out
    assert run("status")[:2] == (0, f"the plugin is in this vault, version {VERSION}\n")
    assert json.loads(run("status --json")[1])["state"] == "current"
    backend = tmp_path / "settings/vaultkit/backend.json"
    known = json.loads(backend.read_text())
    assert known["command"][1:] == ["-m", "vaultkit", "lsp"] and os.path.isabs(known["command"][0])
    assert stat.S_IMODE(backend.stat().st_mode) == 0o600
    assert run("uninstall")[0] == 0
    assert run("status")[0] == 1
