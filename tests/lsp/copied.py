"""Servers that are copies of a process that has loaded what `vaultkit lsp` loads, which is most of what one costs.

From the command line on a copy does what `vaultkit lsp` does; it is a process of its own, with its own pipes.
"""

import os
import sys
from multiprocessing import get_context

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["vaultkit.cli.lsp", "vaultkit.server.lsp", "vaultkit.setup", "pydantic", "yaml"])


class Copy:
    """A server that begins now, with the part of `subprocess.Popen` that clients use."""

    def __init__(self, environment):
        pipes = [_CONTEXT.Pipe(duplex=False) for _ in range(3)]
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        ours = [pipes[0][1], pipes[1][0], pipes[2][0]]
        self._process = _CONTEXT.Process(target=_serve, args=(theirs, environment))
        self._process.start()
        for end in theirs:
            end.close()
        self.stdin, self.stdout, self.stderr = (
            os.fdopen(os.dup(end.fileno()), mode) for end, mode in zip(ours, ("wb", "rb", "rb"), strict=True)
        )
        for end in ours:
            end.close()
        self.kill = self._process.kill

    def poll(self):
        return self._process.exitcode

    def wait(self, seconds=None):
        self._process.join(seconds)
        return self._process.exitcode


def _serve(ends, environment):
    for number, end in enumerate(ends):
        os.dup2(end.fileno(), number)
        end.close()
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate("rww"))
    from vaultkit.cli._main import main

    sys.exit(main(["lsp"]))
