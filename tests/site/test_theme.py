"""A vault's own style sheet and templates."""

import pytest

from editions import edition, garden, page
from publish.vaults import Site as Folder
from publish.vaults import public
from vaultkit.config import Config, Publish, TargetConfig
from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.page import Theme
from vaultkit.schema.validated import validated
from vaultkit.targets.site import site
from vaultkit.vault.settings import load_config
from vaultkit.vault.theme import read_theme


def files(theme, wanted=None, **config):
    made = site.outputs((wanted or garden())._replace(theme=theme), validated(TargetConfig, config), Publish())
    return {item.path: item.data.decode() for item in made}


def test_the_style_sheet_stands_last_and_changes_its_address():
    plain, own = files(Theme()), files(Theme(styles=":root { --accent: teal; }\n"))
    assert own["_vaultkit/site.css"].startswith(plain["_vaultkit/site.css"])
    assert own["_vaultkit/site.css"].endswith(":root { --accent: teal; }\n")
    (before,), (after,) = (
        [line for line in made["index.html"].split("\n") if 'rel="stylesheet"' in line] for made in (plain, own)
    )
    assert before != after


def test_a_template_takes_the_place_of_ours_and_may_build_upon_it():
    note = '{% extends "vaultkit/note.html" %}{% block aside %}<aside>{{ page.path }}</aside>{% endblock %}'
    made = files(
        Theme(templates={"note.html": note, "missing.html": "<p>{% include 'lost.html' %}", "lost.html": "Hm."})
    )
    assert "<aside>Reading/Attention.md</aside>" in made["reading/attention.html"]
    assert '<h1 id="attention">Attention</h1>' in made["reading/attention.html"]
    assert made["404.html"] == "<p>Hm."


def test_a_base_of_the_vault_frames_our_pages():
    base = "<!doctype html><title>{{ title }}</title>{% block card %}{% endblock %}{% block main %}{% endblock %}"
    made = files(Theme(templates={"base.html": base}))
    assert made["recent/index.html"].startswith("<!doctype html><title>Recent notes</title>")
    assert "Slow reading" in made["recent/index.html"]


def test_what_notes_say_is_escaped_in_templates_of_the_vault_too():
    wanted = edition(page("A.md", title="<b>", description="<i>"))
    made = files(Theme(templates={"note.html": "{{ title }} {{ lede }} {{ page.title }}"}), wanted)
    assert made["a.html"] == "&lt;b&gt; &lt;i&gt; &lt;b&gt;"


@pytest.mark.parametrize(
    ("template", "where"),
    [
        ("{{ title }}\n{% if %}", "templates/note.html:2"),
        ("{{ title }}\n\n{{ nothing }}", "templates/note.html:3"),
        ('{% extends "vaultkit/note.html" %}\n\n{% block aside %}{{ nothing }}{% endblock %}', "templates/note.html:3"),
        ("{{ title.nothing.more }}", "templates/note.html:1"),
        ("{% include 'none.html' %}", "templates/note.html:1"),
        ("\n{{ 1 / 0 }}", "templates/note.html:2"),
        ("{{ ''.__class__.__mro__ }}", "templates/note.html:1"),
        ("{{ site.edition.pages.clear() }}", "templates/note.html:1"),
    ],
)
def test_a_mistake_in_a_template_has_a_place(template, where):
    with pytest.raises(SetupError) as caught:
        files(Theme(templates={"note.html": template}))
    assert caught.value.where == where


def test_the_look_is_read_at_the_root_and_beside_the_configuration(tmp_path):
    vault, setup = tmp_path / "vault", tmp_path / "setup"
    for folder in (vault, setup):
        (folder / "templates").mkdir(parents=True)
        (folder / "templates" / "note.html").write_text(folder.name)
    (setup / "vaultkit.css").write_text("p { color: red }")
    (setup / "templates" / "list.html").write_text("list")
    (setup / "templates" / "Daily.md").write_text("no template of a site")
    (setup / "site.yaml").write_text("version: 1\n")
    config = load_config(str(vault), str(setup / "site.yaml"))
    templates = {"note.html": "vault", "list.html": "list"}
    assert read_theme(str(vault), config) == Theme("p { color: red }", templates)
    assert read_theme(str(vault), Config()) == Theme("", {"note.html": "vault"})
    assert read_theme(str(tmp_path), Config()) == Theme()


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "vaultkit.css").write_bytes(b"a\n\xff")
    with pytest.raises(SetupError) as caught:
        read_theme(str(tmp_path), Config())
    assert caught.value.where == "vaultkit.css:2"


VAULT = {"A.md": public("Shown."), "B.md": "---\npublish: false\n---\nThe Zanzibar memorandum of the ministry."}


def test_a_theme_is_published_and_a_change_of_it_too(tmp_path):
    folder = Folder(tmp_path)
    folder.publish(VAULT)
    plan = folder.publish(VAULT, theme=Theme("p { margin: 0 }", {"moved.html": "x"}))
    assert not plan.files.conflicts
    assert (folder.output / "_vaultkit" / "site.css").read_text().endswith("p { margin: 0 }\n")
    assert not folder.publish(VAULT, theme=Theme("p { margin: 0 }", {"moved.html": "x"})).files.write


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("<script>alert(1)</script>", "holds a script of its own"),
        ("<style>p { color: red }</style>", "holds a style sheet of its own"),
        ('<p onclick="x()">', "has `onclick`"),
        ('<a href="nowhere.html">x</a>', "is no file of the site"),
    ],
)
def test_the_audit_holds_for_templates_of_the_vault(tmp_path, template, message):
    folder = Folder(tmp_path)
    with pytest.raises(TargetError, match=message):
        folder.publish(VAULT, theme=Theme("", {"note.html": template}))


def test_the_words_of_a_theme_are_public(tmp_path):
    said = "<p>The Zanzibar memorandum of the ministry.</p>"
    Folder(tmp_path).publish(VAULT, theme=Theme("", {"note.html": said}))


@pytest.mark.parametrize("name", ["vaultkit.css", "templates/note.html", "templates"])
def test_a_link_is_no_theme(tmp_path, name):
    outside, vault = tmp_path / "outside", tmp_path / "vault"
    outside.mkdir()
    (outside / "note.html").write_text("a private sentence")
    (vault / name).parent.mkdir(parents=True)
    (vault / name).symlink_to(outside if name == "templates" else outside / "note.html")
    with pytest.raises(SetupError, match="symbolic link") as caught:
        read_theme(str(vault), Config())
    assert caught.value.where == name
