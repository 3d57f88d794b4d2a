"""A note with a merge conflict in it, or a copy that a synchronisation made because of one.

Git and other programs write both sides of a conflict into the file, between `<<<<<<<` and `>>>>>>>`, and leave it to
you: keep what is right and remove the lines with the signs. In a code block they are an example and fine.

Syncthing (`Note.sync-conflict-20240203-….md`), Dropbox, Nextcloud and Obsidian Sync (`Note (conflicted copy …).md`),
Seafile and Synology put the other side into a file of its own. Take over from it what is missing in the note, and
delete it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Related, Severity
from vaultkit.model.expression import expression
from vaultkit.model.text import Span

_COPY = expression(
    r"(?P<name>[^/]+?)(?:\.sync-conflict-[0-9]{8}-[0-9]{6}-[0-9A-Z]{7}"
    r"| \((?:[^()/]*['\u2019]s )?conflicted copy[^()/]*\)(?: \([0-9]+\))?"
    r"| \(SFConflict [^()/]+\)"
    r"|_[^/]+_[A-Z]{3}-[0-9]{2}-[0-9]{6}-[0-9]{4}_Conflict)\.md\Z",
    re.IGNORECASE,
)
"""What Syncthing, Dropbox and its kin, Seafile and Synology call the other side."""


@rule(severity=Severity.ERROR)
def merge_conflict(ctx: Context) -> Iterator[Diagnostic]:
    """Report conflicts in the text, and notes whose name says that they are the other side of one."""
    for problem in ctx.facts.problems:
        if problem.rule == "merge-conflict":
            yield ctx.report(problem.span, problem.message, label="one side begins here")
    path = ctx.note.path
    if "onflict" in path and (copy := _COPY.search(path)):
        original = f"{path[: copy.start()]}{copy['name']}.md"
        there = [other for other in ctx.index.named(f"{copy['name']}.md") if other == original]
        message = f"this is the other side of a conflict, which a synchronisation put beside `{copy['name']}`"
        related = tuple(Related(other, Span(0, 0), "the note itself") for other in there)
        yield ctx.report(Span(0, 0), message, related=related)
