"""The note schemas that come with vaultkit: the files of `schemas/` at the repository's root, part of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SHOWN = "vaultkit/schemas"
"""How their folder is called in findings and messages."""


def names() -> tuple[str, ...]:
    """What there is, sorted."""
    return tuple(sorted(entry.name[:-5] for entry in _folder().iterdir() if entry.name.endswith(".yaml")))


def text(name: str) -> str | None:
    """The text of a shipped schema, or None when there is none of that name."""
    return (_folder() / f"{name}.yaml").read_text(encoding="utf-8") if name in names() else None


def language(name: str) -> str:
    """The JSON Schema of what people write: `config`, `note-schema` or `user-config`."""
    return (_folder() / f"{name}.schema.json").read_text(encoding="utf-8")


def _folder() -> Traversable:
    from importlib.resources import files

    return files("vaultkit") / "schemas"
