"""Makes one mistake at a time, and asks vaultkit and its peers: which of them say something of it?

    python tests/bench/mistakes.py

The mistakes are those of `tests/test_every_mistake.py` that need no schema. A program names one when it reports more on
the note with the mistake than on the same note without it. Peers are those on the PATH or beside this Python, with what
they can do for a vault turned on: rumdl's mode for Obsidian and all of its rules, mdsmith's checks of wikilinks and of
callouts. Prints a table in Markdown.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from typing import NamedTuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from check import tool

from test_every_mistake import MISTAKES, RIGHT

_OWN = {"suppression-unknown", "suppression-unused"}  # of vaultkit's own comments
_NEEDS_SCHEMA = ("section-", "property-missing", "property-type", "property-invalid-date", "frontmatter-missing")
CHOSEN = {name: damage for name, damage in MISTAKES.items() if name not in _OWN and not name.startswith(_NEEDS_SCHEMA)}
MDSMITH = (
    "rules:\n  callout-type: true\n  cross-file-reference-integrity: { wikilinks: true, wikilink-style: obsidian }\n"
)
_AT = re.compile(r"^(?:\./)?(?P<path>[^\s:][^:\n]*\.md):\d+", re.MULTILINE)


class Program(NamedTuple):
    """A program that checks a folder: its name, what is run in the folder, and what tells its version."""

    name: str
    argv: list[str]
    version: list[str]


def programs() -> list[Program]:
    """vaultkit and the peers that are installed."""
    rumdl, mdsmith, markdownlint = (tool(name) or "" for name in ("rumdl", "mdsmith", "markdownlint-cli2"))
    vaultkit = [sys.executable, "-m", "vaultkit"]
    plain = ["--no-config", "--flavor", "obsidian", "--no-cache"]
    every = ",".join(_rules_of(rumdl)) if rumdl else ""
    found = [
        Program("vaultkit", [*vaultkit, "check", "--output-format", "concise", "--no-cache"], [*vaultkit, "--version"]),
        Program("rumdl", [rumdl, "check", *plain, "--extend-enable", every, "."], [rumdl, "--version"]),
        Program("mdsmith", [mdsmith, "check", "."], [mdsmith, "version"]),
        Program("markdownlint-cli2", [markdownlint, "**/*.md"], [markdownlint, "--version"]),
    ]
    return [program for program in found if program.argv[0]]


def _rules_of(rumdl: str) -> list[str]:
    done = subprocess.run([rumdl, "rule"], capture_output=True, text=True, check=True)
    return sorted(set(re.findall(r"\bMD\d{3}\b", done.stdout)))


def version(program: Program) -> str:
    """The version of a program, as it tells it."""
    done = subprocess.run(program.version, capture_output=True, text=True, check=False)
    told = re.search(r"\d+\.\d+[\w.]*", done.stdout + done.stderr)
    return told[0] if told else "?"


def write(folder: str, notes: dict[str, str]) -> None:
    """A vault with these notes and what they refer to."""
    os.makedirs(os.path.join(folder, ".obsidian"))
    for path, text in {**notes, "right.md": RIGHT, "pic.png": "", ".mdsmith.yml": MDSMITH}.items():
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text)


def reports(program: Program, folder: str) -> Counter[str]:
    """How often a program says something of each note."""
    done = subprocess.run(program.argv, cwd=folder, capture_output=True, check=False)
    text = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
    return Counter(match["path"] for match in _AT.finditer(text))


def named() -> dict[str, list[str]]:
    """The mistakes that each program names."""
    told = {}
    with tempfile.TemporaryDirectory() as scratch:
        right, wrong = os.path.join(scratch, "right"), os.path.join(scratch, "wrong")
        write(right, {f"{name}.md": RIGHT for name in CHOSEN})
        write(wrong, {f"{name}.md": damage(RIGHT) for name, damage in CHOSEN.items()})
        for program in programs():
            before, after = reports(program, right), reports(program, wrong)
            told[program.name] = [name for name in CHOSEN if after[f"{name}.md"] > before[f"{name}.md"]]
    return told


def table() -> list[str]:
    """A row for each mistake, a column for each program."""
    told = named()
    versions = {program.name: version(program) for program in programs()}
    return [
        _row("Mistake", [f"{name} {versions[name]}" for name in told]),
        _row(":--", [":-:" for _ in told]),
        *(_row(f"`{name}`", ["yes" if name in found else "" for found in told.values()]) for name in CHOSEN),
        _row(f"**of {len(CHOSEN)}**", [f"**{len(found)}**" for found in told.values()]),
    ]


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print("\n".join(table()))
