"""The text that a reader sees on a rendered page, taken from its HTML: what is not shown cannot be found."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"""<(?:/?([a-zA-Z][a-zA-Z0-9]*)[^>"]*(?:"[^"]*"[^>"]*)*>|!--.*?-->)""", re.DOTALL)
_INLINE = (
    "a abbr b bdi bdo cite code del dfn em i ins kbd label mark q rp rt ruby s samp small span strong sub sup time u"
    " var wbr math mi mn mo ms mtext mrow msub msup msubsup mfrac msqrt mroot mover munder munderover mstyle mpadded"
    " mphantom menclose mmultiscripts mprescripts mspace merror"
)
_ENDS = dict.fromkeys((*_INLINE.split(), None), "") | dict.fromkeys(("td", "th", "img", "input", "mtd"), " ")
"""What stands for a tag in the text, and for a comment (None); for all others a line end."""

_MARKS = re.compile(r'<a class="footnote-back"[^>]*>[^<]*</a>|<sup class="footnote-ref"[^>]*><a [^>]*>[0-9]+</a></sup>')


def text_of(markup: str) -> str:
    """The plain text of rendered HTML: blocks on lines of their own, no markup, no numbers of footnotes."""
    pieces = _TAG.split(_MARKS.sub("", markup) if "footnote-" in markup else markup)
    pieces[1::2] = [_ENDS.get(name, "\n") for name in pieces[1::2]]
    text = html.unescape("".join(pieces)).replace("\t", " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))
