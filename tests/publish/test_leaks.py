"""Nothing of what is private is in any byte that is public."""

import gzip
import json
import random
import re
import string
import zlib
from urllib.parse import quote

import pytest

from publish.pictures import PICTURES
from publish.vaults import HOLDS, Site, fresh_site, note_of, public, watch_for
from vaultkit.errors import TargetError
from vaultkit.publish.canaries import of_file, of_note, told
from vaultkit.publish.page import Output
from vaultkit.targets.site import site as the_site


class Tokens:
    """Random words that are nowhere else."""

    def __init__(self, seed):
        self._rng = random.Random(seed)
        self.made = {}

    def __call__(self, where):
        token = "Zq" + "".join(self._rng.choices(string.ascii_lowercase, k=14))
        self.made[token.lower().encode()] = where
        return token


def private_note(token, deny="publish: false"):
    """A note with a token wherever a note can hold something."""
    return f"""---
{deny}
title: {token("title")} of it
aliases: [{token("alias")}, "old/{token("old path")}"]
tags: [{token("tag property")}, a/{token("nested tag")}]
source: https://example.org/{token("url property")}
{token("property name")}: {token("property value")}
nested:
  list: [{token("nested value")}]
related: "[[{token("property link")}]]"
---
# {token("heading")} and more

Text {token("text")} #{token("tag")} [[{token("link target")}|{token("link text")}]] ==`{token("code")}`==

> [!note] {token("callout title")}
> {token("callout")}

- [ ] {token("task")} ^{token("blockid")}

$$ {token("math")} $$ [^{token("footnote")}]

[^1]: {token("footnote text")}

%% {token("comment")} %% <!-- {token("html comment")} -->

![[{token("attachment")}.png]]

```{token("language")}
{token("fence")}
```
"""


def half_private_note(token, private):
    """A published note with tokens in its private parts, and links into a private note by every way there is."""
    return f"""---
publish: true
title: Shown
status: {token("status")}
cssclasses: {token("class")}
secret:
  - {token("secret")}
aliases: [{token("alias of a published note")}]
author: "[[{private}|Somebody]]"
description: "see [[{private}|that]] and [those](<{private}.md>)"
source: "[more]({quote(private)}.md)"
---
Shown text. %%inline {token("inline comment")}%% and on. %% #{token("hidden tag")} [[{token("hidden link")}]] %%

%%
block {token("block comment")}

# {token("hidden heading")}
%%

<!-- {token("html comment")}

{token("html comment over lines")} -->

[[{private}|a link]] [[{private}#Heading|there]] [a link]({quote(private)}.md) ![[{private}]] ![[{private}#^x]]

![[{private}#Nothing]] [[#Nowhere|x]] <a href="{quote(private)}.md">raw</a> <img src="x" onerror="{token("handler")}">

See [[Shared]] %%beside a link {token("comment beside a link")}%% as well.

![[Shared]] ![[Pictures/photo.jpg|caption]]

<details>
<summary>More</summary>
<!--

{token("comment over an empty line in html")}

-->
</details>

Open <!-- {token("comment in a paragraph")}

{token("comment over paragraphs")} --> and closed.

Last words. %% never closed {token("unclosed comment")} [[Pictures/{token("picture in a comment")}.png]]
"""


def vault(token):
    folder, name = f"Hidden{token('folder')}", f"Plan {token('name')}"
    return {
        "Shown.md": half_private_note(token, f"{folder}/{name}"),
        "Plain.md": public(f"[[Shared]] and a name that nobody changed: [[{folder}/Well known]]"),
        f"{folder}/Well known.md": "private, but for its name",
        "Shared.md": public(
            f"Shared text ^x\n\n# Part\n\nmore [[{folder}/{name}|hm]]\n\n%%{token('comment elsewhere')}%%"
        ),
        f"{folder}/{name}.md": private_note(token),
        "Failing.md": private_note(token, "publish: true") + HOLDS,
        "Broken.md": private_note(token, "publish: [").replace("\n\n", "\n\n", 1),
        "Later.md": private_note(token, "publish: true\ndate: 2099-01-01"),
        "Unselected.md": private_note(token, "publish:"),
        "Pictures/photo.jpg": PICTURES["jpg"],
        f"Pictures/{token('other picture')}.png": PICTURES["png"],
        f"{token('canvas')}.canvas": b'{"nodes": []}',
    }


def found(site, token):
    """The tokens that are public, decompressed too, in any letter case: where they stood, and where they stand now."""
    leaks = {}
    for path, data in site.files().items():
        forms = [path.encode(), data]
        if data[:2] == b"\x1f\x8b":
            forms.append(gzip.decompress(data))
        if data.startswith(b"\x89PNG"):
            for match in re.finditer(b"IDAT", data):
                try:
                    forms.append(zlib.decompressobj().decompress(data[match.end() :]))
                except zlib.error:
                    continue
        everything = b"\n".join(forms).lower()
        leaks |= {where: path for text, where in token.made.items() if text in everything}
    return leaks


def test_no_canary_leaves_the_vault():
    token = Tokens(1)
    site = fresh_site()
    plan = site.publish(vault(token))
    assert set(plan.notes.notes) == {"Shown.md", "Shared.md", "Plain.md"}
    assert len(token.made) > 100
    assert found(site, token) == {}
    assert b"CANARY" not in site.text()
    body = site.body("Shown.md")
    assert "Last words." in body and "a link" in body and "Shared text" in body and "assets/photo." in body
    assert '<dd dir="auto">Somebody</dd>' in body


@pytest.mark.parametrize(
    "text",
    [
        "Text <!-- see below\n\n%%\na --> {0} then\n%%\n\nThe end.",
        "Text <!-- to do\n\nx %% a --> {0} %% see [[B]].",
    ],
)
def test_no_comment_that_begins_in_another_is_public(text):
    token, site = Tokens(5), fresh_site()
    said = text.format(token("behind the first"))
    card = {"id": "a", "type": "text", "x": 0, "y": 0, "width": 300, "height": 200, "text": said}
    board = json.dumps({"nodes": [card], "edges": []}).encode()
    site.publish({"A.md": public(said), "B.md": public("![[C.canvas]]"), "C.canvas": board})
    assert found(site, token) == {}


def test_no_canary_is_left_of_what_was_public():
    """Published, then denied: not in the live tree, and not among what would be shown again."""
    token = Tokens(2)
    site = fresh_site()
    text = private_note(token, "publish: true")
    site.publish({"a.md": text, "b.md": public("[[a]]"), "c.md": public("![[a]]")})
    assert found(site, token)
    site.publish(
        {
            "a.md": "---\npublish: false\n---\n" + text.partition("---\n")[2],
            "b.md": public("[[a]]"),
            "c.md": public("![[a]]"),
        }
    )
    assert found(site, token) == {}


def test_a_held_note_does_not_show_what_it_says_now():
    token = Tokens(3)
    site = fresh_site()
    site.publish({"a.md": public("good ^x"), "b.md": public("![[a]] ![[a#^x]] [[a]]")})
    site.publish({"a.md": private_note(token, "publish: true") + HOLDS, "b.md": public("![[a]] ![[a#^x]] [[a]]")})
    assert found(site, token) == {} and "good" in site.body("a.md")


def test_a_held_note_lets_go_of_what_was_denied_since():
    """Its last good text embeds and links a note that is private now."""
    token = Tokens(4)
    site = fresh_site()
    other = public(token("embedded"), title=token("title"))
    site.publish({"a.md": public("good ![[Other]] [[Other|word]]"), "Other.md": other})
    assert found(site, token)
    site.publish({"a.md": public(HOLDS), "Other.md": other.replace("true", "false", 1)})
    assert found(site, token) == {} and "word" in site.body("a.md")


# The audit


class Leaky:
    """The site, and something more."""

    layout = the_site.layout
    notices = the_site.notices

    def __init__(self, more):
        self._more = more

    def outputs(self, edition, config, publish):
        yield from the_site.outputs(edition, config, publish)
        yield self._more

    def literals(self):
        return the_site.literals()


SECRET = {
    "Clients/Acme takeover.md": """---
aliases: [The Wolpertinger deal]
owner: Ms Quetzalcoatl-Smith
---
# Hostile bidding

We are going to buy all of their shares before Wednesday's meeting in Ouagadougou.

%% ask the xylophonist first %%
""",
}


def publish_with(more, **files):
    site = fresh_site()
    site.press._target = Leaky(Output(*more) if isinstance(more, tuple) else Output("more.html", more.encode()))
    return site.publish(SECRET | {"a.md": public("Hello")} | files)


@pytest.mark.parametrize(
    "leak",
    [
        "<p>Acme takeover</p>",
        '<p data-path="Clients/Acme takeover">x</p>',
        "The Wolpertinger deal",
        "Ms Quetzalcoatl-Smith",
        "<p>We are going to buy all of their shares before Wednesday&#39;s</p>",
        quote("Acme takeover"),
        json.dumps({"x": "Hostile\nbidding", "y": "Acme takeover"}),
        ("data.json", json.dumps(["The Wolpertinger deal"]).encode()),
        ("data.gz", gzip.compress(b"x The Wolpertinger deal y")),
        ("words.txt", b"...ask the xylophonist first..."),
    ],
)
def test_the_audit_stops_a_leak(leak):
    with pytest.raises(TargetError, match="not published"):
        publish_with(leak)


@pytest.mark.parametrize(
    "more",
    [
        "<script>alert(1)</script>",
        "<SCRIPT >alert(1)</SCRIPT>",
        "<style>a{}</style>",
        '<p style="color:red">x</p>',
        '<p class="a"onclick="x()">x</p>',
        "<p onclick=x()>x</p>",
        '<a href="javascript:x()">x</a>',
        '<a href=" JavaScript:x()">x</a>',
        '<a href="&#106;avascript:x()">x</a>',
        "<a href='javascript:x()'>x</a>",
        '<iframe srcdoc="x"></iframe>',
        '<a href="nowhere.html">x</a>',
        '<a href="../a.html">x</a>',
        '<a href="/a.html">x</a>',
        "<img src=nowhere.png>",
        '<p title="it\'s \'"onclick="x()">x</p>',
        '<p title=\'"\' onclick="x()">x</p>',
        '<p>< <a href="nowhere.html">x</a></p>',
        '<form><button formaction="nowhere.html">x</button></form>',
        '---\ntitle: x\n---\n<a href="nowhere.html">x</a>',
        ("../outside.html", b"x"),
        ("/etc/passwd", b"x"),
        ("a/../../b", b"x"),
        ("a//b", b"x"),
        ("a\0b", b"x"),
    ],
)
def test_the_audit_stops_what_must_not_go_live(more):
    site = fresh_site()
    site.publish({"a.md": public("Hello")})
    before = site.files()
    site.press._target = Leaky(Output(*more) if isinstance(more, tuple) else Output("more.html", more.encode()))
    with pytest.raises(TargetError, match="not published"):
        site.publish({"a.md": public("Hello again")})
    assert site.files() == before


@pytest.mark.parametrize(
    "more",
    [
        '<a href="a.html">x</a> <a href="a.html#there">x</a> <a href="#here">x</a> <a href="./">x</a>',
        '<a href="https://example.org/x">x</a> <a href="mailto:a@b.c">x</a> <img src="data:image/png;base64,AA">',
        '<script src="_vaultkit/site.js"></script><script type="application/ld+json">{}</script>',
        "<p>style=x onclick=y &lt;script&gt; href=nowhere</p>",
        """<p title="it's">x</p> <a title="a 'b'" href="a.html">'x'</a> < <a href="a.html" title="it's">x</a>""",
        '---\ntitle: <a href="nowhere.html">\n---\n<a href="a.html">x</a>',
        '<p title="a > b onclick=">x</p> <code>&lt;a href="nowhere.html"&gt;</code> <code>a href="nowhere.html"</code>',
    ],
)
def test_the_audit_lets_pass_what_is_right(more):
    publish_with(more)


@pytest.mark.parametrize(
    "path",
    [
        "Notes.md", "Recent notes.md", "Recently changed.md", "Tags.md", "index.md", "Home.md", "November 2026.md",
        "21 November 2024.md", "Thursday.md", "On this page.md", "application/json.md", "article.md", "blockquote.md",
        "Content-Security-Policy.md", "utf-8.md", "site.css.md", "Skip to content.md", "1 min read.md", "2024.md",
        "Not found.md", "a.html.md", "Search.md", "Table of contents.md", "Linked from.md", "figcaption.md",
    ],
)  # fmt: skip
def test_an_innocent_private_note_raises_no_alarm(path):
    note = public("# Part\n\nHello there, old friend.\n\n# Other part\n\n[[b]]", date="2024-11-21", tags="[x]")
    fresh_site().publish({path: "Hello there, old friend.", "a.md": note, "b.md": public("[[a]]")})


@pytest.mark.parametrize(
    "created", ["2024-11-21T09:30:00", "2024-11-21T14:30:00Z", "20241121093000", "2024-11-21 9:30"]
)
def test_dates_raise_no_alarm(created):
    note = public("Hello", date="2024-11-21 9:30 -0500", created=created)
    fresh_site(target={"base_url": "https://example.org/n/"}).publish({"a.md": note, "2024-11-21T0930.md": created})


def test_what_is_published_may_say_what_a_private_note_says():
    shared = "A long sentence that stands in two notes, word for word, and would alarm if it stood in only one.\n"
    vault = {"Deep/Wolpertinger hunting.md": shared, "a.md": public(shared + "[[Deep/Wolpertinger hunting]]")}
    site = fresh_site()
    site.publish(vault)
    assert "Wolpertinger hunting" in site.body("a.md") and b"Deep/" not in site.text()


def test_what_is_watched_for():
    path, text = next(iter(SECRET.items()))
    note = note_of(path, text)
    assert watch_for([of_file("Pictures/Wolpertinger at dusk.png")]).find(b"<img alt='Wolpertinger at dusk'>")
    watch = watch_for(of_note(path, text, note.facts), told(["we are going to buy a lot", "acme and clients"]))
    assert watch.find(b"Acme takeover") and watch.find(b"nothing of it") is None
    assert watch_for(of_note(path, text, note.facts), told([text, path])).find(text.encode() + path.encode()) is None


def test_a_published_sentence_is_no_secret_for_its_hard_space():
    sentence = (
        "Nobody had told the harbourmaster about anything substituting\u00a0[lanterns](https://example.org/) there.\n"
    )
    site = fresh_site()
    site.publish({"a.md": public(sentence), "b.md": sentence})
    assert "harbourmaster" in site.body("a.md")


def test_two_sites_of_one_vault_know_nothing_of_each_other(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    vault = {"x.md": "---\nshare: true\n---\nCucumber salad", "y.md": public("Tomato salad")}
    one, two = Site(tmp_path / "a", select={"property": "share"}), Site(tmp_path / "b")
    one.publish(vault)
    two.publish(vault)
    assert set(one.pages()) == {"x.md"} and set(two.pages()) == {"y.md"}
