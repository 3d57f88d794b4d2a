"""What must be written where when files of the vault get other paths: the edits after which every link opens what it
opened before, and no more of them than that takes.

Source: the help's "Internal links" (renaming updates links, display text is left) and "Files and links" settings (the
format of a link that is written anew). Each link keeps its kind, its subpath, its display text, and `.md` if it had it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from vaultkit.index.link_edits import Lost, first_lost, link_edits, links_of
from vaultkit.index.link_text import LinkStyle, link_path, with_ending
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import Link, NotePath
from vaultkit.model.text import TextEdit, apply_edits


class Rename:
    """The change of the paths of some files in a vault, all at once: `moves` has the new ones by the old ones. `before`
    is the vault as it is.

    All paths that are given and returned are those from before, unless a name says otherwise.
    """

    def __init__(self, before: VaultIndex, moves: Mapping[NotePath, NotePath], style: LinkStyle) -> None:
        self._moves = moves
        self._came = {new: old for old, new in moves.items()}
        self._before = before
        self._after = VaultIndex(moves.get(path, path) for path in before.files)
        self._style = style._replace(markdown=False)

    def concerns(self, path: NotePath, links: Iterable[Link]) -> bool:
        """Whether a link of this file must be written anew."""
        return any(self._target(path, link) is not None for link in links)

    def edits(self, path: NotePath, text: str) -> tuple[TextEdit, ...] | Lost:
        """The edits to a note or canvas, in order, or the first link that no edit can save."""
        edits = link_edits(path, text, partial(self._anew, path))
        try:
            after = links_of(path, apply_edits(text, edits))
        except ValueError:
            after = ()
        return first_lost(path, links_of(path, text), after, partial(self._is_same, path)) or edits

    def _is_same(self, path: NotePath, link: Link, now: Link) -> bool:
        wanted = self._wanted(path, link)
        return link.subpath == now.subpath and (wanted is None or self._opens(path, now) == wanted)

    def _anew(self, path: NotePath, link: Link) -> Link | None:
        target = self._target(path, link)
        return None if target is None else link._replace(target=target)

    def _moved(self, path: NotePath) -> NotePath:
        return self._moves.get(path, path)

    def _wanted(self, path: NotePath, link: Link) -> NotePath | None:
        """What a link must open afterwards; None when it opens nothing today."""
        opened = self._before.find(link, path).resolution.path
        return self._moved(opened) if opened is not None else None

    def _opens(self, path: NotePath, link: Link) -> NotePath | None:
        return self._after.find(link, self._moved(path)).resolution.path

    def _target(self, path: NotePath, link: Link) -> str | None:
        wanted = self._wanted(path, link)
        if wanted is None or (self._opens(path, link) == wanted and not self._is_respelled(link, wanted)):
            return None
        if link.kind == "path":
            return wanted
        for text in self._texts(path, wanted):
            target = with_ending(link, text, wanted)
            if self._opens(path, link._replace(target=target)) == wanted:
                return target
        return wanted

    def _is_respelled(self, link: Link, wanted: NotePath) -> bool:
        """Whether a link is spelled like the old path, and still opens the file only because letter case is no
        matter."""
        old = self._came.get(wanted)
        return old is not None and _spells(link.target, old) and not _spells(link.target, wanted)

    def _texts(self, path: NotePath, wanted: NotePath) -> Iterator[str]:
        """Ways to name a file from another, the one that the settings ask for first."""
        text = link_path(self._after, self._moved(path), wanted, self._style)
        yield text
        if self._style.format == "relative":
            yield "./" + text
        for whole in (wanted.removesuffix(".md"), wanted):
            yield whole
            yield "/" + whole


def _spells(target: str, path: NotePath) -> bool:
    return bool(target) and f"/{path}".endswith((f"/{target}", f"/{target}.md"))
