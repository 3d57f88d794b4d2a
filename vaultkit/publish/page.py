"""What a target receives: the pages of an edition, decided and rendered, with nothing private in reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from vaultkit.model.note import NotePath, Value

if TYPE_CHECKING:
    from vaultkit.render.job import Rendered


class Backlink(NamedTuple):
    """A published page that links here, with the plain text of the paragraph around the link."""

    path: NotePath
    context: str


class Page(NamedTuple):
    """A published note. `url` is its output path relative to the site's root (`reading/attention.html`).

    `date` and `updated` are ISO 8601 texts or "". `properties` passed the allowlist. `held`: this is the last good
    version of a note that fails now.
    """

    path: NotePath
    url: str
    title: str
    date: str
    updated: str
    tags: tuple[str, ...]
    properties: Mapping[str, Value]
    description: str
    body: Rendered
    backlinks: tuple[Backlink, ...]
    held: bool


class Asset(NamedTuple):
    """A file that pages refer to: where it lies in the vault, and its output path. Content is copied, metadata is not."""

    path: NotePath
    url: str


class Edition(NamedTuple):
    """Everything a target may publish at one moment, in stable order; nothing else of the vault is reachable from it."""

    pages: Mapping[NotePath, Page]
    assets: tuple[Asset, ...]


class Output(NamedTuple):
    """One file of a target: path relative to the target's root, `/` between parts, and its bytes."""

    path: str
    data: bytes
