"""What is known of a watched vault, as the looks of a real keeper tell it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from vaultkit.publish.outcome import outcome
from vaultkit.publish.plan_json import outcome_json
from vaultkit.publisher import outputs
from vaultkit.vault.settings import load_config
from vaultkit.watching.events import Hearing
from vaultkit.watching.keeper import Keeper
from vaultkit.watching.standing import Standing

CONFIG = "publish:\n  select: { path: '**' }\n  targets: [{ output: ../site }]\n"


class Watched:
    """A vault that is looked at by hand, a second after the last time."""

    def __init__(self, root, publish):
        self.root = root
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.standing = Standing(str(root), lambda: self.now)
        self.keeper = Keeper(str(root), lambda: load_config(str(root)), self._publish if publish else None, grace=0)

    def _publish(self, session):
        return [outcome(session.publish, *item) for item in outputs(session.config, session.root)]

    def look(self):
        self.now += timedelta(seconds=1)
        for event in self.keeper.look():
            self.standing(event)
        return self.standing.document()

    def changes(self):
        return [(item["path"], item["what"]) for item in self.standing.document()["changes"]]


@pytest.fixture
def watched(tmp_path):
    made = []

    def watch(publish=True):
        root = tmp_path / "vault"
        root.mkdir()
        (root / "vaultkit.yaml").write_text(CONFIG)
        (root / "A.md").write_text("See [[B]].\n")
        (root / "B.md").write_text("# B\n")
        made.append(Watched(root, publish))
        return made[-1]

    yield watch
    for item in made:
        item.keeper.close()


def test_a_vault_that_is_well(watched):
    vault = watched()
    found = vault.look()
    assert found["mode"] == "watching" and found["why"] == "" and found["trouble"] is None
    assert (found["since"], found["looked"]) == ("2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z")
    assert found["notes"] == {"all": 2, "found": 0} and found["findings"] == {"error": 0, "warning": 0, "info": 0}
    assert found["published"] == found["looked"] and found["states"]["published"] == 2
    assert sorted(vault.changes()) == [("A.md", "new"), ("B.md", "new")]
    assert vault.look()["published"] == "2026-03-01T12:00:01Z", "nothing was published since"
    json.dumps(found)


def test_what_changed_last(watched):
    vault = watched()
    vault.look()
    (vault.root / "A.md").write_text("See [[Nowhere]].\n")
    found = vault.look()
    assert found["findings"]["error"] == 1 and found["notes"]["found"] == 1
    assert vault.changes()[:2] == [("A.md", "held"), ("A.md", "found")]
    assert "Nowhere" in found["changes"][0]["why"]
    assert found["states"]["held"] == 1 and found["published"] == "2026-03-01T12:00:01Z"
    (vault.root / "A.md").write_text("\n\nSee [[Nowhere]].\n")
    assert vault.look()["changes"][0]["at"] == "2026-03-01T12:00:02Z", "the same, in another place"
    (vault.root / "A.md").write_text("Mended.\n")
    vault.look()
    assert {*vault.changes()[:3]} == {("A.md", "mended"), ("A.md", "changed"), ("B.md", "changed")}
    (vault.root / "B.md").unlink()
    vault.look()
    assert vault.changes()[0] == ("B.md", "withdrawn")


def test_what_it_says_of_targets_is_what_a_plan_says_then(watched):
    vault = watched()
    vault.look()
    (vault.root / "B.md").write_text("[[Nowhere]]\n")
    (vault.root / "C.md").write_text("[[Nowhere]]\n")
    told = vault.look()["targets"]
    session = vault.keeper.session
    assert told == [outcome_json(outcome(session.plan, *item)) for item in outputs(session.config, session.root)]


def test_what_was_held_at_the_start_is_no_news(watched, tmp_path):
    vault = watched()
    vault.look()
    (vault.root / "A.md").write_text("See [[Nowhere]].\n")
    vault.look()
    again = Watched(vault.root, True)
    assert again.look()["states"]["held"] == 1 and again.changes() == []
    again.keeper.close()


def test_a_vault_that_is_only_checked(watched):
    vault = watched(publish=False)
    (vault.root / "A.md").write_text("See [[Nowhere]].\n")
    found = vault.look()
    assert found["states"] == {} and found["targets"] == [] and found["published"] is None
    assert found["findings"]["error"] == 1 and found["changes"] == []


def test_why_it_does_not_watch(watched):
    vault = watched()
    vault.standing(Hearing("there are no watches left"))
    assert vault.look()["mode"] == "scanning"
    vault.root.rename(vault.root.parent / "away")
    found = vault.look()
    assert found["mode"] == "paused" and "not there" in found["why"] and found["looked"] == "2026-03-01T12:00:01Z"
    (vault.root.parent / "away").rename(vault.root)
    assert vault.look()["mode"] == "scanning"
    vault.standing(Hearing(""))
    assert vault.standing.document()["mode"] == "watching"


def test_trouble_is_told_until_a_look_succeeds(watched):
    vault = watched()
    vault.look()
    (vault.root / "vaultkit.yaml").write_text("rulse: {}\n")
    trouble = vault.look()["trouble"]
    assert "rulse" in trouble["message"] and trouble["where"].endswith("vaultkit.yaml:1") and "rules" in trouble["help"]
    assert vault.look()["trouble"] == trouble, "a look with the last good configuration mends nothing"
    (vault.root / "vaultkit.yaml").write_text(CONFIG)
    assert vault.look()["trouble"] is None
