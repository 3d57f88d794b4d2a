"""The `jekyll` target: posts for notes that have a day, pages for all others, as Jekyll's own folder has them.

A post is `_posts/2024-11-21-openai-emails.md`, a page lies where its address is, attachments are in `assets/`. Jekyll
makes an address of the file and the properties; where that is another than the page has, `permalink` says so. Liquid
runs over the whole text before anything else does, so its signs are written in a way that Liquid gives them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vaultkit.publish.address import HOME, claim, href
from vaultkit.publish.page import Edition, Output
from vaultkit.targets import _front_matter as front_matter
from vaultkit.targets.jekyll import properties
from vaultkit.targets.jekyll.files import Blog
from vaultkit.targets.jekyll.options import Options

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.model.note import NotePath
    from vaultkit.publish.intent import Notice
    from vaultkit.publish.layout import Layout
    from vaultkit.publish.select import PublishedNote

_LIQUID = re.compile(r"\{[{%]")
_STUB = (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Moved</title>\n'
    '<link rel="canonical" href="{0}">\n<meta http-equiv="refresh" content="0; url={0}">\n'
    '<meta name="robots" content="noindex">\n<p>This page is <a href="{0}">here</a> now.</p>\n</html>\n'
)


class JekyllTarget:
    """Makes the posts, pages and attachments of a Jekyll site. It has no state."""

    options = Options
    style = "jekyll"

    def layout(self, notes: Mapping[NotePath, PublishedNote], config: TargetConfig) -> Layout:
        """Posts in `_posts`, pages where their addresses are."""
        root = urlsplit(config.base_url).path.rstrip("/") + "/" if config.base_url else ""
        return Blog(notes, config.options(Options), root)

    def notices(self, edition: Edition, config: TargetConfig) -> Iterator[Notice]:
        """Properties that would steer Jekyll, and dates that would stop it."""
        for page in edition.pages.values():
            yield from properties.notices(page)

    def outputs(self, edition: Edition, config: TargetConfig, publish: Publish) -> Iterator[Output]:
        """A file for each page, and one for each old address that leads on to where its page is now."""
        options = config.options(Options)
        for page in edition.pages.values():
            html, head = options.body == "html", front_matter.block(properties.lines(page, options))
            body = page.body.html.replace("{", "&#123;") if html else without_liquid(page.body.markdown) + "\n"
            yield Output(page.file, f"{head}\n{body}".encode())
        taken = {claim(page.file) for page in edition.pages.values()}
        for redirect in edition.redirects:
            if claim(redirect.url) not in taken:
                way = href(redirect.url, redirect.to).removesuffix(HOME) or "./"
                yield Output(redirect.url, _STUB.format(way).encode())

    def literals(self) -> str:
        """What the target says by itself."""
        return f"{_STUB} title layout permalink categories tags date"


def without_liquid(body: str) -> str:
    """A text of which Liquid makes the given one, whatever stands in it."""
    return _LIQUID.sub(lambda found: f'{{{{ "{found[0]}" }}}}', body)


jekyll = JekyllTarget()
