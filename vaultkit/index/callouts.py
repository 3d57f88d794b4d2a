"""The callout types that Obsidian has a style for. Source: https://help.obsidian.md/callouts"""

from __future__ import annotations

_OTHER_NAMES = {
    "note": (),
    "abstract": ("summary", "tldr"),
    "info": (),
    "todo": (),
    "tip": ("hint", "important"),
    "success": ("check", "done"),
    "question": ("help", "faq"),
    "warning": ("caution", "attention"),
    "failure": ("fail", "missing"),
    "danger": ("error",),
    "bug": (),
    "example": (),
    "quote": ("cite",),
}

BUILT_IN = {name: style for style, others in _OTHER_NAMES.items() for name in (style, *others)}
"""Each known type and the one whose style it has."""


def canonical(type_: str) -> str:
    """The built-in type whose style a callout has; that of a note when its type is unknown."""
    return BUILT_IN.get(type_, "note")
