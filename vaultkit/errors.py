"""What can go wrong outside the notes. Something wrong *in* a note is a Diagnostic, never one of these.

VaultkitError                 the door prints one message and exits with 2
├── SetupError                vault, config, schema or command line: what, where, what to do
├── BusyError                 another process holds the vault's or the target's lock
└── TargetError               the output cannot be written, or a file there is not ours
"""

from __future__ import annotations


class VaultkitError(Exception):
    """One message for a person: `what` is wrong, `where` (a path, optionally `:line`), and what to `do`."""

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}" + (f"\n  help: {self.do}" if self.do else "")


class SetupError(VaultkitError):
    """The vault, its configuration, a schema or the command line is not usable."""


class BusyError(VaultkitError):
    """Another process is at work on the same thing."""


class TargetError(VaultkitError):
    """A publish target cannot be written as planned; what was there before is untouched."""
