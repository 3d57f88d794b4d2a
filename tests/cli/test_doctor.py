"""`vaultkit doctor` tells what is missing or wrong, what to do about it, and writes nothing."""

import json
import shutil
import sys
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from packages import install

from rights import as_ordinary_user
from vaultkit import registry
from vaultkit.cli import _examination
from vaultkit.cli._main import main
from vaultkit.vault import watchable
from vaultkit.vault.plugin import Plugin

EXAMPLE = Path(__file__).parent.parent.parent / "docs" / "example"


@pytest.fixture
def vault(tmp_path, monkeypatch):
    """A copy of the example vault; it is the current folder, and the user's folders are beside it."""
    folder = tmp_path / "vault"
    shutil.copytree(EXAMPLE, folder)
    monkeypatch.chdir(folder)
    for name in ("CACHE", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return folder


@pytest.fixture
def examined(capsys, monkeypatch, tmp_path_factory):
    """Runs it where there is a git: the exit code, and the points that are not ok."""
    programs = tmp_path_factory.mktemp("programs")
    (programs / "git").touch(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")

    def examined(*more):
        code = main(["doctor", "--json", *more])
        points = json.loads(capsys.readouterr().out)["points"]
        assert {tuple(point) for point in points} == {("topic", "state", "what", "do")}
        return code, [(point["state"], point["what"], point["do"]) for point in points if point["state"] != "ok"]

    return examined


def everything(folder):
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in [folder, *folder.rglob("*")]}


def test_nothing_is_wrong_and_nothing_is_written(vault, examined, capsys):
    before = everything(vault.parent)
    assert examined() == (0, [])
    assert main(["doctor"]) == 0
    out, err = capsys.readouterr()
    assert err == "\nNothing is wrong.\n"
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in out and "mistune 3." in out
    assert "\nVault\n  ok       the vault " in out and "1 schema\n" in out
    assert "the plugin is not in this vault\n           `vaultkit plugin install` puts it there" in out
    assert everything(vault.parent) == before


def test_without_a_target_it_says_what_a_publish_would_do(vault, capsys):
    (vault / "vaultkit.yaml").write_text("rules: {}\n")
    main(["doctor"])
    out = capsys.readouterr().out
    assert f"no target is configured: `vaultkit publish` makes a site in {vault}-site\n" in out


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("rules: { link-brokn: error }\n", "vaultkit.yaml:1: there is no rule `link-brokn`"),
        ("schemas: [{ use: nothing }]\n", "vaultkit.yaml:1: there is no schema `nothing`"),
        ("publish: { targets: [{ kind: sight }] }\n", "vaultkit.yaml:1: there is no target `sight`"),
        ("rules: [\n", "vaultkit.yaml:"),
    ],
)
def test_a_set_up_that_cannot_be_used_is_a_problem(vault, examined, text, what):
    (vault / "vaultkit.yaml").write_text(text)
    code, [(state, said, _)] = examined()
    assert (code, state) == (1, "problem") and said.startswith(what)


def test_a_match_of_nothing_is_a_remark(vault, examined):
    with open(vault / "vaultkit.yaml", "a") as file:
        file.write("overrides: [{ match: { path: 'Raeding/**' }, rules: { link-broken: off } }]\n")
    code, [(state, said, _)] = examined()
    assert (code, state) == (0, "remark") and "no note has a path that fits" in said


def test_a_folder_without_marks_is_a_remark(tmp_path, examined, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, [(state, said, do)] = examined()
    assert (code, state) == (0, "remark") and "nothing says that" in said and "--vault" in do


def test_a_folder_that_may_be_a_home_is_not_looked_through(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments, looked in ((), False), (("--vault", "."), True):
        main([*arguments, "doctor", "--json"])
        topics = {point["topic"] for point in json.loads(capsys.readouterr().out)["points"]}
        assert ("watching" in topics) is looked


def test_libraries_that_are_missing_or_old(vault, examined, monkeypatch):
    real = metadata.version
    told = {"mistune": "2.0.5", "pygls": None, "PyYAML": "6.0.3", "pydantic": "3.1"}

    def version(name):
        if told.get(name, "") is None:
            raise metadata.PackageNotFoundError(name)
        return told.get(name) or real(name)

    monkeypatch.setattr(metadata, "version", version)
    code, [(problem, libraries, _), (remark, editors, do)] = examined()
    assert (code, problem, remark) == (1, "problem", "remark")
    assert "mistune is 2.0.5, and should be" in libraries and "pydantic is 3.1, and should be" in libraries
    assert "PyYAML" not in libraries
    assert editors.endswith("pygls is not installed") and "pip install 'vaultkit[lsp]'" in do


def test_what_is_only_slower_or_less_is_a_remark(vault, examined, monkeypatch):
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    monkeypatch.setenv("PATH", str(vault))
    code, found = examined()
    assert code == 0 and [state for state, *_ in found] == ["remark", "remark"]
    assert "libyaml" in found[0][1] and "there is no git" in found[1][1]


def test_folders_that_cannot_be_read_or_written(examined, monkeypatch):
    with TemporaryDirectory() as folder:
        vault = Path(folder, "vault")
        (vault / "closed").mkdir(parents=True)
        (vault / "vaultkit.yaml").write_text("publish: { select: { path: '**' } }\n")
        assert examined("--vault", str(vault)) == (0, [])
        monkeypatch.setattr(_examination, "installation", lambda: iter(()))  # it may be out of that user's reach
        with as_ordinary_user(Path(folder)):
            (vault / "closed").chmod(0)
            Path(folder).chmod(0o555)
            monkeypatch.setenv("XDG_CACHE_HOME", str(Path(folder, "cache")))
            code, found = examined("--vault", str(vault))
            Path(folder).chmod(0o755)
            (vault / "closed").chmod(0o755)
    said = {what: state for state, what, _ in found}
    assert code == 1
    assert [state for what, state in said.items() if "the folder `closed`" in what] == ["problem"]
    assert [state for what, state in said.items() if "target `site`" in what] == ["problem"]
    assert [state for what, state in said.items() if "what was found is remembered" in what] == ["remark"]


@pytest.mark.parametrize(("most", "state"), [(3, "problem"), (8, "remark")])
def test_limits_of_watching(vault, examined, monkeypatch, most, state):
    monkeypatch.setattr(watchable, "most_watches", lambda: most)
    code, [(found, said, do)] = examined()
    assert (found, code) == (state, int(state == "problem")) and f"watches {most} for all" in said
    assert "sysctl fs.inotify.max_user_watches=524288" in do


def test_a_file_system_that_tells_nothing(vault, examined, monkeypatch):
    monkeypatch.setattr(watchable, "file_system", lambda path: "nfs4")
    assert examined()[1][0][:2] == (
        "remark",
        "the vault lies on nfs4, where files change unseen: `vaultkit watch` looks every two seconds instead",
    )


def test_the_plugin_of_another_version(vault, examined, capsys):
    assert main(["plugin", "install"]) == 0
    capsys.readouterr()
    assert examined() == (0, [])
    manifest = Path(Plugin(str(vault)).folder, "manifest.json")
    manifest.write_text('{"version": "0.0.1"}')
    code, [(state, said, do)] = examined()
    assert (code, state, said) == (0, "remark", "an older plugin is in this vault, version 0.0.1")
    assert "vaultkit plugin install" in do


def test_a_command_that_nobody_agreed_to(vault, examined):
    with open(vault / "vaultkit.yaml", "a") as file:
        file.write("    - { kind: command, name: away, run: [/bin/true], output: ../away }\n")
    code, [(state, said, _)] = examined()
    assert (code, state) == (0, "remark") and "target `away`: nobody has agreed yet" in said


def test_packages_that_extend_it(vault, examined, monkeypatch, tmp_path, capsys):
    entries = {"vaultkit.rules": {"acme-good": "acme:good", "acme-bad": "acme:bad", "link-broken": "acme:good"}}
    text = "import vaultkit\n@vaultkit.rule(severity=None)\ndef acme_good(ctx): yield\ngood = acme_good\n"
    monkeypatch.syspath_prepend(str(install(tmp_path / "site", "acme", "1.0", entries, {"acme.py": text})))
    try:
        code, [(problem, bad, _), (remark, taken, _)] = examined()
    finally:
        registry._taken_in.clear()
        registry._providers.clear()
        sys.modules.pop("acme", None)
    assert (code, problem, remark) == (1, "problem", "remark")
    assert "`acme-bad` of the package `acme` 1.0 cannot be loaded: AttributeError" in bad
    assert "the rule `link-broken` of the package `acme` 1.0 is never used" in taken
