"""What docs/reference/hooks.md tells people to write is what there is."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from vaultkit import registry

PROJECT = Path(__file__).parent.parent.parent
PAGE = (PROJECT / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"^```yaml.*?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]


def values(node, key):
    """Everything that stands under a key, anywhere."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from [value] if name == key else values(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from values(value, key)


def test_the_hooks_that_are_named_exist():
    hooks = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())
    assert set(values(BLOCKS, "id")) == {hook["id"] for hook in hooks}


def test_the_inputs_of_the_action_that_are_named_exist():
    action = yaml.safe_load((PROJECT / "action.yml").read_text())
    steps = [step for step in [*values(BLOCKS, "steps"), BLOCKS] for step in step if isinstance(step, dict)]
    flat = [part for step in steps for part in (step if isinstance(step, list) else [step])]
    given = {name for step in flat if "vaultkit" in step.get("uses", "") for name in step.get("with", {})}
    assert given and given <= set(action["inputs"])


def commands(text):
    return [shlex.split(line)[1:] for line in text.splitlines() if line.startswith("vaultkit check")]


[GITLAB] = values(BLOCKS, "script")
CASES = [*commands(PAGE), *(command for line in GITLAB for command in commands(line))]


@pytest.mark.parametrize("arguments", CASES, ids=" ".join)
def test_the_commands_are_understood(tmp_path, arguments):
    if "gitlab" in arguments and "gitlab" not in registry.names("vaultkit.reports"):
        pytest.skip("this vaultkit has no report `gitlab`")
    vault = tmp_path / "notes"
    vault.mkdir()
    (vault / "a.md").write_text("[[Nowhere]]\n")
    done = subprocess.run(
        [sys.executable, "-m", "vaultkit", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == (0 if "--write-baseline" in arguments else 1), done.stderr
    if "gitlab" in arguments:
        [artifact] = values(BLOCKS, "codequality")
        [found] = json.loads((tmp_path / artifact).read_text())
        assert found["location"]["path"] == "notes/a.md"


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_the_hook_without_pre_commit_stops_a_commit(tmp_path):
    [script] = re.findall(r"^```sh[^\n]*\n(#!/bin/sh\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    identity = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    found_first = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))

    def git(*arguments):
        environment = os.environ | identity | {"PATH": found_first}
        return subprocess.run(["git", *arguments], cwd=tmp_path, env=environment, capture_output=True, check=False)

    git("init", "-q")
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(script)
    hook.chmod(0o755)
    (tmp_path / "a.md").write_text("[[Nowhere]]\n")
    git("add", ".")
    assert git("commit", "-m", "x").returncode == 1
    (tmp_path / "a.md").write_text("Mended.\n")
    assert git("commit", "-m", "x").returncode == 1, "what is staged is not mended"
    git("add", ".")
    assert git("commit", "-m", "x").returncode == 0
