"""Paragraphs without letters in texts from right to left, which a style sheet cannot tell from English ones."""

from __future__ import annotations

import re

_UNLETTERED = re.compile(r"<p>(?=(?:<(?!/?p[ >])[^>]*>|&#?\w+;|[^<&\w]|[\d_])*</p>)")


def with_edges(html: str) -> str:
    """A sanitised body in which paragraphs of numbers, signs or marks of footnotes alone are `unlettered`."""
    return _UNLETTERED.sub('<p class="unlettered">', html)
