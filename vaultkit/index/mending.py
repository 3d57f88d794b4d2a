"""What to say about a link that opens nothing, and what may have been meant by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vaultkit.index.file_kinds import ending, is_note
from vaultkit.index.link_text import retargeted, with_ending
from vaultkit.index.outline import footnote_id, parts_of
from vaultkit.index.view import IndexView
from vaultkit.model.diagnostic import Fix
from vaultkit.model.expression import expression
from vaultkit.model.note import Facts, Link, Note, NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import TextEdit

_ENDING = expression(r"[a-z][a-z0-9]{0,5}")
_BLANK = expression(r"<%.*%>|\{\{.*\}\}", re.DOTALL)
_ADDRESS = expression(r"[A-Za-z][A-Za-z0-9+.-]*://|mailto:|www\.")


class Mending(NamedTuple):
    """The words for a finding, and the fix when just one thing can have been meant."""

    message: str
    fix: Fix | None = None


class BrokenLink(NamedTuple):
    """A link of a note that opens nothing; `text` reads the note's text when it is needed."""

    link: Link
    note: Note
    view: IndexView
    text: Callable[[], str]

    def missing_file(self) -> Mending:
        """For a link whose file is not there."""
        link = self.link
        noun = "file" if not is_note(link.target) and _ENDING.fullmatch(ending(link.target)) else "note"
        words = f"there is no {noun} `{link.target}`"
        if _ADDRESS.match(link.target):
            return Mending(f"{words}; a web address is written `[text]({link.target})`")
        if owners := self.view.aliased(link.target[:-3] if is_note(link.target) else link.target):
            return self._alias(owners, words)
        near = self.view.near_names(link.target, self.note.path)
        return Mending(words + did_you_mean(near), self._retarget(near))

    def _alias(self, owners: Sequence[NotePath], words: str) -> Mending:
        link = self.link
        targets = [self.view.shortest(path, self.note.path) for path in owners]
        shown = link.display or link.target.removesuffix(".md")
        proper = " or ".join(f"`[[{target}{link.subpath}|{shown}]]`" for target in targets[:3])
        owned = " and ".join(f"`{target}`" for target in targets[:3])
        message = f"{words}: it is an alias of {owned}, and Obsidian opens notes by file name; write {proper}"
        target = with_ending(link, targets[0], owners[0])
        edit = retargeted(self.text(), link, target) if len(targets) == 1 else None
        if edit is None:
            return Mending(message)
        edit = with_display(self.note.facts, link, edit, shown)
        return Mending(message, self._fix(targets[0], edit))

    def _retarget(self, near: Sequence[str]) -> Fix | None:
        if len(near) != 1:
            return None
        opened = self.view.resolve(self.link._replace(target=near[0], subpath=""), self.note.path).path
        edit = retargeted(self.text(), self.link, with_ending(self.link, near[0], opened)) if opened else None
        return self._fix(near[0], edit) if edit else None

    def _fix(self, meant: str, edit: TextEdit) -> Fix:
        return Fix(f"{'embed' if self.link.kind == 'embed' else 'link to'} `{meant}`", (edit,), safe=False)

    def missing_place(self, path: NotePath) -> Mending:
        """For a link whose file `path` is there, but not the place in it."""
        link = self.link
        where = f"`{link.target.removesuffix('.md')}`" if link.target else "this note"
        *above, last = parts_of(link.subpath)
        if last.startswith("^"):
            words = f"{where} has no block `{last}`"
        elif last.startswith("[^"):
            words = f"{where} has no footnote `[^{footnote_id(last)}]`"
        else:
            words = f"{where} has no heading `{last}`" + (f" below `{' > '.join(above)}`" if above else "")
        near = self.view.near_places(path, link.subpath)
        edit = retargeted(self.text(), link, link.target, near[0]) if len(near) == 1 else None
        fix = self._fix(near[0], edit) if edit else None
        return Mending(words + did_you_mean([place.removeprefix("#") for place in near]), fix)


def is_blank(link: Link) -> bool:
    """Whether a template has yet to fill in where a link leads (`[[{{title}}]]`, `[[<% tp.date.now() %>]]`)."""
    return bool(_BLANK.search(link.target))


def did_you_mean(near: Sequence[str]) -> str:
    """The end of a sentence that offers what may have been meant."""
    if not near:
        return ""
    *others, last = (f"`{item}`" for item in near[:3])
    return f"; did you mean {', '.join(others)}{' or ' if others else ''}{last}?"


def with_display(facts: Facts, link: Link, edit: TextEdit, shown: str) -> TextEdit:
    """The edit of a wikilink's target that also writes down the text shown so far; in a table its pipe is escaped."""
    if link.display is not None or link.kind != "wikilink":
        return edit
    in_table = any(start <= link.span.start < end for _, _, (start, end) in facts.tables)
    return edit._replace(text=edit.text + ("\\|" if in_table else "|") + shown)
