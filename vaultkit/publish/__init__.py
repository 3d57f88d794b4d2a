"""What is public, where it stands, and how a folder becomes it without ever being half of it.

For scripts, the name of this package is a function as well: `vaultkit.publish("Notes")` publishes a vault.
"""

import sys
from types import ModuleType
from typing import Any


class _Publish(ModuleType):
    """This package. Importing a package binds its name in `vaultkit`, where scripts expect the function."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Publish a vault: see `vaultkit.scripting.publish`."""
        from importlib import import_module

        return import_module("vaultkit.scripting").publish(*given, **named)


sys.modules[__name__].__class__ = _Publish
