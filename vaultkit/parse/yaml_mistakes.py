"""What a YAML parser's complaint means, told to the person who typed it, at the place that person would mend.

PyYAML's two parsers agree on where they stumble and nearly on the words; each entry of `_MEANINGS` knows one family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaultkit.model.expression import expression
from vaultkit.model.text import Span
from vaultkit.parse.yaml12 import TOO_DEEP, on_one_line, shortened, text_below

_NAME = r"""(?:[^\s#:"'-][^:\r\n]*+|-[^\s:][^:\r\n]*+|"[^"\r\n]*+"|'[^'\r\n]*+')"""
_VALUE = expression(rf"[ \t]*+(?:(?:-[ \t]++)*+{_NAME}:[ \t]++|(?:-[ \t]++)++)(?=\S)")
_GLUED = expression(r"[\w-]+:[^\s/]")

Meaning = tuple[Span, str]


class _Spot:
    """Where the parser stumbled (`at`), and where the thing began that it could not finish (`since`)."""

    def __init__(self, text: str, block: Span, error: Any) -> None:
        self.text = text
        self.block = block
        self.at = block.start + error.problem_mark.index
        self.since = block.start + error.context_mark.index if error.context_mark else self.at
        self.problem = str(error.problem)

    def rest(self, offset: int) -> Span:
        """From `offset` to the end of its line, without blanks at the end."""
        return on_one_line(self.text, Span(offset, self.block.end))

    def line_start(self, offset: int) -> int:
        return max(self.text.rfind("\n", 0, offset) + 1, self.block.start)

    def line(self, offset: int) -> Span:
        """What stands on the line of `offset`, without indentation."""
        start = self.line_start(offset)
        rest = self.rest(start)
        return Span(rest.end - len(self.text[slice(*rest)].lstrip()), rest.end)

    def value(self, offset: int) -> Span | None:
        """The value on the line of `offset`, when one begins before it."""
        begins = _VALUE.match(self.text, self.line_start(offset), self.block.end)
        return self.rest(begins.end()) if begins and begins.end() <= offset else None

    def above(self, offset: int) -> Span:
        """The nearest line above that is not blank, or an empty span."""
        end = self.line_start(offset)
        while end > self.block.start:
            start = self.line_start(end - 1)
            if self.text[start:end].strip():
                return self.line(start)
            end = start
        return Span(self.block.start, self.block.start)

    def words(self, span: Span) -> str:
        """What stands there, short enough for a message."""
        return shortened(self.text[slice(*span)])


def _sign(character: str) -> str:
    return "a backtick" if character == "`" else f"`{character}`"


def _quote(spot: _Spot, start: int) -> Meaning:
    return spot.rest(start), f"a value cannot begin with {_sign(spot.text[start])}; put it in quotes"


def _start_of_token(spot: _Spot) -> Meaning:
    if spot.at >= spot.block.end:
        return _unfinished(spot)
    sign = spot.text[spot.at]
    if sign == "\t":
        end = spot.at + len(spot.text[spot.at :]) - len(spot.text[spot.at :].lstrip("\t"))
        return Span(spot.at, end), "this line is indented by a tab; only spaces can be used here"
    if spot.value(spot.at) is None and spot.at == spot.line(spot.at).start:
        return spot.rest(spot.at), f"a name cannot begin with {_sign(sign)}; put it in quotes"
    return _quote(spot, spot.at)


def _colon(spot: _Spot) -> Meaning:
    value = spot.value(spot.at)
    if value is not None:
        return value, "a value that has a colon with a space behind it must be put in quotes"
    above = spot.above(spot.at)
    if spot.text[spot.line_start(spot.at)] not in " \t" and ":" not in spot.words(above):
        return _no_property(spot, above)
    return spot.line(spot.at), "this line is indented as if it went on with the value above it"


def _no_property(spot: _Spot, line: Span) -> Meaning:
    words = spot.words(line)
    if _GLUED.match(words):
        return line, f"a space is missing behind the colon in `{words}`"
    return line, f"`{words}` is no property; a property is written `name: value`"


def _key(spot: _Spot) -> Meaning:
    if spot.at >= spot.block.end:
        return _unfinished(spot)
    line = spot.line(spot.at)
    value = spot.value(spot.at)
    if value is not None and value.start < spot.at:
        first = spot.text[value.start]
        closing = "closing quote" if first in "\"'" else "closing bracket" if first in "[{" else "value"
        return value, f"there is more text behind the {closing}; put the whole value in quotes"
    if spot.at > line.start:
        return line, "there is more text behind the closing quote or bracket"
    if spot.text.startswith(":", spot.at):
        return line, "there is a colon without a name before it"
    if spot.words(spot.above(spot.at)) == "...":
        return spot.above(spot.at), "a line `...` ends the properties too early"
    if spot.text.startswith(("- ", "-\n", "-\r"), spot.at) and spot.line_start(spot.at) == spot.at:
        return line, "this list item does not belong to a name; a list begins on the line below `name:`"
    if spot.line_start(spot.at) == spot.at == line.start and spot.text[spot.block.start] != " ":
        return line, f"`{spot.words(line)}` does not go on with what is above it"
    return line, "this line is indented differently from the lines it belongs with"


def _bracket(spot: _Spot) -> Meaning:
    if spot.text.startswith("{{", spot.since):
        return spot.rest(spot.since), "a placeholder must be put in quotes"
    sign = spot.text[spot.since]
    return spot.rest(spot.since), f"the bracket `{sign}` is not closed, or a comma is missing behind it"


def _quoted(spot: _Spot) -> Meaning:
    if "end of stream" in spot.problem or "document" in spot.problem:
        return spot.rest(spot.since), f"the quote `{spot.text[spot.since]}` is opened here and never closed"
    slash = spot.text.rfind("\\", spot.since, spot.at + 1)
    sign = spot.text[slash : slash + 2].rstrip()
    message = f"in double quotes `{sign}` begins an escape; write `\\\\` for a backslash, or use single quotes"
    return Span(slash, slash + len(sign)), message


def _block_scalar(spot: _Spot) -> Meaning:
    return spot.rest(spot.since), text_below(spot.text[spot.since])


def _directive(spot: _Spot, start: int) -> Meaning:
    return spot.rest(start), "a line of properties cannot begin with `%`"


def _nothing(spot: _Spot) -> Meaning:
    if spot.at < spot.block.end and spot.text[spot.at] not in "\r\n":
        return _quote(spot, spot.at)
    return _unfinished(spot)


def _unfinished(spot: _Spot) -> Meaning:
    if spot.text.startswith("%", spot.above(spot.at).start):
        return _directive(spot, spot.above(spot.at).start)
    return spot.above(spot.at), "this is not finished: a bracket is not closed, or something is missing behind it"


def _list_item(spot: _Spot) -> Meaning:
    return spot.rest(spot.at), "a list begins on the line below its name, not behind the colon"


def _unfinished_key(spot: _Spot) -> Meaning:
    return _no_property(spot, spot.rest(spot.since))


def _nested(spot: _Spot) -> Meaning:
    """libyaml from 0.2.6 on looks ahead and stops at a thousand levels, before ours are counted."""
    return spot.rest(spot.at), TOO_DEEP


_MEANINGS: tuple[tuple[str, Callable[[_Spot], Meaning]], ...] = (
    ("nesting depth", _nested),
    ("quoted scalar", _quoted),
    ("double-quoted", _quoted),
    ("cannot start any token", _start_of_token),
    ("violates indentation", _start_of_token),
    ("scanning an alias", lambda spot: _quote(spot, spot.since)),
    ("scanning an anchor", lambda spot: _quote(spot, spot.since)),
    ("tag", lambda spot: _quote(spot, spot.since)),
    ("scanning a directive", lambda spot: _directive(spot, spot.since)),
    ("mapping values are not allowed", _colon),
    ("sequence entries are not allowed", _list_item),
    ("block scalar", _block_scalar),
    ("simple key", _unfinished_key),
    ("flow sequence", _bracket),
    ("flow mapping", _bracket),
    ("node content", _nothing),
    ("<document start>", _key),
    ("block mapping", _key),
    ("block collection", _key),
)


def explain(text: str, block: Span, error: Any) -> Meaning:
    """Where and what the mistake is behind a `yaml.MarkedYAMLError` raised while reading `block` of `text`."""
    spot = _Spot(text, block, error)
    complaint = f"{error.context} {error.problem}"
    for words, meaning in _MEANINGS:
        if words in complaint:
            return meaning(spot)
    return spot.rest(spot.at), f"this cannot be read as YAML: {error.problem}"
