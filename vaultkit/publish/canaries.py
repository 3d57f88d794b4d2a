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
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache
from itertools import chain
from urllib.parse import unquote_to_bytes

from vaultkit.model.digest import blake2b
from vaultkit.model.expression import expression
from vaultkit.model.note import Facts, NotePath, Value
from vaultkit.model.record import NamedTuple
from vaultkit.publish.spool import Kept, Spool
from vaultkit.publish.unpacked import parts

_WORD_BYTES = bytes(byte if (chr(byte).isalnum() and byte < 128) or byte >= 128 else 32 for byte in range(256)).lower()
_RUN = expression(r"[^\n\r*_`\[\]()<>=~#|$\\&\"'%^{}!]{40,}")
_LETTERS_IN = re.compile(rb"(?:[a-z\x80-\xff][^a-z\x80-\xff]*){3}")
_RUNS_PER_NOTE = 24
_LETTERS = 12
_LONE_WORD = 10
_MOST_CLEAN = 100_000
_LONGEST_CLEAN = 300
"""Pieces of outputs that are remembered as harmless at one time, and bytes of the longest."""
_SIGNS = 1 << 128
_MANY = 2000
"""Private strings of which it is remembered at one time what words they have, and by which they are looked for."""
_FEW = 8
"""So many words are looked for one by one."""


class Canary(NamedTuple):
    """A private string, and where it is from."""

    text: str
    path: NotePath
    what: str


def words(data: bytes) -> frozenset[bytes]:
    """The words in some bytes of text: letters and digits, ASCII letters in lower case."""
    return frozenset(_plain(data).split())


def _plain(data: bytes) -> bytes:
    """The same with words and spaces alone. A hard space is as good as any, and pages write it as `&nbsp;`."""
    return data.replace(b"\xc2\xa0", b" ").translate(_WORD_BYTES)


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


_Kept = tuple[Canary, bytes]
"""A canary, and the word by which it is looked for; b"" when it is not."""


class Watch:
    """Looks for canaries in outputs, each by a word of it: `words` are all of these, and `known_by` gives the canaries
    that are known by one."""

    def __init__(self, words: Set[bytes], known_by: Callable[[bytes], Iterable[Canary]] = lambda word: ()) -> None:
        self._words = words
        self._known_by = known_by
        self._clean: set[bytes] = set()
        """Pieces in which no word of a canary is; pages have most of their tags in common."""

    def __len__(self) -> int:
        return sum(1 for word in self._words for _ in self._known_by(word))

    def __bool__(self) -> bool:
        return bool(self._words)

    def find(self, data: bytes, cut: Iterable[bytes] = ()) -> Canary | None:
        """A canary in some output, in whichever of the usual ways it is written or packed. `cut` are its pieces, each
        up to a `<`, when they are known. Raises Closed when nobody can tell what is in it."""
        each = parts(data)
        return self._find(next(each), cut) or next(filter(None, map(self._find, each)), None)

    def meets(self, data: bytes) -> bool:
        """Whether there is any sign of a canary in an output; seldom is it a canary's."""
        if len(self._words) <= _FEW and all(map(bytes.isascii, self._words)):
            plain = (part.translate(_WORD_BYTES) for part in parts(data))
            return any(word in part for part in plain for word in self._words)
        return any(self._met(form) for part in parts(data) for form in (part, *_unwrapped(part)))

    def _find(self, data: bytes, cut: Iterable[bytes] = ()) -> Canary | None:
        pieces = set(cut or data.split(b"<")) - self._clean  # neither a word nor a sign for one goes on behind a `<`
        wrapped = b"<".join(piece for piece in pieces if b"%" in piece or b"\\" in piece)
        if not any(map(self._met, (b"<".join(pieces), *_unwrapped(wrapped)))):
            self._remember(pieces)
            return None
        forms = [data, *_unwrapped(data)]
        met = {word for form in forms for word in self._met(form)}
        forms.append(html.unescape(data.decode("utf-8", "replace")).encode("utf-8", "replace"))
        for canary in chain.from_iterable(map(self._known_by, sorted(met))):
            text = canary.text.encode("utf-8", "replace")
            if any(text in form for form in forms):
                return canary
        return None

    def _remember(self, pieces: Iterable[bytes]) -> None:
        if len(self._clean) > _MOST_CLEAN:
            self._clean.clear()
        self._clean.update(piece for piece in pieces if len(piece) < _LONGEST_CLEAN)

    def _met(self, data: bytes) -> Set[bytes]:
        """The words by which canaries are known that some bytes hold; hardly ever any."""
        plain, known = _plain(data), self._words
        if len(known) <= _FEW:
            met = {word for word in known if word in plain}
            return met.intersection(plain.split()) if met else met
        said = plain.split()
        return set() if known.isdisjoint(said) else known & set(said)


class Canaries:
    """All canaries by where they are from, put `aside`, and the words that are public, by how many say them."""

    def __init__(self, aside: Spool | None = None) -> None:
        self._aside = aside or Spool()
        self._kept: dict[NotePath, Kept] = {}
        self._by_word: dict[bytes, NotePath | list[NotePath]] = {}
        """Where canaries are from that are looked for by a word; mostly it is one place, and a list takes much room."""
        self._vocabulary: Counter[bytes] = Counter()
        self._said: Counter[bytes] = Counter()
        self._keys: dict[str, bytes] = {}
        """By what words strings are looked for, as long as nobody says anything else: many notes have the same ones."""
        self._turned: dict[bytes, bool] = {}
        """Words that were said or not said by someone when the watch was made last, if that may be otherwise now."""
        self._news: dict[NotePath, dict[str, _Kept]] | None = None
        """The canaries that nobody has looked for yet, by where they are from and by text; None: all."""
        self._sum = 0
        """The sum of what stands for each canary that is looked for, whatever their order."""

    def say(self, before: Iterable[bytes], after: Iterable[bytes]) -> None:
        """Take in that somebody says other words in public than before, each word once."""
        old, new = set(before), set(after)
        gone, come = old - new, new - old
        self._keys.clear()
        if self._vocabulary:  # else nobody looks for anything by these words
            for word in (*gone, *come):
                self._turned.setdefault(word, word in self._said)
        self._said.update(come)
        for word in gone:
            self._said[word] -= 1
            if not self._said[word]:
                del self._said[word]

    def turn(self) -> None:
        """Look for all canaries by words that nobody says now."""
        turned = {word for word, was in self._turned.items() if was != (word in self._said)}
        turned = {word for word in turned if self._vocabulary[word] > 0}
        self._turned.clear()
        for path in [*self._kept] if turned else ():
            old = self._from(path)
            new = [
                (canary, word if _own(canary.text).isdisjoint(turned) else self._key(canary.text))
                for canary, word in old
            ]
            if new != old:
                self._replace(path, old, new)

    def put(self, path: NotePath, canaries: Iterable[Canary]) -> None:
        """Take in which canaries there are from somewhere, after all was said and turned."""
        old = self._from(path)
        self._vocabulary.subtract(chain.from_iterable(_own(canary.text) for canary, _ in old))
        new = [(canary, self._key(canary.text)) for canary in canaries if len(canary.text) >= _LONE_WORD]
        self._vocabulary.update(chain.from_iterable(_own(canary.text) for canary, _ in new))
        self._replace(path, old, new)

    @property
    def watch(self) -> Watch:
        """A watch for all canaries."""
        return Watch(self._by_word.keys(), self._known_by)

    @property
    def news(self) -> Watch | None:
        """A watch for the canaries that nobody has looked for yet, None when there are none."""
        if self._news is None:
            return self.watch if self._by_word else None
        found: dict[bytes, list[Canary]] = {}
        for canary, word in chain.from_iterable(kept.values() for kept in self._news.values()):
            found.setdefault(word, []).append(canary)
        return Watch(found.keys(), found.__getitem__) if found else None

    @property
    def sign(self) -> str:
        """What stands for all canaries that are looked for."""
        return f"{self._sum:032x}"

    def looked(self) -> None:
        """Somebody has looked for all canaries."""
        self._news = {}

    def _key(self, text: str) -> bytes:
        """The word by which a string is looked for, b"" when it would say nothing to find it."""
        key = self._keys.get(text)
        if key is None:
            own, said = _own(text), self._said
            telling = (word for word in own if word not in said and _LETTERS_IN.search(word))
            key = max(telling, key=lambda word: (len(word), word), default=b"") if _telling(text, len(own)) else b""
            if len(self._keys) == _MANY:
                self._keys.clear()
            self._keys[text] = key
        return key

    def _from(self, path: NotePath) -> list[_Kept]:
        """The canaries from somewhere."""
        kept = self._kept.get(path)
        rows = json.loads(kept()) if kept else ()
        return [(Canary(text, path, what), word.encode("latin-1")) for text, what, word in rows]

    def _known_by(self, word: bytes) -> Iterator[Canary]:
        """The canaries that are looked for by a word."""
        paths = self._by_word[word]
        for path in (paths,) if isinstance(paths, str) else paths:
            yield from (canary for canary, key in self._from(path) if key == word)

    def _replace(self, path: NotePath, old: list[_Kept], new: list[_Kept]) -> None:
        """Have other canaries from somewhere, or look for them by other words."""
        self._kept.pop(path, None)
        if new:
            rows = [(canary.text, canary.what, word.decode("latin-1")) for canary, word in new]
            self._kept[path] = self._aside.keep(json.dumps(rows).encode("ascii"))
        self._sum = (self._sum + sum(map(_weight, new)) - sum(map(_weight, old))) % _SIGNS
        before, after = ({word for _, word in kept if word} for kept in (old, new))
        for word in before - after:
            paths = self._by_word[word]
            if isinstance(paths, str) or len(paths) == 1:
                del self._by_word[word]
            else:
                paths.remove(path)
        for word in after - before:
            paths = self._by_word.setdefault(word, path)
            if isinstance(paths, list):
                paths.append(path)
            elif paths != path:
                self._by_word[word] = [paths, path]
        if self._news is None:
            return
        waiting = self._news.pop(path, {})
        known = {canary.text for canary, word in old if word and canary.text not in waiting}
        fresh = {canary.text: (canary, word) for canary, word in new if word and canary.text not in known}
        if fresh:
            self._news[path] = fresh


def _weight(kept: _Kept) -> int:
    """What stands for a canary and the word by which it is looked for; nothing does if it is not."""
    canary, word = kept
    if not word:
        return 0
    data = canary.text.encode("utf-8", "surrogatepass") + b"\0" + word
    return int.from_bytes(blake2b(data, digest_size=16).digest(), "big")


@lru_cache(_MANY)
def _own(text: str) -> frozenset[bytes]:
    return said(text)


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


_ESCAPED = expression(r'\\(?:u([0-9a-fA-F]{4})|(["\\/])|[nrtbf])')


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2] or " "
