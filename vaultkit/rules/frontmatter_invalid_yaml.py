"""Properties that cannot be read, because they are not YAML.

One such line and Obsidian reads none of the note's properties. What goes wrong most often:

- a value with a colon and a space in it: `title: Dune: the book`
- a value that begins with a sign that YAML keeps for itself: `@name`, `` `code` ``, `*star*`, `%`, `&`, `!`
- a template's placeholder without quotes: `date: {{date}}`
- a tab in front of a name, where only spaces can stand
- a space that is missing behind a colon, quotes or brackets that are not closed, text behind them

vaultkit also refuses what has no place in properties and could be used to do harm: references (`&a`, `*a`), merge keys
(`<<`), more than 20 levels, more than 64 KiB, numbers without end. Nothing else about the properties is reported until
they can be read.

The fix puts values in quotes, where they can only have been meant as text.
"""

from vaultkit.lint.problem_rule import problem_rule
from vaultkit.lint.rule import Context
from vaultkit.model.diagnostic import Fix
from vaultkit.model.expression import expression
from vaultkit.model.note import Problem
from vaultkit.model.text import LineIndex, Span, TextEdit
from vaultkit.parse.frontmatter import read
from vaultkit.schema.repair import quoted

_MOST = 100
_BEFORE_A_VALUE = expression(r" *(?:- +)*(?:[^\s:#\"'\[\]{},&*!|>%@`-][^:]*: +|- +)")
_AMBIGUOUS = expression(r"[\"'\[#]|\{(?!\{)|- |[-+.]*[0-9]|[-+.]|[&*][\w-]+(?: |\Z)")


def _quote(ctx: Context, problem: Problem) -> Fix | None:
    """Quotes around the value at the problem, and around all below that could not be read once this one can."""
    text, grown = ctx.text, 0
    edits: list[TextEdit] = []
    while len(edits) < _MOST and (edit := _quotes(text, problem)):
        value, typed = edit
        text = text[: value.start] + typed + text[value.end :]
        left = read(text)[1]
        if left and left[0].span.start < value.start + len(typed):
            break
        edits.append(TextEdit(Span(value.start - grown, value.end - grown), typed))
        grown += len(typed) - (value.end - value.start)
        if not left:
            break
        problem = left[0]
    title = "put the value in quotes" if len(edits) == 1 else "put the values in quotes"
    return Fix(title, tuple(edits), safe=True) if edits else None


def _quotes(text: str, problem: Problem) -> TextEdit | None:
    """Quotes around the whole value, if it begins where the problem is and nothing speaks for another reading."""
    lines = LineIndex(text)
    number = lines.position(problem.span.start).line
    line = lines.span(number)
    value = Span(problem.span.start, line.start + len(lines.line(number).rstrip()))
    typed, before = text[slice(*value)], text[line.start : value.start]
    if not _BEFORE_A_VALUE.fullmatch(before) or _AMBIGUOUS.match(typed) or " #" in typed or "\t" in typed:
        return None
    below = lines.line(number + 1) if number < len(lines) else ""
    if below.strip() and _indent(below) > _indent(before):
        return None
    return TextEdit(value, quoted(typed))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


frontmatter_invalid_yaml = problem_rule("frontmatter-invalid-yaml", __doc__, _quote)
