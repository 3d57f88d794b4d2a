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
from typing import Any

from vaultkit.publish.page import Output, Page, Reprint
from vaultkit.targets.site.addresses import OWN, encoded
from vaultkit.targets.site.calls import call, json_of, named
from vaultkit.targets.site.shards import Lost, Read, Shards, as_json, name_of

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


def again(changes: Iterable[tuple[int, Page, Page]], read: Read) -> Reprint | None:
    """What becomes of the search data when some pages have other words: `changes` are the number of each in order, the
    page before and after. None when what was written last cannot be read."""
    index = _read(read, "index.js")
    if index is None:
        return None
    known = _files(index)
    steps: dict[str, list[tuple[int, int]]] = {}
    records: dict[int, dict[int, list[str]]] = {}
    for number, before, after in changes:
        old, new = weights(before), weights(after)
        for word in old.keys() | new.keys():
            if (weight := min(new.get(word, 0), _MOST)) != min(old.get(word, 0), _MOST):
                steps.setdefault(word, []).append((number, weight))
        records.setdefault(number // IN_ONE, {})[number % IN_ONE] = _record(after)
    left: dict[str, bool] = {}
    made: list[Output] = []
    try:
        mentions = {word: partial(_mentioned, word, found, left) for word, found in steps.items()}
        index["words"], made = _WORDS.change(index["words"], mentions, read)
        spelled = {word: partial(_spelled, word, left) for word in steps if _is_spelled(word)}
        index["spellings"], more = _SPELLINGS.change(index["spellings"], spelled, read)
    except Lost:
        return None
    made += more
    for place, fresh in records.items():
        notes = _read(read, index["notes"][place][1])
        if notes is None:
            return None
        made.append(_notes([fresh.get(at, record) for at, record in enumerate(notes)]))
        index["notes"][place][1] = name_of(made[-1])
    return Reprint((*made, _written(index)), known - _files(index))


def _mentioned(word: str, found: list[tuple[int, int]], left: dict[str, bool], item: str | None) -> str | None:
    """A word with other weights in some notes (0: none); `left` is told whether any note has it."""
    weighed = dict(_weighed(json.loads(item)[1])) if item else {}
    weighed.update(found)
    postings = array("I")
    last = 0
    for number in sorted(number for number, weight in weighed.items() if weight):
        postings.append((number - last << 5) + weighed[number])
        last = number
    left[word] = bool(postings)
    return as_json([word, postings.tolist()]) if postings else None


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
    return named(FOLDER, "notes", "[" + ",\n".join(map(as_json, records)) + "]")


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
