"""The GitHub action's step, run by bash as the runner does, and what its file says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")


@pytest.fixture
def step(tmp_path):
    """A runner whose environment is there already: the one of this interpreter."""
    binaries = tmp_path / "temp" / "vaultkit-environment" / "bin"
    binaries.mkdir(parents=True)
    command = binaries / "vaultkit"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vaultkit "$@"\n')
    command.chmod(0o755)
    repository = tmp_path / "repository"
    vault = repository / "my notes"
    vault.mkdir(parents=True)
    (vault / "a.md").write_text("# A\n\n[[Nowhere]] ::set-output name=x::y\n")
    summary = tmp_path / "summary.md"

    def run(**inputs):
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
            "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_ACTION_PATH": str(PROJECT),
            "GITHUB_WORKSPACE": str(repository),
            "GITHUB_STEP_SUMMARY": str(summary),
            "VAULT": "my notes",
            **inputs,
        }
        command = ["bash", str(PROJECT / "action.sh")]
        done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
        return done, summary.read_text() if summary.exists() else ""

    return run


def test_findings_become_annotations_and_the_summary_counts_them(step):
    done, summary = step()
    assert done.returncode == 1, done.stderr
    [line] = done.stdout.splitlines()
    assert line.startswith(
        "::error file=my notes/a.md,line=3,endLine=3,col=1,endColumn=11,title=vaultkit (link-broken)::"
    )
    assert "Found 1 error in 1 of 1 note." in summary
    assert "Found 1 error in 1 of 1 note." in done.stderr


def test_arguments_are_passed_as_words_and_never_run(step):
    done, _ = step(ARGUMENTS="--fail-on never --select link-broken,link-self")
    assert done.returncode == 0, done.stderr
    done, _ = step(ARGUMENTS="$(touch ran) ; touch ran")
    assert done.returncode == 2
    assert not list(PROJECT.glob("ran"))


def test_a_vault_that_is_not_there_fails_the_step(step):
    done, summary = step(VAULT="elsewhere")
    assert done.returncode == 2
    assert "there is no vault here" in done.stderr and "there is no vault here" in summary


def test_the_action_runs_that_script_with_those_inputs():
    action = yaml.safe_load((PROJECT / "action.yml").read_text())
    [step] = action["runs"]["steps"]
    assert action["runs"]["using"] == "composite" and step["shell"] == "bash"
    assert step["run"] == 'bash "$GITHUB_ACTION_PATH/action.sh"', "no input is part of a command"
    script = (PROJECT / "action.sh").read_text()
    for name, value in step["env"].items():
        assert value == f"${{{{ inputs.{name.lower()} }}}}" and name.lower() in action["inputs"]
        assert re.search(rf"\${{{name}:-", script)


def test_the_hook_file_is_what_pre_commit_takes():
    clientlib = pytest.importorskip("pre_commit.clientlib", reason="pre-commit is not installed")
    [hook] = clientlib.load_manifest(str(PROJECT / ".pre-commit-hooks.yaml"))
    assert hook["id"] == "vaultkit-check" and hook["require_serial"]
    clientlib.load_config(str(PROJECT / ".pre-commit-config.yaml"))
