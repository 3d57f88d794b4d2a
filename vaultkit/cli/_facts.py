"""The facts of a note, a canvas, a base or a vault as `vaultkit inspect` prints them; docs/reference/inspect.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vaultkit.index.callouts import canonical
from vaultkit.index.file_kinds import ending
from vaultkit.model.note import Facts, Link, NotePath, Value
from vaultkit.model.text import LineIndex, Span
from vaultkit.parse import bases, canvas, frontmatter
from vaultkit.parse.inline import shown, visible, without_comments

if TYPE_CHECKING:
    from vaultkit.session import Session
    from vaultkit.vault.obsidian import ObsidianSettings

Report = dict[str, Any]


def file_facts(session: Session, path: NotePath, text: str, settings: ObsidianSettings) -> Report:
    """What there is to know of one file, by its kind."""
    if ending(path) == "canvas":
        return _canvas(session, path, text)
    if ending(path) == "base":
        return _base(path, text)
    return _note(session, path, text, settings)


def _note(session: Session, path: NotePath, text: str, settings: ObsidianSettings) -> Report:
    note = session.index.notes[path]
    facts = note.facts
    properties = facts.properties
    tags = dict.fromkeys((*frontmatter.tags(properties), *(tag.name for tag in facts.tags)))
    return {
        "path": path,
        "schemas": [schema.name for schema in session.governing(note)],
        "frontmatter_state": facts.frontmatter.state,
        "properties": properties if facts.frontmatter.state == "valid" else None,
        "property_types": {name: _type(name, value, settings) for name, value in properties.items()},
        "aliases": frontmatter.aliases(properties),
        "cssclasses": frontmatter.css_classes(properties),
        "tags": list({tag.lower(): tag for tag in reversed(tags)}.values())[::-1],
        "links": [_link(session, path, link, text) for link in facts.links],
        **_places(facts),
        "comments_removed_text": without_comments(text, facts),
        "text": visible(text, facts),
        "spans": _spans(facts),
        "problems": [{"rule": item.rule, "message": item.message, "span": list(item.span)} for item in facts.problems],
    }


def _places(facts: Facts) -> Report:
    """The facts of the body other than its links."""
    return {
        "headings": [[item.level, item.text] for item in facts.headings],
        "blocks": [item.id for item in facts.blocks],
        "block_types": {item.id: item.kind for item in facts.blocks},
        "callouts": [
            {
                "type": item.type,
                "title": item.title,
                "fold": item.fold,
                "metadata": item.metadata,
                "canonical": canonical(item.type),
                "span": list(item.span),
            }
            for item in facts.callouts
        ],
        "external": [item.url for item in facts.external],
        "tasks": [[item.state, item.text] for item in facts.tasks],
        "math": [{"kind": item.kind, "tex": item.tex, "span": list(item.span)} for item in facts.math],
        "footnotes": {
            name: [item.text for item in facts.footnotes if item.kind == kind]
            for name, kind in (("defs", "definition"), ("refs", "reference"), ("inline", "inline"))
        },
        "code_languages": [item.language for item in facts.code if item.kind == "fence"],
        "tables": [[item.columns, item.rows] for item in facts.tables],
    }


def _spans(facts: Facts) -> dict[str, list[list[int]]]:
    """Where the facts stand that are told without their places, in the same order."""
    told: dict[str, list[Span]] = {
        "headings": [item.span for item in facts.headings],
        "blocks": [item.id_span for item in facts.blocks],
        "external": [item.span for item in facts.external],
        "tasks": [item.span for item in facts.tasks],
        "code_languages": [item.span for item in facts.code if item.kind == "fence"],
        "tables": [item.span for item in facts.tables],
        "tags": [item.span for item in facts.tags],
        "comments": [item.span for item in facts.comments],
    }
    return {name: [list(span) for span in spans] for name, spans in told.items()}


def _link(session: Session, source: NotePath, link: Link, text: str) -> Report:
    resolution = session.index.view().resolve(link, source)
    report: Report = {
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
    if resolution.path is None or resolution.place_ok is not None:
        report["subpath_ok"] = bool(resolution.path and resolution.place_ok)
    if resolution.place and resolution.path:
        from vaultkit.index.outline import span_of

        lines = LineIndex(session.text(resolution.path))
        report["subpath_line"] = lines.position(span_of(resolution.place).start).line - 1
    return report | {key: value for key in ("property", "width", "height") if (value := getattr(link, key))}


def _type(name: str, value: Value, settings: ObsidianSettings) -> str:
    """The type that is assigned to a property, or else the one that its value looks like."""
    assigned = {key.lower(): kind for key, kind in settings.types.items()}.get(name.lower())
    if assigned:
        return assigned
    if isinstance(value, bool):
        return "checkbox"
    if isinstance(value, int | float):
        return "number"
    return "multitext" if isinstance(value, list) else "text"


def _canvas(session: Session, path: NotePath, text: str) -> Report:
    found = canvas.read(text)
    return {
        "path": path,
        "canvas": {
            "valid": found.problem is None,
            "nodes": dict(found.kinds),
            "edges": found.edges,
            "file_nodes": [
                {
                    "file": card.value,
                    "subpath": card.subpath,
                    "resolves_to": card.value if card.value in session.index.files else None,
                }
                for card in found.cards
                if card.kind == "file"
            ],
            "urls": [card.value for card in found.cards if card.kind == "url"],
            "text_links": list(_card_links(session, path, found)),
        },
    }


def _card_links(session: Session, path: NotePath, found: canvas.Canvas) -> Iterator[Report]:
    for card in found.cards:
        for link in canvas.text_links(card):
            opened = session.index.view().resolve(link, path).path
            yield {"raw": card.value[slice(*link.span)], "resolves_to": opened}


def _base(path: NotePath, text: str) -> Report:
    found = bases.read(text)
    valid = found.problem is None
    return {"path": path, "base": {"valid": valid, "views": found.views, "formulas": found.formulas}}
