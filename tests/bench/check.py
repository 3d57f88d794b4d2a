"""Times `vaultkit check` against its peers on one vault, side by side, and prints ratios.

    python tests/bench/check.py VAULT [--runs N]

Every row runs its commands in turn (A B A B …) as whole processes; a ratio is taken round by round, because a shared
machine changes its speed from minute to minute. Shown are medians, and behind a ratio its smallest and largest value.
Peers are those on the PATH or beside this Python: rumdl, mdsmith, markdownlint-cli2, pymarkdown.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import NamedTuple

HERE = os.path.dirname(sys.executable)
_SLOW = ("markdownlint-cli2", "pymarkdown")


class Run(NamedTuple):
    """One finished process: seconds by the clock, seconds of processor time, peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


class Command(NamedTuple):
    """What is timed, and what is done before each time."""

    name: str
    argv: list[str]
    before: Callable[[], object] = lambda: None
    folder: str | None = None


def tool(name: str) -> str | None:
    """Where a program is, beside this Python or on the PATH."""
    beside = os.path.join(HERE, name)
    return beside if os.access(beside, os.X_OK) else shutil.which(name)


def once(command: Command, environment: dict[str, str]) -> Run:
    """Run a command once, its output thrown away. Compiled code may be kept, as it is of what is installed."""
    command.before()
    environment = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(
        command.argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=command.folder
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command.argv)} exited with {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def race(title: str, commands: list[Command], runs: int, environment: dict[str, str]) -> None:
    """Run the commands in turn and print a row for each, with its ratio to the second one."""
    rounds = [[once(command, environment) for command in commands] for _ in range(runs + 1)][1:]
    print(f"\n{title}\n{'':34}{'wall s':>9}{'cpu s':>9}{'MiB':>7}   ours / theirs, by the clock")
    for number, command in enumerate(commands):
        mine = [row[number] for row in rounds]
        wall, cpu, memory = (statistics.median(values) for values in zip(*mine, strict=True))
        ratios = [row[0].wall / row[number].wall for row in rounds]
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if number else ""
        print(f"  {command.name:32}{wall:9.3f}{cpu:9.3f}{memory:7.0f}   {ratio}")


def main() -> None:
    """Copy the vault (what is timed edits a note), and run every row."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("vault")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        vault = os.path.join(scratch, "vault")
        shutil.copytree(args.vault, vault)
        with open(os.path.join(vault, "vaultkit.yaml"), "w", encoding="utf-8") as file:
            file.write("schemas:\n  - use: any-note\n    match: { path: '**' }\n")
        os.mkdir(os.path.join(vault, "schemas"))
        with open(os.path.join(vault, "schemas", "any-note.yaml"), "w", encoding="utf-8") as file:
            file.write("name: any-note\nproperties:\n  aliases: { type: aliases }\n  tags: { type: tags }\n")
        rows(vault, scratch, args.runs)


def sample(vault: str, to: str) -> str:
    """A copy of the vault with every twentieth note of it, for peers that would take minutes."""
    notes = sorted(
        os.path.relpath(os.path.join(folder, name), vault)
        for folder, folders, names in os.walk(vault)
        for name in names
        if name.endswith(".md") and "/." not in folder
    )
    for path in (*notes[::20], "vaultkit.yaml", "schemas/any-note.yaml"):
        os.makedirs(os.path.dirname(os.path.join(to, path)), exist_ok=True)
        shutil.copyfile(os.path.join(vault, path), os.path.join(to, path))
    return to


def rows(vault: str, scratch: str, runs: int) -> None:
    """Every row of the table that the installed peers allow."""
    environment = {**os.environ, "XDG_CACHE_HOME": os.path.join(scratch, "cache")}
    ours, theirs = os.path.join(scratch, "cache", "vaultkit"), os.path.join(scratch, "rumdl")

    def forget() -> None:
        shutil.rmtree(ours, ignore_errors=True)
        shutil.rmtree(theirs, ignore_errors=True)

    def edit() -> None:
        with open(note, "a", encoding="utf-8") as file:
            file.write("One more line.\n")

    note = next(
        os.path.join(folder, name)
        for folder, _, names in sorted(os.walk(vault))
        for name in sorted(names)
        if name.endswith(".md") and folder != vault
    )
    check = [sys.executable, "-m", "vaultkit", "check", "--vault", vault, "--statistics"]
    vaultkit = tool("vaultkit")
    if vaultkit:
        check[:3] = [vaultkit]
    rumdl = [tool("rumdl") or "", "check", "--no-config", "--flavor", "obsidian"]
    cached = [*rumdl, "--cache-dir", theirs, vault]
    peers = {
        "rumdl --no-cache": [*rumdl, "--no-cache", "."],
        "mdsmith": [tool("mdsmith") or "", "check", "."],
        "markdownlint-cli2": [tool("markdownlint-cli2") or "", "**/*.md"],
        "pymarkdown": [tool("pymarkdown") or "", "scan", "-r", "."],
    }
    found = {name: argv for name, argv in peers.items() if argv[0]}
    quick = [Command(name, argv, folder=vault) for name, argv in found.items() if name not in _SLOW]
    cold = [*check, "--no-cache"]
    race("cold, nothing remembered", [Command("vaultkit --no-cache", cold), *quick], runs, environment)
    part = sample(vault, os.path.join(scratch, "sample"))
    cold[cold.index(vault)] = part
    all_of_them = [Command(name, argv, folder=part) for name, argv in found.items()]
    race("cold, one note in twenty", [Command("vaultkit --no-cache", cold), *all_of_them], min(runs, 3), environment)
    if rumdl[0]:
        pair = [Command("vaultkit", check, forget), Command("rumdl", cached)]
        race("cold, remembering", pair, runs, environment)
        time.sleep(2.5)
        race("warm, nothing changed", [Command("vaultkit", check), Command("rumdl", cached)], runs, environment)
        race("warm, one note edited", [Command("vaultkit", check, edit), Command("rumdl", cached)], runs, environment)
    bare = Command("python -c pass", [sys.executable, "-c", "pass"])
    for asked in ("--version", "--help"):
        race(asked, [Command(f"vaultkit {asked}", [check[0], asked]), bare], runs, environment)


if __name__ == "__main__":
    main()
