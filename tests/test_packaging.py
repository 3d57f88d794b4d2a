"""A wheel holds everything that the checkout does, and works where there is no checkout."""

import json
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from vaultkit._version import VERSION

PROJECT = Path(__file__).parent.parent

pytestmark = pytest.mark.lasting


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """What the checklist of a release makes of what git tracks, without tests and network: a folder, and its words."""
    for needed in ("pip", "setuptools"):
        if not find_spec(needed):
            pytest.skip(f"{needed} is not installed here")
    if subprocess.run(["git", "rev-parse"], cwd=PROJECT, capture_output=True, check=False).returncode:
        pytest.skip("this is no clone: what belongs to the project is not known")
    folder = tmp_path_factory.mktemp("release")
    command = [sys.executable, "tools/release.py", "--dry-run", "--offline", "--skip-tests", "--out", folder]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def wheel(release):
    """The wheel, made of the source distribution."""
    [made] = release[0].glob("*.whl")
    return made


def tracked(*folders):
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=PROJECT, capture_output=True, check=True)
    return {name for name in listed.stdout.decode().split("\0") if name and (PROJECT / name).is_file()}


STEPS = ["version", "changelog", "tree", "tests", "build", "metadata", "contents", "install", "use", "materials", "tag"]


def test_a_release_goes_through_its_list(release):
    tags = subprocess.run(["git", "tag", "--list", f"v{VERSION}"], cwd=PROJECT, capture_output=True, check=True).stdout
    assert [line.split(maxsplit=1)[0] for line in release[1].splitlines()] == STEPS
    assert tags == b"", "a dry run makes no tag"


def test_the_wheel_holds_every_file_of_the_package(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    schemas = {f"vaultkit/{name}" for name in tracked("schemas")}
    pages = {name.replace("docs/rules", "vaultkit/rule_pages") for name in tracked("docs/rules")}
    assert names == tracked("vaultkit") | schemas | pages
    assert any(name.endswith(".yaml") for name in schemas)


def test_the_bill_of_materials_names_what_is_used_and_what_is_vendored(release):
    [file] = release[0].glob("*.cdx.json")
    bill = json.loads(file.read_text())
    parts = {part["name"]: part for part in bill["components"]}
    needed = {re.match(r"[\w.-]+", line)[0] for line in metadata.requires("vaultkit") if "extra ==" not in line}
    assert needed <= {name.replace("_", "-") for name in parts} and "pytest" not in parts
    assert bill["metadata"]["component"]["name"] == "vaultkit" and bill["metadata"]["component"]["version"] == VERSION
    vendor = PROJECT / "vaultkit" / "targets" / "site" / "static" / "vendor"
    for name in ("d3-force", "d3-dispatch", "d3-quadtree", "d3-timer"):
        assert f"{name} {parts[name]['version']}" in (vendor / "d3-force.js").read_text()[:200]
    assert f"Mermaid {parts['mermaid']['version']}," in (vendor / "LICENSE-mermaid.txt").read_text()
    files = re.findall(r"\| (vaultkit/\S+) \|$", (PROJECT / "THIRD-PARTY.md").read_text(), re.MULTILINE)
    assert set(files) == {name for name in tracked("vaultkit/targets/site/static/vendor") if name.endswith(".js")}


@pytest.fixture
def clone(tmp_path):
    """A copy of the project with a history of its own, for what a release refuses."""
    folder = tmp_path / "clone"
    for name in tracked():
        if not name.startswith(("tests/", "docs/", "vaultkit/targets/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((PROJECT / name).read_bytes())
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *command], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("README.md", ("# vaultkit", "# Vaultkit"), "CHANGELOG.md has no section"),
        ("CHANGELOG.md", ("## Unreleased", f"## {VERSION} - 2026-12-01"), "not committed: M CHANGELOG.md"),
        ("CHANGELOG.md", ("## Unreleased", f"## Unreleased\n\nx\n\n## {VERSION} - 2026-12-01"), "under Unreleased"),
        ("vaultkit/_version.py", (VERSION, "9.9.9"), f"says 9.9.9, and not {VERSION}"),
        ("vaultkit/obsidian/manifest.json", (VERSION, "9.9.9"), "the plugin's manifest says 9.9.9"),
    ],
)
def test_a_release_is_refused(clone, file, change, said):
    path = clone / file
    assert change[0] in path.read_text()
    path.write_text(path.read_text().replace(*change, 1))
    code = f"import sys; sys.path.insert(0, {str(clone)!r}); sys.argv[1:] = [{VERSION!r}]; import runpy; "
    code += f"runpy.run_path({str(clone / 'tools' / 'release.py')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=clone, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stderr) == (1, True), done.stdout + done.stderr


def test_the_wheel_works_alone(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
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
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "a.md").write_text("[[Nowhere]]\n")
    code = "import sys; from vaultkit.cli._main import main; sys.exit(main(sys.argv[1:]))"
    environment = {"PYTHONPATH": str(tmp_path / "site"), "FORCE_HYPERLINK": "1"}
    command = [sys.executable, "-c", code, "check", "a.md"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    [address] = re.findall(r"\x1b]8;;file://[^/]*([^\x1b]+)\x1b", done.stdout)
    assert Path(unquote(address)) == tmp_path / "site" / "vaultkit" / "rule_pages" / "link-broken.md"
    assert "\n# link-broken\n" in Path(unquote(address)).read_text()


def test_the_wheel_says_what_it_is(wheel):
    assert wheel.name == f"vaultkit-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        entry = archive.read(f"vaultkit-{VERSION}.dist-info/entry_points.txt").decode()
    assert "vaultkit = vaultkit.cli._main:main" in entry
