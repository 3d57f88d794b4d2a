"""Bases: a YAML mapping of filters, formulas, properties, summaries and views (https://help.obsidian.md/bases/syntax)."""

from __future__ import annotations

from vaultkit.model.note import Problem, Value
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span
from vaultkit.parse.yaml12 import compose


class Base(NamedTuple):
    """What a base holds; nothing when it is no valid one (`problem` says why). A view is its type and its name."""

    problem: Problem | None = None
    views: tuple[tuple[str, str], ...] = ()
    formulas: tuple[str, ...] = ()


def read(text: str) -> Base:
    """The views and formulas of a base's text, a `.base` file or a code block. Never raises. No text is a base, too."""
    composed = compose(text)
    for mistake in composed.mistakes:
        return Base(Problem("base-invalid", mistake.span, mistake.message))
    if composed.root is None or composed.root.value is None:
        return Base()
    root = composed.root.value
    if not isinstance(root, dict):
        return Base(Problem("base-invalid", composed.root.span, "a base is made of properties, `views: …` and others"))
    views, formulas = root.get("views"), root.get("formulas")
    for name, value, kind in (("views", views, list), ("formulas", formulas, dict)):
        if value is not None and not isinstance(value, kind):
            place = composed.root.parts[name].node.span if name in composed.root.parts else Span(0, 0)
            wanted = "a list" if kind is list else "names with expressions"
            return Base(Problem("base-invalid", place, f"the {name} of a base are {wanted}"))
    return Base(None, tuple(_view(view) for view in views or () if isinstance(view, dict)), tuple(formulas or ()))


def _view(view: dict[str, Value]) -> tuple[str, str]:
    kind, name = view.get("type"), view.get("name")
    return (kind if isinstance(kind, str) else "", name if isinstance(name, str) else "")
