"""The rules about publishing and the publish set agree on every vault: they ask the same things in the same place."""

from hypothesis import given, settings
from hypothesis import strategies as st

from publish.vaults import NOW, note_of
from vaultkit.config import Config
from vaultkit.lint.engine import check_note
from vaultkit.lint.ruleset import rules_for
from vaultkit.publish.select import Published, Snapshot, select
from vaultkit.schema.validated import validated
from vaultkit.session import Session
from vaultkit.setup import publishing

PATHS = ["Dune.md", "dune!.md", "Emma.md", "Sub/Emma.md", "Sub/Deep/Ulysses.md", "Templates/Note.md"]
CONFIGS = [
    {},
    {"select": {"path": "**"}},
    {"select": {"property": "share", "tag": "public"}, "targets": [{"home": "Emma"}]},
    {"select": {"path": "Sub/**"}, "targets": [{"home": "Dune.md"}]},
]

texts = st.one_of(
    st.none(),
    st.builds(
        "---\n{}\n{}\n---\n{}\n".format,
        st.sampled_from(
            ["publish: true", "publish: true", "share: true", "publish: false", "publish: yes", "draft: true",
             "share: nearly", "tags: public", "published: 2020-01-01", "published: Penguin", "", "by: @me"]
        ),
        st.sampled_from(
            ["", "permalink: Emma", "permalink: /", "permalink: ../x", "aliases: [sub/emma, x/y]",
             "PERMALINK: sub/emma", "permalink: [a]", "aliases: /dune/", "permalink: dune/", "alias: Dune.md/",
             "draft: perhaps"]
        ),
        st.sampled_from(["", "![[Emma]]", "[[Dune]]", "#public/x", "![[Ulysses]]"]),
    ),
)  # fmt: skip


def judged(vault, written):
    """The publish set of a vault without findings, its findings, and the publish set with these."""
    from vaultkit.index.vault_index import VaultIndex

    config = validated(Config, {"publish": written})
    excluded = "Templates/Note.md".__eq__
    judge = publishing(config, (), excluded)
    index = VaultIndex((), [note_of(path, text) for path, text in vault.items()], publishing=lambda: judge)
    home = config.publish.targets[0].home

    def chosen(diagnostics):
        told = {path: [item for item in diagnostics if item.path == path] for path in vault}
        text = lambda note: vault[note.path]  # noqa: E731
        snapshot = Snapshot(index, told, text, lambda path: b"", NOW, excluded=excluded)
        return select(snapshot, config.publish, Published(), home=home).chosen

    rules = rules_for(config)
    found = [
        item
        for note in index.notes.values()
        if not excluded(note.path)
        for item in check_note(note, index.view(), (), rules(note), lambda note=note: vault[note.path] or "")
    ]
    return index, chosen([]), found, chosen(found)


def because(chosen, rule):
    """The notes that were withheld for one reason."""
    return {path for path, item in chosen.verdicts.items() for reason in item.reasons if reason.rule == rule}


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(PATHS), texts, min_size=1), st.sampled_from(CONFIGS))
def test_rules_and_publish_set_agree(vault, written):
    index, before, found, after = judged(vault, written)
    by_rule = {rule: {item.path for item in found if item.rule == rule} for rule in {item.rule for item in found}}
    for rule in ("publish-conflict", "publish-permalink"):
        assert by_rule.get(rule, set()) == because(before, rule)
    assert by_rule.get("publish-value", set()) <= because(before, "publish-value")
    public = {path for path in vault if index.public.standing(path).public}
    assert public == before.notes.keys() | because(before, "publish-conflict") | because(before, "publish-permalink")
    for path in after.notes:
        note = index.notes[path]
        for link in note.facts.links:
            target = index.find(link, path).resolution.path
            if link.kind == "embed" and target and index.public.standing(target).state in ("denied", "unselected"):
                raise AssertionError(f"{path} is published and embeds {target}")


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(PATHS), texts, min_size=1))
def test_where_no_note_asks_for_it_no_rule_speaks_of_publishing(vault):
    quiet = {
        path: text and text.replace("publish: yes", "").replace("publish: true", "") for path, text in vault.items()
    }
    _, _, found, _ = judged(quiet, {})
    assert [item for item in found if item.rule.startswith("publish-")] == []


def test_a_session_judges_as_its_publisher_does(tmp_path):
    (tmp_path / "a.md").write_text("---\npublish: true\n---\n![[b]]\n")
    (tmp_path / "b.md").write_text("private\n")
    session = Session.open(str(tmp_path))
    session.refresh()
    snapshot = session.publisher.snapshot()
    chosen = select(snapshot, session.config.publish, Published()).chosen
    session.close()
    assert [item.rule for item in session.diagnostics().diagnostics] == ["publish-embed-private"]
    assert because(chosen, "publish-embed-private") == {"a.md"}
