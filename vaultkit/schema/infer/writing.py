"""What was learned as the files that a person will read and change, with the evidence as comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vaultkit.schema.infer import Learned
from vaultkit.schema.infer.draft import Draft, Key
from vaultkit.schema.infer.places import glob_of
from vaultkit.schema.repair import as_yaml


def config_text(learned: Learned) -> str:
    """`vaultkit.yaml` for what was learned."""
    grouped = f"{len(learned.grouped)} of {learned.notes} notes have a schema"
    lines = [f"# Learned from the notes that were there: {grouped}. Change what you like.", "version: 1", ""]
    if learned.templates:
        globs = as_yaml([glob_of(folder) for folder in learned.templates])
        lines += ["notes:", f"  exclude: {globs} # templates", ""]
    lines.append("schemas:" if learned.groups else "schemas: []")
    for match, draft in learned.groups:
        kept = len(draft.notes) - len(draft.failing)
        lines.append(f"  - use: {as_yaml(draft.name)} # {_of(kept, len(draft.notes))} satisfy it")
        lines += _match(match)
    return "\n".join(lines) + "\n"


def schema_text(draft: Draft) -> str:
    """The file of a schema."""
    kept, total = len(draft.notes) - len(draft.failing), len(draft.notes)
    lines = [
        f"# {_of(kept, total)} satisfied it when it was learned from them. Change what you like.",
        f"name: {as_yaml(draft.name)}",
    ]
    if draft.description:
        lines.append(f"description: {as_yaml(draft.description)}")
    if properties := draft.words.get("properties"):
        lines += ["", "properties:"]
        for name, words in properties.items():
            share = _share(draft.shares, ("properties", name))
            lines.append(f"  {as_yaml(name)}: {_flow(words)}{share}")
    if filename := draft.words.get("filename"):
        lines += ["", "filename:", f"  pattern: {as_yaml(filename['pattern'])}"]
    if sections := draft.words.get("sections"):
        lines += ["", "sections:", *_sections(sections, draft.shares, ("sections",), "  ")]
    return "\n".join(lines) + "\n"


def _match(match: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a match; a long list of globs has a line for each."""
    one_line = f"    match: {_flow(match)}"
    if not match:
        return
    if len(one_line) <= 120:
        yield one_line
        return
    yield "    match:"
    for key, value in match.items():
        if isinstance(value, list):
            yield f"      {key}:"
            yield from (f"        - {as_yaml(item)}" for item in value)
        else:
            yield f"      {key}: {as_yaml(value)}"


def _sections(sections: Mapping[str, Any], shares: Mapping[Key, Any], path: Key, indent: str) -> Iterator[str]:
    if "level" in sections:
        yield f"{indent}level: {sections['level']}"
    yield f"{indent}order: {sections['order']}"
    yield f"{indent}items:"
    for item in sections["items"]:
        here = (*path, item["heading"])
        yield f"{indent}  - heading: {as_yaml(item['heading'])}{_share(shares, here)}"
        for word, value in item.items():
            if word == "sections":
                yield f"{indent}    sections:"
                yield from _sections(value, shares, here, indent + "      ")
            elif word != "heading":
                yield f"{indent}    {word}: {_flow(value) if isinstance(value, dict) else as_yaml(value)}"


def _flow(words: Mapping[str, Any]) -> str:
    """A mapping on one line, with the spaces that people put in it."""
    parts = (
        f"{as_yaml(key)}: {_flow(value) if isinstance(value, dict) else as_yaml(value)}" for key, value in words.items()
    )
    return "{ " + ", ".join(parts) + " }"


def _share(shares: Mapping[Key, tuple[int, int]], key: Key) -> str:
    return f" # {_of(*shares[key])}" if key in shares else ""


def _of(some: int, total: int) -> str:
    return f"{some} of {total} note{'s' * (total != 1)}"
