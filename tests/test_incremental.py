"""Whatever happens to a vault, a session that followed along finds exactly what a fresh one finds."""

import itertools
import os
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from vaultkit import registry, spread
from vaultkit.config import Config
from vaultkit.index import resolve
from vaultkit.index.file_kinds import is_note
from vaultkit.lint.rule import ActiveRule, RuleSet, Traits
from vaultkit.lint.ruleset import rules_for
from vaultkit.model.change import Change
from vaultkit.schema.match import Governed, Matcher
from vaultkit.schema.note_schema import load_schema
from vaultkit.schema.validated import validated
from vaultkit.session import Session, Setup
from vaultkit.setup import publishing
from vaultkit.vault.files import Gone, Listing, Stat, decode

NAMES = [
    "Dune",
    "dune",
    "Emma",
    "Sub/Dune",
    "Sub/Emma",
    "Sub/Deep/Ulysses",
    "Ulysses",
    "Caf\u00e9",
    "Cafe\u0301",
    "v1.2",
    "sub/Dune",
    "Why?/Emma",
    "Why?/Sub /Emma",
    "Emma (conflicted copy 1)",
]
PATHS = [name + ".md" for name in NAMES] + ["pic.png", "Sub/pic.png", "Map.canvas"]

URLS = ["https://a.example", "https://b.example/"]

SCHEMA = """
name: book
properties:
  title: { type: text, required: true }
  date: { type: date }
  id: { type: text, unique: true }
  rating: { type: number, maximum: 10 }
  up: { type: link }
sections:
  items:
    - heading: Notes
    - heading: Questions
      aliases: ["Questions I have"]
"""

_links = st.builds(
    "{}[[{}{}{}]]".format,
    st.sampled_from(["", "!"]),
    st.sampled_from([*NAMES, "", "DUNE", "Nick", "Emm", "./Dune", "../Emma", "/Dune", "Sub/Dune.md", "pic.png", "pic"]),
    st.sampled_from(["", "#Notes", "#Notes#Deep", "#^b1", "#^nope", "#Q A", "#notez"]),
    st.sampled_from(["", "|shown", "|100", "|100x"]),
)
_lines = st.one_of(
    _links,
    st.sampled_from(
        [
            "# Notes", "## Deep", "# Questions", "# Questions I have", "# Q&A", "# Note", "words ^b1", "more ^b1",
            "^b2",
            "#tag and #Tag", "#1984", "#tag #1984", "#TAG/Deep", "#tag/deep",
            "%% vaultkit-disable-line link-broken, tag-variant %%", "<!-- vaultkit-disable-next-line -->",
            "%% vaultkit-disable property-type-conflict, link-broken %%", "%% vaultkit-enable %%",
            "%% vaultkit-disable-file tag-variant %%", "%% vaultkit-disable-line lnik-broken %%",
            "[[Nowhere]] %% vaultkit-disable-line link-broken %%",
            "<<<<<<< HEAD", "=======", ">>>>>>> other", "space  ", "### Skipped", "![](https://example.org/p.png)",
            "%% hidden [[Nowhere]] %%", "%%", "```", "> [!note] Box", "> [!notte]", "- item",
            "[m](Dune.md)", "![](pic.png)", "[n](Sub%2FDune.md#Notes)", "claim[^1]", "[^1]: proof", "", "text",
            "#public", "<https://a.example>", "[x](https://b.example/)", "/home/jane/x", "<% tp.x %>", "![[pic.png]]",
        ]
    ),
)  # fmt: skip
_properties = st.lists(
    st.sampled_from(
        [
            "title: A", "title: B", "title: [x]", "date: 2024-02-30", "date: 2024-02-03", "id: one", "id: two",
            "rating: 11", "rating: many", "Rating: 11", "mood: fine", "mood: [fine]", "mood: 3", "Mood: 2024-02-03",
            "vaultkit: { disable: [tag-variant, property-type-conflict] }", "vaultkit: { disable: true }",
            'up: "[[Dune]]"', 'up: "[[Nowhere]]"', "up: [[Dune]]", "aliases: [Nick]",
            "alias: Nick",
            "tags: [tag, TAG]", "tags: a b", "bad: a: b", "publish: true", "publish: true", "publish: false",
            "publish: yes", "draft: maybe", "permalink: dune", "permalink: ../x", "permalink: /",
            "aliases: [Sub/Emma, Old/One]", 'source: "[[Emma]]"', "tags: public",
        ]
    ),
    max_size=5,
)  # fmt: skip
texts = st.builds(
    lambda properties, lines: (
        ("---\n" + "\n".join(properties) + "\n---\n" if properties else "") + "\n".join(lines) + "\n"
    ),
    _properties,
    st.lists(_lines, max_size=8),
)


class MemoryFiles:
    """A vault in memory that hands out a new state at each save, as a disk does."""

    def __init__(self):
        self.texts = {}
        self._clock = itertools.count()
        self._states = {}

    def save(self, path, text):
        self.texts[path] = text
        self._states[path] = Stat(next(self._clock), len(text), 0, 0)

    def delete(self, path):
        del self.texts[path], self._states[path]

    def present(self):
        return True

    def leave_out(self, folders):
        assert not folders

    def scan(self):
        return Listing(dict(self._states), {}, {})

    def read(self, path):
        if path not in self.texts:
            raise Gone(path)
        return decode(self.texts[path].encode())

    def read_bytes(self, path, limit):
        return self.texts[path].encode()


def every_rule():
    rules = dict.fromkeys(registry.names("vaultkit.rules"), "warning")
    rules["publish-size"] = {"severity": "warning", "megabytes": 0.00001}
    rules["tag-unknown"] = {"severity": "warning", "vocabulary": ["tag", "book"]}
    publish = {"select": {"property": "publish", "tag": "public", "schema": "book"}, "targets": [{"home": "Emma"}]}
    return validated(Config, {"rules": rules, "publish": publish})


def _excluded(path):
    return path.startswith("Sub/Deep/")


def set_up(config, rules=None):
    governed = (Governed(load_schema(SCHEMA, "book.yaml"), Matcher(_some_notes())),)
    judge = publishing(config, governed, _excluded)
    return Setup(config, governed, rules or rules_for(config), lambda path: True, about_files=True, publishing=judge)


def open_session(files, verdicts=None):
    session = Session(files, lambda: set_up(every_rule()))
    session.refresh()
    session.learn(lambda urls: verdicts or {})
    return session


def _some_notes():
    from vaultkit.config import Match

    return Match(any=(Match(path=("Sub/**",)), Match(tag=("tag",)), Match(property="title")))


class FollowedVault(RuleBasedStateMachine):
    """Random edits, seen by a session either as events or by looking at the disk."""

    @initialize(vault=st.dictionaries(st.sampled_from(PATHS), texts, max_size=6))
    def start(self, vault):
        self.files = MemoryFiles()
        for path, text in vault.items():
            self.files.save(path, text)
        self.verdicts = {}
        self.session = open_session(self.files)

    def _seen(self, changes, by_event):
        """What an attachment is made of, its size, is seen by looking at the disk."""
        if by_event:
            self.session.update(changes)
        if not by_event or not all(is_note(change.path) for change in changes):
            self.session.refresh()

    @rule(verdicts=st.dictionaries(st.sampled_from(URLS), st.sampled_from(["", "is gone", "does not answer"])))
    def look_online(self, verdicts):
        self.verdicts |= verdicts
        self.session.learn(lambda urls: verdicts)

    @rule(path=st.sampled_from(PATHS), text=texts, by_event=st.booleans())
    def save(self, path, text, by_event):
        self.files.save(path, text)
        self._seen([Change(path, "saved")], by_event)

    @rule(data=st.data(), by_event=st.booleans())
    def delete(self, data, by_event):
        if self.files.texts:
            path = data.draw(st.sampled_from(sorted(self.files.texts)))
            self.files.delete(path)
            self._seen([Change(path, "deleted")], by_event)

    @rule(data=st.data(), new=st.sampled_from(PATHS), by_event=st.booleans())
    def rename(self, data, new, by_event):
        if self.files.texts:
            old = data.draw(st.sampled_from(sorted(self.files.texts)))
            text = self.files.texts[old]
            self.files.delete(old)
            self.files.save(new, text)
            self._seen([Change(old, "deleted"), Change(new, "saved")], by_event)

    @rule(data=st.data(), text=texts)
    def type_and_close_without_saving(self, data, text):
        notes = sorted(path for path in self.files.texts if path.endswith(".md"))
        if notes:
            path = data.draw(st.sampled_from(notes))
            self.session.update([Change(path, "saved", text)])
            self.session.update([Change(path, "saved")])

    @invariant()
    def the_findings_are_those_of_a_fresh_session(self):
        if hasattr(self, "session"):
            fresh = open_session(self.files, self.verdicts)
            assert self.session.diagnostics().diagnostics == fresh.diagnostics().diagnostics
            assert self.session.diagnostics().paths == fresh.diagnostics().paths


FollowedVault.TestCase.settings = settings(
    max_examples=60, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFollowedVault = FollowedVault.TestCase


@settings(max_examples=150, deadline=None)
@given(vault=st.dictionaries(st.sampled_from(PATHS), texts, min_size=1, max_size=4))
def test_a_rule_that_is_not_started_would_have_found_nothing(vault):
    files = MemoryFiles()
    for path, text in vault.items():
        files.save(path, text)
    config = every_rule()
    for_note = rules_for(config)

    def all_started(note):
        return RuleSet(
            ActiveRule(rule.name, rule.severity, Traits(None, rule.over, (), rule.last), rule.given, rule.chosen)
            for rule in for_note(note)
        )

    found = []
    for rules in (for_note, all_started):
        session = Session(files, lambda rules=rules: set_up(config, rules))
        session.refresh()
        session.learn(lambda urls: dict.fromkeys(URLS, "is gone"))
        found.append(session.diagnostics().diagnostics)
    assert found[0] == found[1]


public_texts = st.builds(
    "---\n{}\n{}\n---\n{} and {}\n".format,
    st.sampled_from(["publish: true"] * 4 + ["publish: false", "publish: yes", "tags: public", "up: x"]),
    st.sampled_from(
        ["", "draft: true", "permalink: emma", "permalink: sub/dune", "permalink: ../x", "aliases: Sub/Emma",
         "permalink: /", 'source: "[[Emma]]"']
    ),
    st.sampled_from(["[[Emma]]", "![[Emma]]", "[[Dune]]", "![[pic.png]]"]),
    st.sampled_from(["![[Emma]]", "![[Sub/Dune]]", "[[Dune]]", "![[pic.png]]"]),
)  # fmt: skip
_public_notes = st.sampled_from(["Dune.md", "Emma.md", "Sub/Dune.md", "Sub/Deep/Emma.md"])
_public_edits = st.one_of(
    st.tuples(_public_notes, public_texts),
    st.tuples(_public_notes, public_texts),
    st.tuples(st.just("pic.png"), st.sampled_from(["x", "x" * 20, "x" * 21])),
    st.tuples(st.sampled_from(["Dune.md", "Emma.md", "pic.png"]), st.none()),
)


@settings(max_examples=150, deadline=None)
@given(
    vault=st.dictionaries(_public_notes, public_texts, min_size=2),
    edits=st.lists(_public_edits, min_size=2, max_size=5),
)
def test_what_becomes_public_or_private_brings_back_who_points_at_it(vault, edits):
    files = MemoryFiles()
    for path, text in vault.items():
        files.save(path, text)
    session = open_session(files)
    for path, text in edits:
        if text is not None:
            files.save(path, text)
        elif path in files.texts:
            files.delete(path)
        session.refresh()
        assert session.diagnostics().diagnostics == open_session(files).diagnostics().diagnostics


@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2,
    reason="two processes are used on Linux, by two processors",
)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    vault=st.dictionaries(st.sampled_from(PATHS), texts, min_size=2, max_size=6),
    edited=st.tuples(st.sampled_from(PATHS), texts),
    large=st.booleans(),
    lost=st.booleans(),
)
def test_two_processes_find_what_one_does(vault, edited, large, lost, monkeypatch):
    files = MemoryFiles()
    for path, text in vault.items():
        files.save(path, text)
    alone, together = open_session(files), open_session(files)
    alone.refresh()
    monkeypatch.setattr(spread, "WORTH_A_PROCESS", 0)
    if large:
        monkeypatch.setattr(spread, "_LARGE", 0)
        monkeypatch.setattr(resolve, "_KNOWN_AT_ONCE", 1)
    if lost:
        monkeypatch.setattr("vaultkit.together._work", lambda pipe, do, row, first: os._exit(next(row.from_the_back())))
    together.refresh()
    monkeypatch.undo()
    assert together.diagnostics().diagnostics == alone.diagnostics().diagnostics
    assert alone.index.counts in (None, together.index.counts)
    files.save(*edited)
    assert together.refresh()[:2] == alone.refresh()[:2], "both know what was asked"
