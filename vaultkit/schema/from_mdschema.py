"""A schema of mdschema (`.mdschema.yml`) as a note schema."""

from __future__ import annotations

import re
from typing import Any

from vaultkit.model.expression import expression
from vaultkit.schema.foreign import Imported, Importer
from vaultkit.schema.repair import as_yaml
from vaultkit.schema.source import Node, plain, read_yaml

_TYPES = {"string": "text", "number": "number", "boolean": "checkbox", "array": "list", "date": "date",
          "object": "object"}  # fmt: skip
_FORMATS = {"email": "email", "url": "uri"}
_HEADING = expression(r"(?P<marks>#{1,6})[ \t]+(?P<text>.*)", re.DOTALL)
_SIGNS = expression(r"\\[AbBdDsSwWzZ]|[\\^$.|?*+(){}\[\]]+")
_ESCAPED = expression(r"[\\^$.|?*+(){}\[\]#&~-]")
_LINKS = "`links`: vaultkit checks links by rules of their own, see `vaultkit rules`"
_RULES = {"no_skip_levels": "heading-increment", "unique": "heading-duplicate", "unique_per_level": "heading-duplicate"}


def from_mdschema(text: str, file: str) -> Imported:
    """The note schema that asks for the same as a schema of mdschema, as far as it can. Raises SetupError."""
    node = read_yaml(text, file)
    taken = _Taken()
    stem = file.replace("\\", "/").rpartition("/")[2].lstrip(".").partition(".")[0]
    made: dict[str, Any] = {"name": stem if stem != "mdschema" else "note"}
    entries = taken.entries(node, "a schema")
    taken.left(entries, ("structure", "links", "heading_rules", "frontmatter"))
    if "frontmatter" in entries:
        made |= taken.properties(entries["frontmatter"])
    if "structure" in entries:
        made["sections"] = taken.sections(entries["structure"])
    if "links" in entries:
        taken.lose(entries["links"], _LINKS)
    for name, rule in taken.entries(entries["heading_rules"], "").items() if "heading_rules" in entries else ():
        by = f": the rule `{_RULES[name]}` is about that" if name in _RULES else ""
        taken.lose(rule, f"`heading_rules.{name}`{by}")
    return taken.result(made)


class _Taken(Importer):
    # Properties --------------------------------------------------------------------------------------------------

    def properties(self, node: Node) -> dict[str, Any]:
        """The fields of the front matter; a dotted name is an entry of an object."""
        entries = self.entries(node, "`frontmatter`")
        self.left(entries, ("fields", "optional"), " of `frontmatter`")
        if "optional" in entries and entries["optional"].value is True:
            self.lose(
                entries["optional"], "that there need be no front matter, while its fields are required if there is"
            )
        made: dict[str, Any] = {}
        for field in self.items(entries["fields"]) if "fields" in entries else ():
            parts = self.entries(field, "a field")
            name = str(parts["name"].value) if "name" in parts else ""
            *outer, last = name.split(".")
            level = made
            for part in outer:
                level = level.setdefault(part, {}).setdefault("properties", {})
            if last:
                level[last] = self._field(parts) | {
                    key: value for key, value in level.get(last, {}).items() if key == "properties"
                }
        return {"properties": _objects(made)}

    def _field(self, parts: dict[str, Node]) -> dict[str, Any]:
        self.left(parts, ("name", "optional", "type", "format", "enum"), " of a field")
        made: dict[str, Any] = {}
        kind = _word(parts.get("type"))
        if kind in _TYPES:
            made["type"] = _TYPES[kind]
        elif kind:
            self.lose(parts["type"], f"the type `{kind}`")
        form = _word(parts.get("format"))
        if form == "date":
            made["type"] = "date"
        elif form in _FORMATS:
            made |= {"type": "text", "format": _FORMATS[form]}
        elif form:
            self.lose(parts["format"], f"the format `{form}`")
        if "enum" in parts:
            choices = [item.value for item in self.items(parts["enum"])]
            made |= {"items": {"enum": choices}} if kind == "array" else {"enum": choices}
        if "optional" not in parts or parts["optional"].value is not True:
            made["required"] = True
        return made

    # Sections ----------------------------------------------------------------------------------------------------

    def sections(self, node: Node, around: int | None = None, additional: bool = False) -> dict[str, Any]:
        """The sections of a note, or within one on the level `around`."""
        levels: list[int] = []
        items = [made for item in self.items(node) if (made := self._section(item, levels))]
        found: dict[str, Any] = {}
        if around is None and levels:
            found["level"] = levels[0]
        wanted = levels[0] if around is None and levels else (around or 0) + 1
        if any(level != wanted for level in levels):
            self.lose(node, f"that sections beside each other stand on other levels than {wanted}")
        return found | {"additional": additional, "items": items}

    def _section(self, node: Node, levels: list[int]) -> dict[str, Any]:
        parts = node.value if isinstance(node.value, dict) else {"heading": node}
        self.left(
            parts, ("heading", "description", "optional", "allow_additional", "children", *_CONTENT), " of a section"
        )
        made = self._heading(parts.get("heading", node), levels)
        if not made:
            return {}
        for name in ("description",):
            if name in parts:
                made[name] = parts[name].value
        if "optional" in parts and parts["optional"].value is True:
            made["required"] = False
        content = self._content(parts)
        if content:
            made["content"] = content
        open_ = "allow_additional" in parts and parts["allow_additional"].value is True
        if "children" in parts:
            made["sections"] = self.sections(parts["children"], levels[-1] if levels else 1, open_)
        else:
            made["content"] = {"required": False} | made.get("content", {})
            if not open_:
                made["sections"] = {"additional": False, "items": []}
        return made

    def _heading(self, node: Node, levels: list[int]) -> dict[str, Any]:
        parts = node.value if isinstance(node.value, dict) else {"pattern": node}
        if "expr" in parts:
            self.lose(parts["expr"], "`expr`: `title` with `must-agree` says how title and file name belong together")
            return {}
        source = str(parts["pattern"].value) if "pattern" in parts else ""
        regex = "regex" in parts and parts["regex"].value is True
        found = _HEADING.fullmatch(source.removeprefix("^") if regex else source)
        levels.append(len(found["marks"]) if found else 1)
        text = found["text"] if found else source
        if not regex and text != ".*":
            return {"heading": text}
        pattern = self.pattern(node, "^(?:" + text.removesuffix("$") + ")$")
        words = " ".join(_SIGNS.sub(" ", text).split()) or "Title"
        return {"heading": words} | ({"aliases": [{"pattern": pattern}]} if pattern else {})

    def _content(self, parts: dict[str, Node]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, word in (("required_text", "must-match"), ("forbidden_text", "must-not-match")):
            patterns = [self._text(item) for item in self.items(parts[name])] if name in parts else []
            if any(patterns):
                made[word] = [pattern for pattern in patterns if pattern]
        blocks = [self._kept(item, "code_blocks", ("lang", "min")) for item in self._rules(parts, "code_blocks")]
        if blocks:
            made["codeBlocks"] = blocks
        for name, words in _COUNTED.items():
            for item in self._rules(parts, name):
                kept = self._kept(item, name, tuple(words))
                made |= {words[key]: value for key, value in kept.items()}
        return made

    def _rules(self, parts: dict[str, Node], name: str) -> list[Node]:
        return self.items(parts[name]) if name in parts else []

    def _kept(self, node: Node, name: str, known: tuple[str, ...]) -> dict[str, Any]:
        entries = self.entries(node, f"`{name}`")
        self.left(entries, known, f" of `{name}`")
        return {
            key: [item.value for item in entries[key].value]
            if isinstance(entries[key].value, list)
            else entries[key].value
            for key in known
            if key in entries
        }

    def _text(self, node: Node) -> str | None:
        parts = node.value if isinstance(node.value, dict) else {"pattern": node}
        source = str(parts["pattern"].value) if "pattern" in parts else ""
        regex = "regex" in parts and parts["regex"].value is True
        return self.pattern(node, source if regex else _ESCAPED.sub(r"\\\g<0>", source))


_COUNTED = {
    "images": {"min": "images"},
    "tables": {"min": "minTables", "required_headers": "columns"},
    "lists": {"min_items": "minItems"},
    "word_count": {"min": "minWords", "max": "maxWords"},
}
_CONTENT = ("required_text", "forbidden_text", "code_blocks", *_COUNTED)


def _objects(members: dict[str, Any]) -> dict[str, Any]:
    """The same, with the type `object` for what has entries."""
    return {
        name: (
            {"type": "object"} | item | {"properties": _objects(item["properties"])} if "properties" in item else item
        )
        for name, item in members.items()
    }


def _word(node: Node | None) -> str:
    """The word at a node, as it would be typed; "" when there is none."""
    if node is None or node.value is None:
        return ""
    return node.value if isinstance(node.value, str) else as_yaml(plain(node))
