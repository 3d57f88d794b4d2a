"""The data that the search script reads: an index of words cut into small files, so that a search asks for few of them.

    _vaultkit/search/index.js              which file holds which words, which holds which notes
    _vaultkit/search/words.HASH.js         words in order, with the notes they stand in
    _vaultkit/search/spellings.HASH.js     the same words alone, for questions with a slip in them
    _vaultkit/search/notes.HASH.js         titles, addresses, beginnings and numbers of notes, in order of the numbers

A file is JSON inside one call, since a page that is opened as a file may load a script but not fetch data. Names carry
a hash of the content: what did not change keeps its name, and a reader with an old index cannot mix it with new files.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any
from zlib import crc32

from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple
from vaultkit.publish.page import Output, Page, Reprint
from vaultkit.targets.site.addresses import OWN, encoded
from vaultkit.targets.site.calls import call, json_of, named
from vaultkit.targets.site.shards import BETWEEN, Lost, Read, Shards, as_json, name_of

FOLDER = OWN + "search/"

IN_ONE = 128
"""Numbers of which the notes are in one file: 16 to 64, about."""

LONGEST = 40
"""Longer words are cut: nobody types them."""

BEGINNING = 1200
"""Characters of a note's text that results can quote."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that write words without spaces. The script has the same classes."""
_RUN = expression(rf"[{_UNSPACED}]+")
_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff])+")
"""A word: letters and digits, and the signs that belong to the letters of Indic scripts."""
_SIGN = re.compile(r"\+\+|#(?![^\W_])")
"""The signs that make another word of the one before them: `C++`, `C#`."""
_ASKED = re.compile(f"{_WORD.pattern}(?:{_SIGN.pattern})?")
_SPACES = "".join(sign if (sign := chr(code)).isalnum() else " " for code in range(128))
_MARKS = expression("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")

_SHORTEST = 3
"""Letters of the shortest word that is looked at for a slip."""

_Index = dict[str, Any]

_WORDS = Shards(FOLDER, "words", lambda text: text[2 : text.index('"', 2)])
_SPELLINGS = Shards(FOLDER, "spellings", lambda text: text[1:-1])

_TEXT, _HEADING, _TAG = 7, 4, 8
"""What a word weighs: at most so much for its mentions in the text, then more for where else it stands."""

_TITLE, _FIRST, _LONG = 24, 20, 5
"""A word of the title weighs at least so much; the first word so much more; titles of more words are all alike."""

_BITS = 6
"""Bits of a weight in the files."""
_MOST = (1 << _BITS) - 1


def folded(text: str) -> str:
    """Text as searches compare it: lower case, compatibility forms made plain, accents and vowel points dropped."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text).lower()))


def words(text: str) -> list[str]:
    """The words of a text. A run of a script without spaces gives its pairs of characters and its last character, a
    word with signs behind it stands also without them."""
    text = folded(text)
    pairs: list[str] = []
    if text.isascii():
        found = text.translate(_SPACES).split()
    else:
        pairs = [run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run))]
        text = _RUN.sub(" ", text) if pairs else text
        found = _WORD.findall(text)
    signed = [word + sign[0] for sign in _SIGN.finditer(text) if (word := _word_before(text, sign.start()))]
    return found + signed + pairs


def _word_before(text: str, end: int) -> str:
    """The word that ends there, if one does."""
    start = end
    while start and _WORD.match(text, start - 1):
        start -= 1
    return text[start:end]


def _asked(text: str) -> set[str]:
    """The words of a question with this text, as the script cuts it."""
    text = folded(text)
    pairs = [run[at : at + 2] for run in _RUN.findall(text) for at in range(max(1, len(run) - 1))]
    return {*_ASKED.findall(_RUN.sub(" ", text)), *pairs}


def weights(page: Page) -> dict[str, int]:
    """How much a page is about each of its words: from 1 for one mention in the text to 19 without the title.

    The weight of a word of the title tells the script that it is one, whether it is the first, how many there are, and
    roughly how much the page says of it: the script puts titles first, and knows no title before it has chosen some.
    """
    weighed = {word: min(count, _TEXT) for word, count in Counter(words(page.body.text)).items()}
    headings = "\n".join([entry.text for entry in page.body.toc])
    for found, weight in ((words("\n".join(page.tags)), _TAG), (words(headings), _HEADING)):
        for word in set(found):
            weighed[word] = weighed.get(word, 0) + weight
    title = words(page.title)
    size = _LONG - min(len(_asked(page.title)), _LONG)
    for word in title:
        said = weighed.get(word, 0)
        if said < _TITLE:
            about = (said > 0) + (said > 3) + (said > _TEXT)
            weighed[word] = _TITLE + (_FIRST if word == title[0] else 0) + 4 * size + about
    for word in [word for word in weighed if len(word) > LONGEST]:
        weighed[word[:LONGEST]] = weighed.pop(word)
    return weighed


class Order:
    """The numbers of all pages in the search data, by address. A page has the number that its address gives, or the
    next one that is free: so one that comes or goes hardly ever changes that of another. There are 2 to the power of
    `bits` such numbers, twice to eight times as many as pages; the script knows how it is done."""

    def __init__(self, pages: Iterable[Page]) -> None:
        marked = sorted((crc32(encoded(page.url).encode()), page.url) for page in pages)
        self.bits = 2
        while 1 << self.bits < 2 * len(marked):
            self.bits += 2
        self.number: dict[str, int] = {}
        last = -1
        for mark, url in marked:
            last = self.number[url] = max(mark >> (32 - self.bits), last + 1)


def outputs(pages: Iterable[Page]) -> Iterator[Output]:
    """The search data of all pages, the index last."""
    by_url = {page.url: page for page in pages}
    order = Order(by_url.values())
    numbered = [(number, by_url[url]) for url, number in order.number.items()]
    postings = _postings(numbered)
    words_in_order = sorted(postings)
    index: _Index = {"count": len(by_url), "bits": order.bits, "words": [], "spellings": [], "notes": []}
    spelled = ((word, as_json(word)) for word in words_in_order if _is_spelled(word))
    mentions = ((word, as_json([word, postings[word].tolist()])) for word in words_in_order)
    for kind, made in (("words", _WORDS.write(mentions)), ("spellings", _SPELLINGS.write(spelled))):
        for entry, output in made:
            index[kind].append(entry)
            yield output
    for place, group in groupby(numbered, key=lambda item: item[0] // IN_ONE):
        output = named(FOLDER, "notes", "[" + BETWEEN.join(_record(page, number) for number, page in group) + "]")
        index["notes"].append([place * IN_ONE, name_of(output)])
        yield output
    yield _written(index)


class Turn(NamedTuple):
    """What happened to pages: both orders, and each page that is another or has another number, before and after (None:
    it is not there). `every` are all pages as they are now."""

    old: Order
    new: Order
    pages: Sequence[tuple[Page | None, Page | None]]
    every: Collection[Page]


def renumbered(old: Order, new: Order) -> set[str]:
    """The addresses of the pages that have another number than before."""
    if old is new:
        return set()
    return {url for url, _ in new.number.items() - old.number.items() if url in old.number}


def again(turn: Turn, read: Read) -> Reprint | None:
    """What becomes of the search data when some pages are others. None when what was written last cannot be read."""
    index = _read(read, "index.js")
    if index is None:
        return None
    known = _files(index)
    if turn.old.bits != turn.new.bits:
        made_anew = tuple(outputs(turn.every))
        return Reprint(made_anew, known.difference(output.path for output in made_anew))
    steps = _news(turn)
    left: dict[str, bool] = {}
    try:
        mentions = {word: partial(_mentioned, word, found, left) for word, found in steps.items()}
        index["words"], made = _WORDS.change(index["words"], mentions, read)
        spelled = {word: partial(_spelled, word, left) for word in steps if _is_spelled(word)}
        index["spellings"], more = _SPELLINGS.change(index["spellings"], spelled, read)
        index["notes"], notes = _notes_again(index["notes"], turn, read)
    except Lost:
        return None
    index["count"] = len(turn.new.number)
    return Reprint((*made, *more, *notes, _written(index)), known - _files(index))


def _news(turn: Turn) -> dict[str, dict[int, int]]:
    """By word the notes (by number) in which it weighs something else now; 0: they do not have it."""
    steps: defaultdict[str, dict[int, int]] = defaultdict(dict)
    weighed = [(before, after, _weights_of(before), _weights_of(after)) for before, after in turn.pages]
    for before, _, old, _ in weighed:
        if before:
            for word in old:
                steps[word][turn.old.number[before.url]] = 0
    for before, after, old, new in weighed:
        number = turn.new.number[after.url] if after else -1
        same = bool(before and after) and turn.old.number[before.url] == number  # type: ignore[union-attr]
        for word, weight in new.items():
            steps[word][number] = weight
            if same and old.get(word) == weight:
                del steps[word][number]
    return {word: found for word, found in steps.items() if found}


def _weights_of(page: Page | None) -> dict[str, int]:
    """The words of a page with their weights."""
    return weights(page) if page else {}


def _notes_again(entries: list[Any], turn: Turn, read: Read) -> tuple[list[Any], list[Output]]:
    """The list of files with beginnings of notes, and those that are new. Raises Lost."""
    gone = {turn.old.number[before.url] for before, _ in turn.pages if before}
    fresh = {number: _record(page, number) for _, page in turn.pages if page for number in (turn.new.number[page.url],)}
    names = dict(entries)
    outputs: list[Output] = []
    for place in sorted({number // IN_ONE for number in (*gone, *fresh)}):
        texts: dict[int, str] = {}
        if place * IN_ONE in names:
            data = read(FOLDER + names[place * IN_ONE])
            if data is None:
                raise Lost
            lines = json_of(data)[1:-1].split(BETWEEN)
            texts = {number: line for line in lines if (number := int(line[line.rindex(",") + 1 : -1])) not in gone}
        texts.update((number, text) for number, text in fresh.items() if number // IN_ONE == place)
        names.pop(place * IN_ONE, None)
        if texts:
            outputs.append(named(FOLDER, "notes", "[" + BETWEEN.join(texts[number] for number in sorted(texts)) + "]"))
            names[place * IN_ONE] = name_of(outputs[-1])
    return [[first, names[first]] for first in sorted(names)], outputs


def _mentioned(word: str, found: Mapping[int, int], left: dict[str, bool], item: str | None) -> str | None:
    """A word with other weights in some notes (0: none); `left` is told whether any note has it."""
    weighed = dict(_weighed(json.loads(item)[1])) if item else {}
    weighed.update(found)
    postings = list(_steps((number, weighed[number]) for number in sorted(weighed) if weighed[number]))
    left[word] = bool(postings)
    return as_json([word, postings]) if postings else None


def _steps(weighed: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Postings of numbers in order with their weights."""
    last = 0
    for number, weight in weighed:
        yield (number - last << _BITS) + weight
        last = number


def _weighed(postings: Iterable[int]) -> Iterator[tuple[int, int]]:
    number = 0
    for step in postings:
        number += step >> _BITS
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


def _written(index: _Index) -> Output:
    return Output(FOLDER + "index.js", call("index.js", as_json(index)))


def _postings(pages: Iterable[tuple[int, Page]]) -> dict[str, array[int]]:
    """For each word the notes it stands in: distance from the note before times 64, plus the weight."""
    postings: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
    last: defaultdict[str, int] = defaultdict(int)
    for number, page in pages:
        for word, weight in weights(page).items():
            postings[word].append((number - last[word] << _BITS) + weight)
            last[word] = number
    return postings


def _record(page: Page, number: int) -> str:
    """What is said of a page, as JSON."""
    where = page.path.rpartition("/")[0].replace("/", " / ")
    return as_json([page.title, encoded(page.url), where, " ".join(page.body.text[:BEGINNING].split()), number])
