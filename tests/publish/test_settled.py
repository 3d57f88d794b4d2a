"""A publish that has nothing to do knows so without looking at any note; whatever is other than it was, it looks."""

import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from publish.vaults import public
from vaultkit.cli._main import main
from vaultkit.publish.store import Store

NOTES = {
    "a.md": public("tulips [[b]] ![[p.svg]]"),
    "b.md": public("roses"),
    "fails.md": public("[[nowhere]]"),
    "p.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "vaultkit.yaml": "publish: {gate: warning}\nrules: {link-broken: error}\n",
}


class Tomorrow(datetime):
    """The clock a day later."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days=1)


class Vault:
    """A vault that is published by the command, in this process."""

    def __init__(self, folder, patch, capsys):
        self.root, self.site = folder / "vault", folder / "vault-site"
        self.cache = folder / "cache"
        self._capsys = capsys
        patch.setenv("XDG_CACHE_HOME", str(self.cache))
        patch.setattr("vaultkit.vault.settled._RACY", -(10**18))
        self.root.mkdir()
        for path, text in NOTES.items():
            (self.root / path).write_text(text)

    def publish(self, *more):
        """The exit code, and what was said."""
        self._capsys.readouterr()
        code = main(["--vault", str(self.root), "publish", "--color", "never", *more])
        out, err = self._capsys.readouterr()
        return code, out, err.replace(str(self.site), "SITE")


@pytest.fixture
def vault(tmp_path, monkeypatch, capsys):
    made = Vault(tmp_path, monkeypatch, capsys)
    made.publish()
    return made


@pytest.fixture
def looks(monkeypatch):
    """The sessions that were asked for their publisher."""
    from vaultkit.publisher import Publisher

    asked = []
    publish = Publisher.publish
    monkeypatch.setattr(Publisher, "publish", lambda self, *given: asked.append(self) or publish(self, *given))
    return asked


def test_nothing_changed_and_nothing_is_looked_at(vault, looks):
    first, second = vault.publish(), vault.publish("--json")
    assert looks == []
    shutil.rmtree(vault.cache)
    assert vault.publish() == first and "2 unchanged; 1 withheld" in first[2] and "fails.md" in first[1]
    assert vault.publish("--json") == second and len(looks) == 1


def test_another_day_is_looked_at_since_bases_may_tell_it(vault, looks, monkeypatch):
    (vault.root / "c.md").write_text(
        public("```base\nformulas: {day: today()}\nviews: [{type: table, order: [formula.day]}]\n```")
    )
    vault.publish()
    looks.clear()
    monkeypatch.setattr("vaultkit.publisher.datetime", Tomorrow)
    monkeypatch.setattr("vaultkit.vault.settled.time.localtime", lambda: Tomorrow.now().timetuple())
    vault.publish()
    assert len(looks) == 1 and Tomorrow.now().date().isoformat() in (vault.site / "c.html").read_text()


def loaded(vault, before, names):
    """What a publish in a process of its own said, and at the end which of these modules it had loaded."""
    code = (
        f"import sys; from vaultkit.cli._main import main\n{before}\n"
        f"assert main(['--vault', {str(vault.root)!r}, 'publish']) == 0\n"
        f"print(sorted({names!r} & sys.modules.keys()))"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(vault.cache)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def test_neither_templates_nor_a_renderer_are_loaded(vault):
    heavy = {"jinja2", "mistune", "nh3", "pydantic", "yaml", "vaultkit.publish.press"}
    said = loaded(vault, "import vaultkit.vault.settled as s; s._RACY = -10**18", heavy)
    assert said.endswith("[]\n"), said


def test_a_first_publish_reads_plain_settings_without_pydantic_and_renders_elsewhere(vault):
    with open(vault.root / "vaultkit.yaml", "w") as file:
        file.write("publish: {targets: [{edit-url: 'https://example.org/edit/'}]}\n")
    shutil.rmtree(vault.cache)
    said = loaded(vault, "", {"pydantic", "mistune", "nh3", "pygments"})
    assert said.endswith("[]\n"), said


@pytest.fixture
def judged(monkeypatch):
    """The notes that were checked, whatever was remembered."""
    from vaultkit.session import Session

    found = []
    judge = Session._judge
    monkeypatch.setattr(Session, "_judge", lambda self, *given: found.append(given) or judge(self, *given))
    monkeypatch.setattr("vaultkit.vault.cache._RACY", -(10**18))
    return found


def test_a_check_and_a_publish_remember_the_same(vault, judged):
    vault.publish("--force")
    judged.clear()
    main(["--vault", str(vault.root), "check"])
    vault.publish("--force")
    assert judged == []


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--diff", "a.md"), ("--diff", "no such note")])
@pytest.mark.parametrize("rendered", [True, False])
def test_what_was_found_is_remembered_though_it_waits_for_the_renderers(vault, judged, more, rendered):
    shutil.rmtree(vault.cache)
    if not rendered:
        shutil.rmtree(vault.site)
        shutil.rmtree(Store(str(vault.site), str(vault.root)).home)
    vault.publish(*more)
    assert judged
    judged.clear()
    main(["--vault", str(vault.root), "check"])
    assert judged == []


def edit(path, text):
    return lambda vault: (vault.root / path).write_text(text)


def edited_page(vault):
    (vault.site / "a.html").write_text("mine")


def lost_page(vault):
    (vault.site / "b.html").unlink()


def more_in_the_site(vault):
    (vault.site / "own.txt").write_text("mine")


def lost_record(vault):
    Path(Store(str(vault.site)).manifest_path(1)).unlink()


def cut_off(vault):
    Path(Store(str(vault.site)).stage).mkdir()


def another_theme(vault):
    (vault.root / "templates").mkdir()
    (vault.root / "templates" / "moved.html").write_text("moved")


CHANGES = {
    "a note": edit("a.md", public("daffodils")),
    "a private note": edit("fails.md", "---\npublish: false\n---\n"),
    "a new note": edit("c.md", public("new")),
    "a lost note": lambda vault: (vault.root / "b.md").unlink(),
    "an attachment": edit("p.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>"),
    "the configuration": edit("vaultkit.yaml", NOTES["vaultkit.yaml"] + "# more\n"),
    "Obsidian's settings": lambda vault: (
        (vault.root / ".obsidian").mkdir(exist_ok=True)
        or edit(".obsidian/app.json", '{"strictLineBreaks": true}')(vault)
    ),
    "a style": edit("vaultkit.css", "b { color: red }"),
    "a template": another_theme,
    "an edited page": edited_page,
    "a lost page": lost_page,
    "a file of somebody": more_in_the_site,
    "a lost record": lost_record,
    "a tree that was cut off": cut_off,
    "a lost site": lambda vault: shutil.rmtree(vault.site),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changed_is_looked_at(vault, looks, change):
    change(vault)
    vault.publish()
    assert len(looks) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("later.md", public("later", date="2999-01-01")),
        ("vaultkit.yaml", "publish: {targets: [{kind: git, repository: x}]}\n"),
    ],
)
def test_what_is_never_settled(vault, looks, path, text):
    """A note that waits for its date, and a place that may not have got all of it yet."""
    (vault.root / path).write_text(text)
    vault.publish()
    vault.publish()
    assert len(looks) == 2


def test_a_file_that_changed_a_moment_ago_may_change_once_more(vault, looks, monkeypatch):
    monkeypatch.setattr("vaultkit.vault.settled._RACY", 10**18)
    vault.publish()
    assert len(looks) == 1


def test_a_damaged_record_is_none(vault, looks):
    (record,) = (vault.cache / "vaultkit" / "published").iterdir()
    for damage in (b"", b"[1, 2, 3]\n[]", record.read_bytes()[:-5]):
        record.write_bytes(damage)
        vault.publish()
        assert looks.pop() and not looks
