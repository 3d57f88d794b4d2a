"""Named tuples of our own are those of `typing`."""

import inspect
import pickle
import typing

import pytest

from vaultkit.model import record

SOURCE = '''
from __future__ import annotations

class Place(NamedTuple):
    """Where."""

    path: str
    line: int = 1
    """From 1."""
    inside: Place | None = None

    @property
    def shown(self) -> str:
        return f"{self.path}:{self.line}"

    @classmethod
    def first(cls, path: str) -> Place:
        return cls(path)
'''


def made(kind):
    names = {"NamedTuple": kind, "__name__": __name__}
    exec(SOURCE, names)
    return names["Place"]


def known(kind):
    names = ("_fields", "_field_defaults", "__doc__", "__module__", "__qualname__", "__match_args__", "__bases__")
    return {name: getattr(kind, name) for name in names}


def called_with(kind):
    return [(each.name, each.kind, each.default) for each in inspect.signature(kind).parameters.values()]


Place = made(record.NamedTuple)


def test_they_are_alike():
    theirs = made(typing.NamedTuple)
    assert known(Place) == known(theirs)
    assert vars(theirs).keys() - vars(Place).keys() <= {"__orig_bases__"}
    assert called_with(Place) == called_with(theirs)
    for kind in (Place, theirs):
        place = kind.first("A.md")
        assert place == ("A.md", 1, None) and place.shown == "A.md:1"
        assert repr(place._replace(line=3)) == "Place(path='A.md', line=3, inside=None)"
        assert place._asdict() == {"path": "A.md", "line": 1, "inside": None}
        with pytest.raises(AttributeError):
            place.line = 2
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'path'"):
            kind()
        with pytest.raises(TypeError):
            kind._make(("A.md",))
        with pytest.raises((TypeError, ValueError), match="inside_out"):
            place._replace(inside_out=1)


def test_types_are_found():
    assert typing.get_type_hints(Place, {"Place": Place}) == {"path": str, "line": int, "inside": Place | None}


def test_they_go_to_other_processes():
    assert pickle.loads(pickle.dumps(Place("A.md"))) == Place("A.md")


def test_a_default_in_the_middle_is_refused():
    with pytest.raises(TypeError, match="Odd: a field without a default"):

        class Odd(record.NamedTuple):
            path: str = ""
            line: int
