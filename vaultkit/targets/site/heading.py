"""The heading of a page: the one in the note where it says the title, else the title."""

from __future__ import annotations

import re
from typing import NamedTuple

from markupsafe import Markup

from vaultkit.publish.page import Page

_FIRST_HEADING = re.compile(r'\A\s*<h1(?: id="([^"]*)")?>(.*?)</h1>\s*', re.DOTALL)


class Apart(NamedTuple):
    """A page's heading (markup, or text that is still to be escaped), the id it has in the note or "", and the rest."""

    heading: str | Markup
    id: str
    body: Markup


def apart(page: Page) -> Apart:
    """Take a page's heading from its body, so that it stands once, above what is said about the note."""
    found = _FIRST_HEADING.match(page.body.html) if page.own_heading else None
    if not found:
        return Apart(page.title, "", Markup(page.body.html))
    return Apart(Markup(found[2]), found[1] or "", Markup(page.body.html[found.end() :]))
