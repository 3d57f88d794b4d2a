"""Texts that are nearly YAML, for hypothesis; and an independent reader of YAML 1.2 to compare with."""

import re

import yaml
from hypothesis import strategies as st

SCALARS = [
    "", "x", "two words", "true", "True", "yes", "no", "null", "~", "0755", "0o17", "0x1F", "1_000", "1e3",
    "-2.5E-1", ".5", "1.", "+1", "-1", "12:30", "2024-02-30", "2024-11-21 0:00:00 -0400", "https://e.org/a#b",
    "a #b", "a#b",
    "a: b", "a:", "#x", "@x", "`x`", "*x*", "&x", "!x", "%x", "|", ">", "> x", "- x", "-x", "? x", "?x", ":x",
    '"q: x"', "'q'", "'it''s'", "'it's'", '"\\u00e9\\n"', '"\\x"', '"open', "[a, b]", "[a, 'b', \"c d\"]",
    "[ 1 , ~ ]", "[a, ]", "[,]", "[a, - b]", "[-x, -1]", "[-]", "[a", "[[A]]", '"[[A|b]]"',
    "{a: 1}", "{{t}}", "{a}", "{", "]", ".nan", "-.inf",
    "1e999", "<<", "d\u00e9j\u00e0 vu", "\U0001f600", "a\u2028b", "\u0085", "\xa0", "\t", "a\tb", "'a\tb'",
    "\ufeff", "9" * 5000, "x" * 1100, "...", "---", "a  b", "(x) + y", "100%", "$5", "a, b", "a]", "a}b", 'a"b',
    "e\u0301", "\u3000x",
]  # fmt: skip
_scalars = st.sampled_from(SCALARS)
_names = st.sampled_from(
    [
        "a",
        "b",
        "c",
        "tags",
        "two words",
        "null",
        "true",
        "on",
        "1",
        "港",
        "a-b",
        "_x",
        "<<",
        '"q"',
        "'q'",
        "x y ",
        "[a]",
        "?",
    ]
)
_indents = st.sampled_from(["", "", "", " ", "  ", "    ", "\t"])
_ends = st.sampled_from(["", "", "", " ", "  ", " # c", "\t", "\r"])
_lines = st.one_of(
    st.builds("{}{}: {}{}".format, _indents, _names, _scalars, _ends),
    st.builds("{}{}:{}".format, _indents, _names, _ends),
    st.builds("{}- {}{}".format, _indents, _scalars, _ends),
    st.builds("{}- {}: {}{}".format, _indents, _names, _scalars, _ends),
    st.builds("{}{}".format, _indents, _scalars),
    st.sampled_from(["", "  ", "# comment", "  # comment", "\t", "...", "--- ", "- ", "-"]),
)
nearly_yaml = st.lists(_lines, max_size=7).map(lambda lines: "".join(line + "\n" for line in lines))
noise = st.text(
    st.sampled_from("ab1 \n\n:-#\"'[]{},&*!|>%@`?~.\t\r\\\u00e9\u2028\x85\U0001f600\x00\ufeff"), max_size=60
)
blocks = st.one_of(nearly_yaml, noise, st.text(max_size=40))


class CoreLoader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):
    """PyYAML told to resolve by the 1.2 core schema: another way to the same values."""


CoreLoader.yaml_implicit_resolvers = {}
_CORE = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}
for _name, _pattern in _CORE.items():
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), None)


def _int(loader, node):
    text = node.value
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:] if base != 10 else text, base)


CoreLoader.add_constructor("tag:yaml.org,2002:int", _int)
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))
