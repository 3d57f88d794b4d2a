"""The Obsidian plugin as it ships, in a real browser with the real CodeMirror and a real backend; and its mutants."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vaultkit._version import VERSION

HERE = Path(__file__).parent
PLUGIN = HERE.parent.parent / "vaultkit/obsidian"
CHROMIUM = shutil.which("chromium")
RIG = Path(os.environ.get("PLUGIN_RIG", HERE))
MISSING = (
    "there is no chromium here" if not CHROMIUM
    else "there is no node here" if not shutil.which("node")
    else "" if (RIG / "node_modules/obsidian-test-mocks").exists()
    else "npm install was not run in tests/obsidian"
)  # fmt: skip
NOTE = """\
---
title: Attention 😀
publish: true
---

## Note

😀😀 [[Nowhere]]

## Takeaways

A lot.

## Questions

None.
"""
FILES = {
    "vaultkit.yaml": (
        'schemas:\n  - use: paper\n    match: { path: "Papers/**" }\npublish:\n  select: { property: publish }\n'
    ),
    "schemas/paper.yaml": (
        "name: paper\nproperties:\n  title: { type: text, required: true }\n"
        "sections:\n  items:\n    - heading: Notes\n    - heading: Takeaways\n    - heading: Questions\n"
    ),
    "Papers/Attention.md": NOTE,
    "Home.md": "# Home\n",
    "Other.md": "[[Nowhere]]\n",
}
SCENARIOS = [
    "underlines", "fixing", "typing", "banner", "publishing", "restarting", "unloading", "missing", "mismatch", "stale",
]  # fmt: skip


def made(tmp_path):
    """The vault of the scenarios."""
    folder = tmp_path / "My näme vault"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / ".obsidian").mkdir()
    return folder


def play(scenario, tmp_path, source=None):
    """What became of one scenario in a vault of its own."""
    folder = made(tmp_path)
    given = {"CHROMIUM": CHROMIUM or "", "PLUGIN_RIG": str(RIG), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    if source is not None:
        (tmp_path / "main.js").write_text(source)
        given["PLUGIN_SOURCE"] = str(tmp_path / "main.js")
    return subprocess.run(
        ["node", HERE / "run.mjs", scenario, folder, sys.executable],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario, tmp_path):
    done = play(scenario, tmp_path)
    assert done.returncode == 0, done.stderr


MUTANTS = {
    "another unit of positions": ('positionEncodings: ["utf-16"]', 'positionEncodings: ["utf-8"]', "underlines"),
    "no restart": ("this.restarts < MOST_RESTARTS", "false", "restarting"),
    "no stop on unload": ("void this.backend?.stop();\n  }\n\n  backendWords", "\n  }\n\n  backendWords", "unloading"),
    "no refresh": ("effects: refresh.of(null)", "effects: []", "underlines"),
    "a stale version is accepted": ("version < shown.version", "false", "stale"),
    "lengths in characters": (
        "Content-Length: ${body.length}",
        'Content-Length: ${JSON.stringify({ jsonrpc: "2.0", ...message }).length}',
        "underlines",
    ),
    "no change is told": ("if (update.docChanged)", "if (false)", "typing"),
    "an unknown protocol is accepted": ("ours?.protocol !== PROTOCOL", "false", "mismatch"),
}


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_scenarios_fail_for_mutants(mutant, tmp_path):
    old, new, scenario = MUTANTS[mutant]
    source = (PLUGIN / "main.js").read_text()
    assert source.count(old) == 1
    assert play(scenario, tmp_path, source.replace(old, new)).returncode != 0


@pytest.mark.skipif(not os.environ.get("OBSIDIAN"), reason="the app itself cannot be had here; OBSIDIAN=1 runs it")
def test_the_real_app(tmp_path):
    folder = made(tmp_path)
    done = subprocess.run(
        ["npx", "wdio", "run", "wdio.conf.mjs"], cwd=HERE, env={**os.environ, "VAULT": str(folder)}, check=False
    )
    assert done.returncode == 0


def test_the_manifest_is_what_the_directory_asks_for():
    manifest = json.loads((PLUGIN / "manifest.json").read_text())
    assert manifest["version"] == re.match(r"\d+\.\d+\.\d+", VERSION)[0]
    assert re.fullmatch(r"[a-z-]+", manifest["id"]) and manifest["isDesktopOnly"] is True
    assert len(manifest["description"]) <= 250 and manifest["description"].endswith(".")


def test_the_plugin_keeps_to_the_guidelines():
    source = (PLUGIN / "main.js").read_text()
    assert len(source.splitlines()) <= 1200
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "processFrontMatter",
        '".obsidian"',
        "hotkeys",
    ):
        assert forbidden not in source


@pytest.mark.skipif(not (RIG / "node_modules/eslint").exists(), reason="npm install was not run in tests/obsidian")
def test_the_linter_of_the_plugin_directory_is_content(tmp_path):
    for path in (PLUGIN / "main.js", PLUGIN / "manifest.json", HERE / "eslint.config.mjs", HERE / "package.json"):
        shutil.copy(path, tmp_path)
    (tmp_path / "node_modules").symlink_to(RIG / "node_modules")
    linter = RIG / "node_modules/eslint/bin/eslint.js"
    done = subprocess.run(
        ["node", linter, "--max-warnings", "0", "main.js"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not (RIG / "node_modules/typescript").exists(), reason="npm install was not run in tests/obsidian")
def test_the_types_are_right(tmp_path):
    settings = {
        "compilerOptions": {
            "allowJs": True, "checkJs": True, "noEmit": True, "target": "ES2022", "module": "CommonJS",
            "moduleResolution": "Node10", "lib": ["ES2022", "DOM", "DOM.Iterable"], "skipLibCheck": True, "types": [],
            "baseUrl": str(RIG), "paths": {"*": ["node_modules/*"]}, "ignoreDeprecations": "5.0",
        },
        "files": [str(PLUGIN / "main.js"), str(HERE / "ambient.d.ts")],
    }  # fmt: skip
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings))
    compiler = RIG / "node_modules/typescript/bin/tsc"
    done = subprocess.run(["node", compiler, "-p", tmp_path], capture_output=True, text=True, check=False)
    assert done.stdout == "" and done.returncode == 0
