"""Taking over a site of Jekyll: every address is the one that the real Jekyll gives."""

import json
import os
import shutil
import subprocess

import pytest

from vaultkit.errors import SetupError
from vaultkit.schema.pattern import Glob
from vaultkit.sources import jekyll as module
from vaultkit.sources._changing import change_note
from vaultkit.sources.jekyll import jekyll
from vaultkit.vault.files import Vault

POSTS = {
    "_posts/2019-1-7-Plain.md": "",
    "_posts/2019-01-08-two words & more.markdown": "title: T\ncategories: Foo Bar",
    "_posts/2019-01-09-late.md": "date: 2019-01-09 23:30:00 -0800\ncategory: One\ncategories: [Two, Three Four]",
    "_posts/2019-01-10-slugged.md": "slug: My Slug\ntags: [a]",
    "_posts/2019-01-11-own.md": "permalink: /own/:title/",
    "_posts/2019-01-12-fixed.md": "permalink: /fixed/place.html",
    "_posts/2019-01-13-hidden.md": "published: false",
    "_posts/2019-01-14-naive.md": "date: 2019-01-14 23:59:00",
    "_posts/sub/2019-01-15-deep.md": "",
    "essays/_posts/2019-01-16-above.md": "categories: long",
    "_posts/2019-01-17-Über Café, twice.md": "date: 2019-2-3",
    "_posts/19-1-18-short.md": "",
    "_posts/draft-2019-1-19-not.md": "title: no",
    "_posts/2019-no-date.md": "title: no",
    "_drafts/idea.md": "",
    "about.md": "title: About",
    "My Page.md": "title: P",
    "odd [1] {x}.md": "",
    "section/index.md": "",
    "section/deep page.markdown": "permalink: /elsewhere/",
    "index.md": "title: Home",
    "README.md": None,
    "_recipes/Bread & Butter.md": "",
    "_recipes/sweet/cake.md": "slug: pie",
    "_secrets/plan.md": "",
    "vendor/x.md": "title: x",
    "vendor/_posts/2019-01-20-x.md": "title: x",
    "private/_posts/2019-01-21-x.md": "title: x",
    "private/page.md": "title: x",
}
CONFIG = """\
title: A blog
url: https://blog.example
baseurl: /notes
timezone: America/New_York
future: true
exclude: [vendor]
collections:
  recipes: { output: true }
  secrets: { output: false }
defaults:
  - scope: { path: essays, type: posts }
    values: { permalink: "/e/:year/:title:output_ext" }
  - scope: { path: private }
    values: { published: false }
"""


def make(folder, more=""):
    for path, properties in POSTS.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        front = "" if properties is None else f"---\n{properties}\n---\n" if properties else "---\n---\n"
        file.write_text(f"{front}Mark of {path}.\n")
    (folder / "_config.yml").write_text(CONFIG + more)
    return folder


def addresses(folder):
    """The addresses as vaultkit believes that Jekyll gave them, by file."""
    site = module._site(module.plain(module.read_yaml((folder / "_config.yml").read_text(), "c")), "c")
    files = (module._file(str(folder), path, site) for path in POSTS)
    return {file.path: address for file in files if (address := module._address(file, site))}


PATTERNS = [
    "date",
    "pretty",
    "ordinal",
    "weekdate",
    "none",
    "/blog/:i_month-:i_day/:slug",
    "/:categories/:y_day/:title/",
    "/cp/:collection/:title/",
    "/:path/",
    "/:collection/:name/",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_addresses_are_those_of_the_real_jekyll(tmp_path, pattern):
    check_addresses(make(tmp_path / "blog", f"permalink: {pattern}\n"), tmp_path / "site")


@pytest.mark.parametrize(("pattern", "of_posts"), [("pretty", "/cp/:year/:title"), ("date", "/cp/:title/")])
def test_the_pattern_of_posts_alone_is_none_of_pages(tmp_path, pattern, of_posts):
    blog = make(tmp_path / "blog", f"permalink: {pattern}\n")
    config = (blog / "_config.yml").read_text()
    said = config.replace("collections:\n", f"collections:\n  posts: {{ permalink: '{of_posts}' }}\n")
    (blog / "_config.yml").write_text(said)
    check_addresses(blog, tmp_path / "site")


def check_addresses(blog, folder):
    """Build the blog into a folder, and compare."""
    if not shutil.which("jekyll"):
        pytest.skip("jekyll is not installed")
    done = subprocess.run(
        ["jekyll", "build", "-s", str(blog), "-d", str(folder), "--disable-disk-cache"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr[:500]
    built = {}
    for file in folder.rglob("*.html"):
        mark = file.read_text().partition("Mark of ")[2].partition(".</p>")[0]
        if mark:
            path = "/" + str(file.relative_to(folder))
            built[mark.replace("&amp;", "&")] = path.removesuffix("index.html")
    found = {
        path: address if address.endswith(("/", ".html")) else f"{address}.html"
        for path, address in addresses(blog).items()
    }
    assert found == built


def test_what_was_public_is_selected_and_nothing_else(tmp_path):
    blog = make(tmp_path)
    imported = jekyll(str(blog))
    select = [Glob(glob) for glob in imported.config["publish"]["select"]["path"]]
    exclude = [Glob(glob) for glob in imported.config.get("notes", {}).get("exclude", ())]
    public = {path.rpartition(".")[0] for path in addresses(blog)}
    for path, properties in POSTS.items():
        stem = path.rpartition(".")[0]
        selected = any(glob.fits(f"{stem}.md") for glob in select)
        left_out = any(glob.fits(f"{stem}.md") for glob in exclude) or "published: false" in (properties or "")
        assert (selected and not left_out) == (stem in public), path


def test_settings_are_taken_over(tmp_path):
    target = jekyll(str(make(tmp_path))).config["publish"]["targets"][0]
    assert target == {
        "kind": "site",
        "base-url": "https://blog.example/notes/",
        "title": "A blog",
        "home": "index.md",
    }


def test_notes_are_changed_only_where_an_address_needs_it(tmp_path):
    changes = {item.path: (item.new_path, dict(item.properties)) for item in jekyll(str(make(tmp_path))).changes}
    own = "_posts/2019-01-11-own.md"
    above = "essays/_posts/2019-01-16-above.md"
    assert changes == {
        "My Page.md": ("My Page.md", {"permalink": "/My Page.html"}),
        "_posts/2019-1-7-Plain.md": ("_posts/2019-1-7-Plain.md", {"date": "2019-01-07"}),
        "_posts/2019-01-10-slugged.md": ("_posts/2019-01-10-slugged.md", {"date": "2019-01-10"}),
        "_posts/2019-01-12-fixed.md": ("_posts/2019-01-12-fixed.md", {"date": "2019-01-12"}),
        "_posts/sub/2019-01-15-deep.md": ("_posts/sub/2019-01-15-deep.md", {"date": "2019-01-15"}),
        own: (own, {"permalink": "/own/own/", "date": "2019-01-11"}),
        "odd [1] {x}.md": ("odd [1] {x}.md", {"permalink": "/odd [1] {x}.html"}),
        "_posts/19-1-18-short.md": (
            "_posts/19-1-18-short.md",
            {"permalink": "/2019/01/18/short.html", "date": "2019-01-18"},
        ),
        "_posts/2019-01-08-two words & more.markdown": (
            "_posts/2019-01-08-two words & more.md",
            {"date": "2019-01-08"},
        ),
        "_recipes/Bread & Butter.md": ("_recipes/Bread & Butter.md", {"permalink": "/recipes/Bread & Butter.html"}),
        "_recipes/sweet/cake.md": ("_recipes/sweet/cake.md", {"permalink": "/recipes/sweet/cake.html"}),
        above: (above, {"permalink": "/e/2019/above.html", "date": "2019-01-16"}),
        "section/deep page.markdown": ("section/deep page.md", {}),
    }


def test_changed_notes_say_where_and_when_they_stood_and_nothing_else_changes(tmp_path):
    blog = make(tmp_path)
    before = {path: (blog / path).read_bytes() for path in POSTS}
    vault = Vault(str(blog))
    for change in jekyll(str(blog)).changes:
        assert change_note(vault, change) == ""
    vault.close()
    again = jekyll(str(blog))
    assert again.changes == ()
    ours = (b"permalink: ", b"date: ")
    for path, data in before.items():
        new = blog / (path.rpartition(".")[0] + ".md")
        lines = [line for line in new.read_bytes().splitlines() if not line.startswith(ours)]
        assert lines == [line for line in data.splitlines() if not line.startswith(ours)], path
        assert new.read_bytes().count(b"\ndate: ") <= 1
    assert (blog / "_posts/2019-1-7-Plain.md").read_text().startswith("---\ndate: 2019-01-07\n---\n")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("---\nredirect_from: /old\n---\n{% include x %}", ["Liquid", "redirect_from"]),
        ("---\npermalink: /a:b/\ntags: [a, b]\n---\n", []),
        ("---\ntags: one two\n---\n", ["`[a, b]`: see `_posts/2020-01-01-a.md`"]),
        ("---\n---\n[x](/blog/2019/b.html)", ["`/blog/…` leads out of the vault"]),
    ],
)
def test_what_is_left_to_do_is_said(tmp_path, text, left):
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts/2020-01-01-a.md").write_text(text)
    (tmp_path / "_config.yml").write_text("title: x\nbaseurl: /blog\n")
    said = " ".join(jekyll(str(tmp_path)).left)
    assert [words for words in left if words not in said] == []
    assert ("[a, b]" in said) == ("tags: one" in text)


def test_what_is_to_come_is_not_published_early(tmp_path):
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts/2999-01-01-a.md").write_text("---\n---\n")
    (tmp_path / "_posts/2999-01-01-b.md").write_text("---\ndate: 2999-01-01\n---\n")
    (tmp_path / "_config.yml").write_text("title: x\n")
    imported = jekyll(str(tmp_path))
    assert imported.config["notes"]["exclude"] == ["/_posts/2999-01-01-a.md"]
    assert imported.left[0].endswith("it is published on its day: see `_posts/2999-01-01-a.md`")
    assert "had no address" not in " ".join(imported.left)


def test_what_was_public_before_its_day_is_given_none(tmp_path):
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts/2999-01-01-a.md").write_text("---\n---\n")
    (tmp_path / "_config.yml").write_text("title: x\nfuture: true\n")
    assert jekyll(str(tmp_path)).changes == ()


def test_a_post_with_its_day_in_its_name_alone_is_in_the_feed(tmp_path):
    from console import run_command

    blog = make(tmp_path / "blog")
    assert run_command(f"vaultkit import jekyll {blog} --change-notes")[0] == 0
    code, _, err = run_command(f"vaultkit publish --vault {blog} --output {tmp_path / 'site'}")
    assert code == 0, err
    feed = (tmp_path / "site/feed.xml").read_text()
    assert "/2019/01/07/Plain.html" in feed and "2019-01-07T" in feed


def test_two_notes_that_would_be_one_are_told(tmp_path):
    for name in ("2020-01-01-a.md", "2020-01-01-a.markdown"):
        (tmp_path / "_posts").mkdir(exist_ok=True)
        (tmp_path / "_posts" / name).write_text("---\n---\n")
    (tmp_path / "_config.yml").write_text("title: x\n")
    imported = jekyll(str(tmp_path))
    assert [(item.path, item.new_path) for item in imported.changes] == [("_posts/2020-01-01-a.md",) * 2]
    assert "should be called `_posts/2020-01-01-a.md`, which is another note" in imported.left[0]


def test_a_note_that_cannot_be_added_to_is_left_alone(tmp_path):
    note = tmp_path / "My Page.md"
    note.write_text("---\n{title: x}\n---\n")
    (tmp_path / "_config.yml").write_text("title: x\n")
    (change,) = jekyll(str(tmp_path)).changes
    vault = Vault(str(tmp_path))
    assert "nothing can be added" in change_note(vault, change)
    vault.close()
    assert note.read_text() == "---\n{title: x}\n---\n"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (None, "there is no `_config.yml`"),
        ("a: [", "YAML|closed|bracket|ends"),
        ("- a\n", "here is something else"),
        ("timezone: Mars/Base\n", "there is no time zone `Mars/Base`"),
    ],
)
def test_what_is_no_site_of_jekyll_is_said(tmp_path, config, message):
    if config is not None:
        (tmp_path / "_config.yml").write_text(config)
    with pytest.raises(SetupError, match=message):
        jekyll(str(tmp_path))


@pytest.mark.parametrize(
    "config", ["collections: [a, b]\n", "collections: x\n", "defaults: x\nexclude: 3\n", "permalink: 7\n"]
)
def test_odd_settings_are_survived(tmp_path, config):
    (tmp_path / "_config.yml").write_text(config)
    (tmp_path / "a.md").write_text("---\n---\n")
    assert jekyll(str(tmp_path)).root == str(tmp_path)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_notes_stand_where_they_stood(tmp_path, pattern):
    from console import run_command

    blog = make(tmp_path / "blog", f"permalink: {pattern}\n")
    before = {
        path.rpartition(".")[0] + ".md": module._file_at(address)[1:] for path, address in addresses(blog).items()
    }
    assert run_command(f"vaultkit import jekyll {blog} --change-notes")[0] == 0
    _, out, _ = run_command(f"vaultkit urls --vault {blog} --json")
    assert json.loads(out)["targets"][0]["urls"] == before


def test_ninety_posts_keep_their_addresses(tmp_path):
    """The whole way: import, check, fix, publish, and no address is lost."""
    from console import run_command
    from publish.blog import make_blog

    blog = tmp_path / "blog"
    urls = make_blog(blog)
    (tmp_path / "old.txt").write_text("".join(f"https://marginalia.example{url}\n" for url in urls.values()))

    def vaultkit(words):
        code, out, err = run_command(f"vaultkit {words}")
        return code, out + err

    assert vaultkit(f"import jekyll {blog} --change-notes")[0] == 0
    assert vaultkit(f"check --vault {blog}")[0] == 0
    assert vaultkit(f"fix --vault {blog}")[0] == 0
    code, said = vaultkit(f"urls --diff {tmp_path / 'old.txt'} --vault {blog}")
    assert code == 0 and " 0 lost" in said, said
    code, said = vaultkit(f"publish --vault {blog} --output {tmp_path / 'site'}")
    assert code == 0, said
    for url in urls.values():
        assert (tmp_path / "site" / (url.strip("/") + "/index.html" if url.endswith("/") else url[1:])).exists(), url
    assert not list((tmp_path / "site").rglob("*unfinished*"))
