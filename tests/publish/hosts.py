"""The real tools that others build their sites with, and what they make of a folder."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import html5lib
import pytest

needs_jekyll = pytest.mark.skipif(shutil.which("jekyll") is None, reason="there is no jekyll here")
needs_hugo = pytest.mark.skipif(shutil.which("hugo") is None, reason="there is no hugo here")

_BLOCKS = (
    "address article blockquote br dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section"
)
_ENDS = frozenset(f"{_BLOCKS} summary table td th tr ul".split())
_SIGNS = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "--", "—": "---", "…": "...", "«": "<<", "»": ">>", "\u200c": ""}


def jekyll(source, **settings):
    """Build a folder with Jekyll; the pages by output path. Anything that it warns of fails."""
    source = Path(source)
    lines = {"title": "Blog", "timezone": "UTC"} | settings
    (source / "_config.yml").write_text("".join(f"{name}: {value}\n" for name, value in lines.items()))
    (source / "_layouts").mkdir(exist_ok=True)
    for name in ("post", "page"):
        (source / "_layouts" / f"{name}.html").write_text("<main>{{ content }}</main>")
    done = subprocess.run(["jekyll", "build", "--trace"], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert not re.search(r"warn|error|conflict", done.stderr, re.IGNORECASE), done.stderr
    return _pages(source / "_site")


_TAKEN_BACK = re.compile(r'WARN .*front matter key "url" is overridden in params section\.\n.*\nignoreLogs = .*')
"""What Hugo 0.123 to 0.147 say of a parameter called like something of theirs, and later ones no more."""

_TAKES_HTML = "[security]\nallowContent = ['! ^text/org$']\n"
"""What Hugo since 0.162 needs to take HTML."""


def hugo(source, **settings):
    """Build a content folder with Hugo; the pages by output path. Anything that it warns of fails."""
    home = Path(source).parent / (Path(source).name + "-site")
    templates = home / "layouts" / "_default"
    templates.mkdir(parents=True, exist_ok=True)
    for name in ("single.html", "list.html"):
        (templates / name).write_text("<main>{{ .Content }}</main>")
    lines = {"baseURL": "https://example.org/", "title": "Blog", "contentDir": str(source)} | settings
    written = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
    html = any(Path(source).rglob("*.html"))
    (home / "config.toml").write_text(written + (_TAKES_HTML if html else ""))
    done = subprocess.run(["hugo"], cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    told = _TAKEN_BACK.sub("", done.stdout + done.stderr)
    assert not re.search(r"WARN|ERROR", told), told
    return _pages(home / "public")


def _pages(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".html", ".xml")
    } | {path.relative_to(folder).as_posix(): "" for path in folder.rglob("*.png")}


def words(markup):
    """What a reader sees of some HTML, without what tools change about signs: one string without white space."""
    root = html5lib.parseFragment(markup, namespaceHTMLElements=False)
    feet: list[str] = []
    text = "".join((*_texts(root, feet), *sorted(feet)))
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def _texts(node, feet):
    if not isinstance(node.tag, str) or node.tag in ("script", "style"):
        yield node.tail or ""
        return
    classes = node.get("class") or ""
    if node.tag == "img" and node.get("src", "").startswith("https:"):
        yield node.get("alt", "")
    if node.tag == "li" and (node.get("id") or "").partition(".")[2].startswith("fn:"):
        node.set("id", "fn:")
    if node.tag == "li" and (node.get("id") or "").startswith(("fn:", "fn-")):
        node.set("id", "")
        feet.append("".join(_texts(node, feet)).removesuffix(node.tail or ""))
    elif not re.search(r"\b(?:footnote|reversefootnote|footnote-back|footnote-ref|footnote-backref)\b", classes):
        yield node.text or ""
        for child in node:
            yield from _texts(child, feet)
    yield node.tail or ""


def ran(markup):
    """Whether anything in some HTML would run."""
    root = html5lib.parseFragment(markup, namespaceHTMLElements=False)
    for node in root.iter():
        if node.tag == "script" or any(name.startswith("on") for name in node.attrib):
            return True
        if any(str(value).strip().lower().startswith("javascript:") for value in node.attrib.values()):
            return True
    return False
