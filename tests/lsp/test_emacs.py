"""Another real editor: Emacs with eglot shows findings at their places, applies a fix, and they clear; it renames."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lsp.conftest import GOOD

EMACS = shutil.which("emacs")
_HAS_EGLOT = ["--batch", "--eval", "(progn (package-initialize) (require 'eglot))"]


@pytest.mark.skipif(not EMACS, reason="there is no Emacs here")
def test_emacs_shows_fixes_and_renames(vault, tmp_path):
    if subprocess.run([EMACS, *_HAS_EGLOT], capture_output=True, check=False).returncode:
        pytest.skip("this Emacs has no eglot")
    note = vault / "Papers/Attention.md"
    note.write_text(GOOD.replace("## Notes", "## Note").replace("See [[Home]]", "😀😀 [[Nowhere]]"))
    seen = tmp_path / "seen.json"
    given = {
        "SEEN": str(seen),
        "NOTE": str(note),
        "SERVER": json.dumps([sys.executable, "-m", "vaultkit", "lsp"]),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [EMACS, "-Q", "--batch", "-l", Path(__file__).with_name("emacs.el")],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=180,
        check=False,
    )
    assert seen.exists(), done.stderr
    found = json.loads(seen.read_text())
    assert "error" not in found, found["error"]
    assert "there is no note `Nowhere`" in found["messages"][0]
    assert "expected section `Notes`, found `Note`" in found["messages"][1]
    assert (found["heading"], found["renamed"]) == ("## Notes", "## My notes")
    assert found["stopped"]
