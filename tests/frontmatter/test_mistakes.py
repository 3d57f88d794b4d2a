"""Every mistake is told at its place, in words, with both parsers of PyYAML. «» mark the span."""

import pytest
import yaml

from vaultkit.model.text import Span
from vaultkit.parse import yaml12
from vaultkit.parse.frontmatter import read

QUOTES = "put it in quotes"
MISTAKES = [
    ("«\t»a: 1", "indented by a tab"),
    ("a:\n«\t\t»b: 1", "indented by a tab"),
    ("a: «@x»", f"begin with `@`; {QUOTES}"),
    ("a:\n- «@x y»", f"begin with `@`; {QUOTES}"),
    ("a: «`x` and more»", f"begin with a backtick; {QUOTES}"),
    ("a: «%x»", f"begin with `%`; {QUOTES}"),
    ("«%x: 1»", "cannot begin with `%`"),
    ("«@x: 1»", f"a name cannot begin with `@`; {QUOTES}"),
    ("a: «**b** c»", f"begin with `*`; {QUOTES}"),
    ("a: «*x»", f"begin with `*`; {QUOTES}"),
    ("a: «*x y»", f"begin with `*`; {QUOTES}"),
    ("a: «& b»", f"begin with `&`; {QUOTES}"),
    ("a: «&x y»", f"begin with `&`; {QUOTES}"),
    ("a: &x [1]\nb: *x".replace("&x [1]", "«&x [1]»"), f"begin with `&`; {QUOTES}"),
    ("a: «!important»", f"begin with `!`; {QUOTES}"),
    ("a: «!x»\n  |\n  b", f"begin with `!`; {QUOTES}"),
    ("a: «!x |»\n  b", f"begin with `!`; {QUOTES}"),
    ("«%x»", "cannot begin with `%`"),
    ("a: «!x!y z»", f"begin with `!`; {QUOTES}"),
    ("a: «!!python/object/apply:os.system [id]»", f"begin with `!`; {QUOTES}"),
    ("a: «, x»", f"begin with `,`; {QUOTES}"),
    ("a: «]»", f"begin with `]`; {QUOTES}"),
    ("title: «Dune: the book»", "colon with a space"),
    ("title: «b:»", "colon with a space"),
    ("a:\n- b: «c: d»", "colon with a space"),
    ("a: x\n  «b: y»", "indented as if it went on"),
    ("a:\n    b: 1\n  «c: 2»", "indented differently"),
    ("a:\n  - x\n «- y»", "indented differently"),
    ("a: b\n«- c»", "does not belong to a name"),
    ("a: «- c»", "a list begins on the line below"),
    ("a: «\"x»\nb: 1", "the quote `\"` is opened here and never closed"),
    ("a: «'x»\nb: 1", "the quote `'` is opened here and never closed"),
    ("a: «\"x\" y»", "more text behind the closing quote"),
    ("a: «'it's'»", "more text behind the closing quote"),
    ("a: «[[A]] b»", "more text behind the closing bracket"),
    ("a: «[x, y»\nb: 1", "the bracket `[` is not closed"),
    ("a: «{x: 1»", "the bracket `{` is not closed"),
    ("«{a: 1,»", "not closed"),
    ("a: \"C:«\\U»sers\"", "begins an escape"),
    ("a: «\"x\"#tag»", "a space is missing before the `#`"),
    ("a: «[x]#tag y»", "a space is missing before the `#`"),
    ("a: [«'x'#»t]", "a space is missing before the `#`"),
    ("a: «{x: 1}#tag»", "a space is missing before the `#`"),
    ("a: «|-#tag»\n  y", "`|` at the start of a value"),
    ("a: «|x»\n  y", "`|` at the start of a value"),
    ("a: «> x»", "`>` at the start of a value"),
    ("date: «{{date}}»", "placeholder"),
    ("date: «{{date}} {{time}}»", "placeholder"),
    ("date: «{{date:YYYY}}»", "placeholder"),
    ("- «{{x}}»", "placeholder"),
    ("a: 1\n«just text»\nb: 2", "`just text` is no property"),
    ("«just text»\na: 1", "`just text` is no property"),
    ("«just text»", "`just text` is no property"),
    ("«tags:project»", "a space is missing behind the colon in `tags:project`"),
    ("a: 1\n«tags:project»\nb: 2", "a space is missing behind the colon in `tags:project`"),
    ("«- a»\n- b", "a list without a name"),
    ("«: x»", "a colon without a name"),
    ("«[»a]: b", "a name cannot begin with a bracket"),
    ("«{»a: b}: c", "a name cannot begin with a bracket"),
    ("? «[»a]\n: b", "a name cannot begin with a bracket"),
    ("«<<»: {a: 1}", "meaning in YAML"),
    ("a: «.nan»", "no number that can be kept"),
    ("a: «-.INF»", "no number that can be kept"),
    ("a: «6e12345»", "no number that can be kept"),
    ("a: 1\n«...»\nb: 2", "ends the properties too early"),
    ("a: 1\n«---»  \nb: 2", "this `---` has spaces behind it"),
    ("a: 1\n«--- more»\nb: 2", "this `---` has more behind it"),
    ("a: [x, «*y», z]", f"begin with `*`; {QUOTES}"),
    ("a: [x, «{{y}}», z]", "placeholder"),
    ("a: x«\x07»y", "invisible character (U+0007)"),
    ("a: x«\ufeff»y", "invisible character (U+FEFF)"),
    ("a: 1\nb: 2\n«a»: 3", "`a` is already on line 2"),
    ("a:\n  x: 1\n  y: 2\n  «x»: 3", "`x` is already on line 3"),
    ("a: {x: 1, «x»: 2}", "`x` is already on line 2"),
    ("1: a\n«\"1\"»: b", "`1` is already on line 2"),
]  # fmt: skip


@pytest.fixture(params=["libyaml", "pure"])
def parser(request, monkeypatch):
    """Both parsers stumble in the same places."""
    if request.param == "pure":
        monkeypatch.setattr(yaml12, "_parser", lambda: (yaml, yaml.SafeLoader))
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("marked", "words"), MISTAKES)
def test_a_mistake_is_told_at_its_place(parser, marked, words, end):
    text = f"---\n{marked}\n---\nBody: of the note\n".replace("\n", end)
    start = text.index("«")
    finish = text.index("»") - 1
    frontmatter, problems = read(text.replace("«", "").replace("»", ""))
    assert frontmatter.state == "invalid"
    assert [(problem.span, words in problem.message or problem.message) for problem in problems] == [
        (Span(start, finish), True)
    ]
    kind = "frontmatter-duplicate-key" if "already on line" in words else "frontmatter-invalid-yaml"
    assert problems[0].rule == kind


def test_every_repeated_name_is_told():
    _, problems = read("---\na: 1\na: 2\nb: 1\na: 3\nb: 2\n---\n")
    assert [(problem.span.start, problem.message[:19]) for problem in problems] == [
        (9, "`a` is already on l"),
        (19, "`a` is already on l"),
        (24, "`b` is already on l"),
    ]
