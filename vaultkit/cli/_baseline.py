"""The baseline of the commands that report findings: which file it is, what it puts up with, and how it is written."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.lint.baseline import Known
    from vaultkit.model.diagnostic import CheckResult
    from vaultkit.session import Session

_WRITE = "`vaultkit check --write-baseline` makes one"


class Baseline:
    """The known findings of a vault. `shown` is the file as people write it, "" when there is none to be read.

    `remaining` is how many of them are still found, `gone` how many are not, as of the last `new`. Raises SetupError
    when the file is no baseline, or is not where it should be.
    """

    def __init__(self, session: Session, named: str | None = None, writing: bool = False) -> None:
        from vaultkit.vault.baseline import load

        self._path, asked_for = _place(session, named)
        self.shown = _shown(self._path)
        known = load(self._path, self.shown) if self._path else None
        if known is None and asked_for and not writing:
            raise SetupError("there is no baseline", where=self.shown, do=_WRITE)
        self.exists = known is not None
        self._known: Known = known or {}
        self.remaining = self.gone = 0

    def new(self, result: CheckResult) -> CheckResult:
        """The findings that are not known."""
        if not self._known:
            return result
        from vaultkit.lint.baseline import compared, count

        fresh, kept = compared(self._known, result)
        self.remaining = count(kept)
        self.gone = count(self._known) - self.remaining
        return fresh

    def write(self, result: CheckResult, accept_new: bool) -> tuple[CheckResult, str]:
        """Strike out what is gone from the findings of the whole vault, and take in all when there was no baseline or
        `accept_new`; what is left to be reported, and what was done in a sentence. Raises SetupError."""
        from vaultkit.lint.baseline import compared, count, frozen
        from vaultkit.model.diagnostic import CheckResult
        from vaultkit.reports._look import show
        from vaultkit.vault.baseline import save

        if not self._path:
            raise SetupError("a baseline cannot be written and left out", do="leave out --no-baseline")
        left, kept = compared(self._known, result)
        self.gone = count(self._known) - count(kept)
        fresh = 0
        if accept_new or not self.exists:
            fresh = len(left.diagnostics)
            kept = frozen(result.diagnostics, result.text)
            left = CheckResult((), result.paths, result.text)
        self.remaining = count(kept)
        if kept == self._known and self.exists:
            return left, f"{show(self.shown)} stays as it is: {_known(self.remaining)}."
        save(self._path, kept, self.shown)
        moved = [f"{self.gone} gone"] * bool(self.gone) + [f"{fresh} new"] * bool(fresh and self.exists)
        return left, f"Wrote {show(self.shown)}: {_known(self.remaining)}" + f" ({', '.join(moved)})" * bool(
            moved
        ) + "."

    def remark(self) -> str:
        """How many known findings remain, for the end of a sentence; "" when none does."""
        return f"{_known(self.remaining)} remain{'s' * (self.remaining == 1)}" if self.remaining else ""

    def advice(self) -> str:
        """What to do about known findings that are gone; "" when none is."""
        if not self.gone:
            return ""
        those = "is gone: `vaultkit check --write-baseline` strikes it out." if self.gone == 1 else "are gone: "
        return f"{_known(self.gone)} {those}" + "`vaultkit check --write-baseline` strikes them out." * (self.gone > 1)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of commands that know a baseline."""
    add = parser.add_argument
    add("--baseline", metavar="FILE", help="known findings, not reported (default: as configured)")
    add("--no-baseline", action="store_const", const="", dest="baseline", help="report known findings too")
    add("--write-baseline", action="store_true", help="freeze today's findings; later, strike out those that are gone")
    add("--accept-new", action="store_true", help="with --write-baseline: take in new findings as well")


def only_whole(args: argparse.Namespace) -> None:
    """Refuse to write a baseline from a part of the findings. Raises SetupError."""
    if args.accept_new and not args.write_baseline:
        raise SetupError("--accept-new goes with --write-baseline", do="vaultkit check --write-baseline --accept-new")
    if not args.write_baseline:
        return
    parts = ("paths", "staged", "changed_since", "select", "extend_select", "ignore", "watch")
    for part in (name for name in parts if getattr(args, name)):
        left_out = "the paths" if part == "paths" else f"--{part.replace('_', '-')}"
        raise SetupError(
            "a baseline is of the whole vault under its own rules", do=f"leave out {left_out} with --write-baseline"
        )


def _place(session: Session, named: str | None) -> tuple[str, bool]:
    """The path of the baseline ("": none is to be read), and whether somebody asked for it by name."""
    from vaultkit.vault.baseline import NAME
    from vaultkit.vault.texts import inside

    if named is not None:
        return (os.path.abspath(named), True) if named else ("", False)
    root = os.path.abspath(session.root)
    name = session.baseline or NAME
    path = os.path.normpath(os.path.join(root, name))
    if os.path.isabs(name) or not inside(path, root):
        raise SetupError(
            f"`{name}` leads out of the vault",
            where=session.config.where("baseline"),
            do="a vault's own baseline is a file in it; --baseline takes any",
        )
    return path, bool(session.baseline)


def _shown(path: str) -> str:
    way = os.path.relpath(path) if path else ""
    return path if way.split(os.sep)[0] == ".." else way


def _known(number: int) -> str:
    return f"{number} known finding" + "s" * (number != 1)
