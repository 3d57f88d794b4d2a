"""Formulas, `$inline$` and `$$block$$`, written as MathML; one that does not parse shows its source.

The opening `$` has no white space behind it, the closing one none before it and no digit behind it; both stand on one
line. `\\$` is a `$`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from re import Match
from typing import TYPE_CHECKING

from mistune import BlockParser, BlockState, InlineParser, InlineState, Markdown
from mistune.util import escape

from vaultkit.render.mathml import NotUnderstood, is_mended, mended, prepared, tagged
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.tree import add_block_rule

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LINES = r"(?:[^$\n]|\$(?!\$)|\n(?![ \t]*\n))*"
_BLOCK = (
    r"^ {0,3}\$\$(?:(?=[ \t]*\n)(?P<math_lines>(?:[^$]|\$(?!\$))*)"
    rf"|(?P<math_line>{_LINES}))\$\$(?:[ \t]*(?:\n|\Z))?"
)
_INLINE = (
    rf"\$\$(?P<math_display>{_LINES})\$\$|(?P<math_open>\$\$)"
    r"|\$(?![\s$])(?P<math_inline>(?:[^$\\\n]|\\.)+)(?<!\s)\$(?!\d)"
)
_PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "mroot": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
_FENCES = frozenset("|‖()[]{}")


def _rules(md: Markdown) -> None:
    add_block_rule(md, "math_block", _BLOCK, _block, before="list")
    md.inline.register("math", _INLINE, _inline, before="codespan", start_chars="$")


def _block(block: BlockParser, match: Match[str], state: BlockState) -> int:
    tex = match["math_lines"] or match["math_line"] or ""
    state.append_token({"type": "math_block", "raw": tex.strip("\n")})
    return match.end()


def _inline(inline: InlineParser, match: Match[str], state: InlineState) -> int:
    display = match["math_display"]
    if match["math_open"]:
        inline.process_text("$$", state)
    elif display is not None:
        state.append_token({"type": "math_block", "raw": display.strip("\n")})
    else:
        state.append_token({"type": "math", "raw": match["math_inline"]})
    return match.end()


def _math(token: Token, page: Rendering) -> str:
    return _shown(token["raw"], "inline", page)


def _math_block(token: Token, page: Rendering) -> str:
    formula = _shown(token["raw"], "block", page)
    return f'<div class="math"{page.id(token.get("block", ""))}>{formula}</div>\n'


def _shown(tex: str, display: str, page: Rendering) -> str:
    markup = mathml(tex, display)
    if markup is None:
        words = " ".join(tex.split())
        page.problem(f"The formula `{words if len(words) <= 60 else words[:60] + '…'}` could not be read.")
        return f'<code class="math">{escape(tex)}</code>'
    page.features.add("math")
    return markup


@lru_cache(maxsize=4096)
def mathml(tex: str, display: str) -> str | None:
    """A formula as MathML, behind it its number; None when it cannot be read or holds a command that is not known."""
    formula, number = tagged(tex, display)
    try:
        markup = _converted(formula, display)
        if number and re.search(r"[\\$^_]", number):
            number = _converted(number.replace("$", ""), "inline")
        elif number:
            number = escape(number)
    except MemoryError:
        raise
    except Exception:  # the converter raises whatever it stumbles over, from its own errors to IndexError
        return None
    return f'{markup}<span class="math-number">{number}</span>' if number else markup


def _converted(tex: str, display: str) -> str:
    from latex2mathml.converter import convert_to_element

    root = convert_to_element(prepared(tex), display=display)
    if any(_not_understood(node) for node in root.iter()):
        raise NotUnderstood
    mended(root, limits="\\nolimits" not in tex)
    if not is_mended(root):
        raise NotUnderstood
    root.attrib.pop("xmlns", None)
    for node in root.iter():
        _stretch(node)
    return _written(root)


def _stretch(row: Element) -> None:
    """Signs right before and behind a matrix are as high as it is, also where MathML would take them for operators."""
    parts = [None, *row, None]
    for before, table, behind in zip(parts, parts[1:], parts[2:], strict=False):
        if table is not None and table.tag == "mtable":
            for sign, form in ((before, "prefix"), (behind, "postfix")):
                if sign is not None and sign.tag == "mo" and sign.text in _FENCES:
                    sign.attrib.update(form=form, stretchy="true", fence="true")


def _not_understood(node: Element) -> bool:
    """The converter passes on as text what it does not know, and leaves out what is missing."""
    text = node.text or ""
    unknown = node.tag == "mi" and (text in ("&", "$", "{", "}") or (text.startswith("\\") and len(text) > 1))
    return unknown or len(node) != _PARTS.get(node.tag, len(node))


def _written(node: Element) -> str:
    attributes = "".join([f' {name}="{escape(value)}"' for name, value in node.attrib.items()])
    return (
        f"<{node.tag}{attributes}>{escape(node.text or '')}{''.join([_written(child) for child in node])}</{node.tag}>"
    )


syntax = Syntax({"math": _math, "math_block": _math_block}, _rules)
