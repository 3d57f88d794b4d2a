"""What Obsidian does with tricky notes: every public conformance case, in process, without the disk in between."""

import importlib.util
import json
from pathlib import Path

import pytest

from vaultkit.index.facts_report import file_report
from vaultkit.index.file_kinds import excluder, is_note, vault_report
from vaultkit.index.link_text import LinkStyle, write_link
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import Note
from vaultkit.parse.note import parse
from vaultkit.schema.pattern import pattern_test

SUITE = Path(__file__).parents[3] / "shared" / "conformance"
CASES = json.loads((SUITE / "public.json").read_text())["cases"] if SUITE.is_dir() else []
TYPES = {"tags": "tags", "aliases": "aliases", "cssclasses": "multitext"}


@pytest.fixture(scope="module")
def compare():
    """The suite's own comparison."""
    spec = importlib.util.spec_from_file_location("conformance_run", SUITE / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_vault(path):
    return not any(part.startswith(".") for part in path.split("/"))


def answers(case):
    """All that vaultkit says about a case's file and its vault."""
    texts = {path: text.removeprefix("\ufeff") for path, text in case["files"].items() if in_vault(path)}
    app = json.loads(case["files"].get(".obsidian/app.json", "{}"))
    types = json.loads(case["files"].get(".obsidian/types.json", "{}")).get("types", {})
    index = VaultIndex(texts, [Note(path, "", parse(text)) for path, text in texts.items() if is_note(path)])
    found = vault_report(index.files, excluder(app.get("userIgnoreFilters") or (), pattern_test))
    if case["note"] in texts:
        found |= file_report(
            case["note"],
            index.view(),
            texts.__getitem__,
            types=TYPES | types,
            strict_line_breaks=app.get("strictLineBreaks", False),
        )
    style = LinkStyle(app.get("newLinkFormat", "shortest"), app.get("useMarkdownLinks", False))
    wanted = case["expect"].get("write_links", [])
    found["write_links"] = [
        dict(
            link,
            expect=write_link(
                index,
                case["note"],
                link["to"],
                style,
                subpath=link.get("subpath") or "",
                display=link.get("display") or "",
                embed=link.get("embed", False),
            ),
        )
        for link in wanted
    ]
    return found


@pytest.mark.skipif(not CASES, reason="the conformance suite is not beside the project")
def test_the_suite_was_read():
    assert len(CASES) > 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_agrees_with_obsidian(case, compare):
    found = json.loads(json.dumps(answers(case)))
    for key, want in case["expect"].items():
        got = found.get(compare.TEXT_KEYS.get(key, key))
        assert compare.same(key, want, got), f"{case['about']} {key}: {got!r} for {want!r} in {case['files']}"
