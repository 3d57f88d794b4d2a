"""What a terminal gets, and a pipe does not: hyperlinks, as wide as the window is, a bar while it takes long."""

import errno
import os
import pty
import re
import shutil
import subprocess
import sys
import termios
from pathlib import Path

import pytest

import vaultkit
from vaultkit.cli import _terminal

PLAIN = {
    key: value
    for key, value in os.environ.items()
    if not key.startswith(("TERM", "VTE", "WT_", "FORCE_", "COLUMNS", "NO_COLOR", "DOMTERM"))
}
RUN = "import sys; from vaultkit.cli import _progress, _main; _progress.PATIENCE = {}; sys.exit(_main.main())"


@pytest.fixture
def vault(tmp_path):
    for number in range(60):
        (tmp_path / f"{number}.md").write_text("word " * 60 + "[[Nowhere]]" + " word" * 60 + "\n")
    return tmp_path


def on_terminal(folder, *arguments, patience=1e9, columns=80, out=None, **variables):
    """What a terminal shows of a check; standard output goes there too, if it is not `out`."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    command = [sys.executable, "-c", RUN.format(patience), "check", *arguments]
    environment = PLAIN | {"TERM": "xterm-256color"} | variables
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=out or theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError as error:
                assert error.errno == errno.EIO
                break
            if not part:
                break
            shown += part
    os.close(ours)
    return process.returncode, shown.decode()


def test_a_bar_is_shown_when_it_takes_long_and_goes_away(vault, tmp_path_factory):
    report = tmp_path_factory.mktemp("out") / "report"
    with report.open("wb") as out:
        code, shown = on_terminal(vault, "--no-cache", patience=0, out=out)
    assert code == 1
    assert "Checking" in shown and re.search(r"\d+%", shown)
    assert shown.index("\x1b[?25h") > shown.rindex("Checking"), "the cursor is back"
    assert shown.endswith("\x1b[2K\r\nFound 60 errors in 60 of 60 notes.\r\n"), "the line of the bar is empty again"
    assert "Checking" not in report.read_text() and "\x1b" not in report.read_text()


@pytest.mark.parametrize(
    ("arguments", "variables", "patience"),
    [((), {}, 1e9), (("--quiet",), {}, 0), ((), {"TERM": "dumb"}, 0)],
    ids=["quick", "quiet", "dumb"],
)
def test_no_bar_where_nobody_wants_one(vault, arguments, variables, patience):
    _, shown = on_terminal(vault, "--no-cache", *arguments, patience=patience, **variables)
    assert "Checking" not in shown and "\x1b[?25l" not in shown


def test_a_pipe_gets_nothing_but_findings_and_no_module_for_terminals(vault):
    code = RUN.format(0).replace(
        "sys.exit(_main.main())", "_main.main(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, "check"], cwd=vault, env=PLAIN, capture_output=True, text=True, check=True
        )
        assert "\x1b" not in done.stdout + done.stderr
        loaded = set(done.stderr.rpartition("\n")[2].split())
        assert not loaded & {"rich", "vaultkit.cli._terminal", "vaultkit.cli._output", "vaultkit.reports._data"}


def test_excerpts_are_cut_to_the_window(vault):
    for columns in (50, 120):
        _, shown = on_terminal(vault, "0.md", "--color", "never", columns=columns)
        line = next(line for line in shown.splitlines() if line.startswith("1 | "))
        assert columns - 8 <= len(line) <= columns and "[[Nowhere]]" in line


def test_colours_follow_the_terminal_and_no_color(vault):
    assert "\x1b[1;31m" in on_terminal(vault, "0.md")[1]
    assert "\x1b" not in on_terminal(vault, "0.md", NO_COLOR="1")[1]
    assert "\x1b" not in on_terminal(vault, "0.md", TERM="dumb")[1]
    assert "\x1b[1;31m" in on_terminal(vault, "0.md", "--color", "always", NO_COLOR="1")[1]


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"VTE_VERSION": "7003"}, True),
        ({"VTE_VERSION": "5000"}, False),
        ({"VTE_VERSION": "new"}, False),
        ({"TERM_PROGRAM": "vscode", "TERM": "screen-256color"}, False),
        ({"TERM_PROGRAM": "vscode", "TERM": "dumb"}, False),
        ({"FORCE_HYPERLINK": "1", "TERM": "dumb"}, True),
        ({"FORCE_HYPERLINK": "0", "TERM": "xterm-kitty"}, False),
    ],
)
def test_hyperlinks_are_shown_where_they_are_known_to_be(monkeypatch, tmp_path, variables, shown):
    folder = tmp_path / "some place" / "vaultkit" / "rule_pages"
    folder.mkdir(parents=True)
    monkeypatch.setattr(vaultkit, "__file__", str(tmp_path / "some place" / "vaultkit" / "__init__.py"))
    monkeypatch.setattr(os, "environ", variables)
    address = _terminal.pages(terminal=True)
    assert address == (f"file://{os.uname().nodename}{tmp_path}/some%20place/vaultkit/rule_pages/" if shown else "")
    assert bool(_terminal.pages(terminal=False)) is (variables.get("FORCE_HYPERLINK") == "1")
    folder.rmdir()
    assert _terminal.pages(terminal=True) == ""


def test_a_rule_opens_its_page(vault, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("checkout")
    package = Path(vaultkit.__file__).parent
    shutil.copytree(package, elsewhere / "vaultkit", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "vaultkit", "check", "--quiet", "--output-format", "concise", str(vault / "0.md")]
    environment = PLAIN | {"PYTHONPATH": str(elsewhere), "FORCE_HYPERLINK": "1"}
    done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
    page = f"file://{os.uname().nodename}{elsewhere}/vaultkit/rule_pages/link-broken.md"
    assert (elsewhere / "vaultkit" / "rule_pages" / "link-broken.md").is_file()
    assert f"error[\x1b]8;;{page}\x1b\\link-broken\x1b]8;;\x1b\\]" in done.stdout
    plain = subprocess.run(
        [*command, "--color", "never"], cwd=elsewhere, env=environment, capture_output=True, check=False
    )
    assert b"\x1b" not in plain.stdout
    in_file = subprocess.run([*command, "-o", "out"], cwd=elsewhere, env=environment, check=False)
    assert in_file.returncode == 1 and "\x1b" not in (elsewhere / "out").read_text()
