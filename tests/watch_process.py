"""A watch as a process of its own, and what it says."""

import os
import subprocess
import sys
import threading
import time


class Watching:
    """A running `vaultkit watch`; both outputs are read as they come."""

    def __init__(self, vault, *arguments, command="watch", environment=()):
        self.vault = vault
        self._lines = []
        self.all = []
        self._more = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vaultkit", command, *(["--vault", str(vault)] if vault else []), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **dict(environment)},
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self.process.stdout:
            with self._more:
                self._lines.append(line)
                self.all.append(line)
                self._more.notify_all()

    def rest(self):
        """All that it said, once it has ended."""
        self._thread.join(20)
        return "".join(self.all)

    def wait_for(self, words, within=60):
        """The line that holds the words; it is used up with all before it."""
        deadline = time.monotonic() + within
        with self._more:
            while True:
                for number, line in enumerate(self._lines):
                    if words in line:
                        del self._lines[: number + 1]
                        return line
                left = deadline - time.monotonic()
                assert left > 0 and self.process.poll() is None, f"never said {words!r}: {''.join(self._lines)}"
                self._more.wait(min(left, 0.5))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def wait_until(fact, within=60):
    deadline = time.monotonic() + within
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.05)
