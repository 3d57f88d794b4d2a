"""Notes and their links as a graph: those around a note, in its page, and those of the site, on a page of its own.

What is drawn is bounded, however large the site is. Whoever reads without a script has lists of the same notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from markupsafe import Markup

from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.page import Output, Page
from vaultkit.targets.site import words
from vaultkit.targets.site.addresses import GRAPH, OWN, encoded, up
from vaultkit.targets.site.calls import named
from vaultkit.targets.site.lists import ALONE, page_values, to_home
from vaultkit.targets.site.survey import Entry, Group, Site

FOLDER = OWN + "graph/"

NEAR = 30
"""Neighbours in the graph of a note."""

MOST = 1500
"""Notes in the graph of the site: those with the most links."""

_LISTED = 40


class Near(NamedTuple):
    """The graph of a note as JSON for a data block, and how many neighbours it has no room for."""

    data: Markup
    more: int


def near(site: Site, page: Page) -> Near | None:
    """The notes around a note and the links among all of them; None when it has no links."""
    neighbours = site.linked[page.path]
    if not neighbours:
        return None
    chosen = (page.path, *islice(neighbours, NEAR))
    data = _json(site, chosen, up(page.url)).replace("<", "\\u003c")
    return Near(Markup(data), len(neighbours) - len(chosen) + 1)


def outputs(site: Site) -> Iterator[Output]:
    """The graph of the site: its page and its data."""
    pages = site.edition.pages
    by_weight = sorted(site.linked, key=lambda path: (-len(site.linked[path]), pages[path].url))
    data = named(FOLDER, "all", _json(site, by_weight[:MOST], ""))
    lede = words.notes(len(pages)) if len(pages) <= MOST else words.most_linked_of(MOST, len(pages))
    entries = tuple(
        Entry(encoded(pages[path].url), pages[path].title, said=words.links(len(site.linked[path])))
        for path in by_weight[:_LISTED]
        if site.linked[path]
    )
    shown = {
        "crumbs": to_home(GRAPH),
        "sheet": ALONE,
        "lede": lede,
        "file": data.path.removeprefix(OWN),
        "groups": (Group(words.MOST_LINKED, entries),),
    }
    values = page_values(site, GRAPH, words.GRAPH, lede, site.tree.root)
    yield Output(GRAPH, site.templates.fill("graph.html", **values | shown))
    yield data


def _json(site: Site, chosen: Sequence[NotePath], way: str) -> str:
    """Titles and addresses of some notes, and the links among them as pairs of their numbers."""
    pages = site.edition.pages
    notes = [[pages[path].title, way + encoded(pages[path].url)] for path in chosen]
    return json.dumps({"notes": notes, "links": list(_pairs(site, chosen))}, ensure_ascii=False, separators=(",", ":"))


def _pairs(site: Site, chosen: Iterable[NotePath]) -> Iterator[tuple[int, int]]:
    numbers = {path: number for number, path in enumerate(chosen)}
    for path, number in numbers.items():
        linked = site.linked[path]
        some, rest = (numbers, linked) if len(linked) > len(numbers) else (linked, numbers)
        others = sorted(numbers[other] for other in some if other in rest)
        yield from ((number, other) for other in others if other > number)
