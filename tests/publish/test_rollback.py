"""Back to an earlier edition: its texts, but never what must not be public now."""

import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.pictures import PICTURES
from publish.vaults import HOLDS, fresh_site, public
from vaultkit.cli._main import main
from vaultkit.errors import SetupError

DENIED = "---\npublish: false\n---\n"


def two_editions(first, second):
    """A site with two editions, and the files of the first."""
    site = fresh_site()
    site.publish(first)
    files = site.files()
    site.publish(second, allow_mass_withdraw=True)
    return site, files


def test_the_files_are_those_of_that_edition_to_the_byte():
    first = {"a.md": public("tulips [[b]] ![[p.png]]"), "b.md": public("roses #x"), "p.png": PICTURES["png"]}
    second = {**first, "a.md": public("daffodils", permalink="z"), "b.md": public("weeds #y"), "c.md": public("new")}
    site, files = two_editions(first, second)
    assert site.files() != files
    dry = site.plan(second, generation=1)
    plan = site.publish(second, generation=1)
    assert (dry.changed, dry.withdrawn) == (plan.changed, plan.withdrawn)
    redirects = {"z.html", "_redirects"}
    assert {path: data for path, data in site.files().items() if path not in redirects} == files
    assert [(item.path, item.state) for item in plan.withdrawn] == [("c.md", "later")]
    assert {item.path for item in plan.held} == {"a.md", "b.md"}


@pytest.mark.parametrize(
    "now",
    [DENIED, public("x", draft="true"), public("x", date="2999-01-01"), "no front matter", None],
    ids=["denied", "draft", "scheduled", "unselected", "deleted"],
)
@pytest.mark.parametrize("when", ["published since", "not published since"])
def test_what_must_not_be_public_now_stays_away(now, when):
    """Whether a publish saw that it must not be public any more, or the rollback is the first to."""
    first = {"a.md": public("tulips"), "secret.md": public("wolpertinger [[a]]"), "b.md": public("[[secret|see]]")}
    other = {**first, "a.md": public("daffodils")}
    denied = {**other, "secret.md": now} if now else {path: other[path] for path in ("a.md", "b.md")}
    site, _ = two_editions(first, denied if when == "published since" else other)
    plan = site.publish(denied, generation=1)
    assert "tulips" in site.body("a.md") and b"wolpertinger" not in site.text().lower()
    assert "secret.md" not in site.pages() and b"secret" not in site.text()
    assert plan.notes.notes.keys() == {"a.md", "b.md"}


def test_a_note_whose_wish_cannot_be_read_does_not_come_back():
    """It was withdrawn, and now nobody can tell what it wants."""
    first = {"a.md": public("tulips"), "secret.md": public("wolpertinger")}
    site, _ = two_editions(first, {**first, "secret.md": DENIED, "a.md": public("roses")})
    site.publish({"a.md": public("roses"), "secret.md": "---\npublish: [\n---\n"}, generation=1)
    assert b"wolpertinger" not in site.text()


def test_a_failing_note_goes_back_too():
    first = {"a.md": public("tulips"), "b.md": public("b")}
    second = {"a.md": public("roses"), "b.md": public("b")}
    site, files = two_editions(first, second)
    site.publish({**second, "a.md": public(f"weeds {HOLDS}")}, generation=1)
    assert site.files() == files


def test_a_deleted_attachment_does_not_come_back():
    first = {"a.md": public("![[photo.jpg]]"), "b.md": public(), "photo.jpg": PICTURES["jpg"]}
    second = {"a.md": public("no photo"), "b.md": public()}
    site, _ = two_editions(first, second)
    plan = site.publish(second, generation=1)
    assert not any(path.startswith("assets/") for path in site.files())
    assert any("photo.jpg" in notice.message for notice in plan.notices)


def test_the_next_publish_goes_on_from_there():
    first, second = {"a.md": public("tulips"), "b.md": public()}, {"a.md": public("roses"), "b.md": public()}
    site, files = two_editions(first, second)
    later = site.files()
    site.publish(second, generation=1)
    assert not site.publish({**second, "a.md": public(HOLDS)}).changes  # what is public then is the last good version
    assert site.files() == files
    site.publish(second)
    assert site.files() == later
    site.publish(second, generation=3)
    assert site.files() == files


def test_a_note_that_was_renamed_since_goes_back_where_it_is_now():
    second = {"a.md": public("daffodils"), "z.md": public("roses")}
    site, _ = two_editions({"a.md": public("tulips"), "b.md": public("roses")}, second)
    plan = site.publish(second, generation=1)
    assert plan.withdrawn == () and site.pages().keys() == second.keys()
    assert "tulips" in site.body("a.md") and "roses" in site.body("z.md")
    assert b"url=z.html" in site.files()["b.html"]


def test_a_deleted_note_does_not_come_back_in_one_of_its_name():
    second = {"a.md": public("daffodils"), "Soup/b.md": public("soup")}
    site, _ = two_editions({"a.md": public("tulips"), "Health/b.md": public("a diagnosis")}, second)
    plan = site.publish(second, generation=1)
    assert "tulips" in site.body("a.md") and b"diagnosis" not in site.text()
    assert [item.path for item in plan.withdrawn] == ["Soup/b.md"]


def test_an_emptied_vault_is_no_reason_to_unpublish():
    first = {f"{n}.md": public(f"number {n}") for n in range(20)}
    site, _ = two_editions(first, {**first, "0.md": public("other")})
    before = site.files()
    with pytest.raises(SetupError, match="not there any more"):
        site.publish({}, generation=1)
    assert site.files() == before


TEXTS = [public("one"), public("two"), public(HOLDS), DENIED, "plain", "---\npublish: [\n---\n", None]


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from(TEXTS), min_size=3, max_size=3), min_size=2, max_size=4), st.data())
def test_nothing_becomes_public_that_a_publish_would_not_show(steps, data):
    """Whatever came before, a rollback shows a part of the notes that a publish would show now."""
    site = fresh_site()
    for texts in steps:
        vault = {f"{n}.md": text for n, text in enumerate(texts) if text is not None}
        site.publish(vault, allow_mass_withdraw=True)
    kept = [item.number for item in site.store.generations()[1:]]
    if not kept:
        return
    allowed = set(site.plan(vault).notes.notes)
    site.publish(vault, generation=data.draw(st.sampled_from(kept)), allow_mass_withdraw=True)
    assert set(site.pages()) <= allowed


# The command


TWO = """
publish:
  targets:
    - {name: bare, kind: markdown, output: ../bare}
    - {name: site, output: ../site}
    - {name: sent, kind: command, format: site, output: ../sent, run: [/bin/true]}
"""


def test_a_place_that_cannot_go_back_does_not_stop_the_others(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    vault = tmp_path / "vault"
    vault.mkdir()

    def vaultkit(*words):
        code = main(["--vault", str(vault), *words])
        return code, *capsys.readouterr()

    (vault / "vaultkit.yaml").write_text(TWO)
    for word in ("tulips", "roses"):
        (vault / "a.md").write_text(public(word))
        assert vaultkit("publish", "--trust-vault-config")[0] == 0
    for name in (tmp_path / ".bare.vaultkit", tmp_path / "bare"):
        shutil.rmtree(name)
    vaultkit("publish")
    (trusted,) = (tmp_path / "config" / "vaultkit").iterdir()
    trusted.unlink()
    code, _, err = vaultkit("rollback")
    assert code == 2 and "bare" in err and "no earlier edition is kept" in err and "/bin/true" in err
    assert "tulips" in (tmp_path / "site" / "a.html").read_text()
    assert "roses" in (tmp_path / "sent" / "a.html").read_text()  # nobody agreed to the command
    code, out, _ = vaultkit("rollback", "--trust-vault-config", "--dry-run", "--json")
    bare, site, sent = json.loads(out)["targets"]
    assert code == 2 and bare["error"] and not site["error"] and (site["edition"], sent["edition"]) == (2, 1)
    assert vaultkit("rollback", "--trust-vault-config")[0] == 2
    assert "tulips" in (tmp_path / "sent" / "a.html").read_text()
