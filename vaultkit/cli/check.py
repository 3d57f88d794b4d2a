"""`vaultkit check`: every note against its schemas, every link against the vault."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING

from vaultkit import registry
from vaultkit.cli import _baseline, _division
from vaultkit.cli._command import Command, Names, choice
from vaultkit.cli._vault import config_of, look, progress, root_of, say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.model.diagnostic import CheckResult
    from vaultkit.model.note import NotePath
    from vaultkit.reports._look import Look
    from vaultkit.session import Session
    from vaultkit.vault.staged import Staged

_STANDARD_INPUT = "-"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `check`."""
    checking_arguments(parser)
    parser.add_argument("--fix", action="store_true", help="make the safe fixes, then report what is left")
    _division.arguments(parser)
    parser.set_defaults(pick=False)


def checking_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said of every check, `fix` included."""
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="notes or folders to report on (default: all); `-`: standard input")
    reporting_arguments(parser)
    add("--statistics", action="store_const", const="statistics", dest="output_format", help="only count, per rule")
    add("--select", metavar="RULES", action="append", default=[], help="run only these rules, separated by commas")
    add("--extend-select", metavar="RULES", action="append", default=[], help="run these rules as well")
    add("--ignore", metavar="RULES", action="append", default=[], help="do not run these rules")
    add("--staged", action="store_true", help="judge what is staged in git instead of the files, report staged notes")
    add("--changed-since", metavar="REV", help="report only on notes changed since the branch left this commit of git")
    add("--stdin-filename", metavar="PATH", help="where in the vault the text on standard input belongs")
    _baseline.arguments(parser)
    add("--diff", action="store_true", help="print what the fixes would change, and change nothing")
    add("--unsafe-fixes", action="store_true", help="all fixes, also those that may change what a note says")
    add("--no-cache", action="store_true", help="remember nothing, and do not use what was remembered")
    add("--watch", action="store_true", help="go on, and check again whatever is saved")
    add("--online", action="store_true", help="ask the web whether addresses still answer (rule link-external)")
    parser.set_defaults(publish=False, serve=False, accept_root=False, shard=None, executor=None)


def reporting_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said of every report of findings."""
    add = parser.add_argument
    formats = add("--output-format", metavar="FORMAT", default="text", help="%(names)s (default: text)")
    formats.__dict__["names"] = Names("vaultkit.reports", "statistics")
    add("-o", "--output", metavar="FILE", help="write the report to a file, whole or not at all")
    add("--fail-on", **choice("error", "warning", "info", "never"), help="the least that makes the exit code 1")
    add("--color", **choice("auto", "always", "never"), help="colours (default: on a terminal)")
    add("--quiet", action="store_true", help="print findings and nothing else")


def run(args: argparse.Namespace) -> int:
    """Check, report, and say by the exit code whether a finding is bad enough."""
    _baseline.only_whole(args)
    _division.expect_sense(args)
    if args.fix or args.diff or args.unsafe_fixes:
        from vaultkit.cli._fixing import expect_sense

        expect_sense(args)
    report = registry.load("vaultkit.reports", args.output_format)
    root = root_of(args, _hint(args))
    if args.output:
        _expect_place(args.output, root)
    choices = (_names(args.select), _names(args.ignore), _names(args.extend_select))

    def config() -> Config:
        from vaultkit.cli._choice import chosen, online
        from vaultkit.setup import as_checked

        config = chosen(as_checked(config_of(args, root)), *choices)
        return online(config) if args.online else config

    if args.watch:
        return _watch(args, root, config)

    from vaultkit.session import Session
    from vaultkit.vault.cache import Memory

    changed = _changed(args, root)
    with _staging(args, root) as staged:
        memory = None if args.no_cache or staged or args.online or args.shard else Memory(root)
        session = Session.open(root, config, staged, memory, options(args.config, *choices))
        session.once = memory is None and not _goes_on(args)
        with progress(args.quiet) as session.seen, _division.divided(args, session):
            session.refresh()
        if staged and changed is None and not args.paths:
            changed = staged.changed()
        given = sys.stdin.buffer.read() if _STANDARD_INPUT in args.paths else None
        paths = _wanted(args, root, session, given, changed)
        _online(args, session, paths)
        done = None
        if args.fix or args.diff:
            from vaultkit.cli._fixing import fix, preview

            if args.diff:
                return _verdict(args, session, session.diagnostics(())) or preview(args, session, paths, given)
            done = fix(args, session, paths, given)
        known = _baseline.Baseline(session, args.baseline, args.write_baseline)
        result, words = _compared(args, session, known, session.diagnostics(paths))
        write(args, report, result, root, aside=done is not None and given is not None)
    if not args.quiet:
        _remark(args, session)
        words = done.around(words, args, result) if done else words
        apart = args.output_format == "text" and result.diagnostics and not args.output
        say("\n" * bool(apart) + words)
    return _verdict(args, session, result, done is None or done.complete)


def options(config: str | None, *choices: tuple[str, ...]) -> tuple[object, ...]:
    """What the set-up of a check depends on besides the files that it is read from: the file that `--config` names, and
    the rules that are selected, ignored and selected as well."""
    return (config and os.path.abspath(config), *(choices or ((), (), ())))


def _online(args: argparse.Namespace, session: Session, paths: Iterable[NotePath] | None) -> None:
    if args.online:
        from vaultkit.cli._online import ask

        ask(session, paths, args.quiet)
    elif "link-external" in _names(args.select):
        say("vaultkit: link-external asks the web only with --online")


def _compared(
    args: argparse.Namespace, session: Session, known: _baseline.Baseline, result: CheckResult
) -> tuple[CheckResult, str]:
    """What is to be reported beside the baseline, and the words that end the report."""
    if args.write_baseline and result.paths and not session.frozen:
        left, done = known.write(result, args.accept_new)
        if left.diagnostics:
            done = f"{summary(left)}\n{done} The new ones are not in it: --accept-new takes them in."
        return left, done
    left = known.new(result)
    words = [summary(left, _nothing(args), known.remark())]
    if args.write_baseline:
        words.append("No baseline was written.")
    elif not _is_part(args):
        words.append(known.advice())
    return left, "\n".join(filter(None, words))


def _remark(args: argparse.Namespace, session: Session) -> None:
    """Say what is worth a remark in the set-up, when all of the vault was looked at anew."""
    if not session.anew or _is_part(args):
        return
    from vaultkit.schema.remarks import on_all
    from vaultkit.vault.obsidian import ObsidianSettings

    for words in ObsidianSettings.load(session.root).warnings:
        say(f"vaultkit: {words}")
    notes, setup = session.index.notes, session.setup
    known = [*filter(setup.checks, notes)]
    schemas = [item.schema for item in setup.schemas]
    for remark in on_all(setup.config, schemas, notes, known, session.index.files):
        say(f"vaultkit: {remark.where}: {remark.what}")


def _watch(args: argparse.Namespace, root: str, config: Callable[[], Config]) -> int:
    from vaultkit.cli.watch import keep_watching

    if args.staged or args.changed_since or args.output or _STANDARD_INPUT in args.paths:
        do = "leave out --staged, --changed-since, --output and `-`"
        raise SetupError("--watch looks at the files as they are saved, and tells here", do=do)
    return keep_watching(args, root, config)


def _expect_place(output: str, root: str) -> None:
    from vaultkit.cli._output import expect_place

    expect_place(output, root)


def write(
    args: argparse.Namespace, report: Callable[[CheckResult, Look], str], result: CheckResult, root: str, aside: bool
) -> None:
    """Print the report (`aside`: standard output is taken), or put it into the file that was named."""
    text = report(result, look(args, root, _base(args), bool(args.output)))
    if not args.output:
        (sys.stderr if aside else sys.stdout).write(text)
        return
    from vaultkit.cli._output import write_report

    write_report(args.output, text)


def _staging(args: argparse.Namespace, root: str) -> AbstractContextManager[Staged | None]:
    """The vault as it is staged in git, or None when the files are meant."""
    if not args.staged:
        return nullcontext()
    from vaultkit.vault.staged import Staged

    return closing(Staged(root))


def summary(result: CheckResult, nothing: str = "there is no note here", known: str = "") -> str:
    """The findings in one line ("Found 3 errors and 1 warning in 2 of 173 notes"), or why `nothing` was checked.

    `known` says what a baseline holds besides, "" when nothing."""
    from vaultkit.index.file_kinds import is_note
    from vaultkit.model.diagnostic import Severity

    total = sum(map(is_note, result.paths))
    if not result.paths:
        return f"Nothing was checked: {nothing}."
    levels = [item.severity for item in result.diagnostics]
    counts = [
        _count(levels.count(level), level.label if level is not Severity.INFO else "remark")
        for level in reversed(Severity)
        if level in levels
    ]
    known = known and f"; {known}"
    if not counts:
        return f"Found nothing {'new' if known else 'wrong'} in {_count(total, 'note')}{known}."
    found = ", ".join(counts[:-1]) + " and " * (len(counts) > 1) + counts[-1]
    places = {item.path for item in result.diagnostics}
    others = sum(not is_note(path) for path in places)
    more = f" and {_count(others, 'other file')}" if others else ""
    return f"Found {found} in {len(places) - others} of {_count(total, 'note')}{more}{known}."


def _nothing(args: argparse.Namespace) -> str:
    from vaultkit.reports._look import show

    if args.changed_since:
        return f"no note{' that was named' * bool(args.paths)} changed since `{show(args.changed_since)}`"
    if args.paths:
        return "there is no note to check in what was named"
    if args.shard:
        return "no note is in this part"
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
    if args.stdin_filename and _STANDARD_INPUT not in args.paths:
        raise SetupError(
            "--stdin-filename tells where the text on standard input belongs",
            do=f"vaultkit check - --stdin-filename {args.stdin_filename}",
        )
    given = args.stdin_filename if args.paths == [_STANDARD_INPUT] else next(iter(args.paths), None)
    if not given or os.path.isdir(given):
        return given or "."
    folder = os.path.dirname(given)
    while not os.path.isabs(given) and folder and not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder or "."


def _goes_on(args: argparse.Namespace) -> bool:
    """Whether anything is checked again after the first look at the notes."""
    return bool(args.fix or args.diff or args.online or _STANDARD_INPUT in args.paths)


def _changed(args: argparse.Namespace, root: str) -> Collection[NotePath] | None:
    """The paths that changed since the commit that was named; None when it is no matter."""
    if not args.changed_since:
        return None
    if _STANDARD_INPUT in args.paths:
        raise SetupError("git knows nothing of standard input", do="leave out --changed-since")
    from vaultkit.vault.changed import changed_since

    return changed_since(root, args.changed_since, args.staged)


def _is_part(args: argparse.Namespace) -> bool:
    """Whether less than all findings of the vault were asked for."""
    chosen = args.select or args.extend_select or args.ignore
    return bool(args.paths or args.staged or args.changed_since or args.shard or chosen)


def _wanted(
    args: argparse.Namespace,
    root: str,
    session: Session,
    given: bytes | None,
    changed: Collection[NotePath] | None,
) -> tuple[NotePath, ...] | None:
    """The notes to report on; None: all of them."""
    from vaultkit.cli._paths import notes_at, those_in

    if given is not None:
        return (_take_input(args, root, session, given),)
    named = tuple(path for given in args.paths for path in notes_at(given, root, session)) if args.paths else None
    if changed is None:
        return named
    return tuple(those_in(changed, session.diagnostics().paths if named is None else named))


def _take_input(args: argparse.Namespace, root: str, session: Session, given: bytes) -> NotePath:
    """Put the text on standard input into the session, at its place in the vault."""
    from vaultkit.cli._paths import inside
    from vaultkit.model.change import Change

    if len(args.paths) > 1 or not args.stdin_filename:
        raise SetupError(
            "standard input is one note, and its place in the vault must be known",
            do="vaultkit check - --stdin-filename Reading/attention.md",
        )
    path = inside(args.stdin_filename, root)
    session.update([Change(path, "saved", given.decode("utf-8", "surrogateescape"))])
    return path


def _verdict(args: argparse.Namespace, session: Session, result: CheckResult, complete: bool = True) -> int:
    """The exit code. A folder that nobody could look into is no clean vault, nor is one that could not be written."""
    from vaultkit.reports._look import show

    for folder, reason in session.frozen.items():
        say(f"vaultkit: {show(folder) or 'the vault'}: cannot look into this folder: {reason}")
    return 2 if session.frozen or not complete else exit_code(args, result)


def exit_code(args: argparse.Namespace, result: CheckResult) -> int:
    """1 when a finding is as bad as `--fail-on` says, else 0."""
    from vaultkit.model.diagnostic import Severity

    worst = result.worst()
    limit = None if args.fail_on == "never" else Severity[args.fail_on.upper()]
    return 1 if worst and limit and worst >= limit else 0


check = Command("check notes against their schemas, and links against the vault", arguments, run)
