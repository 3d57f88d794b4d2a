"""Front matter as people write it, and as Obsidian is known to read it."""

import json
import os
from pathlib import Path

import pytest

from vaultkit.parse import plain_yaml
from vaultkit.parse.frontmatter import aliases, css_classes, places, property_links, read, tags
from vaultkit.parse.yaml12 import compose

PROJECT = Path(__file__).parents[2]
CONFORMANCE = PROJECT.parent / "shared" / "conformance" / "public.json"
VAULTS = Path(os.environ.get("VAULTKIT_TEST_VAULTS") or Path.home() / ".cache" / "vaultkit-test-vaults")


def notes(vault):
    folder = VAULTS / vault
    if not folder.is_dir():
        pytest.skip(f"the vault {vault} is not unpacked in {VAULTS}")
    for path in sorted(folder.rglob("*.md")):
        yield path.relative_to(folder), path.read_bytes().decode("utf-8-sig", "replace")


@pytest.mark.parametrize("vault", ["obsidian-hub", "obsidian-help-en", "kepano"])
def test_the_short_way_and_the_long_way_agree_on_every_note(vault):
    taken = 0
    for path, text in notes(vault):
        frontmatter, problems = read(text)
        assert (frontmatter.state == "invalid") <= bool(problems), path
        if frontmatter.state != "valid":
            continue
        inner = text[text.index("\n") + 1 : frontmatter.span.end - 3]
        quick = plain_yaml.read(inner)
        assert quick is None or repr(quick) == repr(compose(inner).root.value), path
        taken += quick is not None
        assert places(text, frontmatter).keys() == tuple(frontmatter.properties), path
        for link in property_links(text, frontmatter):
            assert text[slice(*link.span)].startswith("[[")
            assert text[slice(*link.span)].endswith("]]")
    assert taken > 60, "nearly every note is read the short way"


def cases():
    if not CONFORMANCE.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(f"there is no {CONFORMANCE}"))]
    found = json.loads(CONFORMANCE.read_text())["cases"]
    return [pytest.param(case, id=case["id"]) for case in found if case["area"] == "frontmatter"]


@pytest.mark.parametrize("case", cases())
def test_conformance(case):
    text = case["files"][case["note"]].removeprefix("\ufeff")
    frontmatter, _ = read(text)
    body = text[frontmatter.span.end :]
    facts = {
        "frontmatter_state": frontmatter.state,
        "properties": frontmatter.properties if frontmatter.state == "valid" else None,
        "aliases": list(aliases(frontmatter.properties)),
        "cssclasses": list(css_classes(frontmatter.properties)),
    }
    if "#" not in body:
        facts["tags"] = list(tags(frontmatter.properties))
    expect = case["expect"]
    for name in facts.keys() & expect.keys():
        assert facts[name] == expect[name], name
    links = property_links(text, frontmatter)
    wanted = [link for link in expect.get("links", ()) if "property" in link]
    assert len(links) == len(wanted)
    for link, want in zip(links, wanted, strict=True):
        assert text[slice(*link.span)] == want["raw"]
        assert (link.target, link.subpath, link.property) == (want["target"], want["subpath"], want["property"])
