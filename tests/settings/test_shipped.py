"""The shipped schemas are there in a bare checkout, in a wheel, and where vaultkit was installed as editable."""

import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from vaultkit.vault import shipped

PROJECT = Path(__file__).parents[2]
ASK = "from vaultkit.vault import shipped; import vaultkit; print(vaultkit.__file__); print(*shipped.names())"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """What a fresh clone holds, as far as a build needs it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("vaultkit", "schemas"):
        shutil.copytree(PROJECT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, folder / name)
    return folder


def asked(path, cwd):
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(path)!r}); {ASK}"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def there():
    return " ".join(sorted(path.stem for path in (PROJECT / "schemas").glob("*.yaml")))


def test_in_this_tree():
    assert " ".join(shipped.names()) == there()
    assert shipped.text("reading-note") == (PROJECT / "schemas" / "reading-note.yaml").read_text()
    assert shipped.text("nope") is None
    assert shipped.text("../pyproject") is None


def test_in_a_bare_checkout(checkout, tmp_path):
    place, names = asked(checkout, tmp_path)
    assert (Path(place).parent.parent, names) == (checkout, there())


def test_in_a_wheel(checkout, tmp_path):
    if find_spec("setuptools") is None:  # imported here, it would quarrel with what other tests imported
        pytest.skip("a wheel cannot be built here")
    build = "import setuptools.build_meta as backend, sys; print(backend.build_wheel(sys.argv[1]))"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build, str(tmp_path)], cwd=checkout, capture_output=True, check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("vaultkit/schemas/")}
    assert {f"vaultkit/schemas/{path.name}" for path in (PROJECT / "schemas").iterdir() if path.is_file()} <= held
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(unpacked)
    for path in (unpacked, wheel):
        place, names = asked(path, tmp_path)
        assert place.startswith(str(path))
        assert names == there()
