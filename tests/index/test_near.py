"""Did-you-mean finds what looking at every name would find, and a new name finds whoever asked for one like it."""

from hypothesis import example, given
from hypothesis import strategies as st

from vaultkit.index.file_kinds import stem_of
from vaultkit.index.near import NearNames, distance, letters, near_texts, pieces, probes, slips

words = st.text("abcdeé1 -", max_size=12)


def plain_distance(left, right):
    rows = [[i + j if not i * j else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (left[i - 1] != right[j - 1]))
    return rows[-1][-1]


@given(st.lists(words, max_size=6, unique=True), words)
@example(["abcdefgh"], "abcdfegh")
@example(["dune"], "dnue")
def test_finds_what_looking_at_all_names_finds(names, wanted):
    files = [f"{name}.md" for name in names]
    text = letters(wanted)
    expected = {(count, f"{name}.md") for name in names if text and (count := slips(text, letters(name))) is not None}
    assert set(NearNames(files).find(wanted)) == expected
    for _, file in expected:
        assert set(pieces(text)) & set(probes(letters(stem_of(file))))


@given(words, words)
def test_distance(left, right):
    exact = plain_distance(left, right)
    assert distance(left, right, 2) == min(exact, 3)
    assert distance(left, right, 1) <= min(exact, 2)


@given(words, words)
def test_slips_are_few(left, right):
    left, right = letters(left), letters(right)
    count = slips(left, right)
    digits = [[char for char in text if char.isdigit()] for text in (left, right)]
    assert count is None or (plain_distance(left, right) <= 2 and digits[0] == digits[1])
    assert slips(left, left) == 0


def test_two_letters_changed_over_are_one_slip_in_a_short_word():
    assert distance("dnue", "dune", 1) == 1


@given(st.lists(words, min_size=1, max_size=5, unique=True))
def test_forgotten_names_are_not_found(names):
    files = [f"x/{number}/{name}.md" for number, name in enumerate(names)]
    near = NearNames(files)
    near.remove(files[0])
    assert sorted(near.find(names[0])) == sorted(NearNames(files[1:]).find(names[0]))


def test_near_texts():
    assert near_texts("Take-aways", ["Notes", "Takeaways", "Questions"]) == ("Takeaways",)
    assert near_texts("Nope", ["Notes", "Rope work"]) == ()
