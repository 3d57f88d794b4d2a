"""The message of a commit: how many notes, never which ones. History is public, and keeps what it was told."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaultkit.publish.plan import Plan


def message(plan: Plan, first: str, files: str, owed: Sized = ()) -> str:
    """What was published, held and withdrawn, in numbers. `first` is the first line if somebody wants another; `owed`
    are all pages that go, with those that an earlier publish could not take away."""
    count = len(plan.manifest.notes)
    parts = (
        (plan.new, "new"),
        (plan.changed, "changed"),
        (plan.unchanged, "unchanged"),
        (plan.held, "held at the last good version"),
        (max(plan.withdrawn, owed, key=len), "withdrawn"),
    )
    notes = ", ".join(f"{len(found)} {word}" for found, word in parts if found)
    lines = (first.strip().partition("\n")[0] or f"Publish {count} note{'s' * (count != 1)}", "")
    return "\n".join((*lines, *(f"{line[0].upper()}{line[1:]}." for line in (notes, files) if line), ""))
