"""What the configuration says about notes that are not there: nearly always a slip of the pen, and silent otherwise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from vaultkit.config import Config, Match
from vaultkit.model.note import NO_FACTS, Facts, NotePath
from vaultkit.schema.match import Glob, Matcher


class Idle(NamedTuple):
    """A `match` that fits no note, or a glob in one; `where` is its `file:line`."""

    what: str
    where: str


def idle(config: Config, notes: Collection[NotePath], facts: Callable[[NotePath], Facts]) -> Iterator[Idle]:
    """Every `match` of a schema or an override that fits none of the notes; nothing is said where there are no notes.

    The facts of a note are asked for when its path alone does not decide.
    """
    matches = [
        *((use.match, ("schemas", index, "match")) for index, use in enumerate(config.schemas)),
        *((override.match, ("overrides", index, "match")) for index, override in enumerate(config.overrides)),
    ]
    for match, place in matches if notes else ():
        typos = list(_globs(match, notes))
        for glob in typos:
            yield Idle(f"no note has a path that fits `{glob}`", config.where(*place, "path"))
        if not typos and not _fits(match, notes, facts):
            yield Idle("no note fits this `match`", config.where(*place))


def _globs(match: Match, notes: Collection[NotePath]) -> Iterator[str]:
    for source in match.path:
        glob = Glob(source)
        if not any(map(glob.fits, notes)):
            yield source
    for inner in match.any:
        yield from _globs(inner, notes)


def _fits(match: Match, notes: Collection[NotePath], facts: Callable[[NotePath], Facts]) -> bool:
    whole, by_path = Matcher(match), Matcher(Match(path=match.path, filename=match.filename))
    asks_more = bool(match.tag or match.any or match.property is not None)
    likely = (path for path in notes if by_path.fits(path, NO_FACTS))
    return any(not asks_more or whole.fits(path, facts(path)) for path in likely)
