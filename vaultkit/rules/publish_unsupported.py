"""A note that is meant to be public holds something that only the app, or a plugin in it, brings to life.

A Dataview or search query, a list of tasks and a Templater command are left out for readers: `dataview`, `dataviewjs`,
`query` and `tasks` code blocks, inline Dataview (code that begins with `=`), and `<% tp.… %>` outside code. Put the
result there instead, or a base, which readers see; or accept the gap.

Code blocks of other plugins are named by the option `languages`:

    rules:
      publish-unsupported: { languages: [tracker, button] }

Templates belong out of what is published, or among the excluded notes.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.published import found_in_text, outside, published_places
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span

_LANGUAGES = {
    "dataview": "a Dataview query",
    "dataviewjs": "a Dataview script",
    "query": "a search query",
    "tasks": "a query of tasks",
}
_TEMPLATER = expression(r"<%(?:[-_]?\*|[^\n%]{0,200}?\btp\.)[^\n%]{0,200}(?:%>)?")
_INLINE = expression(r"`+ *(?:= *(?:this\.|date\(|dur\(|choice\(|default\()|\$= *(?:dv\.|await ))")


class Options(NamedTuple):
    """`languages`: those of code blocks that a plugin brings to life, besides those that are known."""

    languages: tuple[str, ...] = ()


@rule(severity=Severity.WARNING, options=Options, about=("public",))
def publish_unsupported(ctx: Context) -> Iterator[Diagnostic]:
    """Report what a page cannot show."""
    if ctx.standing.public:
        yield from _blocks(ctx)
        if "<%" in ctx.text:
            yield from _commands(ctx)


def _commands(ctx: Context) -> Iterator[Diagnostic]:
    """Templater commands. In the words of a link they are a title, of a question about Templater as a rule."""
    is_no_title = outside([*(link.span for link in ctx.facts.links), *(link.span for link in ctx.facts.external)])
    for found in found_in_text(ctx, _TEMPLATER, code=False):
        if is_no_title(Span(*found.span())):
            yield ctx.report(Span(*found.span()), "readers do not see what this command makes", label="not run")


def _blocks(ctx: Context) -> Iterator[Diagnostic]:
    known = _LANGUAGES | {name.lower(): f"a block of `{name}`" for name in ctx.options.languages}
    sees = published_places(ctx, code=True) if ctx.facts.code else None
    for code in ctx.facts.code:
        what = known.get(code.language.lower()) if code.kind == "fence" else None
        if code.kind == "inline" and _INLINE.match(ctx.text, code.span.start, code.span.end):
            what = "inline Dataview"
        if what and sees and sees(code.span):
            span = Span(code.span.start, min(code.span.end, _end_of_line(ctx.text, code.span.start)))
            yield ctx.report(span, f"readers do not see what {what} finds", label="not run")


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return (len(text) if end < 0 else end) - (text[end - 1 : end] == "\r")
