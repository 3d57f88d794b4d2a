"""The shipped schema of a reading note: what people write passes, and one mistake is one finding that names it."""

import re
from pathlib import Path

import pytest

from schema.note_checks import findings, mended
from vaultkit.parse.note import parse
from vaultkit.schema.note_schema import load_schema

PROJECT = Path(__file__).parent.parent.parent
SEED = PROJECT.parent / "shared" / "seed"
SCHEMA = load_schema((PROJECT / "schemas/reading-note.yaml").read_text(encoding="utf-8"), "schemas/reading-note.yaml")

NOTE = """\
---
layout: post
title:  "Letters of a Lighthouse Keeper"
date:   2024-11-21 0:00:00 -0400
categories:
  - essays
---

The letters are [here](https://example.org/letters).

# Notes and takeaways
- He counts ships before he counts days.
- "The lamp does not ask who is out there." - what a line.

# Takeaways
1. Attention is a habit, and it can be lost in a week.
2. Nobody writes that well about being bored.

# Questions I have
1. Who answered the letters?
2. Would the log alone have been enough?
"""
NOTES, TAKEAWAYS, QUESTIONS = (NOTE.index(f"# {title}") for title in ("Notes", "Takeaways", "Questions"))


def swapped(old, new):
    assert old in NOTE
    return NOTE.replace(old, new, 1)


def test_the_note_passes():
    assert findings(NOTE, SCHEMA) == []


@pytest.mark.parametrize("note", sorted(SEED.glob("*.md")) if SEED.is_dir() else [], ids=lambda note: note.stem)
def test_the_seed_passes_untouched(note):
    assert findings(note.read_bytes().decode("utf-8-sig"), SCHEMA, path=f"Reading/{note.name}") == []


@pytest.mark.skipif(not SEED.is_dir(), reason="the shared folder with the seed note is not here")
def test_the_seed_is_there():
    assert list(SEED.glob("*.md"))


@pytest.mark.parametrize(
    "text",
    [
        swapped("Notes and takeaways", "Raw notes"),
        swapped("Notes and takeaways", "Notes"),
        swapped("# Notes and takeaways", "# **Notes** and `takeaways`:"),
        swapped("# Takeaways", "# TAKEAWAYS"),
        swapped("# Takeaways", "# ==Takeaways== #"),
        swapped("# Questions I have", "# Open questions"),
        swapped("# Takeaways", "# Background\nOne more section.\n\n# Takeaways"),
        swapped("# Takeaways", "> # Takeaways\n\n```md\n# Takeaways\n```\n\n%%\n# Takeaways\n%%\n\n# Takeaways"),
        swapped("1. Attention", "## Questions\n1. Attention"),
        NOTE.replace("\n# ", "\n## "),
        NOTE.replace("\n# ", "\n## ").replace("The letters are", "# Letters\n\nThe letters are"),
        NOTE.replace("\n", "\r\n"),
        swapped("2024-11-21 0:00:00 -0400", "2024-11-21"),
        swapped("2024-11-21 0:00:00 -0400", "2024-02-29T09:30:00"),
        swapped("2024-11-21 0:00:00 -0400", '"2024-11-21 09:30:00 +02:00"'),
        swapped("categories:\n  - essays", "categories: [essays, letters]"),
    ],
)
def test_what_people_write_passes(text):
    assert findings(text, SCHEMA) == []


DAMAGED = {
    "month 13": (swapped("2024-11-21 0", "2024-13-45 0"), "property-invalid-date", "month 13"),
    "30 February": (swapped("2024-11-21 0", "2024-02-30 0"), "property-invalid-date", "30 February 2024"),
    "29 February of no leap year": (
        swapped("2024-11-21 0", "2023-02-29 0"),
        "property-invalid-date",
        "29 February 2023",
    ),
    "hour 24": (swapped("0:00:00", "24:00:00"), "property-invalid-date", "hour 24"),
    "no date at all": (swapped("2024-11-21 0:00:00 -0400", "last Tuesday"), "property-invalid-date", "last Tuesday"),
    "date missing": (swapped("date:   2024-11-21 0:00:00 -0400\n", ""), "property-missing", "`date` is missing"),
    "date empty": (swapped("   2024-11-21 0:00:00 -0400", ""), "property-missing", "`date` is empty"),
    "date in a list": (swapped("2024-11-21 0:00:00 -0400", "[2024-11-21]"), "property-type", "`date`"),
    "title missing": (
        swapped('title:  "Letters of a Lighthouse Keeper"\n', ""),
        "property-missing",
        "`title` is missing",
    ),
    "title empty": (swapped('"Letters of a Lighthouse Keeper"', '""'), "property-missing", "`title` is empty"),
    "title blank": (swapped('"Letters of a Lighthouse Keeper"', "'  '"), "property-missing", "`title` is empty"),
    "title a list": (swapped('"Letters of a Lighthouse Keeper"', "[Letters, Keeper]"), "property-type", "`title`"),
    "title a number": (swapped('"Letters of a Lighthouse Keeper"', "1984"), "property-type", "`title`"),
    "title misspelt": (swapped("title:", "titel:"), "property-missing", "is `titel` meant"),
    "categories missing": (swapped("categories:\n  - essays\n", ""), "property-missing", "`categories` is missing"),
    "categories null": (swapped("\n  - essays", ""), "property-missing", "`categories` is empty"),
    "categories []": (swapped("\n  - essays", " []"), "property-missing", "`categories` is empty"),
    "categories of nothing": (swapped("- essays", "-"), "property-missing", "`categories` is empty"),
    "categories one text": (swapped("\n  - essays", " essays"), "property-type", "`categories` should be a list"),
    "categories text with commas": (swapped("\n  - essays", " essays, letters"), "property-type", "`categories`"),
    "categories a mapping": (swapped("  - essays", "  essays: true"), "property-type", "`categories` should be a list"),
    "a category a number": (swapped("- essays", "- 2024"), "property-type", "item 1 of `categories`"),
    "Take-aways": (swapped("# Takeaways", "# Take-aways"), "section-renamed", "`Takeaways`, found `Take-aways`"),
    "Takeways": (swapped("# Takeaways", "# Takeways"), "section-renamed", "`Takeaways`, found `Takeways`"),
    "Question": (swapped("Questions I have", "Question"), "section-renamed", "`Questions`, found `Question`"),
    "Noets": (swapped("Notes and takeaways", "Noets"), "section-renamed", "`Notes`, found `Noets`"),
    "an alias misspelt": (
        swapped("Questions I have", "Questions I haev"),
        "section-renamed",
        "found `Questions I haev`",
    ),
    "Takeaways missing": (swapped("# Takeaways\n", ""), "section-missing", "`Takeaways` is missing between"),
    "Takeaways a paragraph": (swapped("# Takeaways", "**Takeaways**"), "section-missing", "`Takeaways` is missing"),
    "Takeaways a tag": (swapped("# Takeaways", "#Takeaways"), "section-missing", "`Takeaways` is missing"),
    "Takeaways in a comment": (swapped("# Takeaways", "<!--\n# Takeaways\n-->\n"), "section-missing", "`Takeaways`"),
    "Notes missing": (swapped("# Notes and takeaways\n", ""), "section-missing", "`Notes` is missing before"),
    "Questions missing": (NOTE[:QUESTIONS], "section-missing", "`Questions` is missing after `Takeaways`"),
    "first two swapped": (
        NOTE[:NOTES] + NOTE[TAKEAWAYS:QUESTIONS] + NOTE[NOTES:TAKEAWAYS] + NOTE[QUESTIONS:],
        "section-order",
        "`Takeaways` should stand after `Notes and takeaways`",
    ),
    "last two swapped": (
        NOTE[:TAKEAWAYS] + NOTE[QUESTIONS:] + "\n" + NOTE[TAKEAWAYS:QUESTIONS],
        "section-order",
        "`Questions` should stand after `Takeaways`",
    ),
    "last moved first": (
        NOTE[:NOTES] + NOTE[QUESTIONS:] + "\n" + NOTE[NOTES:QUESTIONS],
        "section-order",
        "`Questions` should stand after `Takeaways`",
    ),
    "first moved last": (
        NOTE[:NOTES] + NOTE[TAKEAWAYS:] + "\n" + NOTE[NOTES:TAKEAWAYS],
        "section-order",
        "`Notes` should stand before `Takeaways`",
    ),
    "first on level 2": (swapped("# Notes and", "## Notes and"), "section-level", "`Notes` is on level 2"),
    "middle on level 2": (swapped("# Takeaways", "## Takeaways"), "section-level", "`Takeaways` is on level 2"),
    "last on level 3": (swapped("# Questions", "### Questions"), "section-level", "`Questions` is on level 3"),
    "Takeaways empty": (
        NOTE[:TAKEAWAYS] + "# Takeaways\n\n" + NOTE[QUESTIONS:],
        "section-empty",
        "`Takeaways` is empty",
    ),
    "Takeaways commented": (
        NOTE[:TAKEAWAYS] + "# Takeaways\n%% soon %%\n<!--\nor later\n-->\n\n" + NOTE[QUESTIONS:],
        "section-empty",
        "`Takeaways` is empty",
    ),
    "Questions empty at the end": (NOTE[:QUESTIONS] + "# Questions", "section-empty", "`Questions` is empty"),
    "Takeaways twice": (
        NOTE + "\n# Takeaways\nOnce more.\n",
        "section-duplicate",
        "`Takeaways` may be there only once",
    ),
    "Takeaways twice, one too early": (
        NOTE[:NOTES] + "# Takeaways\nToo early.\n\n" + NOTE[NOTES:],
        "section-duplicate",
        "`Takeaways` may be there only once",
    ),
    "Questions and an alias": (NOTE + "\n# Open questions\nOne.\n", "section-duplicate", "`Questions` may be there"),
    "no properties": (NOTE[NOTES:], "frontmatter-missing", "`title`, `date` and `categories`"),
    "broken YAML": (swapped('"Letters of', 'Letters: "of'), "frontmatter-invalid-yaml", "colon"),
    "a name twice": (swapped("layout: post", "title: Letters"), "frontmatter-duplicate-key", "`title`"),
}


@pytest.mark.parametrize(("text", "rule", "words"), DAMAGED.values(), ids=DAMAGED)
def test_one_mistake_is_one_finding_that_names_it(text, rule, words):
    found = findings(text, SCHEMA)
    assert [item.rule for item in found] == [rule], found
    assert words in found[0].message
    assert found[0].severity.label == "error"


@pytest.mark.parametrize("name", [name for name, (_, rule, _) in DAMAGED.items() if not rule.startswith("frontmatter")])
def test_a_finding_says_where_the_schema_asks_for_it(name):
    text, rule, _ = DAMAGED[name]
    (found,) = findings(text, SCHEMA)
    assert found.hint
    assert found.origin.schema == "reading-note"
    line = (PROJECT / found.origin.file).read_text(encoding="utf-8").splitlines()[found.origin.line - 1]
    assert found.message.split("`")[1] in line or rule.startswith("property")
    assert re.match(r" *(- heading|type|required|items|minItems)\b", line)


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CR LF"])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_fix_mends_its_mistake_and_nothing_else(name, ending):
    text = DAMAGED[name][0].replace("\n", ending)
    found = findings(text, SCHEMA)
    after = mended(text, found)
    if after == text:
        return
    left = findings(after, SCHEMA)
    assert found[0].rule not in [item.rule for item in left]
    assert mended(after, [item for item in left if item.rule == found[0].rule]) == after
    assert after.count("\n") - after.count(ending) == 0, "the note keeps its line ends"
    if not left:
        assert len(parse(after).headings) >= 3


FIXED = {
    "categories one text": swapped("\n  - essays", " [essays]"),
    "categories text with commas": swapped("\n  - essays", " [essays, letters]"),
    "title a number": swapped('"Letters of a Lighthouse Keeper"', '"1984"'),
    "title misspelt": NOTE,
    "a category a number": swapped("- essays", '- "2024"'),
    "Take-aways": NOTE,
    "Question": swapped("Questions I have", "Questions"),
    "first two swapped": NOTE,
    "last two swapped": NOTE,
    "last moved first": NOTE,
    "first moved last": NOTE,
    "first on level 2": NOTE,
    "middle on level 2": NOTE,
    "last on level 3": NOTE,
}


@pytest.mark.parametrize(("name", "after"), FIXED.items(), ids=FIXED)
def test_a_fix_gives_the_note_that_was_meant(name, after):
    text = DAMAGED[name][0]
    assert mended(text, findings(text, SCHEMA)).rstrip("\n") == after.rstrip("\n")


def test_mistakes_that_have_nothing_to_do_with_each_other_are_each_found():
    text = swapped("2024-11-21", "2024-13-45").replace("# Takeaways", "# Take-aways").replace("- essays", "- 7")
    rules = [item.rule for item in findings(text, SCHEMA)]
    assert sorted(rules) == ["property-invalid-date", "property-type", "section-renamed"]
