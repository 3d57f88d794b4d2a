"""Rules, reports and targets of other packages: found when named, treated as ours, and kept from doing harm."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from packages import install, install_rule

import vaultkit
from vaultkit import extensions, registry
from vaultkit.cli._main import main
from vaultkit.errors import SetupError
from vaultkit.lint import foreign

EXAMPLE = Path(__file__).parent / "example"


@pytest.fixture(scope="module")
def club(tmp_path_factory):
    """The example package, built and installed as anybody's would be, without a network."""
    for needed in ("pip", "setuptools"):
        if not find_spec(needed):
            pytest.skip(f"{needed} is not installed here")
    source = tmp_path_factory.mktemp("club") / "source"
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info", ".mypy_cache"))
    folder = source.parent / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", folder]
    done = subprocess.run([*pip, source], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def use(monkeypatch):
    """Puts a folder of packages onto Python's path, for this test alone."""
    before = set(sys.modules)

    def use(folder):
        monkeypatch.syspath_prepend(str(folder))
        return folder

    yield use
    for name in set(sys.modules) - before:
        if name.partition(".")[0] not in ("vaultkit", "pydantic"):
            del sys.modules[name]
    registry._taken_in.clear()
    registry._providers.clear()
    extensions._loaded.clear()
    extensions._in_a_vault.cache_clear()


@pytest.fixture
def vault(tmp_path, monkeypatch):
    """A vault with a note that is right, one that is not, and one in between; it is the current folder."""
    folder = tmp_path / "vault"
    folder.mkdir()
    for name, text in {"a.md": "TODO: write\n", "b.md": "[[Nowhere]]\n\nlater TODO\n", "c.md": "`TODO` fine\n"}.items():
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    return folder


def configured(vault, text):
    (vault / "vaultkit.yaml").write_text(text)


def run(capfd, *arguments):
    """The exit code, standard output and standard error of a command."""
    code = main(list(arguments))
    return (code, *capfd.readouterr())


def concise(capfd, *arguments):
    return run(capfd, "check", "--output-format", "concise", "--quiet", "--no-cache", *arguments)[1].splitlines()


# As ours ---------------------------------------------------------------------------------------------------------


def test_a_rule_holds_where_it_is_named(club, use, vault, capfd):
    use(club)
    broken = "b.md:1:1: error[link-broken]: there is no note `Nowhere`"
    assert concise(capfd) == [broken]
    configured(vault, "rules: { club-todo: {} }\n")
    first = "a.md:1:1: warning[club-todo]: `TODO` says that something is left to do  [fixable: --fix]"
    assert concise(capfd) == [
        first,
        broken,
        "b.md:3:7: warning[club-todo]: `TODO` says that something is left to do",
    ]
    assert concise(capfd, "--select", "club-todo")[0] == first
    assert concise(capfd, "--ignore", "club-todo") == [broken]
    configured(
        vault, "overrides:\n  - { match: { path: b.md }, rules: { club-todo: error } }\nrules: { club-todo: off }\n"
    )
    assert concise(capfd) == [broken, "b.md:3:7: error[club-todo]: `TODO` says that something is left to do"]
    assert run(capfd, "inspect", "a.md")[0] == 0


def test_its_options_are_checked_as_ours_are(club, use, vault, capfd):
    use(club)
    configured(vault, "rules: { club-todo: { words: [LATER, FIXME] } }\n")
    assert len(concise(capfd)) == 1
    configured(vault, "rules:\n  club-todo: { wrods: [LATER] }\n")
    assert run(capfd, "check") == (
        2,
        "",
        "vaultkit: vaultkit.yaml:2: the rule `club-todo` has no option `wrods`\n  help: did you mean `words`?\n",
    )
    configured(vault, "rules:\n  club-todo: { words: [later] }\n")
    assert "cannot be set up so: `later` is no word in capital letters" in run(capfd, "check")[2]
    configured(vault, "rules:\n  club-tood: error\n")
    assert "there is no rule `club-tood`\n  help: did you mean `club-todo`?" in run(capfd, "check")[2]


def test_it_is_listed_and_explained(club, use, vault, capfd):
    use(club)
    [row] = [line for line in run(capfd, "rules")[1].splitlines() if line.startswith("club-todo")]
    assert row.split(maxsplit=2)[1:] == [
        "warning", "A word that says that something is left to do stands in a note. (vaultkit-club 1.2.0)"
    ]  # fmt: skip
    [told] = [item for item in json.loads(run(capfd, "rules", "--json")[1])["rules"] if item["name"] == "club-todo"]
    assert (told["package"], told["version"], told["fixable"]) == ("vaultkit-club", "1.2.0", "safe")
    assert told["options"]["words"]["default"] == ["TODO"]
    said = run(capfd, "explain", "club-todo")[1]
    assert "Do it, or note it down as a task." in said and "From the package `vaultkit-club` 1.2.0" in said
    assert "Option `words`: list of text" in said
    rule = json.loads(run(capfd, "check", "--select", "club-todo", "--output-format", "sarif")[1])["runs"][0]["tool"]
    assert "looks careless" in rule["driver"]["rules"][0]["help"]["text"]


def test_it_can_be_suppressed_and_mends(club, use, vault, capfd):
    use(club)
    configured(vault, "rules: { club-todo: error }\n")
    (vault / "b.md").write_text("later TODO %% vaultkit-disable-line club-todo: soon %%\n")
    assert [line[:4] for line in concise(capfd)] == ["a.md"]
    assert run(capfd, "fix", "--quiet")[0] == 0
    assert (vault / "a.md").read_text() == "- [ ] write\n"
    configured(vault, "rules: { club-todo: off }\n")
    assert concise(capfd) == [], "a rule that is off is no unknown one"
    (vault / "vaultkit.yaml").unlink()
    assert "there is no rule `club-todo`" in concise(capfd)[0], "without a word in the configuration nobody knows it"


def test_a_report_is_chosen_by_its_name(club, use, vault, capfd):
    use(club)
    code, out, _ = run(capfd, "check", "--output-format", "club-list")
    assert (code, out) == (1, "- [ ] b.md, line 1: there is no note `Nowhere` (link-broken)\n")
    assert vaultkit.report(vaultkit.check(vault), "club-list") == out


def test_a_target_takes_an_edition(club, use, vault, capfd):
    use(club)
    text = (
        "publish:\n  select: { path: '**' }\n  targets:\n"
        "    - { kind: club-opml, output: ../out, owner: We, base-url: 'https://a.example/' }\n"
    )
    configured(vault, text)
    assert run(capfd, "publish")[0] == 0
    outline = (vault.parent / "out" / "outline.opml").read_text()
    assert "<ownerName>We</ownerName>" in outline and '<outline text="a" url="https://a.example/a.html"/>' in outline
    assert "b.html" not in outline, "a note that fails is not public in any form"
    assert "0 new" not in run(capfd, "publish")[2]
    configured(vault, text.replace("owner", "onwer"))
    assert "there is no key `onwer` here\n  help: did you mean `owner`?" in run(capfd, "publish")[2]


def test_without_the_package_its_names_are_unknown(vault, capfd):
    configured(vault, "rules:\n  club-todo: error\n")
    code, out, err = run(capfd, "check")
    assert (code, out) == (2, "") and err.startswith("vaultkit: vaultkit.yaml:2: there is no rule `club-todo`\n")
    assert "must be installed where vaultkit is" in err
    (vault / "vaultkit.yaml").unlink()
    assert run(capfd, "check", "--output-format", "club-list")[0] == 2


def test_the_guide_shows_the_package():
    page = (EXAMPLE.parents[2] / "docs" / "guide" / "extending.md").read_text(encoding="utf-8")
    files = [path.read_text() for path in (EXAMPLE / "pyproject.toml", *EXAMPLE.glob("*/*.py"))]
    blocks = re.findall(r"^```(?:python|toml)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 6
    assert [block for block in blocks if not any(block in text for text in files)] == []


# Remembered ------------------------------------------------------------------------------------------------------


def imports(vault, path, *more):
    """What a check in a process of its own imports, and what it says."""
    code = (
        "import sys\nfrom vaultkit.cli._main import main\n"
        f"main(['check', '--output-format', 'concise', '--quiet', *{more}])\nsys.stderr.write(' '.join(sys.modules))"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(vault.parent / "cache"), "PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=vault, env=environment, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split()), done.stdout.splitlines()


def test_what_was_found_is_remembered_until_the_package_changes(vault):
    site = install_rule(vault.parent / "site", "acme-says", 'yield ctx.report(Span(0, 0), "one")')
    configured(vault, "rules: { acme-says: error, link-broken: off }\n")
    assert len(imports(vault, site)[1]) == 3
    time.sleep(2.1)  # a file that changed a moment ago is looked at once more
    imports(vault, site)
    modules, said = imports(vault, site)
    assert len(said) == 3 and {"acme_rules", "importlib.metadata", "vaultkit.extensions"} & modules == set()
    (vault / "a.md").write_text("something else\n")
    modules, said = imports(vault, site)
    assert len(said) == 3 and "acme_rules.acme_says" in modules
    assert "importlib.metadata" not in modules, "where the rule is was remembered"
    module = site / "acme_rules" / "acme_says.py"
    module.write_text(module.read_text().replace('"one"', '"another"'))
    assert [line.rpartition(": ")[2] for line in imports(vault, site)[1]] == ["another"] * 3
    shutil.rmtree(site)
    assert imports(vault, site)[1] == []


def test_a_package_that_changes_while_it_runs_is_not_remembered(vault, use):
    site = use(install_rule(vault.parent / "site", "acme-says", 'yield ctx.report(Span(0, 0), "one")'))
    configured(vault, "rules: { acme-says: error }\n")
    assert len(vaultkit.check(vault, cache=False).diagnostics) == 4
    module = site / "acme_rules" / "acme_says.py"
    os.utime(module, ns=(1, 1))
    with pytest.raises(SetupError, match="was changed while vaultkit was running"):
        vaultkit.check(vault, cache=False)


# Trust -----------------------------------------------------------------------------------------------------------


def test_a_package_in_a_vault_is_not_looked_at(vault, use, capfd):
    use(install_rule(vault, "acme-says", 'open("/dev/null")\nyield from ()'))
    configured(vault, "rules:\n  acme-says: error\n")
    assert "there is no rule `acme-says`" in run(capfd, "check")[2]
    assert "acme_rules" not in sys.modules


def test_code_in_a_vault_does_not_stand_in_for_what_is_installed(vault, use, capfd, monkeypatch):
    use(install_rule(vault.parent / "site", "acme-says", "yield from ()"))
    (vault / "acme_rules").mkdir()
    (vault / "acme_rules" / "__init__.py").write_text("raise SystemExit('from the vault')\n")
    monkeypatch.syspath_prepend(str(vault))
    configured(vault, "rules:\n  acme-says: error\n")
    assert "no module named 'acme_rules.acme_says' is installed" in run(capfd, "check")[2]


def test_what_lies_in_the_current_folder_is_not_run(vault):
    (vault / "yaml.py").write_text("raise SystemExit('from the vault')\n")
    configured(vault, "rules: { link-broken: warning }\n")
    done = subprocess.run([sys.executable, "-m", "vaultkit", "check"], cwd=vault, capture_output=True, check=False)
    assert (done.returncode, b"from the vault" in done.stderr) == (0, False)


def test_nothing_of_ours_can_be_replaced(vault, use, capfd):
    use(install_rule(vault.parent / "site", "link-broken", "yield from ()"))
    assert len(concise(capfd)) == 1


def test_two_packages_with_one_name_are_one_message(vault, use, capfd):
    use(install_rule(vault.parent / "one", "acme-says", "yield from ()"))
    use(
        install(vault.parent / "two", "other", "2.0", {"vaultkit.rules": {"acme-says": "other:rule"}}, {"other.py": ""})
    )
    configured(vault, "rules: { acme-says: error }\n")
    assert (
        "the packages `acme` and `other` both bring a rule `acme-says`\n  help: uninstall one of them"
        in run(capfd, "check")[2]
    )


# Mistakes of theirs ----------------------------------------------------------------------------------------------


def failing(use, vault, body, name="acme-says"):
    use(install_rule(vault.parent / "site", name, body))
    configured(vault, f"rules: {{ {name}: warning }}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError: No module named 'nothing_of_that_name'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def acme_says(", "SyntaxError"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("print('hello')", "AttributeError: module 'acme_rule' has no attribute 'acme_says'"),
        ("acme_says = 1", "is none: `@vaultkit.rule(…)` makes one"),
        (
            "import vaultkit\n@vaultkit.rule(severity=None)\ndef other(ctx): yield\nacme_says = other",
            "calls itself `other`",
        ),
        ("import vaultkit\n@vaultkit.rule(severity=2)\ndef acme_says(ctx): yield", "has no severity, but 2"),
        ("import vaultkit\n@vaultkit.rule(severity=None, options=dict)\ndef acme_says(ctx): yield", "has options that"),
        ("import vaultkit\n@vaultkit.rule(severity=None, about=('x',))\ndef acme_says(ctx): yield", "AssertionError"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_one_message(vault, use, capfd, text, said):
    entries = {"vaultkit.rules": {"acme-says": "acme_rule:acme_says"}}
    use(install(vault.parent / "site", "acme", "1.0", entries, {"acme_rule.py": text}))
    configured(vault, "rules:\n  acme-says: error\n")
    code, out, err = run(capfd, "check", "--output-format", "json")
    err = err.removeprefix("hello\n")
    assert (code, out, err.count("\n")) == (2, "", 2), err
    assert err.startswith("vaultkit: vaultkit.yaml:2: the rule `acme-says` of the package `acme` 1.0 ") and said in err
    assert "acme-says" in run(capfd, "rules")[2]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("yield 1 / (ctx.note.path != 'a.md')", "ZeroDivisionError: division by zero (acme_says.py:"),
        ("if ctx.note.path == 'a.md': raise SystemExit('enough')\nyield from ()", "SystemExit: enough"),
        ("if ctx.note.path == 'a.md': raise RuntimeError\nyield from ()", "RuntimeError (acme_says.py:"),
        ("if ctx.note.path == 'a.md': yield 'words'", "it yields str"),
        ("if ctx.note.path == 'a.md': yield ctx.report(Span(0, 999), 'x')", "(0, 999), and the note has 12 characters"),
        ("if ctx.note.path == 'a.md': yield ctx.report((0, 1), 'x')", "(0, 1), and the note"),
        ("if ctx.note.path == 'a.md': yield ctx.report(Span(0, 1), 'x')._replace(path='b.md')", "of another note"),
        ("if ctx.note.path == 'a.md': yield ctx.report(Span(0, 1), 'x')._replace(rule='link-broken')", "another rule"),
        ("if ctx.note.path == 'a.md': yield ctx.report(Span(0, 1), 3)", "it yields Diagnostic"),
        (
            "fix = Fix('x', (TextEdit(Span(5, 99), ''),), True)\n"
            "if ctx.note.path == 'a.md': yield ctx.report(Span(0, 1), 'x', fix=fix)",
            "it finds something at",
        ),
        ("while ctx.note.path == 'a.md': yield ctx.report(Span(0, 1), 'x')", "it has more than 10000 findings"),
        ("def f(): f()\nif ctx.note.path == 'a.md': f()\nyield from ()", "RecursionError"),
    ],
)
def test_a_rule_that_fails_is_a_finding_and_the_others_go_on(vault, use, capfd, body, said):
    failing(use, vault, body.replace("yield 1 /", "if 1 /").replace("!= 'a.md')", "!= 'a.md'): yield from ()"))
    code, out, _ = run(capfd, "check", "--output-format", "json", "--no-cache")
    found = json.loads(out)["findings"]
    [failed] = [item for item in found if item["message"].startswith("this rule failed")]
    assert (code, failed["path"], failed["rule"], failed["severity"]) == (1, "a.md", "acme-says", "error")
    assert (
        said in failed["message"] and failed["hint"] == "this is a mistake in the package `acme` 1.0, not in your note"
    )
    assert [item["rule"] for item in found if item["path"] != "a.md"] == ["link-broken"]


PRINTING = """
import os, subprocess, sys
print("printed"); sys.stdout.write("written"); os.write(1, b"raw"); subprocess.run(["echo", "by a program"])
yield from ()
"""


@pytest.mark.parametrize("form", ["json", "sarif", "jsonl"])
def test_what_a_rule_prints_is_no_part_of_the_report(vault, use, capfd, form):
    failing(use, vault, PRINTING)
    _, out, err = run(capfd, "check", "--output-format", form)
    for line in [out] if form != "jsonl" else out.splitlines():
        json.loads(line)
    assert all(word in err for word in ("printed", "written", "raw", "by a program"))


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(foreign, "SECONDS", 0.1)
    monkeypatch.setattr(extensions, "_PATIENCE", 2)


ENDLESS = {
    "python": "while ctx.note.path != 'c.md': pass\nyield from ()",
    "pattern": "import re\nif ctx.note.path != 'c.md': re.match('(a+)+$', 'a' * 40 + 'b')\nyield from ()",
    "sleep": "import time\nif ctx.note.path != 'c.md': time.sleep(1000)\nyield from ()",
    "stubborn": "while ctx.note.path != 'c.md':\n    try: 1 / 0\n    except Exception: pass\nyield from ()",
}


@pytest.mark.parametrize("way", ENDLESS)
def test_a_rule_that_never_ends_is_ended(vault, use, capfd, soon, way):
    failing(use, vault, ENDLESS[way])
    found = json.loads(run(capfd, "check", "--output-format", "json")[1])["findings"]
    late = [item["path"] for item in found if "it took longer than 0.1 seconds" in item["message"]]
    assert (late, [item["rule"] for item in found].count("link-broken")) == (["a.md", "b.md"], 1)


def test_in_another_thread_too(vault, use, soon):
    failing(use, vault, ENDLESS["python"])
    found = []
    thread = threading.Thread(target=lambda: found.extend(vaultkit.check(vault, cache=False).diagnostics))
    thread.start()
    thread.join(60)
    assert [item.path for item in found if "it took longer" in item.message] == ["a.md", "b.md"]


def test_one_that_is_late_again_and_again_is_not_started_any_more(vault, use, soon):
    for number in range(5):
        (vault / f"d{number}.md").write_text("fine\n")
    failing(use, vault, ENDLESS["python"])
    found = [item for item in vaultkit.check(vault, cache=False).diagnostics if item.rule == "acme-says"]
    assert ["not started any more" in item.message for item in found] == [False] * 3 + [True] * 4


def test_a_note_that_was_not_judged_is_not_published(vault, use, capfd):
    failing(use, vault, "1 / 0\nyield")
    with open(vault / "vaultkit.yaml", "a") as file:
        file.write("publish:\n  select: { path: '**' }\n  targets: [{ output: ../out }]\n")
    run(capfd, "publish")
    assert not list((vault.parent / "out").glob("?.html"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def acme_form(result, look): print('x'); 1 / 0", "failed: ZeroDivisionError: division by zero"),
        ("def acme_form(result, look): return 3", "failed: a report is a text, and this is int"),
        ("acme_form = 3", "cannot be called"),
    ],
)
def test_a_report_that_fails_is_one_message(vault, use, capfd, text, said):
    entries = {"vaultkit.reports": {"acme-form": "acme_form:acme_form"}}
    use(install(vault.parent / "site", "acme", "1.0", entries, {"acme_form.py": text}))
    code, out, err = run(capfd, "check", "--output-format", "acme-form")
    assert (code, out) == (2, "") and f"the report `acme-form` of the package `acme` 1.0 {said}" in err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("lines = [", "1 / 0; lines = ["), "failed: ZeroDivisionError: division by zero"),
        (
            ('yield Output("outline.opml", text.encode())', 'yield Output("x", b""); raise OSError("no")'),
            "failed: OSError: no",
        ),
        (("    def literals", "    def other"), "lacks `literals`"),
        (("options = Options", "options = dict"), "has no `options` that are a TargetOptions"),
    ],
)
def test_a_target_that_fails_does_not_stop_the_others(vault, use, capfd, change, said):
    text = (EXAMPLE / "vaultkit_club" / "opml.py").read_text()
    assert change[0] in text
    entries = {"vaultkit.targets": {"club-opml": "club:club_opml"}}
    use(install(vault.parent / "site", "club", "1.0", entries, {"club.py": text.replace(*change)}))
    targets = "[{ output: ../site1 }, { kind: club-opml, output: ../out, title: x }, { name: b, output: ../site2 }]"
    configured(vault, f"publish:\n  select: {{ path: '**' }}\n  targets: {targets}\n")
    code, _, err = run(capfd, "publish", "--json")
    assert code == 2 and f"the target `club-opml` of the package `club` 1.0 {said}" in err, err
    assert not (vault.parent / "out").exists()
    if "failed" in said:
        assert (vault.parent / "site2" / "a.html").exists()
