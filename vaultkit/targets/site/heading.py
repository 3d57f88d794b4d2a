"""The heading of a page: the one in the note where it says the title, else the title."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup

from vaultkit.model.record import NamedTuple
from vaultkit.publish.language import tongue
from vaultkit.publish.page import Page
from vaultkit.targets.site.addresses import up
from vaultkit.targets.site.directions import with_edges
from vaultkit.targets.site.pictures import with_room

_FIRST_HEADING = re.compile(r'\A\s*<h1(?: id="([^"]*)")?(?: class="unlettered")?>(.*?)</h1>\s*', re.DOTALL)


class Apart(NamedTuple):
    """A page's heading (markup, or text that is still to be escaped), the id it has in the note or "", and the rest."""

    heading: str | Markup
    id: str
    body: Markup


def apart(page: Page, sizes: Mapping[str, tuple[int, int]]) -> Apart:
    """Take a page's heading from its body, so that it stands once, above what is said about the note.

    `sizes` are those of images, by address from the root of the site.
    """
    html = with_room(page.body.html, up(page.url), sizes)
    if tongue(page.properties)[1] != "ltr":
        html = with_edges(html)
    found = _FIRST_HEADING.match(html) if page.own_heading else None
    if not found:
        return Apart(page.title, "", Markup(html))
    return Apart(Markup(found[2]), found[1] or "", Markup(html[found.end() :]))
