"""What a base may know of one note, and of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any


class Row:
    """A note as a base sees it.

    `path` is its path in the vault, `properties` all its properties as they were written; `shown` names those whose
    values may be shown, in lower case. `tags` and `hidden_tags`, which may not be shown, are without `#`; `links`
    (embeds among them) and `embeds` lead to what is public; `size` is its length in bytes.
    """

    def __init__(
        self,
        path: str,
        properties: Mapping[str, Any],
        *,
        shown: frozenset[str] = frozenset(),
        tags: tuple[str, ...] = (),
        hidden_tags: tuple[str, ...] = (),
        size: int = 0,
        links: Callable[[], list[Any]] = list,
        embeds: Callable[[], list[Any]] = list,
        backlinks: Callable[[], list[Any]] = list,
    ) -> None:
        self.path = path
        self.properties = properties
        self.shown = shown
        self._tags = tags
        self._hidden_tags = hidden_tags
        self.size = size
        self._links = links
        self._embeds = embeds
        self._backlinks = backlinks

    def tags_for(self, *, is_open: bool) -> tuple[str, ...]:
        """All its tags, or those that may be shown."""
        return (*self._tags, *self._hidden_tags) if is_open else self._tags

    @property
    def name(self) -> str:
        """The name of the file, without folder and ending."""
        return self.path.rpartition("/")[2].removesuffix(".md")

    @property
    def folder(self) -> str:
        """The path of its folder, "" for the root."""
        return self.path.rpartition("/")[0]

    @property
    def ending(self) -> str:
        """The ending of its name, without a dot."""
        return self.path.rpartition("/")[2].rpartition(".")[2]

    @cached_property
    def links(self) -> list[Any]:
        """Links to the public notes and the attachments that it links to or embeds."""
        return self._links()

    @cached_property
    def embeds(self) -> list[Any]:
        """Links to the public notes and the attachments that it embeds."""
        return self._embeds()

    @property
    def backlinks(self) -> list[Any]:
        """Links to the public notes that link to it."""
        return self._backlinks()

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The names of its properties by their lower case."""
        return {name.lower(): name for name in reversed(list(self.properties))}


class Sight:
    """All that an evaluation looks at: the day it is, and the note that a text opens."""

    def __init__(self, now: datetime, find: Callable[[str], Row | None]) -> None:
        self.now = now
        self.find = find
