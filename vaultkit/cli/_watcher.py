"""What the watch of a vault says, if one runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from vaultkit._version import VERSION
from vaultkit.model.record import NamedTuple
from vaultkit.reports._look import show
from vaultkit.watching.channel import Silence, ask
from vaultkit.watching.instance import Holder, clock, holder

_PATIENCE = 1.0


class Watcher(NamedTuple):
    """The watch of a vault: the process, None when there is none; what it told, or why it did not."""

    holder: Holder | None
    told: dict[str, Any]
    why: str = ""

    @classmethod
    def of(cls, root: str) -> Watcher:
        """Ask the watch of the vault at `root`; this takes two seconds at most."""
        found = holder(root)
        if found is None or not found.socket:
            return cls(found, {}, "it has no socket")
        try:
            return cls(found, ask(found.socket, _PATIENCE))
        except Silence as silence:
            return cls(holder(root), {}, str(silence))

    @property
    def targets(self) -> list[dict[str, Any]]:
        """What it knows of the targets: nothing when it does not publish, or is of another version."""
        known = self.told.get("targets")
        return known if isinstance(known, list) and not self._is_another() else []

    def _is_another(self) -> bool:
        return self.told.get("program") != VERSION

    def document(self) -> dict[str, Any] | None:
        """What is known of it as plain data; null when none runs."""
        if self.holder is None:
            return None
        about = {"pid": self.holder.pid, "since": self.holder.since, "answers": bool(self.told), "silence": self.why}
        rest = {key: value for key, value in self.told.items() if key not in ("version", "vault", "targets")}
        return {**rest, **about}

    def words(self, source: str) -> list[str]:
        """Where what was told before comes from, a sentence each: from the `watch`, the `disk`, or "" for nowhere."""
        if self.holder is None:
            return ["No watch runs: this was read from the disk."]
        who = f"process {self.holder.pid}, since {clock(self.holder.since)}"
        if not self.told:
            return [f"The watch ({who}) does not answer ({show(self.why)}): this was read from the disk."]
        looked = self.told.get("looked")
        seen = f"{_ago(looked)} ago" if isinstance(looked, str) else "and has not looked yet"
        heads = {
            "watch": f"As the watch ({who}) saw it, {seen}.",
            "disk": f"This was read from the disk. A watch runs ({who}).",
        }
        return [heads.get(source, f"A watch runs ({who})."), *self._remarks()]

    def _remarks(self) -> list[str]:
        mode, why, trouble = (self.told.get(key) for key in ("mode", "why", "trouble"))
        remarks = [f"The watch is {mode}: {show(str(why))}."] if why else []
        if self._is_another():
            program = show(str(self.told.get("program")))
            remarks.append(f"The watch is of vaultkit {program}, and this is {VERSION}: start it again.")
        if isinstance(trouble, dict):
            place = f"{trouble.get('where')}: " if trouble.get("where") else ""
            remarks.append(show(f"The watch has trouble: {place}{trouble.get('message')}."))
        return remarks


def _ago(moment: str) -> str:
    """How long ago a moment was, as a person would say it."""
    try:
        seconds = max(0, int((datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()))
    except (ValueError, TypeError):
        return "some time"
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
