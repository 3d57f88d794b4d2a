"""What a `doctor` looks at, point by point: the installation, and what this user may write. Nothing is changed."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import Literal

from vaultkit.model.record import NamedTuple

State = Literal["ok", "remark", "problem"]

_NEEDED = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?\s*(?P<bounds>[^;]*)(?:;.*extra == ['\"](?P<extra>\w+)['\"])?")
_BOUND = re.compile(r"(>=|<)\s*([\d.]+)")
_EXTRAS = {
    "lsp": "`vaultkit lsp`, for editors and the Obsidian plugin",
    "cloud": "publishing to a bucket (`kind: object-store`)",
    "dask": "`vaultkit check --executor`",
}
"""What the optional dependencies are good for."""


class Point(NamedTuple):
    """One thing that was looked at, how it is, and what to do about it, "" when nothing."""

    topic: str
    state: State
    what: str
    do: str = ""


def installation() -> Iterator[Point]:
    """Python, vaultkit, the libraries, the optional parts, and what other packages bring."""
    from vaultkit._version import VERSION

    running = ".".join(map(str, sys.version_info[:3]))
    yield Point("installation", "ok", f"Python {running} ({sys.executable})")
    yield Point("installation", "ok", f"vaultkit {VERSION} ({os.path.dirname(os.path.dirname(__file__))})")
    yield from _libraries()
    yield _yaml()
    yield _git()
    yield from _extensions()


def _libraries() -> Iterator[Point]:
    from importlib import metadata

    try:
        needed = metadata.requires("vaultkit") or []
    except metadata.PackageNotFoundError:
        yield Point("installation", "remark", "vaultkit runs from its sources, so what it needs is not known here")
        return
    found: dict[str, list[Library]] = {}
    for line in needed:
        part = _NEEDED.match(line)
        assert part
        found.setdefault(part["extra"] or "", []).append(_library(part["name"], part["bounds"]))
    yield _told(
        found.pop(""), "libraries", "problem", "install vaultkit anew: `pip install --force-reinstall vaultkit`"
    )
    for extra, use in _EXTRAS.items():
        yield _told(found.get(extra, []), use, "remark", f"`pip install 'vaultkit[{extra}]'` if you want it")


def _told(libraries: list[Library], what: str, state: State, do: str) -> Point:
    wrong = [item.fault for item in libraries if item.fault]
    if wrong:
        return Point("installation", state, f"{what}: {', '.join(wrong)}", f"{do}, or the same with pipx or uv")
    return Point("installation", "ok", f"{what}: {', '.join(f'{item.name} {item.version}' for item in libraries)}")


class Library(NamedTuple):
    """A library, the version that is installed, and what is wrong with it, "" when nothing."""

    name: str
    version: str
    fault: str


def _library(name: str, bounds: str) -> Library:
    from importlib import metadata

    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Library(name, "", f"{name} is not installed")
    for sign, bound in _BOUND.findall(bounds):
        if (_order(version) < _order(bound)) == (sign == ">="):
            return Library(name, version, f"{name} is {version}, and should be {bounds.strip()}")
    return Library(name, version, "")


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:4])


def _yaml() -> Point:
    import yaml

    if yaml.__with_libyaml__:
        return Point("installation", "ok", "properties are read by libyaml, the fast parser")
    do = "`pip install --force-reinstall --only-binary pyyaml pyyaml`, in the environment of vaultkit"
    return Point("installation", "remark", "PyYAML came without libyaml, so properties are read slowly", do)


def _git() -> Point:
    import shutil

    if shutil.which("git"):
        return Point("installation", "ok", "git is there: --staged, --changed-since, `kind: git`")
    return Point("installation", "remark", "there is no git: --staged, --changed-since and `kind: git` do not work")


def _extensions() -> Iterator[Point]:
    """What other packages bring, and whether it can be loaded."""
    from vaultkit import registry
    from vaultkit.errors import SetupError
    from vaultkit.extensions import installed

    for group in ("vaultkit.rules", "vaultkit.reports", "vaultkit.targets"):
        kind = group.rpartition(".")[2].rstrip("s")
        try:
            found = installed(group)
        except SetupError as error:
            yield Point("installation", "problem", error.what, error.do)
            continue
        for name, provider in found.items():
            if name in registry.names(group):
                do = f"tell the author of `{provider.package}`: its name is taken"
                yield Point("installation", "remark", f"the {kind} `{name}` of {provider} is never used", do)
                continue
            try:
                registry.load(group, name)
            except SetupError as error:
                yield Point("installation", "problem", error.what, error.do)
            else:
                yield Point("installation", "ok", f"the {kind} `{name}` of {provider}")


def folders() -> Iterator[Point]:
    """Where vaultkit keeps what belongs to no vault."""
    from vaultkit.vault.cache import cache_folder
    from vaultkit.vault.folders import config_folder, state_folder

    for what, path in (
        ("what was found is remembered", cache_folder()),
        ("locks, logs and what is brought elsewhere are kept", state_folder()),
        ("what you agreed to is noted down", config_folder()),
    ):
        if reason := unwritable(path):
            do = f"let {os.path.dirname(path)} be written, or name another place (XDG_…_HOME)"
            yield Point("folders", "remark", f"{path}, where {what}, cannot be written: {reason}", do)
        else:
            yield Point("folders", "ok", f"{what} in {path}")


def unwritable(path: str) -> str:
    """Why a folder cannot be made or written at a path, "" when it can."""
    place = os.path.abspath(path)
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        return f"{place} is no folder"
    may = os.access(place, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)
    return "" if may else f"this user may not write in {place}"
