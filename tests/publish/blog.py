"""A Jekyll blog as people have it after eight years: ninety posts, and every way there is to write a date."""

import random
from pathlib import Path

_CONFIG = """\
title: Marginalia
description: Notes on what I read.
url: https://marginalia.example
permalink: date
timezone: UTC
defaults:
  - scope: { path: "", type: posts }
    values: { author: Ada }
"""

_LAYOUTS = {
    "default": "<!doctype html><html><head><title>{{ page.title | escape }}</title></head>"
    "<body>{{ content }}</body></html>\n",
    "post": "---\nlayout: default\n---\n<article><h1>{{ page.title | escape }}</h1>{{ content }}</article>\n",
    "page": "---\nlayout: default\n---\n{{ content }}\n",
}

_SUBJECTS = (
    "Attention", "Memory", "Tides", "Cathedrals", "Compilers", "Glaciers", "Hinges", "Ledgers", "Maps", "Yeast",
    "Bridges", "Clocks", "Dictionaries", "Elevators", "Ferns", "Gossip", "Harbours", "Inks",
)  # fmt: skip
_TURNS = (
    "It begins with a claim that nobody would deny, and ends with one that few would sign.",
    "The author is at her best where the numbers run out.",
    "I did not expect to be moved by a chapter on drainage.",
    "What is measured here is not what is meant, and the footnotes admit it.",
    "There is a whole theory of repair hidden in the appendix.",
    "He never says who paid for the survey.",
)
_CATEGORIES = ("history", "tools", "science", "ai-safety", "Book Notes")
_ZONES = ("+0000", "-0400", "+0100", "-0800", "+0530")


def make_blog(folder):
    """Write the blog into a folder; the addresses (`/2019/01/07/tides.html`) that Jekyll gives its posts, by file.

    Drafts, which Jekyll passes over, are among the files and have no address.
    """
    root = Path(folder)
    rng = random.Random(2019)
    _write(root / "_config.yml", _CONFIG)
    for name, text in _LAYOUTS.items():
        _write(root / "_layouts" / f"{name}.html", text)
    _write(root / "index.html", "---\nlayout: default\ntitle: Marginalia\n---\n<ul>{% for post in site.posts %}"
           '<li><a href="{{ post.url | relative_url }}">{{ post.title }}</a></li>{% endfor %}</ul>\n')  # fmt: skip
    _write(
        root / "about.md", "---\nlayout: page\ntitle: About\npermalink: /about/\n---\nI read, and I write it down.\n"
    )
    (root / "assets").mkdir()
    (root / "assets" / "tide.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\n')
    urls = {}
    for number in range(90):
        name, text, url = _post(number, rng)
        _write(root / "_posts" / name, text)
        urls[f"_posts/{name}"] = url
    for number in range(3):
        _write(
            root / "_posts" / f"draft-2020-2-{number + 1}-unfinished-{number}.md", "---\ntitle: Unfinished\n---\nNo.\n"
        )
    return urls


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _post(number, rng):
    """The name of a post's file, its text, and its address."""
    year, month, day = 2016 + number // 12, 1 + number % 12, 1 + (number * 7) % 28
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    slug = f"{subject}-{number}" if number % 5 == 0 else f"{subject.lower()}-{number}"
    padded = number % 3 != 0
    written = f"{year}-{month:02}-{day:02}" if padded else f"{year}-{month}-{day}"
    ending = "markdown" if number % 6 == 1 else "md"
    lines, categories, permalink = _properties(number, subject, written, rng)
    address = permalink or "/" + "/".join((*categories, f"{year:04}", f"{month:02}", f"{day:02}", f"{slug}.html"))
    return (
        f"{written}-{slug}.{ending}",
        "\n".join(("---", *lines, "---", "", *_body(number, subject, rng), "")),
        address,
    )


def _properties(number, subject, written, rng):
    lines = ["layout: post", f'title:  "On {subject}, again"']
    when = ("", f"date: {written}", f"date:   {written} 12:{number % 60:02}:00 {rng.choice(_ZONES)}")[number % 3]
    if when:
        lines.append(when)
    category = _CATEGORIES[number % len(_CATEGORIES)]
    categories = []
    if number % 4 == 0:
        lines.append(f"categories: {category.replace(' ', '-')}")
        categories = [category.replace(" ", "-").lower()]
    elif number % 4 == 1:
        lines += ["categories:", f"  - {category}"]
        categories = [category.lower()]
    if number % 7 == 0:
        lines.append("tags: [reading, notes]")
    permalink = f"/essays/{subject.lower()}-{number}/" if number % 10 == 9 else ""
    if permalink:
        lines.append(f"permalink: {permalink}")
    return lines, categories, permalink


def _body(number, subject, rng):
    yield f"Found [here](https://library.example/{subject.lower()}?page={number}&view=full), after a long walk."
    yield ""
    yield "# Notes and takeaways"
    for turn in rng.sample(_TURNS, 3):
        yield f'- "{turn}" - which is, I think, *half* true. '
    if number % 9 == 0:
        yield from ("", "```python", f"def {subject.lower()}():", "    return {'a': 1}", "```")
    if number % 11 == 0:
        yield from ("", "| year | depth |", "| --- | ---: |", f"| {2000 + number} | {number}.5 |")
    yield from ("", "# Takeaways", f"1. {rng.choice(_TURNS)}", f"2. I still don't know what {subject.lower()} are for.")
    yield from ("", "# Questions I have", "1. Who would disagree, and why haven't I read them?")
