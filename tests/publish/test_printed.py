"""Two processes make and look at the files of a site, and it is as if it were one."""

import os
from itertools import count

import pytest

from publish.pictures import PICTURES
from publish.vaults import fresh_site, public
from vaultkit import together
from vaultkit.errors import TargetError
from vaultkit.publish import printed, stage
from vaultkit.targets.site import pages
from watch_process import wait_until

VAULT = {f"Shelf {n % 3}/{n}.md": public(f"note {n} [[{n // 2}]] ![[{n // 3}]] #t{n % 4}") for n in range(30)} | {
    "p.md": public("![[p.png]]"),
    "p.png": PICTURES["png"],
    "private.md": "Nobody must know about Wolpertinger husbandry",
}


@pytest.fixture
def both(monkeypatch):
    """Two processes for however little there is to do; their numbers."""
    done = set()
    alone = pages.note_page

    def note_page(site, page):
        done.add(os.getpid())
        return alone(site, page)

    share(monkeypatch)
    monkeypatch.setattr("vaultkit.targets.site.printing.note_page", note_page)
    return done


def share(monkeypatch):
    for module in (printed, stage):
        monkeypatch.setattr(module, "MANY", 0)
        monkeypatch.setattr(module, "is_shared", lambda: True)


def usual():
    site = fresh_site()
    site.publish(VAULT)
    return site.files()


def test_two_make_what_one_does(monkeypatch):
    wanted = usual()
    share(monkeypatch)
    site = fresh_site()
    site.publish(VAULT)
    assert site.files() == wanted


def test_one_that_is_lost_costs_nothing_but_time(both, monkeypatch):
    wanted = usual()
    monkeypatch.setattr(together, "_work", lambda pipe, do, row, first: os._exit(next(row.from_the_back(), 0) % 2))
    site = fresh_site()
    site.publish(VAULT)
    assert site.files() == wanted and both == {os.getpid()}


def test_what_a_lost_one_has_written_is_written_again(both, monkeypatch):
    wanted = usual()

    def work(pipe, do, row, first):
        list(do(row.from_the_back()))
        os._exit(1)

    monkeypatch.setattr(together, "_work", work)
    site = fresh_site()
    site.publish(VAULT)
    assert site.files() == wanted


def test_a_tree_is_written_by_both(both, tmp_path, monkeypatch):
    """The first one, which writes a file before there are two, waits for the other with its next."""
    put, first, begun = stage._put, os.getpid(), count()

    def note_down(path, data):
        (tmp_path / str(os.getpid())).touch()
        if os.getpid() == first and next(begun) == 1:
            wait_until(lambda: len(os.listdir(tmp_path)) == 2)
        return put(path, data)

    monkeypatch.setattr(stage, "_put", note_down)
    site = fresh_site()
    site.publish(VAULT)
    assert len(os.listdir(tmp_path)) == 2 and str(os.getpid()) in os.listdir(tmp_path)


def test_what_the_other_one_finds_stops_the_publish_too(both, monkeypatch):
    find = printed.audit

    def audit(output, measure):
        if output.path.startswith("_vaultkit/search/index"):
            raise TargetError("not published: something is wrong with the last file")
        return find(output, measure)

    monkeypatch.setattr(printed, "audit", audit)
    site = fresh_site()
    with pytest.raises(TargetError, match="the last file"):
        site.publish(VAULT)
    assert not site.output.exists()


def test_each_number_is_made_once_or_again_by_the_first():
    for total in range(6):
        made = together.in_two(total, lambda n: ("here", n), lambda n: n, lambda n: ("there", n))
        assert [number for _, number in made] == list(range(total))
