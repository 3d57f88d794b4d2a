"""What a section must hold, and how that is counted.

Counted is what stands between a section's heading and the next of the same or a higher level, without comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from vaultkit.model.expression import expression
from vaultkit.model.note import Facts, Link
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span
from vaultkit.schema.content_schema import Content
from vaultkit.schema.headings import normal
from vaultkit.schema.pattern import pattern_test

_WORD = expression(r"[^\W_]+(?:['’.-][^\W_]+)*")
_ITEM = expression(r"^[ \t>]*(?:[-*+]|[0-9]{1,9}[.)])(?:[ \t]+(?!(?:[-*+][ \t]*){2,}$)\S|[ \t]*$)", re.MULTILINE)
_CELL_END = expression(r"(?<!\\)\|")
_IMAGES = (".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")


class ContentFault(NamedTuple):
    """What a section lacks, or has too much of: the end of a sentence that begins with the section; the word of the
    schema that asks for it, and the place, if it is one."""

    says: str
    word: tuple[str | int, ...]
    span: Span | None = None


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


_P = TypeVar("_P", bound=_Placed)


class Body:
    """What stands in a section: a piece of a note's text and the facts in it."""

    def __init__(self, text: str, span: Span, facts: Facts) -> None:
        self.span = span
        self.facts = facts
        self.text = _blanked(text, span, facts.comments)

    def within(self, facts: Iterable[_P]) -> list[_P]:
        """Those facts that begin in the section."""
        start, end = self.span
        return [fact for fact in facts if start <= fact.span.start < end]

    def prose(self) -> str:
        """The text without code blocks."""
        blocks = [code for code in self.facts.code if code.kind != "inline"]
        return _blanked(self.text, Span(0, len(self.text)), blocks, self.span.start)


def _blanked(text: str, span: Span, gone: Iterable[_Placed], offset: int = 0) -> str:
    """The text of a span with what is gone replaced by blanks; line ends stay. Spans of facts are `offset` ahead."""
    parts: list[str] = []
    at = span.start
    for fact in gone:
        start, end = max(fact.span.start - offset, at), min(fact.span.end - offset, span.end)
        if start < end:
            parts += (text[at:start], re.sub(r"[^\r\n]", " ", text[start:end]))
            at = end
    return "".join(parts) + text[at : span.end]


def content_faults(content: Content, body: Body) -> Iterator[ContentFault]:
    """What is wrong with the content of a section that is not empty."""
    for field, word, thing, count in _COUNTS:
        bound = getattr(content, field)
        if bound is None:
            continue
        least = not field.startswith(("max", "open"))
        found = count(body)
        if found < bound if least else found > bound:
            yield ContentFault(_says(found, thing, bound, least), (word,))
    yield from _parts(content, body)
    for index, source in enumerate(content.must_match):
        if not pattern_test("(?m)" + source)(body.text):
            yield ContentFault(f"has nothing that fits the pattern `{source}`", ("must-match", index))
    for index, source in enumerate(content.must_not_match):
        if pattern_test("(?m)" + source)(body.text):
            yield ContentFault(
                f"has text that fits the pattern `{source}`", ("must-not-match", index), _line(body, source)
            )


def _says(found: int, thing: str, bound: int, least: bool) -> str:
    several = thing.replace("*", "s")
    counted = f"{found} {thing.replace('*', '') if found == 1 else several}"
    wanted = f"at least {bound}" if least else f"at most {bound}" if bound else "none"
    return f"has {counted if found else f'no {several}'}; {wanted} should be there"


def _parts(content: Content, body: Body) -> Iterator[ContentFault]:
    wanted = {normal(name) for name in content.columns}
    if wanted and not any(wanted <= header for header in _headers(body)):
        names = ", ".join(f"`{name}`" for name in content.columns)
        yield ContentFault(f"has no table with the columns {names}", ("columns",))
    for index, code in enumerate(content.code_blocks):
        blocks = [item for item in body.within(body.facts.code) if item.kind != "inline"]
        found = sum(not code.lang or item.language.lower() == code.lang.lower() for item in blocks)
        if found < code.min:
            thing = f"block* of {code.lang} code" if code.lang else "block* of code"
            yield ContentFault(_says(found, thing, code.min, least=True), ("codeBlocks", index))
    for index, callout in enumerate(content.callouts):
        found = sum(not callout.type or item.type == callout.type.lower() for item in body.within(body.facts.callouts))
        if found < callout.min:
            thing = f"callout* of type {callout.type}" if callout.type else "callout*"
            yield ContentFault(_says(found, thing, callout.min, least=True), ("callouts", index))


def _headers(body: Body) -> Iterator[set[str]]:
    """The column names of each table."""
    for table in body.within(body.facts.tables):
        line = body.text[table.span.start - body.span.start :].split("\n", 1)[0].strip().strip("|")
        yield {normal(cell.replace("\\|", "|").strip()) for cell in _CELL_END.split(line)}


def _line(body: Body, source: str) -> Span | None:
    """The first line that fits a pattern by itself."""
    test = pattern_test(source)
    for line in re.finditer(r"[^\r\n]+", body.text):
        if test(line[0]):
            start = body.span.start + line.start() + len(line[0]) - len(line[0].lstrip())
            return Span(start, body.span.start + line.start() + len(line[0].rstrip()))
    return None


def _is_image(link: Link) -> bool:
    return link.kind == "embed" and link.target.lower().endswith(_IMAGES)


def _links(body: Body) -> int:
    return sum(link.kind != "embed" and not link.hidden for link in body.within(body.facts.links))


def _images(body: Body) -> int:
    embeds = sum(_is_image(link) and not link.hidden for link in body.within(body.facts.links))
    return embeds + sum(item.image for item in body.within(body.facts.external))


def _words(body: Body) -> int:
    return len(_WORD.findall(body.prose()))


def _items(body: Body) -> int:
    return len(_ITEM.findall(body.prose()))


def _open_tasks(body: Body) -> int:
    return sum(task.state == " " for task in body.within(body.facts.tasks))


_COUNTS: tuple[tuple[str, str, str, Callable[[Body], int]], ...] = (
    ("min_words", "minWords", "word*", _words),
    ("max_words", "maxWords", "word*", _words),
    ("min_items", "minItems", "list item*", _items),
    ("max_items", "maxItems", "list item*", _items),
    ("min_tasks", "minTasks", "task*", lambda body: len(body.within(body.facts.tasks))),
    ("open_tasks", "openTasks", "open task*", _open_tasks),
    ("min_links", "minLinks", "link*", _links),
    ("min_tables", "minTables", "table*", lambda body: len(body.within(body.facts.tables))),
    ("images", "images", "image*", _images),
)
