"""The files of a site in their order, and those of them that are others when its edition is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, overload

from vaultkit.publish.address import HOME, claim
from vaultkit.publish.page import Edition, Output, Page, Part, Reprint
from vaultkit.publish.printed import placed
from vaultkit.publish.renewed import renewed
from vaultkit.targets.site import feeds, graph, lists, search, static
from vaultkit.targets.site.addresses import OWN
from vaultkit.targets.site.changes import Change, change
from vaultkit.targets.site.pages import note_page
from vaultkit.targets.site.shards import Read
from vaultkit.targets.site.survey import Site, survey

if TYPE_CHECKING:
    from vaultkit.config import TargetConfig
    from vaultkit.model.note import NotePath

_Paths = tuple[str, ...]
_Named = tuple[str, Part]
"""A part of a site besides the pages of notes, and its name."""


class Parts(Sequence[Part]):
    """The parts of a site: a page for each note, made ready when somebody asks, and the `others`."""

    def __init__(self, site: Site, others: Sequence[Part]) -> None:
        self._site = site
        self._pages = [*site.edition.pages.values()]
        self._others = others

    def __len__(self) -> int:
        return len(self._pages) + len(self._others)

    @overload
    def __getitem__(self, at: int) -> Part: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Part]: ...
    def __getitem__(self, at: int | slice) -> Part | Sequence[Part]:
        if isinstance(at, slice):
            return [self[number] for number in range(len(self))[at]]
        number = range(len(self))[at]
        own = number < len(self._pages)
        return partial(_alone, self._site, self._pages[number]) if own else self._others[number - len(self._pages)]


class SitePrinting:
    """An edition as the files of a site. `parts` has the paths of each part's files, as far as they were made."""

    def __init__(self, edition: Edition, config: TargetConfig) -> None:
        self._edition = edition
        self._config = config
        self._parts: dict[str, _Paths] = {}
        self._is_disputed = False
        """Whether two of our files would be one and the same, so that the first stands."""

    @cached_property
    def site(self) -> Site:
        """What the pages have in common. Raises SetupError when a configured address is not one."""
        return survey(self._edition, self._config)

    @cached_property
    def _order(self) -> search.Order:
        return search.Order(self._edition.pages.values())

    @cached_property
    def _diagrams(self) -> frozenset[NotePath]:
        """The notes that have diagrams."""
        return frozenset(_with_diagrams(self._edition, self._edition.pages))

    @cached_property
    def _taken(self) -> frozenset[str]:
        """The places, as claims, of lists at which something stands that comes before them."""
        edition = self._edition
        lists = {claim(url) for url in (HOME, *(folder.url for folder in self.site.tree.root.walk()))}
        pages = (page.url for page in edition.pages.values())
        others = ((item.url for item in found) for found in (edition.assets, edition.redirects))
        past = chain.from_iterable(folder.past for folder in edition.folders.values())
        return frozenset(lists.intersection(map(claim, chain(pages, past, *others))))

    def outputs(self) -> Iterator[Output]:
        """Every file but the assets, each path once.

        Where a note or an asset has the address of a page that would be made, the note or asset stands.
        """
        return placed(chain.from_iterable(part() for part in self.parts()), self._edition)

    def parts(self) -> Sequence[Part]:
        """What makes all the files, in order of precedence, the pages of notes first."""
        return Parts(self.site, [part for _, part in self._other_parts()])

    def made(self, paths: Sequence[Sequence[str]]) -> None:
        """Told once which files all the parts gave, in their order."""
        names = chain(repeat("", len(self._edition.pages)), (name for name, _ in self._other_parts()))
        self._parts = {name: tuple(found) for name, found in zip(names, paths, strict=True) if name}
        self._is_disputed = self._disputes()

    def kept(self) -> dict[str, list[str]]:
        """The paths of all parts but the pages of notes."""
        return {name: [*paths] for name, paths in self._parts.items()}

    def go_on(self, kept: dict[str, list[str]]) -> bool:
        """Be as if all files had been made here."""
        self._parts = {name: tuple(kept.get(name, ())) for name, _ in self._other_parts()}
        self._is_disputed = self._disputes()
        return self._parts.keys() == kept.keys()

    def prepare(self) -> None:
        """Find out now what `again` needs; the parts and the first page find out what all have in common."""
        next(iter(self.parts()), tuple)()
        _ = self._order

    def _other_parts(self) -> Iterator[_Named]:
        return _other_parts(self.site, self._taken, self._edition.pages.values(), bool(self._diagrams))

    def again(self, edition: Edition, read: Read) -> tuple[SitePrinting, Reprint] | None:
        """What is printed anew for another edition; see `publish.page.Printing`."""
        changed = None if self._is_disputed or not self._parts else change(self.site, edition)
        if changed is None:
            return None
        now = SitePrinting(edition, self._config)
        now.__dict__["site"] = changed.site
        before, after = self._edition.pages, edition.pages
        if before.keys() == after.keys() and not changed.named:
            now.__dict__["_order"] = self._order
            if (edition.assets, edition.redirects, edition.folders) == (
                self._edition.assets,
                self._edition.redirects,
                self._edition.folders,
            ):
                now.__dict__["_taken"] = self._taken
        gone, anew = renewed(after, before), renewed(before, after)
        diagrams = self._diagrams.difference(gone).union(_with_diagrams(edition, anew))
        now.__dict__["_diagrams"] = diagrams
        was = {before[path].url: before[path] for path in gone}
        is_now = {after[path].url: after[path] for path in anew}
        if moved := search.renumbered(self._order, now._order) - was.keys() - is_now.keys():
            same = {page.url: page for page in after.values() if page.url in moved}
            was, is_now = {**was, **same}, {**is_now, **same}
        fresh = [(was.get(url), is_now.get(url)) for url in was.keys() | is_now.keys()]
        found = search.again(search.Turn(self._order, now._order, fresh, after.values()), read)
        if found is None:
            return None
        outputs = [note_page(now.site, after[path]) for path in filter(changed.pages.__contains__, after)]
        outputs += now._lists_again(self, changed)
        now._parts["search"] = self._parts["search"]  # its own index names them
        gone_files = {page.url for page in before.values()} if changed.named else set()
        gone_files |= {path for paths in self._parts.values() for path in paths} - set(self._parts["search"])
        kept = {page.url for page in after.values()} if changed.named else set()
        kept |= {path for paths in now._parts.values() for path in paths}
        moved_in = changed.named or edition.assets != self._edition.assets or now._places() != self._places()
        if moved_in and now._disputes():
            return None
        return now, Reprint((*outputs, *found.outputs), found.gone | (gone_files - kept))

    def _lists_again(self, old: SitePrinting, changed: Change) -> Iterator[Output]:
        """The files of all parts beside the notes and the search data that may be others."""
        for name, part in self._other_parts():
            if name == "search":
                continue
            if name in old._parts and _stays(name, old, changed):
                self._parts[name] = old._parts[name]
                continue
            made = tuple(part())
            self._parts[name] = tuple(output.path for output in made)
            yield from made

    def _places(self) -> list[str]:
        """The paths of all files but the pages of notes that are not in our own folder, where no note can be."""
        return sorted(path for paths in self._parts.values() for path in paths if not path.startswith(OWN))

    def _disputes(self) -> bool:
        """Whether two files are one and the same."""
        paths = chain.from_iterable((*self._parts.values(), (page.url for page in self._edition.pages.values())))
        every = [*paths, *(asset.url for asset in self._edition.assets)]
        return len(set(map(claim, every))) < len(every)


def _alone(site: Site, page: Page) -> tuple[Output]:
    return (note_page(site, page),)


def _stays(name: str, old: SitePrinting, changed: Change) -> bool:
    """Whether the files of a part that was made before are the same still."""
    was, now = old.site, changed.site
    kind, _, which = name.partition(":")
    if kind in ("static", "mermaid", "robots"):
        return True
    if kind == "redirects":
        return (was.edition.redirects, was.edition.folders) == (now.edition.redirects, now.edition.folders)
    if kind == "feeds":
        pairs = zip(was.dated[: feeds.NEWEST], now.dated[: feeds.NEWEST], strict=False)
        same = all(before[1] is after[1] for before, after in pairs)
        return same and (len(was.dated) == len(now.dated) or min(len(was.dated), len(now.dated)) >= feeds.NEWEST)
    if kind == "home":
        newest = (was.dated[: lists.NEWEST], now.dated[: lists.NEWEST])
        same = [page for _, page in newest[0]] == [page for _, page in newest[1]]
        return same and not changed.named and was.edition.tags == now.edition.tags
    if now.tree.root.url in changed.folders and kind != "folder":
        return False
    if kind == "folder":
        return which not in changed.folders
    if kind == "tag":
        return which not in changed.tags
    if kind == "tags":
        return was.edition.tags == now.edition.tags
    if kind == "graph":
        return not changed.links and not changed.named
    return not changed.named and was.edition.tags == now.edition.tags


def _with_diagrams(edition: Edition, paths: Iterable[NotePath]) -> Iterator[NotePath]:
    return (path for path in paths if "mermaid" in edition.pages[path].body.features)


def _other_parts(site: Site, taken: frozenset[str], pages: Collection[Page], has_diagrams: bool) -> Iterator[_Named]:
    """What comes behind the notes, in order of precedence. Where a note stands, no list is made."""
    yield "static", partial(static.outputs, site.edition.theme.styles)
    if has_diagrams:
        yield "mermaid", static.mermaid
    yield "redirects", partial(feeds.redirects, site)
    if claim(HOME) not in taken:
        yield "home", partial(lists.home_page, site)
    if site.edition.tags:
        yield "tags", partial(lists.all_tags, site)
        yield from ((f"tag:{key}", partial(lists.tag_pages, site, key)) for key in site.edition.tags)
    for folder in site.tree.root.walk():
        if folder.parent and claim(folder.url) not in taken:
            yield f"folder:{folder.url}", partial(lists.folder_pages, site, folder)
    yield "folders", partial(lists.all_folders, site)
    if site.dated:
        yield "recent", partial(lists.recent_page, site)
    if site.has_graph:
        yield "graph", partial(graph.outputs, site)
    yield "missing", partial(lists.missing_page, site)
    if site.has_feed:
        yield "feeds", partial(feeds.feeds, site)
    if site.base:
        yield "sitemap", partial(feeds.sitemap, site)
    yield "robots", partial(feeds.fixed, site)
    yield "search", lambda: search.outputs(pages)
