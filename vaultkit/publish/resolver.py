"""What a link opens while a set is published."""

from __future__ import annotations

from collections.abc import Iterable

from vaultkit.index.resolve import FileTable, folder_of
from vaultkit.model.note import Link, NotePath
from vaultkit.publish.jobs import Resolve
from vaultkit.publish.select import Snapshot


def resolver(snapshot: Snapshot, published: Iterable[NotePath]) -> Resolve:
    """What links open: in the vault as it is, with what is published and cannot be seen in it now."""
    index = snapshot.index
    unseen = sorted(set(published).difference(index.files))
    hidden = [path for path in unseen if snapshot.frozen(path) or snapshot.waits(path)]
    if not hidden:
        return lambda link, source: index.find(link, source).resolution.path
    table = FileTable((*index.files, *hidden))

    def resolve(link: Link, source: NotePath) -> NotePath | None:
        return table.find(link.target, folder_of(source)).resolution.path if link.target else source

    return resolve
