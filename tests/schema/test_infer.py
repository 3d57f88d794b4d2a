"""What is learned of notes: groups that a person would make, and schemas that nearly all of a group satisfy."""

import random

import pytest

from vaultkit.config import Config
from vaultkit.model.note import Note, NotePath
from vaultkit.parse.note import parse
from vaultkit.schema.infer import draft_schema, learn
from vaultkit.schema.infer.grouping import slug
from vaultkit.schema.infer.places import Scope
from vaultkit.schema.infer.writing import config_text, schema_text
from vaultkit.schema.note_schema import load_schema
from vaultkit.schema.pattern import Glob
from vaultkit.schema.source import build, read_yaml

OBSIDIAN = {"tags": "tags", "aliases": "aliases"}


def notes_of(files):
    return [Note(NotePath(path), "", parse(text)) for path, text in files.items()]


def learned(files, **more):
    return learn(notes_of(files), files.__getitem__, OBSIDIAN, **more)


def groups(files):
    return {group.draft.name: group.match for group in learned(files).groups}


def draft(*texts, name="x", paths=None):
    files = dict(zip(paths or [f"{number:02}.md" for number in range(len(texts))], texts, strict=True))
    return draft_schema(name, "", notes_of(files), files.__getitem__, OBSIDIAN)


def properties(*texts):
    return draft(*(f"---\n{text}\n---\n" for text in texts)).words.get("properties", {})


def sections(*texts):
    return draft(*texts).words.get("sections")


def person(number):
    return f"---\nborn: 1980-01-{number % 28 + 1:02}\nemail: p{number}@example.org\n---\n## Met\n\n- somewhere\n"


def meeting(number):
    return (
        f'---\ndate: 2024-02-{number % 28 + 1:02}\npeople:\n  - "[[P{number}]]"\n---\n'
        "## Agenda\n\nx\n\n## Notes\n\nx\n\n## Actions\n\n- [ ] x\n"
    )


def book(number):
    title = "Raw notes" if number % 3 == 2 else "Notes"
    status = ("read", "reading", "to read")[number % 3]
    return (
        f"---\nauthor: A{number}\nrating: {number % 5}\nstatus: {status}\n---\n"
        f"## {title}\n\nx\n\n## Takeaways\n\ny\n" + "\n## Quotes\n\nz\n" * (number % 2)
    )


def said(words, text):
    """The note with one more line in its properties."""
    return text.replace("---\n", f"---\n{words}\n", 1)


KINDS = (("book", book, 30), ("meeting", meeting, 15), ("person", person, 12))


# Groups ------------------------------------------------------------------------------------------------------------


def test_folders_of_different_notes_are_groups_and_what_is_like_nothing_is_left_alone():
    files = {f"{kind}s/{number}.md": make(number) for kind, make, count in KINDS for number in range(count)}
    files |= {f"Inbox/{number}.md": "a thought" for number in range(9)} | {"Home.md": "Welcome"}
    assert groups(files) == {
        "books": {"path": "books/**"},
        "meetings": {"path": "meetings/**"},
        "persons": {"path": "persons/**"},
    }


def test_folders_of_similar_notes_stay_together():
    files = {f"{folder}/{number}.md": book(number) for folder in ("Crime", "Poems", "Science") for number in range(9)}
    assert list(groups(files).values()) == [{}]


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ("type: {}", lambda kind: {"property": {"type": kind}}),
        ('categories: ["[[{}]]"]', lambda kind: {"property": {"categories": f"[[{kind}]]"}}),
        ("tags: [{}]", lambda kind: {"tag": kind}),
    ],
)
def test_notes_in_one_folder_are_told_apart_by_what_they_say_they_are(words, match):
    files = {
        f"{kind}{number}.md": said(words.format(kind), make(number))
        for kind, make, count in KINDS
        for number in range(count)
    }
    files |= {f"{number}.md": "a thought" for number in range(20)}
    assert groups(files) == {kind: match(kind) for kind, _, _ in KINDS}


def test_a_word_that_is_on_every_kind_of_note_makes_no_group():
    files = {
        f"{kind}s/{number}.md": said("tags: [new]" if number % 2 else "tags: [old]", make(number))
        for kind, make, count in KINDS
        for number in range(count)
    }
    assert set(groups(files)) == {"books", "meetings", "persons"}


def test_topics_are_no_kinds():
    files = {
        f"{number}.md": said(f"categories: [{('logic', 'art', 'maps')[number // 3 % 3]}]", book(number))
        for number in range(60)
    }
    assert list(groups(files).values()) == [{}]


def test_notes_named_by_days_are_a_group_though_others_lie_beside_them():
    files = {
        f"2024-{month:02}-{day:02}.md": "## Done\n\nx\n\n## Tomorrow\n\ny\n" for month in (1, 2) for day in range(1, 29)
    }
    files |= {f"{number}.md": "a thought" for number in range(50)}
    made = learned(files).groups
    assert [(group.draft.name, list(group.match)) for group in made] == [("day-note", ["filename"])]
    assert made[0].draft.words["filename"] == {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def test_a_folder_within_a_folder_is_taken_out_of_it():
    files = {f"Work/Meetings/{number}.md": meeting(number) for number in range(15)}
    files |= {f"Work/{number}.md": book(number) for number in range(20)}
    files |= {f"Work/Old/{number}.md": book(number) for number in range(20)}
    assert groups(files) == {"meetings": {"path": "Work/Meetings/**"}, "work": {"path": ["Work/*", "Work/Old/**"]}}


def test_years_within_a_folder_are_one_group_that_next_year_belongs_to():
    files = {f"Daily/2024/2024-01-{day:02}.md": "## Done\n\nx\n" for day in range(1, 29)}
    files |= {f"Books/{number}.md": book(number) for number in range(20)}
    assert groups(files)["daily"] == {"path": "Daily/**"}


def test_templates_are_no_notes():
    files = {f"Books/{number}.md": book(number) for number in range(20)}
    blank = {f"Meta/Templates/{number}.md": "# {{title}}\n" for number in range(6)}
    found = learned(files | blank)
    assert found.templates == ("Meta/Templates",)
    assert not found.grouped & blank.keys()


def test_notes_about_templates_are_notes():
    files = {f"Templates/{number}.md": book(number) for number in range(20)}
    assert learned(files).templates == ()
    assert learned(files, templates=("Templates",)).templates == ("Templates",)


def test_the_order_in_which_notes_come_does_not_matter():
    files = {
        f"{kind}s/{number}.md": said(f"type: {kind}", make(number))
        for kind, make, count in KINDS
        for number in range(count)
    }
    texts = set()
    for seed in range(5):
        notes = notes_of(files)
        random.Random(seed).shuffle(notes)
        found = learn(notes, files.__getitem__, OBSIDIAN)
        texts.add("".join((config_text(found), *(schema_text(group.draft) for group in found.groups))))
    assert len(texts) == 1


def test_a_few_that_are_otherwise_fail_and_are_counted():
    files = {f"Books/{number}.md": book(number) for number in range(40)} | {"Books/40.md": "nothing yet"}
    found = learned(files)
    assert (found.grouped, found.failing) == (files.keys(), {"Books/40.md"})
    assert "# 40 of 41 notes satisfy it" in config_text(found)


def test_folders_whose_names_are_no_text_or_look_like_globs():
    files = {
        f"{folder}/{number}.md": make(number)
        for folder, make in (("a [b] {c}, *", book), ("caf\udce9", person), ("?\\", meeting))
        for number in range(20)
    }
    made = learned(files)
    config = build(Config, read_yaml(config_text(made), "vaultkit.yaml"))
    assert len(config.schemas) == 2
    for use in config.schemas:
        (glob,) = use.match.path
        assert sum(Glob(glob).fits(path) for path in files if "\udce9" not in path) == 20


def test_what_is_left_of_a_folder_is_named_by_globs_for_just_that():
    paths = ["a/1.md", "a/b/2.md", "a/b/c/3.md", "a/d/4.md", "e/5.md", "6.md"]
    scope = Scope("")
    scope.taken("a/b/c")
    found = scope.globs(["a", ""], paths)
    assert [path for path in paths if any(Glob(glob).fits(path) for glob in found)] == [
        "a/1.md",
        "a/b/2.md",
        "a/d/4.md",
        "6.md",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("02.05 All Plugins", "all-plugins"),
        ("[[Books]]", "books"),
        ("[[x/Books|My books]]", "my-books"),
        ("Daily/2024", "2024"),
        ("🗂️", "note"),
        ("日記", "日記"),
        ("a/B C", "b-c"),
    ],
)
def test_a_schema_is_called_by_the_words_of_the_folder(text, name):
    assert slug(text) == name


# Properties --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["Dune", "Emma"], {"type": "text"}),
        (["1", "2.5"], {"type": "number"}),
        (["true", "false"], {"type": "checkbox"}),
        (["2024-11-21", "2023-01-02"], {"type": "date"}),
        (["2024-11-21T09:30", "2023-01-02"], {"type": "datetime"}),
        (['"[[A]]"', '"[[B]]"'], {"type": "link"}),
        (["[a, b]", "[c]"], {"type": "list", "items": {"type": "text"}}),
        (["[1]", "[2]"], {"type": "list", "items": {"type": "number"}}),
        (['["[[A]]"]', '["[[B]]"]'], {"type": "list", "items": {"type": "link"}}),
        (["[1, a]", "[2]"], {"type": "list"}),
        (["https://example.org/a", "https://example.org/b"], {"type": "text", "format": "uri"}),
        (["a", "[a]"], {"type": ["list", "text"]}),
        (["{a: 1}", "{b: 2}"], {"type": "object"}),
        (["1", "a", "[a]", "true"], {}),
    ],
)  # fmt: skip
def test_types(values, words):
    texts = [f"x: {value}" for value in values * 3]
    assert properties(*texts)["x"] == {**words, "required": True}


def test_obsidian_knows_the_types_of_its_own():
    assert properties(*["tags: [a]\naliases: [b]"] * 5) == {
        "aliases": {"type": "aliases", "required": True},
        "tags": {"type": "tags", "required": True, "default": ["a"]},
    }


def test_few_values_in_many_notes_are_choices_and_a_slip_is_seen():
    texts = [f"status: {value}" for value in ["read", "reading", "planned"] * 20] + ["status: raed"]
    assert properties(*texts)["status"]["enum"] == ["planned", "read", "reading"]


@pytest.mark.parametrize("texts", [
    [f"status: s{number}" for number in range(60)],
    [f"status: {value}" for value in ["a", "b"] * 5],
    [f"author: {value}" for value in ["Ann", "Bob"] * 30],
    [f"status: {value}" for value in [*["a", "b"] * 28, "c", "d", "e", "f"]],
])  # fmt: skip
def test_what_may_be_anything_is_no_choice(texts):
    assert all("enum" not in words for words in properties(*texts).values())


def test_what_is_nearly_always_there_is_required_and_what_is_seldom_there_is_not_named():
    texts = ["a: x\nb: y", *["a: x"] * 38, "a:"]
    assert properties(*texts) == {"a": {"type": "text", "required": True}}


def test_nothing_is_written_for_a_reader_that_was_not_asked_to_publish():
    assert "default" not in properties(*["publish: true"] * 20)["publish"]


def test_notes_whose_properties_cannot_be_read_say_nothing():
    made = draft(*["---\na: x\n---\n"] * 19, *["---\na: [\n---\n"] * 10)
    assert made.words["properties"] == {"a": {"type": "text", "required": True}}
    assert not made.failing


# Sections ----------------------------------------------------------------------------------------------------------


def headings(*titles, level=2):
    return "".join(f"{'#' * level} {title}\n\ntext\n\n" for title in titles)


def test_sections_in_their_order_with_other_names_and_what_is_optional():
    texts = [headings("Notes", "Takeaways", "Quotes")] * 12 + [headings("Raw notes", "Takeaways")] * 5
    assert sections(*texts) == {
        "level": 2,
        "order": "strict",
        "items": [
            {"heading": "Notes", "aliases": ["Raw notes"]},
            {"heading": "Takeaways"},
            {"heading": "Quotes", "required": False},
        ],
    }


def test_other_spellings_are_other_names_and_other_sections_are_not():
    texts = [headings("Take-aways", "Reading notes", "Notes")] * 8 + [
        headings("Takeaways", "Reading notes", "Notes")
    ] * 8
    names = [(item["heading"], item.get("aliases")) for item in sections(*texts)["items"]]
    assert names == [("Take-aways", ["Takeaways"]), ("Reading notes", None), ("Notes", None)]


def test_sections_that_come_as_they_like():
    assert sections(*[headings("A part", "B part"), headings("B part", "A part")] * 10)["order"] == "any"


def test_sections_in_sections_and_repeated_ones():
    day = headings("Day") + headings("Morning", "Evening", level=3)
    found = sections(*[day * 2 + headings("End")] * 10)
    assert found["items"][0]["repeat"] == {"max": None}
    assert [item["heading"] for item in found["items"][0]["sections"]["items"]] == ["Morning", "Evening"]
    assert [item["heading"] for item in found["items"]] == ["Day", "End"]


def test_sections_that_are_left_empty_may_be():
    texts = ["## Tasks\n\n## End\n\nx\n"] * 10 + [headings("Tasks", "End")] * 10
    assert sections(*texts)["items"][0] == {"heading": "Tasks", "content": {"required": False}}


def test_titles_of_notes_are_no_sections():
    assert sections(*(f"# Title {chr(65 + number)}{number}x\n\ntext\n" for number in range(20))) is None


# Files -------------------------------------------------------------------------------------------------------------


def test_a_schema_reads_as_a_person_would_write_it():
    made = draft(*(said('"a: b": 1', book(number)) for number in range(20)), name="on: books")
    assert schema_text(made) == (
        "# 20 of 20 notes satisfied it when it was learned from them. Change what you like.\n"
        'name: "on: books"\n'
        "\n"
        "properties:\n"
        '  "a: b": { type: number, required: true } # 20 of 20 notes\n'
        "  author: { type: text, required: true } # 20 of 20 notes\n"
        "  rating: { type: number, required: true } # 20 of 20 notes\n"
        "  status: { type: text, required: true, enum: [read, reading, to read] } # 20 of 20 notes\n"
        "\n"
        "sections:\n"
        "  level: 2\n"
        "  order: strict\n"
        "  items:\n"
        "    - heading: Notes # 20 of 20 notes\n"
        "      aliases: [Raw notes]\n"
        "    - heading: Takeaways # 20 of 20 notes\n"
        "    - heading: Quotes # 10 of 20 notes\n"
        "      required: false\n"
    )
    assert load_schema(schema_text(made), "schemas/x.yaml").name == "on: books"
