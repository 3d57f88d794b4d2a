"""What becomes of formulas before and after the converter: TeX that it would misread is written in words that it reads,
and MathML that browsers would not draw becomes such that they draw, by MathML Core and classes of the style sheet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from re import Match
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


class NotUnderstood(Exception):
    """A formula says what would be lost."""


_ROW, _DASHED, _NO_COLUMN, _COLUMN, _DASHED_COLUMN = "\ue000\ue001\ue002\ue003\ue004"
"""Stand in the first cell of a row: a line above it, and for the first row what is before each column and at the end.
The converter tells of lines less than was said."""
_MOST = 60
"""Columns of a table of which lines are drawn."""
_COLUMNS = {"": _NO_COLUMN, "|": _COLUMN, ":": _DASHED_COLUMN}
_SIGNS = re.compile("[\ue000-\ue004]")

_SAME = {
    **dict.fromkeys(("aligned", "alignedat", "alignat", "alignat*", "equation", "equation*", "align"), "split"),
    **dict.fromkeys(("flalign", "flalign*"), "split"),
    **dict.fromkeys(("gathered", "gather", "gather*", "multline", "multline*"), "displaylines"),
    "dcases": "cases",
}
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_COUNT = re.compile(r"(\\begin\s*\{align(?:at\*?|edat)\})\s*\{\s*\d+\s*\}")
_ARRAY = re.compile(r"\\begin\s*\{array\}(?:\s*(?:\[[tcb]\]\s*)?\{((?:[^{}]|\{[^{}]*\})*)\})?")
_BETWEEN = re.compile(r"@\{(?:\s|~|\\[,:;!> ]|\\q?quad)*\}|\s+")
_REPEATED = re.compile(r"\*\{(\d{1,2})\}\{([^{}]*)\}")
_BREAK = re.compile(r"(\\\\)(?:\*|\s*\[\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*(?:in|mm|cm|pt|em|ex|pc|bp|mu|sp)\s*\])+")
_LINE = re.compile(r"\\h(dash)?line(?![a-zA-Z])")
_OPERATOR = re.compile(r"\\operatorname(?:\s*(\*|withlimits))?\s*\{(?![a-zA-Z\s]+\})")
_RELATION = re.compile(r"\\mathrel(?![a-zA-Z])")
_TEXT = re.compile(r"\\text(?:rm|normal)?\s*(\{[^{}]*\})")
_TAG = re.compile(r"\\tag(?:\s*(\*))?\s*\{((?:[^{}]|\{[^{}]*\})*)\}")


def prepared(tex: str) -> str:
    """A formula as the converter reads it rightly."""
    from latex2mathml.commands import MATRICES

    if _SIGNS.search(tex) or re.search(r"\\tag(?![a-zA-Z])", tex):
        raise NotUnderstood
    tex = _COUNT.sub(r"\1", tex)
    tex = _ENVIRONMENT.sub(lambda match: rf"\{match[1]}{{{_SAME.get(match[2], match[2])}}}", tex)
    if any("\\" + name not in MATRICES for _, name in _ENVIRONMENT.findall(tex)):
        raise NotUnderstood
    tex = _BREAK.sub(r"\1 ", tex)
    tex = _ARRAY.sub(_array, tex)
    tex = _LINE.sub(lambda match: _DASHED if match[1] else _ROW, tex)
    tex = _RELATION.sub(r"\\mathbin", tex)
    tex = _TEXT.sub(lambda match: r"\hbox" + match[1] if "$" in match[1] else match[0], tex)
    return _OPERATOR.sub(lambda match: r"\mathop{" if match[1] else r"\mathord{", tex)


def tagged(tex: str, display: str) -> tuple[str, str]:
    """A formula without its number, and the number in parentheses. The numbers of several lines, or in a line of text,
    stay in it, apart from what is before them."""
    found = _TAG.findall(tex)
    if len(found) == 1 and display == "block":
        return _TAG.sub("", tex), found[0][1] if found[0][0] else f"({found[0][1]})"
    return _TAG.sub(lambda match: r"\qquad\text{%s}" % (match[2] if match[1] else f"({match[2]})"), tex), ""


def _array(match: Match[str]) -> str:
    columns = _BETWEEN.sub("", _REPEATED.sub(lambda repeated: repeated[2] * int(repeated[1]), match[1] or "?"))
    parts = re.split("[lcr]", columns)
    if set(columns) - set("lcr|:") or len(columns) > _MOST:
        raise NotUnderstood
    return rf"\begin{{array}}{{{''.join(re.findall('[lcr]', columns))}}}" + "".join(
        [_COLUMNS[part[:1]] for part in parts]
    )


_TOKENS = frozenset(("mi", "mn", "mo", "mtext"))
_LARGE = frozenset("⋀⋁⋂⋃⨀⨁⨂⨄⨆∏∐")
_LIMITED = _LARGE.union(("lim", "max", "min", "sup", "inf"))
_OVER = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_ENCLOSED = {
    "box": "math-box",
    "updiagonalstrike": "strike-up",
    "downdiagonalstrike": "strike-down",
    "horizontalstrike": "strike-through",
}
_SPACES = {"thin": 0.1667, "medium": 0.2222, "thick": 0.2778}
_SPACE = re.compile("(negative)?(thin|medium|thick)mathspace")
_REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{1,6});")
_ESCAPED = re.compile(r"\\([%_&#${} ])")


def mended(node: Element, *, limits: bool = True) -> None:
    """Make of an element and all in it what browsers draw. `limits`: what belongs below a sign is set there."""
    for child in node:
        mended(child, limits=limits)
    node.text = _REFERENCE.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), node.text or "")
    _negate(node)
    if node.tag in _TOKENS:
        _flatten(node)
        _style(node)
        node.tag = "mo" if node.text in _LARGE else node.tag
    if node.tag == "mtext":
        if re.search(r"(?<!\\)\$|\\[a-zA-Z]", node.text):
            raise NotUnderstood
        node.text = _ESCAPED.sub(r"\1", node.text)
    elif node.tag == "menclose":
        node.tag = "mrow"
        node.set("class", " ".join([_ENCLOSED[name] for name in node.attrib.pop("notation").split()]))
    elif node.tag == "mpadded" and node.attrib.pop("border-color", ""):
        node.set("class", "math-box")
    elif node.tag == "mspace" and (named := _SPACE.fullmatch(node.get("width", ""))):
        node.set("width", f"{'-' if named[1] else ''}{_SPACES[named[2]]}em")
    elif node.tag == "mtable":
        _rule(node)
    elif node.tag in _OVER and limits and (node[0].get("movablelimits") or node[0].text in _LIMITED):
        node.tag = _OVER[node.tag]
        node[0].set("movablelimits", "true")


def is_mended(root: Element) -> bool:
    """Whether nothing was left where it means nothing: lines outside of tables, operators without a name."""
    return not any(
        _SIGNS.search(node.text or "") or (node.tag == "mo" and not node.text and "fence" not in node.attrib)
        for node in root.iter()
    )


def _flatten(node: Element) -> None:
    """An element of letters holds no others: it has their text, or where that is not all becomes a mere row of them."""
    if not len(node):
        return
    inner = [item for item in node.iter() if item is not node and item.tag not in ("mrow", "mstyle")]
    text = "".join(["\u2009" if item.tag == "mspace" else item.text or "" for item in inner])
    is_name = len(text) == 1 or "".join(text.split()).isalpha()
    if any(item.tag not in (*_TOKENS, "mspace") for item in inner) or not (is_name or node.attrib):
        node.tag, node.attrib = "mrow", {}
        return
    for child in list(node):
        node.remove(child)
    node.text = text
    if node.tag == "mo" and not node.attrib:
        node.set("movablelimits", "true")
        if len(text) > 1:
            node.attrib.update(form="prefix", lspace="0em", rspace="0.167em")


def _negate(row: Element) -> None:
    """What `\\not` strikes through is one sign with it."""
    for sign, behind in zip(list(row), list(row)[1:], strict=False):
        if sign.tag == "mpadded" and [child.text for child in sign] == ["⧸"]:
            struck = behind
            while struck.tag == "mrow" and len(struck) == 1:
                struck = struck[0]
            if struck.tag not in ("mi", "mn", "mo") or len(struck.text or "") != 1:
                raise NotUnderstood
            struck.text = unicodedata.normalize("NFC", f"{struck.text}\u0338")
            row.remove(sign)


def _style(node: Element) -> None:
    """Letters of a style are others in MathML Core; what has none, and text, is styled by a class."""
    variant = node.get("mathvariant", "normal")
    if variant == "normal":
        return
    del node.attrib["mathvariant"]
    text = node.text or ""
    letters = text if node.tag == "mtext" else "".join([_letter(sign, variant) for sign in text])
    if letters == text and not (variant == "italic" and node.tag == "mi"):
        node.set("class", variant)
    elif node.tag == "mo":
        node.tag = "mi"  # no browser knows how a bold nabla is spaced
    node.text = letters


@lru_cache(maxsize=1024)
def _letter(sign: str, variant: str) -> str:
    """A letter or digit in a mathematical style; itself when there is none."""
    if (sign, variant) == ("h", "italic"):
        return "ℎ"
    name = re.sub("^(?:LATIN|GREEK(?: LUNATE)?) | LETTER", "", unicodedata.name(sign, ""))
    style = variant.upper() if variant in ("double-struck", "sans-serif") else variant.upper().replace("-", " ")
    style = style.replace("SANS SERIF", "SANS-SERIF")
    for full in (f"MATHEMATICAL {style} {name}", f"{style} {name}", f"BLACK-LETTER {name}"):
        if full.startswith("BLACK") and variant != "fraktur":
            break
        try:
            return unicodedata.lookup(full)
        except KeyError:
            pass
    return sign


def _rule(table: Element) -> None:
    """The lines of a table, as classes of its cells."""
    for name in ("rowlines", "columnlines"):
        table.attrib.pop(name, None)
    columns = ""
    above: list[str] = []
    for row in list(table):
        lines, first = "", row[0]
        while len(first) and _SIGNS.fullmatch(first[0].text or ""):
            lines += first[0].text or ""
            first.remove(first[0])
        columns = columns or "".join([line for line in lines if line not in (_ROW, _DASHED)])
        kinds = ["line-top" if line == _ROW else "dash-top" for line in lines if line in (_ROW, _DASHED)]
        above.append(kinds[0] if kinds else "")
    rows = list(table)
    if len(rows) > 1 and above[-1] and not any(len(cell) for cell in rows[-1]):
        table.remove(rows.pop())
        last = above.pop().replace("top", "bottom")
        above[-1] += f" {last}"
    widest = min(max(map(len, rows)), _MOST)
    for row, line in zip(rows, above, strict=True):
        while len(row) < (widest if line else len(columns) - 1):
            row.append(row.makeelement("mtd", {}))
        for at, cell in enumerate(row):
            kinds = line.split()
            for place, side in ((at, "left"), (at + 1, "right")):
                if place in range(len(columns)) and (side == "right" or at == 0) and columns[place] != _NO_COLUMN:
                    kinds.append(f"{'line' if columns[place] == _COLUMN else 'dash'}-{side}")
            if kinds:
                cell.set("class", " ".join(kinds))
