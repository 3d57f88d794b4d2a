"""SVG rewritten by allowlist: shapes, text, gradients, filters and styles stay; whatever acts, loads or tells does not.

Scripts, event handlers, foreign objects, animations, links and references out of the file go, and with them editors'
data (layers' local paths, authors), comments and processing instructions. Pictures inside are cleaned like others. A
file that declares entities, or is no SVG, is refused. Element and attribute names: SVG 1.1 (second edition) and SVG 2.
"""

from __future__ import annotations

import base64
import binascii
import re
from html import escape
from xml.parsers import expat

from vaultkit.model.expression import expression
from vaultkit.publish.images import Unclean, clean

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"

_ELEMENT_NAMES = """
    svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath image marker
    linearGradient radialGradient stop pattern clipPath mask filter style switch feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence
"""
_ATTRIBUTE_NAMES = """
    id class style viewBox preserveAspectRatio version width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points
    pathLength dx dy rotate textLength lengthAdjust startOffset method spacing side transform gradientTransform
    patternTransform gradientUnits spreadMethod patternUnits patternContentUnits clipPathUnits maskUnits
    maskContentUnits filterUnits primitiveUnits markerUnits markerWidth markerHeight refX refY orient offset stop-color
    stop-opacity fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin
    stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color display visibility overflow clip clip-path
    clip-rule mask filter marker marker-start marker-mid marker-end font-family font-size font-size-adjust font-stretch
    font-style font-variant font-weight letter-spacing word-spacing text-anchor text-decoration text-rendering
    dominant-baseline alignment-baseline baseline-shift writing-mode direction unicode-bidi white-space line-height
    paint-order vector-effect shape-rendering image-rendering color-interpolation color-interpolation-filters
    color-rendering mix-blend-mode isolation transform-origin transform-box flood-color flood-opacity lighting-color in
    in2 result mode type values tableValues slope intercept amplitude exponent operator k1 k2 k3 k4 order kernelMatrix
    divisor bias targetX targetY edgeMode kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant
    specularExponent scale xChannelSelector yChannelSelector stdDeviation radius baseFrequency numOctaves seed
    stitchTiles azimuth elevation z pointsAtX pointsAtY pointsAtZ limitingConeAngle dx dy lang media role tabindex
    aria-label aria-labelledby aria-describedby aria-hidden requiredFeatures systemLanguage
"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_PICTURE = expression(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,([A-Za-z0-9+/=\s]+)\Z")
_URL = expression(
    r"url\(\s*(?!['\"]?#[\w.:-]+['\"]?\s*\))(?!['\"]?data:(?:font|application/(?:x-)?font)[^)\"']*['\"]?\s*\))"
)
_ACTS = expression(r"@import|@namespace|expression\s*\(|javascript:|behavior\s*:|-moz-binding|\\|</", re.IGNORECASE)
_COMMENT = expression(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DEPTH = 200


def clean_svg(data: bytes) -> bytes:
    """The drawing alone, as UTF-8. A file that is empty stays empty. Raises Unclean."""
    if not data.strip():
        return b""
    drawing = _Drawing(len(data))
    try:
        drawing.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unclean(f"is not well-formed XML: line {error.lineno}") from error
    return "".join(drawing.kept).encode()


class _Drawing:
    """Writes down what is allowed of a document while it is parsed."""

    def __init__(self, size: int) -> None:
        self.kept: list[str] = []
        self._open: list[str | None] = []
        self._skipped = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text, parser.buffer_size = True, max(size, 1)  # a text is looked at as a whole
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self.parser = parser

    def _doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if internal:
            raise Unclean("declares entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if len(self._open) + self._skipped > _DEPTH:
            raise Unclean("is nested too deeply")
        if not self._open and (space, local) != (_SVG, "svg"):
            raise Unclean("is no SVG")
        if self._skipped or space != _SVG or local not in _ELEMENTS | {"a"}:
            self._skipped += 1
            return
        local = "g" if local == "a" else local
        root = f' xmlns="{_SVG}" xmlns:xlink="{_XLINK}"' if not self._open else ""
        self._open.append(local)
        self.kept.append(f"<{local}{root}{''.join(_attribute(local, *item) for item in attributes.items())}>")

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        self.kept.append(f"</{self._open.pop()}>")

    def _text(self, text: str) -> None:
        if not self._skipped and self._open:
            self.kept.append(escape(_style(text) if self._open[-1] == "style" else text, quote=False))


def _attribute(element: str, name: str, value: str) -> str:
    space, _, local = name.rpartition(" ")
    if local == "href" and space in ("", _XLINK):
        reference = _reference(value.strip(), element)
        return f" xlink:href={_quoted(reference)}" if reference else ""
    if space == _XML and local in ("space", "lang"):
        return f" xml:{local}={_quoted(value)}"
    if space or local not in _ATTRIBUTES:
        return ""
    if local == "style":
        value = _style(value)
    elif _URL.search(value) or _ACTS.search(value):
        return ""
    return f" {local}={_quoted(value)}"


def _quoted(value: str) -> str:
    """An attribute's value in quotes, with what would be another when it is read again written as references."""
    text = escape(value, quote=False).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    return f"'{text}'" if '"' in text and "'" not in text else '"' + text.replace('"', "&quot;") + '"'


def _reference(value: str, element: str) -> str:
    """A place in the drawing, or a picture inside the file; nothing else."""
    if value.startswith("#"):
        return value
    found = _PICTURE.match(value)
    if not found or element not in ("image", "feImage"):
        return ""
    try:
        picture = clean(base64.b64decode(found[1]))
    except (Unclean, binascii.Error):
        return ""
    return value[: found.start(1)] + base64.b64encode(picture).decode()


def _style(css: str) -> str:
    """A style without comments that loads nothing from elsewhere; nothing at all when it tries to act."""
    css = _COMMENT.sub(" ", css)
    return "" if _ACTS.search(css) or _URL.search(css) else css
