"""The file of a baseline: written whole or not at all, and known to a session that remembers."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rights import as_ordinary_user
from vaultkit.errors import SetupError
from vaultkit.session import Session
from vaultkit.vault.baseline import load, save
from vaultkit.vault.cache import Memory

KNOWN = {"a.md": {"link-broken 00": 2}, "caf\udce9.md": {"link-self 11": 1}, "Größe.md": {"link-self 22": 1}}


def test_it_is_read_as_it_was_written(tmp_path):
    file = tmp_path / "known.json"
    assert load(str(file), "known.json") is None
    save(str(file), KNOWN, "known.json")
    assert load(str(file), "known.json") == KNOWN
    assert "Größe.md" in file.read_text(encoding="utf-8"), "people read it in diffs"
    assert os.listdir(tmp_path) == ["known.json"]


def test_mode_and_link_stay(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    save(str(real), {}, "known.json")
    real.chmod(0o640)
    link.symlink_to(real)
    save(str(link), KNOWN, "known.json")
    assert link.is_symlink() and real.stat().st_mode & 0o777 == 0o640
    assert load(str(real), "") == KNOWN


def test_when_the_disk_refuses_the_old_one_stays(tmp_path, monkeypatch):
    file = tmp_path / "known.json"
    save(str(file), KNOWN, "known.json")

    def full(*_):
        raise OSError(28, "No space left on device")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, step, full)
            with pytest.raises(SetupError, match="the baseline cannot be written: No space left on device"):
                save(str(file), {}, "known.json")
        assert load(str(file), "") == KNOWN and os.listdir(tmp_path) == ["known.json"]


def test_a_large_one_is_read(tmp_path):
    many = {f"Notes/{number}.md": {f"link-broken {number:032x}": 1} for number in range(30_000)}
    save(str(tmp_path / "known.json"), many, "known.json")
    assert load(str(tmp_path / "known.json"), "") == many


def test_what_is_no_text_is_one_message(tmp_path):
    (tmp_path / "known.json").write_bytes(b'{"version": 1,\n"\xff')
    with pytest.raises(SetupError, match="not UTF-8"):
        load(str(tmp_path / "known.json"), "known.json")


def test_a_session_that_remembers_knows_where_it_is_without_reading_the_configuration(tmp_path, monkeypatch):
    monkeypatch.setattr("vaultkit.vault.cache._RACY", 0)
    vault, cache = tmp_path / "vault", str(tmp_path / "cache")
    vault.mkdir()
    (vault / "vaultkit.yaml").write_text("baseline: known.json\n")
    (vault / "a.md").write_text("[[Nowhere]]\n")
    for _ in range(2):
        session = Session.open(str(vault), memory=Memory(str(vault), cache))
        session.refresh()
        assert session.baseline == "known.json"
        assert len(session.diagnostics().diagnostics) == 1, "the baseline is no matter to what is remembered"
    assert "setup" not in session.__dict__
    (vault / "vaultkit.yaml").write_text("baseline: other.json\n")
    session = Session.open(str(vault), memory=Memory(str(vault), cache))
    session.refresh()
    assert session.baseline == "other.json"


def test_a_place_that_may_not_be_written_is_named():
    with TemporaryDirectory() as folder:
        file = Path(folder, "known.json")
        save(str(file), {}, "known.json")
        with as_ordinary_user(Path(folder)):
            Path(folder).chmod(0o555)
            with pytest.raises(SetupError) as caught:
                save(str(file), {}, "known.json")
            Path(folder).chmod(0o755)
    assert str(caught.value) == "known.json: the baseline cannot be written: Permission denied"
