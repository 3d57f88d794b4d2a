"""Reading a schema: the whole language is understood, and each mistake names its line and what was probably meant."""

import pytest

from schema.note_checks import findings
from vaultkit.config import Match
from vaultkit.errors import SetupError
from vaultkit.model.diagnostic import Origin
from vaultkit.model.note import NO_FACTS
from vaultkit.schema.match import Governed, Matcher, connected
from vaultkit.schema.note_schema import load_schema

WHOLE = """\
name: book
description: A book, read or not
properties:
  title: { type: text, required: true, minLength: 3 }
  date: { type: datetime, required: true }
  categories:
    type: list
    minItems: 1
    uniqueItems: true
    items: { type: text, enum: [fiction, essays] }
  rating: { type: number, minimum: 0, maximum: 10, multipleOf: 0.5 }
  source: { type: text, format: uri }
  reviewed: { type: checkbox, default: false }
  id: { type: text, pattern: "^[a-z0-9-]+$", unique: true }
  author:
    type: object
    properties:
      name: { type: text, required: true }
required-if:
  - { if: { status: done }, then: { require: [finished] }, message: say when }
compare:
  - { left: finished, op: ">=", right: started }
additionalProperties: true
filename: { pattern: "^[0-9]{4}-.+" }
sections:
  level: any
  order: strict
  additional: true
  items:
    - heading: Notes
      aliases: [Notes and takeaways, Raw notes]
      content: { minItems: 1, must-not-match: TODO }
    - heading: Questions
      aliases: ["Questions I have", { pattern: "^Questions for .+$" }]
      required: true
      repeat: { min: 1, max: 2 }
      sections:
        items:
          - heading: Open
      message: ask at least one
"""


def mistake(text, file="schemas/book.yaml", resolve=None):
    with pytest.raises(SetupError) as caught:
        load_schema(text, file, resolve)
    return caught.value


def test_the_whole_language_is_understood():
    schema = load_schema(WHOLE, "schemas/book.yaml")
    assert (schema.name, schema.file) == ("book", "schemas/book.yaml")
    assert list(schema.properties) == ["title", "date", "categories", "rating", "source", "reviewed", "id", "author"]
    assert [section.heading for section in schema.sections.items] == ["Notes", "Questions"]
    assert (schema.sections.items[1].least, schema.sections.items[1].most) == (1, 2)


def test_the_hint_is_the_nearest_that_the_author_gave():
    schema = """
name: post
description: a post
properties:
  tags: { type: tags, description: what it is about, items: { pattern: "^[a-z]+$", message: small letters } }
  author: { type: object, description: who wrote it, properties: { name: { type: text, description: full name } } }
"""
    found = findings("---\ntags: [A]\nauthor: { name: 1 }\n---\n", schema)
    assert [item.hint for item in found] == ["small letters", "full name"]
    (found,) = findings("---\ntags: 1\n---\n", schema)
    assert found.hint == "what it is about"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("properties", "title"), 4),
        (("properties", "categories", "items", "enum", 1), 10),
        (("properties", "categories", "uniqueItems"), 9),
        (("properties", "author", "properties", "name", "required"), 18),
        (("required-if", 0, "message"), 20),
        (("sections", "items", 1, "heading"), 33),
        (("sections", "items", 1, "sections", "items", 0), 39),
        (("sections", "items", 1, "nothing", "here"), 33),
        ((), 1),
    ],
    ids=str,
)
def test_every_place_is_known(path, line):
    schema = load_schema(WHOLE, "schemas/book.yaml")
    assert schema.origin(*path) == Origin("book", "schemas/book.yaml", line)


def test_a_schema_without_a_name_is_called_as_its_file():
    assert load_schema("properties: {}", "schemas/daily-note.yaml").name == "daily-note"
    assert load_schema("", "x.yaml").properties == {}


def test_the_digest_tells_schemas_apart_places_included():
    texts = [WHOLE, "\n" + WHOLE, WHOLE.replace("minLength: 3", "minLength: 4"), WHOLE + "# end\n"]
    digests = [load_schema(text, "a.yaml").digest for text in texts]
    assert len(set(digests)) == 3
    assert digests[0] == digests[3] == load_schema(WHOLE, "a.yaml").digest


MISTAKES = {
    "unknown key": ("description:", "descripton:", 2, "descripton", "description"),
    "unknown word": ("minLength: 3", "minLenght: 3", 4, "minLenght", "minLength"),
    "unknown type": ("type: datetime", "type: datetme", 5, "datetme", "datetime"),
    "unknown format": ("format: uri", "format: url", 12, "url", "uri"),
    "unknown word in items": ("items: { type: text, enum", "items: { type: text, enums", 10, "enums", "enum"),
    "unknown inner word": ("name: { type: text, required", "name: { type: text, requird", 18, "requird", "required"),
    "unique inside": ("name: { type: text, required: true", "name: { type: text, unique: true", 18, "unique", ""),
    "unknown order": ("order: strict", "order: strickt", 27, "strickt", "strict"),
    "unknown key of a section": ("message: ask", "mesage: ask", 40, "mesage", "message"),
    "unknown key of an alias": ('{ pattern: "^Q', '{ patern: "^Q', 34, "patern", "pattern"),
    "unknown word of content": ("minItems: 1, must", "minItem: 1, must", 32, "minItem", "minItems"),
    "unknown operator": ('op: ">="', 'op: "=>"', 22, "=>", ""),
    "no heading": ("- heading: Notes", "- title: Notes", 30, "title", ""),
    "two of one title": ("- heading: Questions", "- heading: notes", 33, "notes", ""),
    "an alias of another": ("Raw notes", "questions", 31, "questions", ""),
    "a level of 7": ("level: any", "level: 7", 26, "7", ""),
    "a level of true": ("level: any", "level: true", 26, "level", ""),
    "text for true": ("required: true, minLength", "required: yes, minLength", 4, "true or false", ""),
    "text for a number": ("maximum: 10", "maximum: ten", 11, "ten", ""),
    "a fraction of characters": ("minLength: 3", "minLength: 1.5", 4, "whole number", ""),
    "fewer than none": ("minLength: 3", "minLength: -1", 4, "minLength", ""),
    "a word of another type": ("minLength: 3", "minItems: 3", 4, "minItems", "list"),
    "an empty range": ("maximum: 10", "maximum: -1", 11, "minimum", ""),
    "an empty range of another kind": ("minimum: 0, maximum: 10", "minimum: 0, exclusiveMaximum: 0", 11, "minimum", ""),
    "an empty range of words": ("minItems: 1, must", "minWords: 3, maxWords: 2, must", 32, "3 words", ""),
    "steps of nothing": ("multipleOf: 0.5", "multipleOf: 0", 11, "multipleOf", ""),
    "an enum of another type": ("enum: [fiction", "enum: [3", 10, "enum", ""),
    "an enum of nothing": ("enum: [fiction, essays]", "enum: []", 10, "enum", ""),
    "a default of another type": ("default: false", "default: maybe", 13, "default", ""),
    "look-around": ("^[a-z0-9-]+$", "^(?=x)[a-z]+$", 14, "look-around", ""),
    "a pattern that is never closed": ("^[a-z0-9-]+$", "^([a-z]+$", 14, "unclosed", ""),
    "look-around in a heading": ("^Questions for .+$", "(?!x)y", 34, "look-around", ""),
    "look-around in a file name": ("^[0-9]{4}-.+", "(?<=x)y", 24, "look-around", ""),
    "look-around in content": ("TODO", '"(?=x)"', 32, "look-around", ""),
    "required and there 0 times": ("repeat: { min: 1,", "repeat: { min: 0,", 36, "0 times", ""),
    "more than at most": ("repeat: { min: 1,", "repeat: { min: 3,", 36, "max", ""),
    "a level in a section": ("sections:\n        items", "sections:\n        level: 3\n        items", 38, "level", ""),
    "text for a mapping": ("author:\n    type: object", "author: x\n  other:\n    type: object", 15, "mapping", ""),
    "a key twice": ("order: strict", "level: 2", 27, "level", ""),
    "broken YAML": ("description: A", "description: [A", 2, "bracket", ""),
    "an alias of YAML": ("description: A", "description: *A", 2, "*", ""),
    "a condition on nothing": ("if: { status: done }", "if: {}", 20, "if", ""),
    "title policy of another tool": ("filename:", "title-from: x\nfilename:", 24, "title-from", ""),
    "an empty heading": ("- heading: Notes", '- heading: "##"', 30, "##", ""),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "word", "meant"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_names_its_line_and_what_was_meant(old, new, line, word, meant):
    assert old in WHOLE
    error = mistake(WHOLE.replace(old, new, 1))
    assert error.where == f"schemas/book.yaml:{line}"
    assert word in error.what
    assert meant in error.do


def test_a_file_that_is_no_mapping():
    assert mistake("- a\n- b\n").where == "schemas/book.yaml:1"


# Extending -------------------------------------------------------------------------------------------------------

BASE = """\
name: base
description: any note
properties:
  title: { type: text, required: true, minLength: 3 }
  date: { type: date, required: true }
sections:
  level: 2
  items:
    - heading: Notes
      aliases: [Raw notes]
    - heading: Takeaways
    - heading: Questions
"""
FILES = {
    "base": BASE,
    "dated": "properties:\n  date: { type: datetime }\n  updated: { type: datetime }\n",
    "loop": "extends: loop\n",
    "ring": "extends: [base, back]\n",
    "back": "extends: ring\n",
    "bad": "properties:\n  title: { typ: text }\n",
}


def resolve(name, file):
    if name not in FILES:
        raise SetupError(f"there is no schema `{name}`", do="did you mean `base`?")
    return FILES[name], f"schemas/{name}.yaml"


def extended(text):
    return load_schema(text, "schemas/own.yaml", resolve)


def test_properties_and_sections_merge_by_name():
    schema = extended(
        "extends: base\n"
        "properties:\n  title: { minLength: 5 }\n  rating: { type: number }\n"
        "sections:\n  items:\n    - heading: Summary\n"
        "    - heading: Takeaways\n      required: false\n    - heading: Sources\n"
    )
    title = schema.properties["title"]
    assert (title.type, title.required, title.min_length) == (("text",), True, 5)
    assert list(schema.properties) == ["title", "date", "rating"]
    assert schema.sections.level == 2
    headings = [section.heading for section in schema.sections.items]
    assert headings == ["Notes", "Takeaways", "Sources", "Questions", "Summary"]
    assert not schema.sections.items[1].required
    assert schema.sections.items[0].aliases == ("Raw notes",)


def test_what_is_inherited_keeps_its_place():
    schema = extended("extends: base\nproperties:\n  title: { minLength: 5 }\n")
    assert schema.name == "own"
    assert schema.description == ""
    assert schema.origin("properties", "title", "minLength") == Origin("own", "schemas/own.yaml", 3)
    assert schema.origin("properties", "title", "required") == Origin("own", "schemas/base.yaml", 4)
    assert schema.origin("sections", "items", 1, "heading") == Origin("own", "schemas/base.yaml", 11)


def test_a_null_removes():
    schema = extended(
        "extends: base\nproperties:\n  date: null\n  title: { minLength: ~ }\n"
        "sections:\n  items:\n    - Takeaways:\n    - heading: Notes\n      aliases: null\n"
    )
    assert list(schema.properties) == ["title"]
    assert schema.properties["title"].min_length is None
    assert [section.heading for section in schema.sections.items] == ["Notes", "Questions"]
    assert schema.sections.items[0].aliases == ()


def test_several_bases_from_left_to_right():
    schema = extended("extends: [base, dated]\n")
    assert schema.properties["date"].type == ("datetime",)
    assert schema.properties["date"].required
    assert list(schema.properties) == ["title", "date", "updated"]


@pytest.mark.parametrize(
    ("text", "where", "word"),
    [
        ("name: own\nextends: bsae\n", "schemas/own.yaml:2", "bsae"),
        ("extends: [base, 3]\n", "schemas/own.yaml:1", "name"),
        ("extends: loop\n", "schemas/loop.yaml:1", "extends itself"),
        ("extends: ring\n", "schemas/back.yaml:1", "extends itself"),
        ("extends: bad\n", "schemas/bad.yaml:2", "typ"),
        ("extends: base\nproperties:\n  titel: null\n", "schemas/own.yaml:3", "titel"),
        ("extends: base\nsections:\n  items:\n    - Takeaway: null\n", "schemas/own.yaml:4", "Takeaway"),
        ("extends: base\nproperties:\n  title: { minItems: 2 }\n", "schemas/own.yaml:3", "minItems"),
    ],
)
def test_mistakes_in_extending(text, where, word):
    error = mistake(text, "schemas/own.yaml", resolve)
    assert error.where == where
    assert word in error.what


def test_nothing_can_be_extended_where_there_is_nowhere_to_look():
    assert mistake("extends: base\n").where == "schemas/book.yaml:1"


# Links to notes of a schema --------------------------------------------------------------------------------------


def governed(text, name="book", glob="Books/**"):
    return Governed(load_schema(text, f"schemas/{name}.yaml"), Matcher(Match(path=(glob,))))


def test_a_link_to_a_note_of_a_schema_that_nobody_uses():
    book = governed("properties:\n  author:\n    { type: link, schema: persn }\n")
    with pytest.raises(SetupError) as caught:
        connected((book, governed("", "person", "People/**")))
    assert (caught.value.where, caught.value.do) == ("schemas/book.yaml:3", "did you mean `person`?")


def test_only_links_lead_to_notes():
    assert "schema" in mistake("properties: { author: { type: text, schema: person } }").what


def test_a_schema_knows_which_notes_the_others_govern():
    book = governed("properties: { author: { type: link, schema: person } }")
    assert book.schema.leads_to("person", "Anywhere.md", NO_FACTS)
    connected((book, governed("", "person", "People/**"), governed("", "person", "Dead/**")))
    assert book.schema.leads_to("person", "People/Ann.md", NO_FACTS)
    assert book.schema.leads_to("person", "Dead/Ann.md", NO_FACTS)
    assert not book.schema.leads_to("person", "Ann.md", NO_FACTS)
