"""Real repositories for tests, without the settings of whoever runs them."""

import os
import subprocess

HOSTILE = (
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "core.editor",
    "diff.external",
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
)
"""Settings with which a repository makes git run commands."""


def git(folder, *arguments, **environment):
    """Run git in a folder, and return what it prints."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    identity = {f"GIT_{who}_{what}": f"{what}@x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=plain | identity | settings | environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def write(folder, **notes):
    """Write notes, by name without `.md`."""
    for name, text in notes.items():
        (folder / f"{name}.md").write_text(text)


def commit(folder, message="x"):
    """Commit everything that is there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--allow-empty", "-m", message)


def make_hostile(repository):
    """Let the repository configure commands for all that git can run; each would make a file `ran`."""
    (repository / ".gitattributes").write_text("*.md diff=evil filter=evil\n")
    for key in HOSTILE:
        git(repository, "config", key, f"touch {repository}/ran #")
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "post-checkout", "pre-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {repository}/ran\n")
        (hooks / name).chmod(0o755)
