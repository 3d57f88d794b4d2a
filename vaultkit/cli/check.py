"""`vaultkit check`: every note against its schemas, every link against the vault."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING

from vaultkit import registry
from vaultkit.cli._command import Command, Names, choice
from vaultkit.cli._vault import config_of, look, progress, root_of, say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.model.diagnostic import CheckResult
    from vaultkit.model.note import NotePath
    from vaultkit.session import Session
    from vaultkit.vault.staged import Staged

_STANDARD_INPUT = "-"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `check`."""
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="notes or folders to report on (default: all); `-`: standard input")
    formats = add("--output-format", metavar="FORMAT", default="text", help="%(names)s (default: text)")
    formats.__dict__["names"] = Names("vaultkit.reports", "statistics")
    add("-o", "--output", metavar="FILE", help="write the report to a file, whole or not at all")
    add("--statistics", action="store_const", const="statistics", dest="output_format", help="only count, per rule")
    add("--select", metavar="RULES", action="append", default=[], help="run only these rules, separated by commas")
    add("--ignore", metavar="RULES", action="append", default=[], help="do not run these rules")
    add("--fail-on", **choice("error", "warning", "info", "never"), help="the least that makes the exit code 1")
    add("--staged", action="store_true", help="judge what is staged in git instead of the files, report staged notes")
    add("--stdin-filename", metavar="PATH", help="where in the vault the text on standard input belongs")
    add("--no-cache", action="store_true", help="remember nothing, and do not use what was remembered")
    add("--quiet", action="store_true", help="print findings and nothing else")
    add("--color", **choice("auto", "always", "never"), help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Check, report, and say by the exit code whether a finding is bad enough."""
    report = registry.load("vaultkit.reports", args.output_format)

    from vaultkit.session import Session
    from vaultkit.vault.cache import Memory

    root = root_of(args, _hint(args))
    if args.output:
        _expect_place(args.output, root)
    select, ignore = _names(args.select), _names(args.ignore)

    def config() -> Config:
        from vaultkit.cli._choice import chosen

        return chosen(config_of(args, root), select, ignore)

    with _staging(args, root) as staged:
        memory = None if args.no_cache or staged else Memory(root)
        session = Session.open(
            root, config, staged, memory, (args.config and os.path.abspath(args.config), select, ignore)
        )
        with progress(args.quiet) as session.seen:
            session.refresh()
        result = session.diagnostics(_wanted(args, root, session, staged))
        _write(args, report(result, look(args, root, _base(args), bool(args.output))))
    if not args.quiet:
        apart = args.output_format == "text" and result.diagnostics and not args.output
        say("\n" * bool(apart) + summary(result, _nothing(args)))
    return _verdict(args, session, result)


def _expect_place(output: str, root: str) -> None:
    from vaultkit.cli._output import expect_place

    expect_place(output, root)


def _write(args: argparse.Namespace, text: str) -> None:
    """Print the report, or put it into the file that was named."""
    if not args.output:
        sys.stdout.write(text)
        return
    from vaultkit.cli._output import write_whole

    write_whole(args.output, text)


def _staging(args: argparse.Namespace, root: str) -> AbstractContextManager[Staged | None]:
    """The vault as it is staged in git, or None when the files are meant."""
    if not args.staged:
        return nullcontext()
    from vaultkit.vault.staged import Staged

    return closing(Staged(root))


def summary(result: CheckResult, nothing: str = "there is no note here") -> str:
    """The findings in one line ("Found 3 errors and 1 warning in 2 of 173 notes"), or why `nothing` was checked."""
    from vaultkit.model.diagnostic import Severity

    total = len(result.paths)
    if not total:
        return f"Nothing was checked: {nothing}."
    levels = [item.severity for item in result.diagnostics]
    counts = [
        _count(levels.count(level), level.label if level is not Severity.INFO else "remark")
        for level in reversed(Severity)
        if level in levels
    ]
    if not counts:
        return f"Found nothing wrong in {_count(total, 'note')}."
    found = ", ".join(counts[:-1]) + " and " * (len(counts) > 1) + counts[-1]
    return f"Found {found} in {len({item.path for item in result.diagnostics})} of {_count(total, 'note')}."


def _nothing(args: argparse.Namespace) -> str:
    if args.paths:
        return "there is no note to check in what was named"
    return "no note is staged" if args.staged else "there is no note here"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + "s" * (number != 1)


def _names(lists: list[str]) -> tuple[str, ...]:
    return tuple(name.strip() for names in lists for name in names.split(",") if name.strip())


def _base(args: argparse.Namespace) -> str:
    """The folder that paths are seen from: what a service shows beside the files counts from the repository."""
    services = {"github": "GITHUB_WORKSPACE", "sarif": "GITHUB_WORKSPACE", "gitlab": "CI_PROJECT_DIR"}
    return os.environ.get(services.get(args.output_format, "")) or "."


def _hint(args: argparse.Namespace) -> str:
    """A path that lies in the vault, from which its root is found when nobody names it."""
    given = args.stdin_filename if args.paths == [_STANDARD_INPUT] else next(iter(args.paths), None)
    if not given:
        return "."
    return given if os.path.isdir(given) else os.path.dirname(given) or "."


def _wanted(
    args: argparse.Namespace, root: str, session: Session, staged: Staged | None
) -> tuple[NotePath, ...] | None:
    """The notes to report on; None: all of them."""
    from vaultkit.cli._paths import notes_at

    if _STANDARD_INPUT in args.paths:
        return (_take_input(args, root, session),)
    if args.paths:
        return tuple(path for given in args.paths for path in notes_at(given, root, session))
    return staged.changed() if staged else None


def _take_input(args: argparse.Namespace, root: str, session: Session) -> NotePath:
    """Put the text on standard input into the session, at its place in the vault."""
    from vaultkit.cli._paths import inside
    from vaultkit.model.change import Change

    if len(args.paths) > 1 or not args.stdin_filename:
        raise SetupError(
            "standard input is one note, and its place in the vault must be known",
            do="vaultkit check - --stdin-filename Reading/attention.md",
        )
    path = inside(args.stdin_filename, root)
    session.update([Change(path, "saved", sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))])
    return path


def _verdict(args: argparse.Namespace, session: Session, result: CheckResult) -> int:
    """The exit code. A folder that nobody could look into is no clean vault."""
    from vaultkit.model.diagnostic import Severity
    from vaultkit.reports._look import show

    for folder, reason in session.frozen.items():
        say(f"vaultkit: {show(folder) or 'the vault'}: cannot look into this folder: {reason}")
    if session.frozen:
        return 2
    worst = result.worst()
    limit = None if args.fail_on == "never" else Severity[args.fail_on.upper()]
    return 1 if worst and limit and worst >= limit else 0


check = Command("check notes against their schemas, and links against the vault", arguments, run)
