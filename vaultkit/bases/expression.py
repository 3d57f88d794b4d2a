"""The language of filters and formulas: text to tree. It looks like JavaScript; functions and types are its own."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from vaultkit.model.record import NamedTuple

MAX_LENGTH = 10_000
MAX_DEPTH = 60

_TOKEN = re.compile(
    r"(?P<gap>\s+)|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[^\W\d]\w*|\$\w*)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[-+*/%!<>=.,:?()\[\]{}])",
    re.DOTALL,
)
_REGEX = re.compile(r"/((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/([a-z]*)")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_BEFORE_VALUE = frozenset(
    ("", "(", "[", "{", ",", ":", "?", "&&", "||", "!", "==", "!=", "<", ">", "<=", ">=", "+", "-")
)
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_LEVELS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "===": 3, "!==": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5,
           "*": 6, "/": 6, "%": 6}  # fmt: skip


class ExpressionError(ValueError):
    """A text that is no expression; the message is the end of a sentence that names it first."""


class Literal(NamedTuple):
    """A text, number, truth value or nothing."""

    value: Any


class Pattern(NamedTuple):
    """A regular expression between slashes."""

    source: str
    flags: str


class Name(NamedTuple):
    """A word that stands for something: a property, `file`, `this`."""

    name: str


class Member(NamedTuple):
    """A part of a value: `file.name`, `note["price"]`, `list[0]`."""

    of: Node
    key: Node


class Call(NamedTuple):
    """A function, of a value (`text.lower()`) or of none (`if(…)`)."""

    of: Node | None
    name: str
    arguments: tuple[Node, ...]


class Operation(NamedTuple):
    """An operator and what it works on, one or two."""

    sign: str
    parts: tuple[Node, ...]


class Items(NamedTuple):
    """A list, written out."""

    items: tuple[Node, ...]


class Fields(NamedTuple):
    """An object, written out."""

    fields: tuple[tuple[str, Node], ...]


Node = Literal | Pattern | Name | Member | Call | Operation | Items | Fields


@lru_cache(maxsize=4096)
def parsed(source: str) -> Node:
    """The tree of an expression. Raises ExpressionError."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError("is too long")
    parser = _Parser(_tokens(source))
    tree = parser.expression(0, 0)
    if parser.at < len(parser.tokens):
        raise ExpressionError(f"cannot be read from `{parser.tokens[parser.at][1]}` on")
    return tree


def _tokens(source: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    at = 0
    while at < len(source):
        before = found[-1] if found else ("sign", "")
        regex = _REGEX.match(source, at) if before[0] == "sign" and before[1] in _BEFORE_VALUE else None
        if regex:
            found.append(("regex", Pattern(regex[1], regex[2])))
            at = regex.end()
            continue
        token = _TOKEN.match(source, at)
        if token is None:
            raise ExpressionError(f"holds `{source[at]}`, which has no meaning there")
        kind = token.lastgroup or ""
        if kind == "number":
            found.append((kind, float(token[0]) if not token[0].isdigit() else int(token[0][:300])))
        elif kind == "text":
            found.append((kind, _ESCAPE.sub(_unescaped, token[0][1:-1])))
        elif kind != "gap":
            found.append((kind, token[0]))
        at = token.end()
    return found


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    return chr(int(sign[1:], 16)) if len(sign) == 5 else _ESCAPED.get(sign, sign)


class _Parser:
    """Goes over the tokens once."""

    def __init__(self, tokens: list[tuple[str, Any]]) -> None:
        self.tokens = tokens
        self.at = 0

    def expression(self, level: int, depth: int) -> Node:
        """An expression of operators that bind at least as strongly as `level`."""
        if depth > MAX_DEPTH:
            raise ExpressionError("is nested too deeply")
        left = self._operand(depth)
        while (sign := self._sign()) in _LEVELS and _LEVELS[sign] > level:
            self.at += 1
            right = self.expression(_LEVELS[sign], depth + 1)
            left = Operation(sign[:2] if sign in ("===", "!==") else sign, (left, right))
        return left

    def _sign(self) -> str:
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return value if kind == "sign" else ""

    def _take(self, sign: str) -> None:
        if self._sign() != sign:
            raise ExpressionError(f"lacks a `{sign}`")
        self.at += 1

    def _operand(self, depth: int) -> Node:
        if self._sign() in ("!", "-"):
            sign = self._sign()
            self.at += 1
            if depth > MAX_DEPTH:
                raise ExpressionError("is nested too deeply")
            return Operation(sign, (self._operand(depth + 1),))
        return self._parts_of(self._value(depth), depth)

    def _value(self, depth: int) -> Node:
        if self.at >= len(self.tokens):
            raise ExpressionError("ends too early")
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind in ("number", "text"):
            return Literal(value)
        if kind == "regex":
            return Pattern(*value)
        if kind == "name":
            if self._sign() == "(":
                return Call(None, value, self._arguments("(", ")", depth))
            return Literal(_WORDS[value]) if value in _WORDS else Name(value)
        self.at -= 1
        if value == "[":
            return Items(self._arguments("[", "]", depth))
        if value == "{":
            return self._fields(depth)
        self._take("(")
        inner = self.expression(0, depth + 1)
        self._take(")")
        return inner

    def _parts_of(self, value: Node, depth: int) -> Node:
        while (sign := self._sign()) in (".", "["):
            self.at += 1
            if sign == "[":
                value = Member(value, self.expression(0, depth + 1))
                self._take("]")
                continue
            kind, name = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
            if kind != "name":
                raise ExpressionError("lacks a name behind a `.`")
            self.at += 1
            called = self._sign() == "("
            value = Call(value, name, self._arguments("(", ")", depth)) if called else Member(value, Literal(name))
        return value

    def _arguments(self, opening: str, closing: str, depth: int) -> tuple[Node, ...]:
        self._take(opening)
        found: list[Node] = []
        while self._sign() != closing:
            if found:
                self._take(",")
                if self._sign() == closing:
                    break
            found.append(self.expression(0, depth + 1))
        self._take(closing)
        return tuple(found)

    def _fields(self, depth: int) -> Fields:
        self._take("{")
        found: list[tuple[str, Node]] = []
        while self._sign() != "}":
            if found:
                self._take(",")
            kind, name = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
            if kind not in ("name", "text"):
                raise ExpressionError("lacks a name in its `{}`")
            self.at += 1
            self._take(":")
            found.append((name, self.expression(0, depth + 1)))
        self._take("}")
        return Fields(tuple(found))
