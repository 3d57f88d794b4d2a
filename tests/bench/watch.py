"""Measures `vaultkit watch` on a made-up vault: how long from a save to what a person sees, what it costs while nothing
happens, and how it bears a storm.

    python tests/bench/watch.py [NOTES]        (default: 10000)

    idle          processor time in half a minute without a save, and the memory held then
    findings      from a save until its findings are on the terminal, the quiet time included
    looking       the same without the quiet time and the terminal: scan, read, check, in this process
    page live     from a save until the page holds it (`--publish`)
    storm         10,000 events a second for ten seconds by other processes: when what is known equals the disk, counted
                  from the last of them, and by how much the memory grew
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scale import make

from vaultkit.session import Session
from vaultkit.vault.files import Vault
from vaultkit.vault.watch import Watcher
from vaultkit.vault.watched import Watched

SAVES = int(os.environ.get("SAVES", "40"))
_TICKS = os.sysconf("SC_CLK_TCK")

STORM = """
import os, random, sys, time
folder, seconds, rate, seed = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
draw, paths, done, began = random.Random(seed), [f"{folder}/{seed}-{n}.md" for n in range(500)], 0, time.monotonic()
while time.monotonic() < began + seconds:
    path = draw.choice(paths)
    with open(path + ".tmp.md", "w") as file:   # made, written to, closed
        file.write(f"A note {done}.\\n")
    os.replace(path + ".tmp.md", path)          # moved from, moved to
    done += 5
    if (ahead := done / rate - (time.monotonic() - began)) > 0:
        time.sleep(ahead)
print(done)
"""


def memory(pid: int | str = "self") -> float:
    """What a process holds now, in MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s*(\d+)", file.read())[1]) / 1024


def busy(pid: int) -> float:
    """Processor time that a process has used, in seconds."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def row(name: str, seconds: list[float], wanted: str, used: float) -> None:
    """A line of the table; `used` is the processor time of all."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    print(
        f"{name:12} p50 {statistics.median(ordered):6.3f} s   p99 {p99:6.3f} s   ({wanted})   "
        f"processor {used / len(ordered):.3f} s each",
        flush=True,
    )


class Watching:
    """A running watch, whose lines are told with their time as they come."""

    def __init__(self, vault: str, *words: str) -> None:
        command = [sys.executable, "-m", "vaultkit", "--vault", vault, "watch", *words]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        self.lines: list[tuple[float, str]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), line))

    def wait_for(self, words: str, since: int = 0, within: float = 600) -> float:
        """When a line came that holds the words."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            for when, line in self.lines[since:]:
                if words in line:
                    return when
            time.sleep(0.002)
        raise SystemExit(f"never said {words!r}: {self.lines[-5:]}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def saves(vault: str, look: Callable[[int, str], float], text: str) -> list[float]:
    """How long it took for each of some saves to be seen; `look` tells when. Each adds a `text` with its number."""
    draw, found = random.Random(1), []
    folders = sorted(name for name in os.listdir(vault) if name.isdigit())
    for number in range(SAVES):
        folder = os.path.join(vault, draw.choice(folders))
        path = os.path.join(folder, sorted(os.listdir(folder))[draw.randrange(20)])
        time.sleep(0.3 + draw.random())
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"\nOne more line, {text.format(number)}.\n")
        began = time.monotonic()
        found.append(look(number, path) - began)
    return found


def findings(vault: str) -> None:
    """Idle, and from a save to its findings."""
    watching = Watching(vault)
    began = time.monotonic()
    watching.wait_for("Watching.")
    print(f"first look   {time.monotonic() - began:.1f} s", flush=True)
    pid = watching.process.pid
    time.sleep(35)  # until notes that are new have been read twice
    before = busy(pid)
    time.sleep(35)
    print(f"idle         {busy(pid) - before:.2f} s of 35 s   {memory(pid):.0f} MiB   (120 MiB)", flush=True)
    before = busy(pid)
    took = saves(vault, lambda n, path: watching.wait_for(f"no note `Nowhere {n}`"), "with [[Nowhere {}]]")
    row("findings", took, "0.3, 0.8", busy(pid) - before)
    watching.stop()


def looking(vault: str) -> None:
    """What a look takes by itself."""
    session = Session.open(vault, files=Watched(vault))
    session.refresh()

    def look(number: int, path: str) -> float:
        session.refresh()
        return time.monotonic()

    before = time.process_time()
    row("looking", saves(vault, look, "with [[Nowhere {}]]"), "in this process", time.process_time() - before)
    session.close()


def live(vault: str, site: str) -> None:
    """From a save to its page."""
    with open(os.path.join(vault, "vaultkit.yaml"), "a", encoding="utf-8") as file:
        file.write("rules: { link-broken: off, link-broken-heading: off }\npublish: { select: { path: '**' } }\n")
    watching = Watching(vault, "--publish", "--output", site)
    began = time.monotonic()
    watching.wait_for("Published")
    print(f"first site   {time.monotonic() - began:.1f} s   {memory(watching.process.pid):.0f} MiB", flush=True)

    def look(number: int, path: str) -> float:
        name = os.path.basename(path)[:-3].lower().replace(" ", "-") + ".html"
        page = os.path.join(site, os.path.basename(os.path.dirname(path)), name)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with open(page, encoding="utf-8") as file:
                    if f"live{number}live" in file.read():
                        return time.monotonic()
            except FileNotFoundError:
                pass
            time.sleep(0.005)
        raise SystemExit(f"never published: {page}: {watching.lines[-5:]}")

    before = busy(watching.process.pid)
    took = saves(vault, look, "live{}live")
    row("page live", took, "0.6, 1.5", busy(watching.process.pid) - before)
    watching.stop()


def storm(vault: str) -> None:
    """Ten seconds of saves by others."""
    folder = os.path.join(vault, "storm")
    os.mkdir(folder)
    time.sleep(3)  # until notes that are new are old
    session = Session.open(vault, files=Watched(vault))
    watcher, known, looks = Watcher(vault), {}, []

    def look() -> None:
        for wake in watcher:
            began = time.monotonic()
            session.refresh()
            known.clear()
            known.update({path: note.digest for path, note in session.index.notes.items() if path.startswith("storm/")})
            looks.append((wake, time.monotonic() - began))

    thread = threading.Thread(target=look)
    thread.start()
    while not looks:
        time.sleep(0.1)
    before = most = memory()
    command = [sys.executable, "-c", STORM, folder, "10", "5000"]
    writers = [subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE, text=True) for seed in (1, 2)]
    while any(writer.poll() is None for writer in writers):
        most = max(most, memory())
        time.sleep(0.05)
    quiet = time.monotonic()
    events = sum(int(writer.communicate()[0]) for writer in writers)
    files = Vault(folder)
    truth = {f"storm/{path}": files.read(path).digest for path in files.scan().files}
    while known != truth:
        time.sleep(0.01)
        most = max(most, memory())
    exact = time.monotonic() - quiet
    watcher.stop()
    thread.join()
    kinds = ", ".join(f"{wake} {took:.2f} s" for wake, took in looks[1:])
    print(
        f"storm        {events / 10:.0f} events/s: exact after {exact:.2f} s (2), "
        f"memory grew by {most - before:.0f} MiB (50)"
    )
    print(f"             looks: {kinds}; {len(truth)} notes; what was said: {watcher.news()}", flush=True)


def main() -> None:
    """All of it."""
    notes = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    wanted = sys.argv[2:] or ["findings", "looking", "storm", "live"]
    with tempfile.TemporaryDirectory() as scratch:
        vault = os.path.join(scratch, "vault")
        make(vault, notes)
        time.sleep(3)  # notes that are new are read twice
        if "findings" in wanted:
            findings(vault)
        if "looking" in wanted:
            looking(vault)
        if "storm" in wanted:
            storm(vault)
        if "live" in wanted:
            live(vault, os.path.join(scratch, "out", "site"))


if __name__ == "__main__":
    main()
