"""Tag pages: nested tags below each other, and the notes that carry a tag or one below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from vaultkit.publish.page import Edition, TagPage
from vaultkit.targets.site.tree import natural


def in_order(edition: Edition) -> tuple[TagPage, ...]:
    """The tags of an edition in natural order of their names."""
    return tuple(sorted(edition.tags.values(), key=lambda tag: natural(tag.name)))


def nested(edition: Edition) -> Mapping[str, tuple[TagPage, ...]]:
    """The tags right below each tag, by the parent's name in lower case; "" for those at the top."""
    below: defaultdict[str, list[TagPage]] = defaultdict(list)
    for key, tag in edition.tags.items():
        below[key.rpartition("/")[0]].append(tag)
    return {key: tuple(sorted(tags, key=lambda tag: natural(tag.name))) for key, tags in below.items()}
