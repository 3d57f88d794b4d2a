"""Publish targets: one module or package per kind of place, found by its name (`kind: site` is `targets/site/`).

A target turns an edition into files and does nothing else. It never sees the vault, writes nothing, and knows nothing
of generations, locks or manifests: `publish.plan`, `publish.audit` and `publish.apply` do the same work for all of
them. What a target must keep to:

- The same edition and settings give the same bytes, whatever the machine, locale, time zone or hash seed.
- A page stands exactly at `page.url`, tag pages at `edition.tags[..].url`, folder pages at `edition.folders[..].url`
  unless `taken`, the home page at `index.html` unless `edition.home` stands there. Whatever else a target makes for
  itself lies under `tags/`, `assets/` or `_vaultkit/`, or directly in the root under a name in
  `publish.address.RESERVED` (`404.html`, `feed.xml`): no note's address can be there.
- Assets are not outputs: apply copies each to its `url`, without metadata. A target only links to them.
- Links between files are relative (`publish.address.href`), so that a site works from any base path and as files.
- No inline script, style or event handler, and no link inside the site that leads nowhere: the audit refuses both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.publish.page import Edition, Output


class Target(Protocol):
    """What `registry.load("vaultkit.targets", kind)` gives."""

    def outputs(self, edition: Edition, config: TargetConfig, publish: Publish) -> Iterator[Output]:
        """Every file of the edition except its assets, each path once, in stable order."""
        ...

    def literals(self) -> str:
        """All text that the target itself may print: the source of its templates, scripts and style sheets.

        The audit looks for strings of private notes in the outputs; a word that the target says by itself is no
        sign of a leak.
        """
        ...
