"""A wheel holds everything that the checkout does, and works where there is no checkout."""

import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from vaultkit._version import VERSION

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built by the project's own build system without a network."""
    for needed in ("pip", "setuptools"):
        if not find_spec(needed):
            pytest.skip(f"{needed} is not installed here")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no clone: what belongs to the project is not known")
    for name in filter(None, listed.stdout.decode().split("\0")):
        is_needed = not name.startswith(("tests/", "docs/")) or name.startswith("docs/rules/")
        if (PROJECT / name).is_file() and is_needed:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((PROJECT / name).read_bytes())
    (source / "vaultkit" / "schemas").symlink_to("../schemas")
    (source / "vaultkit" / "rule_pages").symlink_to("../docs/rules")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        source,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [made] = folder.glob("*.whl")
    return made, source


def test_the_wheel_holds_every_file_of_the_package(wheel):
    made, source = wheel
    names = {name for name in zipfile.ZipFile(made).namelist() if ".dist-info/" not in name}
    package = {str(path.relative_to(source)) for path in (source / "vaultkit").rglob("*") if path.is_file()}
    schemas = {f"vaultkit/schemas/{path.name}" for path in (source / "schemas").iterdir()}
    pages = {f"vaultkit/rule_pages/{path.name}" for path in (source / "docs" / "rules").iterdir()}
    assert names == package | schemas | pages
    assert any(name.endswith(".yaml") for name in schemas)


def test_the_wheel_works_alone(wheel, tmp_path):
    made, _ = wheel
    zipfile.ZipFile(made).extractall(tmp_path / "site")
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "vaultkit.yaml").write_text("schemas: [{ use: reading-note }]\n")
    (vault / "a.md").write_text("---\ntitle: A note\n---\n")
    code = (
        "import sys, vaultkit; from vaultkit.cli._main import main; "
        "print(vaultkit.__file__); sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "check", "--statistics"]
    done = subprocess.run(
        command, cwd=vault, env={"PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    assert "property-missing" in done.stdout and "section-missing" in done.stdout


def test_a_rule_leads_to_its_page_in_the_wheel(wheel, tmp_path):
    made, _ = wheel
    zipfile.ZipFile(made).extractall(tmp_path / "site")
    (tmp_path / "a.md").write_text("[[Nowhere]]\n")
    code = "import sys; from vaultkit.cli._main import main; sys.exit(main(sys.argv[1:]))"
    environment = {"PYTHONPATH": str(tmp_path / "site"), "FORCE_HYPERLINK": "1"}
    command = [sys.executable, "-c", code, "check", "a.md"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    [address] = re.findall(r"\x1b]8;;file://[^/]*([^\x1b]+)\x1b", done.stdout)
    assert Path(unquote(address)) == tmp_path / "site" / "vaultkit" / "rule_pages" / "link-broken.md"
    assert Path(unquote(address)).read_text().startswith("# link-broken\n")


def test_the_wheel_says_what_it_is(wheel):
    made, _ = wheel
    assert made.name == f"vaultkit-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(made) as archive:
        entry = archive.read(f"vaultkit-{VERSION}.dist-info/entry_points.txt").decode()
    assert "vaultkit = vaultkit.cli._main:main" in entry
