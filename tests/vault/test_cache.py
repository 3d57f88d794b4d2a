"""What is remembered between runs is never seen in the findings: only in the time that they take."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.cli._choice import chosen
from vaultkit.errors import SetupError
from vaultkit.model.change import Change
from vaultkit.session import Session
from vaultkit.vault import cache
from vaultkit.vault import kept as kept_module
from vaultkit.vault.cache import Memory
from vaultkit.vault.parts import Parts, written
from vaultkit.vault.settings import load_config

PATHS = ["Dune.md", "Emma.md", "Sub/Dune.md", "Sub/Ulysses.md", "pic.png", "Templates/T.md"]
LINES = [
    "[[Dune]]",
    "[[Emma#Notes]]",
    "![[pic.png]]",
    "[[Nowhere]]",
    "# Notes",
    "# Other",
    "word ^b1",
    "[[Ulysses#^b1]]",
    "%%",
    "#tag",
    "#Tag",
    "[[Nowhere]] %% vaultkit-disable-line link-broken, tag-variant %%",
]
FRONTS = ["", "---\nmood: fine\n---\n", "---\nmood: 3\n---\n", "---\nMood: [fine]\ntags: [TAG]\n---\n"]
texts = st.builds("{}{}".format, st.sampled_from(FRONTS), st.lists(st.sampled_from(LINES), max_size=5).map("\n".join))
SET_UPS = {
    "set up": [
        ("vaultkit.yaml", "rules: { link-broken: warning, tag-unknown: { severity: info, vocabulary: [tag] } }\n"),
        ("vaultkit.yaml", "rules: { link-broken: error }\nschemas: [{ use: mood, match: { path: '**' } }]\n"),
    ],
    "exclude": [
        ("vaultkit.yaml", 'notes: { exclude: ["Templates/**"] }\npublish: { select: { tag: tag } }\n'),
        (
            "vaultkit.yaml",
            "extends: base.yaml\noverrides: [{ match: { path: Sub/** }, rules: { link-broken: off } }]\n",
        ),
    ],
    "extend": [
        ("base.yaml", "schemas: [{ use: mood, match: { property: mood } }]\n"),
        ("base.yaml", "rules: { tag-variant: error, callout-unknown: off }\n"),
    ],
    "schema": [
        ("schemas/mood.yaml", "extends: ./below.yaml\nsections: { items: [{ heading: Notes, aliases: [Other] }] }\n"),
        (
            "schemas/mood.yaml",
            "properties: { mood: { enum: [fine, good], required: true } }\nfilename: { pattern: ^D }\n",
        ),
    ],
    "schema below": [
        ("schemas/below.yaml", "properties: { mood: { type: number, minimum: 5, message: High. } }\n"),
        ("schemas/below.yaml", "properties: { mood: { type: list, default: [] } }\nadditionalProperties: false\n"),
    ],
    "types": [
        (".obsidian/types.json", '{ "types": { "mood": "number" } }'),
        (".obsidian/types.json", '{ "types": { "mood": "text" } }'),
    ],
}
"""What may be written over the files that a vault is set up by. The base and the schemas are there from the start."""
edits = st.lists(
    st.tuples(
        st.sampled_from(
            ["save", "same size", "touch", "old times", "delete", "rename", *SET_UPS, "other options", "other code"]
        ),
        st.sampled_from(PATHS),
        st.sampled_from(PATHS),
        texts,
    ),
    max_size=6,
)


@pytest.fixture(autouse=True)
def exact_clock(monkeypatch):
    """Files that were saved this instant count as settled: this file system tells every change apart."""
    monkeypatch.setattr(cache, "_RACY", 0)


class Disk:
    """A vault in a folder, and the odd things that happen to it."""

    def __init__(self, folder):
        self.root = os.path.join(folder, "vault")
        self.memory = os.path.join(folder, "cache")
        self.choices = ((), (), ())
        os.makedirs(self.root)

    def at(self, path):
        return os.path.join(self.root, path)

    def save(self, path, text):
        os.makedirs(os.path.dirname(self.at(path)), exist_ok=True)
        with open(self.at(path), "w") as file:
            file.write(text)

    def happen(self, what, path, other, text):
        if what == "save":
            self.save(path, text)
        elif what in SET_UPS:
            self.save(*SET_UPS[what][len(text) % 2])
        elif what == "other options":
            self.choices = ((), ("link-broken",), ("block-id-invalid",)) if len(text) % 2 else ((), (), ())
        elif what == "other code":
            of_another_version(only_file(self.memory))
        elif os.path.exists(self.at(path)):
            self._happen(what, path, other)

    def _happen(self, what, path, other):
        before = os.stat(self.at(path))
        if what == "same size":
            with open(self.at(path), "r+") as file:
                file.write(file.read()[::-1] and "x")
            os.utime(self.at(path), ns=(before.st_atime_ns, before.st_mtime_ns))
        elif what == "touch":
            os.utime(self.at(path))
        elif what == "old times":
            os.utime(self.at(path), (1, 1))
        elif what == "delete":
            os.unlink(self.at(path))
        elif what == "rename":
            os.makedirs(os.path.dirname(self.at(other)), exist_ok=True)
            os.replace(self.at(path), self.at(other))

    def check(self, remember):
        memory = Memory(self.root, self.memory) if remember else None
        select, ignore, more = self.choices
        session = Session.open(
            self.root, lambda: chosen(load_config(self.root), select, ignore, more), memory=memory, options=self.choices
        )
        session.once = remember  # what nobody needs then is remembered all the same
        session.refresh()
        result = session.diagnostics()
        return result.diagnostics, result.paths


@settings(max_examples=60, deadline=None)
@given(vault=st.dictionaries(st.sampled_from(PATHS), texts, max_size=5), rounds=st.lists(edits, max_size=4))
def test_a_check_with_a_memory_equals_one_without(vault, rounds):
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(folder)
        for path, text in vault.items():
            disk.save(path, text)
        for name in ("extend", "schema", "schema below"):
            disk.save(*SET_UPS[name][0])
        for happening in [[], *rounds, []]:
            for what in happening:
                disk.happen(*what)
            assert disk.check(remember=True) == disk.check(remember=False)


@pytest.mark.parametrize("saved", [None, "Emma.md"])
def test_what_waits_is_what_was_found_when_it_was_kept(disk, saved):
    memory = Memory(disk.root, disk.memory)
    memory.later = True
    session = Session.open(disk.root, lambda: load_config(disk.root), memory=memory, options=disk.choices)
    session.refresh()
    assert memory.state() is None
    if saved:
        disk.save(saved, "[[Nobody]]")
    memory.finish()
    assert Memory(disk.root, disk.memory).state() is not None
    assert disk.check(remember=True) == disk.check(remember=False)


@pytest.fixture
def disk(tmp_path):
    disk = Disk(str(tmp_path))
    disk.save("Dune.md", "[[Nowhere]] [[Emma#Notes]]")
    disk.save("Emma.md", "# Notes")
    return disk


def only_file(folder):
    (name,) = (name for name in os.listdir(folder) if "." not in name)
    return os.path.join(folder, name)


def journal(folder):
    (name,) = (name for name in os.listdir(folder) if "." in name)
    return os.path.join(folder, name)


def altered(file, **changes):
    """Write a memory anew with other parts, every check sum right."""
    parts = Parts(file)
    names = ("rows", "names", "asked", "findings", "setup", "paths", "stats", "about", "turn")
    with written(file) as writing:
        writing.part("facts", changes.get("facts", parts._some(*parts._table["facts"][:2])))
        for name in names:
            writing.part(name, changes.get(name, parts[name]))


def of_another_version(file):
    about = json.loads(Parts(file)["about"])
    altered(file, about=json.dumps(["x", *about[1:]]).encode())


def test_nothing_is_read_when_nothing_changed(disk, monkeypatch):
    first = disk.check(remember=True)
    assert first[0]
    monkeypatch.setattr("vaultkit.vault.files.Vault.read", lambda *_: pytest.fail("a note was read"))
    monkeypatch.setattr("vaultkit.session.read_setup", lambda *_: pytest.fail("the configuration was read"))
    assert disk.check(remember=True) == first


def test_the_set_up_is_not_read_again_for_one_note(disk, monkeypatch):
    disk.save(*SET_UPS["schema below"][0])
    disk.save(*SET_UPS["schema"][0])
    disk.save(*SET_UPS["set up"][1])
    disk.check(remember=True)
    disk.save("Emma.md", "---\nmood: 3\n---\n# Nothing")
    expected = disk.check(remember=False)
    monkeypatch.setattr("vaultkit.session.read_setup", lambda *_: pytest.fail("the configuration was read"))
    found = disk.check(remember=True)
    assert found == expected
    (finding,) = (item for item in found[0] if item.rule == "property-constraint")
    assert finding.hint == "High." and finding.origin.file == "schemas/below.yaml" and finding.origin.line == 1


def test_another_process_that_wrote_meanwhile_is_not_written_over(disk):
    disk.check(remember=True)
    slow = Session.open(disk.root, memory=Memory(disk.root, disk.memory), options=disk.choices)
    disk.save("Emma.md", "# Elsewhere")
    disk.save("vaultkit.yaml", "rules: { link-broken-heading: warning }\n")
    disk.check(remember=True)
    slow.refresh()
    os.unlink(disk.at("vaultkit.yaml"))
    assert disk.check(remember=True) == disk.check(remember=False)


@pytest.mark.parametrize(("kind", "text", "found"), [("deleted", None, ["link-broken"]), ("saved", "words", [])])
def test_the_first_change_concerns_whoever_asked_in_an_earlier_run(disk, kind, text, found):
    """Nothing was looked up in this run before the change, so that nothing else was asked of the vault as it was."""
    disk.save("Emma.md", "[[Changes]]")
    if kind == "deleted":
        disk.save("Changes.md", "words")
    disk.check(remember=True)
    session = Session.open(disk.root, memory=Memory(disk.root, disk.memory), options=disk.choices)
    assert session.refresh().paths == ()
    result = session.update([Change("Changes.md", kind, text)])
    assert [item.rule for item in result.diagnostics] == found and "Emma.md" in result.paths


def test_only_what_changed_is_read(disk, monkeypatch):
    disk.check(remember=True)
    disk.save("Emma.md", "# Nothing")
    read, seen = cache.Memory.note, []
    monkeypatch.setattr(cache.Memory, "note", lambda self, path: seen.append(path) or read(self, path))
    found = disk.check(remember=True)
    assert "link-broken-heading" in {item.rule for item in found[0]}
    assert sorted(set(seen)) == ["Dune.md", "Emma.md"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("meta/note.yaml", "properties: { a: { type: number } }"),
        ("meta/note.schema.json", '{ "properties": { "a": { "type": "number" } } }'),
        ("meta/common.json", '{ "type": "number" }'),
        ("meta/base.yaml", "properties: { a: { type: number } }"),
    ],
)
def test_schemas_that_lie_elsewhere_are_seen_to_change(disk, path, text):
    disk.save("Dune.md", "---\na: x\n---\n")
    disk.save("vaultkit.yaml", "schemas: [{ use: meta/note.yaml }]")
    disk.save("meta/base.yaml", "properties: {}")
    disk.save("meta/note.yaml", "extends: ./base.yaml\njson-schema: ./note.schema.json")
    disk.save("meta/note.schema.json", '{ "properties": { "a": { "$ref": "common.json" } } }')
    disk.save("meta/common.json", "{}")
    assert disk.check(remember=True)[0] == disk.check(remember=True)[0] == ()
    disk.save(path, text)
    assert [item.rule for item in disk.check(remember=True)[0]] == ["property-type"]


def test_a_configuration_that_cannot_be_read_is_not_taken_for_none(disk):
    disk.check(remember=True)
    os.mkdir(disk.at("vaultkit.yaml"))
    with pytest.raises(SetupError, match="this is a folder"):
        disk.check(remember=True)


DAMAGES = ["cut", "noise", "zeros", "empty", "folder", "other version", "other shape", "bad rows", "bad facts"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_memory_is_made_again_in_silence(disk, damage, capfd, monkeypatch):
    expected = disk.check(remember=True)
    file = only_file(disk.memory)
    with open(file, "rb") as old:
        data = old.read()
    halves = {
        "cut": data[: len(data) // 2],
        "noise": os.urandom(5000),
        "zeros": bytes(len(data) // 2) + data[len(data) // 2 :],
        "empty": b"",
    }
    if damage in halves:
        with open(file, "wb") as new:
            new.write(halves[damage])
    elif damage == "folder":
        os.unlink(file)
        os.mkdir(file)
    elif damage == "other version":
        of_another_version(file)
    elif damage == "other shape":
        altered(file, about=b"[]", stats=b"")
    elif damage == "bad rows":
        altered(file, setup=b"[", findings=b'{"Dune.md": "[["}', asked=b"{\n{\n")
    else:
        altered(file, facts=b"[" * 9999)
    assert disk.check(remember=True) == expected
    assert disk.check(remember=True) == expected
    if damage != "folder":
        monkeypatch.setattr("vaultkit.vault.files.Vault.read", lambda *_: pytest.fail("a note was read"))
    assert disk.check(remember=True) == expected
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("what", ["Writing.end", "Journal.add"])
def test_a_run_that_is_killed_while_it_writes_leaves_the_memory_sound(disk, what):
    code = (
        "import os, signal, sys\n"
        "from vaultkit.session import Session\n"
        "from vaultkit.vault import journal, parts\n"
        "from vaultkit.vault.cache import Memory\n"
        "session = Session.open(sys.argv[1], memory=Memory(sys.argv[1], sys.argv[2]))\n"
        "parts.Writing.end = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "alone = journal.Journal._alone\n"
        "class Half:\n"
        "    def __init__(self, file): self.file = file\n"
        "    def __getattr__(self, name): return getattr(self.file, name)\n"
        "    def write(self, line): self.file.write(line[: len(line) // 2]); os.kill(os.getpid(), signal.SIGKILL)\n"
        "journal.Journal._alone = lambda self: Half(alone(self))\n"
        "session.refresh()\n"
    )
    disk.check(remember=True)
    disk.save("Emma.md", "# Elsewhere")
    if what == "Writing.end":
        os.unlink(only_file(disk.memory))
    done = subprocess.run([sys.executable, "-c", code, disk.root, disk.memory], check=False)
    assert done.returncode == -signal.SIGKILL
    expected = disk.check(remember=False)
    assert disk.check(remember=True) == expected
    disk.save("Dune.md", "[[Emma#Elsewhere]] [[No]]")
    expected = disk.check(remember=False)
    assert disk.check(remember=True) == disk.check(remember=True) == expected


def test_what_was_begun_and_left_is_removed(disk):
    disk.check(remember=True)
    left = only_file(disk.memory) + ".0123abcd.new"
    for age in (0, 4000):
        with open(left, "w"):
            os.utime(left, (time.time() - age,) * 2)
        disk.save("vaultkit.yaml", f"# {age}")
        disk.check(remember=True)
        assert os.path.exists(left) == (age == 0)


@pytest.mark.parametrize("bound", [("_FEW", 1), ("_LONG", 1)])
def test_what_was_added_is_written_with_all_the_rest_in_time(disk, monkeypatch, bound):
    monkeypatch.setattr(kept_module, *bound)
    disk.check(remember=True)
    before = os.stat(only_file(disk.memory)).st_ino
    disk.save("Other.md", "[[Emma#Notes]]")
    for text in ("# Nothing", "# Notes", "[[Nowhere]]"):
        disk.save("Emma.md", text)
        assert disk.check(remember=True) == disk.check(remember=True) == disk.check(remember=False)
    os.unlink(disk.at("Dune.md"))
    assert disk.check(remember=True) == disk.check(remember=False)
    assert os.stat(only_file(disk.memory)).st_ino != before


def test_a_few_edits_do_not_write_everything(disk):
    disk.check(remember=True)
    before = os.stat(only_file(disk.memory))
    for text in ("# Nothing", "# Notes", "[[Nowhere]]"):
        disk.save("Emma.md", text)
        assert disk.check(remember=True) == disk.check(remember=False)
    assert os.stat(only_file(disk.memory)) == before
    with open(journal(disk.memory), "ab") as file:
        file.write(b"00000000 [half a li")
    assert disk.check(remember=True) == disk.check(remember=False)
    disk.save("Emma.md", "# Notes")
    assert disk.check(remember=True) == disk.check(remember=True) == disk.check(remember=False)
    with open(journal(disk.memory), "r+b") as file:
        file.write(b"f")
    assert disk.check(remember=True) == disk.check(remember=False)


def test_many_at_once_agree(disk):
    command = [sys.executable, "-m", "vaultkit", "check", "--vault", disk.root, "--output-format", "json"]
    environment = {**os.environ, "XDG_CACHE_HOME": disk.memory}
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(6)]
    outputs = {run.communicate()[0] for run in runs}
    assert len(outputs) == 1 and "link-broken" in outputs.pop()


def test_a_place_that_cannot_be_written_is_no_trouble(disk):
    with open(disk.memory, "w") as file:
        file.write("a file where the folder should be")
    assert disk.check(remember=True) == disk.check(remember=False)


def test_names_that_are_no_unicode_are_remembered(disk):
    with open(os.fsencode(disk.root) + b"/b\xff.md", "w") as file:
        file.write("[[Nowhere]]")
    first = disk.check(remember=True)
    assert disk.check(remember=True) == first == disk.check(remember=False)
