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


def test_the_output_tells_findings_from_a_wrong_set_up(step, tmp_path):
    output = tmp_path / "output"
    for number, inputs in enumerate(({}, {"VAULT": "elsewhere"}, {"ARGUMENTS": "--fail-on never"})):
        output.write_text("before=1\n")
        done, _ = step(GITHUB_OUTPUT=str(output), **inputs)
        assert output.read_text() == f"before=1\nexit-code={done.returncode}\n"
        assert done.returncode == (1, 2, 0)[number]


@pytest.mark.parametrize("vault", [".", "./my notes", "my notes/", "my notes/Reading"])
def test_paths_are_seen_from_the_repository(step, tmp_path, vault):
    notes = tmp_path / "repository" / "my notes"
    (notes / "vaultkit.yaml").write_text("version: 1\n")
    if vault == ".":
        (notes / "vaultkit.yaml").unlink()
    (notes / "Reading").mkdir()
    (notes / "Reading" / "100%, a:b.md").write_text("\n[[Nowhere]]\n")
    done, _ = step(VAULT=vault, ARGUMENTS="--select link-broken")
    places = [line.partition(",line")[0] for line in done.stdout.splitlines()]
    assert places == ["::error file=my notes/Reading/100%25%2C a%3Ab.md", "::error file=my notes/a.md"]


HOSTILE = ["--output-format=json", "-x", "$(touch ran)", "`touch ran`", "a; touch ran", "a\ntouch ran", "*", "'\""]


@pytest.mark.parametrize("vault", HOSTILE)
def test_whatever_the_vault_is_called_it_is_a_folder(step, tmp_path, vault):
    done, _ = step(VAULT=vault)
    assert done.returncode == 2 and "there is no vault here" in done.stderr
    folder = tmp_path / "repository" / vault
    folder.mkdir()
    (folder / "b.md").write_text("[[Nowhere]]\n")
    done, _ = step(VAULT=vault)
    assert done.returncode == 1 and done.stdout.startswith("::error file=") and len(done.stdout.splitlines()) == 1
    assert not list(tmp_path.rglob("ran"))


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_the_arguments_are_they_are_arguments(step, tmp_path, words):
    done, _ = step(ARGUMENTS=f"--fail-on never\n--quiet {words}")
    assert done.returncode in (0, 2)
    assert not list(tmp_path.rglob("ran"))


def test_arguments_may_stand_on_several_lines(step):
    done, _ = step(ARGUMENTS="--fail-on\n  never\n\n--quiet\n")
    assert done.returncode == 0 and not done.stderr


def test_nothing_in_a_name_ends_the_block_of_the_summary(step, tmp_path):
    done, summary = step(VAULT="```\n<script>alert(1)</script>\n# Injected")
    assert done.returncode == 2
    assert all(line.startswith("    ") or not line for line in summary.splitlines()), summary


def test_what_cannot_be_installed_is_no_finding(step, tmp_path):
    shutil.rmtree(tmp_path / "temp" / "vaultkit-environment")
    done, summary = step(PYTHON="no-such-python")
    assert done.returncode == 2
    assert "could not be installed" in done.stderr and "could not be installed" in summary


def test_without_a_summary_and_outputs_it_is_a_script(step):
    done, summary = step(GITHUB_STEP_SUMMARY="", GITHUB_OUTPUT="")
    assert done.returncode == 1 and not summary


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
    assert action["outputs"]["exit-code"]["value"] == f"${{{{ steps.{step['id']}.outputs.exit-code }}}}"
    assert step["run"] == 'bash "$GITHUB_ACTION_PATH/action.sh"', "no input is part of a command"
    script = (PROJECT / "action.sh").read_text()
    for name, value in step["env"].items():
        assert value == f"${{{{ inputs.{name.lower()} }}}}" and name.lower() in action["inputs"]
        assert re.search(rf"\${{{name}:-", script)


def test_the_hook_file_is_what_pre_commit_takes():
    clientlib = pytest.importorskip("pre_commit.clientlib", reason="pre-commit is not installed")
    hooks = {hook["id"]: hook for hook in clientlib.load_manifest(str(PROJECT / ".pre-commit-hooks.yaml"))}
    assert set(hooks) == {"vaultkit-check", "vaultkit-fix"}
    assert all(hook["require_serial"] and hook["pass_filenames"] for hook in hooks.values())
    clientlib.load_config(str(PROJECT / ".pre-commit-config.yaml"))
