"""A base as it is written, read into values. What it cannot be read from is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vaultkit.model.record import NamedTuple
from vaultkit.parse import bases
from vaultkit.parse.yaml12 import compose

Filter = Any
"""A statement, or a mapping of `and`, `or`, `not` to lists of filters."""


class By(NamedTuple):
    """A property to sort or group by."""

    property: str
    descending: bool = False


class View(NamedTuple):
    """One way to show a base. `columns` are properties (`file.name`, `note.price`, `formula.x`, `price`); `summaries`
    name a summary for some of them; `options` are what only this kind of view knows."""

    kind: str
    name: str
    filters: Filter
    columns: tuple[str, ...]
    sort: tuple[By, ...]
    group: By | None
    limit: int | None
    summaries: Mapping[str, str]
    options: Mapping[str, Any]


class Definition(NamedTuple):
    """A base: what its notes must be, its formulas and summaries, the names of its columns, its views."""

    filters: Filter
    formulas: Mapping[str, str]
    summaries: Mapping[str, str]
    names: Mapping[str, str]
    views: tuple[View, ...]

    def view(self, name: str) -> View | None:
        """The view of a name, else by letter case, else None."""
        exact = next((view for view in self.views if view.name == name), None)
        return exact or next((view for view in self.views if view.name.lower() == name.strip().lower()), None)


class BaseError(ValueError):
    """A text that is no base; the message is a sentence's end that names the base first."""


_TABLE = View("table", "", None, ("file.name",), (), None, None, {}, {})


def read(text: str) -> Definition:
    """The base in a text, a file's or a code block's. One without views has a table of all notes. Raises BaseError."""
    problem = bases.read(text).problem
    if problem is not None:
        raise BaseError(f"cannot be read: {problem.message}")
    root = compose(text).root
    whole = root.value if root is not None and isinstance(root.value, dict) else {}
    return Definition(
        whole.get("filters"),
        _texts(whole.get("formulas")),
        _texts(whole.get("summaries")),
        _names(whole.get("properties")),
        tuple(_view(view) for view in whole.get("views") or () if isinstance(view, dict)) or (_TABLE,),
    )


def _view(view: dict[str, Any]) -> View:
    order = [item for item in _items(view.get("order")) if isinstance(item, str)]
    limit = view.get("limit")
    group = _by(view.get("groupBy"))
    name = view.get("name")
    return View(
        str(view.get("type") or "table"),
        name if isinstance(name, str) else "",
        view.get("filters"),
        tuple(order) if "order" in view else ("file.name",),
        tuple(by for item in _items(view.get("sort")) if (by := _by(item))),
        group,
        int(limit) if isinstance(limit, int | float) and not isinstance(limit, bool) and 0 <= limit < 1e9 else None,
        _texts(view.get("summaries")),
        view,
    )


def _by(value: Any) -> By | None:
    if isinstance(value, str):
        return By(value)
    if not isinstance(value, dict):
        return None
    name = value.get("property", value.get("column"))
    return By(name, str(value.get("direction", "")).upper() == "DESC") if isinstance(name, str) else None


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> dict[str, str]:
    """The entries of a mapping that are texts; numbers and truth values are expressions, too."""
    if not isinstance(value, dict):
        return {}
    simple = {name: item for name, item in value.items() if isinstance(item, str | int | float)}
    return {name: str(item).lower() if isinstance(item, bool) else str(item) for name, item in simple.items()}


def _names(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    named = {name: item.get("displayName") for name, item in value.items() if isinstance(item, dict)}
    return {name: shown for name, shown in named.items() if isinstance(shown, str) and shown.strip()}
