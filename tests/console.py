"""Runs the consoles of case files: what a person types in a vault's folder, and sees there (see tests/casefile.py)."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from casefile import REWRITE, Case, rewrite

_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM": "1",  # else its words tell where the temporary folder is mounted
    "GIT_AUTHOR_NAME": "A. Reader",
    "GIT_AUTHOR_EMAIL": "reader@example.org",
    "GIT_COMMITTER_NAME": "A. Reader",
    "GIT_COMMITTER_EMAIL": "reader@example.org",
}
_UNSET = (
    *("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"),
    *("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"),
)


def run_console(case: Case, folder: Path) -> None:
    """Run every command of the case in a vault made in `folder`, and compare what it prints."""
    case.make(folder)
    seen = {}
    with standing_in(folder):
        for number, block in enumerate(case.blocks):
            if block.kind == "console":
                seen[number] = _transcript(block.lines, folder)
    if REWRITE:
        rewrite(case, seen, [])
        return
    for number, lines in seen.items():
        where = f"{case.file}:{case.blocks[number].first + 1}"
        assert lines == case.blocks[number].lines, f"{where}: the console shows something else"


@contextmanager
def standing_in(folder: Path):
    """The folder is the current one, the environment is no one's, and the commands of this interpreter come first."""
    kept = {key: value for key, value in os.environ.items() if key not in _UNSET}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    with patch.dict(os.environ, kept | _GIT | {"PATH": path, "COLUMNS": "100"}, clear=True), chdir(folder):
        yield


def _transcript(lines: list[str], folder: Path) -> list[str]:
    shown = []
    for line in lines:
        if line.startswith("$ "):
            code, out, err = run_command(line.removeprefix("$ "))
            shown += [line, *_lines(out, folder), *(f"! {text}".rstrip() for text in _lines(err, folder))]
            shown += [f"? {code}"] * bool(code)
    return shown


def _lines(text: str, folder: Path) -> list[str]:
    return (
        re.sub(f"{re.escape(os.path.realpath(folder))}|{re.escape(str(folder))}", "/vault", text)
        .replace("\x1b", "␛")
        .splitlines()
    )


def run_command(command: str) -> tuple[int, str, str]:
    """The exit code, standard output and standard error of what is typed."""
    words = shlex.split(command)
    if words[0] != "vaultkit" or set(words) & {"|", ";", "&&", ">"}:
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr
    given = b""
    if "<" in words:
        given, words = Path(words[words.index("<") + 1]).read_bytes(), words[: words.index("<")]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given))):
        code = _main(words[1:])
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return code, *texts


def _main(arguments: list[str]) -> int:
    from vaultkit.cli._main import main

    try:
        return main(arguments)
    except SystemExit as end:
        return end.code or 0
