"""Markdown to HTML: mistune's parser with Obsidian's syntax, our own writer, and the sanitiser over all of it.

Obsidian's constructs are one file each in `syntax`. The parser is made once per process, a rendering has its own state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache
from typing import Any

from mistune import BlockParser, BlockState, InlineParser, Markdown

from vaultkit.render.gfm.writer import Writer
from vaultkit.render.job import Rendered, RenderFailure, RenderJob
from vaultkit.render.rendering import Html, Rendering, Token
from vaultkit.render.syntax import (
    block_id,
    callout,
    code,
    comment,
    embed,
    footnote,
    foreign,
    heading,
    highlight,
    html,
    link,
    lists,
    math,
    prose,
    table,
    tag,
    task,
    wikilink,
)
from vaultkit.render.text import text_of

MAX_SIZE = 2 * 1024 * 1024
"""The largest body, in bytes of UTF-8."""

MAX_DELIMITERS = 2000
"""The most runs of `*` and `_` in one paragraph: the time to pair them grows with their square."""

_RUN = re.compile(r"\*+|_+")


# Tasks and block ids look at what the others left in the tree, so they come last, tasks first.
_SYNTAX = (
    prose, lists, heading, code, math, comment, wikilink, embed, footnote, tag, link, html, foreign, highlight,
    callout, table, task, block_id,
)  # fmt: skip


class _TooComplex(Exception):
    """A paragraph has more emphasis delimiters than can be paired in bounded time."""


def render(job: RenderJob) -> Rendered | RenderFailure:
    """The page of one note, or why there is none. Same job, same bytes."""
    try:
        page, body = _body(job, None)
    except _TooComplex as error:
        return RenderFailure(job.path, f"too complex: {error}")
    markup = page.filled(page.sanitized(body))
    written = _in_markdown(job) if job.dialect else ""
    return Rendered(markup, tuple(page.toc), text_of(markup), frozenset(page.features), tuple(page.problems), written)


def _in_markdown(job: RenderJob) -> str:
    """The body in the dialect that the job asks for, written from tokens of its own."""
    md, writers = _parser()
    assert job.dialect is not None

    def parse(body: str, env: MutableMapping[str, Any]) -> list[Token]:
        state = BlockState()
        env.setdefault("ref_links", {})
        state.env = env
        tokens: Any = md.parse(body, state)[0]
        return list(tokens)

    def fallback(inner: RenderJob) -> Callable[[Token], str]:
        page = Rendering(inner, writers, _nested, None)
        return lambda token: page.filled(page.sanitized(page.html((token,))))

    return Writer(job, job.dialect, parse, fallback, None).whole()


def _body(job: RenderJob, host: Rendering | None) -> tuple[Rendering, str]:
    if len(job.body) > MAX_SIZE // 4 and len(job.body.encode("utf-8", "surrogatepass")) > MAX_SIZE:
        raise _TooComplex("the text is larger than 2 MiB")
    md, writers = _parser()
    page = Rendering(job, writers, _nested, host)
    state = BlockState()
    page.env = state.env
    tokens: Any = md.parse(comment.emptied(job.body), state)[0]
    return page, page.html(tokens) + footnote.section(page, md)


def _nested(job: RenderJob, host: Rendering) -> str:
    return _body(job, host)[1]


_END_QUOTES = ("atx_heading", "math_block", "comment_block")


@cache
def _parser() -> tuple[Markdown, Mapping[str, Html]]:
    md = Markdown(block=_Block(), inline=_Inline())
    writers: dict[str, Html] = {}
    for module in _SYNTAX:
        if module.syntax.rules:
            module.syntax.rules(md)
        writers.update(module.syntax.html)
    return md, writers


class _Block(BlockParser):
    """mistune's block parser, which looks at the beginning of a line before it looks for indented code there, and knows
    what else ends a quote whose sign a line leaves out."""

    def compile_sc(self, rules: list[str] | None = None) -> re.Pattern[str]:
        return super().compile_sc([*rules, *_END_QUOTES] if rules and rules[-1] == "block_html" else rules)

    def _parse_indent_code_fast(self, state: BlockState) -> int | None:
        return super()._parse_indent_code_fast(state) if state.src[state.cursor] in " \t" else None


class _Inline(InlineParser):
    """mistune's inline parser behind the guard against its only slow case. What it looks for is worked out once, and a
    text that has none of it is seen to be one."""

    _looked_for: tuple[set[str], re.Pattern[str]] | None = None

    def _get_fast_trigger_re(self, chars: set[str]) -> re.Pattern[str]:
        if self._looked_for is None or self._looked_for[0] is not chars:
            self._looked_for = chars, super()._get_fast_trigger_re(chars)
        return self._looked_for[1]

    def __call__(self, s: str, env: MutableMapping[str, Any]) -> list[dict[str, Any]]:
        chars = self._get_fast_trigger_chars()
        if chars is not None and self._get_fast_trigger_re(chars).search(s) is None:
            return [{"type": "text", "raw": s}]
        if s.count("*") + s.count("_") > MAX_DELIMITERS and sum(1 for _ in _RUN.finditer(s)) > MAX_DELIMITERS:
            raise _TooComplex(f"a paragraph has more than {MAX_DELIMITERS:,} signs of emphasis")
        return super().__call__(s, env)
