"""Targets and places of other packages: held to what a target is, and asked so that what they do wrong is told as any
target's failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vaultkit.errors import SetupError, TargetError
from vaultkit.extensions import Failed, Provider, isolated
from vaultkit.schema.options import Model

_TARGET = ("layout", "notices", "outputs", "literals", "style")
_PLACE = ("check", "foresee", "deliver")


def guarded(found: Any, name: str, provider: Provider) -> Any:
    """A target, or a place, that another package brings under a name. Raises SetupError when it is neither."""
    wanted = _TARGET if hasattr(found, "outputs") else _PLACE
    missing = [part for part in wanted if not hasattr(found, part)]
    options = getattr(found, "options", None)
    if missing or not (isinstance(options, type) and issubclass(options, Model)):
        lacks = f"lacks `{missing[0]}`" if missing else "has no `options` that are a TargetOptions"
        do = f"this is for the author of `{provider.package}` to mend"
        raise SetupError(f"the target `{name}` of {provider} {lacks}", do=do)
    # what is printed depends on the code of the package: `publish.imprint` finds it by the module of the class
    made = type("Guarded", (_Guarded,), {"__module__": type(found).__module__})
    return made(found, f"the target `{name}` of {provider}")


class _Guarded:
    """What another package brings, every method of it under guard."""

    def __init__(self, found: Any, what: str) -> None:
        self._found = found
        self._what = what

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._found, name)
        if isinstance(member, type) or not callable(member):
            return member

        def asked(*given: Any) -> Any:
            answer = self._told(member, *given)
            return self._one_by_one(answer) if isinstance(answer, Iterator) else answer

        return asked

    def _one_by_one(self, answers: Iterator[Any]) -> Iterator[Any]:
        end = object()
        while (answer := self._told(next, answers, end)) is not end:
            yield answer

    def _told(self, member: Callable[..., Any], *given: Any) -> Any:
        try:
            return isolated(lambda: member(*given))
        except Failed as error:
            raise TargetError(f"{self._what} failed: {error}", where=error.where) from error
