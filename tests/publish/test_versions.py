"""What a library's folder says of its version is what Python's own register says."""

from importlib.metadata import PackageNotFoundError, version

import pytest

from vaultkit.publish.versions import version_of


@pytest.mark.parametrize("library", ["mistune", "nh3", "Pygments", "latex2mathml", "Jinja2", "PyYAML"])
def test_a_version_is_that_of_the_register(library):
    assert version_of(library) == version(library)


def test_a_library_is_found_by_its_whole_name():
    with pytest.raises(PackageNotFoundError):
        version_of("mist")


def test_where_there_is_no_folder_the_register_is_asked(tmp_path, monkeypatch):
    """It knows more kinds of packages."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "odd.egg-info").mkdir()
    (tmp_path / "odd.egg-info" / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 7.1\n")
    assert version_of("odd") == "7.1"
