"""What templates were compiled to is kept beside compiled modules."""

import sys
from collections.abc import Mapping

import pytest
from jinja2 import DictLoader, Environment

from vaultkit.targets.site import templates
from vaultkit.targets.site.compiled import Compiled, beside_modules


class Compiling(Environment):
    """Notes down what it compiles."""

    def compile(self, source, *args, **kwargs):
        self.compiled.append(source)
        return super().compile(source, *args, **kwargs)


def filled(folder, shipped: Mapping[str, str], how="") -> tuple[dict[str, str], list[str]]:
    """What each template gives, and the sources that had to be compiled."""
    environment = Compiling(loader=DictLoader(shipped), bytecode_cache=Compiled(str(folder), how))
    environment.compiled = []
    return {name: environment.get_template(name).render() for name in shipped}, environment.compiled


def test_what_was_compiled_once_is_not_compiled_again(tmp_path):
    assert filled(tmp_path, {"a": "{{ 1 + 1 }}"}) == ({"a": "2"}, ["{{ 1 + 1 }}"])
    assert filled(tmp_path, {"a": "{{ 1 + 1 }}"}) == ({"a": "2"}, [])


def test_another_text_or_another_way_to_read_it_is_compiled_anew(tmp_path):
    filled(tmp_path, {"a": "{{ 1 + 1 }}"})
    assert filled(tmp_path, {"a": "{{ 1 + 2 }}"}) == ({"a": "3"}, ["{{ 1 + 2 }}"])
    assert filled(tmp_path, {"a": "{{ 1 + 2 }}"}, "otherwise")[1] == ["{{ 1 + 2 }}"]


@pytest.mark.parametrize("keep", range(0, 400, 9))
def test_a_broken_file_is_written_anew(tmp_path, keep):
    filled(tmp_path, {"a": "{{ 1 + 1 }}"})
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    assert len(whole) > 400
    file.write_bytes(whole[:keep])
    assert filled(tmp_path, {"a": "{{ 1 + 1 }}"}) == ({"a": "2"}, ["{{ 1 + 1 }}"])
    assert file.read_bytes() == whole


def test_where_nothing_can_be_kept_templates_are_compiled_each_time(tmp_path):
    for _ in range(2):
        assert filled(tmp_path / "nowhere", {"a": "{{ 1 + 1 }}"}) == ({"a": "2"}, ["{{ 1 + 1 }}"])


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    filled(tmp_path, {"a": "{{ 1 + 1 }}"})
    assert not [*tmp_path.iterdir()]


def test_templates_of_a_vault_are_not_kept():
    assert isinstance(templates._environment(()).bytecode_cache, Compiled)
    assert templates._environment((("note.html", "x"),)).bytecode_cache is None


def test_shipped_templates_lie_beside_modules():
    kept = beside_modules("")
    assert kept and kept.directory.endswith("__pycache__")
    assert kept.get_cache_key("note.html", "/somewhere/note.html") == "note.html"
