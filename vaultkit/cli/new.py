"""`vaultkit new`: a note that has the shape of a schema."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from vaultkit.cli._command import Command
from vaultkit.cli._schemas import print_lines, schema_named, title_of
from vaultkit.cli._vault import config_of, root_of, say
from vaultkit.errors import SetupError
from vaultkit.model.note import Note, NotePath
from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.config import Config, Match
    from vaultkit.schema.note_schema import NoteSchema
    from vaultkit.schema.skeleton import Skeleton


class _Place(NamedTuple):
    """Where notes of a schema are, and what they say there, by the configuration."""

    folder: str = ""
    given: dict[str, Any] = {}  # noqa: RUF012 - never changed


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `new`."""
    parser.add_argument("schema", metavar="SCHEMA", help="the schema that the note is to satisfy")
    parser.add_argument("title", metavar="TITLE", help="its title, which also names the file")
    parser.add_argument("--dry-run", action="store_true", help="print the path and the text, and write nothing")
    parser.add_argument("--stdout", action="store_true", help="print the text alone, and write nothing")


def run(args: argparse.Namespace) -> int:
    """Write the note, print its path, and say what is left to its author."""
    from datetime import datetime

    from vaultkit.schema.skeleton import Words, file_name, skeleton

    root = root_of(args)
    config, schema, title = config_of(args, root), schema_named(root, args.schema), title_of(args)
    now = datetime.now()
    name = file_name(schema, title, now)
    if not name:
        raise SetupError(f"no file can be called `{title}`", do="give a title with letters or digits in it")
    place = _place(config, args.schema, schema)
    path = NotePath(f"{place.folder}/{name}.md" if place.folder else f"{name}.md")
    made = skeleton(schema, Words.of(title, now), place.given)
    if args.stdout:
        print_lines(made.text.splitlines())
    elif args.dry_run:
        print_lines([_shown(root, path), "", *made.text.splitlines()])
    else:
        _create(root, path, made.text)
        print_lines([_shown(root, path)])
    for words in _left(root, config, schema, path, made):
        say(words)
    return 0


def _place(config: Config, name: str, schema: NoteSchema) -> _Place:
    """Where the configuration has the notes of a schema: in the first folder that it names plainly."""
    from vaultkit.schema.skeleton import plain_folder

    uses = [use.match for use in config.schemas if use.use in (name, schema.name, schema.file)]
    for match in uses:
        for glob in match.path:
            folder = plain_folder(glob)
            if folder is not None:
                return _Place(folder, _given(match, schema))
    return _Place("", _given(uses[0], schema)) if uses else _Place()


def _given(match: Match, schema: NoteSchema) -> dict[str, Any]:
    """What a note must say so that the configuration finds it."""
    wanted = match.property if isinstance(match.property, dict) else {}
    given = {name: value[0] if isinstance(value, list) and value else value for name, value in wanted.items()}
    for name, value in given.items():
        declared = schema.properties.get(name)
        if declared and "list" in declared.type:
            given[name] = [value]
    if match.tag:
        declared = schema.properties.get("tags")
        known = declared.default if declared and isinstance(declared.default, list) else []
        given["tags"] = list(dict.fromkeys((*known, match.tag[0].lstrip("#"))))
    return given


def _create(root: str, path: NotePath, text: str) -> None:
    """Write the note, never over one that is there."""
    import unicodedata

    from vaultkit.vault.create import create_files
    from vaultkit.vault.files import Vault

    def same(name: str) -> str:
        return unicodedata.normalize("NFC", name).casefold()

    folder, _, name = path.rpartition("/")
    there = os.path.join(root, folder)
    for other in os.listdir(there) if os.path.isdir(there) else ():
        if same(other) == same(name):
            raise SetupError("there is a note of this name already", where=os.path.join(there, other))
    vault = Vault(root)
    try:
        create_files(vault, {path: text.encode()})
    finally:
        vault.close()


def _left(root: str, config: Config, schema: NoteSchema, path: NotePath, made: Skeleton) -> list[str]:
    """What the note still needs from its author, in words."""
    from vaultkit.parse.note import parse
    from vaultkit.reports._look import show
    from vaultkit.schema.remaining import remaining
    from vaultkit.vault.settings import load_schemas

    note = Note(path, "", parse(made.text))
    governing = [item.schema for item in load_schemas(root, config) if item.matcher.fits(note.path, note.facts)]
    holds = any(other.name == schema.name for other in governing)
    yours = remaining(governing if holds else [schema, *governing], note, made)
    lines = [f"Yours to write: {show(yours)}."] if yours else []
    if not holds:
        lines.append(
            f"No entry under `schemas:` of the configuration gives this note the schema `{show(schema.name)}`."
        )
    return lines


def _shown(root: str, path: NotePath) -> str:
    """The path as it can be typed here."""
    full = os.path.join(root, path)
    return os.path.relpath(full) if os.path.commonpath((os.getcwd(), full)) == os.getcwd() else full


new = Command(
    "write a note that has the properties and sections of a schema",
    arguments,
    run,
    "The file goes where the configuration has the notes of the schema, and is called by the title (and the day, where "
    "the schema asks for it). No note is ever overwritten.",
)
