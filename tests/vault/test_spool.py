"""What is put away comes back, wherever it lies and whoever asks."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.vault import spool as module
from vaultkit.vault.spool import Spool


def whole(spool, pieces, starts):
    return [bytes(spool.read(start, len(piece))) for start, piece in zip(starts, pieces, strict=True)]


@given(st.lists(st.binary(max_size=9), max_size=30), st.integers(1, 20), st.booleans())
def test_pieces_come_back(pieces, at_once, filed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", at_once)
        spool = Spool(filed)
        starts = [spool.add(piece) for piece in pieces]
        assert whole(spool, pieces, starts) == pieces
        assert spool.file_all() == (len(b"".join(pieces)) if filed else 0)
        assert whole(spool, pieces, starts) == pieces


def test_a_full_disk_leaves_all_in_memory(monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 8)
    spool = Spool(filed=True)
    starts = [spool.add(b"12345678"), spool.add(b"abc")]
    write = os.pwrite

    def half(handle, data, at):
        if at > 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[:1], at)

    monkeypatch.setattr(os, "pwrite", half)
    starts.append(spool.add(b"defghijk"))
    assert whole(spool, [b"12345678", b"abc", b"defghijk"], starts) == [b"12345678", b"abc", b"defghijk"]
    assert spool.file_all() == 0 and bytes(spool.memory) == b"12345678abcdefghijk"


def test_no_place_for_a_file_is_no_trouble(monkeypatch):
    def refuse(**_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    spool = Spool(filed=True)
    start = spool.add(b"abc")
    assert spool.file_all() == 0 and bytes(spool.read(start, 3)) == b"abc"
