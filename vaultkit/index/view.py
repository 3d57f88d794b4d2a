"""The index as a rule sees it: every question is remembered, so that a new answer brings the asker back.

Answers never depend on where text stands in another note (spans there may be old ones after an edit that changed no
answer); a rule that shows a place in another note asks `note` for it first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vaultkit.index.answers import value_key
from vaultkit.index.file_kinds import ending, is_note, is_supported, stem_of
from vaultkit.index.outline import parts_of, place_keys
from vaultkit.index.resolve import Key, Resolution, fold, folder_of, name_keys, strip
from vaultkit.index.tally import property_group, tag_groups
from vaultkit.model.note import Link, Note, NotePath, Value

if TYPE_CHECKING:
    from vaultkit.index.public import Claimant
    from vaultkit.index.vault_index import VaultIndex
    from vaultkit.model.standing import Claim, Standing


class IndexView:
    """Questions to the index. `asked` are the keys of all that were put so far."""

    def __init__(self, index: VaultIndex) -> None:
        self._index = index
        self.asked: set[Key] = set()

    def resolve(self, link: Link, source: NotePath) -> Resolution:
        """What Obsidian opens for a link in `source`."""
        return self.resolve_all((link,), source)[0]

    def resolve_all(self, links: Iterable[Link], source: NotePath) -> list[Resolution]:
        """What Obsidian opens for each of some links in `source`."""
        ask, known, find = self.asked.add, self._index.known, self._index.find
        found: list[Resolution] = []
        for link in links:
            resolution, key = (link.kind != "path" and known(link.target)) or find(link, source)
            ask(key)
            if link.subpath and resolution.path is not None:
                place, place_ok, keys = self._index.place(resolution.path, link.subpath)
                self.asked.update(keys)
                resolution = resolution._replace(place=place, place_ok=place_ok)
            found.append(resolution)
        return found

    def note(self, path: NotePath) -> Note | None:
        """A note, whole. Any edit of it brings the asker back: rather ask something smaller."""
        self.asked.add(("note", path))
        return self._index.notes.get(path)

    def holders(self, property: str, value: Value) -> tuple[NotePath, ...]:  # noqa: A002
        """The notes whose property has just this value, in order of path."""
        self.asked.add(("holders", property, value_key(value)))
        return self._index.holders(property, value)

    def aliased(self, name: str) -> tuple[NotePath, ...]:
        """The notes that have `name` as an alias, without letter case, in order of path."""
        self.asked.add(("alias", fold(name)))
        return self._index.aliased(name)

    def named(self, name: str) -> tuple[NotePath, ...]:
        """The files of a name (with its ending) in all folders, without letter case, in order of path."""
        self.asked.add(("name", fold(name)))
        return self._index.named(name)

    def same_elsewhere(self, path: NotePath) -> tuple[NotePath, ...]:
        """The other files whose path differs from this one by letter case and the encoding of accents alone."""
        self.asked.add(("path", fold(path)))
        return self._index.same_elsewhere(path)

    def first_file_in(self, folder: str) -> NotePath | None:
        """The file of a folder, or of one below it, that comes first in order of path."""
        self.asked.add(("folder", folder))
        return self._index.first_file_in(folder)

    def backlinks(self, path: NotePath) -> tuple[NotePath, ...]:
        """The notes that link to a file, itself included, in order of path. Links in comments count."""
        self.asked.update((("backlinks", path), *name_keys(path)))
        return self._index.backlinks(path)

    def linked_subpaths(self, path: NotePath) -> tuple[str, ...]:
        """The subpaths that links to a note bear, its own included, sorted."""
        self.asked.update((("subpaths", path), *name_keys(path)))
        return self._index.linked_subpaths(path)

    def embeds(self, path: NotePath, subpath: str = "") -> tuple[Link, ...]:
        """The embeds that a reader of a note, or of one place in it, meets there; none when there is no such place."""
        self.asked.update((("embeds", path), ("known", path), *place_keys(path, subpath)))
        outline = self._index.outline(path)
        if outline is None:
            return ()
        place = outline.find(subpath)
        return outline.embeds(place) if place or not parts_of(subpath) else ()

    def usual_type(self, name: str) -> str:
        """The type that a property has in most notes (`index.tally.kind_of`); "" when none has it."""
        return self._usual(property_group(name))

    def usual_spelling(self, tag: str) -> str:
        """A tag in the letter case that most notes write, level by level."""
        return "/".join(self._usual(group) or level for group, level in tag_groups(tag))

    def _usual(self, group: str) -> str:
        self.asked.add(("usual", group))
        return self._index.usual(group)

    def shortest(self, path: NotePath, source: NotePath) -> str:
        """The shortest link text by which `source` opens a file beyond doubt."""
        self.asked.update(name_keys(path))
        return self._index.shortest(path, source)

    def standing(self, path: NotePath) -> Standing:
        """How a note stands towards being public; a file that is no note is not selected."""
        self.asked.add(("standing", path))
        return self._index.public.standing(path)

    def own_standing(self, note: Note) -> Standing:
        """How the note that is being checked stands. No question: its own change brings it back."""
        return self._index.public.of(note)

    def claimants(self, claim: Claim) -> tuple[Claimant, ...]:
        """The notes meant to be public that claim the place of `claim`, in order of path, each with its claim."""
        self.asked.add(("claim", *claim.key))
        return self._index.public.claimants(claim.key)

    def size(self, path: NotePath) -> int:
        """The bytes of a file that is no note, as of the last look at the disk; 0 when they are not known."""
        self.asked.update((("size", path), *name_keys(path)))
        return self._index.size(path)

    def verdict(self, url: str) -> str:
        """What is wrong with an address elsewhere, the end of a sentence; "" when nothing is, or nobody looked."""
        self.asked.add(("online", url))
        return self._index.verdict(url)

    def near_names(self, target: str, source: NotePath) -> tuple[str, ...]:
        """Link texts that may have been meant by a target that opens nothing, best first, at most five.

        The target's own spelling with `%20` or backslashes undone counts before files of a similar name.
        """
        decoded = _decoded(target) if "%" in target else target
        for spelling in dict.fromkeys((decoded, target.replace("\\", "/"), decoded.replace("\\", "/"))):
            if spelling != target:
                resolution, key = self._index.look_up(spelling, source)
                self.asked.add(key)
                if resolution.path is not None:
                    return (spelling,)
        from vaultkit.index.near import letters, pieces

        self.asked.update(pieces(letters(stem_of(target))))
        end = ending(target) if is_supported(target) else ""
        folder = folder_of(source)
        ranked = sorted(
            (slips, ending(path) != (end or "md"), folder_of(path) != folder, len(path), path)
            for slips, path in self._index.near(target)
            if path != source and _same_kind(end, path, slips)
        )
        return tuple(self._index.shortest(path, source) for *_, path in ranked[:5])

    def near_places(self, path: NotePath, subpath: str) -> tuple[str, ...]:
        """Subpaths that may have been meant by one that names nothing in a note, best first, at most three."""
        from vaultkit.index.near import letters, near_texts

        self.asked.add(("places", path))
        outline, parts = self._index.outline(path), parts_of(subpath)
        if outline is None or not parts:
            return ()
        facts, last = outline.facts, parts[-1]
        if last.startswith("[^"):
            ids = [item.text for item in facts.footnotes if item.kind == "definition"]
            return tuple(f"#[^{text}]" for text in near_texts(last, ids))
        blocks = [block.id for block in facts.blocks]
        if last.startswith("^"):
            return tuple(f"#^{text}" for text in near_texts(last, blocks))
        titles = [heading.text for heading in facts.headings]
        whole = letters(" ".join(parts))
        near = near_texts(last, titles) or [title for title in titles if letters(title) == whole]
        same_id = [f"#^{block}" for block in blocks if strip(block) == strip(last)]
        return tuple(dict.fromkeys((*same_id, *outline.subpaths(near, parts))))[:3]


def _same_kind(end: str, path: NotePath, slips: int) -> bool:
    """A note is not meant by the name of an attachment, nor the other way round, unless just the ending is missing."""
    return is_note(path) == (end in ("", "md")) or (not end and not slips)


def _decoded(target: str) -> str:
    from urllib.parse import unquote

    return unquote(target)
