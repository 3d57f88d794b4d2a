"""The `site` target: an edition as a static web site that works at any address, from a folder, and without a script.

`pages` makes the page of a note, `lists` the pages that list notes, `feeds` what machines read, `search` the data that
the script searches; `survey` finds what they share, `explorer` the tree beside each page. Templates and theme are in
`templates/` and `static/`. The same edition gives the same bytes: nothing here looks at a clock or a disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from vaultkit.publish.page import Edition, Output

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.targets.site.survey import Site


class SiteTarget:
    """Makes the files of a site. It has no state."""

    def outputs(self, edition: Edition, config: TargetConfig, publish: Publish) -> Iterator[Output]:
        """Every file of the site but the assets, each path once, the pages of notes first.

        Where a note or an asset has the address of a page that would be made, the note or asset stands.
        Raises SetupError when the configured base-url is not one.
        """
        from vaultkit.publish.address import claim
        from vaultkit.targets.site.survey import survey

        site = survey(edition, config)
        taken = {claim(asset.url) for asset in edition.assets}
        for output in _everything(site):
            place = claim(output.path)
            if place not in taken:
                taken.add(place)
                yield output

    def literals(self) -> str:
        """All text that the site says by itself, whatever the edition."""
        from vaultkit.targets.site import feeds, static, templates, words

        theme = (output.data.decode("utf-8") for output in static.outputs())
        return "\n".join((*templates.sources(), *theme, words.spoken(), feeds.FIXED))


def _everything(site: Site) -> Iterator[Output]:
    """All files, in order of precedence."""
    from vaultkit.targets.site import feeds, lists, search, static
    from vaultkit.targets.site.pages import note_page

    pages = site.edition.pages.values()
    folders = [folder for folder in site.tree.root.walk() if folder.parent]
    return chain(
        static.outputs(),
        static.mermaid() if any("mermaid" in page.body.features for page in pages) else (),
        (note_page(site, page) for page in pages),
        feeds.redirects(site),
        lists.home_page(site),
        lists.tag_pages(site) if site.edition.tags else (),
        chain.from_iterable(lists.folder_pages(site, folder) for folder in folders),
        lists.all_folders(site),
        lists.recent_page(site) if site.dated else (),
        (lists.missing_page(site),),
        feeds.outputs(site),
        search.outputs(pages),
    )


site = SiteTarget()
