"""The folder is the registry: one file per rule, report, target or command, found by its name.

A thing named `link-broken` lives in `link_broken.py` of its package, as the attribute `link_broken`. One that is named
as a word of Python, such as `import`, has a `_` behind it there (`import_.py`).

A folder with a function `taken_in` is open to other packages as well: a name that it does not have is looked for among
what they bring (`extensions`), and `taken_in(found, name, provider)` makes a thing of its own kind of what is found.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from functools import cache
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.extensions import Provider

_providers: dict[tuple[str, str], Provider] = {}
"""The packages that are known to bring something, by folder and name."""
_taken_in: dict[tuple[str, str], Any] = {}


@cache
def names(package: str) -> tuple[str, ...]:
    """The names of all things of ours in a package (`vaultkit.rules`), sorted; modules starting with `_` are not
    things."""
    modules: list[str] = []
    for folder in importlib.import_module(package).__path__:
        for file in os.listdir(folder):  # `pkgutil` would do, and imports more than a warm check does in all
            if file[0] != "_" and (file.endswith(".py") or os.path.isfile(f"{folder}/{file}/__init__.py")):
                modules.append(file.removesuffix(".py"))
    return tuple(sorted(name.rstrip("_").replace("_", "-") for name in modules))


def load(package: str, name: str) -> Any:
    """The thing called `name` in `package`, or brought by another package.

    Raises SetupError with a did-you-mean when there is none of that name, or when it cannot be loaded.
    """
    attribute = name.replace("-", "_") + "_" * iskeyword(name)
    module = f"{package}.{attribute}"
    try:
        if attribute.isidentifier() and attribute[0] != "_" and name == attribute.rstrip("_").replace("_", "-"):
            return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
    others = _brought(package, name)
    if name in others:
        return _taken_in[package, name]
    what = package.rpartition(".")[2].rstrip("s")
    do = suggest(name, (*names(package), *others))
    if hasattr(importlib.import_module(package), "taken_in") and do.startswith("there"):
        do += "; a package that brings another must be installed where vaultkit is"
    raise SetupError(f"there is no {what} `{name}`", do=do)


def remember(package: str, name: str, provider: Provider) -> None:
    """Spare the search for something that another package is known to bring."""
    _providers[package, name] = provider


def _brought(package: str, name: str) -> Iterable[str]:
    """The names of what other packages bring, as far as must be known; a thing called `name` is ready then."""
    if (package, name) in _taken_in:
        return (name,)
    take_in = getattr(importlib.import_module(package), "taken_in", None)
    if take_in is None:
        return ()
    from vaultkit import extensions

    if (package, name) not in _providers:
        known = extensions.installed(package)
        if name not in known:
            return known
        _providers[package, name] = known[name]
    provider = _providers[package, name]
    _taken_in[package, name] = take_in(extensions.load(provider, package, name), name, provider)
    return (name,)


def suggest(name: str, known: Iterable[str]) -> str:
    """`did you mean …?` when something near is known, else the list of what there is."""
    import difflib

    known = list(known)
    near = difflib.get_close_matches(name, known, 1, 0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"there is: {', '.join(f'`{item}`' for item in known)}" if known else ""
