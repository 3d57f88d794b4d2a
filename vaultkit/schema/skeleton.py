"""A new note that a schema governs: its properties with values to begin with, its sections with nothing in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.pattern import pattern_test
from vaultkit.schema.property_schema import PropertySchema, ValueSchema
from vaultkit.schema.repair import as_property, as_yaml
from vaultkit.schema.section_schema import SectionSchema, SectionsSchema
from vaultkit.schema.values import compiled, is_empty

FILL_IN = "…"
"""Stands where only the author knows what to write."""

_UNFIT = expression(r'[\x00-\x1f\x7f*"\\/<>:|?#^\[\]]+')


class Words(NamedTuple):
    """What is known of a note before it is written: its title, the day and the time of day, as they are typed."""

    title: str
    day: str
    time: str

    @classmethod
    def of(cls, title: str, now: datetime) -> Words:
        """The words for a note that is written now."""
        return cls(title, f"{now:%Y-%m-%d}", f"{now:%Y-%m-%dT%H:%M:%S}")


PLACEHOLDERS = Words("{{title}}", "{{date}}", "{{date}}T{{time}}")
"""What Obsidian's Templates plugin puts such words for."""

_EXAMPLE = Words("A title", "2024-11-21", "2024-11-21T09:30:00")
"""Such words, to see whether they fit."""


class Skeleton(NamedTuple):
    """The text of a new note, and the properties whose values were only made up to fit."""

    text: str
    guessed: tuple[str, ...]


def skeleton(schema: NoteSchema, words: Words, given: Mapping[str, Value] | None = None) -> Skeleton:
    """A note with all properties of a schema and its required sections.

    `given` are values that are known, by property. A property that is not required and has no default stands there
    empty, as does a required one for which nothing fits.
    """
    values: dict[str, Value] = {}
    guessed: list[str] = []
    for name, declared in schema.properties.items():
        if given and name in given:
            values[name] = given[name]
        elif "default" in declared.written or not declared.required:
            values[name] = declared.default
        else:
            values[name] = _value(name, declared, words, schema.name)
            if "const" not in declared.written and values[name] not in words:
                guessed.append(name)
    lines = [line for name, value in {**values, **(given or {})}.items() for line in _written(name, value)]
    parts = ["\n".join(("---", *lines, "---"))] if lines else []
    if schema.title and schema.title.must_agree and "heading" in schema.title.sources:
        parts.append(f"# {' '.join(words.title.split())}")
    if schema.sections:
        level = schema.sections.level
        parts += _sections(schema.sections, level if isinstance(level, int) else 2)
    return Skeleton("\n\n".join(parts) + "\n", tuple(guessed))


def file_name(schema: NoteSchema, title: str, now: datetime) -> str:
    """The name of a note's file, without `.md`: the title, or the title with the day where the schema asks for one.

    "" when the title has nothing that a file can be called by. When no such name fits the pattern, it is the title.
    """
    plain = _file_title(title)
    if not plain or not schema.filename:
        return plain
    fits = pattern_test(schema.filename.pattern)
    slug = re.sub(r"[\W_]+", "-", title.lower()).strip("-")
    day, loose = f"{now:%Y-%m-%d}", f"{now.year}-{now.month}-{now.day}"
    stamps = (day, loose, f"{now:%Y%m%d%H%M}", f"{now:%Y%m%d%H%M%S}")
    names = (
        plain,
        slug,
        *(f"{stamp}{gap}{name}" for stamp in stamps for gap, name in ((" ", plain), ("-", plain), ("-", slug))),
        *stamps,
        f"{now:%G-W%V}",
        f"{now:%Y-%m}",
    )
    return next((name for name in names if name and fits(name)), plain)


def _file_title(title: str) -> str:
    name = " ".join(_UNFIT.sub(" ", title).split()).lstrip(".").strip().rstrip(".")
    return name.encode("utf-8", "replace")[:200].decode("utf-8", "ignore").strip()


# Properties ------------------------------------------------------------------------------------------------------


def _written(name: str, value: Value) -> Iterator[str]:
    """A property as Obsidian writes it: a list has a line for each item, a date has no quotes."""
    if isinstance(value, list) and value:
        yield f"{as_yaml(name)}:"
        yield from (f"  - {as_property(item)}" for item in value)
    else:
        yield f"{as_yaml(name)}:" + ("" if value is None else f" {as_property(value)}")


def _value(name: str, declared: PropertySchema, words: Words, called: str) -> Value | None:
    """The first of the likely values that the schema allows; None when there is none."""
    check = compiled(declared)
    tried_with = _EXAMPLE if words == PLACEHOLDERS else words
    shown, tried = (_likely(name, declared, some, called) for some in (words, tried_with))
    return next(
        (value for value, example in zip(shown, tried, strict=False) if not is_empty(example) and not check(example)),
        None,
    )


def _likely(name: str, declared: ValueSchema, words: Words, called: str) -> Iterator[Any]:
    """Values to begin with, the best first; as many and of the same kind whatever the words are."""
    if "const" in declared.written:
        yield declared.const
    yield from declared.enum or ()
    for kind in declared.type or ("text",):
        yield from _of_type(kind, name, declared, words, called)


def _of_type(kind: str, name: str, declared: ValueSchema, words: Words, called: str) -> Iterator[Any]:
    match kind:
        case "text" | "any":
            blank = FILL_IN * max(declared.min_length or 1, 1)
            yield from (words.title, blank) if name.lower() in ("title", "name") else (blank, words.title)
            yield from ("https://example.org/" if declared.format == "uri" else called, words.day, words.time)
        case "number":
            yield from (declared.minimum, 0, 1, declared.multiple_of, declared.maximum)
        case "checkbox":
            yield from (False, True)
        case "date":
            yield words.day
        case "datetime":
            yield from (words.day, words.time)
        case "tags":
            yield [called] + [f"{called}-{number}" for number in range(2, (declared.min_items or 1) + 1)]
        case "list" | "aliases":
            yield _list(name, declared, words, called)
        case "object":
            members = {key: list(_likely(key, item, words, called)) for key, item in declared.properties.items()}
            yield {key: values[0] for key, values in members.items() if values and declared.properties[key].required}


def _list(name: str, declared: ValueSchema, words: Words, called: str) -> list[Any]:
    """A list as long as it must be, of different items where there are any."""
    items = list(_likely(name, declared.items, words, called)) if declared.items else [FILL_IN]
    fitting = [item for item in items if not declared.items or not compiled(declared.items)(item)]
    return [fitting[number % len(fitting)] for number in range(max(declared.min_items or 1, 1))] if fitting else []


# Sections --------------------------------------------------------------------------------------------------------


def _sections(sections: SectionsSchema, level: int) -> Iterator[str]:
    for item in sections.items:
        for _ in range(item.least):
            yield f"{'#' * min(level, 6)} {item.heading}"
            if words := _comment(item):
                yield words
            if item.sections:
                yield from _sections(item.sections, level + 1)


def _comment(item: SectionSchema) -> str:
    """What the schema says of a section, where readers of the note do not see it."""
    words = " ".join((item.description or item.message).split()).replace("%%", "%")
    return f"%% {words} %%" if words else ""


# Places ----------------------------------------------------------------------------------------------------------


def plain_folder(glob: str) -> str | None:
    """The folder whose notes a glob means, "" for the vault itself; None when it names none without wildcards."""
    body = re.sub(r"(^|/)(\*\*|\*\*/\*|\*|\*\.md|\*\*/\*\.md|)$", "", glob)
    bare = re.sub(r"\\(.)", "", body)
    if re.search(r"[*?\[\]{}]", bare) or (body == glob and body.lower().endswith(".md")):
        return None
    return re.sub(r"\\(.)", r"\1", body).strip("/")
