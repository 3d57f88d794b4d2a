"""The order in which files are brought, so that no page which can be reached links to one that is not there yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from vaultkit.publish.address import HOME

_READ = frozenset(("html", "htm", "xml", "json", "txt", "md", "markdown"))


def phases(paths: Iterable[str], pages: Collection[str], before: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """The paths to be written, one phase after the other; within a phase the order does not matter.

    `pages` are those of notes, `before` what was there already. First comes what pages are made with; then whatever is
    new, to which nothing that is live leads yet; then the pages that changed; last the lists, feeds and search data
    that changed, and the home page, where readers begin. Deletions come after all of them.
    """
    ordered: tuple[list[str], ...] = ([], [], [], [])
    for path in paths:
        ordered[_phase(path, pages, before)].append(path)
    return tuple(tuple(phase) for phase in ordered if phase)


def _phase(path: str, pages: Collection[str], before: Collection[str]) -> int:
    if path not in pages and path.rpartition(".")[2].lower() not in _READ:
        return 0
    if path == HOME:
        return 3
    if path not in before:
        return 1
    return 2 if path in pages else 3
