"""What `check --online` does: the addresses that the notes asked about are looked at on the web."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vaultkit.cli._vault import say

if TYPE_CHECKING:
    from vaultkit.model.note import NotePath
    from vaultkit.session import Session


def ask(session: Session, paths: Iterable[NotePath] | None, quiet: bool) -> None:
    """Let the session learn what is wrong with the addresses of all notes, or of these; it takes a while when there
    are many."""

    def verdicts(urls: set[str]) -> dict[str, str]:
        from vaultkit.vault.online import Online

        if urls and not quiet:
            say(f"Looking at {len(urls)} address{'es' * (len(urls) != 1)} on the web.")
        return Online().verdicts(urls)

    session.learn(verdicts, paths)
