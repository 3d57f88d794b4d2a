"""The styles of addresses: what Quartz, Obsidian Publish, Jekyll and Hugo make of the same names."""

import re
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publish.vaults import fresh_site, public
from vaultkit.publish.address import claim, folder_url, is_page, note_url, old_urls, page_url
from vaultkit.publish.slugs import STYLES

NAMES = ("quartz4", "quartz5", "obsidian-publish", "jekyll", "hugo", "keep", "vaultkit")
TABLE = {
    "Notes & Takeaways: 100% C#?": (
        "Notes--and--Takeaways:-100-percent-C.html",
        "notes--and--takeaways-100-percent-c.html",
        "Notes+&+Takeaways:+100%+C#?.html",
        "Notes-&-Takeaways-100-C.html",
        "notes-takeaways-100-c#/index.html",
        "Notes & Takeaways: 100% C#?.html",
        "notes-takeaways-100-c.html",
    ),
    "Über Café": (
        "Über-Café.html",
        "über-café.html",
        "Über+Café.html",
        "Über-Café.html",
        "über-café/index.html",
        "Über Café.html",
        "über-café.html",
    ),
    "Projects/Projects": (
        "Projects/Projects.html",
        "projects/index.html",
        "Projects/Projects.html",
        "Projects/Projects.html",
        "projects/projects/index.html",
        "Projects/Projects.html",
        "projects/projects.html",
    ),
    "AT&T": (
        "AT-and-T.html",
        "at-and-t.html",
        "AT&T.html",
        "AT&T.html",
        "att/index.html",
        "AT&T.html",
        "att.html",
    ),
    "a  b": ("a--b.html", "a--b.html", "a++b.html", "a-b.html", "a-b/index.html", "a  b.html", "a-b.html"),
    "Guides/Making friends": (
        "Guides/Making-friends.html",
        "guides/making-friends.html",
        "Guides/Making+friends.html",
        "Guides/Making-friends.html",
        "guides/making-friends/index.html",
        "Guides/Making friends.html",
        "guides/making-friends.html",
    ),
    "Deep/index": (
        "Deep/index.html",
        "deep/index.html",
        "Deep/index.html",
        "Deep/index.html",
        "deep/index.html",
        "Deep/index.html",
        "deep/index-note.html",
    ),
    "index": ("index.html",) * 6 + ("index-note.html",),
    "v1.2 <new> *x*": (
        "v1.2-<new>-*x*.html",
        "v1.2-new-x.html",
        "v1.2+<new>+*x*.html",
        "v1.2-new-x.html",
        "v1.2-new-x/index.html",
        "v1.2 <new> *x*.html",
        "v1-2-new-x.html",
    ),
    "日本/静かな 庭": (
        "日本/静かな-庭.html",
        "日本/静かな-庭.html",
        "日本/静かな+庭.html",
        "日本/静かな-庭.html",
        "日本/静かな-庭/index.html",
        "日本/静かな 庭.html",
        "日本/静かな-庭.html",
    ),
    "u\u0308": ("ü.html", "ü.html", "ü.html", "ü.html", "ü/index.html", "ü.html", "ü.html"),
    "Tags/a": (
        "Tags-note/a.html",
        "tags-note/a.html",
        "Tags-note/a.html",
        "Tags-note/a.html",
        "tags-note/a/index.html",
        "Tags-note/a.html",
        "tags-note/a.html",
    ),
}


HUGO_0_123 = {"Notes & Takeaways: 100% C#?": "notes--takeaways-100-c#/index.html", "a  b": "a--b/index.html"}
"""Where Hugo since 0.123 differs."""


@pytest.mark.parametrize(
    ("style", "path", "url"),
    [(style, path, urls[at]) for path, urls in TABLE.items() for at, style in enumerate(NAMES)],
)
def test_the_table(style, path, url):
    assert page_url(f"{path}.md", style) == url


@pytest.mark.parametrize(
    ("style", "path", "properties", "url"),
    [
        ("jekyll", "2024-11-21-openai-emails.md", {}, "2024/11/21/openai-emails.html"),
        ("jekyll", "Any/2024-11-21-Open AI: Emails.md", {}, "2024/11/21/Open-AI-Emails.html"),
        ("jekyll", "2024-1-2-x.md", {}, "2024/01/02/x.html"),
        ("jekyll", "2024-11-21-x.md", {"date": "2023-01-02"}, "2023/01/02/x.html"),
        ("jekyll", "2024-01-02-x.md", {"date": "2024-01-02 23:30:00 -0800"}, "2024/01/03/x.html"),
        ("jekyll", "2024-11-21-x.md", {"date": "one day"}, "2024/11/21/x.html"),
        ("jekyll", "2024-11-21-x.md", {"slug": "My Slug"}, "2024/11/21/My-Slug.html"),
        ("jekyll", "2024-11-21-x.md", {"categories": "Foo Bar"}, "foo/bar/2024/11/21/x.html"),
        ("jekyll", "2024-11-21-x.md", {"categories": ["Foo Bar", "foo bar", "B"]}, "foo bar/b/2024/11/21/x.html"),
        ("jekyll", "2024-11-21-x.md", {"category": "Foo Bar"}, "foo bar/2024/11/21/x.html"),
        ("jekyll", "2024-11-21-x.md", {"categories": ["../../x", 3]}, "-..-x/3/2024/11/21/x.html"),
        ("jekyll", "2024-11-21-x.md", {"permalink": "/y/"}, "y/index.html"),
        ("jekyll", "x.md", {"date": "2024-01-02", "categories": "a"}, "x.html"),
        ("hugo", "Posts/Some Note.md", {"slug": "My Slug"}, "posts/my-slug/index.html"),
        ("hugo", "Posts/Some Note.md", {"url": "/old/place/"}, "old/place/index.html"),
        ("hugo", "Posts/Some Note.md", {"url": "/old/place"}, "old/place/index.html"),
        ("hugo", "Posts/Some Note.md", {"url": "https://example.org/a"}, "posts/some-note/index.html"),
        ("hugo-0.123", "Posts/Some Note.md", {"slug": "My Slug"}, "posts/my-slug/index.html"),
        ("hugo-0.123", "Posts/Some Note.md", {"url": "/old/place"}, "old/place/index.html"),
        ("quartz4", "A b.md", {"slug": "x", "url": "/y", "date": "2024-01-01"}, "A-b.html"),
        ("quartz5", "A b.md", {"permalink": "Kept/As Is"}, "Kept/As Is.html"),
    ],
)
def test_what_properties_say(style, path, properties, url):
    assert note_url(path, properties, "", style) == url


def test_old_paths_are_read_in_the_style_of_the_site():
    said = {"aliases": ["Old/Some Note", "/exact/Place", "no path"]}
    assert list(old_urls(said, "quartz4")) == ["Old/Some-Note.html", "exact/Place.html"]
    assert list(old_urls(said, "hugo")) == ["old/some-note/index.html", "exact/Place.html"]


@pytest.mark.parametrize("style", STYLES)
@given(
    path=st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1), min_size=1, max_size=3).map("/".join)
)
@example(path="\x08.")
def test_whatever_the_name_is_there_is_an_address_inside(style, path):
    url = page_url(f"{path}.md", style)
    assert is_page(url) and url.encode()
    assert all(len(part.encode()) <= 210 for part in url.split("/"))
    assert folder_url(path, style).endswith("/index.html")


@pytest.mark.parametrize("style", STYLES)
def test_a_site_in_each_style_is_whole(style):
    """The pages of folders and notes stand beside each other, links lead somewhere (the audit looks), none is lost."""
    vault = {f"{path}.md": public("[[Über Café]] [[AT&T]]", tags="[x]") for path in TABLE if "*" not in path}
    vault |= {"2024-11-21-post.md": public("p", date="2024-11-21"), "Deep/2024-11-22-post.md": public("p")}
    site = fresh_site(slug={"style": style}, target={"base_url": "https://e.org/"})
    plan = site.publish(vault)
    assert plan.notes.notes.keys() == vault.keys()
    assert {note.url for note in plan.notes.notes.values()} <= site.files().keys()


@pytest.mark.parametrize("style", ["quartz5", "hugo", "hugo-0.123", "obsidian-publish", "keep", "vaultkit"])
def test_notes_that_only_differ_in_what_a_style_drops_quarrel(style):
    vault = {"A b.md": public(), "a B.md": public(), "c.md": public()}
    plan = fresh_site(slug={"style": style}).publish(vault)
    assert set(plan.notes.notes) == {"c.md"}
    reasons = [plan.notes.verdicts[path].reasons[0] for path in ("A b.md", "a B.md")]
    assert [reason.rule for reason in reasons] == ["publish-conflict"] * 2


@pytest.mark.parametrize("path", TABLE)
def test_later_versions_of_hugo_see_a_hyphen_in_each_space(path):
    assert page_url(f"{path}.md", "hugo-0.123") == HUGO_0_123.get(path, page_url(f"{path}.md", "hugo"))


@pytest.mark.skipif(shutil.which("hugo") is None, reason="hugo is not installed")
def test_hugo_makes_the_same_addresses(tmp_path):
    names = ["Name With Spaces & Amp", "Über Café", "a  b", "AT&T", "v1.2", "C#", "x_y+z~@", "100% sure", "a - b"]
    names += ["Deep/In", "--x", "x - - y"]
    (tmp_path / "layouts/_default").mkdir(parents=True)
    for kind in ("single", "list"):
        (tmp_path / f"layouts/_default/{kind}.html").write_text("x")
    (tmp_path / "config.toml").write_text(
        'baseURL = "https://e.org/"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n'
    )
    for name in names:
        note = tmp_path / "content" / f"{name}.md"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text("---\ntitle: x\n---\n")
    subprocess.run(["hugo", "--quiet"], cwd=tmp_path, check=True)
    told = subprocess.run(["hugo", "version"], capture_output=True, text=True, check=True).stdout
    style = "hugo-0.123" if int(re.search(r"v0\.(\d+)", told)[1]) >= 123 else "hugo"
    made = {str(path.relative_to(tmp_path / "public")) for path in (tmp_path / "public").rglob("index.html")}
    wanted = [claim(page_url(f"{name}.md", style)) for name in names]
    assert sorted({*wanted, "index.html", "deep/index.html"}) == sorted(map(claim, made))


@pytest.mark.skipif(shutil.which("jekyll") is None, reason="jekyll is not installed")
def test_jekyll_makes_the_same_addresses(tmp_path):
    posts = {
        "2024-11-21-openai-emails": {},
        "2024-11-21-Notes & Takeaways 100% C#": {},
        "2024-11-22-Über Café": {},
        "2024-11-23-a  b": {"categories": "Foo Bar"},
        "2024-11-24-x": {"categories": '["Foo Bar"]'},
        "2024-11-25-y": {"date": "2024-01-02 23:30:00 -0800"},
        "2024-11-26-z": {"slug": "My Slug"},
    }
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_config.yml").write_text("timezone: UTC\nfuture: true\n")
    for name, properties in posts.items():
        lines = "".join(f"{key}: {value}\n" for key, value in properties.items())
        (tmp_path / "_posts" / f"{name}.md").write_text(f"---\ntitle: x\n{lines}---\nx\n")
    subprocess.run(["jekyll", "build", "-q"], cwd=tmp_path, check=True, capture_output=True)
    made = {str(path.relative_to(tmp_path / "_site")) for path in (tmp_path / "_site").rglob("*.html")}
    read = {"categories": lambda text: ["Foo Bar"] if text.startswith("[") else text}
    wanted = {
        note_url(f"{name}.md", {key: read.get(key, str)(value) for key, value in properties.items()}, "", "jekyll")
        for name, properties in posts.items()
    }
    assert made == wanted
