"""The versions of the libraries that what is published was made with."""

from __future__ import annotations

import os
import sys
from functools import cache

_KIND = ".dist-info"


@cache
def version_of(library: str) -> str:
    """The version of an installed library, by its name on PyPI.

    It stands in the name of a folder beside the library (PyPA, "Recording installed projects"). `importlib.metadata`,
    which takes longer to load than a small site to write, is asked where there is no such folder; raises its
    PackageNotFoundError.
    """
    start = library.lower().replace("-", "_") + "-"
    for folder in sys.path:
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.endswith(_KIND) and name.lower().startswith(start):
                return name[len(start) : -len(_KIND)]
    from importlib.metadata import version

    return version(library)
