"""Measures everything, and writes docs/benchmarks.md with its tables and plots.

    python tests/bench/all.py                              100 to 10,000 notes
    python tests/bench/all.py --largest 1000000            up to a million
    python tests/bench/all.py --keep FILE                  go on from what an earlier run kept there, size by size

Made-up vaults of growing size (see scale.py) are checked and published by vaultkit and by the peers on the PATH, as
whole processes, in turn (A B A B …). Shown are medians, with the smallest and largest value. What fails has no figure.
What is heavy is imported late here: a process that is measured is never smaller than the one that started it.
Needs matplotlib (`pip install -e '.[bench]'`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import plots
from check import Command, Run, once, tool
from parts import measured
from scale import make

from publish import hugo_site

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "benchmarks.md"
SLOW = 1_000  # notes, beyond which a peer that takes minutes is not asked
FEW = 20_000  # notes, beyond which everything is run once
HUGE = 200_000  # notes, beyond which a peer is not asked that holds 28 KiB of each in memory


_SETTLED = 2.5
"""Seconds after which a file that was written is not one that was written just now, and looked at twice."""
_MAKE = "import sys; sys.path[:0] = sys.argv[1:2]; from scale import make; make(sys.argv[2], int(sys.argv[3]))"


class Series(NamedTuple):
    """One line of a plot: what is run, and what was measured, by the number of notes."""

    name: str
    runs: dict[int, list[Run]]

    def median(self, notes: int, what: str) -> float:
        """The median of `wall` (seconds), `cpu` (seconds) or `memory` (MiB)."""
        return statistics.median(getattr(run, what) for run in self.runs[notes])

    def cell(self, notes: int, what: str = "wall") -> str:
        """The median and its spread, as a table shows it."""
        found = sorted(getattr(run, what) for run in self.runs.get(notes, ()))
        if not found:
            return "–"
        spread = f" ({figure(found[0])} to {figure(found[-1])})" if len(found) > 1 else ""
        return f"{figure(statistics.median(found))}{spread}"


def figure(value: float) -> str:
    """Three digits of a number, as a reader expects them."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def sizes(largest: int) -> list[int]:
    """100, 1,000 … up to the largest."""
    return [size for size in (100, 1_000, 10_000, 100_000, 1_000_000) if size <= largest]


def measure(commands: list[Command], times: int, environment: dict[str, str]) -> dict[str, list[Run]]:
    """Run the commands in turn; one that fails has no runs from then on."""
    found: dict[str, list[Run]] = {command.name: [] for command in commands}
    failed = set()
    for _ in range(times):
        for command in commands:
            if command.name not in failed:
                try:
                    found[command.name].append(once(command, environment))
                except SystemExit as error:
                    print(f"    {error}", file=sys.stderr)
                    failed.add(command.name)
    return {name: runs for name, runs in found.items() if name not in failed}


# What is run -------------------------------------------------------------------------------------------------------


def remove(folder: str) -> None:
    """Remove a folder with all that is in it, by a process of its own: a list of a million names makes this one large,
    and what is measured is never smaller than this one."""
    subprocess.run(["rm", "-rf", folder], check=True)


def checks(vault: str, scratch: str, notes: int) -> Iterator[list[Command]]:
    """The commands that check a vault, in groups that are run in turn."""
    ours, theirs = os.path.join(scratch, "cache", "vaultkit"), os.path.join(scratch, "rumdl")
    check = [sys.executable, "-m", "vaultkit", "check", "--vault", vault, "--statistics"]
    note = next(str(path) for path in sorted(Path(vault, "00000").iterdir()))

    def forget() -> None:
        remove(ours)

    def forget_theirs() -> None:
        remove(theirs)

    def edit() -> None:
        with open(note, "a", encoding="utf-8") as file:
            file.write("One more line.\n")

    rumdl, mdsmith, markdownlint = (tool(name) for name in ("rumdl", "mdsmith", "markdownlint-cli2"))
    plain = [rumdl or "", "check", "--no-config", "--flavor", "obsidian"]
    cached = [*plain, "--cache-dir", theirs, vault]
    peers = [
        Command("rumdl, cold", [*plain, "--no-cache", "."], folder=vault) if rumdl else None,
        Command("mdsmith, cold", [mdsmith, "check", "."], folder=vault) if mdsmith and notes <= HUGE else None,
        Command("markdownlint, cold", [markdownlint, "**/*.md"], folder=vault)
        if markdownlint and notes <= SLOW
        else None,
    ]
    yield [Command("vaultkit, cold", [*check, "--no-cache"]), *filter(None, peers)]
    remember = [Command("rumdl, cold, remembering", cached, forget_theirs)] if rumdl else []
    yield [Command("vaultkit, cold, remembering", check, forget), *remember]
    yield [Command("vaultkit, warm", check), *([Command("rumdl, warm", cached)] if rumdl else [])]
    yield [
        Command("vaultkit, one edited", check, edit),
        *([Command("rumdl, one edited", cached, edit)] if rumdl else []),
    ]


def builds(vault: str, scratch: str, notes: int) -> Iterator[list[Command]]:
    """The commands that publish a vault."""
    site = os.path.join(scratch, "out", "site")
    with open(os.path.join(vault, "vaultkit.yaml"), "w", encoding="utf-8") as file:
        file.write(f"publish: {{ select: {{ path: '**' }}, targets: [{{ output: {site} }}] }}\n")
    publish = [sys.executable, "-m", "vaultkit", "--vault", vault, "publish", "--json"]
    note = next(str(path) for path in sorted(Path(vault, "00000").iterdir()))

    def forget() -> None:
        remove(os.path.dirname(site))
        remove(os.path.join(scratch, "cache"))

    def edit() -> None:
        with open(note, "a", encoding="utf-8") as file:
            file.write("One more line.\n")

    rows = [Command("vaultkit, full build", publish, forget)]
    if tool("hugo"):
        built = hugo_site(vault, os.path.join(scratch, "hugo"))
        rows.append(Command("hugo, full build", built, lambda: remove(built[-1])))
    yield rows
    yield [Command("vaultkit, nothing changed", publish)]
    yield [Command("vaultkit, one note edited", publish, edit)]


class Kept:
    """What was measured, by table, size and name, in a file if there is to be one: hours of it need not be lost."""

    def __init__(self, path: str = "") -> None:
        self._path = path
        there = path and os.path.exists(path)
        self._found: dict[str, dict[str, Any]] = json.loads(Path(path).read_text(encoding="utf-8")) if there else {}
        self.before = sorted({(int(size), row["on"]) for table in self._found.values() for size, row in table.items()})
        """The sizes that an earlier run measured, and the days on which it did."""

    def runs(self, table: str, notes: int, measured: Callable[[], dict[str, list[Run]]]) -> dict[str, list[Run]]:
        """What was measured for a size, now unless it was before."""
        sizes = self._found.setdefault(table, {})
        if str(notes) not in sizes:
            sizes[str(notes)] = {"on": f"{datetime.now(UTC):%Y-%m-%d}", "runs": measured()}
            if self._path:
                Path(self._path).write_text(json.dumps(self._found), encoding="utf-8")
        return {name: [Run(*run) for run in runs] for name, runs in sizes[str(notes)]["runs"].items()}


def table_of(
    groups: Callable[..., Iterator[list[Command]]], all_sizes: list[int], times: int, kept: Kept
) -> list[Series]:
    """Everything that is run for every size."""
    found: dict[str, dict[int, list[Run]]] = {}
    for notes in all_sizes:
        runs_of_size = kept.runs(groups.__name__, notes, partial(one_size, groups, notes, times if notes <= FEW else 1))
        for name, runs in runs_of_size.items():
            found.setdefault(name, {})[notes] = runs
    return [Series(name, runs) for name, runs in found.items()]


def one_size(groups: Callable[..., Iterator[list[Command]]], notes: int, times: int) -> dict[str, list[Run]]:
    """Everything that is run for one size. The vault is made by a process of its own: what is measured is never smaller
    than this one."""
    found: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        vault = os.path.join(scratch, "vault")
        subprocess.run([sys.executable, "-c", _MAKE, os.path.dirname(__file__), vault, str(notes)], check=True)
        time.sleep(_SETTLED)
        environment = {**os.environ, "XDG_CACHE_HOME": os.path.join(scratch, "cache")}
        for commands in groups(vault, scratch, notes):
            print(f"  {notes:>9,} notes: {', '.join(command.name for command in commands)}", file=sys.stderr)
            found |= measure(commands, times, environment)
        remove(scratch)
    return found


def start_up(times: int) -> list[tuple[str, str]]:
    """Milliseconds until a program has told its version, and ours what it can do."""
    programs = [Command("python -c pass", [sys.executable, "-c", "pass"])]
    asked = ("--version", "--help")
    programs += [Command(f"vaultkit {each}", [tool("vaultkit") or "vaultkit", each]) for each in asked]
    programs += [Command("rumdl --version", [tool("rumdl") or "", "--version"])] if tool("rumdl") else []
    found = {
        name: sorted(run.wall * 1000 for run in runs)
        for name, runs in measure(programs, 3 * times, dict(os.environ)).items()
    }
    return [
        (f"`{name}`", f"{statistics.median(walls):.0f} ms ({walls[0]:.0f} to {walls[-1]:.0f})")
        for name, walls in found.items()
    ]


def latency(notes: int) -> list[tuple[str, str]]:
    """What the language server takes, on a vault of so many notes."""
    from language_server import keys, memory, started

    with tempfile.TemporaryDirectory() as scratch:
        vault = Path(scratch, "vault")
        make(str(vault), notes)
        time.sleep(_SETTLED)
        os.environ["XDG_CACHE_HOME"] = os.path.join(scratch, "cache")
        note = next(path for path in sorted((vault / "00000").iterdir())).relative_to(vault).as_posix()
        cold = started(vault, note)
        cold[0].stop()
        client, uri, since_start, since_ready = started(vault, note)
        text = (vault / note).read_text(encoding="utf-8")
        keys(client, uri, text, 5)
        times = keys(client, uri, text, 200)
        held = memory(client.process)
        client.stop()
    return [
        ("first findings, nothing remembered", f"{cold[2]:.2f} s after the start"),
        ("first findings, warm", f"{since_start:.2f} s after the start, {since_ready:.2f} s after the handshake"),
        (
            "a key to its findings (200 keys)",
            f"median {statistics.median(times) * 1000:.1f} ms,"
            f" 95 % within {times[int(len(times) * 0.95)] * 1000:.1f} ms, longest {times[-1] * 1000:.1f} ms",
        ),
        ("memory", f"{held:.0f} MiB"),
    ]


def parts(notes: int, times: int) -> list[Series]:
    """What a check in parts costs each of its machines."""
    return [Series(name, {notes: runs}) for name, runs in measured(notes, times)]


def mistakes_table() -> list[str]:
    """Which mistakes each program names."""
    from mistakes import table

    return table()


# Telling it --------------------------------------------------------------------------------------------------------


def machine() -> list[str]:
    """What the figures were made on."""
    from mistakes import programs, version

    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    memory_kib = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return [
        f"{cpu or platform.processor() or platform.machine()}, {os.cpu_count()} cores, {memory_kib / 2**20:.0f} GiB",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        *(f"{program.name} {version(program)}" for program in programs()),
        *([f"hugo {_hugo()}"] if tool("hugo") else []),
    ]


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if os.path.exists(path) else []


def _hugo() -> str:
    told = subprocess.run([tool("hugo") or "", "version"], capture_output=True, text=True, check=False).stdout
    return (told.split() or ["", "?"])[1].removeprefix("v")


def rows(series: list[Series], all_sizes: list[int], what: str) -> list[str]:
    """A table: a row for what is run, a column for every size."""
    head = ["", *(f"{size:,}" for size in all_sizes)]
    lines = [head, [":--", *("--:" for _ in all_sizes)]]
    lines += [[item.name, *(item.cell(size, what) for size in all_sizes)] for item in series]
    return [f"| {' | '.join(line)} |" for line in lines]


def columns(series: list[Series], notes: int) -> list[str]:
    """A table of one size: a column for each thing that was measured."""
    lines = ["| | seconds | of processor time | MiB |", "| :-- | --: | --: | --: |"]
    return [
        *lines,
        *(f"| {item.name} | {' | '.join(item.cell(notes, what) for what in Run._fields)} |" for item in series),
    ]


def fields(pairs: list[tuple[str, str]]) -> list[str]:
    """A table of two columns."""
    return ["| | |", "| :-- | :-- |", *(f"| {name} | {value} |" for name, value in pairs)]


class Found(NamedTuple):
    """All that was measured."""

    checks: list[Series]
    builds: list[Series]
    starts: list[tuple[str, str]]
    latency: list[tuple[str, str]]
    parts: list[Series]
    mistakes: list[str]


def written(found: Found, checked: list[int], built: list[int], about: list[str], again: str) -> str:
    """The page; `again` is the command that makes it."""
    text = (Path(__file__).parent / "benchmarks.md.in").read_text(encoding="utf-8")
    parts = {
        "AGAIN": [again],
        "ABOUT": about,
        "CHECKS": rows(found.checks, checked, "wall"),
        "PROCESSOR": rows(found.checks, checked, "cpu"),
        "MEMORY": rows(found.checks, checked, "memory"),
        "BUILDS": rows(found.builds, built, "wall"),
        "WORK": rows(found.builds, built, "cpu"),
        "SITES": rows(found.builds, built, "memory"),
        "STARTS": fields(found.starts),
        "LATENCY": fields(found.latency),
        "PARTS": columns(found.parts, min(10_000, checked[-1])),
        "MISTAKES": found.mistakes,
        "NOTES": [f"{min(10_000, checked[-1]):,}"],
    }
    for name, lines in parts.items():
        text = text.replace(f"@{name}@", "\n".join(lines))
    return text


def main() -> None:
    """Measure, draw, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--largest", type=int, default=10_000, metavar="NOTES", help="the largest vault")
    parser.add_argument("--largest-site", type=int, metavar="NOTES", help="the largest that is published, if not that")
    parser.add_argument("--runs", type=int, default=3, help="how often everything is run")
    parser.add_argument("--keep", default="", metavar="FILE", help="go on from what is kept there, and keep more")
    args = parser.parse_args()
    kept = Kept(args.keep)
    before = [f"{size:,} notes on {day}" for size, day in kept.before]
    plots.ready()
    begun, load = datetime.now(UTC), os.getloadavg()[0]
    checked, built = sizes(args.largest), sizes(args.largest_site or args.largest)
    found = Found(
        table_of(checks, checked, args.runs, kept),
        table_of(builds, built, args.runs, kept),
        start_up(args.runs),
        latency(min(10_000, args.largest)),
        parts(min(10_000, args.largest), args.runs),
        mistakes_table(),
    )
    images = DOCS / "images"
    plots.draw(images / "benchmark-check.svg", found.checks, checked, "wall", "seconds")
    plots.draw(images / "benchmark-memory.svg", found.checks, checked, "memory", "MiB")
    plots.draw(images / "benchmark-publish.svg", found.builds, built, "wall", "seconds")
    about = [
        f"- Made on {begun:%Y-%m-%d}, in {(datetime.now(UTC) - begun).seconds // 60} minutes.",
        *(f"- {line}" for line in machine()),
        f"- The load average was {load:.1f} at the beginning and {os.getloadavg()[0]:.1f} at the end, with this run in"
        " it. Above the number of cores, only rows beside each other compare.",
        *(f"- What was measured of {size} before is kept." for size in before),
        f"- Runs: {args.runs}; 1 for vaults of more than {FEW:,} notes. Shown is the median, in brackets the smallest"
        " and the largest value.",
    ]
    given = {name.replace("_", "-"): value for name, value in vars(args).items() if value and name != "keep"}
    again = " ".join(("python tests/bench/all.py", *(f"--{name} {value}" for name, value in given.items())))
    PAGE.write_text(written(found, checked, built, about, again), encoding="utf-8")
    print(f"Wrote {PAGE}.")


if __name__ == "__main__":
    main()
