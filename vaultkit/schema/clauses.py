"""Every kind of clause that people write, those that others are made from first."""

from __future__ import annotations

from vaultkit import config
from vaultkit.model.clause import Clause
from vaultkit.schema import content_schema, note_schema, property_schema, section_schema

KINDS: tuple[type[Clause], ...] = tuple(
    kind
    for module in (config, property_schema, content_schema, section_schema, note_schema)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Clause) and kind.__module__ == module.__name__
)
