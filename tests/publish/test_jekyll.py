"""Notes published to Jekyll, and what the real Jekyll makes of them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from console import run_command
from publish import hostile, hosts, noise
from publish.blog import make_blog
from publish.forms import Form
from publish.hosts import needs_jekyll
from publish.pictures import PICTURES
from publish.vaults import public
from vaultkit.errors import SetupError
from vaultkit.publish.address import HOME

HERE = Path(__file__).parents[2]
SEED = HERE.parent / "shared" / "seed" / "2024-11-21-openai-emails.md"
STEERING = ("type", "url", "layout", "weight", "cascade", "render_with_liquid", "excerpt_separator", "slug")


def head(text):
    """The properties at the top of a file, as lines."""
    return text.split("---\n")[1].splitlines()


def read(folder):
    """A folder as a vault."""
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.suffix == ".md" else path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def same_words(form, vault, pages, *, but=()):
    """Every page is built at its address, says what the site would say, and runs nothing."""
    for path, page in form.edition(vault).pages.items():
        assert page.url in pages, path
        assert not hosts.ran(pages[page.url]), path
        if path not in but:
            assert hosts.words(pages[page.url]) == hosts.words(page.body.html), path


@needs_jekyll
@pytest.mark.parametrize("style", ["jekyll", "vaultkit", "obsidian-publish"])
@pytest.mark.parametrize("body", ["markdown", "html"])
def test_what_is_built_says_what_the_notes_say(tmp_path, body, style):
    form, vault = Form(tmp_path, "jekyll", body=body, style=style, properties=STEERING), hostile.vault()
    form.publish(vault)
    pages = hosts.jekyll(form.output)
    same_words(form, vault, pages, but=["Math.md"] if body == "markdown" else ())
    assert not any("secret remark" in page or "Nowhere/" in page for page in pages.values())


@needs_jekyll
def test_formulas_are_for_mathjax(tmp_path):
    form = Form(tmp_path, "jekyll")
    form.publish(hostile.vault())
    page = hosts.jekyll(form.output)["Math.html"]
    assert "\\(a_b * c_d * \\vert e\\vert  &lt; f\\)" in page
    assert "{{n \\choose k} = \\frac{n!}{k!(n-k)!}" in page


@needs_jekyll
@pytest.mark.parametrize("seed", [11, 12])
def test_signs_at_random_are_words(tmp_path, seed):
    form, vault = Form(tmp_path, "jekyll"), noise.notes(seed, 150)
    form.publish(vault)
    pages = hosts.jekyll(form.output)
    same_words(form, vault, pages, but=[path for path, text in vault.items() if "$" in text])


@needs_jekyll
def test_the_example_vault(tmp_path):
    form = Form(tmp_path, "jekyll", select={"path": ["Home.md", "Reading/**"]}, home="Home.md")
    vault = read(HERE / "docs" / "example")
    form.publish(vault)
    same_words(form, vault, hosts.jekyll(form.output), but=_with_formulas(vault))


def _with_formulas(vault):
    return [path for path, text in vault.items() if path.endswith(".md") and "$" in text]


@needs_jekyll
@pytest.mark.skipif(not SEED.exists(), reason="the seed note is not here")
def test_the_seed_note_gives_what_jekyll_gives_of_the_original(tmp_path):
    original, form = SEED.read_text(), Form(tmp_path / "a", "jekyll", select={"path": "*.md"})
    form.publish({SEED.name: original})
    written = form.text_of(f"_posts/{SEED.name}")
    assert written.split("---\n")[1] == original.split("---\n")[1]
    (tmp_path / "b" / "_posts").mkdir(parents=True)
    (tmp_path / "b" / "_posts" / SEED.name).write_text(original)
    assert hosts.jekyll(form.output) == hosts.jekyll(tmp_path / "b") != {}


@pytest.mark.skipif(not SEED.exists(), reason="the seed note is not here")
def test_the_seed_note_passes_and_is_published(tmp_path):
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / SEED.name).write_bytes(SEED.read_bytes())
    (tmp_path / "vault" / "vaultkit.yaml").write_text(
        "schemas:\n  - use: reading-note\npublish:\n  select: { path: '*.md' }\n"
        "  targets:\n    - { kind: jekyll, output: ../blog }\n"
    )
    command = [sys.executable, "-m", "vaultkit", "publish", "--vault", str(tmp_path / "vault")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "blog" / "_posts" / SEED.name).exists()


@needs_jekyll
def test_a_blog_of_ninety_posts_keeps_every_address(tmp_path):
    """What people had, brought into a vault (where a note ends in `.md`), and published to Jekyll again."""
    (tmp_path / "old").mkdir()
    urls = make_blog(tmp_path / "old")
    before = hosts.jekyll(tmp_path / "old")
    vault = read(tmp_path / "old")
    vault = {re.sub(r"\.markdown$", ".md", path): _decoded(path, text) for path, text in vault.items()}
    form = Form(tmp_path / "new", "jekyll", select={"path": ["_posts/2*", "about.md"]})
    plan = form.publish(vault)
    assert len(plan.notes.notes) == 91 and not plan.held
    after = hosts.jekyll(form.output)
    wanted = {(url + HOME if url.endswith("/") else url)[1:] for url in urls.values()}
    assert wanted <= before.keys() and {"about/" + HOME, *wanted} <= after.keys()
    for url in wanted:
        assert hosts.words(after[url]) == hosts.words(before[url]), url
    asked = [path for path, text in form.files().items() if path.startswith("_posts/") and b"permalink" in text]
    assert len(asked) == sum("essays" in url for url in urls.values())


def _decoded(path, text):
    return text.decode() if path.endswith(".markdown") else text


def test_posts_pages_and_attachments_lie_where_jekyll_looks(tmp_path):
    form = Form(tmp_path, "jekyll", home="Home.md")
    form.publish(
        {
            "Home.md": public("![[p.png]]", date="2020-01-01"),
            "2019-1-7-Tides.md": public(),
            "Notes/Rain.md": public(date="2019-02-03 10:00"),
            "Notes/Undated.md": public(),
            "_x/node_modules.md": public(),
            "p.png": PICTURES["png"],
        }
    )
    assert sorted(path for path in form.files() if not path.startswith("assets/")) == [
        "Home.html",
        "Notes/Undated.md",
        "_posts/2019-01-07-Tides.md",
        "_posts/2019-02-03-rain.md",
        "index.md",
        "x/page-node_modules.md",
    ]
    assert [path for path in form.files() if path.startswith("assets/")] == ["assets/p.90f81aa9.png"]


def test_posts_of_one_day_and_name_do_not_take_each_others_place(tmp_path):
    form = Form(tmp_path, "jekyll")
    form.publish(
        {
            "A/2020-01-01-x.md": public(categories="[one]"),
            "B/2020-01-01-x.md": public(categories="[two]"),
            "C/2020-01-01-y.md": public(),
        }
    )
    assert sorted(form.files()) == ["_posts/2020-01-01-y.md", "_posts/a/2020-01-01-x.md", "_posts/b/2020-01-01-x.md"]
    assert form.pages() == {
        "A/2020-01-01-x.md": "one/2020/01/01/x.html",
        "B/2020-01-01-x.md": "two/2020/01/01/x.html",
        "C/2020-01-01-y.md": "2020/01/01/y.html",
    }


def test_properties_stay_as_they_were_typed(tmp_path):
    form = Form(tmp_path, "jekyll")
    lines = 'layout: post\ntitle:  "On: tides"\ndate:   2019-1-7 0:00:00 -0400\ncategories:\n  - sea\ntags: [a, b]'
    form.publish({"2019-1-7-tides.md": f"---\npublish: true\n{lines}\nsecret: x\n---\nText\n"})
    assert "\n".join(head(form.text_of("_posts/2019-01-07-tides.md"))) == lines


@pytest.mark.parametrize(
    "written, told",
    [
        ("title: yes", 'title: "yes"'),
        ("title: 1,000", 'title: "1,000"'),
        ("title: Tea # for two", 'title: "Tea"'),
        ("title: 'Issue #3'", "title: 'Issue #3'"),
        ("description: {a: b}", "description: {a: b}"),
        ("categories: Sea Birds", 'categories:\n  - "Sea"\n  - "Birds"'),
        ("tags: null", None),
        ("tags: one", 'tags:\n  - "one"'),
        ("date: 2019-01-07T09:30:00", "date: 2019-01-07 09:30:00 +0000"),
        ("date: soon", None),
        ('author: "[[Nobody|A. Person]]"', 'author: "A. Person"'),
        ("permalink: /kept/here/", "permalink: /kept/here/"),
        ("permalink: kept", "permalink: kept"),
    ],
)
def test_a_property_that_jekyll_would_misread_is_written_anew(tmp_path, written, told):
    form = Form(tmp_path, "jekyll")
    form.publish({"2019-01-07-x.md": f"---\npublish: true\n{written}\n---\nText\n"})
    assert "\n".join(head(form.text_of("_posts/2019-01-07-x.md"))) == (told or "")


def test_what_would_steer_jekyll_is_left_out_and_said(tmp_path):
    form = Form(tmp_path, "jekyll", properties=["render_with_liquid", "url"])
    lines = "render_with_liquid: false\nurl: https://example.org/\ndate: soon"
    plan = form.publish({"x.md": f"---\npublish: true\n{lines}\n---\nText\n"})
    assert [notice.message for notice in plan.notices] == [
        "has a `date` that is none, at which Jekyll would stop, so it is left out",
        "has a property `render_with_liquid`, which would steer Jekyll, so it is left out",
        "has a property `url`, which would steer Jekyll, so it is left out",
    ]
    assert head(form.text_of("x.md")) == ['title: "x"']


@pytest.mark.parametrize(
    "permalink, needed",
    [("date", False), ("pretty", True), ("/:categories/:year/:month/:day/:title.html", False)],
)
def test_a_permalink_is_told_where_jekyll_would_give_another(tmp_path, permalink, needed):
    form = Form(tmp_path, "jekyll", permalink=permalink)
    form.publish({"2019-01-07-x.md": public()})
    told = [line for line in head(form.text_of("_posts/2019-01-07-x.md")) if line.startswith("permalink")]
    assert told == (['permalink: "/2019/01/07/x.html"'] if needed else [])


@needs_jekyll
@pytest.mark.parametrize(
    ("permalink", "post", "folders"),
    [
        ("pretty", "sea/2024/11/22/a/index.html", True),
        ("date", "sea/2024/11/22/a.html", False),
        ("ordinal", "sea/2024/327/a.html", False),
        ("weekdate", "sea/2024/W47/Fri/a.html", False),
        ("none", "sea/a.html", False),
        ("/:slugified_categories/:title", "sea/a.html", False),
        ("/blog/:short_year-:i_month/:slug", "blog/24-11/a.html", False),
        ("/:hour:minute/:title/", "0030/a/index.html", True),
        ("/:collection/:path/", "posts/2024-11-21-a/index.html", True),
    ],
)
def test_a_blog_keeps_its_addresses_without_being_told_in_notes(tmp_path, permalink, post, folders):
    """Those of the `permalink` and the `timezone` of its settings, as the target has them."""
    vault, blog = tmp_path / "vault", tmp_path / "blog"
    target = f"{{ kind: jekyll, output: ../blog, permalink: '{permalink}', timezone: Europe/Berlin }}"
    notes = {
        "2024-11-21-a.md": public("[[About]] [[index]]", date="2024-11-21 23:30:00 +0000", categories="[sea]"),
        "2024-11-21-day.md": public(date="2024-11-21"),
        "About.md": public("[[2024-11-21-a]]"),
        "Sub/index.md": public(),
        "vaultkit.yaml": f"publish:\n  targets:\n    - {target}\n",
    }
    for path, text in notes.items():
        (vault / path).parent.mkdir(parents=True, exist_ok=True)
        (vault / path).write_text(text)
    assert run_command(f"vaultkit publish --vault {vault}")[0] == 0
    urls = json.loads(run_command(f"vaultkit urls --json --vault {vault}")[1])["targets"][0]["urls"]
    assert urls["2024-11-21-a.md"] == post
    assert urls["About.md"] == ("About/index.html" if folders else "About.html")
    assert urls["Sub/index.md"] == "Sub/index.html"
    assert ("permalink" in (blog / "_posts/2024-11-21-a.md").read_text()) == (folders is None)
    assert folders is None or "permalink" not in (blog / f"{urls['About.md'][:-5]}.md").read_text()
    if folders is not None:
        pages = hosts.jekyll(blog, permalink=permalink, timezone="Europe/Berlin")
        assert set(urls.values()) <= pages.keys()


@pytest.mark.parametrize(
    ("slug", "url"),
    [
        ("{ style: jekyll }", "2024/11/21/a.html"),
        ("{ timezone: America/New_York }", "2024/11/20/a/index.html"),
        ("{ permalink: none }", "a.html"),
    ],
)
def test_what_is_written_of_addresses_comes_before_what_the_target_says(tmp_path, slug, url):
    target = "{ kind: jekyll, permalink: pretty, timezone: UTC }"
    (tmp_path / "vaultkit.yaml").write_text(f"publish:\n  slug: {slug}\n  targets: [{target}]\n")
    (tmp_path / "2024-11-21-a.md").write_text(public(date="2024-11-21 03:00:00 +0000"))
    told = json.loads(run_command(f"vaultkit urls --json --vault {tmp_path}")[1])
    assert told["targets"][0]["urls"] == {"2024-11-21-a.md": url}


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("{ timezone: Mars/Olympus }", "vaultkit.yaml:2: there is no time zone `Mars/Olympus`"),
        ("{ permalink: '/:unheard/' }", "`/:unheard/` is no pattern for addresses"),
        ("{ permalink: '/:categories/' }", "`/:categories/` is no pattern for addresses"),
        ("{ permalink: '/../:title/' }", "`/../:title/` is no pattern for addresses"),
    ],
)
def test_what_no_blog_can_have_is_said(tmp_path, slug, said):
    target = slug.replace("{", "{ kind: jekyll,")
    for given in (f"slug: {slug}", f"targets: [{target}]"):
        (tmp_path / "vaultkit.yaml").write_text(f"publish:\n  {given}\n")
        code, _, err = run_command(f"vaultkit urls --vault {tmp_path}")
        assert code == 2 and said in err, err


def test_the_day_of_a_post_is_that_where_the_site_is_built(tmp_path):
    for timezone, needed in (("UTC", False), ("America/Los_Angeles", True)):
        form = Form(tmp_path / timezone.replace("/", "-"), "jekyll", timezone=timezone)
        form.publish({"2019-01-07-x.md": public(date="2019-01-07 23:30:00 -0800")})
        assert form.pages() == {"2019-01-07-x.md": "2019/01/08/x.html"}
        assert ("permalink" in form.text_of("_posts/2019-01-07-x.md")) == needed


@needs_jekyll
def test_links_begin_at_the_root_of_a_site_whose_address_is_known(tmp_path):
    form = Form(tmp_path, "jekyll", home="Home.md", **{"base-url": "https://example.org/blog/"})
    vault = {
        "2019-01-07-x.md": public("[[Über Café#A]] [[Home]] [[#B]] ![[p.png]]\n\n# B"),
        "Über Café.md": public("# A"),
        "Home.md": public(),
        "p.png": PICTURES["png"],
    }
    form.publish(vault)
    page = hosts.jekyll(form.output)["2019/01/07/x.html"]
    ways = re.findall('(?:href|src)="([^"]*)"', page)
    assert ways == ["/blog/%C3%9Cber-Caf%C3%A9.html#a", "/blog/", "#b", "/blog/assets/p.90f81aa9.png"]


def test_an_old_address_leads_on(tmp_path):
    form = Form(tmp_path, "jekyll")
    form.publish({"x.md": public(aliases="[old/place]")})
    assert 'url=../x.html"' in form.text_of("old/place.html")


def test_files_of_somebody_else_stay(tmp_path):
    form = Form(tmp_path, "jekyll")
    form.output.mkdir()
    (form.output / "_config.yml").write_text("title: Mine\n")
    form.publish({"2019-01-07-x.md": public("one")})
    form.publish({"2019-01-08-y.md": public("two")}, allow_mass_withdraw=True)
    assert sorted(form.files()) == ["_config.yml", "_posts/2019-01-08-y.md"]


def test_a_file_of_somebody_else_in_the_place_of_a_post_is_not_written_over(tmp_path):
    form = Form(tmp_path, "jekyll")
    (form.output / "_posts").mkdir(parents=True)
    (form.output / "_posts" / "2019-01-07-x.md").write_text("mine\n")
    plan = form.publish({"2019-01-07-x.md": public()})
    assert [conflict.path for conflict in plan.conflicts] == ["_posts/2019-01-07-x.md"]
    assert form.text_of("_posts/2019-01-07-x.md") == "mine\n"


def test_a_time_zone_that_does_not_exist_is_a_mistake_in_the_configuration(tmp_path):
    from vaultkit.vault.settings import load_config

    (tmp_path / "vaultkit.yaml").write_text("publish:\n  targets:\n    - kind: jekyll\n      timezone: Mars/Olympus\n")
    with pytest.raises(SetupError, match="Mars/Olympus") as caught:
        load_config(str(tmp_path))
    assert caught.value.where.endswith("vaultkit.yaml:4")


def test_the_slug_style_comes_with_the_form(tmp_path):
    from vaultkit.vault.settings import load_config

    for lines, style in (
        ("  targets: [{ kind: jekyll }]\n", "jekyll"),
        ("  targets: [{ kind: hugo }, { kind: site }]\n", "hugo"),
        ("  slug: { style: keep }\n  targets: [{ kind: jekyll }]\n", "keep"),
        ("  targets: [{ kind: markdown }]\n", "vaultkit"),
    ):
        (tmp_path / "vaultkit.yaml").write_text("publish:\n" + lines)
        assert load_config(str(tmp_path)).publish.slug.style == style
