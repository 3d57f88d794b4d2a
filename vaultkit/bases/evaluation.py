"""The value of an expression for one note."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from vaultkit.bases.expression import (
    Call,
    ExpressionError,
    Fields,
    Items,
    Literal,
    Member,
    Name,
    Node,
    Operation,
    Pattern,
    parsed,
)
from vaultkit.bases.functions import GLOBAL, CannotEvaluate, field, has_tag, method
from vaultkit.bases.rows import Row, Sight
from vaultkit.bases.values import (
    Date,
    Duration,
    comparable,
    date_of,
    duration_of,
    is_true,
    moved,
    of_property,
    same,
    text_of,
)
from vaultkit.model.record import NamedTuple

MAX_STEPS = 3_000_000
"""Steps that all expressions of one base on one page may take together."""

_MAX_TEXT = 100_000
_OF_LISTS = frozenset(("filter", "map", "reduce"))


class Budget:
    """What is left of the steps."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps. Raises CannotEvaluate when none are left."""
        self._left -= steps
        if self._left < 0:
            raise CannotEvaluate("takes too long")


class Viewpoint(NamedTuple):
    """From where a view is seen: the note that shows it, what it looks at, and what is left to compute with."""

    this: Row | None
    sight: Sight
    budget: Budget


class Scope:
    """What the words of an expression stand for: one note, the note that shows the base, the base's formulas.

    `open`: all properties can be seen, as filters may; else only those whose values may be shown.
    """

    def __init__(
        self,
        row: Row | None,
        formulas: Mapping[str, str],
        seen: Viewpoint,
        *,
        is_open: bool,
        names: Mapping[str, Any] | None = None,
    ) -> None:
        self.row = row
        self.sight = seen.sight
        self._this = seen.this
        self._formulas = formulas
        self._budget = seen.budget
        self._open = is_open
        self._names = names or {}
        self._computing: set[str] = set()

    def value(self, source: str) -> Any:
        """The value of an expression. Raises CannotEvaluate."""
        try:
            return self._value(parsed(source))
        except ExpressionError as error:
            raise CannotEvaluate(str(error)) from error
        except (ArithmeticError, RecursionError) as error:
            raise CannotEvaluate("cannot be computed") from error

    def property(self, row: Row, name: str) -> Any:
        """A property of a note, whatever its letter case."""
        key = name.lower()
        if key not in row.keys or not (self._open or key in row.shown):
            return None
        return of_property(row.properties[row.keys[key]], self.sight)

    def formula(self, name: str) -> Any:
        """The value of a formula of the base."""
        if name not in self._formulas:
            return None
        if name in self._computing:
            raise CannotEvaluate("refers to itself")
        self._computing.add(name)
        try:
            return self.value(self._formulas[name])
        finally:
            self._computing.discard(name)

    def _value(self, node: Node) -> Any:
        self._budget.spend()
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Name):
            return self._named(node.name)
        if isinstance(node, Member):
            return self._member(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Operation):
            return self._operation(node)
        if isinstance(node, Items):
            return [self._value(item) for item in node.items]
        if isinstance(node, Fields):
            return {name: self._value(item) for name, item in node.fields}
        assert isinstance(node, Pattern)
        return node

    def _named(self, name: str) -> Any:
        if name in self._names:
            return self._names[name]
        if name == "file":
            return self.row
        if name == "this":
            return self._this
        return self.property(self.row, name) if self.row else None

    def _member(self, node: Member) -> Any:
        key = self._value(node.key)
        if isinstance(node.of, Name) and node.of.name in ("note", "formula") and node.of.name not in self._names:
            if node.of.name == "formula":
                return self.formula(text_of(key))
            return self.property(self.row, text_of(key)) if self.row else None
        of = self._value(node.of)
        if isinstance(of, (list, str)) and isinstance(key, (int, float)) and not isinstance(key, bool):
            return of[int(key)] if 0 <= key < len(of) else None
        if isinstance(of, dict):
            return of.get(text_of(key), len(of) if key == "length" else None)
        if isinstance(of, Row):
            return self._of_file(of, text_of(key))
        return field(of, text_of(key))

    def _of_file(self, row: Row, name: str) -> Any:
        if name == "properties":
            names = (key for key in row.properties if self._open or key.lower() in row.shown)
            return {key: self.property(row, key) for key in names}
        if name in ("mtime", "ctime"):
            raise CannotEvaluate(f"asks for `file.{name}`, which is not known when publishing")
        simple = {"file": row, "name": row.name, "basename": row.name, "path": row.path, "folder": row.folder,
                  "ext": row.ending, "size": row.size}  # fmt: skip
        if name in simple:
            return simple[name]
        if name == "tags":
            return [f"#{tag}" for tag in row.tags_for(is_open=self._open)]
        if name in ("links", "embeds", "backlinks"):
            self._budget.spend(10)
            return getattr(row, name)
        return self.property(row, name)

    def _call(self, node: Call) -> Any:
        if node.of is None:
            if node.name == "if":
                return self._if(node.arguments)
            function = GLOBAL.get(node.name)
            if function is None:
                raise CannotEvaluate(f"calls `{node.name}()`, which vaultkit does not know")
            return function(self.sight, *(self._value(item) for item in node.arguments))
        of = self._value(node.of)
        if node.name in _OF_LISTS and node.arguments:
            return self._each(node.name, of if isinstance(of, list) else [] if of is None else [of], node.arguments)
        arguments = [self._value(item) for item in node.arguments]
        self._budget.spend(len(of) // 10 if isinstance(of, (list, str)) else 0)
        if isinstance(of, Row) and node.name == "hasTag":
            return has_tag(of, arguments, is_open=self._open)
        found = method(self.sight, of, node.name, arguments)
        if isinstance(found, str) and len(found) > _MAX_TEXT:
            raise CannotEvaluate("makes a text that is too long")
        return found

    def _if(self, arguments: tuple[Node, ...]) -> Any:
        if not arguments:
            raise CannotEvaluate("has an `if()` without a condition")
        place = 1 if is_true(self._value(arguments[0])) else 2
        return self._value(arguments[place]) if place < len(arguments) else None

    def _each(self, name: str, items: list[Any], arguments: tuple[Node, ...]) -> Any:
        """`filter`, `map` and `reduce`, whose first argument is an expression over `value`, `index` and `acc`."""
        outer = self._names
        found: list[Any] = []
        reduced = self._value(arguments[1]) if name == "reduce" and len(arguments) > 1 else None
        try:
            for index, item in enumerate(items):
                self._names = {**outer, "value": item, "index": index, "acc": reduced}
                result = self._value(arguments[0])
                if name == "reduce":
                    reduced = result
                elif name == "map":
                    found.append(result)
                elif is_true(result):
                    found.append(item)
        finally:
            self._names = outer
        return reduced if name == "reduce" else found

    def _operation(self, node: Operation) -> Any:
        sign = node.sign
        left = self._value(node.parts[0])
        if len(node.parts) == 1:
            return not is_true(left) if sign == "!" else _negative(left)
        if sign in ("&&", "||"):
            return self._value(node.parts[1]) if is_true(left) == (sign == "&&") else left
        right = self._value(node.parts[1])
        if sign in ("==", "!="):
            return same(left, right) == (sign == "==")
        if sign in ("<", ">", "<=", ">="):
            return _compared(sign, left, right)
        return arithmetic(sign, left, right)


def _negative(value: Any) -> Any:
    if isinstance(value, Duration):
        return Duration(-value.months, -value.seconds)
    return -value if isinstance(value, (int, float)) else None


def _compared(sign: str, left: Any, right: Any) -> bool:
    pair = comparable(left, right)
    if pair is None:
        return False
    one, other = pair
    return bool({"<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other}[sign])


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """`+ - * / %` of numbers, dates, durations, texts and lists; nothing of what does not go together."""
    if isinstance(left, Date) or (isinstance(right, Date) and sign == "-"):
        return _of_dates(sign, left, right)
    if isinstance(left, Duration):
        return _of_durations(sign, left, right)
    if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
        return (text_of(left) + text_of(right))[:_MAX_TEXT]
    if sign == "+" and isinstance(left, list):
        return left + (right if isinstance(right, list) else [right])
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return None
    if sign in "/%" and right == 0:
        return None
    found = _ARITHMETIC[sign](left, right)
    return int(found) if isinstance(found, float) and found.is_integer() and abs(found) < 2**53 else found


_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: float(one) * other,
    "/": lambda one, other: float(one) / other,
    "%": math.fmod,
}


def _of_dates(sign: str, left: Any, right: Any) -> Any:
    if isinstance(left, str):
        left = date_of(left)
    if not isinstance(left, Date):
        return None
    if isinstance(right, str):
        right = duration_of(right) or date_of(right)
    if isinstance(right, Duration) and sign in "+-":
        return moved(left, right, 1 if sign == "+" else -1)
    if isinstance(right, Date) and sign == "-":
        return Duration(seconds=(left.when - right.when).total_seconds())
    return text_of(left) + text_of(right) if sign == "+" and right is not None else None


def _of_durations(sign: str, left: Duration, right: Any) -> Any:
    if isinstance(right, str):
        right = duration_of(right)
    if isinstance(right, Duration) and sign in "+-":
        way = 1 if sign == "+" else -1
        return Duration(left.months + way * right.months, left.seconds + way * right.seconds)
    if isinstance(right, (int, float)) and right and sign in "*/":
        by = right if sign == "*" else 1 / right
        return Duration(int(left.months * by), left.seconds * by)
    return None
