"""Hooks and notifications: run for what happened, with real programs, and never in the way."""

import json
import os
import resource
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from vaultkit.errors import SetupError
from vaultkit.model.standing import Reason
from vaultkit.publish.select import Verdict
from vaultkit.vault.settings import load_config
from vaultkit.vault.user_config import UserSettings, user_file, user_settings
from vaultkit.watching import desktop
from vaultkit.watching.events import Published
from vaultkit.watching.hooks import Hooks
from watch_process import wait_until


def published(new=(), changed=(), withdrawn=(), held=(), output="/site"):
    """What a publish told, as far as it is asked here."""
    verdicts = tuple(Verdict(path, "held", (Reason("link-broken", why),)) for path, why in held)
    plan = SimpleNamespace(
        refusal=None,
        new=new,
        changed=changed,
        withdrawn=tuple(SimpleNamespace(path=path, still_public=False) for path in withdrawn),
        held=verdicts,
        by_state=lambda state: verdicts if state == "held" else (),
    )
    return Published(
        None, (SimpleNamespace(plan=plan, output=output, target=SimpleNamespace(name="site"), error=None),)
    )


@pytest.fixture
def run(tmp_path):
    """Hooks of one command each, that told what they have to tell."""
    made = []

    def hooks(**settings):
        said = []
        wish = UserSettings(**{"notifications": False, **settings})
        made.append(Hooks(str(tmp_path), lambda: wish, said.append))
        made[-1](published(new=("Old.md",)) if "on_held" in settings else published())
        return made[-1], said

    yield hooks
    for item in made:
        item.close()


def script(tmp_path, code, name="hook"):
    path = tmp_path / name
    path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{code}\n")
    path.chmod(0o700)
    return str(path)


def test_what_a_hook_is_given(run, tmp_path):
    hook = script(tmp_path, "print(json.load(sys.stdin)); print(sys.argv[1:], os.getcwd())")
    hooks, said = run(on_held=(hook, "a b", "$HOME;"))
    hooks(published(held=[("A.md", "there is no note `X\x1b`")]))
    wait_until(lambda: len(said) == 2)
    document = {
        "version": 1,
        "event": "on-held",
        "vault": str(tmp_path),
        "notes": [{"path": "A.md", "what": "held", "why": "there is no note `X\x1b`"}],
    }
    assert said == [f"on-held: {document}", f"on-held: ['a b', '$HOME;'] {os.path.expanduser('~')}"]


def test_it_is_heard_in_a_process_that_holds_many_files(run, tmp_path):
    hooks, said = run(on_held=(script(tmp_path, "print('heard')"),))
    held = [
        os.open(os.devnull, os.O_RDONLY) for _ in range(min(1100, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200))
    ]
    try:
        hooks(published(held=[("A.md", "x")]))
        wait_until(lambda: said)
    finally:
        for each in held:
            os.close(each)
    assert said == ["on-held: heard"]


def test_it_is_run_when_something_public_changed(run, tmp_path):
    hook = script(tmp_path, "print(*[n['what'] + ' ' + n['path'] for n in json.load(sys.stdin)['notes']])")
    hooks, said = run(on_published=(hook,))
    hooks(published(held=[("H.md", "x")]))
    hooks(published())
    hooks(published(new=("N.md",), changed=("C.md",), withdrawn=("W.md",)))
    wait_until(lambda: said)
    assert said == ["on-published: new N.md changed C.md withdrawn W.md"]


def test_a_note_that_stays_held_is_told_once(run, tmp_path):
    hook = script(tmp_path, "print(*[n['path'] for n in json.load(sys.stdin)['notes']])")
    hooks, said = run(on_held=(hook,))
    for held in ([("A.md", "x")], [("A.md", "y")], [("A.md", "y"), ("B.md", "z")], [], [("A.md", "x")]):
        hooks(published(held=held))
    wait_until(lambda: len(said) == 3)
    assert said == ["on-held: A.md", "on-held: B.md", "on-held: A.md"]


def test_one_that_fails_is_told(run, tmp_path):
    hooks, said = run(on_held=(script(tmp_path, "print('oh\\x1b[31m no'); sys.exit(3)"),))
    hooks(published(held=[("A.md", "x")]))
    wait_until(lambda: len(said) == 2)
    assert said == ["on-held: oh␛[31m no", "The hook on-held failed: it ended with exit code 3."]


def test_one_that_is_not_there_is_told(run, tmp_path):
    hooks, said = run(on_held=(str(tmp_path / "nowhere"),))
    hooks(published(held=[("A.md", "x")]))
    wait_until(lambda: said)
    assert said[0].startswith("The hook on-held cannot be run: ") and "No such file" in said[0]


def test_one_that_hangs_is_ended_with_all_that_it_started(run, tmp_path):
    code = f"""
import subprocess
subprocess.Popen(["sleep", "600"])
open({str(tmp_path / "pid")!r}, "w").write(str(os.getpid()))
time.sleep(600)
"""
    hooks, said = run(on_held=(script(tmp_path, code),), timeout=1.0)
    began = time.monotonic()
    hooks(published(held=[("A.md", "x")]))
    assert time.monotonic() - began < 30, "the watch does not wait for it"
    wait_until(lambda: said)
    assert said == ["The hook on-held failed: it was not done after 1 s, and was ended."]
    group = int((tmp_path / "pid").read_text())
    wait_until(lambda: not group_lives(group))


def group_lives(group):
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(row.split()[0] == str(group) and "Z" not in row.split()[1] for row in listed.splitlines())


def test_one_that_says_too_much_is_heard_in_part(run, tmp_path):
    hooks, said = run(on_held=(script(tmp_path, "[print('x' * 1000) for _ in range(100000)]"),))
    hooks(published(held=[("A.md", "x")]))
    wait_until(lambda: said)
    assert len(said) == 50 and not any("failed" in words for words in said)


def test_one_that_leaves_something_running_is_not_waited_for(run, tmp_path):
    hooks, said = run(
        on_held=(script(tmp_path, "print('done', flush=True); os.fork() or time.sleep(5)"),), timeout=600.0
    )
    hooks(published(held=[("A.md", "x")]))
    wait_until(lambda: said)
    assert said == ["on-held: done"]


def test_the_end_of_the_watch_waits_for_a_moment_only(run, tmp_path):
    pid = tmp_path / "pid"
    hooks, said = run(on_held=(script(tmp_path, f"open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)"),))
    for _ in range(3):
        hooks(published(held=[("A.md", "x")]))
        hooks(published())
    wait_until(lambda: pid.exists() and pid.read_text())
    hooks.close()
    wait_until(lambda: not group_lives(int(pid.read_text())))
    assert said == []


def test_too_many_are_not_kept(run, tmp_path):
    hooks, said = run(on_published=(script(tmp_path, "time.sleep(600)"),), timeout=600.0)
    for number in range(30):
        hooks(published(new=(f"{number}.md",)))
    assert "too slow" in said[0]


def test_the_desktop_is_told_by_arguments_alone(run, tmp_path, monkeypatch):
    shown = tmp_path / "shown"
    code = f"json.dump(sys.argv[1:], open({str(shown) + '~'!r}, 'w')); os.rename({str(shown) + '~'!r}, {str(shown)!r})"
    script(tmp_path, code, "notify-send")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("DISPLAY", ":0")
    hooks, _ = run(notifications=True, on_held=())
    hooks(published(held=[("-rf <b>.md", "bad\n\x1b")]))
    wait_until(shown.exists)
    title, text = "A published note is held back", "-rf &lt;b&gt;.md: bad␊␛"
    assert json.loads(shown.read_text()) == ["--app-name=vaultkit", "--", title, text]
    shown.unlink()
    hooks(published(held=[("-rf <b>.md", "bad"), ("A.md", "x" * 999), ("B.md", "x")]))
    wait_until(shown.exists)
    assert json.loads(shown.read_text())[2:] == ["2 published notes are held back", "A.md, B.md"]


def test_there_may_be_no_desktop(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    assert desktop.command("a", "b") is None and desktop.notify("a", "b") is False
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", "/nowhere")
    assert desktop.notify("a", "b") is False


def test_what_a_mac_is_told(monkeypatch):
    monkeypatch.setattr("vaultkit.watching.desktop.sys.platform", "darwin")
    monkeypatch.setattr("vaultkit.watching.desktop.shutil.which", lambda name: f"/usr/bin/{name}")
    argv = desktop.command('" & (do shell script "x")', "note")
    assert argv[0] == "/usr/bin/osascript" and argv[-2:] == ['" & (do shell script "x")', "note"]
    assert 'do shell script "x"' not in " ".join(argv[:-2])
    assert len(desktop.shown("x" * 999)) == 240


# The user's own configuration ------------------------------------------------------------------------------------


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """Writes the user's configuration."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def write(text):
        path = tmp_path / "config" / "vaultkit" / "config.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return user_settings(str(tmp_path / "vault"))

    return write


def test_what_a_user_may_want(mine, tmp_path):
    assert user_settings(str(tmp_path / "vault")) == UserSettings()
    assert mine("") == UserSettings()
    text = (
        "version: 1\nnotifications: false\nhooks:\n  on-held: [mail, -s, a b]\n  on-published: [~/x]\n  timeout: 2.5\n"
    )
    assert mine(text) == UserSettings(False, ("mail", "-s", "a b"), ("~/x",), 2.5)
    assert mine("hooks:\n  on-held:\nnotifications:\n") == UserSettings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hook: {}", "did you mean `hooks`"),
        ("hooks: { on-hold: [a] }", "did you mean `on-held`"),
        ("hooks: { on-held: rm -rf }", "should be a list"),
        ("hooks: { on-held: [./x] }", "write the whole path"),
        ("hooks: { on-held: [''] }", "the program"),
        ("hooks: { on-held: [1] }", "should be text"),
        ("hooks: { timeout: 0 }", "greater than 0"),
        ("notifications: maybe", "true or false"),
        ("version: 2", "version"),
        ("- a", "name: value"),
        ("a: [", ""),
    ],
)
def test_what_is_wrong_is_one_message_with_its_line(mine, text, words):
    with pytest.raises(SetupError) as error:
        mine(text)
    assert words in str(error.value) and error.value.where == f"{user_file()}:1"


def test_it_cannot_lie_in_the_vault(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "link"))
    (tmp_path / "vault" / "vaultkit").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "vault")
    (tmp_path / "vault" / "vaultkit" / "config.yaml").write_text("hooks: { on-held: [x] }\n")
    with pytest.raises(SetupError, match="lies in the vault"):
        user_settings(str(tmp_path / "vault"))


@pytest.mark.parametrize("key", ["hooks", "notifications"])
def test_a_vault_cannot_name_programs_to_run(tmp_path, key):
    (tmp_path / "vaultkit.yaml").write_text(f"version: 1\n{key}: {{ on-held: [rm] }}\n")
    with pytest.raises(SetupError, match="your own configuration") as error:
        load_config(str(tmp_path))
    assert error.value.where.endswith("vaultkit.yaml:2") and user_file() in error.value.do
