"""Notes published to Hugo, and what the real Hugo makes of them."""

import html
import re
import shutil
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

import pytest

from publish import hostile, hosts, noise
from publish.forms import Form
from publish.hosts import needs_hugo
from publish.pictures import PICTURES
from publish.test_jekyll import SEED, STEERING, head, read, same_words
from publish.vaults import public
from vaultkit.targets.hugo import without_shortcodes

HERE = Path(__file__).parents[2]


@needs_hugo
@pytest.mark.parametrize("style", ["hugo", "vaultkit", "keep"])
@pytest.mark.parametrize("body", ["markdown", "html"])
def test_what_is_built_says_what_the_notes_say(tmp_path, body, style):
    form, vault = Form(tmp_path, "hugo", body=body, style=style, properties=STEERING), hostile.vault()
    form.publish(vault)
    pages = hosts.hugo(form.output)
    same_words(form, vault, pages, but=["Math.md"] if body == "markdown" else ())
    assert not any("secret remark" in page or "Nowhere/" in page for page in pages.values())
    assert "old/place/index.html" in pages or "old/place.html" in pages


@needs_hugo
@pytest.mark.parametrize("body", ["markdown", "html"])
def test_an_image_is_where_its_page_looks_for_it(tmp_path, body):
    form = Form(tmp_path, "hugo", body=body)
    vault = {
        "A.md": public("![[p.png]]"),
        "B.md": public("![[p.png]] and [[p.png|again]]", permalink="/kept/b.html"),
        "A/C.md": public("![[p.png]]"),
        "D.md": public("![[p.png]]", permalink="/An Odd/Place/"),
        "p.png": PICTURES["png"],
    }
    form.publish(vault)
    name = "p.90f81aa9.png"
    assert {f"a/{name}", f"assets/{name}", f"a/c/{name}", f"An Odd/Place/{name}"} < form.files().keys()
    pages = hosts.hugo(form.output)
    seen = {"a/index.html": "a", "kept/b.html": "assets", "a/c/index.html": "a/c", "An Odd/Place/index.html": ""}
    for url, folder in seen.items():
        shown = seen_from(url, pages[url])
        assert shown == f"{folder or 'An Odd/Place'}/{name}" and shown in pages, url
    form.publish(vault | {"A.md": public("none")})
    assert f"a/{name}" not in form.files() and f"a/c/{name}" in form.files()


@needs_hugo
@pytest.mark.parametrize("style", ["hugo", "vaultkit"])
def test_a_folder_of_the_content_is_in_all_addresses(tmp_path, style):
    """Those of pages with an address of their own, of what was renamed, of images and in links."""
    form = Form(tmp_path, "hugo", style=style, output="../blog/content/My Posts/")
    vault = {
        "A/C.md": public("![[p.png]] [[B]]"),
        "B.md": public("![[p.png]] [[A/C]]", permalink="/kept.html"),
        "p.png": PICTURES["png"],
    }
    form.publish(vault | {"Old.md": public("Moved.")})
    form.publish(vault | {"New.md": public("Moved.")})
    pages = _built_in(form, tmp_path / "content", "My Posts")
    own = "{}/index.html" if style == "hugo" else "{}.html"
    at = {name: "my-posts/" + own.format(name) for name in ("a/c", "old", "new")} | {"b": "my-posts/kept.html"}
    for url, other in ((at["a/c"], at["b"]), (at["b"], at["a/c"])):
        assert seen_from(url, pages[url]) in pages, url
        way = re.search(r'<a [^>]*href="([^"]*)"', pages[url])[1]
        assert urljoin(f"/{url}", way) == f"/{other}".removesuffix("index.html")
    assert f"url=https://example.org/{at['new'].removesuffix('index.html')}" in pages[at["old"]].replace('"', "")


@pytest.mark.parametrize(
    "output, section, address",
    [
        ("../content/posts", None, "/posts/kept.html"),
        ("content/posts/content/a/./B c", None, "/a/b-c/kept.html"),
        ("../blog/content/", None, "/kept.html"),
        ("../contents/posts", None, "/kept.html"),
        (None, None, "/kept.html"),
        ("../content/en", "", "/kept.html"),
        ("../blog", "/Notes/2024/", "/Notes/2024/kept.html"),
    ],
)
def test_which_folder_is_in_the_addresses(tmp_path, output, section, address):
    given = {"output": output} | ({"section": section} if section is not None else {})
    form = Form(tmp_path, "hugo", **given)
    form.publish({"A.md": public(permalink="/kept.html")})
    assert f'url: "{address}"' in head(form.text_of("kept/index.md"))


def _built_in(form, content, folder):
    """What Hugo makes of a form in a folder of its content."""
    shutil.copytree(form.output, content / folder)
    return hosts.hugo(content)


def seen_from(url, page):
    """The output path of the first image of a page."""
    return unquote(urljoin("/" + quote(url), re.search(r'src="([^"]*)"', page)[1])).removeprefix("/")


ODD = [
    "Wait...", "So... what/now", "C#", "C#/in", "#Tagged", "#h/x", "~", "x~", "v1.2 & more", "A  b", "a - b", "a-b",
    "A b", "100% sure", "100%25", "12:30 + 5%", "x²", "_x", "-x", "What?", 'Say "so"', "it's", "assets", "Sub", "Sub/a",
    "Sub Folder/x", "Sub-Folder/y", "index.en", "Über/Größe", "As", "Asset/x",
]  # fmt: skip


@needs_hugo
@pytest.mark.parametrize("style", ["hugo", "keep"])
def test_every_page_is_at_its_address_and_has_its_image(tmp_path, style):
    """Whatever its name: where no Hugo can be told of an address, it leads on to one that looks alike."""
    form = Form(tmp_path, "hugo", style=style)
    vault = {f"{name}.md": public("![[Big ².png]]") for name in ODD} | {"Big ².png": PICTURES["png"]}
    vault["Far.md"] = public("![[Big ².png]]", permalink="/so far.. and on/")
    form.publish(vault)
    assert style == "hugo" or len(form.store.live().manifest.notes) == len(ODD) + 1
    pages, led = hosts.hugo(form.output), {}
    for url in (page.url for page in form.edition(vault).pages.values()):
        at = url
        if found := re.search(r'http-equiv="?refresh"? content="0; url=https://example.org/([^"]*)"', pages[url]):
            to = unquote(html.unescape(found[1]))
            at = led[url] = f"{to}index.html" if to.endswith("/") else to
        assert seen_from(at, pages[at]) in pages, url
    assert led == {"so far.. and on/index.html": "so far‥ and on/index.html"} | (
        {} if style == "hugo" else {"100% sure.html": "100％ sure.html", "12:30 + 5%.html": "12：30 + 5％.html"}
    )


@needs_hugo
@pytest.mark.parametrize("seed", [21, 22])
def test_signs_at_random_are_words(tmp_path, seed):
    form, vault = Form(tmp_path, "hugo"), noise.notes(seed, 150)
    form.publish(vault)
    pages = hosts.hugo(form.output)
    same_words(form, vault, pages, but=[path for path, text in vault.items() if "$" in text])


@needs_hugo
def test_the_example_vault(tmp_path):
    form = Form(tmp_path, "hugo", select={"path": ["Home.md", "Reading/**"]}, home="Home.md")
    vault = read(HERE / "docs" / "example")
    form.publish(vault)
    formulas = [path for path, text in vault.items() if path.endswith(".md") and "$" in text]
    same_words(form, vault, hosts.hugo(form.output), but=formulas)


@needs_hugo
@pytest.mark.skipif(not SEED.exists(), reason="the seed note is not here")
def test_the_seed_note(tmp_path):
    form, vault = Form(tmp_path, "hugo", select={"path": "*.md"}), {SEED.name: SEED.read_text()}
    form.publish(vault)
    same_words(form, vault, hosts.hugo(form.output))


@needs_hugo
def test_formulas_stay_in_dollars(tmp_path):
    form = Form(tmp_path, "hugo")
    form.publish(hostile.vault())
    page = hosts.hugo(form.output)["math/index.html"]
    assert "$a_b * c_d * |e| &lt; f$" in page and "{{n \\choose k} = \\frac{n!}{k!(n-k)!}" in page


def test_what_hugo_knows_has_its_names_and_all_else_is_a_parameter(tmp_path):
    form = Form(tmp_path, "hugo", properties=["type", "rating"])
    lines = "title:  A\nlayout: post\ndate: 2019-1-7\nupdated: 2020-02-02\ncategories: Sea Birds\ntype: x\nrating: 5"
    plan = form.publish(
        {"x.md": f"---\npublish: true\n{lines}\ntags: [a, b/c]\nsource: https://example.org/\n---\n#d\n"}
    )
    assert head(form.text_of("x/index.md")) == [
        "title:  A",
        "date: 2019-01-07",
        "lastmod: 2020-02-02",
        "categories:",
        '  - "Sea Birds"',
        "tags:",
        '  - "a"',
        '  - "b/c"',
        '  - "d"',
        "params:",
        '  type: "x"',
        "  rating: 5",
        '  source: "https://example.org/"',
    ]
    assert [notice.message for notice in plan.notices] == [
        "has a property `type`, which steers Hugo, so it is told as `params.type`"
    ]


@needs_hugo
def test_tags_and_categories_lead_nowhere_else(tmp_path):
    form = Form(tmp_path, "hugo")
    names = "[a, a/, b//c, /, .., ../../over, ' d / e ', ./f]"
    form.publish({"x.md": public("#g/", categories=names, tags="[t/, t]"), "over.md": public("Kept.")})
    assert head(form.text_of("x/index.md")) == [
        "categories:",
        *(f'  - "{name}"' for name in ("a", "b/c", "over", "d/e", "f")),
        'title: "x"',
        "tags:",
        '  - "t"',
        '  - "g"',
    ]
    pages = hosts.hugo(form.output)
    assert "Kept." in pages["over/index.html"] and "categories/over/index.html" in pages


def test_a_layout_of_another_tool_is_dropped(tmp_path):
    form = Form(tmp_path, "hugo", properties=["layout"])
    plan = form.publish({"x.md": public(layout="post")})
    assert head(form.text_of("x/index.md")) == ['title: "x"']
    assert [notice.path for notice in plan.notices] == ["x.md"]


def test_pages_that_would_share_a_folder_do_not(tmp_path):
    form = Form(tmp_path, "hugo")
    form.publish(
        {
            "Home.md": public(permalink="/"),
            "a.md": public(),
            "a/b.md": public(),
            "c.md": public(permalink="/a/b.html"),
            "d.md": public(permalink="/a.html"),
        }
    )
    assert {path: record.file for path, record in form.store.live().manifest.notes.items()} == {
        "Home.md": "_index.md",
        "a.md": "a/_index.md",
        "a/b.md": "a/b/index.md",
        "c.md": "a/b-page/index.md",
        "d.md": "a-page/index.md",
    }


@pytest.mark.parametrize(
    "text, told",
    [
        ("{{< x >}}", "{{</* x */>}}"),
        ("{{% x %}} {{% /x %}}", "{{%/* x */%}} {{%/* /x */%}}"),
        ("{{< open", "{{\u200c< open"),
        ("{{< a {{< b >}}", "{{\u200c< a {{</* b */>}}"),
        ("{{</* x */>}}", "{{\u200c</* x */>}}"),
        ("{{ .Title }}", "{{ .Title }}"),
        ("{{<>}}", "{{\u200c<>}}"),
    ],
)
def test_shortcodes(text, told):
    assert without_shortcodes(text) == told
