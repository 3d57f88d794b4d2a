"""The folder is the registry: one file per rule, report, target or command, found by its name.

A thing named `link-broken` lives in `link_broken.py` of its package, as the attribute `link_broken`. One that is named
as a word of Python, such as `import`, has a `_` behind it there (`import_.py`).
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from keyword import iskeyword
from typing import Any

from vaultkit.errors import SetupError


@cache
def names(package: str) -> tuple[str, ...]:
    """The names of all things in a package (`vaultkit.rules`), sorted; modules starting with `_` are not things."""
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    return tuple(
        sorted(module.name.rstrip("_").replace("_", "-") for module in found if not module.name.startswith("_"))
    )


def load(package: str, name: str) -> Any:
    """The thing called `name` in `package`.

    Raises SetupError with a did-you-mean when there is none of that name.
    """
    if name not in names(package):
        what = package.rpartition(".")[2].rstrip("s")
        raise SetupError(f"there is no {what} `{name}`", do=suggest(name, names(package)))
    attribute = name.replace("-", "_") + "_" * iskeyword(name)
    return getattr(importlib.import_module(f"{package}.{attribute}"), attribute)


def suggest(name: str, known: Iterable[str]) -> str:
    """`did you mean …?` when something near is known, else the list of what there is."""
    known = list(known)
    near = difflib.get_close_matches(name, known, 1, 0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"there is: {', '.join(f'`{item}`' for item in known)}" if known else ""
