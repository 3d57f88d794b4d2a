"""Editions made by hand: what the site target gets from the publisher, without a vault."""

import re
from itertools import accumulate

from vaultkit.publish.address import claim, folder_url, href, page_url, tag_url
from vaultkit.publish.page import Asset, Backlink, Edition, FolderPage, Page, Redirect, TagPage
from vaultkit.render.job import LinkTo, Rendered, RenderJob
from vaultkit.render.markdown import render

_WIKILINK = re.compile(r"\[\[([^\]|]+)")


def page(path, markdown="", *, home=None, pages=(), **given):
    """A published page whose body is rendered; `pages` are the paths that it may link to."""
    url = given.pop("url", None) or ("index.html" if path == home else page_url(path))
    properties = dict(given.pop("properties", {}))
    if given.get("description"):
        properties["description"] = given["description"]
    targets = {other.rpartition("/")[2].removesuffix(".md"): other for other in pages}
    links = {
        name: LinkTo(href(url, "index.html" if targets[name] == home else page_url(targets[name])), name)
        for name in _WIKILINK.findall(markdown)
        if name in targets
    }
    tags = given.pop("tags", ())
    job = RenderJob(path, markdown, links, {}, {tag.lower(): href(url, tag_url(tag)) for tag in tags})
    body = given.pop("body", None) or render(job)
    assert isinstance(body, Rendered)
    title = given.pop("title", path.rpartition("/")[2].removesuffix(".md"))
    own = bool(body.toc) and body.toc[0].level == 1 and body.toc[0].text == title and body.html.startswith("<h1")
    given.setdefault("links", tuple(dict.fromkeys(targets[name] for name in links)))
    values = {"date": "", "updated": "", "description": "", "backlinks": (), "held": False, "own_heading": own} | given
    return Page(path=path, url=url, title=title, tags=tuple(tags), properties=properties, body=body, **values)


def edition(*pages, home=None, assets=(), redirects=()):
    """An edition of some pages, with its tags and folders as the publisher gathers them."""
    tags, folders = {}, {}
    for item in pages:
        for tag in item.tags:
            for name in accumulate(tag.split("/"), "{}/{}".format):
                known = tags.setdefault(claim(name), TagPage(name, tag_url(name), ()))
                tags[claim(name)] = known._replace(pages=tuple(dict.fromkeys((*known.pages, item.path))))
        parts = item.path.split("/")[:-1]
        for folder in accumulate(parts, "{}/{}".format):
            folders.setdefault(folder, FolderPage(folder.rpartition("/")[2], folder_url(folder), ()))
        if parts:
            inside = folders["/".join(parts)]
            folders["/".join(parts)] = inside._replace(pages=(*inside.pages, item.path))
    urls = {item.url for item in pages}
    folders = {path: folder._replace(taken=folder.url in urls) for path, folder in folders.items()}
    made = {item.path: item for item in pages}
    return Edition(made, tuple(assets), tags, folders, home, tuple(redirects))


def garden():
    """A small site with every kind of page: nested folders and tags, dates, links, scripts, hostile names."""
    paths = [
        "Welcome.md",
        "Reading/Attention.md",
        "Reading/Slow reading.md",
        "Reading/2024/Deep work.md",
        "Reading/2024/A & B <i>.md",
        "שלום.md",
        "日本/静かな庭.md",
    ]

    def note(path, markdown, **given):
        return page(path, markdown, home="Welcome.md", pages=paths, **given)

    pages = [
        note(
            paths[0], "Begin with [[Attention]] or [[静かな庭]].\n\n## Why\n\nBecause.", description="A small garden."
        ),
        note(
            paths[1],
            "# Attention\n\nSee [[Slow reading#What]] and [[Deep work]].\n\n"
            "## One\n\na\n\n## Two\n\nb\n\n### Three\n\nc #mind/focus\n",
            date="2024-11-21",
            updated="2024-12-01T09:30:00+01:00",
            tags=("Mind/focus", "reading"),
            properties={
                "title": "Attention",
                "author": "Simone",
                "rating": 4,
                "source": "https://example.org/a?b=1&c=2",
            },
            backlinks=(Backlink(paths[0], "Begin with Attention or 静かな庭."), Backlink(paths[2], "As in Attention.")),
        ),
        note(
            paths[2],
            "As in [[Attention]].\n\n- [x] done\n- [ ] open",
            date="2023-01-05T10:00:00-05:00",
            tags=("reading",),
        ),
        note(paths[3], "Up: [[Welcome]]. <b onclick=alert(1)>bold</b>", date="2024-02-29"),
        note(
            paths[4],
            "Nothing to see.",
            title='A & B <i> "quoted"',
            description="<script>alert(1)</script>",
            date="2024-01-31",
        ),
        note(paths[5], "שלום עולם", title="שלום", properties={"lang": "he"}),
        note(paths[6], "静かな庭を歩く。", tags=("庭",)),
    ]
    return edition(
        *pages,
        home="Welcome.md",
        assets=(Asset("pictures/a.png", "assets/a.0a1b2c3d.png"),),
        redirects=(Redirect("old/place.html", "reading/attention.html"),),
    )
