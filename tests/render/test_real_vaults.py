"""Real vaults, all of their notes published: no sign of Markdown is left on a page that its author did not escape."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

VAULTS = Path(os.environ.get("VAULTKIT_TEST_VAULTS", "~/.cache/vaultkit-test-vaults")).expanduser()
CONFIG = """
version: 1
notes: { exclude: "Templates/*.md" }
publish: { select: { path: "**" } }
rules: { link-broken: off, link-broken-heading: off, link-broken-block: off, embed-broken: off,
  property-broken-link: off }
"""  # the help names notes that only its readers have

SIGNS = re.compile(
    r"!?\[\[|\]\]|%%|==[^\s=]|~~|\*\*|\$\$|:::|\]\(|\[![A-Za-z]|\[\^|^\^[\w-]+$|[ \t]\^[A-Za-z0-9-]+$|^#{1,6} |^> "
    r"|^\|.*\|$|^[-*+] \[.\]|^---$|^```|<%|</?[a-zA-Z][^<>]*>|&[a-z]+;|(?<![\w$])\$[^\s$](?:[^$\n]*[^\s$])?\$(?!\d)",
    re.MULTILINE,
)
SOURCES = {"code", "pre", "math", "kbd"}
VOID = {"br", "img", "hr", "input", "col", "wbr"}
INLINE = {
    "a",
    "b",
    "em",
    "i",
    "strong",
    "mark",
    "del",
    "sup",
    "sub",
    "u",
    "s",
    "small",
    "span",
    "label",
    "time",
    "cite",
}


class Words(HTMLParser):
    """What a reader reads in the text of a page, code and formulas excepted; blocks on lines of their own."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.inside = []
        self.hidden = 0

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            self.found.append("\n" if tag in ("br", "hr") else " ")
            return
        self.inside.append(tag)
        self.hidden += tag in SOURCES
        self.found.append("" if tag in INLINE or tag in SOURCES else "\n")

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag
        self.hidden -= tag in SOURCES
        self.found.append("" if tag in INLINE or tag in SOURCES else "\n")

    def handle_data(self, data):
        self.found.append("\u2007" if self.hidden else data)


def left_over(page, sources):
    """The signs in the rendered body of a page that no author escaped, with what stands around them."""
    words = Words()
    words.feed(page.partition('<div class="prose">')[2].partition("</article>")[0].rpartition("</div>")[0])
    text = "".join(words.found)
    return [
        text[max(0, sign.start() - 30) : sign.end() + 30]
        for sign in SIGNS.finditer(text)
        if not escaped(sign[0], sources)
    ]


def escaped(sign, source):
    """Whether the author of a text put backslashes into a sign, so that it is shown."""
    written = "".join(
        re.escape(char) if char.isalnum() or char.isspace() else rf"\\?{re.escape(char)}" for char in sign
    )
    return any("\\" in found for found in re.findall(written, source))


@pytest.mark.parametrize("vault", ["obsidian-help-en", "kepano"])
def test_no_construct_is_left_unresolved(vault, tmp_path):
    root = VAULTS / vault
    if not root.is_dir():
        pytest.skip(f"the vault {vault} is not unpacked here")
    (tmp_path / "all.yaml").write_text(CONFIG)
    command = ["publish", "--vault", root, "--config", tmp_path / "all.yaml", "--output", tmp_path / "out" / "site"]
    done = subprocess.run(
        [sys.executable, "-m", "vaultkit", *map(str, command)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    pages = [page for page in (tmp_path / "out" / "site").rglob("*.html") if '<div class="prose">' in page.read_text()]
    assert len(pages) > 40
    sources = "\n".join(note.read_text("utf-8") for note in root.rglob("*.md"))
    found = {str(page.relative_to(tmp_path)): left_over(page.read_text("utf-8"), sources) for page in pages}
    assert {page: signs for page, signs in found.items() if signs} == {}


@pytest.mark.parametrize(
    "left",
    ["[[a", "a %%", "==a==", "&gt; [!note]", "a ^id", "$$", "a $x$ b", "## a", "&lt;div&gt;", "&amp;amp;", "~~a"],
)
def test_the_check_itself_sees_what_it_should(left):
    page = f'<div class="prose">\n<p>{left}</p>\n<p><code>{left}</code></p>\n</div>\n</article>'
    assert len(left_over(page, "")) >= 1
    assert left_over(page.replace(f"<p>{left}</p>", ""), "") == []
