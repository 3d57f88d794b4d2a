"""What stands for everything that a target makes its files of: the same imprint gives the same files, unprinted."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import vaultkit
from vaultkit.model.clause import Clause
from vaultkit.model.digest import blake2b
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.manifest import digest_of, sign_of
from vaultkit.publish.page import Edition
from vaultkit.publish.versions import version_of

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.publish.page import Target

_LIBRARIES = ("Jinja2", "MarkupSafe")
_VENDORED = "vendor"


class Known:
    """What was found out for the last imprint: what stands for each page, and for all else."""

    def __init__(self) -> None:
        self.pages: dict[NotePath, bytes] = {}
        self.rest: tuple[tuple[object, ...], str] = ((None,), "")

    @property
    def printer(self) -> tuple[object, ...]:
        """By what the edition became files, and what that says by itself."""
        return self.rest[0][1:]


class Printer(NamedTuple):
    """By what an edition becomes files."""

    target: Target
    config: TargetConfig
    settings: Publish


def imprint(
    edition: Edition,
    body: Callable[[NotePath], str],
    printer: Printer,
    known: Known,
    redone: Iterable[NotePath],
) -> str:
    """The imprint of an edition; `body` gives what stands for the body of a page. What is `known` is brought up to
    date: only `redone` pages are others than those that are known."""
    for path in redone:
        plain = edition.pages[path]._replace(body=body(path))  # type: ignore[arg-type]
        known.pages[path] = sign_of(json.dumps(plain, default=_plain).encode())
    for path in known.pages.keys() - edition.pages.keys():
        del known.pages[path]
    rest = (edition._replace(pages={}), printer, printer.target.literals())
    if known.rest[0] != rest:
        content = (rest[0], printer.config, printer.settings, rest[2])
        made = json.dumps((*content, code(type(printer.target).__module__)), sort_keys=True, default=_plain)
        known.rest = rest, digest_of(made.encode())
    return digest_of(b"".join([*map(known.pages.__getitem__, edition.pages), known.rest[1].encode()]))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    if isinstance(value, Clause):
        return value.values()
    raise TypeError(f"{type(value).__name__} is no plain data")


@cache
def code(module: str) -> str:
    """What stands for the code of a target, and for ours that it uses. What others made and is shipped with it may be
    long; it stands under a name of its own as long as it is the same."""
    found = blake2b(digest_size=16)
    own = os.path.dirname(os.path.abspath(vaultkit.__file__))
    home = os.path.abspath(sys.modules[module].__file__ or own)
    theirs = _files(os.path.dirname(home)) if "." in module else (home,)
    for path in (*theirs, *_files(os.path.join(own, "publish"))):
        if os.path.basename(os.path.dirname(path)) == _VENDORED:
            found.update(f"{os.path.basename(path)} {os.path.getsize(path)}".encode())
            continue
        with open(path, "rb") as file:
            found.update(file.read())
    for library in _LIBRARIES:
        found.update(version_of(library).encode())
    return found.hexdigest()


def _files(folder: str) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (os.path.join(where, name) for name in sorted(names))
