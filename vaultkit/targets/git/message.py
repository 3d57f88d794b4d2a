"""The message of a commit: how many notes, never which ones. History is public, and keeps what it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaultkit.publish.plan import Plan


def message(plan: Plan, first: str, files: str) -> str:
    """What was published, held and withdrawn, in numbers. `first` is the first line if somebody wants another."""
    count = len(plan.manifest.notes)
    parts = (
        (plan.new, "new"),
        (plan.changed, "changed"),
        (plan.unchanged, "unchanged"),
        (plan.held, "held at the last good version"),
        (plan.withdrawn, "withdrawn"),
    )
    notes = ", ".join(f"{len(found)} {word}" for found, word in parts if found)
    lines = (first.strip().partition("\n")[0] or f"Publish {count} note{'s' * (count != 1)}", "")
    return "\n".join((*lines, *(f"{line[0].upper()}{line[1:]}." for line in (notes, files) if line), ""))
