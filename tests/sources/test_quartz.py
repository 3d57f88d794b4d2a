"""Taking over a site of Quartz: version, settings, selection."""

import json

import pytest

from vaultkit.errors import SetupError
from vaultkit.schema.pattern import Glob
from vaultkit.sources.quartz import quartz

TYPESCRIPT = """\
import { QuartzConfig } from "./quartz/cfg"
/* pageTitle: "not this" */
const config: QuartzConfig = {
  configuration: {
    // pageTitle: "nor this", baseUrl: "no"
    pageTitle: "My \\"own\\" garden",
    analytics: { provider: "plausible", host: "https://x.example" },
    locale: 'fr-FR',
    baseUrl: `garden.example/notes`,
    ignorePatterns: ["private", 'templates/**', ".obsidian", "https://odd.example"],
  },
  plugins: {
    filters: [Plugin.RemoveDrafts() /*, Plugin.ExplicitPublish() */],
  },
}
"""

YAML = """\
configuration:
  pageTitle: Garden
  baseUrl: garden.example
  locale: en-US
  ignorePatterns: [private]
plugins:
  - source: github:quartz-community/explicit-publish
    enabled: true
  - source: github:quartz-community/graph
"""


def make(folder, name="quartz.config.ts", settings=TYPESCRIPT, version="4.5.1"):
    (folder / "content/private").mkdir(parents=True)
    for path in ("index.md", "a.md", "private/b.md", "templates/t.md"):
        (folder / "content" / path).parent.mkdir(exist_ok=True)
        (folder / "content" / path).write_text("x")
    (folder / name).write_text(settings)
    if version:
        (folder / "package.json").write_text(json.dumps({"name": "quartz", "version": version}))
    return folder


def test_version_4(tmp_path):
    imported = quartz(str(make(tmp_path)))
    assert imported.root == str(tmp_path / "content")
    assert imported.config["publish"] == {
        "select": {"path": "**"},
        "slug": {"style": "quartz4"},
        "targets": [
            {
                "kind": "site",
                "base-url": "https://garden.example/notes/",
                "title": 'My "own" garden',
                "language": "fr-FR",
                "home": "index.md",
            }
        ],
    }
    globs = [Glob(glob) for glob in imported.config["notes"]["exclude"]]
    out = [path for path in ("index.md", "a.md", "private/b.md", "templates/t.md", "x/private/b.md")
           if any(glob.fits(path) for glob in globs)]  # fmt: skip
    assert out == ["private/b.md", "templates/t.md"]
    assert all(Glob("**").fits(path) for path in ("a.md", "a/b/c.md"))


def test_version_5(tmp_path):
    imported = quartz(str(make(tmp_path, "quartz.config.yaml", YAML, "5.0.0")))
    assert imported.config["publish"]["select"] == {"property": "publish"}
    assert imported.config["publish"]["slug"] == {"style": "quartz5"}
    assert imported.config["publish"]["targets"][0]["base-url"] == "https://garden.example/"


def test_explicit_publish(tmp_path):
    code = TYPESCRIPT.replace("/*, Plugin.ExplicitPublish() */", ", Plugin.ExplicitPublish()")
    assert quartz(str(make(tmp_path, settings=code))).config["publish"]["select"] == {"property": "publish"}
    off = YAML.replace("enabled: true", "enabled: false")
    (tmp_path / "other").mkdir()
    other = make(tmp_path / "other", "quartz.config.yaml", off, "5.1.0")
    assert quartz(str(other)).config["publish"]["select"] == {"path": "**"}


def test_names_whose_address_depends_on_the_version_are_told(tmp_path):
    make(tmp_path)
    (tmp_path / "content/Q & A?.md").write_text("x")
    assert any("`Q & A?.md`" in sentence for sentence in quartz(str(tmp_path)).left)


@pytest.mark.parametrize(
    ("name", "settings", "version", "message"),
    [
        ("other.ts", "", "4.0.0", "this is nothing that Quartz made"),
        ("quartz.config.ts", TYPESCRIPT, "3.1.0", "Quartz 3 is too old"),
        ("quartz.config.yaml", "a: [", "5.0.0", "bracket|closed|ends"),
    ],
)
def test_what_is_no_site_of_quartz_is_said(tmp_path, name, settings, version, message):
    with pytest.raises(SetupError, match=message):
        quartz(str(make(tmp_path, name, settings, version)))


@pytest.mark.parametrize("settings", ["", "export default {}", "ignorePatterns: [", "configuration: 3"])
def test_settings_that_say_nothing_are_survived(tmp_path, settings):
    assert quartz(str(make(tmp_path, settings=settings, version=""))).config["publish"]["slug"]["style"] == "quartz4"


@pytest.mark.parametrize("settings", ["", "configuration: x\nplugins: y\n", "plugins: [a, {b: c}, 3]\n"])
def test_yaml_that_says_nothing_is_survived(tmp_path, settings):
    made = make(tmp_path, "quartz.config.yaml", settings, version="")
    assert quartz(str(made)).config["publish"]["slug"]["style"] == "quartz5"
