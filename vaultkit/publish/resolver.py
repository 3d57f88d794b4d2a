"""What a link opens while a set is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from vaultkit.index.resolve import FileTable, folder_of
from vaultkit.model.note import Link, NotePath
from vaultkit.publish.jobs import Resolve
from vaultkit.publish.select import Snapshot


def unseen(snapshot: Snapshot, published: Iterable[NotePath]) -> frozenset[NotePath]:
    """What is published and cannot be seen in the vault now, though it may be there."""
    missing = set(published).difference(snapshot.index.files)
    return frozenset(path for path in missing if snapshot.frozen(path) or snapshot.waits(path))


def resolver(snapshot: Snapshot, hidden: Collection[NotePath]) -> Resolve:
    """What links open: in the vault as it is, with what is `hidden` in it."""
    index = snapshot.index
    if not hidden:
        return lambda link, source: index.find(link, source).resolution.path
    table = FileTable((*index.files, *sorted(hidden)))

    def resolve(link: Link, source: NotePath) -> NotePath | None:
        if not link.target:
            return source
        found = table.at(link.target) if link.kind == "path" else table.find(link.target, folder_of(source))
        return found.resolution.path

    return resolve
