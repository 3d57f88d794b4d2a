"""The data that the search script reads: an index of words cut into small files, so that a search asks for few of them.

    _vaultkit/search/index.js              which file holds which words, which holds which notes
    _vaultkit/search/words.HASH.js         words in order, with the notes they stand in
    _vaultkit/search/spellings.HASH.js     the same words alone, for questions with a slip in them
    _vaultkit/search/notes.HASH.js         titles, addresses and beginnings of notes, in the order of their addresses

A file is JSON inside one call, since a page that is opened as a file may load a script but not fetch data. Names carry
a hash of the content: what did not change keeps its name, and a reader with an old index cannot mix it with new files.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, NamedTuple

from vaultkit.publish.page import Output, Page, Reprint
from vaultkit.targets.site.addresses import OWN, encoded
from vaultkit.targets.site.calls import call, json_of, named
from vaultkit.targets.site.shards import BETWEEN, Lost, Read, Shards, as_json, name_of

FOLDER = OWN + "search/"

IN_ONE = 48
"""Notes whose beginnings are in one file."""

LONGEST = 40
"""Longer words are cut: nobody types them."""

BEGINNING = 1200
"""Characters of a note's text that results can quote."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that write words without spaces. The script has the same classes."""
_RUN = re.compile(rf"[{_UNSPACED}]+")
_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff])+")
"""A word: letters and digits, and the signs that belong to the letters of Indic scripts."""
_SPACES = "".join(sign if (sign := chr(code)).isalnum() else " " for code in range(128))
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")

_SHORTEST = 3
"""Letters of the shortest word that is looked at for a slip."""

_Index = dict[str, Any]

_WORDS = Shards(FOLDER, "words", lambda text: text[2 : text.index('"', 2)])
_SPELLINGS = Shards(FOLDER, "spellings", lambda text: text[1:-1])

_TEXT, _HEADING, _TAG, _TITLE, _MOST = 7, 4, 8, 20, 31
"""What a word weighs: at most so much for its mentions in the text, then more for where else it stands."""


def folded(text: str) -> str:
    """Text as searches compare it: lower case, compatibility forms made plain, accents and vowel points dropped."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text).lower()))


def words(text: str) -> list[str]:
    """The words of a text. A run of a script without spaces gives its pairs of characters and its last character."""
    text = folded(text)
    if text.isascii():
        return text.translate(_SPACES).split()
    pairs = [run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run))]
    return _WORD.findall(_RUN.sub(" ", text) if pairs else text) + pairs


def weights(page: Page) -> dict[str, int]:
    """How much a page is about each of its words: from 1 for one mention in the text to 31.

    A word of the title counts for more the fewer there are.
    """
    weighed = {word: min(count, _TEXT) for word, count in Counter(words(page.body.text)).items()}
    title = set(words(page.title))
    headings = "\n".join([entry.text for entry in page.body.toc])
    places = ((words("\n".join(page.tags)), _TAG), (words(headings), _HEADING), (title, _TITLE - min(len(title), 8)))
    for found, weight in places:
        for word in set(found):
            weighed[word] = weighed.get(word, 0) + weight
    for word in [word for word in weighed if len(word) > LONGEST]:
        weighed[word[:LONGEST]] = weighed.pop(word)
    return weighed


def in_order(pages: Iterable[Page]) -> list[Page]:
    """Pages in the order in which the search data number them."""
    return sorted(pages, key=lambda page: encoded(page.url))


def outputs(pages: Sequence[Page]) -> Iterator[Output]:
    """The search data of all pages in order, the index last."""
    postings = _postings(pages)
    words_in_order = sorted(postings)
    index: _Index = {"count": len(pages), "words": [], "spellings": [], "notes": []}
    spelled = ((word, as_json(word)) for word in words_in_order if _is_spelled(word))
    mentions = ((word, as_json([word, postings[word].tolist()])) for word in words_in_order)
    for kind, made in (("words", _WORDS.write(mentions)), ("spellings", _SPELLINGS.write(spelled))):
        for entry, output in made:
            index[kind].append(entry)
            yield output
    for first in range(0, len(pages), IN_ONE):
        output = _notes([_record(page) for page in pages[first : first + IN_ONE]])
        index["notes"].append([first, name_of(output), encoded(pages[first].url)])
        yield output
    yield _written(index)


class Order:
    """The numbers of all pages in the search data."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.urls = sorted((page.url for page in pages), key=encoded)
        self.number = {url: number for number, url in enumerate(self.urls)}


class Moved(NamedTuple):
    """From one order to another: the new number of each page, -1 for one that is gone, and the first number that is
    another page's."""

    numbers: list[int]
    first: int

    def word(self, item: str) -> str:
        """A word with the new numbers of its notes."""
        word, steps = json.loads(item)
        notes = list(accumulate([step >> 5 for step in steps]))
        if notes[-1] < self.first:
            return item
        places = [self.numbers[note] for note in notes]
        return as_json([word, list(_steps((at, step & _MOST) for at, step in zip(places, steps, strict=True)))])


def moved(old: Order, new: Order) -> Moved | None:
    """What becomes of the numbers, None when each stays."""
    if old.urls == new.urls:
        return None
    pairs = enumerate(zip(old.urls, new.urls, strict=False))
    first = next((number for number, (was, now) in pairs if was != now), min(len(old.urls), len(new.urls)))
    return Moved([new.number.get(url, -1) for url in old.urls], first)


class Turn(NamedTuple):
    """What happened to pages: both orders, and each page that is another, before and after (None: it is not there)."""

    old: Order
    new: Order
    pages: Sequence[tuple[Page | None, Page | None]]


def again(turn: Turn, read: Read) -> Reprint | None:
    """What becomes of the search data when some pages are others. None when what was written last cannot be read."""
    index = _read(read, "index.js")
    if index is None:
        return None
    known, numbers, move = _files(index), turn.new.number, moved(turn.old, turn.new)
    steps: dict[str, list[tuple[int, int]]] = {}
    for before, after in turn.pages:
        old, new = weights(before) if before else {}, weights(after) if after else {}
        for word in old.keys() | new.keys():
            found = steps.setdefault(word, [])
            if after and (weight := min(new.get(word, 0), _MOST)) != min(old.get(word, 0), _MOST):
                found.append((numbers[after.url], weight))
    steps = steps if move else {word: found for word, found in steps.items() if found}
    left: dict[str, bool] = {}
    try:
        mentions = {word: partial(_mentioned, word, found, left) for word, found in steps.items()}
        index["words"], made = _WORDS.change(index["words"], mentions, read, move and move.word)
        spelled = {word: partial(_spelled, word, left) for word in steps if _is_spelled(word)}
        index["spellings"], more = _SPELLINGS.change(index["spellings"], spelled, read)
        fresh = {numbers[after.url]: as_json(_record(after)) for _, after in turn.pages if after}
        index["notes"], notes = _notes_again(index["notes"], fresh, turn, read)
    except Lost:
        return None
    index["count"] = len(turn.new.urls)
    return Reprint((*made, *more, *notes, _written(index)), known - _files(index))


def _notes_again(
    entries: list[Any], fresh: Mapping[int, str], turn: Turn, read: Read
) -> tuple[list[Any], list[Output]]:
    """The list of files with beginnings of notes, and those that are new, when some are `fresh` (JSON by number).
    Raises Lost."""
    move = moved(turn.old, turn.new)
    first = move.first // IN_ONE if move else len(entries)
    places = {place for place in (number // IN_ONE for number in fresh) if place < first}
    texts: dict[int, str] = {}
    for place in sorted({*places, *range(first, len(entries))}):
        data = read(FOLDER + entries[place][1])
        if data is None:
            raise Lost
        for at, text in enumerate(json_of(data)[1:-1].split(BETWEEN)):
            number = place * IN_ONE + at
            texts[move.numbers[number] if move else number] = text
    texts.update(fresh)
    outputs: list[Output] = []
    count = len(turn.new.urls)
    for place in sorted({*places, *range(first, (count + IN_ONE - 1) // IN_ONE)}):
        numbers = range(place * IN_ONE, min(count, (place + 1) * IN_ONE))
        outputs.append(named(FOLDER, "notes", "[" + BETWEEN.join([texts[number] for number in numbers]) + "]"))
        entry = [numbers[0], name_of(outputs[-1]), encoded(turn.new.urls[numbers[0]])]
        entries = [*entries[:place], entry, *entries[place + 1 :]]
    return entries[: (count + IN_ONE - 1) // IN_ONE], outputs


def _mentioned(word: str, found: list[tuple[int, int]], left: dict[str, bool], item: str | None) -> str | None:
    """A word with other weights in some notes (0: none); `left` is told whether any note has it."""
    weighed = dict(_weighed(json.loads(item)[1])) if item else {}
    weighed.update(found)
    postings = list(_steps((number, weighed[number]) for number in sorted(weighed) if weighed[number]))
    left[word] = bool(postings)
    return as_json([word, postings]) if postings else None


def _steps(weighed: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Postings of numbers in order with their weights, without those that are gone."""
    last = 0
    for number, weight in weighed:
        if number >= 0:
            yield (number - last << 5) + weight
            last = number


def _weighed(postings: Iterable[int]) -> Iterator[tuple[int, int]]:
    number = 0
    for step in postings:
        number += step >> 5
        yield number, step & _MOST


def _spelled(word: str, left: Mapping[str, bool], item: str | None) -> str | None:
    return as_json(word) if left[word] else None


def _is_spelled(word: str) -> bool:
    """Whether a word is looked at for a slip."""
    return len(word) >= _SHORTEST and word.isalpha() and not _RUN.match(word)


def _read(read: Read, name: str) -> Any:
    data = read(FOLDER + name)
    return None if data is None else json.loads(json_of(data))


def _files(index: _Index) -> frozenset[str]:
    """The files that an index names."""
    return frozenset(FOLDER + entry[1] for kind in ("words", "spellings", "notes") for entry in index[kind])


def _notes(records: list[list[str]]) -> Output:
    return named(FOLDER, "notes", "[" + BETWEEN.join(map(as_json, records)) + "]")


def _written(index: _Index) -> Output:
    return Output(FOLDER + "index.js", call("index.js", as_json(index)))


def _postings(pages: Iterable[Page]) -> dict[str, array[int]]:
    """For each word the notes it stands in: distance from the note before times 32, plus the weight."""
    postings: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
    last: defaultdict[str, int] = defaultdict(int)
    for number, page in enumerate(pages):
        for word, weight in weights(page).items():
            postings[word].append((number - last[word] << 5) + (weight if weight < _MOST else _MOST))
            last[word] = number
    return postings


def _record(page: Page) -> list[str]:
    where = page.path.rpartition("/")[0].replace("/", " / ")
    return [page.title, encoded(page.url), where, " ".join(page.body.text[:BEGINNING].split())]
