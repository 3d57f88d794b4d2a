"""The `site` target: an edition as a static web site that works at any address, from a folder, and without a script.

`printing` makes all files, or after a small step some; `pages` makes the page of a note, `lists` the pages that list
notes, `feeds` and `cards` what machines read, `search` and `graph` the data that the script searches and draws;
`survey` finds what they share, `explorer` the tree beside each page. Templates and theme are in `templates/` and
`static/`; a vault may bring its own (`Edition.theme`). The same edition gives the same bytes: nothing here looks at a
clock or a disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from vaultkit.model.note import NotePath
from vaultkit.publish.layout import Layout
from vaultkit.publish.page import Edition, Output
from vaultkit.targets.site.options import SiteOptions

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.publish.intent import Notice
    from vaultkit.publish.page import Theme
    from vaultkit.publish.select import PublishedNote
    from vaultkit.targets.site.printing import SitePrinting


class SiteTarget:
    """Makes the files of a site. It has no state."""

    options = SiteOptions
    style = "vaultkit"
    lists_folders = True

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
        return self.printing(edition, config, publish).outputs()

    def printing(self, edition: Edition, config: TargetConfig, publish: Publish) -> SitePrinting:
        """The edition before anything is printed."""
        from vaultkit.targets.site.printing import SitePrinting

        return SitePrinting(edition, config)

    def ready(self, theme: Theme) -> Iterator[object]:
        """Load the printer, and the templates of a note's page."""
        yield import_module("vaultkit.targets.site.printing")
        from vaultkit.targets.site.templates import Templates

        yield (templates := Templates(theme.templates))
        yield from map(templates.load, ("parts.html", "base.html", "note.html"))

    def literals(self) -> str:
        """All text that the site says by itself, whatever the edition."""
        return _literals()


@cache
def _literals() -> str:
    from vaultkit.targets.site import feeds, static, templates, words

    theme = (output.data.decode("utf-8") for output in static.outputs())
    return "\n".join((*templates.sources(), *theme, words.spoken(), feeds.FIXED))


site = SiteTarget()
