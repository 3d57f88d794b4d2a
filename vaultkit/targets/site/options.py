"""The keys of the configuration that only a site has."""

from __future__ import annotations

from vaultkit.schema.plain_options import PlainOptions


class SiteOptions(PlainOptions):
    """`edit-url` is where the notes of a site are edited, see `addresses.edit_address`."""

    edit_url: str = ""
