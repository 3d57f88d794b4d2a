"""Notes published as plain Markdown: a tree whose files link to each other."""

import mistune
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publish import hostile, noise
from publish.forms import Form
from publish.hosts import words
from publish.pictures import PICTURES
from publish.test_leaks import Tokens, half_private_note, private_note
from publish.vaults import public
from vaultkit.errors import TargetError
from vaultkit.parse.note import parse
from vaultkit.publish.audit import Audit
from vaultkit.publish.canaries import Watch
from vaultkit.publish.page import Output
from vaultkit.render.job import Dialect, Rendered, RenderJob
from vaultkit.render.markdown import render

GFM = Dialect()


def test_links_lead_from_file_to_file(tmp_path):
    form = Form(tmp_path, "markdown", home="Home.md")
    form.publish(
        {
            "Home.md": public("[[Deep work#A & B]] ![[p.png]]"),
            "Reading/Deep work.md": public("## A & B\n\n[[Home]] [[Reading]] [[Reading/Deep work]] [[Private]]"),
            "Reading.md": public("[[Kept|there]]"),
            "Kept.md": public("![[Deep work#A & B]]", permalink="/kept/"),
            "Private.md": "x",
            "p.png": PICTURES["png"],
        }
    )
    assert sorted(form.files()) == [
        "README.md",
        "assets/p.90f81aa9.png",
        "kept/README.md",
        "reading.md",
        "reading/deep-work.md",
    ]
    assert form.text_of("README.md") == ("[Deep work > A & B](reading/deep-work.md#a--b) ![p](assets/p.90f81aa9.png)\n")
    assert form.text_of("reading/deep-work.md") == (
        "## A & B\n\n[Home](../README.md) [Reading](../reading.md) [Reading/Deep work](deep-work.md) Private\n"
    )
    assert "> [Deep work > A & B](../reading/deep-work.md#a--b)\n" in form.text_of("kept/README.md")


def test_the_index_and_the_properties_are_as_configured(tmp_path):
    vault = {"Home.md": public("x", title="'yes: no'", status="secret"), "a.md": public("x")}
    for which, home, other in (
        ("note", "---\ntitle: 'yes: no'\n---\n\nx\n", "x\n"),
        ("full", "---\ntitle: 'yes: no'\n---\n\nx\n", '---\ntitle: "a"\n---\n\nx\n'),
        ("none", "x\n", "x\n"),
    ):
        form = Form(tmp_path / which, "markdown", home="Home.md", index="index.md", **{"front-matter": which})
        form.publish(vault)
        assert (form.text_of("index.md"), form.text_of("a.md")) == (home, other)


def test_what_looks_like_a_link_in_html_stops_nothing(tmp_path):
    form = Form(tmp_path, "markdown", body="html")
    form.publish({"a.md": public("</div>\n[[P](nowhere.md) `[x](y.md)`")})
    assert "[[P]&#40;nowhere.md)" in form.text_of("a.md")


def test_html_stays_html_where_code_has_blank_lines(tmp_path):
    form = Form(tmp_path, "markdown", body="html")
    form.publish({"a.md": public("Words\n\n```\none\n\n\n    *two*\n```\n\n    *three*")})
    assert "\n\n" not in form.text_of("a.md")
    assert read_back(form.text_of("a.md")) == "Wordsone*two**three*"


def test_a_note_called_readme_keeps_its_name(tmp_path):
    form = Form(tmp_path, "markdown", home="Home.md")
    form.publish({"Home.md": public("[[Readme]]"), "Readme.md": public("[[Home]]")})
    assert sorted(form.files()) == ["index.md", "readme.md"]
    assert "(readme.md)" in form.text_of("index.md") and "(index.md)" in form.text_of("readme.md")


def test_nothing_of_obsidian_is_left(tmp_path):
    form, vault = Form(tmp_path, "markdown"), hostile.vault()
    form.publish(vault)
    for path in form.files():
        if path.endswith(".md"):
            facts = parse("\n" + form.text_of(path).removeprefix("---\n"))
            assert not any(link.kind == "wikilink" for link in facts.links), path
            assert not [comment for comment in facts.comments if comment.kind == "percent"], path
    assert b"secret remark" not in form.text() and b"Nowhere/" not in form.text()


def test_nothing_private_is_in_any_form(tmp_path):
    for kind in ("markdown", "jekyll", "hugo"):
        for body in ("markdown", "html"):
            token = Tokens(3)
            form = Form(tmp_path / kind / body, kind, body=body)
            form.publish({"Secret/Plan.md": private_note(token), "a.md": half_private_note(token, "Secret/Plan")})
            found = [where for secret, where in token.made.items() if secret in form.text().lower()]
            assert found == [], (kind, body)


@pytest.mark.parametrize("kind", ["markdown", "jekyll", "hugo"])
def test_what_is_published_twice_is_the_same_and_what_changed_is_known(tmp_path, kind):
    form, vault = Form(tmp_path, kind), hostile.vault()
    form.publish(vault)
    before = form.files()
    again = form.publish(vault)
    assert form.files() == before and not again.changes and len(again.unchanged) == len(again.notes.notes)
    plan = form.publish(vault | {"Rule.md": public("Changed.")})
    assert plan.changed == ("Rule.md",) and len(plan.files.write) == 1
    fresh = Form(tmp_path / "fresh", kind)
    fresh.publish(vault | {"Rule.md": public("Changed.")})
    assert fresh.files() == form.files()


# The words


def read_back(markdown):
    """The words that a reader of GitHub's Markdown sees in it, without any syntax of Obsidian's."""
    read = mistune.create_markdown(escape=False, plugins=["strikethrough", "table", "task_lists", "footnotes"])
    return words(read(markdown))


@pytest.mark.parametrize("seed", range(3))
def test_signs_at_random_are_words(seed):
    for path, text in noise.notes(seed, 200).items():
        body = text.split("---\n", 2)[2].replace("$", "")
        once = render(RenderJob(path, body, {}, {}, {}, False, "", GFM))
        assert isinstance(once, Rendered)
        assert read_back(once.markdown) == words(once.html), (seed, path, body, once.markdown)


@settings(max_examples=150)
@given(st.text("ab *_`[]()<>&\\|~#-+=!{}^:.1\n\t'\"%", max_size=60))
@example("^[>1]")
@example("^[# 1]")
@example("^[1. 1]")
@example("^[-]")
@example("^[#]")
@example("^[1.]")
def test_any_text_is_read_as_it_was(body):
    once = render(RenderJob("x.md", body, {}, {}, {}, False, "", GFM))
    if isinstance(once, Rendered):
        assert read_back(once.markdown) == words(once.html), once.markdown


# The audit


def look(text, paths=(), served=None, path="a.md"):
    measure = Audit(Watch(frozenset()), {path, *paths}, served=served or {})
    return [leak.message for leak in measure.look(Output(path, text.encode()))]


def test_a_link_in_markdown_must_lead_somewhere():
    assert look("[b](b.md) ![c](assets/c.png) [e](https://example.org/)", ["b.md", "assets/c.png"]) == []
    assert look("[b](b.md#there) and `[c](c.md)`", ["b.md"]) == []
    assert look("[b](gone.md)") == ["links to `gone.md`, which is no file of the site"]
    assert look("![b](gone.png)") == ["links to `gone.png`, which is no file of the site"]
    assert look('<a href="gone.md">x</a>') == ["links to `gone.md`, which is no file of the site"]


def test_a_link_leads_to_where_a_page_is_served():
    served = {"_posts/2019-01-07-a.md": "sea/2019/01/07/a.html", "b/index.md": "b/index.html"}
    paths = list(served)
    assert look("[b](../../../../b/)", paths, served, "_posts/2019-01-07-a.md") == []
    assert look("[b](../b/)", paths, served, "_posts/2019-01-07-a.md") != []


@pytest.mark.parametrize(
    "text",
    ["<script>x</script>", 'a <b onclick="x()">b</b>', '<a href="javascript:x">y</a>', '<p style="color: red">x</p>'],
)
def test_nothing_in_markdown_runs(text):
    assert look(text) != []
    assert look(f"```\n{text}\n```\n\n`{text}`") == []


def test_a_form_that_leaks_publishes_nothing(tmp_path):
    form = Form(tmp_path, "markdown")
    outputs = form.press._target.outputs

    class Leaky(type(form.press._target)):
        def outputs(self, edition, config, publish):
            yield from outputs(edition, config, publish)
            yield Output("more.md", b"The Wolpertinger takeover of Quetzalcoatl Ltd")

    form.press._target = Leaky()
    with pytest.raises(TargetError, match="Quetzalcoatl"):
        form.publish({"a.md": public("x"), "The Wolpertinger takeover of Quetzalcoatl Ltd.md": "x"})
    assert not form.output.exists()
