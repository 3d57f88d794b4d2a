"""A small program as others write them; `mypy --strict` finds nothing wrong with it (tests/api/test_api.py)."""

import sys
from pathlib import Path

import vaultkit
from vaultkit import Change, CheckResult, Diagnostic, NotePath, Plan, Session, Severity, VaultkitError


def errors(vault: Path) -> list[tuple[str, int, str]]:
    """Path, line and message of every error."""
    result: CheckResult = vaultkit.check(vault, ignore=["tag-variant"], baseline="")
    return [
        (item.path, result.position(item).line, item.message)
        for item in result.diagnostics
        if item.severity is Severity.ERROR
    ]


def held(vault: Path, output: Path) -> dict[str, list[str]]:
    """Why notes are not public as they stand."""
    plans: tuple[Plan, ...] = vaultkit.publish(vault, output=output, dry_run=True)
    return {verdict.path: [reason.message for reason in verdict.reasons] for plan in plans for verdict in plan.held}


def what_if(vault: Path, path: str, text: str) -> tuple[Diagnostic, ...]:
    """What would be found in a note if it were saved so."""
    session = Session.open(vaultkit.find_root(str(vault)))
    session.refresh()
    session.update([Change(NotePath(path), "saved", text)])
    return session.diagnostics([NotePath(path)]).diagnostics


def main() -> int:
    """Tell the errors of the vault in the current folder; the exit code."""
    try:
        found = errors(Path())
    except VaultkitError as error:
        sys.stderr.write(f"{error.what} {error.where} {error.do} (vaultkit {vaultkit.__version__})\n")
        return 2
    sys.stdout.write(vaultkit.report(vaultkit.check(), "concise") + f"{found}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
