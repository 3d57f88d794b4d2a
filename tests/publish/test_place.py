"""A target that takes what was published elsewhere."""

import pytest

from publish.vaults import fresh_site, public
from vaultkit.config import TargetConfig
from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.place import Undelivered, destination
from vaultkit.schema.options import Model


class Shelf:
    """A place in memory."""

    options = Model

    def __init__(self):
        self.there = set()
        self.locked = self.breaks = False

    def check(self, config, vault):
        if self.locked:
            raise SetupError("the shelf is locked")

    def foresee(self, delivery, config):
        return ("would put the pages on the shelf",)

    def deliver(self, delivery, config):
        if self.breaks:
            raise TargetError("the shelf broke")
        pages = {record.url for record in delivery.manifest.notes.values()}
        if pages == self.there:
            return ()
        self.there = pages
        return (f"{len(delivery.plan.notes.notes)} notes are on the shelf now",)


VAULT = {"A.md": public("A"), "B.md": "private"}


def test_what_was_published_is_brought_there_and_told():
    shelf = Shelf()
    site = fresh_site(place=shelf)
    assert site.plan(VAULT).delivered == ("would put the pages on the shelf",)
    assert not site.output.exists() and not shelf.there
    assert site.publish(VAULT).delivered == ("1 notes are on the shelf now",)
    assert shelf.there == {"a.html"}
    assert site.publish(VAULT).delivered == ()


def test_a_place_that_cannot_work_is_known_before_anything_is_made():
    shelf = Shelf()
    shelf.locked = True
    site = fresh_site(place=shelf)
    with pytest.raises(Undelivered, match="the shelf is locked") as caught:
        site.plan(VAULT)
    assert caught.value.plan.new == ("A.md",)
    with pytest.raises(SetupError, match="the shelf is locked"):
        site.publish(VAULT)
    assert not site.output.exists()


def test_what_could_not_be_brought_is_brought_the_next_time():
    shelf = Shelf()
    shelf.breaks = True
    site = fresh_site(place=shelf)
    with pytest.raises(Undelivered, match="the shelf broke") as caught:
        site.publish(VAULT)
    assert caught.value.plan.new == ("A.md",)
    assert site.pages() == {"A.md": "a.html"}
    shelf.breaks = False
    assert site.publish(VAULT).delivered == ("1 notes are on the shelf now",)


def test_a_kind_that_has_a_form_is_no_place():
    goal = destination(TargetConfig())
    assert goal.place is None and hasattr(goal.form, "outputs")
    with pytest.raises(SetupError, match="there is no target `sight`") as caught:
        destination(TargetConfig(kind="sight"))
    assert (caught.value.where, caught.value.do) == ("kind", "did you mean `site`?")
