"""How wide a text is: as wide as the terminal library of others has it, where Unicode has settled it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from vaultkit.reports._look import columns

SETTLED = [
    char
    for char in map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x3400), *range(0xAC00, 0xAC40), *range(0x1F300, 0x1F650)))
    if unicodedata.category(char) in ("Ll", "Lu", "Lm", "Mn", "Nd", "Po", "Sm", "So", "Zs")
    and columns(char) == cell_len(char)
]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("plain", 5),
        ("注意", 4),
        ("ｆｕｌｌ", 8),
        ("ﾊﾝ", 2),
        ("e\u0301", 1),
        ("한", 2),
        ("각", 2),
        ("👍", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧", 2),
        ("❤", 1),
        ("❤️", 2),
        ("1️⃣", 2),
        ("🇩🇪", 2),
        ("🏳️‍🌈", 2),
        ("a\u200db", 2),
        ("注🏽", 4),
        ("می‌خواهم", 7),
        ("", 0),
    ],
)
def test_signs_that_people_use(text, width):
    assert columns(text) == width


def test_nearly_all_characters_are_settled():
    assert len(SETTLED) > 7_000


@given(st.text(st.sampled_from(SETTLED), max_size=30))
def test_texts_are_as_wide_as_in_rich(text):
    assert columns(text) == cell_len(text)
