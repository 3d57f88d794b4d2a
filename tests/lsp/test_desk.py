"""What is open in an editor is judged as if it were saved: by every vault at hand, after any sequence of edits."""

import json
import random
import shutil
import weakref
from pathlib import Path

import pytest

from vaultkit.lint.baseline import compared
from vaultkit.server.lsp.desk import Desk
from vaultkit.session import Session
from vaultkit.setup import as_checked
from vaultkit.vault.settings import load_config

PROJECT = Path(__file__).parents[2]
SUITE = PROJECT.parent / "shared/conformance/public.json"
CASES = json.loads(SUITE.read_text())["cases"] if SUITE.exists() else []
STEPS = 6


def found(desk):
    return sorted((item for path in desk.found for item in desk.found[path]), key=lambda item: item.order)


def checked(root, texts):
    """What a check finds in a copy of the vault in which these texts are saved."""
    copy = root.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root, copy, symlinks=True)
    for path, text in texts.items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(text.encode("utf-8", "surrogatepass"))
    session = Session.open(str(copy), as_checked(load_config(str(copy))))
    session.refresh()
    session.files.close()
    return sorted(compared({}, session.diagnostics()).new.diagnostics, key=lambda item: item.order)


def edits(chance, notes, texts):
    """An edit as somebody types it: a part of another note, a line less, a slip, a word more."""
    path = chance.choice(notes)
    text = texts[path]
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines) + 1)
    match chance.randrange(4):
        case 0:
            other = texts[chance.choice(notes)].splitlines(keepends=True)
            lines[at:at] = chance.sample(other, min(2, len(other)))
        case 1:
            del lines[at : at + 2]
        case 2:
            lines[at:at] = [f"[[{Path(chance.choice(notes)).stem}#{chance.choice('AB')}]] ^b\n"]
        case _:
            where = chance.randrange(len(text) + 1)
            return path, text[:where] + chance.choice(["\n---\n", "#", "[[", "😀", "%%", " "]) + text[where:]
    return path, "".join(lines)


def same_verdicts(root, seed, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    chance = random.Random(seed)
    desk = Desk(str(root))
    assert found(desk) == checked(root, {})
    notes = [path for path in desk.index.notes if not desk.note(path).unreadable]
    texts = {path: desk.text(path) for path in notes}
    shown = {}
    for _ in range(STEPS if notes else 0):
        path, text = edits(chance, notes, texts)
        texts[path] = shown[path] = text
        desk.show(path, text)
        if chance.random() < 0.3:
            (root / path).write_bytes(text.encode("utf-8", "surrogatepass"))
            desk.look()
        assert found(desk) == checked(root, shown)
    for path in list(shown):
        desk.hide(path)
    assert found(desk) == checked(root, {})
    desk.close()


def test_settings_that_change_leave_nothing_of_the_ones_before(tmp_path, monkeypatch):
    """An editor is open for days, and a first look sets all that there is aside from the collector."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "vaultkit.yaml").write_text("")
    (tmp_path / "vault" / "a.md").write_text("[[Nowhere]]\n")
    desk = Desk(str(tmp_path / "vault"))
    before = weakref.ref(desk.session), weakref.ref(desk.index)
    (tmp_path / "vault" / "vaultkit.yaml").write_text("rules: { link-broken: off }\n")
    desk.look()
    assert found(desk) == [] and [item() for item in before] == [None, None]
    desk.close()


def test_a_vault_that_goes_while_it_is_looked_at_is_away(tmp_path, monkeypatch):
    """It was there when the look began; what is missing then is not said to be a mistake in the set-up."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "vaultkit.yaml").write_text("")
    (vault / "a.md").write_text("[[Nowhere]]\n")
    desk = Desk(str(vault))
    there, before = desk.session.present, found(desk)

    def present():
        if seen := there():
            vault.rename(tmp_path / "elsewhere")
        return seen

    monkeypatch.setattr(desk.session, "present", present)
    desk.look()
    assert desk.trouble == "the vault is not there any more"
    assert found(desk) == before != []
    (tmp_path / "elsewhere").rename(vault)
    monkeypatch.setattr(desk.session, "present", there)
    desk.look()
    assert desk.trouble == ""
    desk.close()


@pytest.mark.skipif(not CASES, reason="the conformance suite is not beside the project")
@pytest.mark.parametrize("number", range(0, len(CASES), 4))
def test_conformance_vaults(number, tmp_path, monkeypatch):
    for case in CASES[number : number + 4]:
        root = tmp_path / case["id"] / "vault"
        root.mkdir(parents=True)
        for path, text in case["files"].items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text if isinstance(text, str) else json.dumps(text), newline="")
        same_verdicts(root, case["id"], monkeypatch, tmp_path)


def test_the_example_vault(tmp_path, monkeypatch):
    shutil.copytree(PROJECT / "docs/example", tmp_path / "vault")
    for seed in range(3):
        same_verdicts(tmp_path / "vault", seed, monkeypatch, tmp_path)
