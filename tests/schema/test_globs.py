"""A glob that is compared as text stands for the paths that its regular expression stands for."""

import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from vaultkit.schema.pattern import Glob, _regex, pattern_test

parts = st.sampled_from(["a", "b", "*", "**", "/", ".md", "?", "[ab]", "{a,b}", ",", "é", " "])
globs = st.lists(parts, min_size=1, max_size=6).map("".join)
paths = st.lists(st.sampled_from(["a", "b", "ab", "a.md", ".md", "é", "b.md", " "]), min_size=1, max_size=4).map(
    "/".join
)


def by_expression(glob, path):
    folder = glob.endswith("/") or not re.search(r"[*?\\[{]", glob)
    anywhere = "" if "/" in glob.rstrip("/") else "(?:.*/)?"
    below = "(?:/.*)?" if folder else ""
    return pattern_test(rf"(?s)\A{anywhere}{_regex(glob.strip('/'))}{below}\z")(path)


@given(glob=globs, paths=st.lists(paths, max_size=8))
@example(glob="a/**", paths=["a", "a/b", "ab/a", "a/b/a"])
@example(glob="**/*.md", paths=["a.md", "a/b.md", ".md", "md"])
@example(glob="a/*.md", paths=["a/b.md", "a/.md", "a/a/b.md", "a.md"])
@example(glob="a/", paths=["a", "a/b", "b/a/b", "ab"])
@example(glob="*a", paths=["a", "b/a", "ab"])
def test_a_glob_and_its_expression_agree(glob, paths):
    assume(glob.strip("/"))
    fits = Glob(glob).fits
    for path in paths:
        assert fits(path) == by_expression(glob, path), (glob, path)
