"""What a site has to print anew when its edition is another: found by comparing the two, so that all else stays.

A page says of other pages no more than their faces: titles, addresses, dates, descriptions. It names those beside it in
the tree, before and after it by date, linked with it, and those that link to it; what it says of its own note is in its
`Page`. So a page stays when its `Page` is the same and no face that it names is another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.mentions import linking
from vaultkit.publish.page import Edition, Page, TagPage
from vaultkit.publish.renewed import renewed
from vaultkit.targets.site.explorer import window
from vaultkit.targets.site.survey import Site, described, survey
from vaultkit.targets.site.tree import Folder

_Pages = Mapping[NotePath, Page]


class Change(NamedTuple):
    """The site of another edition. `pages` are the notes whose pages are printed anew, `named` those that have another
    face, are new or are gone; `folders` (by address) and `tags` (by key) are those whose lists are printed anew.
    `links`: other notes are linked with each other than before."""

    site: Site
    pages: frozenset[NotePath]
    named: frozenset[NotePath]
    folders: frozenset[str]
    tags: frozenset[str]
    links: bool


def change(site: Site, edition: Edition) -> Change | None:
    """What becomes of a site; None when what all pages show is another, or nobody can tell what they show."""
    before, after = site.edition.pages, edition.pages
    fresh = set(renewed(before, after))
    named = before.keys() - after.keys()
    named |= {path for path in fresh if path not in before or _face(before[path]) != _face(after[path])}
    linked = any(_ways(before.get(path)) != _ways(after.get(path)) for path in fresh | named)
    same_lists = not named and site.edition.tags == edition.tags and site.edition.folders == edition.folders
    if site.edition.theme != edition.theme or site.templates.see_more(not same_lists or linked):
        return None
    if same_lists and not linked:
        return Change(site.reworded(edition), frozenset(fresh), frozenset(), frozenset(), frozenset(), False)
    now = _now(site, edition, same_tree=not named and site.edition.folders == edition.folders, linked=linked)
    if _frame(site) != _frame(now):
        return None
    pages, folders = _around_in_tree(site, now, named) if now.tree is not site.tree else (set(), set())
    tags = _tags(site.edition, edition, named)
    pages |= fresh | _linked(site, now, named)
    if named or now.tree is not site.tree:
        pages |= _dated(site, now, named) | _naming(after, named)
    called = [key for key in tags if _called(site.edition.tags.get(key)) != _called(edition.tags[key])]
    pages |= {path for key in called for path in edition.tags[key].pages}
    return Change(now, frozenset(pages & after.keys()), frozenset(named), frozenset(folders), frozenset(tags), linked)


def _now(site: Site, edition: Edition, *, same_tree: bool, linked: bool) -> Site:
    """The site of another edition, with what is known of the old one as far as that holds."""
    if same_tree:
        others = ("nested", "places") if site.edition.tags != edition.tags else ()
        return site.reworded(edition, *others, *(("linked", "has_graph", "places") if linked else ()))
    now = survey(edition, site.config)
    if not linked:
        now.__dict__["linked"] = site.linked
    return now


def _face(page: Page) -> tuple[str, ...]:
    """What other pages say of a page."""
    return page.title, page.url, page.date, page.updated, described(page)


def _ways(page: Page | None) -> object:
    """Where the links of a page lead, and from where."""
    return page and (page.url, page.links, [*page.property_links.values()])


def _frame(site: Site) -> tuple[object, ...]:
    """What all pages show."""
    home = site.home and site.home.path
    return site.title, site.places, site.has_feed, site.has_graph, home, site.explorer.is_whole


def _around_in_tree(old: Site, new: Site, named: Collection[NotePath]) -> tuple[set[NotePath], set[str]]:
    """The notes beside which the tree is drawn in another way, and the folders that hold something else or beside
    whose lists it is."""
    pages: set[NotePath] = set()
    folders: set[str] = set()
    changed: dict[str, bool] = {}
    everywhere = bool(named) and new.explorer.is_whole
    for folder in new.tree.root.walk():
        known = old.tree.by_url.get(folder.url, _NO_FOLDER)
        around = everywhere or _branches(known) != _branches(folder)
        around = around or (folder.parent is not None and changed[folder.parent.url])
        before, after = _shelf(known), _shelf(folder)
        changed[folder.url] = around or window(before, None) != window(after, None)
        if around:
            pages.update(page.path for page in folder.notes)
        elif before != after:
            pages.update(_beside(folder, before, after))
        if changed[folder.url] or _holds_others(known, folder, named):
            folders.add(folder.url)
    listed = folders | (old.tree.by_url.keys() - new.tree.by_url.keys())
    pages.update(page.path for page in new.edition.pages.values() if page.url in listed)
    return pages, folders


_NO_FOLDER = Folder("", "")


def _branches(folder: Folder) -> tuple[object, ...]:
    """A folder and those in it, as the tree names them."""
    parent = folder.parent and folder.parent.url
    return folder.name, folder.url, parent, [(item.name, item.url) for item in folder.folders]


def _shelf(folder: Folder) -> list[tuple[str, str]]:
    """The notes of a folder, as the tree names them."""
    return [(page.title, page.url) for page in folder.notes if page.url != folder.url]


def _beside(folder: Folder, before: list[tuple[str, str]], after: list[tuple[str, str]]) -> Iterator[NotePath]:
    """The notes of a folder that have other notes around them."""
    was = {url: place for place, (_, url) in enumerate(before)}
    is_now = {url: place for place, (_, url) in enumerate(after)}
    for page in folder.notes:
        if window(before, was.get(page.url)) != window(after, is_now.get(page.url)):
            yield page.path


def _holds_others(old: Folder, new: Folder, named: Collection[NotePath]) -> bool:
    """Whether the list of a folder says something else."""
    counts = [[(item.url, item.count) for item in (folder, *folder.folders)] for folder in (old, new)]
    notes = [[page.path for page in folder.notes] for folder in (old, new)]
    return counts[0] != counts[1] or notes[0] != notes[1] or any(path in named for path in notes[1])


def _dated(old: Site, new: Site, named: Collection[NotePath]) -> set[NotePath]:
    """The notes that have another note before or after them."""
    return {
        path
        for path, pair in new.around.items()
        if _paths(pair) != _paths(old.around.get(path, (None, None))) or any(item in named for item in _paths(pair))
    }


def _paths(pair: tuple[Page | None, Page | None]) -> tuple[NotePath | None, ...]:
    return tuple(page and page.path for page in pair)


def _naming(pages: _Pages, named: Collection[NotePath]) -> set[NotePath]:
    """The notes that are linked from some."""
    return {path for path, page in pages.items() if any(item in named for item in linking(page.backlinks))}


def _linked(old: Site, new: Site, named: Collection[NotePath]) -> set[NotePath]:
    """The notes around which the graph is another."""
    before, after = old.linked, new.linked
    pages = {path for other in named if other in after for path in after[other]}
    if before is after:
        return pages
    rows = [path for path, ways in after.items() if list(ways) != list(before.get(path, ()))]
    pages.update(rows)
    for path in rows:
        for other in {*after[path]} ^ {*before.get(path, ())}:
            pages |= {*after[path]} & {*after.get(other, ())}
    return pages


def _tags(old: Edition, new: Edition, named: Collection[NotePath]) -> set[str]:
    """The tags that there are whose lists say something else."""
    before, after = old.tags, new.tags
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    found = {key for key, tag in after.items() if any(path in named for path in tag.pages)}
    for key in changed:
        found |= {key, key.rpartition("/")[0]}
    renamed = tuple(f"{key}/" for key in changed if _called(before.get(key)) != _called(after.get(key)))
    found |= {key for key in after if renamed and key.startswith(renamed)}
    return found & after.keys()


def _called(tag: TagPage | None) -> tuple[str, str] | None:
    return tag and (tag.name, tag.url)
