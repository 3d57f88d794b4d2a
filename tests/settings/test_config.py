"""`vaultkit.yaml`: what it means, and how every mistake in it is told."""

import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rights import as_ordinary_user
from vaultkit.config import Config
from vaultkit.errors import SetupError
from vaultkit.lint.ruleset import rules_for
from vaultkit.vault.settings import find_root, left_out, load_config, load_schemas, output_folders

SCHEMA = "properties:\n  title: { type: text }\n"


def loaded(root, file=None):
    config = load_config(root, file)
    load_schemas(root, config)
    rules_for(config)
    return config


def told(root, file=None):
    with pytest.raises(SetupError) as caught:
        loaded(root, file)
    return str(caught.value).replace(root, "VAULT")


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "version: 1\n", "rules:\nnotes:\npublish:\n  targets:\n", "{}"]
)
def test_what_is_not_said_is_the_default(vault, text):
    found = loaded(vault({"vaultkit.yaml": text}))
    assert repr(found) == repr(Config())
    assert repr(loaded(vault({}))) == repr(Config())


def test_everything_that_can_be_said(vault):
    text = """\
version: 1
notes:
  exclude: ["Templates/**", Archive/]
schemas:
  - use: reading-note
    match: { path: "Reading/**", property: { layout: post }, tag: [a, b], filename: "^[0-9]{4}-" }
  - use: reading-note
    match:
      any:
        - property: source
        - path: [Books/**, Papers/**]
rules:
  frontmatter-unclosed: off
  encoding: warning
  too-large: { severity: info }
overrides:
  - match: { path: "Archive/**" }
    rules: { frontmatter-invalid-yaml: warning }
baseline: vaultkit-baseline.json
publish:
  select: { property: publish, tag: public }
  gate: warning
  targets:
    - name: site
      kind: site
      output: ./public
      base-url: https://example.org/notes/
"""
    config = loaded(vault({"vaultkit.yaml": text, "schemas/reading-note.yaml": SCHEMA}))
    assert config.notes.exclude == ("Templates/**", "Archive/")
    assert [use.use for use in config.schemas] == ["reading-note", "reading-note"]
    assert config.schemas[0].match.property == {"layout": "post"}
    assert config.schemas[1].match.any[0].property == "source"
    assert config.rules["frontmatter-unclosed"].severity == "off"
    assert config.publish.targets[0].base_url == "https://example.org/notes/"
    assert config.publish.select.tag == ("public",)
    assert config.where("rules", "encoding") == "vaultkit.yaml:14"
    assert config.where("schemas", 1, "match", "any", 1, "path") == "vaultkit.yaml:11"
    assert config.where("publish", "targets", 0, "title") == "vaultkit.yaml:24"
    assert config.where("nothing", "there") == "vaultkit.yaml:1"
    assert output_folders(find_root("."), config) == ("public",)


MISTAKES = [
    ("notes:\n  exclud: [a]\n", 2, 'there is no key `exclud` here', 'exclude'),
    ("rulez: {}\n", 1, 'there is no key `rulez` here', 'rules'),
    ("rulez:\n", 1, 'there is no key `rulez` here', 'rules'),
    ("notes:\n  exclud:\n", 2, 'there is no key `exclud` here', 'exclude'),
    ("publish:\n  targets:\n    - outptu: x\n", 3, 'there is no key `outptu` here', 'output'),
    ("publish:\n  targets:\n    - output: x\n      kind: sight\n", 4, 'there is no target `sight`', 'site'),
    ("publish:\n  targets:\n    - output: x\n    - kind: site\n      output: y\n", 4,
     'there are two targets `site`', 'give each a `name`'),
    ("schemas:\n  - use: a\n    match: { pth: b }\n", 3, 'there is no key `pth` here', 'path'),
    ("overrides:\n  - match: { any: [{ tagg: b }] }\n", 2, 'there is no key `tagg` here', 'tag'),
    ("overrides:\n  - rules: {}\n", 2, '`match` is missing here', ''),
    ("version: 2\n", 1, 'this file is of version 2, and this vaultkit reads version 1', ''),
    ("notes: 5\n", 1, '`notes` should be a mapping', ''),
    ("notes:\n  exclude: 5\n", 2, '`notes.exclude` should be a list', ''),
    ("baseline: [a]\n", 1, '`baseline` should be text', ''),
    ("publish:\n  gate: errors\n", 2, '`publish.gate` cannot be `errors`', 'error'),
    ("- a\n", 1, 'this file holds `name: value` lines, and here is something else', ''),
    ("notes: {}\ntitle: a: b\n", 2, 'a value that has a colon with a space behind it must be put in quotes', ''),
    ("rules: {}\nrules: {}\n", 2, '`rules` is already on line 1; a name can be used only once', ''),
    ("a: &x 1\nb: *x\n", 1, 'a value cannot begin with `&`; put it in quotes', ''),
    ("a: " + "[" * 50000, 1, 'this is nested more than 20 levels deep', ''),
    (b'notes: {}\n# caf\xe9\n', 2, 'this file is not UTF-8 text', 'save it as UTF-8'),
    (b'\xff\xfen\x00', 1, 'this file is not UTF-8 text', 'save it as UTF-8'),
    ("#" * 1100000, 0, 'this file is larger than 1024 KiB', ''),
    (None, 0, 'this is a folder, and should be a file', ''),
    ("rules:\n  frontmatter-unclosd: off\n", 2, 'there is no rule `frontmatter-unclosd`', 'frontmatter-unclosed'),
    ("rules:\n  encoding: warn\n", 2, '`rules.encoding` cannot be `warn`', 'warning'),
    ("rules:\n  encoding: { severity: warning, strict: 1 }\n",
     2, 'the rule `encoding` has no option `strict`', 'there is: `severity`'),
    ("overrides:\n  - match: { path: a }\n    rules:\n      encodin: off\n",
     4, 'there is no rule `encodin`', 'encoding'),
    ("notes:\n  exclude: ['[a']\n",
     2, r"`[a` cannot be used: `[` is never closed; the sign itself is written `\[`", ""),
    ("notes:\n  exclude:\n    - a\n    - '{b'\n", 4, '`{b` cannot be used: `{` is never closed', ''),
    ("schemas:\n  - use: a\n    match:\n      any: [{ path: '' }]\n", 4, '`` cannot be used: it names nothing', ''),
    ("publish: { select: { schema: nope } }\n", 1, 'no note is governed by a schema `nope`', ''),
]  # fmt: skip
"""The configuration, the line of the mistake (0: the whole file), what is said, and the near name or help."""


def message(file, line, words, help_):
    place = f"{file}:{line}" if line else file
    hint = f"did you mean `{help_}`?" if help_ and " " not in help_ else help_
    return f"{place}: {words}" + (f"\n  help: {hint}" if hint else "")


@pytest.mark.parametrize(("text", "line", "words", "near"), MISTAKES)
def test_a_mistake_is_one_message_with_its_line(vault, text, line, words, near):
    assert told(vault({"vaultkit.yaml": text})) == message("vaultkit.yaml", line, words, near)


def test_patterns_with_look_around_are_refused_with_their_line(vault):
    message = told(vault({"vaultkit.yaml": "schemas:\n  - use: a\n    match:\n      filename: '(?=a)b'\n"}))
    assert message.startswith("vaultkit.yaml:4: `(?=a)b` cannot be used: look-around")


def test_what_is_no_file_is_never_waited_for(vault):
    root = vault({})
    os.mkfifo("vaultkit.yaml")
    assert told(root) == "vaultkit.yaml: this is not a regular file"


def test_a_file_without_permission():
    with TemporaryDirectory() as folder:
        config = Path(folder, "vaultkit.yaml")
        config.touch()
        assert loaded(folder).values() == Config().values()
        with as_ordinary_user(Path(folder)):
            config.chmod(stat.S_IWUSR)
            words = told(folder)
    assert words == "VAULT/vaultkit.yaml: this file cannot be read: Permission denied"


def test_a_file_named_nearly_so_is_not_passed_over(vault):
    assert (
        told(vault({"vaultkit.yml": ""}))
        == "vaultkit.yml: the configuration must be called `vaultkit.yaml`\n  help: rename it"
    )


def test_another_file_can_be_named(vault):
    root = vault({"vaultkit.yaml": "rulez: {}", "other.yaml": "publish: { gate: warning }"})
    assert loaded(root, "other.yaml").publish.gate == "warning"
    assert "there is no such file" in told(root, "none.yaml")


def test_a_file_is_called_as_seen_from_the_working_folder(vault, monkeypatch):
    root = vault({"notes/vaultkit.yaml": "rulez: {}"})
    notes = os.path.join(root, "notes")
    with pytest.raises(SetupError) as caught:
        load_config(notes)
    assert caught.value.where == "notes/vaultkit.yaml:1"
    monkeypatch.chdir(os.path.dirname(root))
    os.mkdir("elsewhere")
    monkeypatch.chdir("elsewhere")
    with pytest.raises(SetupError) as caught:
        load_config(notes)
    assert caught.value.where == f"{notes}/vaultkit.yaml:1"


# Extending -------------------------------------------------------------------------------------------------------


def test_what_is_extended_is_laid_below(vault):
    root = vault(
        {
            "vaultkit.yaml": "extends: [conf/a.yaml, conf/b.yaml]\nnotes: { exclude: [c] }\nrules: { encoding: info }",
            "conf/a.yaml": "version: 1\nnotes: { exclude: [a] }\nrules: { encoding: warning, too-large: warning }\n",
            "conf/b.yaml": "extends: ../deep.yaml\nrules:\n  too-large: off\n  unreadable: { severity: info }\n",
            "deep.yaml": "publish: { gate: info, targets: [{ title: Deep }] }\nrules: { unreadable: warning }\n",
        }
    )
    config = loaded(root)
    assert config.notes.exclude == ("c",)
    levels = {name: setting.severity for name, setting in config.rules.items()}
    assert levels == {"encoding": "info", "too-large": "off", "unreadable": "info"}
    assert (config.publish.gate, config.publish.targets[0].title) == ("info", "Deep")
    assert config.where("rules", "too-large") == "conf/b.yaml:3"
    assert config.where("publish", "gate") == "deep.yaml:1"


OUT = "`extends` takes relative paths inside the vault"
NEVER = "extends itself in a circle"
COLON = "a value that has a colon with a space behind it must be put in quotes"
EXTENDING = [
    ("extends: base.yaml", {"base.yml": ""}, "vaultkit.yaml", 1, "there is no file `base.yaml`", "base.yml"),
    ("\nextends: ../base.yaml", {}, "vaultkit.yaml", 2, "`../base.yaml` leads out of the vault", OUT),
    ("extends: /etc/hosts", {}, "vaultkit.yaml", 1, "`/etc/hosts` leads out of the vault", OUT),
    ("extends: [5]", {}, "vaultkit.yaml", 1, "`extends` takes a path, or a list of paths", ""),
    ("extends: vaultkit.yaml", {}, "vaultkit.yaml", 1, f"`vaultkit.yaml` {NEVER}", ""),
    ("extends: a.yaml", {"a.yaml": "extends: b.yaml", "b.yaml": "\nextends: a.yaml"},
     "b.yaml", 2, f"`a.yaml` {NEVER}", ""),
    ("extends: a.yaml", {"a.yaml": "notes: {}\nrulez: {}"}, "a.yaml", 2, "there is no key `rulez` here", "rules"),
    ("extends: a.yaml", {"a.yaml": "a: b: c"}, "a.yaml", 1, COLON, ""),
    ("extends: a.yaml", {"a.yaml": None}, "a.yaml", 0, "this is a folder, and should be a file", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "others", "expected"), [(row[0], row[1], row[2:]) for row in EXTENDING])
def test_mistakes_in_extending(vault, text, others, expected):
    assert told(vault({"vaultkit.yaml": text, **others})) == message(*expected)


def test_the_same_base_may_be_extended_twice(vault):
    root = vault({"vaultkit.yaml": "extends: [a.yaml, b.yaml]", "a.yaml": "extends: b.yaml", "b.yaml": "baseline: x"})
    assert loaded(root).baseline == "x"


def test_a_link_out_of_the_vault_is_not_followed(vault, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "a.yaml"
    outside.write_text("baseline: secret")
    root = vault({"vaultkit.yaml": "extends: a.yaml"})
    os.symlink(outside, "a.yaml")
    assert "leads out of the vault" in told(root)


# Outputs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "folders"),
    [
        ("./public", ("public",)),
        ("a/b/", ("a/b",)),
        ("../site", ()),
        ("/srv/site", ()),
        (".", ()),
        ("", ()),
        ("a/../b", ("b",)),
    ],
)
def test_outputs_inside_the_vault(vault, output, folders):
    root = vault({"vaultkit.yaml": f"publish: {{ targets: [{{ output: '{output}' }}] }}"})
    assert output_folders(root, loaded(root)) == folders


# What is left out ------------------------------------------------------------------------------------------------


def test_notes_are_left_out_by_the_configuration_and_by_the_app(vault):
    root = vault(
        {
            "vaultkit.yaml": "notes: { exclude: ['Templates/**', '*.draft.md', Old] }",
            ".obsidian/app.json": '{"userIgnoreFilters": ["Bin/", "/x[0-9]+/", "/(?=a)/"]}',
        }
    )
    out = left_out(root, loaded(root))
    assert all(map(out, ["Templates/a.md", "Templates/b/c.md", "a/b.draft.md", "Old/a.md", "Bin/a.md", "a/x12.md"]))
    assert not any(map(out, ["a.md", "My Templates/a.md", "a/Templates/b.md", "Older.md", "a/Bin/a.md", "xy.md"]))


def test_a_configuration_that_is_a_link_to_nowhere_is_a_mistake(tmp_path):
    """What it excludes would be public if it counted as none."""
    (tmp_path / "vaultkit.yaml").symlink_to(tmp_path / "gone" / "vaultkit.yaml")
    with pytest.raises(SetupError, match="this link leads nowhere"):
        load_config(str(tmp_path))
