"""Each of the guards is taken away: then something private must come out, and the tests and the audit must notice.

So the tests of leaks are known to be able to fail, and the audit is known to catch a mistake of ours in each place.
"""

import pytest

from publish.test_leaks import Tokens, found, vault
from publish.vaults import fresh_site
from vaultkit.errors import TargetError


def everything_passes(patch):
    """No note is denied."""
    from vaultkit.publish import standing
    from vaultkit.publish.intent import Intent

    patch.setattr(standing, "intent", lambda properties, select: Intent("open", (), True))


def no_gate(patch):
    """Findings hold nothing back."""
    from vaultkit.publish import judge

    patch.setattr(judge, "at_gate", lambda *given: {})


def no_clock(patch):
    """Nothing waits for its date."""
    from vaultkit.publish import judge

    patch.setattr(judge, "later", lambda properties, now: ())


def unreadable_front_matter(patch):
    """What a note wants is taken for a yes when it cannot be read."""
    from vaultkit.publish import standing

    patch.setattr(standing, "_unknown", lambda note: ())
    everything_passes(patch)


def comments_in_pages(patch):
    """Comments are given to the renderer, which shows them."""
    from vaultkit.publish import pieces
    from vaultkit.render import markdown

    def shown(text):
        return text.replace("%%", "**").replace("<!--", "").replace("-->", "")

    patch.setattr(pieces, "emptied", lambda text, comments, start, end: text[start:end])
    patch.setattr(markdown.comment, "emptied", shown)


def comments_around_links(patch):
    """The words around a link are those of the source."""
    from vaultkit.publish import mentions

    patch.setattr(mentions, "_replaced", lambda note, maker: iter(()))


def all_properties(patch):
    """Properties are shown whatever the configuration says."""
    every = {"status", "secret", "cssclasses", "title", "author"}
    patch.setattr("vaultkit.publish.proof.allowed_names", lambda settings, layout: every)


def links_in_properties(patch):
    """A link in a property is shown as it is written."""
    from vaultkit.publish import draft

    patch.setattr(draft, "_public", lambda value, key, ways, note, maker: value)


def ways_to_private_notes(patch):
    """What is shown of a link to a private note is its path."""
    from vaultkit.publish import jobs, mentions

    patch.setattr(jobs, "last_part", lambda link: link.target)
    patch.setattr(mentions, "last_part", lambda link: link.target)


def hidden_tags(patch):
    """Tags in comments count as tags of the page."""
    from vaultkit.publish import draft

    def tags_of(facts, properties):
        return tuple(tag.name for tag in facts.tags)

    patch.setattr(draft, "tags_of", tags_of)


def raw_html(patch):
    """HTML of notes goes through as it is."""
    from vaultkit.render import rendering

    patch.setattr(rendering, "sanitize", lambda html, ids, urls, foreign: html)
    comments_in_pages(patch)


def names_of_attachments(patch):
    """Attachments ship whether or not anything refers to them."""
    from vaultkit.publish import edition
    from vaultkit.publish.edition import Composed
    from vaultkit.publish.page import Asset

    compose = edition.compose

    def more(notes, bodies, texts, settings, *before):
        made, shipped = compose(notes, bodies, texts, settings, *before)
        shelf = texts.maker._shelf
        names = [path for path in shelf._vault.index.files if path.endswith(".png")]
        taken = [shelf.take(path) for path in names]
        assets = (*made.assets, *(item.asset for item in taken if isinstance(item.asset, Asset)))
        return Composed(made._replace(assets=assets), shipped)

    patch.setattr("vaultkit.publish.proof.compose", more)


SEEN_BY_BOTH = [comments_in_pages, comments_around_links, all_properties, links_in_properties, ways_to_private_notes,
                hidden_tags, raw_html]  # fmt: skip
SEEN_BY_THE_TESTS = [everything_passes, no_gate, no_clock, unreadable_front_matter, names_of_attachments]


def published(patch, *, audit):
    if not audit:
        patch.setattr("vaultkit.publish.audit.Watch.find", lambda self, data, cut=(): None)
        patch.setattr("vaultkit.publish.audit.Audit._page", lambda self, path, text: iter(()))
    token = Tokens(1)
    site = fresh_site()
    site.publish(vault(token))
    return found(site, token)


@pytest.mark.parametrize("mutant", [*SEEN_BY_BOTH, *SEEN_BY_THE_TESTS], ids=lambda mutant: mutant.__name__)
def test_the_tests_notice_that_a_guard_is_gone(monkeypatch, mutant):
    mutant(monkeypatch)
    assert published(monkeypatch, audit=False)


@pytest.mark.parametrize("mutant", SEEN_BY_BOTH, ids=lambda mutant: mutant.__name__)
def test_the_audit_notices_that_a_guard_is_gone(monkeypatch, mutant):
    mutant(monkeypatch)
    with pytest.raises(TargetError, match="not published"):
        published(monkeypatch, audit=True)


def test_without_a_mutant_all_is_well(monkeypatch):
    assert published(monkeypatch, audit=False) == {}
