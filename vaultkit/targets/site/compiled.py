"""What the shipped templates were compiled to: kept beside what Python keeps of our modules, and as it keeps that."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pickle import UnpicklingError

from jinja2.bccache import Bucket, FileSystemBytecodeCache

from vaultkit.publish.versions import version_of


class Compiled(FileSystemBytecodeCache):
    """The compiled templates of one environment, in a folder (a path). `how` says how its templates are compiled.

    What cannot be read or written there is compiled anew, and neither is an error: see PEP 3147 of a module's file.
    """

    def __init__(self, folder: str, how: str) -> None:
        super().__init__(folder, f"%s.{sys.implementation.cache_tag}.jinja")
        self._how = f"{version_of('Jinja2')} {how}\n"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The name of a template as that of a file."""
        return name.replace("/", "-")

    def get_source_checksum(self, source: str) -> str:
        """What stands for all that the outcome depends on."""
        return super().get_source_checksum(self._how + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket, if there is anything for it."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, ImportError, UnpicklingError):
            bucket.reset()  # whatever broke it

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is in a bucket, if that may be."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)


def beside_modules(how: str) -> Compiled | None:
    """Those beside our compiled modules; None where Python keeps none."""
    cached = __spec__.cached
    return Compiled(os.path.dirname(cached), how) if cached else None
