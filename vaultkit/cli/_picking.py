"""Asking a person at the terminal about each fix."""

from __future__ import annotations

import sys
from collections.abc import Callable

from vaultkit.cli._diff import harmless
from vaultkit.lint.fix import with_fixes
from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.model.note import NotePath
from vaultkit.reports._look import Look, show
from vaultkit.reports.text import text as report
from vaultkit.vault.diff import git_diff

_KEYS = "y: yes, n: no, a: yes to this one and all that are left, q: no to this one and all that are left"


class Picking:
    """Shows a finding and what its fix would change, and asks. `text` gives the texts of the other notes."""

    def __init__(self, text: Callable[[NotePath], str], look: Look) -> None:
        self._text = text
        self._look = look
        self._for_all: bool | None = None

    def __call__(self, text: str, item: Diagnostic) -> bool:
        """Whether the person wants the fix; the end of standard input is a no to all that are left."""
        assert item.fix
        if self._for_all is not None:
            return self._for_all
        result = CheckResult((item,), (item.path,), lambda path: text if path == item.path else self._text(path))
        diff = git_diff(item.path, item.path, text, with_fixes(text, (item,)))
        hunks = [line for line in diff if not line.startswith(("diff --git ", "--- ", "+++ "))]
        sys.stdout.write(report(result, self._look))
        sys.stdout.writelines(harmless(hunks, "always" if self._look.color else "never"))
        question = f"{show(item.fix.title)}{'' if item.fix.safe else ' (not safe)'}? [y,n,a,q] "
        while True:
            sys.stdout.write(question)
            sys.stdout.flush()
            answer = sys.stdin.readline()
            word = answer.strip().lower()[:1]
            if word in ("a", "q") or not answer:
                self._for_all = word == "a"
            if word in ("y", "n", "a", "q") or not answer:
                sys.stdout.write("\n")
                return word in ("y", "a")
            sys.stdout.write(_KEYS + "\n")
