"""Expressions of bases have the values that Obsidian's help gives them, and none of them stops a publish."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.bases.evaluation import Budget, Scope, Viewpoint
from vaultkit.bases.expression import ExpressionError, parsed
from vaultkit.bases.functions import CannotEvaluate
from vaultkit.bases.rows import Row, Sight
from vaultkit.bases.values import text_of

BEE = Row("People/Bee.md", {"icon": "star", "secret": "x"}, shown=frozenset(("icon",)))
NOTE = Row(
    "Books/A 1.md",
    {"price": 3.5, "age": 2, "Created": "2024-05-01", "author": ["[[Bee|B.]]"], "tags": ["sf"], "url": "https://x.y",
     "when": "2024-05-01T10:30:00", "secret": "hidden", "empty": None},
    shown=frozenset(("price", "age", "created", "author", "when", "url")),
    tags=("sf/classic", "b"),
    size=120,
)  # fmt: skip
FORMULAS = {"unit": "(price / age).toFixed(2)", "double": "formula.unit + formula.unit", "loop": "formula.loop + 1"}
SIGHT = Sight(datetime(2026, 11, 25), {"Bee": BEE, "People/Bee": BEE}.get)


def scope(*, is_open=True, steps=100_000):
    return Scope(NOTE, FORMULAS, Viewpoint(BEE, SIGHT, Budget(steps)), is_open=is_open)


VALUES = {
    # arithmetic, in JavaScript's order
    "1 + 2 * 3": "7",
    "(1 + 2) * 3": "9",
    "10 - 2 - 3": "5",
    "7 % 4": "3",
    "1 / 2": "0.5",
    "1 / 0": "",
    "-price + 1": "-2.5",
    "price * 2": "7",
    "'a' + 1": "a1",
    # comparing and combining
    "price > 2 && !missing": "true",
    "age == 2 || missing": "true",
    "missing || 'else'": "else",
    "price != 3.5": "false",
    "'b' > 'a'": "true",
    "missing > 1": "false",
    "1 == '1'": "false",
    "true == 1": "false",
    # properties, whatever their letter case
    "note.price": "3.5",
    'note["price"]': "3.5",
    "created": "2024-05-01",
    "formula.unit": "1.75",
    "formula.double": "1.751.75",
    # the file
    "file.name": "A 1",
    "file.basename": "A 1",
    "file.ext": "md",
    "file.path": "Books/A 1.md",
    "file.folder": "Books",
    "file.size": "120",
    "file.file.name": "A 1",
    "file.tags": "#sf/classic, #b",
    "file.hasTag('sf')": "true",
    "file.hasTag('classic')": "false",
    "file.hasTag('x', '#b')": "true",
    "file.inFolder('Books')": "true",
    "file.inFolder('Book')": "false",
    "file.hasProperty('PRICE')": "true",
    "file.asLink('this one')": "this one",
    # links
    "author.contains(link('Bee'))": "true",
    "author.contains(this)": "true",
    "list(author)[0].asFile().properties.icon": "star",
    "author[0] == link('[[People/Bee]]')": "true",
    "author[0] != link('Nobody')": "true",
    "link('Nobody') == link('nobody')": "true",
    "link('Deep/Folder/Name')": "Name",
    "this.file.name": "Bee",
    "this.icon": "star",
    "file.hasLink('Bee')": "false",
    # texts
    "'hello'.contains('ell')": "true",
    "'hello'.containsAll('h', 'x')": "false",
    "'hello'.containsAny('x', 'e')": "true",
    "'hello'.endsWith('lo')": "true",
    "'hello'.length": "5",
    "''.isEmpty()": "true",
    "'HELLO'.lower()": "hello",
    "'a:b:c'.replace(':', '-')": "a-b-c",
    "'a:b:c'.replace(/:/, '-')": "a-b:c",
    "'a:b:c'.replace(/:/g, '-')": "a-b-c",
    "'John Smith'.replace(/(\\w+) (\\w+)/, '$2, $1')": "Smith, John",
    "'12'.repeat(2)": "1212",
    "'abc'.reverse()": "cba",
    "'hello'.slice(1, 4)": "ell",
    "'a,b,c'.split(',', 2)": "a, b",
    "'a1b'.split(/\\d/)": "a, b",
    "'hello world'.title()": "Hello World",
    "'  x '.trim() + '!'": "x!",
    "'<b>'": "<b>",
    "html('<b>x</b>')": "x",
    "/^ab+$/.matches('abbb')": "true",
    "/^AB/i.matches('abc')": "true",
    # numbers
    "(-5).abs()": "5",
    "(2.1).ceil()": "3",
    "(2.9).floor()": "2",
    "(2.5).round()": "3",
    "(2.3333).round(2)": "2.33",
    "(3.14159).toFixed(2)": "3.14",
    "2.toFixed(1)": "2.0",
    "number('3.4') + 1": "4.4",
    "number('x')": "",
    "max(1, 5, 3)": "5",
    "min([4, 2])": "2",
    # lists and objects
    "[1, 2, 3].contains(2)": "true",
    "[1, 2, 3, 4].filter(value > 2)": "3, 4",
    "[1, 2].map(value * 10 + index)": "10, 21",
    "[1, 2, 3].reduce(acc + value, 0)": "6",
    "[1, [2, 3]].flat()": "1, 2, 3",
    "[3, 1, 2].sort()": "1, 2, 3",
    "['b', 'A', 'c'].sort()": "A, b, c",
    "[1, 2, 2].unique().length": "2",
    "[1, 2].join('-')": "1-2",
    "[1, 2].reverse()": "2, 1",
    "[].isEmpty()": "true",
    "{'a': 1, b: 2}.keys()": "a, b",
    "{'a': 1}.a": "1",
    "list('x')": "x",
    "list(missing).length": "0",
    # dates
    "created.year": "2024",
    "created + '1M'": "2024-06-01",
    "date('2024-01-31') + '1 month'": "2024-02-29",
    "when + '2h'": "2024-05-01 12:30:00",
    "(date('2024-12-01') + '1M' + '4h' + '3m')": "2025-01-01 04:03:00",
    "created < today() - '1 week'": "true",
    "(today() - created).days": "938",
    "(now() - created).years.floor()": "2",
    "created.format('YYYY, MMMM Do [at] dddd')": "2024, May 1st at Wednesday",
    "when.time()": "10:30:00",
    "when.date()": "2024-05-01",
    "created.relative()": "3 years ago",
    "duration('1d') * 2": "2 days",
    "created.toString().contains('2024-05')": "true",
    # kinds, and what is missing
    "1.isTruthy()": "true",
    "'x'.isType('string')": "true",
    "missing.isEmpty()": "true",
    "missing.lower()": "",
    "missing.contains('x')": "false",
    "missing.part.of[0]": "",
    "if(price > 3, 'dear', 'cheap')": "dear",
    "if(missing, 'x')": "",
}


@pytest.mark.parametrize("source", VALUES)
def test_value(source):
    assert text_of(scope().value(source)) == VALUES[source]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a +", "ends too early"),
        ("a b", "cannot be read from `b` on"),
        ("(a", "lacks a `)`"),
        ("a § b", "holds `§`"),
        ("random()", "does not know"),
        ("'x'.explode()", "does not know"),
        ("formula.loop", "refers to itself"),
        ("file.mtime", "is not known when publishing"),
        ("'a'.replace(/(a+)+$/, 'b')", "does not run"),
        ("'a'.replace(/(/, 'b')", "cannot be read"),
        ("'a'.repeat('x')", "something that it cannot use"),
        ("(" * 500 + "1" + ")" * 500, "nested too deeply"),
        ("1" + " + 1" * 4900, "is too long"),
        ("1" + " + 1" * 2000, "cannot be computed"),
        (
            "[1,2,3,4,5,6,7,8,9].map([1,2,3,4,5,6,7,8,9].map([1,2,3,4,5,6,7,8,9].map([1,2,3,4,5,6,7,8,9].map(1))))",
            "long",
        ),
    ],
)
def test_what_has_no_value_says_why(source, said):
    with pytest.raises(CannotEvaluate, match=said.replace("(", r"\(").replace(")", r"\)")):
        scope(steps=5_000).value(source)


def test_a_value_that_may_not_be_shown_is_seen_by_filters_only():
    assert scope().value("secret") == "hidden"
    assert scope().value("list(author)[0].asFile().properties.secret") == "x"
    for source in ("secret", "note.secret", "file.properties.secret", "this.secret", "file.properties.keys()[9]"):
        assert scope(is_open=False).value(source) is None


_WORDS = "&& || == < 'a' \" 1 2.5 file this price author .name .lower() .map( if( link( value /a/"
SIGNS = [*"()[]{}.,+-*/!:é ", *_WORDS.split()]


@given(st.lists(st.sampled_from(SIGNS), max_size=30).map("".join))
def test_whatever_is_written_has_a_value_or_a_reason(source):
    try:
        text_of(scope().value(source))
    except CannotEvaluate as error:
        assert str(error)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(source):
    try:
        parsed(source)
    except ExpressionError as error:
        assert str(error)
