"""The language server on a real vault: how long until the first findings, how long from a key to its findings.

    python tests/bench/language_server.py VAULT [KEYS]

Times are those of the client: from writing a message to reading the answer. The cache is warm after the first start.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from lsp.client import Client

STARTS = 7


def memory(process):
    """MiB of resident memory."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def started(vault, note):
    """A client, and the seconds from its start and from the handshake's end to the first findings of a note."""
    begun = time.monotonic()
    client = Client(vault, command=[sys.executable, "-m", "vaultkit", "lsp"])  # tests copy one that is loaded
    ready = time.monotonic()
    uri = client.open(note)
    client.found(uri)
    return client, uri, client.times[uri] - begun, client.times[uri] - ready


def keys(client, uri, text, count):
    """Seconds from a key to the findings of that text. Every key breaks or mends a link, so that there is news."""
    times = []
    for number in range(count):
        typed = text + f"\n[[nowhere {number}]]\n"
        begun = time.monotonic()
        client.change(uri, typed)
        client.found(uri, client.versions[uri])
        times.append(client.times[uri] - begun)
        time.sleep(0.02)
    return sorted(times)


def main(vault, count="200"):
    vault = Path(vault).resolve()
    notes = sorted(path.relative_to(vault).as_posix() for path in vault.rglob("*.md"))
    note = sorted(notes, key=lambda path: (vault / path).stat().st_size)[len(notes) // 2]
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        first = started(vault, note)
        first[0].stop()
        print(f"{len(notes)} notes; first start, nothing remembered: {first[2]:.2f} s")
        whole, alone = [], []
        for _ in range(STARTS):
            client, uri, since_start, since_ready = started(vault, note)
            whole.append(since_start)
            alone.append(since_ready)
            client.stop()
        since_start, since_ready = statistics.median(whole), statistics.median(alone)
        print(f"first findings: {since_start:.2f} s after the start, {since_ready:.2f} s after the handshake")
        client, uri, *_ = started(vault, note)
        text = (vault / note).read_bytes().decode()
        keys(client, uri, text, 5)
        times = keys(client, uri, text, int(count))
        marks = (statistics.median(times), times[int(len(times) * 0.95)], times[-1])
        median, p95, longest = (f"{mark * 1000:.1f} ms" for mark in marks)
        print(f"key to findings: median {median}, p95 {p95}, longest {longest}")
        print(f"memory: {memory(client.process):.0f} MiB")
        client.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
