"""What views of bases show of the published notes: their rows, and each value as words with its way.

A base sees the publish set and nothing else. Its filters and its order may look at every property of a published note,
since they only say which notes are shown; what stands in its cells is held to the properties that may be published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

from vaultkit.bases.definition import BaseError, Definition, View, read
from vaultkit.bases.evaluation import Budget, Viewpoint
from vaultkit.bases.rows import Row, Sight
from vaultkit.bases.values import Date, Image, LinkTo, text_of
from vaultkit.bases.views import Group, Result, result
from vaultkit.index.file_kinds import IMAGES, ending, stem_of
from vaultkit.model.note import Link, NotePath
from vaultkit.model.text import Span
from vaultkit.parse import grammar
from vaultkit.publish.bases_settings import BaseSettings
from vaultkit.publish.draft import tags_of
from vaultkit.render.job import BaseGroup, BaseView, Words

if TYPE_CHECKING:
    from vaultkit.publish.jobs import JobMaker
    from vaultkit.publish.select import PublishedNote

_Cell = tuple[Words, ...]
_KINDS = frozenset(("table", "cards", "list"))
_NOT_COMPUTED = "Something in this view cannot be computed, and is left empty."
NOT_SHOWN = BaseView("table", "", (), (), ("This base cannot be shown.",))
"""What stands in the place of a base that cannot be read."""

_SEPARATOR = Words(", ")


class Host(Protocol):
    """The page that a base stands on."""

    @property
    def note(self) -> PublishedNote:
        """The note of the page."""

    def picture(self, path: NotePath) -> str | None:
        """The way to an attachment, None when it cannot be published."""

    def notice(self, message: str) -> None:
        """Tell the author something about the page."""


class NoteRows:
    """The published notes as rows, made when a base asks for the first time."""

    def __init__(self, maker: JobMaker, settings: BaseSettings, notes: Mapping[NotePath, PublishedNote]) -> None:
        self._maker = maker
        self._settings = settings
        self._notes = notes

    @cached_property
    def rows(self) -> dict[NotePath, Row]:
        """The row of each note."""
        return {path: self._row(note) for path, note in self._notes.items() if ending(path) == "md"}

    def _row(self, note: PublishedNote) -> Row:
        allowed = self._settings.properties
        everything = tags_of(note.facts, note.facts.properties)
        shown = tags_of(note.facts, note.facts.properties if "tags" in allowed else {})
        return Row(
            note.path,
            note.facts.properties,
            shown=allowed,
            tags=shown,
            hidden_tags=tuple(tag for tag in everything if tag not in shown),
            size=len(note.text.encode("utf-8", "replace")),
            links=lambda: list(self._links(note, embeds=False)),
            embeds=lambda: list(self._links(note, embeds=True)),
            backlinks=lambda: self._backlinks.get(note.path, []),
        )

    def _links(self, note: PublishedNote, *, embeds: bool) -> Iterator[LinkTo]:
        """Links that a reader sees, to published notes and to attachments."""
        for link in note.facts.links:
            if link.hidden or (embeds and link.kind != "embed"):
                continue
            if link.property and link.property.partition(".")[0].lower() not in self._settings.properties:
                continue
            target = self._maker.target(link, note.path)
            if target in self.rows:
                yield LinkTo(target, self.rows[target], link.display or "")
            elif target is not None and ending(target) not in ("md", "canvas", "base"):
                yield LinkTo(target, None)

    @cached_property
    def _backlinks(self) -> dict[str, list[LinkTo]]:
        found: dict[str, dict[str, LinkTo]] = {}
        for path, row in self.rows.items():
            for link in row.links:
                if link.row is not None:
                    found.setdefault(link.row.path, {})[path] = LinkTo(path, row)
        return {path: list(links.values()) for path, links in found.items()}

    def find(self, target: str, source: NotePath) -> Row | None:
        """The row of the note that a link's text opens."""
        path = self._maker.target(Link("wikilink", target, "", None, Span(0, 0)), source) if target else None
        return self.rows.get(path) if path is not None else None

    def sight(self, source: NotePath) -> Sight:
        """What an evaluation looks at from a note."""
        return Sight(self._settings.now, lambda target: self.find(target, source))


class Views:
    """Makes the views of one base for one page."""

    def __init__(self, maker: JobMaker, rows: NoteRows, host: Host, budget: Budget) -> None:
        self._maker = maker
        self._rows = rows
        self._host = host
        self._budget = budget

    def of(self, text: str, wanted: str | None) -> tuple[BaseView, ...]:
        """The views of a base's text: the named one, the first for "", all for None. Raises BaseError."""
        base = read(text)
        if wanted is None:
            views = base.views
        else:
            named = base.view(wanted) if wanted else base.views[0]
            if named is None:
                raise BaseError(f"has no view `{wanted}`")
            views = (named,)
        path = self._host.note.path
        this = self._rows.rows.get(path) or Row(path, {})
        seen = Viewpoint(this, self._rows.sight(path), self._budget)
        notes = self._rows.rows.values()
        return tuple(self._shown(base, result(base, view, notes, seen)) for view in views)

    def _shown(self, base: Definition, found: Result) -> BaseView:
        """A view's result as it stands on the page. What it lacks is told to the author in full, and to readers in
        words that say nothing of what stands in the base."""
        view = found.view
        name = view.name or view.kind
        for problem in found.problems:
            self._host.notice(f"shows the view `{name}`, which {problem}")
        said = [_NOT_COMPUTED] if found.problems else []
        if view.kind not in _KINDS:
            self._host.notice(f"shows the view `{name}` as a table, since there are no views of the kind `{view.kind}`")
            said.append(f"This is a view of the kind `{view.kind}`, shown as a table.")
        places = [place for place, prop in enumerate(found.properties) if self._may_be_shown(prop)]
        missing = [f"`{title}`" for place, title in enumerate(found.columns) if place not in places]
        if missing:
            self._host.notice(
                f"shows the view `{name}` without {', '.join(missing)}, which no `publish.properties` names"
            )
        groups = tuple(self._group(found, group, places) for group in found.groups)
        return BaseView(_kind(view), view.name, tuple(found.columns[place] for place in places), groups, tuple(said))

    def _may_be_shown(self, prop: str) -> bool:
        kind, _, rest = prop.partition(".")
        name = rest if kind in ("note", "property") and rest else prop
        return prop.startswith(("file.", "formula.")) or name.lower() in self._maker.base_settings.properties

    def _group(self, found: Result, group: Group, places: list[int]) -> BaseGroup:
        rows = tuple(
            tuple(self._cell(found.properties[place], line.values[place], line.row) for place in places)
            for line in group.lines
        )
        with_images = isinstance(found.view.options.get("image"), str) and found.view.kind == "cards"
        images = tuple(self._image(line.image) for line in group.lines) if with_images else ()
        heading = None
        if group.grouped:
            by = found.view.group.property if found.view.group else ""
            heading = self._cell(by, group.value, None)
        summaries = tuple(group.summaries[place] for place in places) if group.summaries else ()
        return BaseGroup(heading, rows, images, summaries)

    def _cell(self, prop: str, value: Any, row: Row | None) -> _Cell:
        if prop in ("file.name", "file.basename") and row is not None:
            return (Words(text_of(value), self._way(row)),)
        if prop.rpartition(".")[2] == "tags" and isinstance(value, list):
            return _joined([(self._tag(text_of(item)),) for item in value], Words(" "))
        return self._words(value)

    def _words(self, value: Any) -> _Cell:
        if value is None or value == "":
            return ()
        if isinstance(value, bool):
            return (Words("x" if value else "", None, "check"),)
        if isinstance(value, Row):
            return (Words(value.name, self._way(value)),)
        if isinstance(value, LinkTo):
            return self._link(value)
        if isinstance(value, Image):
            image = self._image(value)
            return (image,) if image else self._words(value.of)
        if isinstance(value, list):
            return _joined([self._words(item) for item in value], _SEPARATOR)
        text = text_of(value)
        if isinstance(value, Date):
            return (Words(text, None, "date"),)
        if isinstance(value, str) and text.startswith(("http://", "https://")) and " " not in text:
            return (Words(text, text),)
        return (Words(grammar.without_ways(text)),)

    def _link(self, link: LinkTo) -> _Cell:
        """A link to a published note or an attachment leads there; any other is its text."""
        if link.row is not None:
            subpath = link.target.partition("#")[2]
            return (Words(link.text, self._way(link.row, f"#{subpath}" if subpath else "")),)
        if link.target.startswith(("http://", "https://", "mailto:")):
            return (Words(link.display or link.target, link.target),)
        path = self._attachment(link.target)
        way = self._host.picture(path) if path else None
        if path and way:
            return (Words(link.display or stem_of(path), way, "image" if ending(path) in IMAGES else "text"),)
        return (Words(link.text),)

    def _attachment(self, target: str) -> NotePath | None:
        path = self._maker.target(Link("wikilink", target, "", None, Span(0, 0)), self._host.note.path)
        return path if path and ending(path) not in ("md", "canvas", "base") else None

    def _way(self, row: Row, subpath: str = "") -> str | None:
        note = self._maker.published(NotePath(row.path))
        if note is None:
            return None
        return self._maker.layout.href(self._host.note, note, self._maker.fragment(note, subpath))

    def _tag(self, name: str) -> Words:
        name = name.removeprefix("#")
        return Words(f"#{name}", self._maker.layout.tag(self._host.note, name), "tag")

    def _image(self, value: Any) -> Words | None:
        """The picture that a value names: a link to an image of the vault, or its name."""
        value = value.of if isinstance(value, Image) else value
        value = value[0] if isinstance(value, list) and value else value
        target = value.target if isinstance(value, LinkTo) else value if isinstance(value, str) else ""
        path = self._attachment(target) if target else None
        way = self._host.picture(path) if path and ending(path) in IMAGES else None
        return Words(stem_of(path), way, "image") if path and way else None


def _kind(view: View) -> Literal["table", "cards", "list", "numbers"]:
    if view.kind == "list":
        return "numbers" if view.options.get("markers") in ("number", "numbers") else "list"
    return "cards" if view.kind == "cards" else "table"


def _joined(cells: list[_Cell], between: Words) -> _Cell:
    found: list[Words] = []
    for cell in cells:
        if cell:
            found += [*([between] if found else []), *cell]
    return tuple(found)
