"""Times a check in parts: when is `--shard` or `--executor` worth it?

    python tests/bench/parts.py [NOTES]            (default: 20000)

A made-up vault (see scale.py) is checked whole, as one part of several, and with a Dask cluster of two worker processes
on this machine. Seconds by the clock, seconds of processor time of the check itself, the largest process in MiB. What a
larger cluster could save is what the check itself does not have to do: so its processor time is what counts.
Needs `pip install -e '.[dask]'` for the last row.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from check import Command, Run, once, tool
from scale import make

_PARTS = (2, 4, 8)
_DASK = [sys.executable, "-m"]


@contextmanager
def cluster() -> Iterator[str]:
    """A scheduler and two workers on this machine; what `--executor` is told."""
    quiet = {"stdout": subprocess.DEVNULL, "cwd": tempfile.gettempdir(), "stderr": subprocess.PIPE, "text": True}
    scheduler = subprocess.Popen(
        [*_DASK, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], **quiet
    )
    started = [scheduler]
    try:
        address = _told(scheduler, "Scheduler at:")
        for _ in range(2):
            options = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
            started.append(subprocess.Popen([*_DASK, "distributed.cli.dask_worker", address, *options], **quiet))
            _told(started[-1], "Registered to:")
        yield address.replace("tcp://", "dask://")
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _told(process: subprocess.Popen[str], words: str) -> str:
    """What a process says behind these words."""
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return line.split(words)[1].strip()
    raise SystemExit("Dask did not start")


def measured(notes: int, runs: int = 3) -> Iterator[tuple[str, list[Run]]]:
    """What is run on a vault of so many notes, with all of its runs."""
    vaultkit = tool("vaultkit")
    start = [vaultkit] if vaultkit else [sys.executable, "-m", "vaultkit"]
    with tempfile.TemporaryDirectory() as scratch:
        vault = os.path.join(scratch, "vault")
        make(vault, notes)
        check = [*start, "check", "--vault", vault, "--statistics", "--no-cache"]

        def row(name: str, *options: str) -> tuple[str, list[Run]]:
            return name, [once(Command(name, [*check, *options]), {**os.environ}) for _ in range(runs)]

        yield row("the whole")
        for parts in _PARTS:
            yield row(f"one part of {parts}", "--shard", f"1/{parts}")
        if importlib.util.find_spec("distributed"):
            with cluster() as address:
                yield row("with a cluster", "--executor", address)


def main() -> None:
    """A row for the whole, for each number of parts, and for the cluster."""
    notes = int(sys.argv[1]) if sys.argv[1:] else 20_000
    print(f"{notes} notes              wall s    cpu s    MiB")
    for name, runs in measured(notes):
        wall, cpu, memory = (statistics.median(getattr(run, what) for run in runs) for what in Run._fields)
        print(f"  {name:22}{wall:9.2f}{cpu:9.2f}{memory:7.0f}", flush=True)


if __name__ == "__main__":
    main()
