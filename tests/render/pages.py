"""Reads a rendered body back into facts, to compare them with what the parser and the conformance cases say."""

from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"img", "br", "hr", "input", "col", "wbr"}


class Node:
    """An element: its tag, attributes and children, which are elements and texts."""

    def __init__(self, tag, attributes):
        self.tag = tag
        self.attributes = attributes
        self.children = []

    @property
    def text(self):
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self):
        """The elements below this one, in order."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.all()

    def has(self, tag, css_class=None):
        return self.tag == tag and css_class in (None, self.attributes.get("class"))


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attributes):
        node = Node(tag, {name: value or "" for name, value in attributes})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, "sanitised HTML is balanced"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def tree(html):
    """The elements of a page's HTML."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


class PageFacts(NamedTuple):
    """What stands on a page."""

    internal: list  # (href, text)
    external: list  # href
    tags: list
    ids: set
    tables: list  # (columns, body rows)
    callouts: list  # (type, title, fold, metadata)
    tasks: list  # (mark, text)
    math: list  # inline or block
    highlights: list
    references: int
    footnotes: int
    languages: list


def page_facts(html):
    """The facts of a page."""
    nodes = list(tree(html).all())
    return PageFacts(
        [(node.attributes["href"], node.text) for node in nodes if node.has("a", "internal")],
        [node.attributes.get("href", "") for node in nodes if node.attributes.get("rel") == "noopener"],
        [node.text.removeprefix("#") for node in nodes if node.attributes.get("class") == "tag"],
        {node.attributes["id"] for node in nodes if "id" in node.attributes},
        [_table(node) for node in nodes if node.has("div", "table")],
        [_callout(node) for node in nodes if node.attributes.get("class") == "callout"],
        [_task(node) for node in nodes if node.has("li", "task")],
        [kind for kind in map(_formula, nodes) if kind],
        [node.text for node in nodes if node.tag == "mark"],
        sum(node.has("sup", "footnote-ref") for node in nodes),
        sum(node.attributes.get("id", "").startswith("fn:") for node in nodes),
        [_language(node) for node in nodes if node.tag == "pre"],
    )  # fmt: skip


def _table(node):
    rows = [[cell for cell in row.all() if cell.tag in ("th", "td")] for row in node.all() if row.tag == "tr"]
    return (len(rows[0]), len(rows) - 1)


def _callout(node):
    title = next(part for part in node.all() if part.attributes.get("class") == "callout-title")
    folding = next((part for part in (node, *node.children) if isinstance(part, Node) and part.tag == "details"), None)
    fold = "" if folding is None else "+" if "open" in folding.attributes else "-"
    return (node.attributes["data-callout"], title.text, fold, node.attributes.get("data-callout-metadata", ""))


def _task(node):
    label = next(part for part in node.all() if part.tag == "label")
    return (node.attributes["data-task"], label.text.strip())


def _language(node):
    code = next(part for part in node.all() if part.tag == "code")
    return node.attributes.get("class") or code.attributes.get("data-language", "")


def _formula(node):
    if node.tag == "math":
        return node.attributes["display"]
    return "failed" if node.has("code", "math") else ""
