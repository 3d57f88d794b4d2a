"""What may be configured of a `jekyll` target."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from vaultkit.publish.address import is_pattern
from vaultkit.publish.permalinks import zone
from vaultkit.schema.options import Model


class Options(Model):
    """The keys of a `jekyll` target."""

    body: Literal["markdown", "html"] = Field(
        "markdown", description="what stands in the files: Markdown for Jekyll, or the HTML that the site would show"
    )
    permalink: str = Field(
        "date", description="`permalink` of `_config.yml`: where it gives a page its address, the page need not say it"
    )
    timezone: str = Field("UTC", description="`timezone` of `_config.yml`, or that of the machine that builds the site")
    layout: str = Field("", description="the layout of notes that name none; none is told when this is empty")
    line_breaks: Literal["obsidian", "host"] = Field(
        "host", description="whether a single line end is a break, as in Obsidian, or what Jekyll makes of it"
    )

    @field_validator("permalink")
    @classmethod
    def _is_pattern(cls, permalink: str) -> str:
        if not is_pattern(permalink):
            raise ValueError(f"`{permalink}` is no pattern for addresses")
        return permalink

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        zone(name)
        return name
