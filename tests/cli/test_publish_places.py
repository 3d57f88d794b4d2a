"""Where a vault is published when nobody says so."""

import subprocess
import sys


def test_without_a_word_the_site_stands_beside_the_vault(tmp_path):
    vault = tmp_path / "Notes"
    vault.mkdir()
    (vault / "a.md").write_text("---\npublish: true\n---\nWords.\n")
    done = subprocess.run(
        [sys.executable, "-m", "vaultkit", "publish", "--vault", str(vault)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Words." in (tmp_path / "Notes-site" / "a.html").read_text()
    assert sorted(path.name for path in vault.iterdir()) == ["a.md"]


def test_a_folder_in_other_letters_is_told_once(tmp_path):
    (tmp_path / "Notes" / "Private").mkdir(parents=True)
    (tmp_path / "Notes" / "Private" / "a.md").write_text("---\npublish: true\n---\nWords.\n")
    (tmp_path / "Notes" / "vaultkit.yaml").write_text("version: 1\nnotes: {exclude: ['private/**']}\n")
    said = [_publish(tmp_path / "Notes") for _ in range(2)]
    remark = "vaultkit.yaml:2: `private/**` is not the same as `Private/a.md`: letter case counts"
    assert [remark in words for words in said] == [True, False]


def _publish(vault):
    command = [sys.executable, "-m", "vaultkit", "publish", "--vault", str(vault)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_a_public_note_that_is_denied_is_told_once(tmp_path):
    note = tmp_path / "Notes" / "a.md"
    note.parent.mkdir()
    note.write_text("---\npublish: true\n---\nWords.\n")
    _publish(note.parent)
    note.write_text("---\npublish: false\n---\nWords.\n")
    command = [sys.executable, "-m", "vaultkit", "status", "--vault", str(note.parent)]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["withdrawn", "a.md"]], lines
