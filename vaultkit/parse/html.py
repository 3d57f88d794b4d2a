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

_BLOCKS = (
    r"[aA](?i:ddress|rticle|side)|[bB](?i:ase|asefont|lockquote|ody)|[cC](?i:aption|enter|ol|olgroup)"
    r"|[dD](?i:d|etails|ialog|ir|iv|l|t)|[fF](?i:ieldset|igcaption|igure|ooter|orm|rame|rameset)"
    r"|[hH](?i:[1-6]|ead|eader|r|tml)|[iI](?i:frame)|[lL](?i:egend|i|ink)|[mM](?i:ain|enu|enuitem)"
    r"|[nN](?i:av|oframes)|[oO](?i:l|ptgroup|ption)|[pP](?i:|aram)|[sS](?i:earch|ection|ummary)"
    r"|[tT](?i:able|body|d|foot|h|head|itle|r|rack)|[uU](?i:l)"
)
"""The names in any letter case, told apart by their first letter at once."""

BLOCK = expression(
    r"<(?:!--()|(?i:script|pre|style|textarea)(?=[\s>]|\Z)()|\?()|!\[CDATA\[()|![A-Za-z]()"
    rf"|/?(?:{_BLOCKS})(?=[\s>]|/>|\Z)()|{TAG}()[ \t]*(?=\r?(?:\n|\Z)))"
)
"""The start of an HTML block. Its seven groups say of which kind; the order is CommonMark's but for the first."""

MAY_START = r"<[A-Za-z/!?]"
"""How whatever `BLOCK` finds begins. Where that is looked for afterwards this will do: it is compiled much sooner."""

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
