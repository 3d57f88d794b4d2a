"""A note that is meant to be public shows or offers a file that is large for a web page.

Readers on a train wait for it, and some hosts refuse it. The limit is 10 megabytes (of a million bytes) and can be set:

    rules:
      publish-size: { megabytes: 25 }

Each file is told once per note. What lies in the vault and is not shown on a page does not count.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.file_kinds import ending
from vaultkit.lint.published import published_links
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.record import NamedTuple

_MEGA = 1_000_000
_NEVER_PUBLISHED = ("md", "canvas", "base")


class Options(NamedTuple):
    """`megabytes`: the size of the largest file that is right, in millions of bytes."""

    megabytes: float = 10

    def check(self) -> None:
        """Raise ValueError for no size."""
        if not self.megabytes > 0:
            raise ValueError("`megabytes` must be more than 0")


@rule(severity=Severity.WARNING, options=Options, about=("links",))
def publish_size(ctx: Context) -> Iterator[Diagnostic]:
    """Report attachments of public notes above the limit."""
    limit = ctx.options.megabytes
    told = set()
    for link, path in published_links(ctx):
        if path in told or ending(path) in _NEVER_PUBLISHED:
            continue
        size = ctx.index.size(path) / _MEGA
        if size > limit:
            told.add(path)
            message = f"`{path}` has {size:.3g} MB, and a file on a page should have at most {limit:g} MB"
            yield ctx.report(link.span, message, label="large")
