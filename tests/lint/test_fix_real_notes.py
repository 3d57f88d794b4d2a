"""Damage done to real notes is fixed, and not one other character of them changes.

Every kind of damage comes with what the fix must make of it, so the whole note is known beforehand: the fixed note is
compared with it to the last character, under every kind of line end, with and without one at the end.
"""

import os
import random
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaultkit import registry
from vaultkit.lint.ruleset import RULES
from vaultkit.model.change import Change
from vaultkit.parse.note import parse
from vaultkit.session import Session

PROJECT = Path(__file__).parents[2]
VAULTS = Path(os.environ.get("VAULTKIT_TEST_VAULTS") or Path.home() / ".cache" / "vaultkit-test-vaults")
SAMPLE = 250

CONFIG = """
schemas:
  - use: any
    match: { path: "**" }
rules: { link-case: warning }
"""

SCHEMA = """
name: any
properties:
  zz-list: { type: list }
  zz-text: { type: text }
  zz-state: { enum: [in review, done] }
  zz-day: { type: date }
  zz-lacking: { type: text, required: true, default: "to read: soon" }
sections:
  level: 1
  items:
    - heading: Zeta
    - heading: Eta takeaways
"""


class Damage(NamedTuple):
    """A rule, what stands in a note that breaks it, and what must stand there after the fix."""

    rule: str
    wrong: str
    right: str
    safe: bool = True

    @property
    def moves(self):
        """Whether the fix has to do with the end of the note, where blank lines stay at the end of their section."""
        return self.rule in ("section-order", "section-missing")


LINES = [
    Damage("frontmatter-invalid-yaml", "zz-a: Dune: the desert", 'zz-a: "Dune: the desert"'),
    Damage("frontmatter-invalid-yaml", "zz-b:   @sand  ", 'zz-b:   "@sand"  '),
    Damage("property-type", "zz-list:  one # kept", "zz-list:  [one] # kept"),
    Damage("property-type", "zz-text: 0123", 'zz-text: "0123"'),
    Damage("property-enum", "zz-state: In Review", "zz-state: in review"),
    Damage("property-enum", "zz-state: 'DONE'", "zz-state: 'done'"),
    Damage("property-enum", "zz-state: in reviw", "zz-state: in review", safe=False),
    Damage("property-invalid-date", "zz-day: 2024-3-1", "zz-day: 2024-03-01"),
    Damage("property-invalid-date", "zz-day: '2024/03/01'", "zz-day: '2024-03-01'", safe=False),
    Damage("property-unquoted-link", "zz-up: [[Zz one]]", 'zz-up: "[[Zz one]]"'),
    Damage("property-deprecated", "cssclass: wide", "cssclasses: [wide]"),
    Damage("property-broken-link", 'zz-see: "[[Zz oen#Sand dunes]]"', 'zz-see: "[[Zz one#Sand dunes]]"', safe=False),
    Damage("tag-invalid", "tags: ['#zz', y1]", "tags: ['zz', y1]"),
]
TEXTS = [
    Damage("link-broken", "See [[Zz oen|it]].", "See [[Zz one|it]].", safe=False),
    Damage("link-broken", "See [it](Zz%20oen.md).", "See [it](Zz%20one.md).", safe=False),
    Damage("link-broken-heading", "[[Zz one#Sand dnues]]", "[[Zz one#Sand dunes]]", safe=False),
    Damage("link-broken-block", "[[Zz one#^desret]]", "[[Zz one#^desert]]", safe=False),
    Damage("embed-broken", "![[zz-peir.png|300]]", "![[zz-pier.png|300]]", safe=False),
    Damage("link-case", "[[zZ ONE#sand dunes]]", "[[Zz one#sand dunes]]"),
    Damage("link-ambiguous", "[[Zz two]]", "[[Zz b/Zz two|Zz two]]"),
    Damage(
        "link-unescaped-pipe", "| a | b |\n|--|--|\n| [[Zz one|x]] | y |", "| a | b |\n|--|--|\n| [[Zz one\\|x]] | y |"
    ),
    Damage("callout-unknown", "> [!wraning] x", "> [!warning] x", safe=False),
    Damage("tag-variant", "Words #zZ-Sand and more.", "Words #zz-sand and more."),
    Damage("suppression-unused", "Words. %% vaultkit-disable-line link-broken %%", "Words."),
    Damage("suppression-unknown", "Words %% vaultkit-disable-line link-brokn %% and more.", "Words and more."),
]
SECTIONS = [
    Damage(
        "section-renamed", "# Zetta\n\nText.\n\n# Eta takeaways\n", "# Zeta\n\nText.\n\n# Eta takeaways\n", safe=False
    ),
    Damage("section-renamed", "# Zeta\n\nEta take-aways\n===", "# Zeta\n\nEta takeaways\n===", safe=False),
    Damage("section-level", "# Zeta\n\n## Eta takeaways\nx", "# Zeta\n\n# Eta takeaways\nx", safe=False),
    Damage("section-missing", "# Zeta\n\nText.\n", "# Zeta\n\nText.\n\n# Eta takeaways\n", safe=False),
    Damage(
        "section-order",
        "# Eta takeaways\n\nText.\n\n# Zeta",
        "# Zeta\n\n# Eta takeaways\n\nText.",
        safe=False,
    ),
    Damage(
        "section-order",
        "# Eta takeaways\n\nText.\n\n# Zeta\n\nMore.\n",
        "# Zeta\n\nMore.\n\n# Eta takeaways\n\nText.\n",
        safe=False,
    ),
]
WHOLE = Damage("", "# Zeta\n\nText.\n\n# Eta takeaways\n\nText.\n", "# Zeta\n\nText.\n\n# Eta takeaways\n\nText.\n")
DEFAULT = 'zz-lacking: "to read: soon"'
OTHERS = {
    "Zz one.md": "# Sand dunes\n\nText #zz-sand. ^desert\n",
    "zz-pier.png": "",
    "Zz b/Zz two.md": "#zz-sand\n",
    "Zz bbb/Zz two.md": "#zz-sand\n",
}


def source(name):
    folder = PROJECT / "docs" / "example" if name == "example" else VAULTS / name
    if not folder.is_dir():
        pytest.skip(f"the vault {name} is not unpacked in {VAULTS}")
    return folder


def copied(name, root):
    """A copy of (a part of) a vault, with attachments that are empty, and with the files that the damages speak of."""
    paths = sorted(path for path in source(name).rglob("[!.]*") if path.is_file())
    paths = [path for path in paths if not any(part[0] == "." for part in path.relative_to(source(name)).parts)]
    notes = [path for path in paths if path.suffix == ".md"]
    kept = set(notes if len(notes) <= SAMPLE else random.Random(4).sample(notes, SAMPLE))
    for path in paths:
        target = root / path.relative_to(source(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in kept:
            shutil.copyfile(path, target)
        elif path.suffix != ".md":
            target.touch()
    for path, text in {**OTHERS, "vaultkit.yaml": CONFIG, "schemas/any.yaml": SCHEMA}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return root


class Real:
    """A session on a real vault, and the notes that can be damaged so that what must become of them is known."""

    def __init__(self, root):
        self.session = Session.open(str(root))
        self.session.refresh()
        notes = self.session.index.notes
        self.texts = {path: text for path in sorted(notes) if (text := self.session.unchanged(notes[path])) is not None}
        self.notes = [path for path, text in self.texts.items() if self.fits(path, text)]

    def fits(self, path, text):
        """A body that more can be put behind, and properties that a line can be put behind."""
        facts, ends = parse(text), text.rstrip("\r\n")
        return (
            not path.startswith("Zz ")
            and facts.frontmatter.state in ("valid", "none")
            and not facts.problems
            and "\r" not in text
            and not ends.rpartition("\n")[2].startswith(("<pre", "<script", "<style", "%%"))
        )

    def found(self, path, text, rules):
        self.session.update([Change(path, "saved", text)])
        return [item for item in self.session.diagnostics([path]).diagnostics if item.rule in rules]


@pytest.fixture(scope="module", params=["kepano", "obsidian-help-en", "obsidian-hub", "example"])
def real(request, tmp_path_factory):
    found = Real(copied(request.param, tmp_path_factory.mktemp("vault")))
    assert len(found.notes) >= (5 if request.param == "example" else 30)
    return found


def built(text, lines, texts, sections, side, *, default):
    """A note with damages in it: `side` is `wrong` or `right`."""
    block = parse(text).frontmatter
    added = [getattr(item, side) for item in lines] + [DEFAULT] * default
    if block.state == "none":
        top, rest = "---\n" + "".join(f"{line}\n" for line in added) + "---\n", text
    else:
        end = block.span.end - 3
        top, rest = (
            text[:end] + "".join(f"{line}\n" for line in added) + text[end : block.span.end],
            text[block.span.end :],
        )
    body = "\n\n".join(getattr(item, side) for item in texts)
    return f"{top}{rest.rstrip()}\n\n{body}\n\n{getattr(sections, side)}"


FORMS = {
    "as it is": lambda text: text,
    "CR LF": lambda text: text.replace("\n", "\r\n"),
    "no last line end": lambda text: text.rstrip("\n"),
    "CR LF, no last line end": lambda text: text.rstrip("\n").replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "blank lines at the end": lambda text: text.rstrip("\n") + "\n \n\t\n\n",
}


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_damage_is_fixed_and_nothing_else_changes(real, data):
    path = data.draw(st.sampled_from(real.notes))
    lines = data.draw(st.lists(st.sampled_from(LINES), max_size=5, unique_by=lambda item: item.wrong.partition(":")[0]))
    texts = data.draw(st.lists(st.sampled_from(TEXTS), max_size=4, unique=True))
    sections = data.draw(st.sampled_from([WHOLE, *SECTIONS]))
    forms = [name for name in FORMS if not sections.moves or "at the end" not in name]
    form = FORMS[data.draw(st.sampled_from(forms))]
    lacking = data.draw(st.booleans())
    rules = {item.rule for item in (*lines, *texts, sections)} | {"property-missing"}
    if data.draw(st.booleans()):
        lines, texts = ([item for item in part if item.safe] for part in (lines, texts))
        sections, unsafe = sections if sections.safe else WHOLE, False
    else:
        unsafe = True
    text = real.texts[path]
    has = {name.lower() for name in parse(text).properties}
    lines = [item for item in lines if not {item.wrong.partition(":")[0], item.right.partition(":")[0]} & has]
    lacking = lacking and bool(lines or has)  # a note without any property has another finding
    wrong = form(built(text, lines, texts, sections, "wrong", default=not lacking))
    right = form(built(text, lines, texts, sections, "right", default=True))
    before = real.found(path, right.removeprefix("\ufeff"), rules)
    if not damage_shows(before, sections):
        return
    assert real.found(path, wrong, rules) or wrong == right

    def wanted(_, item):
        return item.rule in rules and (item.fix.safe or unsafe)

    notes = real.session.fix([path], wanted)
    assert real.session.text(path) == wrong.removeprefix("\ufeff"), "fixing is a question: the session stays as it is"
    rewrite = notes[0].rewritten(wrong.encode()) if notes else None
    assert (rewrite.after.decode() if rewrite else wrong) == right
    left = real.found(path, right, rules)
    assert [item.message for item in left] == [item.message for item in before]
    assert real.session.fix([path], wanted) == (), "a fixed note is fixed"
    real.session.update([Change(path, "saved")])


def test_every_fixable_rule_is_damaged():
    """White space is damaged in tests of its own. What would be wrong with nearly all notes as they are, properties
    that a schema does not name and notes without any, is damaged in the cases of the rules."""
    elsewhere = {
        "final-newline",
        "mixed-line-endings",
        "trailing-whitespace",
        "frontmatter-missing",
        "property-unknown",
    }
    damaged = {item.rule for item in (*LINES, *TEXTS, *SECTIONS)} | {"property-missing"}
    fixable = {name for name in registry.names(RULES) if registry.load(RULES, name).fixable != "no"}
    assert damaged | elsewhere == fixable


def damage_shows(before, sections):
    """Whether the note, with nothing damaged in it, has no finding of its own that a fix could be tried on."""
    return not any(item.fix for item in before)


def test_all_safe_fixes_of_a_vault_end_and_break_nothing(real):
    """What comes to light was there before: properties that can be read now have findings of their own."""
    real.session.update([Change(path, "saved") for path in real.texts])
    before = {(item.path, item.rule, item.message) for item in real.session.diagnostics().diagnostics}

    def safe(_, item):
        return item.fix.safe

    notes = real.session.fix(None, safe)
    real.session.update([Change(note.path, "saved", note.after) for note in notes])
    after = {(item.path, item.rule, item.message) for item in real.session.diagnostics().diagnostics}
    assert real.session.fix(None, safe) == ()
    real.session.update([Change(note.path, "saved") for note in notes])
    unreadable = {path for path, rule, _ in before if rule == "frontmatter-invalid-yaml"}
    assert {item for item in after - before if item[0] not in unreadable} == set()
    assert sum(len(note.fixed) for note in notes) > len(notes) // 2
    assert {(item.path, item.rule, item.message) for item in real.session.diagnostics().diagnostics} == before
