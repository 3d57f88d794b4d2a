"""What `check` and `fix` share when notes are to be changed: which fixes, the preview, and the writing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vaultkit.cli._diff import harmless
from vaultkit.cli._vault import look, say
from vaultkit.errors import SetupError, VaultkitError
from vaultkit.model.change import Change
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.fixer import FixedNote
    from vaultkit.lint.fix import Wanted
    from vaultkit.model.diagnostic import CheckResult
    from vaultkit.session import Session

Paths = tuple[NotePath, ...] | None


def expect_sense(args: argparse.Namespace) -> None:
    """Raise SetupError for options that cannot be meant together."""
    if not args.fix and not args.diff:
        raise SetupError(
            "`--unsafe-fixes` says which fixes are meant", do="add `--fix` to make them, or `--diff` to see them"
        )
    if args.staged and not args.diff:
        raise SetupError(
            "what is staged cannot be fixed, only the files themselves",
            do="fix them without `--staged`, then `git add` them",
        )


def preview(args: argparse.Namespace, session: Session, paths: Paths, given: bytes | None) -> int:
    """Print what the fixes would change; the exit code. `given` is what came on standard input."""
    notes = session.fix(paths, _wanted(args, session))
    for note in notes:
        rewrite = note.rewrite(session.files) if given is None else note.rewritten(given)
        sys.stdout.writelines(harmless(rewrite.diff(), args.color))
    if not args.quiet:
        said = f"Would fix {_count(notes)}." if notes else "There is nothing to fix."
        say(said + _unsafe(args, session.diagnostics(paths), bool(notes)))
    return 1 if notes else 0


class Fixed(NamedTuple):
    """What was fixed, in words ("" for nothing), and whether all could be written."""

    done: str = ""
    complete: bool = True

    def around(self, summary: str, args: argparse.Namespace, result: CheckResult) -> str:
        """What was done before the summary of what is left, and what could be done behind it."""
        return self.done + summary + _unsafe(args, result, bool(self.done))


def fix(args: argparse.Namespace, session: Session, paths: Paths, given: bytes | None) -> Fixed:
    """Fix notes, or the text that was given on standard input; the session then knows what is left."""
    if given is None:
        return _fix_files(session, session.fix(paths, _wanted(args, session)))
    assert paths
    return _fix_text(session, session.fix(paths, _wanted(args, session)), given)


def _fix_files(session: Session, notes: tuple[FixedNote, ...]) -> Fixed:
    """Write the notes that are what they were, name the others, and look at the vault again."""
    from vaultkit.vault.files import Vault
    from vaultkit.vault.write import rewrite_file

    assert isinstance(session.files, Vault)
    written = []
    for note in notes:
        try:
            rewrite_file(session.files, note.rewrite(session.files))
        except (VaultkitError, OSError) as error:
            _say_refusal(note.path, error)
        else:
            written.append(note)
    if notes:
        session.refresh()
    return Fixed(f"Fixed {_count(written)}.\n" if written else "", len(written) == len(notes))


def _fix_text(session: Session, notes: tuple[FixedNote, ...], given: bytes) -> Fixed:
    """Print the text after its fixes, and take that for saved."""
    text = given
    for note in notes:
        text = note.rewritten(given).after
        session.update((Change(note.path, "saved", note.after),))
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    return Fixed(f"Fixed {_count(notes)}.\n" if notes else "")


def _unsafe(args: argparse.Namespace, result: CheckResult, more: bool) -> str:
    """How many of the findings `--unsafe-fixes` would fix; `more` when others were fixed without it."""
    count = sum(item.fix is not None and not item.fix.safe for item in result.diagnostics)
    if not count or args.unsafe_fixes or args.pick:
        return ""
    return f"\n`--unsafe-fixes` would fix {count}{' more' * more}."


def _wanted(args: argparse.Namespace, session: Session) -> Wanted:
    """The fixes that the options ask for, or that the person at the terminal wants."""
    if args.pick:
        from vaultkit.cli._picking import Picking

        return Picking(session.text, look(args, session.root))
    unsafe = args.unsafe_fixes
    return lambda _, item: item.fix is not None and (item.fix.safe or unsafe)


def _count(notes: Sequence[FixedNote]) -> str:
    findings = sum(len(note.fixed) for note in notes)
    return f"{findings} finding{'s' * (findings != 1)} in {len(notes)} note{'s' * (len(notes) != 1)}"


def _say_refusal(path: NotePath, error: VaultkitError | OSError) -> None:
    from vaultkit.reports._look import show

    what = error.what if isinstance(error, VaultkitError) else f"{error.strerror}, so nothing was changed"
    say(f"vaultkit: {show(path)}: {show(what)}")
