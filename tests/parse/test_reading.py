"""What is highlighted in a note, and on which lines a reader sees its paragraph."""

import pytest

from vaultkit.parse.note import parse
from vaultkit.parse.reading import highlights, rendered_lines

HIGHLIGHTS = [
    ("==a== b ==c d==", ["a", "c d"]),
    ("==**a** `b` [[C|d]] #e==", ["**a** `b` [[C|d]] #e"]),
    ("==a\nb==\n\n==c\n\nd==", ["a\nb"]),
    ("# ==a==\n- ==b==\n\n> ==c==\n\n| ==d== |\n| --- |\n| ==e== |", ["a", "b", "c", "d", "e"]),
    ("- ==a\n- b==\n\n==c\n> d==\n\n==e\n# f==\n\n| ==g | h== |\n| --- | --- |", []),
    ("`==a==` $==b==$ %%==c==%% <!-- ==d== -->\n\n    ==e==\n\n```\n==f==\n```", []),
    ("<div>\n==a==\n</div>\n\n<b>==b==</b>", ["b"]),
    ("https://example.org/?a==b&c==d [x](y?a==b) [==z==](y?c==d) [[e==f]] g==h", ["z"]),
    (r"\==a== \=\=b\=\= \\==c==", ["c"]),
    ("a == b == c, ==d=e==, a===b", ["d=e"]),
    ("---\na: ==b==\n---\n==c==", ["c"]),
]
LINES = [
    ("a\nb  \nc", ["a", "b", "c"], ["a b", "c"]),
    ("a\\\nb<br>c", ["a", "b", "c"], ["a", "b", "c"]),
    ("**a\nb** c ==d\r\n e==", ["a", "b c d", "e"], ["a b c d e"]),
    ("`a` [b\nc](D.md)", ["a b", "c"], ["a b c"]),
    ("`a\nb`\nc", ["a b", "c"], ["a b c"]),
    ("---\nx: y\n---\na %%hidden%%\n%%more%% b <!-- hidden -->", ["a", "b"], ["a b"]),
    ("a\vb\nc  \n", ["a b", "c"], ["a b c"]),
    ("a\n\nb", None, None),
    ("# a", None, None),
    ("- a", None, None),
    ("    a", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "expected"), HIGHLIGHTS)
def test_highlights(text, expected):
    assert highlights(text, parse(text)) == expected


@pytest.mark.parametrize(("text", "loose", "strict"), LINES)
def test_rendered_lines(text, loose, strict):
    facts = parse(text)
    assert rendered_lines(text, facts, strict_line_breaks=False) == loose
    assert rendered_lines(text, facts, strict_line_breaks=True) == strict
