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
