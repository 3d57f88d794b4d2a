"""The allowlist that every rendered body passes, whatever wrote it: elements, attributes, classes, addresses.

Raw HTML may not bring ids (they could stand for parts of the site's own page), nor addresses of its own without a
scheme (they could name files of the vault): of both only those stay that the renderer itself has given.
"""

from __future__ import annotations

from collections.abc import Collection
from contextvars import ContextVar
from functools import cache

import nh3

_TEXT = (
    "a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption"
    " figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd label li mark ol p pre q rp rt ruby s samp section small span"
    " strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr audio video"
)
_MATH = (
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt"
    " mstyle msub msubsup msup mtable mtd mtext mtr munder munderover"
)
_MATH_ATTRIBUTES = (
    "accent accentunder columnalign columnlines columnspacing depth displaystyle fence form frame height largeop"
    " linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation"
    " rowlines rowspacing rspace scriptlevel separator stretchy symmetric voffset width"
)
_MATH_STYLES = "bold bold-italic italic monospace sans-serif"
_ATTRIBUTES = {
    "*": "id title lang dir hidden data-callout data-callout-metadata data-language data-task",
    "a": "href rel aria-label",
    "audio": "src controls preload aria-label",
    "col": "span",
    "del": "datetime",
    "details": "open",
    "img": "src alt width height loading",
    "input": "checked disabled",
    "ins": "datetime",
    "ol": "start reversed",
    "summary": "aria-label",
    "td": "align colspan rowspan",
    "th": "align colspan rowspan scope",
    "time": "datetime",
    "video": "src controls preload width height aria-label",
}
_CLASSES = {
    "a": "bare embed-source file footnote-back internal remote-image tag",
    "code": "math",
    "details": "callout",
    "div": "base callout callout-body callout-title card-line card-title embed math table",
    "li": "task",
    "mpadded": "math-box",
    "mrow": "math-box strike-down strike-through strike-up",
    "mtd": "dash-bottom dash-left dash-right dash-top line-bottom line-left line-right line-top",
    "p": "base-empty base-group base-name canvas-name embed-source left-out",
    "pre": "mermaid",
    "section": "footnotes",
    "span": "card-label left-out math-number tag",
    "summary": "callout-title",
    "sup": "footnote-ref",
    "ul": "cards",
}
_ADDRESSES = frozenset(("href", "src"))
_EXTERNAL = ("http://", "https://", "mailto:")

_Own = tuple[Collection[str], Collection[str]]
_own: ContextVar[_Own] = ContextVar("_own")


def sanitize(html: str, ids: Collection[str], urls: Collection[str], *, foreign: bool) -> str:
    """The HTML with only what is allowed.

    `foreign`: there is HTML in it that the renderer did not write; then only the given ids and addresses stay, and
    links with a scheme.
    """
    if not foreign:
        return _cleaner(foreign=False).clean(html)
    token = _own.set((ids, urls))
    try:
        return _cleaner(foreign=True).clean(html)
    finally:
        _own.reset(token)


def _only_own(tag: str, name: str, value: str) -> str | None:
    ids, urls = _own.get()
    if name == "id":
        return value if value in ids else None
    if name in _ADDRESSES and value not in urls:
        return value if tag == "a" and value.strip().lower().startswith(_EXTERNAL) else None
    return value


@cache
def _cleaner(*, foreign: bool) -> nh3.Cleaner:
    math = {tag: set(_MATH_ATTRIBUTES.split()) for tag in _MATH.split()}
    math["math"].add("display")
    classes = {tag: set(names.split()) for tag, names in _CLASSES.items()}
    classes["span"] |= _pygments_classes()
    classes |= {tag: set(_MATH_STYLES.split()) for tag in ("mi", "mn", "mo", "mtext")}
    return nh3.Cleaner(
        tags={*_TEXT.split(), *_MATH.split()},
        attributes=math | {tag: set(names.split()) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_only_own if foreign else None,
        allowed_classes=classes,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


@cache
def _pygments_classes() -> frozenset[str]:
    from pygments.token import STANDARD_TYPES

    return frozenset(STANDARD_TYPES.values()) - {""}
