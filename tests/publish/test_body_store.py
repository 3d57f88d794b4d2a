"""Rendered bodies that are kept on disk: what is damaged is rendered again, and nothing else is taken for a body."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from publish.vaults import fresh_site, public
from vaultkit.publish.body_store import BodyStore
from vaultkit.publish.spool import Spool

VAULT = {f"{name}.md": public(f"about {name}") for name in "abcdef"}


@pytest.fixture
def kept():
    """The file of a vault that was published."""
    site = fresh_site()
    site.publish(VAULT)
    return Path(site.store.home) / "bodies.sqlite"


def bodies(path):
    return {note: (item.source, item.job, item.digest) for note, item in BodyStore(str(path)).read(Spool()).items()}


def test_whatever_is_damaged_is_not_there(kept):
    data, known = kept.read_bytes(), bodies(kept)
    assert known.keys() == VAULT.keys()
    for seed in range(700):
        rng = random.Random(seed)
        damaged = bytearray(data)
        for _ in range(rng.choice([1, 3, 30])):
            damaged[rng.randrange(len(data))] = rng.randrange(256)
        kept.write_bytes(damaged)
        assert bodies(kept).items() <= known.items()
        BodyStore(str(kept)).write({}, ["a.md"])


@pytest.mark.parametrize("column", ["path", "text", "job", "digest", "value"])
def test_a_value_of_another_kind_is_none_of_ours(kept, column):
    for other in (None, 1, b"bytes", "text"):
        with closing(sqlite3.connect(kept)) as base, base:
            base.execute(f"UPDATE body SET {column} = ? WHERE path = ?", (other, b"a.md"))
        assert "a.md" not in bodies(kept)
