"""A vault of a few notes in memory, checked by the real layers, for tests that write their notes as text."""

from vaultkit import registry
from vaultkit.index.vault_index import VaultIndex
from vaultkit.lint.engine import check_note
from vaultkit.lint.rule import ActiveRule, RuleSet
from vaultkit.model.note import Note, NotePath
from vaultkit.model.text import apply_edits
from vaultkit.parse.note import parse
from vaultkit.schema.note_schema import load_schema

PATH = NotePath("Reading/2024-11-21-letters.md")


def active_rules(**options):
    """The rules that are on by default; `options` by rule, with underscores."""
    for name in registry.names("vaultkit.rules"):
        rule = registry.load("vaultkit.rules", name)
        if rule.severity:
            yield ActiveRule(name, rule.severity, rule.traits, options.get(name.replace("-", "_")))


RULES = RuleSet(active_rules())


def findings(text, *schemas, path=PATH, others=(), rules=RULES):
    """What is found in one note. Schemas are texts or loaded ones; `others` are more notes: (path, text)."""
    loaded = tuple(load_schema(item, "schemas/test.yaml") if isinstance(item, str) else item for item in schemas)
    notes = [Note(NotePath(name), name, parse(body)) for name, body in ((path, text), *others)]
    index = VaultIndex([note.path for note in notes])
    for note in notes:
        index.replace(note.path, note)
    return check_note(notes[0], index.view(), loaded, rules, lambda: text)


def said(text, *schemas, **more):
    """The findings as `rule: message`."""
    return [f"{item.rule}: {item.message}" for item in findings(text, *schemas, **more)]


def mended(text, found):
    """The text after the fixes of all findings."""
    return apply_edits(text, {edit for item in found if item.fix for edit in item.fix.edits})
