"""The app's own settings: its defaults, what it writes, and every way in which the files can be damaged."""

import json
import os
import re

import pytest

from vaultkit.vault.settings import ObsidianSettings

BUILT_IN = {"tags": "tags", "aliases": "aliases", "cssclasses": "multitext"}


def test_without_files_the_defaults_of_the_app_hold(vault):
    found = ObsidianSettings.load(vault({}))
    assert found == ObsidianSettings()
    assert (found.new_link_format, found.attachment_folder, found.types) == ("shortest", "/", BUILT_IN)
    assert not any((found.use_markdown_links, found.strict_line_breaks, found.show_unsupported_files))
    assert not any((found.always_update_links, found.ignore, found.warnings))


def test_what_the_app_writes(vault):
    app = {
        "newLinkFormat": "relative", "useMarkdownLinks": True, "attachmentFolderPath": "./files",
        "strictLineBreaks": True, "showUnsupportedFiles": True, "alwaysUpdateLinks": True,
        "userIgnoreFilters": ["Bin/", "/^x/"], "somethingElse": {"kept": "out"},
    }  # fmt: skip
    types = {"types": {"due": "date", "cast": "multitext", "tags": "tags", "odd": "kanban", "broken": ["x"]}}
    found = ObsidianSettings.load(
        vault({".obsidian/app.json": json.dumps(app), ".obsidian/types.json": "\ufeff" + json.dumps(types)})
    )
    assert found == ObsidianSettings(
        "relative",
        True,
        "./files",
        True,
        True,
        True,
        ("Bin/", "/^x/"),
        {**BUILT_IN, "due": "date", "cast": "multitext"},
    )


def test_null_means_the_default(vault):
    root = vault(
        {".obsidian/app.json": '{"userIgnoreFilters": null, "newLinkFormat": null}', ".obsidian/types.json": "{}"}
    )
    assert ObsidianSettings.load(root) == ObsidianSettings()


@pytest.mark.parametrize(
    ("name", "content", "warning"),
    [
        ("app.json", "{", ".obsidian/app.json:1: this cannot be read as JSON"),
        ("app.json", "{\n\n oops", ".obsidian/app.json:3: this cannot be read as JSON"),
        ("app.json", "[" * 100000, ".obsidian/app.json: this cannot be read as JSON"),
        ("app.json", '{"a": ' + "1" * 5000 + "}", ".obsidian/app.json: this cannot be read as JSON"),
        ("app.json", "[]", ".obsidian/app.json: this holds no settings"),
        ("app.json", " \n", ".obsidian/app.json: this cannot be read as JSON"),
        ("types.json", "3", ".obsidian/types.json: this holds no settings"),
        ("types.json", b"\xff", ".obsidian/types.json:1: this file is not UTF-8 text"),
        ("app.json", None, ".obsidian/app.json: this is a folder, and should be a file"),
        ("app.json", "{}" + " " * 1100000, ".obsidian/app.json: this file is larger than 1024 KiB"),
        (
            "app.json",
            '{"newLinkFormat": "longest"}',
            ".obsidian/app.json: `newLinkFormat` has a value that is not known",
        ),
        (
            "app.json",
            '{"strictLineBreaks": "yes"}',
            ".obsidian/app.json: `strictLineBreaks` has a value that is not known",
        ),
        (
            "app.json",
            '{"userIgnoreFilters": "Bin/"}',
            ".obsidian/app.json: `userIgnoreFilters` has a value that is not known",
        ),
    ],
    ids=range(13),
)
def test_damage_is_a_warning_and_the_defaults_hold(vault, name, content, warning):
    found = ObsidianSettings.load(vault({f".obsidian/{name}": content}))
    assert [text[: len(warning)] for text in found.warnings] == [warning]
    assert found == ObsidianSettings(warnings=found.warnings, unsure=found.unsure)
    hides = name == "app.json" and not re.search("newLinkFormat|strictLineBreaks", warning)
    assert bool(found.unsure) == hides, "nobody knows then which files are excluded"


@pytest.mark.parametrize("types", ["[]", "null", '{"types": 3}', '{"types": null}', '{"types": {"a": 1}}'])
def test_types_of_another_shape_are_no_types(vault, types):
    assert ObsidianSettings.load(vault({".obsidian/types.json": types})).types == BUILT_IN


def test_a_settings_file_that_is_a_pipe_is_never_waited_for(vault):
    root = vault({".obsidian/types.json": "{}"})
    os.mkfifo(".obsidian/app.json")
    assert ObsidianSettings.load(root).warnings == (
        ".obsidian/app.json: this is not a regular file; Obsidian's defaults are used",
    )
