"""What looks secret is found in any surroundings, nothing else is, and no text makes the search slow."""

import random
import string
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parse.test_growth import BOUND, growth
from vaultkit.lint.secrets import _is_made_up, secrets
from vaultkit.rules.publish_local_path import _HOME
from vaultkit.rules.publish_unsupported import _INLINE, _TEMPLATER

LETTERS = string.ascii_letters + string.digits


def token(seed):
    made = random.Random(seed)
    return "gh" + "p_" + "".join(made.choice(LETTERS) for _ in range(36))


@given(st.text(), st.text(), st.integers(0, 10_000))
def test_a_token_is_found_in_any_surroundings(before, after, seed):
    assume(not _is_made_up(token(seed)))
    text = f"{before} {token(seed)} {after}"
    at = len(before) + 1
    assert (at, at + 40) in [tuple(secret.span) for secret in secrets(text)]


@given(st.text(alphabet=st.sampled_from("aA1 =:\"'-_./@\nkeytoken")))
def test_what_is_found_lies_in_the_text(text):
    assert all(0 <= secret.span.start < secret.span.end <= len(text) for secret in secrets(text))


PROSE = "the my secret token password of key is not for you api and 2024 was"


@given(st.lists(st.sampled_from(PROSE.split(" ")), max_size=40))
def test_prose_holds_no_secret(words):
    assert list(secrets(" ".join(words) + ": " + "-".join(words))) == []


UNITS = [
    "token=", "secret: aB3", "AKIA", "eyJ", "eyJaaaaaaaaaaaaaaaa.", ".eyJaaaaaaaaaaaaaaaa", "://a:", "https://a:bbbbbbbb@",
    "xoxb-", "xoxb-00000", "-xoxb-000000", "-----BEGIN ", "-----BEGIN A PRIVATE KEY-----\n", "A: b\n",
    "hooks.slack.com/services/T", "sk-a", "T3BlbkFJ", ":AA", "0:AA", "passw", "api-key ", "<% tp.", "<%", "<%*",
    "/home/a", "/home/a/", "C:\\Users\\", "`= ", "` ",
]  # fmt: skip


def search(text):
    started = time.process_time()
    for found in (secrets(text), _HOME.finditer(text), _TEMPLATER.finditer(text), _INLINE.finditer(text)):
        for _ in found:
            pass
    return time.process_time() - started


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_text(unit):
    assert growth(lambda size: "PRIVATE KEY sk-T3BlbkFJ " + unit * size, 2000, search) < BOUND
