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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from vaultkit.publish.page import Output, Page
from vaultkit.targets.site.addresses import OWN, encoded
from vaultkit.targets.site.calls import call, named

FOLDER = OWN + "search/"

SIZE = 64 * 1024
"""Characters in one file, about."""

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


def outputs(pages: Iterable[Page]) -> Iterator[Output]:
    """The search data of some pages, the index last."""
    pages = sorted(pages, key=lambda page: encoded(page.url))
    postings = _postings(pages)
    words_in_order = sorted(postings)
    spelled = [word for word in words_in_order if len(word) >= _SHORTEST and word.isalpha() and not _RUN.match(word)]
    word_files = list(_cut("words", words_in_order, lambda word: [word, postings[word]]))
    spelling_files = list(_cut("spellings", spelled, lambda word: word))
    note_files = list(_cut("notes", range(len(pages)), lambda number: _record(pages[number])))
    yield from (output for _, output in (*word_files, *spelling_files, *note_files))
    index = {
        "count": len(pages),
        "words": [[first, _name(output)] for first, output in word_files],
        "spellings": [[first, _name(output)] for first, output in spelling_files],
        "notes": [[first, _name(output), encoded(pages[first].url)] for first, output in note_files],
    }
    yield Output(FOLDER + "index.js", call("index.js", json.dumps(index, ensure_ascii=False, separators=(",", ":"))))


def _name(output: Output) -> str:
    return output.path.rpartition("/")[2]


def _postings(pages: Sequence[Page]) -> dict[str, list[int]]:
    """For each word the notes it stands in: distance from the note before times 32, plus the weight."""
    postings: defaultdict[str, list[int]] = defaultdict(list)
    last: defaultdict[str, int] = defaultdict(int)
    for number, page in enumerate(pages):
        for word, weight in weights(page).items():
            postings[word].append((number - last[word] << 5) + min(weight, _MOST))
            last[word] = number
    return postings


def _record(page: Page) -> list[str]:
    where = page.path.rpartition("/")[0].replace("/", " / ")
    return [page.title, encoded(page.url), where, " ".join(page.body.text[:BEGINNING].split())]


def _cut(kind: str, keys: Sequence[Any], value: Callable[[Any], Any]) -> Iterator[tuple[Any, Output]]:
    """Values in files of about SIZE, each with the first of its keys."""
    texts: list[str] = []
    size = 0
    first: Any = None
    for key in keys:
        if not texts:
            first = key
        texts.append(json.dumps(value(key), ensure_ascii=False, separators=(",", ":")))
        size += len(texts[-1])
        if size >= SIZE:
            yield first, _file(kind, texts)
            texts, size = [], 0
    if texts:
        yield first, _file(kind, texts)


def _file(kind: str, texts: list[str]) -> Output:
    return named(FOLDER, kind, "[" + ",\n".join(texts) + "]")
