"""What is worth a remark in the set-up of a vault, though nothing is wrong with it.

A `match` that fits no note is nearly always a slip of the pen, and nothing else would tell of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from vaultkit.config import Config, Match
from vaultkit.model.note import NO_FACTS, Facts, Note, NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.schema.export import not_editable
from vaultkit.schema.match import Glob, Matcher
from vaultkit.schema.note_schema import NoteSchema


class Remark(NamedTuple):
    """A remark on something that is written at `where` (`file:line`)."""

    what: str
    where: str


def on_all(
    config: Config,
    schemas: Iterable[NoteSchema],
    notes: Mapping[NotePath, Note],
    checked: Collection[NotePath],
    files: Iterable[NotePath],
) -> Iterator[Remark]:
    """All remarks: `checked` are the notes that are checked, `files` those that are no notes."""
    yield from on_matches(config, checked, lambda path: notes[path].facts)
    paths = {*notes, *files}
    yield from on_places(config, paths)
    yield from on_letters(config, paths)
    yield from on_objects(dict.fromkeys(schemas))


def on_objects(schemas: Iterable[NoteSchema]) -> Iterator[Remark]:
    """The properties that the app shows and cannot edit."""
    for schema in schemas:
        for name in not_editable(schema):
            origin = schema.origin("properties", name, "type")
            yield Remark(
                f"Obsidian shows what is in `{name}`, and cannot edit an object", f"{origin.file}:{origin.line}"
            )


def on_matches(config: Config, notes: Collection[NotePath], facts: Callable[[NotePath], Facts]) -> Iterator[Remark]:
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
            yield Remark(f"no note has a path that fits `{glob}`", config.where(*place, "path"))
        if not typos and not _fits(match, notes, facts):
            yield Remark("no note fits this `match`", config.where(*place))


def on_places(config: Config, files: Collection[NotePath]) -> Iterator[Remark]:
    """What is excluded or selected by a path that no file has: a folder may not be meant to be public."""
    for source, where in _unmet(config, files):
        yield Remark(f"no file has a path that fits `{source}`", where)


def on_letters(config: Config, files: Collection[NotePath]) -> Iterator[Remark]:
    """Those of them that are meant for files whose paths are the same but for the letter case."""
    for source, where in _unmet(config, files):
        glob = Glob(source.lower())
        meant = next((path for path in files if glob.fits(NotePath(path.lower()))), None)
        if meant:
            yield Remark(f"`{source}` is not the same as `{meant}`: letter case counts", where)


def _unmet(config: Config, files: Collection[NotePath]) -> Iterator[tuple[str, str]]:
    """The globs that fit nothing, and where they are written."""
    places = [(("notes", "exclude"), config.notes.exclude), (("publish", "select", "path"), config.publish.select.path)]
    for place, globs in places if files else ():
        for source in globs:
            if not any(map(Glob(source).fits, files)):
                yield source, config.where(*place)


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
