"""The order in which files are brought, so that no page which can be reached links to one that is not there yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from vaultkit.publish.address import HOME
from vaultkit.targets.site.addresses import OWN

_DATA = (f"{OWN}search/", f"{OWN}graph/")
_READ = frozenset(("html", "htm", "xml", "json", "txt", "md", "markdown"))


def phases(paths: Iterable[str], pages: Collection[str], before: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """The paths to be written, one phase after the other; within a phase the order does not matter.

    `pages` are those of notes, `before` what was there already. First comes what pages are made with; then whatever is
    new, to which nothing that is live leads yet; then the pages that changed; then the lists, feeds and data that
    changed; last the home page, where readers begin, and the index of the search, which names all its other data.
    Deletions come after all of them.
    """
    ordered: tuple[list[str], ...] = ([], [], [], [], [])
    for path in paths:
        ordered[_phase(path, pages, before)].append(path)
    return tuple(tuple(phase) for phase in ordered if phase)


def _phase(path: str, pages: Collection[str], before: Collection[str]) -> int:
    is_data = path.startswith(_DATA)
    if path not in pages and not is_data and path.rpartition(".")[2].lower() not in _READ:
        return 0
    if path == HOME or (is_data and path.endswith("/index.js")):
        return 4
    if path not in before:
        return 1
    return 2 if path in pages else 3
