"""What the documentation shows is what happens: the fenced blocks of a page are run, read or counted.

A page is a story. Its blocks are gone through in order, in a home of its own that holds the folder `~/Notes`, where the
story begins: an empty folder, or the vault that the page's property `vault` names (`example`: docs/example under git;
`old`: a vault that nobody ever checked, see tests/old_vault.py). With `project`, and in the files at the root of the
project, it begins there. What a block is, its first line says:

    ```md Reading/Dune.md       a file: it is written into the current folder
    ```console                  `$ COMMAND`, then what it prints, standard error last; compared
    ```sh                       commands, one a line, that must be understood (exit code 0 or 1)
    ```yaml                     a configuration or a note schema, read by the real models; json and toml are parsed
    ```yaml .gitlab-ci.yml      the file of another program: parsed
    ```python, ```pycon         parsed; a session with `>>>` is run
    ```sh not run: REASON       what cannot run here: it is counted, and the reason is kept

In what a console shows, `…` stands for anything in a line, and a line with nothing else for any lines. At a line `^C`
the command is interrupted, when all the lines before have been seen.

`VAULTKIT_REWRITE=1 pytest tests/test_docs.py` writes what was seen where something else stands. `python tests/pages.py`
counts the blocks.
"""

from __future__ import annotations

import ast
import doctest
import io
import json
import os
import re
import selectors
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import yaml

import old_vault
from casefile import REWRITE, Fenced, fences
from console import run_command, standing_in

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
PAGES = [
    *sorted(PROJECT.glob("*.md")),
    *sorted(page for page in DOCS.rglob("*.md") if page.relative_to(DOCS).parts[0] not in ("example", "rules")),
]
NOT_RUN = "not run: "
ILLUSTRATIONS = ("md", "mermaid", "css", "html", "lua", "elisp", "ts", "js")
_LONGEST = 180  # seconds, on a machine that does other things too
_QUIET = 60
_LANGUAGES = {
    "user-config": {"hooks", "notifications"},
    "config": {"version", "notes", "schemas", "rules", "overrides", "baseline", "publish"},
}


def blocks(page: Path) -> list[Fenced]:
    """The fenced blocks of a page, in order."""
    return list(fences(page, page.read_text(encoding="utf-8").split("\n")))


def reason(block: Fenced) -> str:
    """Why a block is not run, or ""."""
    return block.name.removeprefix(NOT_RUN) if block.name.startswith(NOT_RUN) else ""


def act(block: Fenced) -> str:
    """What is done with a block: `run`, `read`, `written`, `shown` or `not run`."""
    if reason(block):
        return "not run"
    if block.name:
        return "written"
    if block.kind in ("console", "sh", "pycon"):
        return "run"
    return "read" if block.kind in ("yaml", "json", "toml", "python") else "shown"


# A story -----------------------------------------------------------------------------------------------------------


def tell(page: Path, folder: Path) -> dict[int, list[str]]:
    """Go through the blocks of a page in a new home in `folder`; what the consoles show now, by the block's number.

    Raises AssertionError, with the place, where a block is not what it says.
    """
    seen: dict[int, list[str]] = {}
    names: dict[str, object] = {}
    home = folder / "home"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    with patch.dict(os.environ, {**kept, "HOME": str(home)}, clear=True), standing_in(_settled(page, home)):
        for number, block in enumerate(blocks(page)):
            where = f"{page.relative_to(PROJECT)}:{block.first + 1}"
            if act(block) == "run" and block.kind == "console":
                seen[number] = transcript(block.lines, home)
            elif act(block) == "run" and block.kind == "sh":
                _obey(block, where)
            elif act(block) == "run":
                _converse(block, where, names)
            elif act(block) == "written":
                _check_file(block, where)
                block.put(Path.cwd(), block.data)
            elif act(block) == "read":
                _read(block, where)
            else:
                assert reason(block) or block.kind in ILLUSTRATIONS, f"{where}: nothing tries a block of `{block.kind}`"
    return seen


def _settled(page: Path, home: Path) -> Path:
    """A home for the story of a page; the folder where it begins."""
    vault = "project" if page.parent == PROJECT else properties(page).get("vault")
    if vault == "project":
        return PROJECT
    notes = home / "Notes"
    notes.mkdir(parents=True)
    if vault == "old":
        old_vault.make(notes)
    elif vault:
        shutil.copytree(DOCS / vault, notes, dirs_exist_ok=True)
        with standing_in(notes):
            run_command("git init -q -b main && git add . && git commit -q -m 'What I read'")
    return notes


def properties(page: Path) -> dict[str, object]:
    """The properties of a page."""
    found = re.match(r"---\n(.*?)^---\n", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return yaml.safe_load(found[1]) if found else {}


def transcript(lines: list[str], home: Path) -> list[str]:
    """What is typed in these lines, each with what is printed now; what was elided stays so where it still fits."""
    shown = []
    for command, expected in typed(lines):
        if "^C" in expected:
            before, after = interrupted(command, expected[: expected.index("^C")], home)
            printed = [*before, "^C", *after]
        else:
            _, out, err = type_in(command)
            printed = _tidy(out, home) + _tidy(err, home)
        shown += [f"$ {command}", *(expected if fits(expected, printed) else printed)]
    return shown


def typed(lines: list[str]) -> list[tuple[str, list[str]]]:
    """The commands of a console, each with the lines below it."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        elif found:
            found[-1][1].append(line)
    return found


def type_in(command: str) -> tuple[int, str, str]:
    """Do what is typed; the exit code, and what is on standard output and standard error."""
    words = shlex.split(command, comments=True)
    if words[:1] == ["cd"]:
        os.chdir(os.path.expanduser(words[1]))
        return 0, "", ""
    into = ""
    if words[:1] == ["vaultkit"] and not set(words) & {"|", ";", "&&"}:
        words = [os.path.expanduser(word) for word in words]
        words, into = (words[:-2], words[-1]) if words[-2] == ">" else (words, "")
        command = shlex.join(words)
    with _limit(f"`{command}` goes on and on: let its console end with ^C"):
        code, out, err = run_command(command)
    if into:
        Path(into).write_text(out, encoding="utf-8")
    return code, "" if into else out, err


@contextmanager
def _limit(complaint: str) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise AssertionError(complaint)

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def interrupted(command: str, expected: list[str], home: Path) -> tuple[list[str], list[str]]:
    """What a command prints that goes on until it is interrupted, before that and after. It is interrupted when it has
    printed what is expected, or has been quiet for long."""
    process = subprocess.Popen(["bash", "-c", f"exec {command}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text, end = b"", time.monotonic() + _LONGEST
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        while not fits(expected, _tidy(text.decode("utf-8", "replace"), home)):
            ready = waiting.select(_QUIET if REWRITE else end - time.monotonic())
            more = os.read(process.stdout.fileno(), 1 << 16) if ready else b""
            if not more:
                break
            text += more
    process.send_signal(signal.SIGINT)
    return _tidy(text.decode(), home), _tidy(process.communicate()[0].decode(), home)


def fits(expected: list[str], printed: list[str]) -> bool:
    """Whether the lines are what is expected, `…` being anything in a line, or any lines where it stands alone."""
    parts = (
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line.rstrip()).replace("…", ".*?") + r"\n"
        for line in expected
    )
    return bool(re.fullmatch("".join(parts), "".join(f"{line}\n" for line in printed)))


def _tidy(text: str, home: Path) -> list[str]:
    plain = re.sub(f"{re.escape(os.path.realpath(home))}|{re.escape(str(home))}", "/home/you", text)
    return [line.rstrip() for line in plain.splitlines()]


def _obey(block: Fenced, where: str) -> None:
    for line in "\n".join(block.lines).replace("\\\n", " ").split("\n"):
        if line.strip() and not line.startswith("#"):
            code, _, err = type_in(line)
            assert code in (0, 1), f"{where}: `{line}` exits with {code}: {err}"


def _converse(block: Fenced, where: str, names: dict[str, object]) -> None:
    """Run a session, which goes on with the names of those before it on the page."""
    test = doctest.DocTestParser().get_doctest("\n".join(block.lines) + "\n", {}, where, where, block.first)
    test.globs = names
    told = io.StringIO()
    doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS).run(test, out=told.write, clear_globs=False)
    assert not told.getvalue(), told.getvalue()


# Reading -----------------------------------------------------------------------------------------------------------


def _check_file(block: Fenced, where: str) -> None:
    name = Path(block.name)
    if name.name == "vaultkit.yaml" or name.parent.name == "schemas":
        _check_clause(block, where, "config" if name.name == "vaultkit.yaml" else "note-schema")
    elif name.suffix in (".yml", ".yaml"):
        yaml.safe_load(block.data)


def _read(block: Fenced, where: str) -> None:
    text = block.data.decode("utf-8")
    if block.kind == "yaml":
        top = yaml.safe_load(text)
        assert isinstance(top, dict), f"{where}: this is neither a configuration nor a schema"
        _check_clause(block, where, next((name for name, keys in _LANGUAGES.items() if keys & set(top)), "note-schema"))
    else:
        {"json": json.loads, "toml": tomllib.loads, "python": ast.parse}[block.kind](text)


def _check_clause(block: Fenced, where: str, language: str) -> None:
    """Read what is written in one of our languages as vaultkit does, and as an editor does that completes it."""
    from vaultkit.config import Config
    from vaultkit.schema.note_schema import load_schema
    from vaultkit.schema.source import build, plain, read_yaml
    from vaultkit.schema.user_config import UserConfig
    from vaultkit.schema.validated import read_by
    from vaultkit.vault import shipped

    def beside(path: str, file: str) -> tuple[str, str]:
        written = Path(f"schemas/{path}.yaml")
        return (written.read_text(encoding="utf-8") if written.exists() else shipped.text(path) or "{}"), path

    text = block.data.decode("utf-8")
    if language == "config":
        build(Config, read_yaml(text, where))
    elif language == "user-config":
        read_by(UserConfig, read_yaml(text, where))
    else:
        load_schema(text, where, beside, beside)
    complaints = _for_editors(language).iter_errors(plain(read_yaml(text, where)))
    assert [f"{where}: {error.json_path}: {error.message}" for error in complaints] == []


@cache
def _for_editors(name: str):
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads((PROJECT / f"schemas/{name}.schema.json").read_text(encoding="utf-8")))


# Counting ----------------------------------------------------------------------------------------------------------


def counted() -> tuple[Counter[str], Counter[str]]:
    """How many blocks are run, read, written, shown and not run; and why those are not."""
    found = [block for page in PAGES for block in blocks(page)]
    return Counter(map(act, found)), Counter(reason(block) for block in found if reason(block))


def main() -> None:
    """Print the counts."""
    acts, reasons = counted()
    lines = [", ".join(f"{count} {name}" for name, count in sorted(acts.items()))]
    lines += [f"{count:4} not run: {why}" for why, count in sorted(reasons.items(), key=lambda item: (-item[1], item))]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
