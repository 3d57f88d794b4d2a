"""Blocks: one function per kind of token, each gives lines without a line end behind the last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from vaultkit.render.gfm import inline, markup, signs
from vaultkit.render.gfm.writer import Writer
from vaultkit.render.rendering import Token
from vaultkit.render.syntax import foreign
from vaultkit.render.text import text_of

_SAYS_ITSELF = re.compile(r"[A-Za-z][A-Za-z0-9]*(?: [A-Za-z0-9]+)*")
_RULE_LIKE = re.compile(r"[-=+:][-=+: ]*")
_FIT_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_ALERTS = {
    "NOTE": "note info abstract summary tldr todo example quote cite question help faq",
    "TIP": "tip hint success check done",
    "IMPORTANT": "important",
    "WARNING": "warning attention",
    "CAUTION": "caution danger error failure fail missing bug",
}
_ALERT_OF = {name: alert for alert, names in _ALERTS.items() for name in names.split()}


def written(tokens: Iterable[Token], page: Writer) -> str:
    """Blocks one below the other, with a blank line between them unless the author had none below a heading. Two lists
    that follow each other are kept apart."""
    done, last = "", ""
    for token in tokens:
        kind = token["type"]
        if kind == "blank_line":
            last = last.removesuffix(" above")
        block = _WRITERS.get(kind, _other)(token, page)
        if not block.strip():
            continue
        if kind not in _NAMED_INSIDE and (name := inline.anchor(token.get("block", ""), page)):
            block = f"{name}\n\n{block}"
        elif kind == last == "list":
            block = f"<!-- -->\n\n{block}"
        apart = "\n" if last == "heading above" and kind in ("list", "paragraph") else "\n\n"
        done += apart + block if done else block
        last = "heading above" if block.startswith("#") and kind == "heading" else kind
    return done


def _paragraph(token: Token, page: Writer) -> str:
    """A paragraph; what is a block of its own (an embedded note, a formula) stands between its parts."""
    parts: list[str] = []
    line: list[Token] = []
    for child in token["children"]:
        block = _own_block(child, page)
        if block is None:
            line.append(child)
            continue
        parts += (_lines(line, page), block)
        line = []
    parts.append(_lines(line, page))
    whole = "\n\n".join(part for part in parts if part.strip())
    return inline.anchor(token.get("block", ""), page) + whole


def _own_block(token: Token, page: Writer) -> str | None:
    if token["type"] == "math_block":
        return _math_block(token, page)
    if token["type"] != "embed":
        return None
    parts = token["to"]
    to = page.job.embeds.get(parts.target + parts.subpath)
    if to is None or to.kind != "note" or to.job is None:
        return None
    source = inline.linked(signs.text(to.text, page.dialect), to.href, page) if to.href else ""
    inside = "\n\n".join(part for part in (page.nested(to.job), source) if part)
    return signs.indented(inside, "> ", "> ")


def _lines(tokens: list[Token], page: Writer) -> str:
    """Words as lines of a paragraph: none begins like another block, none ends in a break without a line behind it."""
    return signs.lines(page.inline(tokens).strip(" \t\n"))


def _heading(token: Token, page: Writer) -> str:
    """A heading of the note itself; one in a quote or an embedded note is only bold: it would shift others' ids."""
    page.in_heading = True
    words = " ".join(page.inline(token["children"]).split())
    page.in_heading = False
    if not words:
        return ""
    if "source" not in token or page.embedded:
        return signs.lines(inline.wrapped("**", words) if "**" not in words else words)
    sign = "#" * token["attrs"]["level"]
    name = page.heading_ids.next(token["source"])
    named = page.dialect.ids and not _SAYS_ITSELF.fullmatch(words) and _FIT_ID.fullmatch(name)
    end = f" {{#{name}}}" if named else ""
    return f"{sign} {words[:-1]}\\#{end}" if words.endswith("#") else f"{sign} {words}{end}"


def _list(token: Token, page: Writer) -> str:
    attrs = token["attrs"]
    number = attrs.get("start", 1) if attrs["ordered"] else None
    items: list[str] = []
    for item in token["children"]:
        mark = "- " if number is None else f"{number}. "
        items.append(signs.indented(_item(item, page, tight=token["tight"]), mark, " " * len(mark)))
        number = None if number is None else number + 1
    return ("\n" if token["tight"] else "\n\n").join(items)


def _item(item: Token, page: Writer, *, tight: bool) -> str:
    children: list[Token] = item["children"]
    simple = tight and all(
        child["type"] in ("block_text", "blank_line", "comment")
        or (child["type"] == "list" and "start" not in child["attrs"])  # only a 1 begins a list below words
        for child in children
    )
    parts = [written((child,), page) for child in children]
    text = ("\n" if simple else "\n\n").join(part for part in parts if part)
    box = "" if item["type"] != "task" else "[ ] " if item["mark"] == " " else "[x] "
    text = inline.anchor(item.get("block", ""), page) + text
    return box + (text or ("&nbsp;" if page.dialect.kramdown else ""))


def _quote(token: Token, page: Writer) -> str:
    return signs.indented(written(token["children"], page), "> ", "> ")


def _callout(token: Token, page: Writer) -> str:
    """An alert where there are such, with its title when it has one of its own; else a quote with a title."""
    title, body = token["children"]
    kind: str = token["attrs"]["type"]
    words = " ".join(page.inline(title["children"]).split())
    alert = _ALERT_OF.get(kind, "NOTE") if page.dialect.alerts else ""
    own = words if not alert or words.lower() != alert.lower() else ""
    head = signs.lines(inline.wrapped("**", own)) if own and "**" not in own else signs.lines(own)
    inside = "\n\n".join(part for part in (head, written(body["children"], page)) if part)
    quote = signs.indented(inside, "> ", "> ") if inside else ""
    return f"> [!{alert}]\n{quote}".rstrip() if alert else quote


def _code(token: Token, page: Writer) -> str:
    words = token.get("attrs", {}).get("info", "").split(None, 1)
    language = words[0].strip("{}.").lower() if words else ""
    if language in foreign.LANGUAGES:
        return f"*{language} block*"
    if token["style"] == "indent" and not token["raw"].strip():
        return ""
    return signs.fenced(token["raw"], language)


def _math_block(token: Token, page: Writer) -> str:
    lines = [line.strip() for line in token["raw"].split("\n") if line.strip()]
    if page.dialect.math or page.dialect.kramdown:
        return "\n".join(("$$", *map(inline.formula, lines), "$$"))
    return signs.lines("\n".join(signs.text(line, page.dialect) for line in ("$$", *lines, "$$")))


def _other(token: Token, page: Writer) -> str:
    """What there is only HTML of. Blank lines would end it; where HTML is not shown, its words are."""
    html = page.fallback(token).strip()
    if page.dialect.html:
        return markup.alone(html) if html else ""
    return signs.lines(signs.text(text_of(html), page.dialect))


def _table(token: Token, page: Writer) -> str:
    outer, page.in_cell = page.in_cell, True
    head, *rows = [[_cell(cell, page) for cell in row["children"]] for row in token["children"]]
    page.in_cell = outer
    rules = [_RULES[cell["attrs"][1]] for cell in token["children"][0]["children"]]
    if not rows and page.dialect.kramdown:
        rows = [[""] * len(head)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rules, *rows))


_RULES = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}


def _cell(token: Token, page: Writer) -> str:
    """The words of a cell; a row of nothing but hyphens would be a rule."""
    words = " ".join(page.inline(token["children"]).split())
    return f"\\{words}" if _RULE_LIKE.fullmatch(words) else words


_NAMED_INSIDE = frozenset(("paragraph", "block_text", "list_item", "task", "anchor"))

_WRITERS: dict[str, Callable[[Token, Writer], str]] = {
    "paragraph": _paragraph,
    "block_text": _paragraph,
    "blank_line": lambda token, page: "",
    "comment": lambda token, page: "",
    "thematic_break": lambda token, page: "***",
    "heading": _heading,
    "list": _list,
    "block_quote": _quote,
    "callout": _callout,
    "block_code": _code,
    "math_block": _math_block,
    "table": _table,
    "anchor": lambda token, page: inline.anchor(token["block"], page),
}
