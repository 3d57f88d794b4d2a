"""Views of bases: tables, cards and lists. What is in them was computed by whoever made the job."""

from __future__ import annotations

import re
from itertools import zip_longest

from mistune.util import escape

from vaultkit.render.job import BaseGroup, BaseView, Words
from vaultkit.render.rendering import Rendering

_Cell = tuple[Words, ...]


def shown(page: Rendering, views: tuple[BaseView, ...], anchor: str = "") -> str:
    """The views of a base, one below the other; each with its name when there are more."""
    parts = [_view(page, view, named=len(views) > 1) for view in views]
    return f'<div class="base"{anchor}>\n{"".join(parts)}</div>\n'


def _view(page: Rendering, view: BaseView, *, named: bool) -> str:
    heading = f'<p class="base-name">{escape(view.name)}</p>\n' if named and view.name else ""
    write = {"table": _table, "cards": _cards, "list": _list, "numbers": _list}[view.kind]
    groups = [_heading(page, group) + write(page, view, group) for group in view.groups if group.rows]
    left_out = "".join([f'<p class="left-out">{_CODE.sub(_code, escape(line))}</p>\n' for line in view.left_out])
    return (
        heading
        + ("".join(groups) or left_out or '<p class="base-empty">No notes.</p>\n')
        + (left_out if groups else "")
    )


_CODE = re.compile(r"`([^`]*)`")


def _code(found: re.Match[str]) -> str:
    return f"<code>{found[1]}</code>"


def _heading(page: Rendering, group: BaseGroup) -> str:
    if group.heading is None:
        return ""
    return f'<p class="base-group">{_cell(page, group.heading) or "–"}</p>\n'


def _table(page: Rendering, view: BaseView, group: BaseGroup) -> str:
    head = "".join([f'<th scope="col">{escape(name)}</th>' for name in view.columns])
    rows = [f"<tr>{''.join([f'<td>{_cell(page, cell)}</td>' for cell in row])}</tr>\n" for row in group.rows]
    foot = "".join([f"<td>{escape(summary)}</td>" for summary in group.summaries])
    foot = f"<tfoot>\n<tr>{foot}</tr>\n</tfoot>\n" if foot else ""
    body = f"<tbody>\n{''.join(rows)}</tbody>\n"
    return f'<div class="table"><table>\n<thead>\n<tr>{head}</tr>\n</thead>\n{body}{foot}</table></div>\n'


def _cards(page: Rendering, view: BaseView, group: BaseGroup) -> str:
    cards = [_card(page, view, row, image) for row, image in zip_longest(group.rows, group.images)]
    return f'<ul class="cards">\n{"".join(cards)}</ul>\n'


def _card(page: Rendering, view: BaseView, row: tuple[_Cell, ...], image: Words | None) -> str:
    """The picture, the first column as a title, and the others with their names, those that say something."""
    picture = _words(page, image) if image else ""
    title, *others = row or ((),)
    lines = [
        f'<div class="card-line"><span class="card-label">{escape(name)}</span> {_cell(page, cell)}</div>\n'
        for name, cell in zip(view.columns[1:], others, strict=True)
        if cell
    ]
    words = _cell(page, title)
    head = f'<div class="card-title">{words}</div>\n' if words else ""
    return f"<li>{picture}\n{head}{''.join(lines)}</li>\n"


def _list(page: Rendering, view: BaseView, group: BaseGroup) -> str:
    tag = "ol" if view.kind == "numbers" else "ul"
    lines = [", ".join([_cell(page, cell) for cell in row if cell]) for row in group.rows]
    return f"<{tag}>\n{''.join([f'<li>{line}</li>' + chr(10) for line in lines])}</{tag}>\n"


def _cell(page: Rendering, cell: _Cell) -> str:
    return "".join([_words(page, words) for words in cell])


def _words(page: Rendering, words: Words) -> str:
    text = escape(words.text)
    if words.kind == "check":
        return f'<input type="checkbox" disabled{" checked" if words.text else ""}>'
    if words.kind == "date":
        return f"<time>{text}</time>"
    if words.href is None:
        return f'<span class="tag">{text}</span>' if words.kind == "tag" else text
    if words.kind == "image":
        return f'<img{page.url("src", words.href)} alt="{text}" loading="lazy">'
    if words.href.startswith(("http://", "https://", "mailto:")):
        sign = ' class="bare"' if words.text == words.href else ""
        return f'<a{sign}{page.url("href", words.href)} rel="noopener">{text}</a>'
    return f'<a class="{"tag" if words.kind == "tag" else "internal"}"{page.url("href", words.href)}>{text}</a>'
