"""Which notes a schema, or an override, holds for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from vaultkit.config import Match
from vaultkit.errors import SetupError
from vaultkit.model.note import Facts
from vaultkit.model.record import NamedTuple
from vaultkit.parse.frontmatter import tags
from vaultkit.registry import suggest
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.pattern import Glob, PatternError, Test, pattern_test

__all__ = ["Glob", "Governed", "Matcher"]

Condition = Callable[[str, Facts], bool]
_T = TypeVar("_T")


class Matcher:
    """A `match:` of the configuration, ready to be asked. Raises SetupError for a pattern or glob that cannot be read.

    Front matter that cannot be read has no properties, so nothing that asks for one fits such a note.
    """

    def __init__(self, match: Match) -> None:
        self._conditions = tuple(_conditions(match))

    def fits(self, path: str, facts: Facts) -> bool:
        """Whether all that is asked for holds for a note at a vault path."""
        for condition in self._conditions:  # noqa: SIM110 - asked of every note: half the time of `all`
            if not condition(path, facts):
                return False
        return True


class Governed(NamedTuple):
    """A schema and the notes that it governs."""

    schema: NoteSchema
    matcher: Matcher


def connected(governed: tuple[Governed, ...]) -> tuple[Governed, ...]:
    """Tell each schema which notes the others govern, for links that must lead to a note of a schema.

    Raises SetupError where one names a schema that no note is governed by.
    """
    matchers: dict[str, list[Matcher]] = {}
    for schema, matcher in governed:
        matchers.setdefault(schema.name, []).append(matcher)

    def governs(name: str, path: str, facts: Facts) -> bool:
        return any(matcher.fits(path, facts) for matcher in matchers[name])

    for schema, _ in governed:
        for wanted in schema.linked.values():
            if wanted.name not in matchers:
                origin = schema.origin(*wanted.path)
                what = f"no note is governed by a schema `{wanted.name}`"
                raise SetupError(what, where=f"{origin.file}:{origin.line}", do=suggest(wanted.name, matchers))
        schema.connect(governs)
    return governed


def _conditions(match: Match) -> list[Condition]:
    found: list[Condition] = []
    if match.path:
        found.append(_path(tuple(_built(Glob, source) for source in match.path)))
    if match.filename is not None:
        found.append(_filename(_built(pattern_test, match.filename)))
    if match.property is not None:
        wanted = match.property
        found.append(_property({wanted: None} if isinstance(wanted, str) else wanted, isinstance(wanted, str)))
    if match.tag:
        found.append(_tag(tuple(tag.lstrip("#").lower() for tag in match.tag)))
    if match.any:
        found.append(_either(tuple(Matcher(other) for other in match.any)))
    return found


def _built(build: Callable[[str], _T], source: str) -> _T:
    try:
        return build(source)
    except PatternError as error:
        raise SetupError(f"`{source}` cannot be used to match notes: {error}") from error


def _path(globs: tuple[Glob, ...]) -> Condition:
    if len(globs) == 1:
        fits = globs[0].fits
        return lambda path, facts: fits(path)
    return lambda path, facts: any(glob.fits(path) for glob in globs)


def _filename(test: Test) -> Condition:
    return lambda path, facts: test(note_name(path))


def note_name(path: str) -> str:
    """The name of a note's file without folders and without `.md`."""
    name = path.rpartition("/")[2]
    return name[:-3] if name[-3:].lower() == ".md" else name


def _property(wanted: Mapping[str, Any], present: bool) -> Condition:
    from vaultkit.schema.value_types import has_value

    def fits(path: str, facts: Facts) -> bool:
        properties = facts.frontmatter.properties
        return all(name in properties and (present or has_value(properties[name], value)) for name, value in items)

    items = tuple(wanted.items())
    return fits


def _tag(wanted: tuple[str, ...]) -> Condition:
    def fits(path: str, facts: Facts) -> bool:
        names = {*(tag.name.lower() for tag in facts.tags), *(name.lower() for name in tags(facts.properties))}
        return any(name == tag or name.startswith(tag + "/") for tag in wanted for name in names)

    return fits


def _either(matchers: tuple[Matcher, ...]) -> Condition:
    return lambda path, facts: any(matcher.fits(path, facts) for matcher in matchers)
