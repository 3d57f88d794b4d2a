"""Strings of what must stay private, and how to notice one in an output.

Taken from every note outside the set: its name and path, aliases, headings, tags, block ids, property values, comments,
and runs of its text; from notes of the set: comments, and properties that do not pass the allowlist; and the names of
files that nothing published refers to.

A string alarms only when it *cannot* have come from what is published. It must be long enough to be said by one person
only (two words and twelve characters, or one word of ten with a capital, a digit or a letter beyond ASCII) and hold a
word of three letters that nothing published says: no visible text, title, tag, property or address of the set, no
setting of the site and no template or script of the target. So a private note `Notes`, `Recently changed` or
`21 November 2024`, or one that shares its sentences with a published note, never stops a publish; nor does a name that
a published note spells out. What is left is worth stopping for. An alarm needs the whole string, not only its word.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from vaultkit.model.note import Facts, NotePath, Value
from vaultkit.publish.unpacked import parts

_WORD_BYTES = bytes(byte if (chr(byte).isalnum() and byte < 128) or byte >= 128 else 32 for byte in range(256)).lower()
_RUN = re.compile(r"[^\n\r*_`\[\]()<>=~#|$\\&\"'%^{}!]{40,}")
_LETTERS_IN = re.compile(rb"(?:[a-z\x80-\xff][^a-z\x80-\xff]*){3}")
_RUNS_PER_NOTE = 24
_LETTERS = 12
_LONE_WORD = 10
_MOST_CLEAN = 100_000
_LONGEST_CLEAN = 300
"""Pieces of outputs that are remembered as harmless at one time, and bytes of the longest."""


class Canary(NamedTuple):
    """A private string, and where it is from."""

    text: str
    path: NotePath
    what: str


def words(data: bytes) -> frozenset[bytes]:
    """The words in some bytes of text: letters and digits, ASCII letters in lower case."""
    return frozenset(_apart(data))


def _apart(data: bytes) -> list[bytes]:
    """Word by word. A hard space is as good as any, and pages write it as `&nbsp;`."""
    return data.replace(b"\xc2\xa0", b" ").translate(_WORD_BYTES).split()


def told(texts: Iterable[str]) -> set[bytes]:
    """The words of texts that are public."""
    return {word for text in texts for word in said(text)}


def said(text: str) -> frozenset[bytes]:
    """The words of a text."""
    return words(text.encode("utf-8", "replace"))


def of_note(path: NotePath, text: str, facts: Facts) -> Iterator[Canary]:
    """The strings of a note that is not published."""
    name = path.rpartition("/")[2].removesuffix(".md")
    yield Canary(name, path, "name")
    if "/" in path:
        yield Canary(path.removesuffix(".md"), path, "path")
    for heading in facts.headings:
        yield Canary(heading.text, path, "heading")
    for tag in facts.tags:
        yield Canary(tag.name, path, "tag")
    for block in facts.blocks:
        yield Canary(block.id, path, "block id")
    yield from of_properties(path, facts.properties)
    yield from of_comments(path, text, facts)
    body = text[facts.frontmatter.span.end :]
    yield from (Canary(run, path, "text") for run in _runs(body)[:_RUNS_PER_NOTE])


def of_file(path: NotePath) -> Canary:
    """The name of a file that is not published."""
    return Canary(path.rpartition("/")[2].rpartition(".")[0], path, "file name")


def of_comments(path: NotePath, text: str, facts: Facts) -> Iterator[Canary]:
    """The strings of the comments in a note."""
    for comment in facts.comments:
        said = text[slice(*comment.span)].strip("%<!->\n\r ")
        for line in said.splitlines()[:_RUNS_PER_NOTE]:
            yield Canary(line.strip(), path, "comment")
    for tag in facts.tags:
        if tag.hidden:
            yield Canary(tag.name, path, "tag in a comment")
    for link in facts.links:
        if link.hidden:
            yield Canary(link.target, path, "link in a comment")
            yield Canary(link.display or "", path, "link in a comment")


def of_properties(path: NotePath, properties: Mapping[str, Value]) -> Iterator[Canary]:
    """The texts in some properties."""
    for name, value in properties.items():
        for said in _texts(value):
            yield Canary(said.strip(), path, f"property `{name}`")


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)


def _runs(text: str) -> list[str]:
    """Stretches of text without any markup, spread over the whole."""
    found = [run.strip() for run in _RUN.findall(text) if run.count(" ") >= 5]
    step = max(1, len(found) // _RUNS_PER_NOTE)
    return found[::step]


class Watch:
    """Looks for canaries in outputs."""

    def __init__(self, canaries: Iterable[Canary], public: set[bytes]) -> None:
        self._by_word: dict[bytes, list[Canary]] = {}
        self._clean: set[bytes] = set()
        """Pieces in which no word of a canary is; pages have most of their tags in common."""
        self.vocabulary: set[bytes] = set()
        """The words of all canaries, the silent ones too: as long as it is public of the same of these, the same are
        watched for."""
        for canary in canaries:
            own = words(canary.text.encode("utf-8", "replace"))
            self.vocabulary |= own
            telling = (word for word in own - public if _LETTERS_IN.search(word))
            key = max(telling, key=lambda word: (len(word), word), default=b"")
            if key and _telling(canary.text, len(own)):
                self._by_word.setdefault(key, []).append(canary)

    def __len__(self) -> int:
        return sum(map(len, self._by_word.values()))

    def without(self, other: Watch) -> Watch:
        """A watch for what this one knows and another does not."""
        known = {(word, canary.text) for word, found in other._by_word.items() for canary in found}
        fresh = Watch((), set())
        for word, found in self._by_word.items():
            more = [canary for canary in found if (word, canary.text) not in known]
            if more:
                fresh._by_word[word] = more
        return fresh

    def find(self, data: bytes) -> Canary | None:
        """A canary in some output, in whichever of the usual ways it is written or packed. Raises Closed when nobody
        can tell what is in it."""
        return next(filter(None, map(self._find, parts(data))), None)

    def _find(self, data: bytes) -> Canary | None:
        pieces = set(data.split(b"<")) - self._clean  # neither a word nor a sign for one goes on behind a `<`
        rest = b"<".join(pieces)
        if not any(map(self._met, (rest, *_unwrapped(rest)))):
            self._remember(pieces)
            return None
        forms = [data, *_unwrapped(data)]
        met = {word for form in forms for word in self._met(form)}
        forms.append(html.unescape(data.decode("utf-8", "replace")).encode("utf-8", "replace"))
        for canary in (canary for word in sorted(met) for canary in self._by_word[word]):
            text = canary.text.encode("utf-8", "replace")
            if any(text in form for form in forms):
                return canary
        return None

    def _remember(self, pieces: Iterable[bytes]) -> None:
        if len(self._clean) > _MOST_CLEAN:
            self._clean.clear()
        self._clean.update(piece for piece in pieces if len(piece) < _LONGEST_CLEAN)

    def _met(self, data: bytes) -> set[bytes]:
        """The words by which canaries are known that some bytes hold; hardly ever any."""
        said, known = _apart(data), self._by_word.keys()
        return set() if known.isdisjoint(said) else known & set(said)


def _telling(text: str, count: int) -> bool:
    if count > 1:
        return len(text) >= _LETTERS
    return len(text) >= _LONE_WORD and not (text.isascii() and text.isalpha() and text.islower())


def _unwrapped(data: bytes) -> Iterator[bytes]:
    """The output with what joins words in addresses and in JSON taken off."""
    if b"%" in data:
        yield unquote_to_bytes(data)
    if b"\\" in data:
        yield _ESCAPED.sub(_character, data.decode("utf-8", "replace")).encode("utf-8", "replace")


_ESCAPED = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/])|[nrtbf])')


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2] or " "
