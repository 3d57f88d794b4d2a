"""The `site` target: an edition as a static web site that works at any address, from a folder, and without a script.

`pages` makes the page of a note, `lists` the pages that list notes, `feeds` and `cards` what machines read, `search`
and `graph` the data that the script searches and draws; `survey` finds what they share, `explorer` the tree beside each
page. Templates and theme are in `templates/` and `static/`; a vault may bring its own (`Edition.theme`). The same
edition gives the same bytes: nothing here looks at a clock or a disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from vaultkit.model.note import NotePath
from vaultkit.publish.layout import Layout
from vaultkit.publish.page import Edition, Output
from vaultkit.targets.site.options import SiteOptions

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.publish.intent import Notice
    from vaultkit.publish.select import PublishedNote
    from vaultkit.targets.site.survey import Site


class SiteTarget:
    """Makes the files of a site. It has no state."""

    options = SiteOptions
    style = "vaultkit"

    def layout(self, notes: Mapping[NotePath, PublishedNote], config: TargetConfig) -> Layout:
        """Pages stand where their addresses are."""
        return Layout(notes)

    def notices(self, edition: Edition, config: TargetConfig) -> Iterable[Notice]:
        """Nothing: a site shows what there is."""
        return ()

    def outputs(self, edition: Edition, config: TargetConfig, publish: Publish) -> Iterator[Output]:
        """Every file of the site but the assets, each path once, the pages of notes first.

        Where a note or an asset has the address of a page that would be made, the note or asset stands.
        Raises SetupError when a configured address is not one, or a template of the vault has a mistake.
        """
        return self.again(edition, edition.pages.keys(), config, publish)

    def again(
        self, edition: Edition, redone: Collection[NotePath], config: TargetConfig, publish: Publish
    ) -> Iterator[Output]:
        """The same, without the pages of notes that are not `redone`."""
        from vaultkit.publish.address import claim
        from vaultkit.targets.site.survey import survey

        site = survey(edition, config)
        taken = {claim(asset.url) for asset in edition.assets}
        taken.update(claim(page.url) for path, page in edition.pages.items() if path not in redone)
        for output in _everything(site, redone):
            place = claim(output.path)
            if place not in taken:
                taken.add(place)
                yield output

    def literals(self) -> str:
        """All text that the site says by itself, whatever the edition."""
        from vaultkit.targets.site import feeds, static, templates, words

        theme = (output.data.decode("utf-8") for output in static.outputs())
        return "\n".join((*templates.sources(), *theme, words.spoken(), feeds.FIXED))


def _everything(site: Site, redone: Collection[NotePath]) -> Iterator[Output]:
    """All files, in order of precedence; of the pages of notes those that are `redone`."""
    from vaultkit.targets.site import feeds, graph, lists, search, static
    from vaultkit.targets.site.pages import note_page

    pages = site.edition.pages.values()
    folders = [folder for folder in site.tree.root.walk() if folder.parent]
    return chain(
        static.outputs(site.edition.theme.styles),
        (note_page(site, page) for path, page in site.edition.pages.items() if path in redone),
        feeds.redirects(site),
        lists.home_page(site),
        lists.tag_pages(site) if site.edition.tags else (),
        chain.from_iterable(lists.folder_pages(site, folder) for folder in folders),
        lists.all_folders(site),
        lists.recent_page(site) if site.dated else (),
        graph.outputs(site) if site.has_graph else (),
        (lists.missing_page(site),),
        feeds.outputs(site),
        search.outputs(pages),
    )


site = SiteTarget()
