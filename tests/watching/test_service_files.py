"""The files for service managers: what is in them whatever a folder is called, and what the real tools say."""

import os
import plistlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaultkit.errors import SetupError
from vaultkit.watching.service_files import WRITTEN, Job, command_of, out_of_reach, seal_of

ODD = (
    "/home/me/My Notes",
    "/home/me/100% %h %n",
    "/home/me/\"quoted\" 'too'",
    "/home/me/$HOME ${HOME}",
    "/home/me/back\\slash\\",
    "/home/me/Ünïcode 笔记 🗒",
    "/home/me/-->&<x>;#",
    "/home/me/~ *?[a] @-:+!|",
)


def job(vault="/home/me/Notes", **changes):
    made = Job(
        "notes-1234",
        vault,
        ("/usr/bin/env", "watch", "--vault", vault, "--publish"),
        {"XDG_STATE_HOME": f"{vault}/state"},
        (f"{vault}/site", "/home/me/.cache/vaultkit"),
        (vault,),
        f"{vault}/log",
        "/home/me",
    )
    return made._replace(**changes)


def unit(text):
    """The settings of a unit file, as systemd takes them apart."""
    found = {}
    for line in text.splitlines():
        if line[:1] not in ("", "#", "["):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def words(value):
    """The words of a value, as systemd.syntax(7) tells: C escapes in quotes, specifiers."""
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', value)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in quoted]


@pytest.mark.parametrize("vault", ODD)
@pytest.mark.parametrize("protection", ["strict", "system", "basic"])
def test_a_unit_says_what_is_meant(vault, protection):
    found = unit(WRITTEN["systemd"](job(vault, protection=protection)))
    [start] = found["ExecStart"]
    assert [word.replace("$$", "$") for word in words(start)] == [
        "/usr/bin/env",
        "watch",
        "--vault",
        vault,
        "--publish",
    ]
    assert not re.search(r"(?<!\$)(\$\$)*\$(?!\$)", start), "no variable is put in its place"
    assert words(found["Environment"][0]) == [f"XDG_STATE_HOME={vault}/state"]
    assert not [line for values in found.values() for line in values if line.endswith("\\")]
    if protection == "strict":
        assert [word for value in found["ReadWritePaths"] for word in words(value)] == [
            f"-{vault}/site",
            "-/home/me/.cache/vaultkit",
        ]
        assert words(found["ReadOnlyPaths"][0]) == [f"-{vault}"] and found["ProtectSystem"] == ["strict"]
    assert found["NoNewPrivileges"] == ["yes"] and found["Type"] == ["notify"] and found["WatchdogSec"] == ["3min"]


@pytest.mark.parametrize("vault", ODD)
def test_a_property_list_says_what_is_meant(vault):
    agent = plistlib.loads(WRITTEN["launchd"](job(vault)).encode())
    command = ["/usr/bin/env", "watch", "--vault", vault, "--publish", "--log-file", f"{vault}/log"]
    assert agent["ProgramArguments"] == command and agent["Label"] == "org.vaultkit.notes-1234"
    assert agent["KeepAlive"] == {"SuccessfulExit": False} and agent["EnvironmentVariables"]["XDG_STATE_HOME"]


@pytest.mark.parametrize("vault", ODD)
def test_a_task_says_what_is_meant(vault):
    text = WRITTEN["task-scheduler"](job(vault))
    task = ET.fromstring(text.encode("utf-16"))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert task.findtext("t:Actions/t:Exec/t:Command", namespaces=space) == "/usr/bin/env"
    assert task.findtext("t:RegistrationInfo/t:Description", namespaces=space) == f"vaultkit watches {vault}"
    arguments = task.findtext("t:Actions/t:Exec/t:Arguments", namespaces=space)
    assert arguments == subprocess.list2cmdline(["watch", "--vault", vault, "--publish", "--log-file", f"{vault}/log"])
    order = [child.tag.partition("}")[2] for child in task]
    assert order == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"], "as its schema has it"


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("odd", ["a\nExecStart=/bin/evil", "a\rb", "a\x1b", "a\x85b", "a\udcff", "a\x00b"])
def test_what_cannot_stand_in_a_file_is_refused(kind, odd):
    for changes in ({"vault": f"/{odd}"}, {"command": ("/x", odd)}, {"environment": {"PATH": odd}}, {"log": odd}):
        with pytest.raises(SetupError, match="line breaks"):
            WRITTEN[kind](job(**changes))


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_file_is_known_again(kind):
    text = WRITTEN[kind](job("/home/me/vaultkit-service: -"))
    assert seal_of(text) == "ours" and seal_of(WRITTEN[kind](job())) == "ours"
    assert seal_of(text.replace("watch", "watch --serve", 1)) == "edited"
    assert seal_of("[Service]\nExecStart=/bin/true\n") == "foreign" and seal_of("") == "foreign"


@settings(max_examples=50)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20))
@example("\\")
@example("%")
def test_any_name_comes_through(name):
    vault = f"/home/{name}"
    [start] = unit(WRITTEN["systemd"](job(vault)))["ExecStart"]
    assert words(start)[3].replace("$$", "$") == vault
    assert command_of(WRITTEN["systemd"](job(vault))) == job(vault).command


def test_what_a_strict_service_may_not_write_to():
    strict = WRITTEN["systemd"](job(protection="strict", writable=("/home/me/Site %", "/home/me/.cache/vaultkit")))
    inside = ["/home/me/Site %", "/home/me/Site %/deep", "/home/me/.cache/vaultkit", "/tmp/x"]
    assert out_of_reach(strict, inside) == []
    outside = ["/home/me", "/home/me/Site % other", "/home/me/.cache"]
    assert out_of_reach(strict, [*inside, *outside]) == outside
    assert out_of_reach(WRITTEN["systemd"](job(protection="system")), outside) == [], "that one may"


# systemd's own opinion -------------------------------------------------------------------------------------------


def verified(text, tmp_path):
    """What systemd says against a unit."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed here")
    path = tmp_path / "vaultkit-notes-1234.service"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "run").mkdir(mode=0o700)
    command = [program, "verify", "--user", "--man=no", str(path)]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path / "run"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if "Failed to initialize manager" in done.stderr:
        pytest.skip(f"systemd-analyze cannot look at user units here: {done.stderr.strip()}")
    return done.stderr


def test_systemd_finds_nothing_wrong(tmp_path):
    vault = '/home/me/My %h "Notes" $HOME \\ ünï'
    assert verified(WRITTEN["systemd"](job(vault, protection="strict")), tmp_path) == ""


def test_systemd_would_say_what_is_wrong(tmp_path):
    text = WRITTEN["systemd"](job(protection="strict")).replace("Type=notify", "Type=notfy").replace("=3min", "=3mn")
    said = verified(text, tmp_path)
    assert "notfy" in said and "3mn" in said


def test_systemd_reads_the_words_that_were_meant(tmp_path):
    program = "/home/me/My %h Notes ünï/python"
    said = verified(WRITTEN["systemd"](job(command=(program, "$HOME"))), tmp_path)
    assert f"Command {program} is not executable" in said


def test_a_program_whose_name_systemd_would_not_take(tmp_path):
    text = WRITTEN["systemd"](job(command=('/home/me/"My" \\Notes\'/python', "watch")))
    assert words(unit(text)["ExecStart"][0]) == ["/usr/bin/env", '/home/me/"My" \\Notes\'/python', "watch"]
    assert verified(text, tmp_path) == ""


def test_where_it_waits_longer_each_time():
    text = WRITTEN["systemd"](job(systemd=254))
    assert "RestartSteps=8" in text and "RestartMaxDelaySec=5min" in text
    assert "RestartSteps" not in WRITTEN["systemd"](job(systemd=252))


def test_a_vault_in_a_temporary_folder_is_seen():
    text = WRITTEN["systemd"](job("/tmp/Notes", protection="strict"))
    assert "ReadWritePaths=/tmp /var/tmp" in text and "PrivateTmp" not in text
    assert "PrivateTmp=yes" in WRITTEN["systemd"](job(protection="strict"))
