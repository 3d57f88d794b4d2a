"""A real editor: neovim shows a finding at its place, applies its fix, and it clears."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lsp.conftest import GOOD

NEOVIM = shutil.which("nvim")


@pytest.mark.skipif(not NEOVIM, reason="there is no neovim here")
def test_neovim_shows_fixes_and_renames(vault, tmp_path):
    note = vault / "Papers/Attention.md"
    note.write_text(GOOD.replace("## Notes", "## Note").replace("See [[Home]]", "😀😀 [[Nowhere]]"))
    seen = tmp_path / "seen.json"
    folders = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    given = {
        "SEEN": str(seen),
        "NOTE": str(note),
        "ROOT": str(vault),
        "SERVER": json.dumps([sys.executable, "-m", "vaultkit", "lsp"]),
    }
    script = Path(__file__).with_name("neovim.lua")
    done = subprocess.run(
        [NEOVIM, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", str(script)],
        env={**os.environ, **folders, **given},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert seen.exists(), done.stderr
    found = json.loads(seen.read_text())
    assert "error" not in found, found["error"]
    assert found["before"] == "link-broken section-renamed"
    assert (found["heading"], found["renamed"]) == ("## Notes", "## My notes")
    assert found["place"] in ([5, 3, 7], [7, 9, 20])  # neovim counts bytes, whatever unit was agreed upon
    assert found["status"] == "1 problem"
    assert found["stopped"]
