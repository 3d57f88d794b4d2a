"""What a place holds of ours: a document that is kept there, beside what it speaks of, and what it says is to be done.

A file that the document does not name, or that is not what we brought any more, is somebody else's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from vaultkit.errors import TargetError
from vaultkit.model.record import NamedTuple
from vaultkit.publish.plan import is_accident, still_public

if TYPE_CHECKING:
    from vaultkit.publish.place import Delivery

LEDGER = ".vaultkit.json"
"""The name of the document, in the folder that was brought."""

_FORMAT = 1


class Brought(NamedTuple):
    """A file of ours: the digest of its bytes, and what the place itself says of it (a blob's name, an entity tag)."""

    digest: str
    mark: str


Ledger = Mapping[str, Brought]
"""All files of ours at a place, by path."""


class Changes(NamedTuple):
    """What must be done for a place to hold what is wanted: the paths to write and to delete, those that hold it
    already and are ours from now on, and those in the way because somebody else made or edited them."""

    write: tuple[str, ...]
    delete: tuple[str, ...]
    adopt: tuple[str, ...]
    foreign: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.write or self.delete or self.adopt or self.foreign)


class Record(NamedTuple):
    """What a document says: all files of ours, the paths that were being changed when it was written, and the addresses
    of the notes that were public then."""

    files: dict[str, Brought] = {}  # noqa: RUF012  (never written to)
    coming: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()


def dump(ledger: Ledger, pages: Collection[str], coming: Collection[str] = ()) -> bytes:
    """The document; `pages` are the addresses of notes, `coming` paths that are being changed, so that nobody can tell
    what they hold."""
    files = {path: list(item) for path, item in sorted(ledger.items())}
    content = {"vaultkit": _FORMAT, "files": files, "pages": sorted(pages)}
    content |= {"coming": sorted(coming)} if coming else {}
    return json.dumps(content, ensure_ascii=False, indent=0, separators=(",", ":")).encode() + b"\n"


def load(data: bytes | None, where: str) -> Record:
    """What a document says; nothing where there is none.

    Raises TargetError when it is damaged or newer than this vaultkit.
    """
    if data is None:
        return Record()
    try:
        content = json.loads(data)
        if content["vaultkit"] > _FORMAT:
            what = "what is there was brought by a newer vaultkit"
            raise TargetError(what, where=where, do="use that one, or a newer")
        files = {str(path): Brought(str(digest), str(mark)) for path, (digest, mark) in content["files"].items()}
        coming, pages = (frozenset(map(str, content.get(key, ()))) for key in ("coming", "pages"))
        return Record(files, coming, pages)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        what = "the record of what was brought here is damaged, so nothing is known to be ours to replace or delete"
        raise TargetError(what, where=where, do="restore it, or bring everything to a place that is empty") from None


def compare(
    wanted: Mapping[str, str],
    ledger: Ledger,
    there: Mapping[str, str],
    *,
    unsure: Collection[str] = (),
    owed: Collection[str] = (),
    same: Callable[[str, str], bool] = lambda path, mark: False,
    force: bool = False,
) -> Changes:
    """Compare digests that are wanted with all that stands at a place (by path, what it says of each).

    `unsure` are paths of ours whose content is not known, `owed` others that must go; `same` tells whether a file of
    somebody else's is what is wanted anyway. With `force`, what is in the way counts as ours, and so do
    the own files of a site, which hold words of notes.
    """
    write: list[str] = []
    delete: list[str] = []
    adopt: list[str] = []
    foreign: list[str] = []
    for path, digest in wanted.items():
        mark, ours = there.get(path), ledger.get(path)
        if mark is None or path in unsure:
            write.append(path)
        elif ours and ours.mark == mark:
            if ours.digest != digest:
                write.append(path)
        elif same(path, mark):
            adopt.append(path)
        else:
            (write if force else foreign).append(path)
    sites = [path for path in there if "/_vaultkit/" in f"/{path}"] if force else []
    for path in {*ledger, *unsure, *owed, *sites} - wanted.keys():
        mark, ours = there.get(path), ledger.get(path)
        if mark is not None:
            known = path in unsure or (ours and ours.mark == mark)
            (delete if known or force else foreign).append(path)
    return Changes(*(tuple(sorted(paths)) for paths in (write, delete, adopt, foreign)))


def check_loss(there: Collection[str], place: str, delivery: Delivery) -> None:
    """Nothing is known here of what was published before, so what is there is asked whether too many notes would
    vanish: the vault may not be whole. `there` are the addresses of those that are public there. Those that say that
    they are private do not count. Raises TargetError, as a publish refuses that knows them (`plan.is_accident`)."""
    if not delivery.first or delivery.allow_mass_withdraw:
        return
    lost = set(there).difference(delivery.pages)
    denied = delivery.denied() if lost else {}
    missing = sorted(lost - denied.keys())
    if is_accident(len(missing), len(there)):
        names = ", ".join(f"`{url}`" for url in missing[:3]) + (f" and {len(missing) - 3} more" * (len(missing) > 3))
        what = f"{len(missing)} of the {len(there)} pages of notes there would be gone: {names}"
        private = tuple(sorted(denied[url] for url in lost & denied.keys()))
        raise TargetError(
            f"{what}; nothing is known here of an earlier publish, so nothing was changed there"
            + (f"; {still_public(private)}" if private else ""),
            where=place,
            do="see whether the vault is complete; if they are meant to go, --allow-mass-withdraw lets them",
        )


def refusal(changes: Changes, place: str) -> TargetError:
    """What is said when something is in the way; nothing was done then."""
    names = ", ".join(f"`{path}`" for path in changes.foreign[:3])
    more = f" and {len(changes.foreign) - 3} more" if len(changes.foreign) > 3 else ""
    verb = "is" if len(changes.foreign) == 1 else "are"
    do = "`vaultkit publish --force` replaces what is in the way; other files that are not vaultkit's always stay"
    what = f"{names}{more} there {verb} not what vaultkit brought, so nothing was changed"
    return TargetError(what, where=place, do=do)
