"""A small step from one edition to the next: when nothing but the words of some notes changed, only what shows these
words is made anew.

A step is taken only if everything that an edition depends on is the same as when the last one was made: the files of
the vault, the findings at the gate, what is frozen, the attachments, the addresses. Of a note that changed, all that
others see must be the same too: properties, headings, links, tags, blocks. A page that shows a base is made anew in any
case. Whatever is in doubt is no step, and then the edition is made in full. That both ways give the same bytes is
tested.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from vaultkit.config import Publish
from vaultkit.model.note import Facts, Note, NotePath
from vaultkit.publish.assets import Refused, Shelf, Shelved
from vaultkit.publish.bodies import Bodies
from vaultkit.publish.edition import Body, Reworded, recompose
from vaultkit.publish.imprint import Printer
from vaultkit.publish.jobs import JobMaker, Read
from vaultkit.publish.layout import Layout
from vaultkit.publish.made import Made
from vaultkit.publish.mentions import ShownTexts
from vaultkit.publish.page import Edition, Printing
from vaultkit.publish.select import Findings, Judge, PublishedNote, PublishSet, Snapshot

MOST = 50
"""Notes that change in one step."""


class Base(NamedTuple):
    """The edition that was made last, with its imprint and all that it was made of and by. `notes` are those of the
    index, published or not; `shelved` is what became of each attachment that was asked for, `boards` are the texts
    of the boards that were. `pages` are the boards that have pages; `printing` is how the edition is printed, if it
    was."""

    imprint: str
    printer: Printer
    notes: Mapping[NotePath, Note | None]
    files: Collection[NotePath]
    findings: Findings
    addresses: Mapping[NotePath, tuple[str, ...]]
    strict_breaks: bool
    shelved: Mapping[NotePath, Shelved | Refused]
    boards: Mapping[NotePath, str | None]
    chosen: PublishSet
    pages: Mapping[NotePath, PublishedNote]
    made: Mapping[NotePath, Made]
    edition: Edition
    layout: Layout
    printing: Printing | None


class Step(NamedTuple):
    """What a step leads to. `words` are the published notes that have other words now, `redone` the pages that differ
    from those of the base, `private`: a note that is not published changed."""

    chosen: PublishSet
    pages: Mapping[NotePath, PublishedNote]
    made: Mapping[NotePath, Made]
    texts: ShownTexts
    edition: Edition
    words: tuple[NotePath, ...]
    redone: frozenset[NotePath]
    private: bool

    @property
    def is_none(self) -> bool:
        """Whether no note changed at all."""
        return not self.words and not self.private


class Means(NamedTuple):
    """By what a step is made. `judge` has judged nothing yet; `maker` gives what makes the jobs of a set."""

    judge: Judge
    shelf: Shelf
    read: Read
    maker: Callable[[PublishSet, Layout], JobMaker]
    bodies: Bodies
    settings: Publish


def take_step(base: Base, snapshot: Snapshot, means: Means) -> Step | None:
    """The step from the base to what the vault is now; None when it is no small one."""
    judge, shelf, read, _, bodies, settings = means
    notes = snapshot.index.notes
    changed = [path for path, note in snapshot.index.ready().items() if base.notes.get(path) is not note]
    if len(changed) > MOST or not _is_alike(base, snapshot, judge, shelf):
        return None
    if any(read(path) != text for path, text in base.boards.items()):
        return None
    fresh: dict[NotePath, PublishedNote] = {}
    for path in changed:
        judge.judge(notes[path])
        old, version = base.chosen.notes.get(path), judge.versions.get(path)
        if judge.verdicts[path] != base.chosen.verdicts[path] or (old is None) != (version is None):
            return None
        if old is None or version is None:
            continue
        if old.held or version.held or not _looks_alike(old.facts, notes[path].facts):
            return None
        fresh[path] = old._replace(source=version.source, known=version.known, digest=version.digest)
    chosen = replace(base.chosen, notes={**base.chosen.notes, **fresh})
    shown = replace(chosen, notes={**chosen.notes, **base.pages})
    maker = means.maker(shown, base.layout)
    showing = [path for path, item in base.made.items() if path in fresh or _shows(item, fresh)]
    remade = {path: maker.make(path) for path in showing}
    if bodies.render([item.take() for item in remade.values()], shown):
        return None
    texts = ShownTexts(maker)
    made = {**base.made, **remade}
    rendered = {path: Body(item, bodies[path]) for path, item in remade.items()}
    edition = recompose(base.edition, Reworded(shown, fresh.keys(), rendered, base.made), texts, settings)
    if edition is None:
        return None
    redone = frozenset(path for path, page in edition.pages.items() if base.edition.pages[path] is not page)
    return Step(chosen, base.pages, made, texts, edition, tuple(fresh), redone, len(fresh) < len(changed))


def _shows(item: Made, fresh: Mapping[NotePath, PublishedNote]) -> bool:
    """Whether a page shows words of some notes. A link alone does not: where it leads is not changed by words."""
    return item.sees_all or bool(item.embedded and not fresh.keys().isdisjoint(item.embedded))


def _is_alike(base: Base, snapshot: Snapshot, judge: Judge, shelf: Shelf) -> bool:
    """Whether all but the words of notes is as it was."""
    index = snapshot.index
    verdicts = base.chosen.verdicts.values()
    return (
        base.strict_breaks == snapshot.strict_breaks
        and base.edition.theme == snapshot.theme
        and index.notes.keys() == base.notes.keys()
        and set(index.files) == base.files
        and judge.findings == base.findings
        and base.addresses == snapshot.addresses
        and base.chosen.verdicts.keys() == base.notes.keys()
        and not any(item.due and item.due <= snapshot.now for item in verdicts)
        and all(shelf.take(path) == shelved for path, shelved in base.shelved.items())
    )


def _looks_alike(old: Facts, new: Facts) -> bool:
    """Whether two versions of a note are the same for all others, and for every list that names it."""
    return _outline(old) == _outline(new)


def _outline(facts: Facts) -> tuple[object, ...]:
    return (
        facts.frontmatter.state,
        repr(facts.properties),
        [(heading.level, heading.text) for heading in facts.headings],
        [link._replace(span=None) for link in facts.links],  # type: ignore[arg-type]
        [(tag.name, tag.hidden) for tag in facts.tags],
        [(block.id, block.kind) for block in facts.blocks],
        facts.problems == (),
    )
