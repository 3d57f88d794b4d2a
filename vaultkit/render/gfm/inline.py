"""Words, and what stands between them: one function per kind of token."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import punctuation

from mistune.util import escape, unescape

from vaultkit.parse import grammar
from vaultkit.render.gfm import markup, signs
from vaultkit.render.gfm.writer import Writer
from vaultkit.render.job import EmbedTo
from vaultkit.render.rendering import Token
from vaultkit.render.syntax import foreign
from vaultkit.render.syntax.embed import words_and_size
from vaultkit.render.syntax.link import allowed
from vaultkit.render.text import text_of

_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
_EMPHASES = frozenset(("emphasis", "strong", "strike", "highlight"))
_NO_BOX = {"x": "&#120;", "X": "&#88;"}
"""The text of a link that is read as the box of a task otherwise."""

_APART = "<!-- -->"
"""Nothing, between two signs that would be read as one."""


def written(tokens: list[Token], page: Writer) -> str:
    """The Markdown of some tokens that follow each other."""
    tokens = _joined(markup.seen(tokens))
    html, kramdown = page.dialect.html, page.dialect.kramdown
    tags = markup.tags(tokens, html=html, kramdown=kramdown)
    done = ""
    before = ""
    for index, token in enumerate(tokens):
        kind = token["type"]
        piece = tags.get(index, "") if kind == "inline_html" else _WRITERS.get(kind, _other)(token, page)
        if piece.startswith("~"):
            done = _apart_from_tilde(done)
        if done.endswith("!") and piece.startswith("["):
            done = done[:-1] + "\\!"
        elif before == "footnote" and piece.startswith("("):
            done += "\\"
        elif _run_together(done, before, piece, kind):
            done += _APART
        if piece:
            done, before = done + piece, kind
    return done


def _run_together(done: str, before: str, piece: str, kind: str) -> bool:
    """Whether signs would be read otherwise where a piece follows: two of them as one, or those of an emphasis between
    a letter and a punctuation mark as mere signs."""
    if not done or not piece:
        return False
    if "text" not in (before, kind) and done[-1] == piece[0] and piece[0] in "*`~_":
        return True
    opens = kind in _EMPHASES and _is_letter(done[-1]) and _is_mark(_inside(piece)[:1])
    closes = before in _EMPHASES and _is_letter(piece[0]) and _is_mark(_inside(done[::-1])[:1])
    return opens or closes


def _inside(piece: str) -> str:
    """What stands behind the signs with which an emphasis begins."""
    return piece.lstrip(piece[0]) if piece[0] in "*~" else piece


def _is_letter(char: str) -> bool:
    """Whether some reader takes it for one."""
    return char not in punctuation and not char.isspace()


def _is_mark(char: str) -> bool:
    return bool(char) and not char.isalnum() and not char.isspace()


def _apart_from_tilde(done: str) -> str:
    """Words that `~~` may follow: goldmark counts a tilde before it, escaped or not, as part of it."""
    return done[:-2] + "&#126;" if done.endswith("\\~") else done


def _joined(tokens: list[Token]) -> list[Token]:
    """The tokens with each stretch of text as one, its character references decoded."""
    joined: list[Token] = []
    for token in tokens:
        if token["type"] != "text":
            joined.append(token)
        elif joined and joined[-1]["type"] == "text":
            joined[-1] = {"type": "text", "raw": joined[-1]["raw"] + unescape(token["raw"])}
        else:
            joined.append({"type": "text", "raw": unescape(token["raw"])})
    return joined


def wrapped(sign: str, inner: str, close: str = "") -> str:
    """Words between two signs, with the white space at their ends outside."""
    words = inner.strip()
    if not words:
        return inner
    start = inner.index(words[0])
    return f"{inner[:start]}{sign}{words}{close or sign}{inner[start + len(words) :]}"


def linked(shown: str, href: str, page: Writer, hint: str = "") -> str:
    """A link, or its words alone where it would stand in another."""
    shown = _NO_BOX.get(shown, shown)
    return shown if page.in_link else f"[{shown}]({signs.way(href)}{signs.title(hint)})"


def embedded(to: EmbedTo, caption: str, size: str, page: Writer) -> str:
    """What an embed shows that is no note."""
    if to.kind == "nothing" or to.href is None:
        return ""
    words = caption or to.text
    if to.kind == "image":
        if size and page.dialect.html:
            return f'<img src="{escape(signs.way(to.href))}" alt="{escape(words)}"{size}>'
        return f"![{signs.alt(words)}]({signs.way(to.href)})"
    if to.kind in ("audio", "video") and page.dialect.kramdown:
        return f'<{to.kind} controls="" src="{escape(signs.way(to.href))}"{size}></{to.kind}>'
    return linked(signs.text(words, page.dialect), to.href, page)


def _text(token: Token, page: Writer) -> str:
    return signs.text(token["raw"], page.dialect)


def _emphasis(token: Token, page: Writer) -> str:
    """Emphasis in emphasis looks like its surroundings, and its signs would be read as others."""
    outer, page.in_emphasis = page.in_emphasis, True
    inner = page.inline(token["children"])
    page.in_emphasis = outer
    return inner if outer else wrapped("*", inner)


def _strong(token: Token, page: Writer) -> str:
    outer, page.in_strong = page.in_strong, True
    inner = page.inline(token["children"])
    page.in_strong = outer
    return inner if outer else wrapped("**", inner)


def _highlight(token: Token, page: Writer) -> str:
    if page.dialect.html:
        opening = '<mark markdown="span">' if page.dialect.kramdown else "<mark>"
        return wrapped(opening, page.inline(token["children"]), "</mark>")
    return _emphasis(token, page)


def _strike(token: Token, page: Writer) -> str:
    return wrapped("~~", _apart_from_tilde(page.inline(token["children"])))


def _on_one_line(page: Writer) -> bool:
    return page.in_cell or page.in_heading or page.in_link


def _break(token: Token, page: Writer) -> str:
    return " " if _on_one_line(page) else "  \n"


def _softbreak(token: Token, page: Writer) -> str:
    if _on_one_line(page):
        return " "
    return "  \n" if page.dialect.breaks and not page.job.strict_breaks else "\n"


def _codespan(token: Token, page: Writer) -> str:
    raw: str = token["raw"]
    if foreign.is_inline(raw):
        return "*inline Dataview query*"
    code = signs.code(raw)
    return code.replace("|", "\\|") if page.in_cell and not page.dialect.kramdown else code


def _math(token: Token, page: Writer) -> str:
    """A formula as its reader takes it, or its source between dollar signs."""
    tex = " ".join(token["raw"].split())
    if page.dialect.kramdown:
        return f"$${formula(tex, pipes=False)}$$"
    return f"${formula(tex, pipes=not page.in_cell)}$" if page.dialect.math else signs.text(f"${tex}$", page.dialect)


def formula(tex: str, *, pipes: bool = True) -> str:
    """TeX without what would be a tag or a quote to readers that know no formulas, nor, without `pipes`, a cell."""
    if not pipes:
        tex = tex.replace("\\|", "\\Vert ").replace("|", "\\vert ")
    return _TAG_LIKE.sub("\\\\lt ", f"\\gt {tex[1:]}" if tex.startswith(">") else tex)


def _wikilink(token: Token, page: Writer) -> str:
    to: grammar.Parts = token["to"]
    return _into_vault(to, signs.text((to.display or "").strip(), page.dialect), page)


def _into_vault(parts: grammar.Parts, shown: str, page: Writer) -> str:
    to = page.job.links.get(parts.target + parts.subpath)
    if to is None or to.href is None:
        name = parts.target.rpartition("/")[2].removesuffix(".md") or parts.subpath.rpartition("#")[2].strip()
        return shown or signs.text(name, page.dialect)
    return linked(shown or signs.text(to.text, page.dialect), to.href, page)


def _embed(token: Token, page: Writer) -> str:
    to: grammar.Parts = token["to"]
    shown = page.job.embeds.get(to.target + to.subpath)
    return embedded(shown, *words_and_size(to.display or ""), page) if shown else ""


def _link(token: Token, page: Writer) -> str:
    url: str = token["attrs"]["url"]
    outer, page.in_link = page.in_link, True
    shown = page.inline(token["children"])
    page.in_link = outer
    if outer:
        return shown
    feet = "".join(page.feet)
    page.feet.clear()
    return _to(token, url, shown, page) + feet


def _to(token: Token, url: str, shown: str, page: Writer) -> str:
    """A link to an address."""
    if not grammar.has_scheme(url):
        return _into_vault(grammar.markdown(url), shown, page)
    if not allowed(url):
        return shown
    bare = "".join(child["raw"] for child in token["children"] if child["type"] == "text")
    if bare == url == signs.way(url):
        return f"<{url}>"
    return linked(shown or signs.text(url, page.dialect), url, page, unescape(token["attrs"].get("title") or ""))


def _image(token: Token, page: Writer) -> str:
    url: str = token["attrs"]["url"]
    plain = "".join(child["raw"] for child in token["children"] if "raw" in child and child["type"] != "inline_html")
    words, size = words_and_size(unescape(plain))
    if not grammar.has_scheme(url):
        parts = grammar.markdown(url)
        shown = page.job.embeds.get(parts.target + parts.subpath)
        return embedded(shown, words, size, page) if shown else ""
    if not allowed(url):
        return signs.text(words, page.dialect)
    return embedded(EmbedTo("image", url, words), words, size, page)


def _footnote(token: Token, page: Writer) -> str:
    """The sign of a footnote; one in a link stands behind it."""
    sign = f"[^{page.footnote(token['key'])}]"
    if not page.in_link:
        return sign
    page.feet.append(sign)
    return ""


def _tag(token: Token, page: Writer) -> str:
    name: str = token["raw"]
    href = page.job.tags.get(name.lower())
    shown = signs.text(f"#{name}", page.dialect)
    return linked(shown, href, page) if href else shown


def _inline_anchor(token: Token, page: Writer) -> str:
    return anchor(token["block"], page)


def anchor(block: str, page: Writer) -> str:
    """The place that a link to a block leads to."""
    return f'<a id="{escape(page.job.prefix + block)}"></a>' if block and page.dialect.html else ""


def _other(token: Token, page: Writer) -> str:
    html = page.fallback(token).strip()
    return html.replace("\n", " ") if page.dialect.html else signs.text(text_of(html), page.dialect)


_WRITERS: dict[str, Callable[[Token, Writer], str]] = {
    "text": _text,
    "emphasis": _emphasis,
    "strong": _strong,
    "linebreak": _break,
    "softbreak": _softbreak,
    "codespan": _codespan,
    "math": _math,
    "math_block": _math,
    "wikilink": _wikilink,
    "embed": _embed,
    "footnote": _footnote,
    "tag": _tag,
    "link": _link,
    "image": _image,
    "templater": lambda token, page: "*Templater command*",
    "highlight": _highlight,
    "strike": _strike,
    "inline_anchor": _inline_anchor,
    "comment": lambda token, page: "",
}
