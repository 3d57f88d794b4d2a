"""The search data: every word of a note leads to it, in files of a bounded size."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from editions import page
from vaultkit.render.job import Rendered, TocEntry
from vaultkit.targets.site import search, shards
from vaultkit.targets.site.search import weights, words

CALL = re.compile(r'vaultkit\("([^"]+)",(.*)\);\n', re.DOTALL)


def note(path, text, **given):
    toc = given.pop("toc", ())
    return page(path, body=Rendered("", toc, text, frozenset(), ()), **given)


def read(pages):
    """The index as the script sees it: words to (note, weight), and the records of notes, in order of address."""
    made = {item.path.removeprefix(search.FOLDER): CALL.fullmatch(item.data.decode()) for item in search.outputs(pages)}
    data = {path: json.loads(match[2]) for path, match in made.items()}
    assert all(match[1] == path for path, match in made.items())
    index = data.pop("index.js")
    postings, records = {}, []
    for first, name in index["words"]:
        assert data[name][0][0] == first
        for word, steps in data[name]:
            number = 0
            postings[word] = [(number := number + (step >> 6), step & 63) for step in steps]
    place = {}
    for first, name in index["notes"]:
        for title, url, where, text, number in data[name]:
            assert first <= number < first + search.IN_ONE and number not in place
            place[number] = len(records)
            records.append([title, url, where, text])
    assert [*place] == sorted(place) and max(place, default=0) < 9 * len(records) + 4
    by_url = sorted(range(len(records)), key=lambda at: records[at][1])
    places = {number: by_url.index(at) for number, at in place.items()}
    postings = {word: sorted((places[number], weight) for number, weight in found) for word, found in postings.items()}
    records.sort(key=lambda record: record[1])
    spelled = [word for first, name in index["spellings"] for word in data[name]]
    assert set(spelled) <= postings.keys() and spelled == sorted(spelled)
    assert list(postings) == sorted(postings)
    assert index["count"] == len(records) == len(pages)
    return postings, records


def test_words():
    table = {
        "Hello, World's end_of 3rd!": ["hello", "world", "s", "end", "of", "3rd"],
        "Café NAÏVE ﬁne Ⅷ": ["cafe", "naive", "fine", "viii"],
        "静かな庭": ["静か", "かな", "な庭", "庭"],
        "日本のPython本": ["python", "日本", "本の", "の", "本"],
        "हिन्दी भाषा।": ["हिन्दी", "भाषा"],
        "שָׁלוֹם": ["שלום"],
        "C++17, C# and F#m": ["c", "17", "c", "and", "f", "m", "c++", "c#"],
        "本C++ ++ # #tag a+b": ["c", "tag", "a", "b", "c++", "本"],
        "": [],
    }
    assert {text: words(text) for text in table} == table


@given(st.lists(st.text(max_size=60), max_size=6))
def test_every_word_leads_to_its_note(texts):
    pages = [note(f"N{number}.md", text) for number, text in enumerate(texts)]
    postings, _ = read(pages)
    for number, text in enumerate(texts):
        for word in words(text):
            assert number in dict(postings[word[: search.LONGEST]])


def test_a_title_weighs_more_than_a_heading_and_a_heading_more_than_the_text():
    pages = [
        note("A.md", "moss " * 3),
        note("B.md", "stone", toc=(TocEntry(2, "Moss", "moss"),)),
        note("D.md", "stone", tags=("moss",)),
        note("E.md", "moss " * 500),
        note("Moss on moss.md", "moss " * 500, tags=("moss",)),
        note("Moss.md", "stone"),
        note("On moss and stone.md", "stone"),
    ]
    words = [(0, 3), (1, 4), (2, 8), (3, 7)]
    titles = [(4, 24 + 20 + 4 * 3 + 3), (5, 24 + 20 + 4 * 4), (6, 24 + 4 * 1)]
    assert read(pages)[0]["moss"] == words + titles


def test_a_title_is_as_long_as_a_question_with_its_words():
    for title, count in {
        "静かな庭": 3,
        "庭": 1,
        "A b a": 2,
        "C++": 1,
        "日本のPython本": 4,
        "One two three four five six": 5,
    }.items():
        weighed = weights(note("N.md", "", title=title))
        assert {(weight - 24) % 20 >> 2 for weight in weighed.values()} == {5 - count}


def test_records_hold_what_a_result_shows():
    (record,) = read([note("A/B c/Ü.md", "One\n two. " + "x " * 5000)])[1]
    assert record[:3] == ["Ü", "a/b-c/%C3%BC.html", "A / B c"]
    assert record[3].startswith("One two.") and len(record[3]) <= search.BEGINNING


def test_files_are_small_and_keep_their_names_when_their_content_does():
    pages = [
        note(f"N{number}.md", " ".join(f"w{number * 97 % 5000 + at}" for at in range(200))) for number in range(400)
    ]
    before = {item.path: item.data for item in search.outputs(pages)}
    assert len(before) > 8
    assert max(len(data) for path, data in before.items()) < 4 * shards.SIZE
    pages[-1] = pages[-1]._replace(title="zzz")
    after = {item.path: item.data for item in search.outputs(pages)}
    kept = before.keys() & after.keys()
    assert len(kept) > len(before) / 2
    assert {path for path in kept if before[path] != after[path]} == {search.FOLDER + "index.js"}


@given(st.sets(st.integers(0, 400), min_size=1, max_size=60), st.integers(0, 400))
def test_a_page_that_comes_changes_the_number_of_hardly_another(numbers, one):
    pages = [note(f"N{number}.md", "") for number in numbers - {one}]
    old, new = search.Order(pages), search.Order([*pages, note(f"N{one}.md", "")])
    assert len(set(new.number.values())) == len(new.number)
    if old.bits == new.bits:
        moved = [new.number[url] - old.number[url] for url in old.number if old.number[url] != new.number[url]]
        assert set(moved) <= {1}  # those that follow one another, up to the next free number
        assert search.renumbered(old, new) == {url for url in old.number if old.number[url] != new.number[url]}
