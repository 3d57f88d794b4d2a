"""The facts of a note, a canvas or a base as plain values: what `vaultkit inspect` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vaultkit.index.callouts import BUILT_IN, canonical
from vaultkit.index.file_kinds import ending
from vaultkit.index.resolve import Resolution
from vaultkit.index.view import IndexView
from vaultkit.model.expression import expression
from vaultkit.model.note import Callout, Facts, Link, Note, NotePath, Value
from vaultkit.model.text import LineIndex, Span
from vaultkit.parse import bases, canvas
from vaultkit.parse.frontmatter import aliases, css_classes, tags
from vaultkit.parse.inline import shown, without_comments
from vaultkit.parse.note import parse
from vaultkit.parse.reading import highlights, rendered_lines, visible

_DATE = expression(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = expression(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?")

Texts = Callable[[NotePath], str]
"""Gives the decoded text of a file of the vault."""


def file_report(path: NotePath, view: IndexView, texts: Texts, **settings: Any) -> dict[str, Any]:
    """The facts of a canvas, a base, or a note of the index (`settings` as for `note_report`).

    Of a note that a check refuses for its encoding they are what can be told of its text.
    """
    if ending(path) == "canvas":
        return {"path": path, "canvas": canvas_report(path, view, texts(path))}
    if ending(path) == "base":
        return {"path": path, "base": base_report(texts(path))}
    note = view.note(path)
    if note and note.unreadable:
        known = parse(texts(path))
        note = note._replace(facts=known._replace(problems=note.facts.problems + known.problems))
    return note_report(note, view, texts, **settings) if note else {"path": path}


def note_report(
    note: Note,
    view: IndexView,
    texts: Texts,
    *,
    types: Mapping[str, str],
    strict_line_breaks: bool = False,
    schemas: Sequence[str] = (),
) -> dict[str, Any]:
    """The facts of a note. `types` are the vault's property types, `schemas` the names of those that govern the note.

    Spans are `[start, end]` in characters of the decoded text; those of facts that are bare lists stand under `spans`.
    """
    facts, text = note.facts, texts(note.path)
    state = facts.frontmatter.state
    return {
        "path": note.path,
        "schemas": list(schemas),
        "frontmatter_state": state,
        "properties": facts.properties if state == "valid" else None,
        "property_types": {name: property_type(name, value, types) for name, value in facts.properties.items()},
        "aliases": list(aliases(facts.properties)),
        "cssclasses": list(css_classes(facts.properties)),
        "tags": _tags(facts),
        "headings": [[heading.level, heading.text] for heading in facts.headings],
        "links": [_link(link, text, note.path, view, texts) for link in facts.links],
        "external": [item.url for item in facts.external],
        "blocks": [block.id for block in facts.blocks],
        "block_types": {block.id: block.kind for block in reversed(facts.blocks)},
        "callouts": [_callout(item) for item in facts.callouts],
        "tasks": [[task.state, task.text] for task in facts.tasks],
        "tables": [[table.columns, table.rows] for table in facts.tables],
        "code_languages": [code.language for code in facts.code if code.kind == "fence"],
        "math": [{"kind": item.kind, "tex": item.tex, "span": list(item.span)} for item in facts.math],
        "highlights": highlights(text, facts),
        "footnotes": _footnotes(facts),
        "rendered_lines": rendered_lines(text, facts, strict_line_breaks),
        "comments_removed_text": without_comments(text, facts),
        "text": visible(text, facts),
        "problems": [{"rule": item.rule, "message": item.message, "span": list(item.span)} for item in facts.problems],
        "spans": _spans(facts),
    }


def _spans(facts: Facts) -> dict[str, list[list[int]]]:
    """Where the facts stand that are told as bare lists, in the same order; and the tags of the body, and comments."""
    told: dict[str, list[Span]] = {
        "headings": [heading.span for heading in facts.headings],
        "tags": [tag.span for tag in facts.tags],
        "external": [item.span for item in facts.external],
        "blocks": [block.id_span for block in facts.blocks],
        "tasks": [task.span for task in facts.tasks],
        "tables": [table.span for table in facts.tables],
        "code_languages": [code.span for code in facts.code if code.kind == "fence"],
        "comments": [comment.span for comment in facts.comments],
    }
    return {name: [list(span) for span in spans] for name, spans in told.items()}


def _link(link: Link, text: str, source: NotePath, view: IndexView, texts: Texts) -> dict[str, Any]:
    resolution = view.resolve(link, source)
    found = {
        "raw": text[slice(*link.span)],
        "kind": link.kind,
        "target": link.target,
        "subpath": link.subpath,
        "display": shown(link),
        "resolves_to": resolution.path,
        "ambiguous": resolution.ambiguous,
        "hidden": link.hidden,
        "span": list(link.span),
    }
    optional = {
        "subpath_ok": resolution.place_ok,
        "subpath_line": _line(resolution, texts),
        "width": link.width,
        "height": link.height,
        "property": link.property or None,
    }
    return found | {name: value for name, value in optional.items() if value is not None}


def _line(resolution: Resolution, texts: Texts) -> int | None:
    """The line, from 0, on which the place of a link begins."""
    if resolution.path is None or resolution.place is None:
        return None
    return LineIndex(texts(resolution.path)).position(resolution.place.span.start).line - 1


def _tags(facts: Facts) -> list[str]:
    """Front matter first, each once whatever its letter case, in the spelling that came first."""
    first: dict[str, str] = {}
    for name in (*tags(facts.properties), *(tag.name for tag in facts.tags)):
        first.setdefault(name.lower(), name)
    return list(first.values())


def _callout(callout: Callout) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": callout.type,
        "title": callout.title,
        "fold": callout.fold,
        "canonical": canonical(callout.type),
        "known": callout.type in BUILT_IN,
        "span": list(callout.span),
    }
    return found | ({"metadata": callout.metadata} if callout.metadata else {})


def _footnotes(facts: Facts) -> dict[str, list[str]]:
    kinds = {"defs": "definition", "refs": "reference", "inline": "inline"}
    return {name: [item.text for item in facts.footnotes if item.kind == kind] for name, kind in kinds.items()}


def property_type(name: str, value: Value, types: Mapping[str, str]) -> str:
    """The type of a property: the one assigned in the vault, else the one that Obsidian takes from the value."""
    assigned = types.get(name) or types.get(name.lower())
    if assigned:
        return assigned
    if isinstance(value, bool):
        return "checkbox"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        return "multitext"
    text = value if isinstance(value, str) else ""
    if _DATE.fullmatch(text):
        return "date"
    return "datetime" if _DATE_TIME.fullmatch(text) else "text"


def canvas_report(path: NotePath, view: IndexView, text: str) -> dict[str, Any]:
    """What a canvas holds: its cards by type, its edges, files, addresses, and the links in its text cards."""
    board = canvas.read(text)
    if board.problem:
        return {"valid": False, "problem": board.problem.message}
    files, text_links = [], []
    for card in board.cards:
        if card.kind == "file":
            resolution = view.resolve(Link("path", card.value, card.subpath, None, card.span), path)
            files.append({"file": card.value, "subpath": card.subpath, "resolves_to": resolution.path})
        for link in canvas.text_links(card):
            raw = card.value[slice(*link.span)]
            text_links.append({"raw": raw, "resolves_to": view.resolve(link, path).path})
    return {
        "valid": True,
        "nodes": dict(board.kinds),
        "edges": board.edges,
        "file_nodes": files,
        "urls": [card.value for card in board.cards if card.kind == "url"],
        "text_links": text_links,
    }


def base_report(text: str) -> dict[str, Any]:
    """What a base holds: its views as type and name, and the names of its formulas."""
    base = bases.read(text)
    if base.problem:
        return {"valid": False, "problem": base.problem.message}
    return {"valid": True, "views": [list(view) for view in base.views], "formulas": list(base.formulas)}
