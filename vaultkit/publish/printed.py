"""The files of an edition: made part by part and put aside, then looked at; by two processes where there are many.

The second process is a copy of the first one, and shares with it what was found out until then. Whatever it makes lies
in a file that both have open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from vaultkit.model.record import NamedTuple
from vaultkit.publish.address import claim
from vaultkit.publish.audit import Audit, audit
from vaultkit.publish.page import Edition, Output, Part
from vaultkit.publish.spool import Aside, Kept, Spool
from vaultkit.together import in_two, is_shared

MANY = 100
"""Parts, or files, from which a second process saves more than it costs."""


class Printed(NamedTuple):
    """An output that was put aside."""

    path: str
    data: Kept
    vendored: bool


Placed = TypeVar("Placed", Output, Printed)


def placed(outputs: Iterable[Placed], edition: Edition) -> Iterator[Placed]:
    """The outputs that stand: of two at one place the first, and none at the place of an asset."""
    taken = {claim(asset.url) for asset in edition.assets}
    for output in outputs:
        place = claim(output.path)
        if place not in taken:
            taken.add(place)
            yield output


def printed(
    parts: Sequence[Part], folder: str, seen: Callable[[int], None], meanwhile: Callable[[], None]
) -> list[list[Printed]]:
    """What each of the parts gives, put aside in a folder (a path), but for what is vendored: that can be had again.
    `seen` is told how many parts are done; `meanwhile` is something that has to be done too."""
    mine, theirs = Spool(folder), Spool(folder)

    def again(number: int, path: str) -> Kept:
        return lambda: next(output.data for output in parts[number]() if output.path == path)

    def make(number: int) -> list[Printed]:
        return [
            Printed(path, again(number, path) if vendored else mine.keep(data), vendored)
            for path, data, vendored in parts[number]()
        ]

    def make_there(number: int) -> list[tuple[str, int, bool]]:
        return [(path, number if vendored else theirs.put(data), vendored) for path, data, vendored in parts[number]()]

    def received(made: list[list[Any]]) -> list[Printed]:
        return [
            Printed(path, again(at, path) if vendored else Aside(theirs, at), vendored) for path, at, vendored in made
        ]

    if len(parts) < MANY or not is_shared():
        meanwhile()
        found = [make(number) for number in _counted(len(parts), seen)]
    else:
        theirs.file()
        found = in_two(len(parts), make, make_there, received, seen=seen, meanwhile=meanwhile)
    return found


def looked_at(outputs: Sequence[Printed], measure: Audit, seen: Callable[[int], None] | None = None) -> list[str]:
    """The digests of outputs that were looked at. Raises TargetError when one of them must not go live."""

    def look(number: int) -> str:
        path, data, vendored = outputs[number]
        return audit(Output(path, data(), vendored), measure)

    if len(outputs) < MANY or not is_shared():
        return [look(number) for number in _counted(len(outputs), seen)]
    return in_two(len(outputs), look, look, str, seen=seen)


def _counted(count: int, seen: Callable[[int], None] | None) -> Iterator[int]:
    for number in range(count):
        if seen:
            seen(number)
        yield number
