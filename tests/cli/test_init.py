"""`vaultkit init` on vaults of every kind: what it writes can be used, and nearly all notes satisfy it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from console import run_command, standing_in
from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath
from vaultkit.session import Session
from vaultkit.vault.create import create_files
from vaultkit.vault.files import Vault
from vaultkit.vault.templates import template_folders

VAULTS = Path(os.environ.get("VAULTKIT_TEST_VAULTS") or Path.home() / ".cache" / "vaultkit-test-vaults")


def init(root, *options):
    with standing_in(Path(root)):
        return run_command(" ".join(("vaultkit init", *options)))


def satisfied(root):
    """The notes that have a schema, and those of them with a finding that a schema asked for, by the real check."""
    session = Session.open(str(root))
    session.refresh()
    checked = [note for path, note in session.index.notes.items() if session.setup.checks(path)]
    grouped = {note.path for note in checked if session.governing(note)}
    failing = {item.path for item in session.diagnostics().diagnostics if item.origin}
    session.files.close()
    return grouped, failing


# Vaults at random --------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["a", "B b", "c, [d]", "{e}", "ü*", "2024", "Templates", "🗂️ f", "g?\\", "h..", "tag #1", "'q\""]
)
PROPERTIES = st.sampled_from(
    [
        "type",
        "status",
        "tags",
        "aliases",
        "date",
        "publish",
        "a: b",
        "x",
        "no",
        "~",
        "1",
        "ö",
        "[y]",
        "vaultkit",
        "<<",
        "=",
        "Type",
    ]
)
VALUES = st.sampled_from(
    [
        "book",
        "person",
        "yes",
        "1",
        "2.5",
        "true",
        "2024-11-21",
        "2024-13-01",
        '"[[A]]"',
        "[[A]]",
        "[a, b]",
        "[1, x]",
        "{k: v}",
        "null",
        "~",
        '"# x"',
        "https://a.org",
        "[]",
        "[[]]",
        "'a: b'",
        "0x1F",
        "1e3",
        ".inf",
        '"\\u0085"',
        "",
        '[a, a, "[[B]]"]',
        "12:30",
        "2024-11-21 09:30",
    ]
)
HEADINGS = st.sampled_from(
    [
        "Notes",
        "notes:",
        "**Notes**",
        "Raw notes",
        "Takeaways",
        "Take-aways",
        "`x`",
        "{{title}}",
        "[[A]]",
        "#",
        "日記",
        "a\\*b",
        "Q?",
    ]
)
SECTION = st.tuples(st.integers(1, 4), HEADINGS, st.sampled_from(["", "text #book", "- [ ] x", "%% c %%", "```\nx"]))


@st.composite
def kinds_of_notes(draw):
    """A few kinds of notes, many of each, with exceptions."""
    files = {}
    for number in range(draw(st.integers(1, 4))):
        folder = "/".join(draw(st.lists(NAMES, max_size=3)))
        front = draw(st.dictionaries(PROPERTIES, VALUES, max_size=5))
        body = draw(st.lists(SECTION, max_size=4))
        for note in range(draw(st.integers(1, 25))):
            mine, told = dict(front), list(body)
            if draw(st.integers(0, 5)) == 0:
                mine |= draw(st.dictionaries(PROPERTIES, VALUES, max_size=2))
                told = draw(st.permutations(told))[: draw(st.integers(0, 4))]
            lines = "".join(f"{name if name.isalpha() else repr(name)}: {value}\n" for name, value in mine.items())
            text = f"---\n{lines}---\n" * bool(mine)
            text += "".join(f"\n{'#' * level} {title}\n\n{words}\n" for level, title, words in told)
            day = f"2024-01-{note + 1:02} " * (number % 2)
            files[f"{folder}/{day}{number}-{note}.md".lstrip("/")] = text
    return files


@given(kinds_of_notes())
@settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_whatever_the_vault_is_the_result_can_be_used_and_nearly_all_notes_satisfy_it(files):
    with TemporaryDirectory() as root:
        for path, text in files.items():
            file = Path(root, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        code, out, err = init(root, "--yes")
        assert (code, err[:5]) == (0, "Wrote"), err
        grouped, failing = satisfied(root)
        assert failing <= grouped
        assert len(failing) <= 0.05 * len(grouped), out
        assert list(unsaid(root)) == []


def unsaid(root):
    """What is wrong with new notes of the schemas, and was not named when they were made."""
    said = {}
    with standing_in(Path(root)):
        for schema in sorted(Path("schemas").glob("*.yaml")):
            code, out, err = run_command(f"vaultkit new {schema.stem} 'A new {schema.stem}'")
            assert code == 0, err
            said[out.rstrip("\n")] = err
    session = Session.open(root)
    session.refresh()
    found = session.diagnostics([NotePath(path) for path in said]).diagnostics
    session.files.close()
    for item in found:
        subject = "a file name" if item.rule == "filename-pattern" else re.search("`[^`]+`", item.message)[0]
        if item.origin and subject not in said[item.path]:
            yield item


# Real vaults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "groups", "most"),
    [
        ("kepano", {"categories", "note"}, 0),
        ("obsidian-help-en", {"note"}, 2),
        (
            "obsidian-hub",
            {"people", "plugins", "themes", "obsidian-roundup", "plugins-by-category", "auxiliary-tools", "note"},
            30,
        ),
    ],
)
def test_real_vaults_have_the_groups_that_their_owners_know(name, groups, most, tmp_path):
    if not (VAULTS / name).is_dir():
        pytest.skip(f"the vault {name} is not unpacked in {VAULTS}")
    root = tmp_path / name
    shutil.copytree(VAULTS / name, root)
    code, _, err = init(root, "--yes")
    assert code == 0, err
    assert {file.stem for file in (root / "schemas").iterdir()} == groups
    grouped, failing = satisfied(root)
    assert len(grouped) >= 0.9 * (len(list(root.rglob("[!.]*.md"))) - len(list(root.glob("Templates/**/*.md"))))
    assert len(failing) <= most


# Writing -----------------------------------------------------------------------------------------------------------


def books(root, count=12):
    for number in range(count):
        note = root / "Books" / f"{number}.md"
        note.parent.mkdir(exist_ok=True)
        note.write_text(f"---\nauthor: A{number}\nrating: {number}\n---\n## Notes\n\nx\n")


def everything(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "taken", ["vaultkit.yaml", "vaultkit.yml", "schemas/books.yaml", "schemas/books.yml", "schemas/other.yaml"]
)
def test_nothing_is_ever_overwritten(taken, tmp_path):
    books(tmp_path)
    file = tmp_path / taken
    file.parent.mkdir(exist_ok=True)
    file.write_text("name: books\n")
    before = everything(tmp_path)
    code, _, err = init(tmp_path, "--yes")
    assert code == 2
    assert taken in err
    assert everything(tmp_path) == before


def test_a_file_that_appears_meanwhile_is_kept_and_nothing_else_is_left(tmp_path):
    vault = Vault(str(tmp_path))
    (tmp_path / "b.yaml").write_text("mine")
    with pytest.raises(SetupError, match="there is a file of this name already"):
        create_files(vault, {NotePath("new/deep/a.yaml"): b"a", NotePath("b.yaml"): b"b"})
    vault.close()
    assert everything(tmp_path) == {Path("b.yaml"): b"mine"}
    assert not (tmp_path / "new").exists()


def test_no_link_leads_the_files_out_of_the_vault(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "vault"
    root.mkdir()
    books(root)
    (root / "schemas").symlink_to(outside)
    code, _, err = init(root, "--yes")
    assert code == 2, err
    assert list(outside.iterdir()) == []
    assert not (root / "vaultkit.yaml").exists()


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("yes\n", True), ("\n", False), ("n\n", False)])
def test_at_a_terminal_one_is_asked(answer, written, tmp_path):
    import pty

    books(tmp_path)
    here, there = pty.openpty()
    command = [sys.executable, "-m", "vaultkit", "init"]
    process = subprocess.Popen(command, cwd=tmp_path, stdin=there, stdout=there, stderr=subprocess.PIPE)
    os.close(there)
    os.write(here, answer.encode())
    _, err = process.communicate()
    os.close(here)
    assert process.returncode == 0, err
    assert (tmp_path / "vaultkit.yaml").exists() == written
    assert (b"Nothing was written" in err) != written


@pytest.mark.parametrize(
    ("files", "folders"),
    [
        ({"templates.json": '{"folder": "Meta/Templates/"}'}, ("Meta/Templates",)),
        ({"plugins/templater-obsidian/data.json": '{"templates_folder": "T"}'}, ("T",)),
        ({"templates.json": '{"folder": "/"}'}, ()),
        ({"templates.json": "{", "plugins/templater-obsidian/data.json": "[]"}, ()),
        ({"templates.json": '{"folder": 3}'}, ()),
    ],
)
def test_the_settings_say_where_templates_are(files, folders, tmp_path):
    for name, text in files.items():
        file = tmp_path / ".obsidian" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert template_folders(str(tmp_path)) == folders
