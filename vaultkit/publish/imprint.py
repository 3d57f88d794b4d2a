"""What stands for everything that a target makes its files of: the same imprint gives the same files, unprinted."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from importlib import metadata
from typing import TYPE_CHECKING, Any

import vaultkit
from vaultkit.model.clause import Clause
from vaultkit.model.note import NotePath
from vaultkit.publish.manifest import digest_of
from vaultkit.publish.page import Edition

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.publish.page import Target

_LIBRARIES = ("Jinja2", "MarkupSafe")


def imprint(
    edition: Edition, body: Callable[[NotePath], str], target: Target, config: TargetConfig, settings: Publish
) -> str:
    """The imprint of an edition; `body` gives what stands for the body of a page."""
    pages = [page._replace(body=body(path)) for path, page in edition.pages.items()]  # type: ignore[arg-type]
    content = (
        pages,
        edition._replace(pages={}),
        config,
        settings,
        target.literals(),
        _code(type(target).__module__),
    )
    return digest_of(json.dumps(content, sort_keys=True, default=_plain).encode())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Clause):
        return value.values()
    raise TypeError(f"{type(value).__name__} is no plain data")


@cache
def _code(module: str) -> str:
    """What stands for the code of a target, and for ours that it uses."""
    found = blake2b(digest_size=16)
    own = os.path.dirname(os.path.abspath(vaultkit.__file__))
    home = os.path.abspath(sys.modules[module].__file__ or own)
    for path in (*_files(os.path.dirname(home)), *_files(os.path.join(own, "publish"))):
        with open(path, "rb") as file:
            found.update(file.read())
    for library in _LIBRARIES:
        found.update(metadata.version(library).encode())
    return found.hexdigest()


def _files(folder: str) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (os.path.join(where, name) for name in sorted(names))
