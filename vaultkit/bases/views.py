"""A view of a base: which notes are in it, in which order, and what stands in each column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean, median, pstdev
from typing import Any

from vaultkit.bases.definition import By, Definition, Filter, View
from vaultkit.bases.evaluation import Scope, Viewpoint
from vaultkit.bases.functions import CannotEvaluate, number_of
from vaultkit.bases.rows import Row
from vaultkit.bases.values import Date, Duration, is_empty, is_true, order, same, text_of
from vaultkit.model.record import NamedTuple

MAX_ROWS = 5_000
"""Rows that a page shows of one view."""

_MAX_DEPTH = 50


class Line(NamedTuple):
    """A note of the result: its values by column, and the value of the view's picture."""

    row: Row
    values: tuple[Any, ...]
    image: Any = None


class Group(NamedTuple):
    """Lines that have one value in common; `value` is None for the only group of a view that is not grouped, and
    `grouped` tells the two apart."""

    value: Any
    lines: tuple[Line, ...]
    summaries: tuple[str, ...]
    grouped: bool = False


class Result(NamedTuple):
    """What a view shows: titles and properties of its columns, its groups, and what could not be computed, each as the
    end of a sentence that begins with the view."""

    view: View
    columns: tuple[str, ...]
    properties: tuple[str, ...]
    groups: tuple[Group, ...]
    problems: tuple[str, ...]


def result(base: Definition, view: View, rows: Iterable[Row], seen: Viewpoint) -> Result:
    """The notes of `rows` that a view shows."""
    return _Maker(base, view, seen).make(rows)


class _Maker:
    """Makes one result. What cannot be computed is empty, or false in a filter, and is told once."""

    def __init__(self, base: Definition, view: View, seen: Viewpoint) -> None:
        self._base = base
        self._view = view
        self._seen = seen
        self._problems: dict[str, None] = {}

    def make(self, rows: Iterable[Row]) -> Result:
        view = self._view
        filters = [_statements(item) for item in (self._base.filters, view.filters) if item is not None]
        fitting = [row for row in rows if all(self._holds(item, self._scope(row, is_open=True)) for item in filters)]
        fitting.sort(key=lambda row: order(row.name))
        for by in reversed(view.sort):
            self._sort(fitting, by)
        kept = fitting[: MAX_ROWS if view.limit is None else min(view.limit, MAX_ROWS)]
        lines = [self._line(row) for row in kept]
        groups = self._groups(lines) if view.group else (self._group(None, lines, grouped=False),)
        titles = tuple(self._title(name) for name in view.columns)
        return Result(view, titles, view.columns, groups, tuple(self._problems))

    def _scope(self, row: Row | None, *, is_open: bool, names: Mapping[str, Any] | None = None) -> Scope:
        return Scope(row, self._base.formulas, self._seen, is_open=is_open, names=names)

    def _holds(self, item: _Statement, scope: Scope) -> bool:
        if isinstance(item, str):
            return is_true(self._value(item, scope))
        word, parts = item
        if word == "or":
            return any(self._holds(part, scope) for part in parts)
        if word == "not":
            return not any(self._holds(part, scope) for part in parts)
        return all(self._holds(part, scope) for part in parts)

    def _value(self, source: str, scope: Scope) -> Any:
        try:
            return scope.value(source)
        except CannotEvaluate as error:
            self._problems[f"holds `{_short(source)}`, which {error}"] = None
            return None

    def _property(self, name: str, scope: Scope) -> Any:
        """The value in a column: a property's, a part of the file, or a formula's."""
        kind, dot, rest = name.partition(".")
        assert scope.row is not None
        if kind == "formula" and dot:
            return self._guarded(name, lambda: scope.formula(rest))
        if kind == "file" and dot:
            return self._value(name, scope)
        return scope.property(scope.row, rest if kind in ("note", "property") and dot else name)

    def _guarded(self, name: str, compute: Callable[[], Any]) -> Any:
        try:
            return compute()
        except CannotEvaluate as error:
            self._problems[f"holds the formula `{name.partition('.')[2]}`, which {error}"] = None
            return None

    def _line(self, row: Row) -> Line:
        scope = self._scope(row, is_open=False)
        image = self._view.options.get("image")
        values = tuple(self._property(name, scope) for name in self._view.columns)
        return Line(row, values, self._property(image, scope) if isinstance(image, str) else None)

    def _sort(self, rows: list[Row], by: By) -> None:
        """Sort by one property; what has none stands last, whatever the direction."""
        values = {row.path: self._property(by.property, self._scope(row, is_open=True)) for row in rows}
        rows.sort(key=lambda row: order(_sortable(values[row.path])), reverse=by.descending)
        rows.sort(key=lambda row: is_empty(values[row.path]))

    def _groups(self, lines: Sequence[Line]) -> tuple[Group, ...]:
        by = self._view.group
        assert by is not None
        found: list[tuple[Any, list[Line]]] = []
        for line in lines:
            value = self._property(by.property, self._scope(line.row, is_open=False))
            place = next((place for place in found if same(place[0], value)), None)
            if place is None:
                found.append((value, [line]))
            else:
                place[1].append(line)
        found.sort(key=lambda place: order(_sortable(place[0])), reverse=by.descending)
        found.sort(key=lambda place: is_empty(place[0]))
        return tuple(self._group(value, members, grouped=True) for value, members in found)

    def _group(self, value: Any, lines: Sequence[Line], *, grouped: bool) -> Group:
        wanted = {self._key(name): how for name, how in self._view.summaries.items()}
        summaries = tuple(
            self._summary(wanted[self._key(name)], [line.values[place] for line in lines])
            if self._key(name) in wanted
            else ""
            for place, name in enumerate(self._view.columns)
        )
        return Group(value, tuple(lines), summaries if any(summaries) else (), grouped)

    def _summary(self, how: str, values: list[Any]) -> str:
        if how in self._base.summaries:
            scope = self._scope(None, is_open=False, names={"values": values})
            return text_of(self._value(self._base.summaries[how], scope))
        made = _SUMMARIES.get(how)
        if made is None:
            self._problems[f"asks for the summary `{how}`, which vaultkit does not know"] = None
            return ""
        return f"{how}: {made(values)}"

    def _key(self, name: str) -> str:
        return name if name.startswith(("file.", "formula.")) else name.removeprefix("note.")

    def _title(self, name: str) -> str:
        names = {self._key(key): shown for key, shown in self._base.names.items()}
        key = self._key(name)
        if key in names:
            return names[key]
        return key.replace(".", " ") if key.startswith("file.") else key.removeprefix("formula.")


_Statement = Any
"""A statement, or a pair of `and`, `or`, `not` and statements."""


def _statements(item: Filter, depth: int = 0) -> _Statement:
    """A filter in the form that is evaluated. What is no filter holds always, and one nested too deeply never."""
    if depth > _MAX_DEPTH:
        return "false"
    if isinstance(item, list):
        return "and", [_statements(part, depth + 1) for part in item]
    if isinstance(item, dict):
        lists = [(word, _list(item[word])) for word in ("and", "or", "not") if word in item]
        return "and", [(word, [_statements(part, depth + 1) for part in parts]) for word, parts in lists if parts]
    return item if isinstance(item, str) and item else "true"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _sortable(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _short(source: str) -> str:
    words = " ".join(source.split())
    return words if len(words) <= 60 else f"{words[:60]}…"


def _numbers(values: Iterable[Any]) -> list[float]:
    return [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _of_numbers(compute: Callable[[list[float]], float]) -> Callable[[list[Any]], str]:
    return lambda values: number_of(compute(numbers)) if (numbers := _numbers(values)) else ""


def _of_dates(choose: Callable[..., Date]) -> Callable[[list[Any]], str]:
    return lambda values: text_of(choose(dates)) if (dates := [v for v in values if isinstance(v, Date)]) else ""


def _range(values: list[Any]) -> str:
    dates = [value.when for value in values if isinstance(value, Date)]
    if dates:
        return text_of(Duration(seconds=(max(dates) - min(dates)).total_seconds()))
    return _of_numbers(lambda numbers: max(numbers) - min(numbers))(values)


def _unique(values: list[Any]) -> int:
    return len({text_of(value) for value in values if not is_empty(value)})


_SUMMARIES: Mapping[str, Callable[[list[Any]], Any]] = {
    "Average": _of_numbers(fmean),
    "Min": _of_numbers(min),
    "Max": _of_numbers(max),
    "Sum": _of_numbers(sum),
    "Range": _range,
    "Median": _of_numbers(median),
    "Stddev": _of_numbers(pstdev),
    "Earliest": _of_dates(min),
    "Latest": _of_dates(max),
    "Checked": lambda values: sum(value is True for value in values),
    "Unchecked": lambda values: sum(value is False for value in values),
    "Empty": lambda values: sum(map(is_empty, values)),
    "Filled": lambda values: sum(not is_empty(value) for value in values),
    "Unique": _unique,
}
