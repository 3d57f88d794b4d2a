"""Times `vaultkit publish` on made-up vaults of growing size: is the time linear in the notes, and what does it hold?

    python tests/bench/publish_scale.py [NOTES ...]        (default: 1000 10000)

The notes are short (a tag, a heading, two links, 25 words), and all are public: a million of them take 19 GB of disk
as a site, and as much again while it is made. A row each for the first time and for a second one with nothing changed:
seconds by the clock, seconds of processor time, microseconds of it a note, and the most that all processes held at one
time, in MiB (Linux' proportional set size, looked at once a second).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import NamedTuple

from check import tool
from scale import _WORDS, _name

_CONFIG = """\
publish:
  select: { path: '**' }
  targets: [{ base-url: 'https://example.org/notes/', output: ../site }]
"""


class Took(NamedTuple):
    """One finished publish: seconds by the clock, seconds of processor time, MiB of all processes together."""

    wall: float
    cpu: float
    memory: float


def make(vault: str, notes: int) -> None:
    """A vault of so many short notes, forty in a folder; the same vault each time."""
    draw = random.Random(notes)
    names = [f"{_name(draw)} {number}" for number in range(notes)]
    for number, name in enumerate(names):
        folder = os.path.join(vault, f"{number // 36_000:02}", f"{number // 1_200 % 30:02}", f"{number // 40 % 30:02}")
        if number % 40 == 0:
            os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{name}.md"), "w", encoding="utf-8") as file:
            file.write(_note(draw, names))
    with open(os.path.join(vault, "vaultkit.yaml"), "w", encoding="utf-8") as file:
        file.write(_CONFIG)


def _note(draw: random.Random, names: list[str]) -> str:
    tag, heading = draw.choice(_WORDS), draw.choice(_WORDS).capitalize()
    text = " ".join(draw.choices(_WORDS, k=25))
    return f"---\ntags: [{tag}]\n---\n## {heading}\n\n{text} [[{draw.choice(names)}]]. See [[{draw.choice(names)}]].\n"


def once(command: list[str], environment: dict[str, str]) -> Took:
    """Run a command to its end, and look at it all the time."""
    start, before = time.perf_counter(), os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_held, _family(process.pid))))
        time.sleep(min(1.0, 0.05 + (time.perf_counter() - start) / 20))
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} exited with {process.returncode}")
    now = os.times()
    cpu = now.children_user + now.children_system - before.children_user - before.children_system
    return Took(time.perf_counter() - start, cpu, most / 1024)


def _family(process: int) -> Iterator[int]:
    """A process and all that it started."""
    yield process
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children", encoding="ascii") as file:
                for child in file.read().split():
                    yield from _family(int(child))
    except OSError:
        return


def _held(process: int) -> int:
    """KiB that a process holds, of what it shares its part."""
    try:
        with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def main() -> None:
    """Two rows per size."""
    vaultkit = tool("vaultkit")
    start = [vaultkit] if vaultkit else [sys.executable, "-m", "vaultkit"]
    print(f"{'notes':>9}  {'':12}{'wall s':>9}{'cpu s':>9}{'us/note':>9}{'MiB':>7}")
    for notes in [int(word) for word in sys.argv[1:]] or [1_000, 10_000]:
        with tempfile.TemporaryDirectory() as scratch:
            vault = os.path.join(scratch, "vault")
            make(vault, notes)
            time.sleep(2.5)  # a file that was written just now is looked at twice
            homes = {f"XDG_{name}_HOME": os.path.join(scratch, name.lower()) for name in ("CACHE", "STATE")}
            environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
            for name in ("first", "unchanged"):
                took = once([*start, "--vault", vault, "publish"], environment | homes)
                each = took.cpu / notes * 1e6
                print(f"{notes:>9}  {name:12}{took.wall:9.2f}{took.cpu:9.2f}{each:9.0f}{took.memory:7.0f}", flush=True)


if __name__ == "__main__":
    main()
