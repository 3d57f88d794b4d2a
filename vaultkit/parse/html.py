"""What HTML looks like to Markdown. Source: CommonMark 0.31 §4.6 and §6.6."""

from __future__ import annotations

from vaultkit.model.expression import expression

_SPACE = r"(?:[ \t]++(?:\r?\n[ \t]*+)?+|\r?\n[ \t]*+)"
_ATTRIBUTE = (
    rf"{_SPACE}[A-Za-z_:][\w.:-]*+(?:{_SPACE}?+={_SPACE}?+(?:[^\s\"'=<>`]++|'[^'\n]*+(?:\n[^'\n]+)*+\n?'"
    rf"|\"[^\"\n]*+(?:\n[^\"\n]+)*+\n?\"))?+"
)
TAG = rf"(?:/[A-Za-z][A-Za-z0-9-]*+{_SPACE}?+>|[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+{_SPACE}?+/?>)"
"""A tag without its `<`; it may go over line ends but not over an empty line."""
INLINE = expression(TAG)

_RAW = frozenset(("script", "pre", "style", "textarea"))
NAMES = (
    "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link"
    " main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead"
    " title tr track ul"
)
"""Of elements whose tags begin a block anywhere."""
_BLOCKS = frozenset(NAMES.split())
_START = expression(r"<(?:!--()|\?()|!\[CDATA\[()|![A-Za-z]()|/?([A-Za-z][A-Za-z0-9]*)(?=[\s>]|(/>)|\Z))")
_ALONE = expression(r"[ \t]*(?=\r?(?:\n|\Z))")
_KINDS = (0, 1, 3, 4, 5)


def block_start(text: str, at: int, limit: int) -> tuple[int, int]:
    """The start of an HTML block at an offset in a text that ends at the limit: which kind it is, in the order of
    CommonMark but for comments, which come first, and where the start ends; (0, 0) when there is none."""
    found = _START.match(text, at, limit)
    if found:
        if found[5] is None:
            return _KINDS[found.lastindex or 0], found.end()
        name = found[5].lower()
        if name in _BLOCKS:
            return 6, found.end()
        if name in _RAW and found.end(5) == at + 1 + len(name) and found[6] is None:
            return 2, found.end()
    tag = INLINE.match(text, at + 1, limit) if text.startswith("<", at, limit) else None
    alone = _ALONE.match(text, tag.end(), limit) if tag else None
    return (ANY_TAG, alone.end()) if alone else (0, 0)


MAY_START = r"<[A-Za-z/!?]"
"""How every block of HTML begins."""

COMMENT_BLOCK, ANY_TAG = 1, 7
ENDS = {
    2: expression(r"(?i)</(?:script|pre|style|textarea)>"),
    3: expression(r"\?>"),
    4: expression(r"\]\]>"),
    5: expression(r">"),
}
"""What ends a block of these kinds; the others but comments end at an empty line."""

COMMENT = expression(r"<!--(?:(?:(?!-->)[\s\S])*+(-->)|[\s\S]*+)")
"""A comment, to the end of the text when it is not closed."""
