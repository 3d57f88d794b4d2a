"""Whatever happens, the way out is one message and one exit code; and `--version` and `--help` cost nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from casefile import REWRITE
from rights import as_ordinary_user
from vaultkit._version import VERSION
from vaultkit.cli import _door
from vaultkit.cli._main import main
from vaultkit.errors import BusyError, SetupError, TargetError

OVERVIEW = Path(_door.__file__).with_name("overview.txt")


def vaultkit(*arguments, folder=None, **more):
    command = [sys.executable, "-m", "vaultkit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **more)


def raising(error):
    def dispatch(arguments):
        raise error

    return dispatch


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            SetupError("it is wrong", where="a.yaml:3", do="mend it"),
            2,
            "vaultkit: a.yaml:3: it is wrong\n  help: mend it\n",
        ),
        (TargetError("it is not ours", where="out"), 2, "vaultkit: out: it is not ours\n"),
        (BusyError("somebody else is here"), 2, "vaultkit: somebody else is here\n"),
        (SetupError("a \x1b[31mname\u202e"), 2, "vaultkit: a ␛[31mname<U+202E>\n"),
        (OSError(28, "No space left on device", "out/\udcff"), 2, "vaultkit: out/\\xff: No space left on device\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_an_error_is_a_message_and_an_exit_code(monkeypatch, capsys, error, code, said):
    monkeypatch.setattr(_door, "_dispatch", raising(error))
    assert main(["check"]) == code
    assert capsys.readouterr() == ("", said)


def test_an_interrupt_before_the_door_stands_is_no_traceback(monkeypatch, capsys):
    """Loading it takes a moment, in which somebody may think better of it."""
    monkeypatch.setattr(_door, "run", raising(KeyboardInterrupt()))
    assert main(["check"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_mistake_of_ours_is_one_line_and_a_way_to_tell(monkeypatch, capsys):
    monkeypatch.setattr(_door, "_dispatch", raising(KeyError("x")))
    assert main(["check"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("vaultkit: internal error: KeyError: 'x'\n  help: ") and "VAULTKIT_DEBUG" in said
    monkeypatch.setenv("VAULTKIT_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["check"])


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    for number in range(1000):
        (tmp_path / f"{number}.md").write_text("[[Nowhere]]\n")
    check = [sys.executable, "-m", "vaultkit", "check"]
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    pipe = subprocess.PIPE
    with subprocess.Popen(check, cwd=tmp_path, env=buffered, stdout=pipe, stderr=pipe) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, b"")


def test_an_interrupt_ends_it_quietly(tmp_path):
    os.mkfifo(tmp_path / "input")
    command = f'exec "{sys.executable}" -m vaultkit check - --stdin-filename a.md <> input'
    with subprocess.Popen(["sh", "-c", command], cwd=tmp_path, stderr=subprocess.PIPE) as process:
        while not _waits(process.pid):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert (process.returncode, said) == (130, b"")


def _waits(pid):
    """Whether a process of ours waits for the pipe, which it reads when it has imported everything that it needs."""
    if not os.path.exists(f"/proc/{pid}/wchan"):
        pytest.skip("this system does not tell what a process waits for")
    with open(f"/proc/{pid}/wchan") as file:
        return "pipe" in file.read()


def test_what_a_terminal_cannot_show_is_escaped(tmp_path):
    (tmp_path / "é.md").write_text("[[Öde]]\n", encoding="utf-8")
    done = vaultkit("check", folder=tmp_path, env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 1
    assert "\\xe9.md:1:1" in done.stdout and "`\\xd6de`" in done.stdout


def test_a_folder_that_nobody_may_read_is_no_clean_vault(capsys):
    with TemporaryDirectory() as folder:
        closed = Path(folder, "closed")
        closed.mkdir()
        Path(folder, "a.md").write_text("fine\n")
        arguments = ["check", "--no-cache", "--vault", folder]
        assert main(arguments) == 0
        with as_ordinary_user(Path(folder)):
            closed.chmod(0)
            code = main(arguments)
            closed.chmod(0o700)
    assert code == 2
    assert "closed: cannot look into this folder" in capsys.readouterr().err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
@pytest.mark.parametrize("command", ["--version", "--help", "check", "check --output-format json", "rules", "nonsense"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_way_out_that_is_closed_or_full_is_no_mistake_of_ours(tmp_path, command, unbuffered):
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "a.md").write_text("[[b]]")
    expected = {"--version": 0, "--help": 0, "check": 1, "check --output-format json": 1, "rules": 0, "nonsense": 2}[
        command
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    for way, code in (
        (">/dev/full", 2),
        (">&-", expected),
        ("2>&-", expected),
        (">&- 2>&-", expected),
        ("<&-", expected),
    ):
        done = subprocess.run(
            ["sh", "-c", f"exec '{sys.executable}' -m vaultkit {command} {way}"],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, way
        assert "internal error" not in done.stderr, way
        assert done.returncode == code, way


@pytest.mark.parametrize(
    ("asked", "answer"), [("--version", f"vaultkit {VERSION}\n"), ("--help", OVERVIEW.read_text())]
)
def test_what_is_asked_of_vaultkit_itself_imports_nothing(asked, answer):
    code = f"""
import sys
before = set(sys.modules)
from vaultkit.cli._main import main
main([{asked!r}])
print(*(set(sys.modules) - before), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == answer
    assert set(done.stderr.split()) == {"vaultkit", "vaultkit._version", "vaultkit.cli", "vaultkit.cli._main"}


def test_the_overview_is_not_stale(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    assert _door.run(["--help"]) == 0
    made = capsys.readouterr().out
    if REWRITE:
        OVERVIEW.write_text(made, encoding="utf-8")
    assert OVERVIEW.read_text(encoding="utf-8") == made, "VAULTKIT_REWRITE=1 writes it anew"
    assert made.isascii()  # no terminal has no sign for it


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        ([], {"pydantic", "yaml", "mistune", "watchdog", "jinja2", "rich", "uvicorn", "vaultkit.session"}),
        (["rules"], {"mistune", "watchdog", "jinja2", "rich", "uvicorn", "vaultkit.session"}),
        (["check"], {"vaultkit.extensions", "shtab", "cyclonedx"}),
        (["check"], {"mistune", "watchdog", "jinja2", "nh3", "pygments", "rich", "uvicorn", "asyncio"}),
    ],
)
def test_a_command_imports_only_what_it_needs(tmp_path, arguments, heavy):
    (tmp_path / "a.md").write_text("fine\n")
    code = f"""
import sys
from vaultkit.cli._main import main
main({arguments})
sys.stderr.write(" ".join(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert heavy & set(done.stderr.split()) == set()


HEAVY = {"pydantic", "pydantic_core", "yaml", "mistune", "watchdog", "rich", "jsonschema", "multiprocessing"}
HEAVY |= {
    "importlib.metadata",
    "shtab",
    "cyclonedx",
    "vaultkit.extensions",
    "dataclasses",
    "inspect",
    "ctypes",
    "difflib",
    "shutil",
    "pathlib",
    "hashlib",
    "fractions",
    "urllib.parse",
}
CONFIG = """
schemas:
  - use: any-note
    match: { path: "**" }
  - use: any-note
    match: { path: "Reading/**/*.md", tag: book }
overrides:
  - match: { path: Archive/ }
    rules: { link-broken: off }
"""
SCHEMA = """
name: any-note
properties:
  title: { type: text, minLength: 3, pattern: "^[A-Z]" }
  mood: { enum: [fine, good] }
sections:
  items: [{ heading: Notes, aliases: [Note], required: false }]
"""


@pytest.fixture
def imported(tmp_path):
    """What a check of the vault in `tmp_path/vault` imports, and what it says."""
    code = """
import sys
from vaultkit.cli._main import main
main(["check", "--vault", "vault"])
sys.stderr.write("\\n" + " ".join(sys.modules))
"""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def check():
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        return set(done.stderr.splitlines()[-1].split()), done.stdout

    for path, text in {
        "vaultkit.yaml": CONFIG,
        "schemas/any-note.yaml": SCHEMA,
        "a.md": "---\nmood: fine\n---\n# A\n\n[[Nowhere]]\n",
        "Reading/b.md": "[[a]]\n\n## Notes\n\n- one\n- two #tag\n",
    }.items():
        file = tmp_path / "vault" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    first = check()
    assert {"yaml", "vaultkit.rules"} <= first[0]
    assert {"pydantic", "dataclasses", "multiprocessing"} & first[0] == set()
    time.sleep(2.1)  # a file that changed a moment ago is looked at once more
    check()
    return check


def test_a_check_of_what_did_not_change_imports_next_to_nothing(imported):
    modules, said = imported()
    ours = {"vaultkit.config", "vaultkit.parse", "vaultkit.lint.rule", "vaultkit.rules", "vaultkit.schema"}
    ours |= {"vaultkit.model.note", "vaultkit.index.notes", "vaultkit.spread", "datetime", "sqlite3"}
    assert (HEAVY | ours) & modules == set()
    assert "link-broken" in said


def test_a_check_of_one_edited_note_imports_what_the_note_needs(imported, tmp_path):
    with open(tmp_path / "vault" / "Reading" / "b.md", "a") as file:
        file.write("and [[a#Nothing]]\n")
    modules, said = imported()
    assert "link-broken-heading" in said
    ours = {
        "vaultkit.schema.validated",
        "vaultkit.schema.words",
        "vaultkit.vault.settings",
        "vaultkit.publish.standing",
    }
    assert (HEAVY - {"difflib"} | ours) & modules == set()
    rules = {name.rpartition(".")[2] for name in modules if name.startswith("vaultkit.rules.")}
    assert "link_broken_heading" in rules
    assert rules.isdisjoint({"callout_unknown", "footnote_broken", "property_enum", "publish_size", "tag_unknown"})
    assert len(rules) < 30


def test_a_check_of_an_edited_configuration_reads_it_anew(imported, tmp_path):
    with open(tmp_path / "vault" / "vaultkit.yaml", "a") as file:
        file.write("rules: { link-broken: off }\n")
    modules, said = imported()
    assert {"yaml", "vaultkit.schema.source"} <= modules
    assert "pydantic" not in modules
    assert "link-broken" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are UTF-8 whatever is set")
@pytest.mark.parametrize("command", ["check", "publish"])
def test_names_that_are_not_read_as_utf_8_are_refused(tmp_path, command):
    (tmp_path / "Über.md").write_text("---\npublish: true\n---\n[[Über]]\n")
    given = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = vaultkit(command, folder=tmp_path, env=given)
    assert done.returncode == 2 and "and vaultkit reads them as UTF-8" in done.stderr
    assert "LC_ALL=C.UTF-8" in done.stderr
    assert not (tmp_path.parent / f"{tmp_path.name}-site").exists()
    assert vaultkit("check", folder=tmp_path, env=given | {"PYTHONUTF8": "1"}).returncode == 0
