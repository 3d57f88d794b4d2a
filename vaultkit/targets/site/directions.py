"""Paragraphs and headings without letters, which a style sheet cannot tell from those of a text from left to right."""

from __future__ import annotations

import re

_UNLETTERED = re.compile(r'<(p|h[1-6])( id="[^"]*")?>(?=(?:<(?!/?\1[ >])[^>]*>|&#?\w+;|[^<&\w]|[\d_])*</\1>)')


def with_edges(html: str) -> str:
    """A sanitised body in which paragraphs and headings of numbers, signs or marks of footnotes alone are
    `unlettered`."""
    return _UNLETTERED.sub(r'<\1\2 class="unlettered">', html)
