"""What is put aside comes back as it was, from memory or from a file that nobody sees."""

import os
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from publish.vaults import fresh_site, public
from vaultkit.publish import spool
from vaultkit.publish.spool import Spool


@given(st.lists(st.binary(max_size=50)), st.integers(0, 200), st.integers(8, 60))
def test_what_is_kept_comes_back(pieces, room, at_once):
    aside = Spool(room=room)
    kept = [aside.keep(piece) for piece in pieces]
    with mock.patch.object(spool, "_AT_ONCE", at_once):
        assert [read() for read in reversed(kept)] == pieces[::-1]


def test_the_file_has_no_name(tmp_path):
    kept = Spool(str(tmp_path), room=0).keep(b"x" * 1000)
    assert os.listdir(tmp_path) == [] and kept() == b"x" * 1000


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path):
    assert Spool(str(tmp_path / "none"), room=0).keep(b"x")() == b"x"


def test_a_site_is_the_same_when_nothing_fits_the_memory(monkeypatch):
    vault = {f"{n}.md": public(f"note {n} [[{n // 2}]] ![[{n // 3}]]") for n in range(30)} | {"private.md": "x"}
    usual = fresh_site()
    usual.publish(vault)
    monkeypatch.setattr(spool, "ROOM", 0)
    monkeypatch.setattr(Spool.__init__, "__defaults__", ("", 0))
    aside = fresh_site()
    for site in (usual, aside):
        site.publish(vault)
        site.publish(vault | {"3.md": public("other words [[1]] ![[1]]")})
    assert aside.files() == usual.files()
