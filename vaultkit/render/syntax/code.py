"""Code: spans, fenced and indented blocks; known languages are coloured by classes of Pygments."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mistune.util import escape

from vaultkit.render.job import base_key
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.syntax import bases, foreign, mermaid

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter
    from pygments.lexer import Lexer


def _codespan(token: Token, page: Rendering) -> str:
    raw: str = token["raw"]
    if foreign.is_inline(raw):
        return foreign.left_out(page, "inline Dataview query")
    return f"<code>{escape(raw)}</code>"


def _block_code(token: Token, page: Rendering) -> str:
    """A block of code; some languages are not code to be read but something to be drawn or run."""
    info: str = token.get("attrs", {}).get("info", "")
    words = info.split(None, 1)
    language = words[0].strip("{}.").lower() if words else ""
    raw: str = token["raw"]
    if token["style"] == "indent" and not raw.strip():
        return ""
    anchor = page.id(token.get("block", ""))
    if language == "mermaid":
        return mermaid.diagram(raw, anchor, page)
    to = page.job.embeds.get(base_key(raw)) if language == "base" else None
    if to is not None:
        return bases.shown(page, to.views, anchor)
    if language in foreign.LANGUAGES:
        return f"<p{anchor}>{foreign.left_out(page, f'`{language}` block')}</p>\n"
    label = f' data-language="{escape(language)}"' if language else ""
    return f"<pre{anchor}><code{label}>{_coloured(raw, language, page)}</code></pre>\n"


def _coloured(code: str, language: str, page: Rendering) -> str:
    lexer = _lexer(language) if language else None
    if lexer is None:
        return escape(code)
    from pygments import highlight

    page.features.add("code")
    return highlight(code, lexer, _formatter())


@lru_cache(maxsize=256)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=1)
def _formatter() -> HtmlFormatter[str]:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)


syntax = Syntax({"codespan": _codespan, "block_code": _block_code})
