"""What notes a match holds for: globs against a slow reading of the rules, and each condition alone and with others."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.config import Match
from vaultkit.errors import SetupError
from vaultkit.parse.note import parse
from vaultkit.schema.match import Matcher, note_name
from vaultkit.schema.pattern import Glob, PatternError, pattern_test
from vaultkit.schema.validated import validated


@pytest.mark.parametrize(
    ("glob", "fitting", "other"),
    [
        ("Reading/**", ["Reading/a.md", "Reading/b/c.md"], ["reading/a.md", "Old/Reading/a.md", "Reading.md"]),
        ("*.md", ["a.md", "x/y.md"], ["a.txt", "a.md.txt"]),
        ("Templates", ["Templates/x.md", "a/Templates/b/y.md", "Templates"], ["Templates2/x.md", "Templates.md"]),
        ("Templates/", ["Templates/x.md", "a/Templates/y.md"], ["xTemplates/y.md"]),
        ("a/b", ["a/b", "a/b/c.md"], ["x/a/b", "a/bc"]),
        ("/a.md", ["a.md"], ["x/a.md"]),
        ("a/*.md", ["a/b.md", "a/.md"], ["a/b/c.md", "b.md"]),
        ("**/daily/**", ["daily/x", "a/b/daily/y"], ["xdaily/y", "daily"]),
        ("a/**/z.md", ["a/z.md", "a/b/c/z.md"], ["a/bz.md", "az.md"]),
        ("a/{b,c}*.md", ["a/bx.md", "a/c.md"], ["a/d.md", "a/{b,c}.md"]),
        ("a[!b-d]e", ["axe"], ["abe", "ace", "a/e"]),
        ("[ab]?.md", ["ab.md", "x/b1.md"], ["c1.md", "a.md", "a/.md"]),
        ("[]x]", ["]", "x"], ["y"]),
        (r"a\*b", ["a*b"], ["axb"]),
        ("a,b(1)+.md", ["a,b(1)+.md"], ["ab(1).md", "a,b1.md"]),
        ("[a&&b]~", ["a~", "&~", "b~"], ["c~"]),
        (r"a\[b", ["a[b"], ["ab"]),
        ("**", ["a", "a/b\nc.md", "\udcff.md"], []),
        ("Caf\u00e9/**", ["Caf\u00e9/a.md", "Cafe\u0301/a.md"], ["Cafe/a.md"]),
        ("Cafe\u0301/**", ["Caf\u00e9/a.md"], []),
        ("x/*", ["x/\udcff1"], ["y/\udcff"]),
    ],
)
def test_globs(glob, fitting, other):
    made = Glob(glob)
    assert [path for path in fitting if not made.fits(path)] == []
    assert [path for path in other if made.fits(path)] == []


@pytest.mark.parametrize("glob", ["", "/", "{a,b", "a}", "[z-a]"])
def test_globs_that_cannot_be_read(glob):
    with pytest.raises(PatternError):
        Glob(glob)


def slow(glob, path):
    """Whether a glob from the root, of `*`, `?`, `**` and text, stands for a path, by trying every way."""

    @cache
    def fits(i, j):
        if i == len(glob):
            return j == len(path)
        if glob.startswith("**/", i) and (i == 0 or glob[i - 1] == "/"):
            return fits(i + 3, j) or any(path[k] == "/" and fits(i + 3, k + 1) for k in range(j, len(path)))
        if glob.startswith("**", i):
            return any(fits(i + 2, k) for k in range(j, len(path) + 1))
        if glob[i] == "*":
            return fits(i + 1, j) or (j < len(path) and path[j] != "/" and fits(i, j + 1))
        return j < len(path) and (path[j] == glob[i] or (glob[i] == "?" and path[j] != "/")) and fits(i + 1, j + 1)

    return fits(0, 0)


@given(
    st.lists(st.sampled_from(["a", "b", ".", "*", "?", "**", "/", "a*"]), min_size=1, max_size=8).map("".join),
    st.lists(st.sampled_from(["a", "b", ".", "/"]), min_size=1, max_size=8).map("".join),
)
def test_a_glob_means_what_its_description_says(glob, path):
    glob = "a/" + glob.strip("/").replace("***", "**") + "*"
    path = "a/" + path.strip("/")
    if "***" not in glob:
        assert Glob(glob).fits(path) == slow(glob, path)


NOTE = parse(
    "---\nlayout: post\nstatus: [draft, Done]\nrating: 1\nread: true\n"
    "tags: [Reading/Letters]\nempty:\n---\nText #sea/Shore.\n"
)
PATH = "Reading/2024-11-21-letters.md"


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"path": "Reading/**"}, True),
        ({"path": ["Old/**", "Reading/*"]}, True),
        ({"path": "Old/**"}, False),
        ({"filename": "^[0-9-]+letters$"}, True),
        ({"filename": "md$"}, False),
        ({"property": "layout"}, True),
        ({"property": "empty"}, True),
        ({"property": "Layout"}, False),
        ({"property": {"layout": "post"}}, True),
        ({"property": {"layout": ["page", "post"]}}, True),
        ({"property": {"layout": "post", "rating": 2}}, False),
        ({"property": {"status": "Done"}}, True),
        ({"property": {"status": "done"}}, False),
        ({"property": {"rating": 1.0}}, True),
        ({"property": {"rating": True}}, False),
        ({"property": {"read": True}}, True),
        ({"property": {"empty": None}}, True),
        ({"property": {"absent": None}}, False),
        ({"tag": "reading"}, True),
        ({"tag": "#Reading/letters"}, True),
        ({"tag": "read"}, False),
        ({"tag": ["none", "SEA"]}, True),
        ({"any": [{"path": "Old/**"}, {"property": "layout"}]}, True),
        ({"any": [{"path": "Old/**"}, {"property": "other"}]}, False),
        ({"path": "Reading/**", "any": [{"tag": "none"}]}, False),
    ],
    ids=str,
)
def test_conditions(match, fits):
    assert Matcher(validated(Match, match)).fits(PATH, NOTE) is fits


def test_unreadable_properties_fit_nothing_that_asks_for_them():
    facts = parse("---\nlayout: post\nlayout: page\n---\n")
    assert facts.frontmatter.state == "invalid"
    assert not Matcher(Match(property={"layout": "post"})).fits(PATH, facts)
    assert Matcher(Match(path=("Reading/**",))).fits(PATH, facts)


@pytest.mark.parametrize("match", [{"path": "{a"}, {"filename": "(?=x)"}, {"any": [{"path": ""}]}], ids=str)
def test_what_cannot_be_read_is_a_mistake_of_the_set_up(match):
    with pytest.raises(SetupError):
        Matcher(validated(Match, match))


@pytest.mark.parametrize("name", ["a.md", "a.MD", "x/y/a.md", "a"])
def test_the_name_of_a_note(name):
    assert note_name(name) == "a"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?=a)b", "look-around"),
        (r"(a)\1", "backreferences"),
        (r"a\Z", "escape"),
        ("a(b", "unclosed group"),
        ("(a{1000}){1000}", "size"),
    ],
)
def test_patterns_that_the_linear_engine_does_not_take(pattern, why):
    with pytest.raises(PatternError, match=why):
        pattern_test(pattern)


def test_patterns_take_any_text():
    assert pattern_test("^(a+)+$")("a" * 1_000_000)
    assert not pattern_test("^(a+)+$")("a" * 1_000_000 + "b")
    assert not pattern_test("a")("\ud800")
    assert not pattern_test("^a$")("a\n")
