"""What properties mean: the two readers against a table, against each other, and against PyYAML set to YAML 1.2."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from frontmatter.yaml_texts import SCALARS, CoreLoader, blocks
from vaultkit.parse import plain_yaml, yaml12
from vaultkit.parse.frontmatter import read
from vaultkit.parse.yaml12 import compose

TYPED = [
    ("", None), ("~", None), ("null", None), ("NULL", None), ("nUll", "nUll"),
    ("true", True), ("True", True), ("FALSE", False), ("tRUE", "tRUE"),
    ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"),
    ("0", 0), ("12", 12), ("-12", -12), ("+12", 12), ("0755", 755), ("0o17", 15), ("0o18", "0o18"), ("0x1F", 31),
    ("0b1", "0b1"), ("1_000", "1_000"), ("1,000", "1,000"), ("12:30", "12:30"), ("1:2:3", "1:2:3"),
    ("1.10", 1.1), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-2.5E-1", -0.25), ("1e", "1e"), (".", "."), ("-", "-"),
    ("2024-02-30", "2024-02-30"), ("2024-11-21 0:00:00 -0400", "2024-11-21 0:00:00 -0400"),
    ("2023-11-04T18:30:00", "2023-11-04T18:30:00"), ('"42"', "42"), ("'true'", "true"), ("'it''s'", "it's"),
    ('"tab\\there"', "tab\there"), ('"\\ud83d\\ude00"', "\U0001f600"), ("a#b", "a#b"), ("a # b", "a"), ("# b", None),
    ("https://example.org/a#b", "https://example.org/a#b"), ("!!str 12", "12"), ("!!int 12", 12),
    ("[]", []), ("[ ]", []), ("[a, 1, ~, true]", ["a", 1, None, True]), ("[a, [b]]", ["a", ["b"]]), ("[a,]", ["a"]),
    ("['a, b', \"c\"]", ["a, b", "c"]), ("{a: 1}", {"a": 1}), ("{a}", {"a": None}), ("[[A]]", [["A"]]),
    ("a\u2028b", "a\u2028b"), ("\x85", "\x85"), ("\xa0", "\xa0"), ("a, b", "a, b"), ("x" * 20000, "x" * 20000),
    ("1" * 1000, int("1" * 1000)),
]  # fmt: skip


def same(left, right):
    """Equality that tells 1 from 1.0 and from true, and minds the order of names."""
    return repr(left) == repr(right)


@pytest.mark.parametrize(("typed", "value"), [item for item in TYPED if item[0] != "-"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_value_as_typed(typed, value, end):
    frontmatter, problems = read(f"---{end}k: {typed}{end}z: 1{end}---{end}")
    assert problems == ()
    assert same(frontmatter.properties, {"k": value, "z": 1})


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("on", "on"), ("1", "1"), ("0x1F", "31"), ("1.0", "1"), ("true", "true"), ("TRUE", "true"), ("~", ""),
        ("'1'", "1"), ("港", "港"), ("ship name", "ship name"), ("a ", "a"), ("2024-01-01", "2024-01-01"),
        ('"a: b"', "a: b"),
    ],
)  # fmt: skip
def test_a_name_as_typed(name, called):
    assert read(f"---\n{name}: x\n---\n")[0].properties == {called: "x"}


@pytest.mark.parametrize(
    ("block", "value"),
    [
        ("a:\n- x\n- 1\n", {"a": ["x", 1]}),
        ("a:\n  - x\n\n  # c\n  -\nb: y\n", {"a": ["x", None], "b": "y"}),
        ("a:\n- x\n  more\n", {"a": ["x more"]}),
        ("a:\n- x\n  - y\n", {"a": ["x - y"]}),
        ("a: x\n  more\n", {"a": "x more"}),
        ("a:\n  b:\n    c: [1, {d: 2}]\n", {"a": {"b": {"c": [1, {"d": 2}]}}}),
        ("a:\n- b: 1\n  c: 2\n", {"a": [{"b": 1, "c": 2}]}),
        ("lit: |\n  one\n  two\nfold: >-\n  one\n  two\n", {"lit": "one\ntwo\n", "fold": "one two"}),
        ('{\n  "port": "Hull",\n  "tags": ["quay"]\n}\n', {"port": "Hull", "tags": ["quay"]}),
        ("a: 1\n\t\nb: 2\n\t# c\n", {"a": 1, "b": 2}),
        ("Key: 1\nkey: 2\n", {"Key": 1, "key": 2}),
        ("tags: #x\n", {"tags": None}),
    ],
)
def test_a_block_as_typed(block, value):
    assert same(read(f"---\n{block}---\n")[0].properties, value)


@pytest.mark.parametrize(
    "around", ["k: {}\n", "k:   {}  \n", "k:\n- {}\n- {}\n", "k: [{}, {}]\n", "{}: v\n", "k:\n  - {}\n{}: x\n"]
)
def test_every_kind_of_value_the_short_way(around):
    for scalar in SCALARS:
        block = around.replace("{}", scalar)
        quick, composed = plain_yaml.read(block), compose(block)
        assert quick is None or same(quick, composed.root and composed.root.value), block


@settings(max_examples=800)
@given(blocks)
def test_the_short_way_gives_the_same_values_or_declines(block):
    block += "\n"
    quick = plain_yaml.read(block)
    if quick is not None:
        composed = compose(block)
        assert composed.mistakes == ()
        assert same(quick, composed.root.value)


@settings(max_examples=400)
@given(blocks)
def test_values_are_those_of_pyyaml_set_to_yaml_1_2(block):
    if any(sign in block for sign in "\x85\u2028\u2029"):
        return  # line breaks to PyYAML, and characters to YAML 1.2
    composed = compose(block)
    if not composed.mistakes and composed.root and isinstance(composed.root.value, dict):
        loaded = yaml.load(block, CoreLoader) if "\t" not in block else None
        if loaded is not None:
            assert same(composed.root.value, _named(loaded))


def _named(value):
    if isinstance(value, dict):
        return {yaml12.key_name(key): _named(item) for key, item in value.items()}
    return [_named(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=300)
@given(blocks)
def test_both_parsers_of_pyyaml_give_the_same(block):
    """Without libyaml the meaning is the same, only slower, and a few odd texts more are refused (`{1?}`, tabs)."""
    fast = compose(block)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml12, "_parser", lambda: (yaml, yaml.SafeLoader))
        slow = compose(block)
    assert bool(fast.mistakes) <= bool(slow.mistakes)
    assert slow.mistakes or same(fast.root and fast.root.value, slow.root and slow.root.value)


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=6,
        ),
        min_size=1,
    )
)
def test_json_is_read_as_json(value):
    import json

    frontmatter, problems = read("---\n" + json.dumps(value, indent=2) + "\n---\n")
    assert problems == ()
    assert same(frontmatter.properties, value)
