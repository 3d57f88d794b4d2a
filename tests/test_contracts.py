"""The contracts of pyproject.toml hold: layers, independence, and a core without input and output."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


def lint_imports(folder):
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_hold():
    done = lint_imports(PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("model/text.py", "import os", "The core does no input and output BROKEN"),
        ("parse/inline.py", "import vaultkit.session", "Everything points one way BROKEN"),
        ("reports/text.py", "import vaultkit.reports.json", "No report knows another BROKEN"),
        ("newcomer.py", "", "must be declared as a layer"),
    ],
)
def test_a_breach_is_found(tmp_path, module, line, contract):
    shutil.copytree(PROJECT / "vaultkit", tmp_path / "vaultkit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    with (tmp_path / "vaultkit" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert contract.lower() in done.stdout.lower()
