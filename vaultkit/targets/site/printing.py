"""The files of a site in their order, and the few that are others after a small step."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from vaultkit.model.note import NotePath
from vaultkit.publish.address import claim
from vaultkit.publish.page import Edition, Output, Page, Part, Reprint
from vaultkit.publish.printed import placed
from vaultkit.targets.site import feeds, graph, lists, search, static
from vaultkit.targets.site.pages import note_page
from vaultkit.targets.site.shards import Read
from vaultkit.targets.site.survey import Site, survey

if TYPE_CHECKING:
    from vaultkit.config import TargetConfig


class SitePrinting:
    """An edition as the files of a site."""

    def __init__(self, edition: Edition, config: TargetConfig) -> None:
        self._edition = edition
        self._config = config

    @cached_property
    def site(self) -> Site:
        """What the pages have in common. Raises SetupError when a configured address is not one."""
        return survey(self._edition, self._config)

    @cached_property
    def _numbers(self) -> dict[NotePath, int]:
        """The place of each page in the search data."""
        return {page.path: number for number, page in enumerate(search.in_order(self._edition.pages.values()))}

    @cached_property
    def _home_is_ours(self) -> bool:
        urls = chain((page.url for page in self._edition.pages.values()), (item.url for item in self._edition.assets))
        return claim("index.html") not in map(claim, urls)

    def outputs(self) -> Iterator[Output]:
        """Every file but the assets, each path once.

        Where a note or an asset has the address of a page that would be made, the note or asset stands.
        """
        return placed(chain.from_iterable(part() for part in self.parts()), self._edition)

    def parts(self) -> list[Part]:
        """What makes all the files, in order of precedence, the pages of notes first."""
        site = self.site
        pages = site.edition.pages.values()
        folders = [folder for folder in site.tree.root.walk() if folder.parent]
        return [
            *(partial(_alone, site, page) for page in pages),
            partial(static.outputs, site.edition.theme.styles),
            *((static.mermaid,) if any("mermaid" in page.body.features for page in pages) else ()),
            partial(feeds.redirects, site),
            partial(lists.home_page, site),
            *((partial(lists.tag_pages, site),) if site.edition.tags else ()),
            *(partial(lists.folder_pages, site, folder) for folder in folders),
            partial(lists.all_folders, site),
            *((partial(lists.recent_page, site),) if site.dated else ()),
            *((partial(graph.outputs, site),) if site.has_graph else ()),
            lambda: (lists.missing_page(site),),
            partial(feeds.outputs, site),
            lambda: search.outputs(search.in_order(pages)),
        ]

    def again(self, edition: Edition, redone: Collection[NotePath], read: Read) -> tuple[SitePrinting, Reprint] | None:
        """What is printed anew when some pages have other words; see `publish.page.Printing`."""
        pairs = [(self._edition.pages[path], edition.pages[path]) for path in redone]
        if any(("mermaid" in before.body.features) != ("mermaid" in after.body.features) for before, after in pairs):
            return None
        found = search.again([(self._numbers[after.path], before, after) for before, after in pairs], read)
        if found is None:
            return None
        home_is_ours = self._home_is_ours
        now = SitePrinting(edition, self._config)
        now.__dict__.update(self.__dict__, _edition=edition, site=self.site.reworded(edition))
        newest = {page.path for _, page in self.site.dated[: feeds.NEWEST]}
        outputs = chain(
            (note_page(now.site, page) for _, page in pairs),
            lists.home_page(now.site) if home_is_ours else (),
            feeds.feeds(now.site) if not newest.isdisjoint(redone) else (),
            found.outputs,
        )
        return now, Reprint(tuple(outputs), found.gone)


def _alone(site: Site, page: Page) -> tuple[Output]:
    return (note_page(site, page),)
