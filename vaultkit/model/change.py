"""What happened to a file of the vault, as the disk or an editor tells it."""

from __future__ import annotations

from typing import Literal

from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple


class Change(NamedTuple):
    """One file was saved or is gone. A rename is a deletion and a save.

    `text` is an editor's unsaved buffer; None means: read the disk.
    """

    path: NotePath
    kind: Literal["saved", "deleted"]
    text: str | None = None
