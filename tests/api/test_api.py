"""What `import vaultkit` promises: its names and signatures, lazily, typed; `tests/test_docs.py` runs its page."""

import inspect
import os
import re
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import vaultkit
from casefile import REWRITE
from rights import as_ordinary_user
from vaultkit import scripting

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
EXAMPLE = PROJECT / "docs" / "example"
PAGES = [PROJECT / "docs" / "reference" / "python.md", PROJECT / "docs" / "guide" / "extending.md"]


def signatures():
    """Every public name with what the pages tell of it, a line each."""
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    said = set(re.findall(r"\w+", " ".join(re.findall(r"```.*?```|`[^`\n]+`", pages, re.DOTALL))))
    lines = []
    for name in vaultkit.__all__:
        thing = scripting.publish if name == "publish" else getattr(vaultkit, name)
        if inspect.isclass(thing):
            made = str(inspect.signature(thing)) if issubclass(thing, Exception) else ""
            lines.append(f"class {name}{_bases(thing)}{made}")
            lines += sorted(f"    {member}{shape}" for member, shape in _members(thing) if member in said)
        elif inspect.isfunction(thing):
            lines.append(f"{name}{inspect.signature(thing)}")
        else:
            lines.append(f"{name}: {type(thing).__name__}")
    return "".join(f"{line}\n" for line in lines)


def _bases(thing):
    names = [base.__name__ for base in thing.__bases__ if base is not object]
    return f"({', '.join(names)})" if names else ""


def _members(thing):
    fields = vars(thing).get("__annotations__", {})
    yield from ((name, f": {type_}") for name, type_ in fields.items())
    for name, member in vars(thing).items():
        if inspect.isfunction(member) or isinstance(member, classmethod | staticmethod):
            yield name, str(inspect.signature(getattr(thing, name)))
        elif isinstance(member, property | cached_property):
            yield name, ": property"


def test_what_is_public_is_as_it_was():
    file = HERE / "api.txt"
    if REWRITE:
        file.write_text(signatures(), encoding="utf-8")
    assert signatures() == file.read_text(encoding="utf-8"), "docs/reference/versioning.md tells what may change when"


def test_every_public_name_is_there_once_and_documented():
    page = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert list(vaultkit.__all__) == sorted(set(vaultkit.__all__))
    assert set(vaultkit.__all__) == {*vaultkit._HOMES, "__version__"}
    assert [name for name in vaultkit._HOMES if not re.search(rf"[`.[]{name}\b", page)] == []
    assert set(vaultkit.__all__) <= set(dir(vaultkit))
    with pytest.raises(AttributeError, match="no attribute `nonsense`"):
        vaultkit.nonsense  # noqa: B018


def test_importing_it_imports_nothing():
    code = "import sys; before = set(sys.modules); import vaultkit; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['vaultkit', 'vaultkit._version']\n"


@pytest.mark.parametrize("first", ["vaultkit.publish", "vaultkit.publish.plan"])
def test_publish_is_a_function_whatever_was_imported_before(first):
    code = (
        f"import vaultkit, {first}; from vaultkit import publish; print(publish is vaultkit.publish, callable(publish))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True True\n"


@pytest.fixture
def example(tmp_path):
    """A copy of the example vault, and nothing beside it."""
    folder = tmp_path / "example"
    shutil.copytree(EXAMPLE, folder)
    return folder


def test_a_program_that_uses_it_is_typed_and_so_is_a_package_that_extends_it():
    package = PROJECT / "tests" / "extensions" / "example" / "vaultkit_club"
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "client.py", package]
    cache = os.environ | {"MYPY_CACHE_DIR": str(PROJECT / ".mypy_cache" / "client")}
    done = subprocess.run(mypy, cwd=HERE, env=cache, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_such_a_program_runs(example):
    run = [sys.executable, HERE / "client.py"]
    done = subprocess.run(run, cwd=example, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "error[link-broken]" in done.stdout and "there is no month 13" in done.stdout


def test_a_check_is_of_what_was_named_and_remembers(example):
    assert len(vaultkit.check(example).paths) == 18
    assert len(vaultkit.check(example / "Reading").paths) == 16
    assert vaultkit.check(example / "Home.md").paths == ("Home.md",)
    assert [item.rule for item in vaultkit.check(str(example), select=("link-broken",), cache=False).diagnostics] == [
        "link-broken"
    ]
    with pytest.raises(vaultkit.SetupError, match="there is nothing at this path"):
        vaultkit.check(example / "Reading" / "Nothing.md")


def test_a_check_knows_the_baseline(example, capsys):
    from vaultkit.cli._main import main

    main(["check", "--write-baseline", "--vault", str(example)])
    assert vaultkit.check(example).diagnostics == ()
    assert len(vaultkit.check(example, baseline="").diagnostics) == 4
    assert vaultkit.check(example, baseline=example / "vaultkit-baseline.json").diagnostics == ()
    with pytest.raises(vaultkit.SetupError, match="there is no baseline"):
        vaultkit.check(example, baseline="elsewhere.json")


def test_a_folder_that_cannot_be_seen_is_raised():
    with TemporaryDirectory() as folder:
        closed = Path(folder, "closed")
        closed.mkdir()
        with as_ordinary_user(Path(folder)):
            closed.chmod(0)
            with pytest.raises(vaultkit.SetupError, match="cannot look into this folder"):
                vaultkit.check(folder, cache=False)
            closed.chmod(0o700)


def test_of_several_targets_each_is_tried(example):
    (example / "vaultkit.yaml").write_text(
        (example / "vaultkit.yaml").read_text().partition("publish:")[0]
        + "publish:\n  select: { path: '**' }\n  targets:\n"
        "    - { name: one, output: taken }\n    - { name: two, output: ../two }\n"
        "    - { name: three, output: taken/x }\n"
    )
    (example / "taken").write_text("this is no folder\n")
    with pytest.raises(vaultkit.VaultkitError) as raised:
        vaultkit.publish(example)
    assert "taken" in raised.value.where
    assert len(raised.value.__notes__) == 1
    assert (example.parent / "two" / "index.html").exists()


def test_what_was_not_agreed_to_is_not_run(example):
    with open(example / "vaultkit.yaml", "a") as file:
        file.write("    - { kind: command, name: away, run: [touch, /tmp/never], output: ../away }\n")
    with pytest.raises(vaultkit.SetupError, match="nobody has agreed"):
        vaultkit.publish(example)
