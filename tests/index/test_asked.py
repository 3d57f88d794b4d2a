"""Questions are known by note and by key, packed or not."""

import pytest

from vaultkit.index.asked import Asked, pack, unpack
from vaultkit.vault.spool import Spool

QUESTIONS = frozenset({("online", "https://a.example"), ("name", "dune")})


@pytest.mark.parametrize("aside", [None, Spool(), Spool(True)], ids=["at hand", "in memory", "in a file"])
@pytest.mark.parametrize("questions", [QUESTIONS, pack(QUESTIONS)], ids=["ready", "packed"])
def test_what_was_asked_is_known_either_way(questions, aside):
    asked = Asked(aside=aside)
    asked.put("b.md", pack(frozenset({("name", "b")})))
    asked.put("a.md", questions)
    assert asked.about("online", ["a.md", "unknown.md"]) == {"https://a.example"}
    assert asked.askers([("name", "dune")]) == {"a.md"}
    asked.put("a.md", frozenset())
    assert asked.askers([("name", "dune")]) == set()
    assert unpack(pack(QUESTIONS)) == QUESTIONS
