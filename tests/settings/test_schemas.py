"""Which schema a name or path means, and what is said when it means none, or two."""

import pytest

from vaultkit.errors import SetupError
from vaultkit.vault import shipped
from vaultkit.vault.settings import load_config, load_schemas


def used(*names):
    return "schemas:\n" + "".join(f"  - use: {name}\n" for name in names)


def loaded(root):
    return [item.schema for item in load_schemas(root, load_config(root))]


def told(root):
    with pytest.raises(SetupError) as caught:
        loaded(root)
    return str(caught.value)


def schema(name="", extends="", properties="title"):
    lines = [f"name: {name}"] if name else []
    lines += [f"extends: {extends}"] if extends else []
    return "\n".join([*lines, "properties:", f"  {properties}: {{ type: text }}", ""])


def test_a_schema_of_the_vault(vault):
    (found,) = loaded(vault({"vaultkit.yaml": used("post"), "schemas/post.yaml": schema()}))
    assert (found.name, found.file, list(found.properties)) == ("post", "schemas/post.yaml", ["title"])
    assert found.origin("properties", "title").line == 2


def test_a_schema_may_be_found_by_the_name_it_gives_itself(vault):
    (found,) = loaded(vault({"vaultkit.yaml": used("article"), "schemas/post.yml": schema("article")}))
    assert (found.name, found.file) == ("article", "schemas/post.yml")


@pytest.mark.parametrize("path", ["schemas/post.yaml", "./schemas/post.yaml", "rules/of/post.yaml", "post.yml"])
def test_a_schema_by_path(vault, path):
    (found,) = loaded(vault({"vaultkit.yaml": used(path), path: schema()}))
    assert (found.name, found.file) == ("post", path.removeprefix("./"))


def test_a_shipped_schema(vault):
    (found,) = loaded(vault({"vaultkit.yaml": used("reading-note")}))
    assert (found.name, found.file) == ("reading-note", "vaultkit/schemas/reading-note.yaml")
    assert {"title", "date", "categories"} <= found.properties.keys()


def test_every_shipped_schema_can_be_used(vault):
    assert "reading-note" in shipped.names()
    found = loaded(vault({"vaultkit.yaml": used(*shipped.names())}))
    assert [schema.name for schema in found] == list(shipped.names())


def test_a_schema_of_the_vault_stands_before_a_shipped_one_and_may_extend_it(vault):
    own = schema("reading-note", "reading-note", "rating")
    (found,) = loaded(vault({"vaultkit.yaml": used("reading-note"), "schemas/reading-note.yaml": own}))
    assert found.file == "schemas/reading-note.yaml"
    assert {"title", "date", "rating"} <= found.properties.keys()
    assert found.origin("properties", "date").file == "vaultkit/schemas/reading-note.yaml"


def test_extending_by_name_and_by_path(vault):
    root = vault(
        {
            "vaultkit.yaml": used("a"),
            "schemas/a.yaml": schema("", "[b, ./c.yaml, lib/d.yaml]", "a"),
            "schemas/b.yaml": schema("", "", "b"),
            "schemas/c.yaml": schema("", "../lib/e.yaml", "c"),
            "lib/d.yaml": schema("", "", "d"),
            "lib/e.yaml": schema("", "", "e"),
        }
    )
    (found,) = loaded(root)
    assert sorted(found.properties) == ["a", "b", "c", "d", "e"]


def test_one_schema_may_be_used_twice(vault):
    first, second = loaded(vault({"vaultkit.yaml": used("post", "schemas/post.yaml"), "schemas/post.yaml": schema()}))
    assert first is second


USE = "vaultkit.yaml:2"
ROOT = "give a path from the vault's root"
RENAME = "give one of them another name"
COLON = "a value that has a colon with a space behind it must be put in quotes"
LOOK = "look-around, including look-ahead and look-behind, is not supported"
MISTAKES = [
    (used("reading-not"), {}, USE, "there is no schema `reading-not`", "reading-note"),
    (used("pots"), {"schemas/post.yaml": ""}, USE, "there is no schema `pots`", "post"),
    (used("schemas/pots.yaml"), {"schemas/post.yaml": ""}, USE, "there is no schema file `schemas/pots.yaml`",
     "schemas/post.yaml"),
    (used("x"), {"schemas/a.yaml": "name: x", "schemas/b.yaml": "name: 'x'  # too"}, USE,
     "two schemas are called `x`: schemas/a.yaml and schemas/b.yaml", RENAME),
    (used("x"), {"schemas/x.yaml": "", "schemas/x.yml": ""}, USE,
     "two schemas are called `x`: schemas/x.yaml and schemas/x.yml", RENAME),
    (used("a", "b"), {"schemas/a.yaml": "name: x", "schemas/b.yaml": "name: x"}, "schemas/b.yaml",
     "two schemas are called `x`: schemas/a.yaml and schemas/b.yaml", RENAME),
    (used("../a.yaml"), {}, USE, "the schema `../a.yaml` is not in the vault", ROOT),
    (used("/etc/a.yaml"), {}, USE, "the schema `/etc/a.yaml` is not in the vault", ROOT),
    (used("a"), {"schemas/a.yaml": "properties:\n  t: { typ: text }"}, "schemas/a.yaml:2",
     "there is no key `typ` here", "type"),
    (used("a"), {"schemas/a.yaml": "a: b: c"}, "schemas/a.yaml:1", COLON, ""),
    (used("a"), {"schemas/a.yaml": None}, "schemas/a.yaml", "this is a folder, and should be a file", ""),
    (used("a"), {"schemas/a.yaml": b"name: \xff"}, "schemas/a.yaml:1", "this file is not UTF-8 text",
     "save it as UTF-8"),
    (used("a"), {"schemas/a.yaml": "\nextends: bse", "schemas/base.yaml": ""}, "schemas/a.yaml:2",
     "there is no schema `bse`", "base"),
    (used("a"), {"schemas/a.yaml": "extends: b", "schemas/b.yaml": "\nextends: a"}, "schemas/b.yaml:2",
     "`a` extends itself", "schemas/a.yaml extends schemas/b.yaml extends schemas/a.yaml"),
    (used("a") + "    match: { filename: '(?<=a)' }\n", {"schemas/a.yaml": ""}, "vaultkit.yaml:3",
     f"`(?<=a)` cannot be used: {LOOK}", ""),
    (used("a"), {"schemas/a.yaml": "properties:\n  title:\n    pattern: '(?!x)'"}, "schemas/a.yaml:3",
     f"the pattern `(?!x)` cannot be used: {LOOK}", ""),
]  # fmt: skip


@pytest.mark.parametrize(("config", "files", "expected"), [(row[0], row[1], row[2:]) for row in MISTAKES])
def test_a_mistake_is_one_message_with_its_place(vault, config, files, expected):
    where, words, near = expected
    hint = f"did you mean `{near}`?" if near and " " not in near else near
    said = told(vault({"vaultkit.yaml": config, **files}))
    assert said == f"{where}: {words}" + (f"\n  help: {hint}" if hint else "")


def test_a_stray_file_among_the_schemas_harms_nobody(vault):
    strange = {"schemas/a.yaml": schema(), "schemas/b.yaml": None, "schemas/c.yaml": b"\xff", "schemas/d.yaml": "- ["}
    (found,) = loaded(vault({"vaultkit.yaml": used("a"), **strange}))
    assert found.name == "a"


def test_a_schema_is_called_as_seen_from_the_working_folder(vault, monkeypatch):
    root = vault({"notes/vaultkit.yaml": used("a"), "notes/schemas/a.yaml": "propertys: {}"})
    assert told(root + "/notes").startswith("notes/schemas/a.yaml:1: there is no key `propertys` here")
