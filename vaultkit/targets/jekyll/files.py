"""Where the pages lie in Jekyll's folder: notes that have a day are posts, all others pages at their addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from vaultkit.model.digest import blake2b
from vaultkit.publish.address import HOME, claim
from vaultkit.publish.layout import Layout, folder_href
from vaultkit.publish.slugs import slug
from vaultkit.render.job import Dialect
from vaultkit.schema.dates import moment

if TYPE_CHECKING:
    from vaultkit.model.note import NotePath
    from vaultkit.publish.page import Asset
    from vaultkit.publish.select import PublishedNote
    from vaultkit.targets.jekyll.options import Options

POSTS = "_posts"

_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)", re.DOTALL)
_SKIPPED = re.compile(r"[_.#~]+")
_EXCLUDED = frozenset(("node_modules", "vendor", "gemfile", "gemfile.lock"))


class Blog(Layout):
    """Posts by day, pages by address. Jekyll shows the beginning of a post in lists too, so links begin at the `root`
    of the site (`/`, `/blog/`) when that is known."""

    front_matter = True
    properties = frozenset(("layout", "permalink", "slug", "category"))

    def __init__(self, notes: Mapping[NotePath, PublishedNote], options: Options, root: str = "") -> None:
        super().__init__(notes)
        self._root = root
        self.rooted = bool(root)
        if options.body == "markdown":
            self.dialect = Dialect(ids=True, kramdown=True, breaks=options.line_breaks == "obsidian")
        self.place(_files(notes, ".md" if options.body == "markdown" else ".html"), notes)

    def href(self, source: PublishedNote, target: PublishedNote, fragment: str = "") -> str:
        way = folder_href(source.url, target.url, fragment)
        return (
            way
            if way.startswith("#") or not self._root
            else self._root + folder_href(HOME, target.url, fragment).removeprefix("./")
        )

    def asset(self, source: PublishedNote, asset: Asset) -> tuple[Asset, str]:
        return (asset, self._root + quote(asset.url)) if self._root else super().asset(source, asset)

    def tag(self, source: PublishedNote, name: str) -> str | None:
        return None


def _files(notes: Mapping[NotePath, PublishedNote], ending: str) -> dict[NotePath, str]:
    """A file for each page. Where several would have the same, the folder of the note tells them apart, then a mark."""
    files = {path: _file(note) for path, note in notes.items()}
    for other in (_file_by_folder, _marked_file):
        times = Counter(map(claim, files.values()))
        files = {path: file if times[claim(file)] == 1 else other(notes[path]) for path, file in files.items()}
    return {path: file + ending for path, file in files.items()}


def _file(note: PublishedNote) -> str:
    """The file of a page, without its ending. A post stays below the folders that its `_posts` lies in, since they are
    categories to Jekyll."""
    post = _post(note)
    if not post:
        return "/".join(_seen(part) for part in note.url.removesuffix(".html").split("/"))
    folders = note.path.split("/")[:-1]
    above = folders[: folders.index(POSTS)] if POSTS in folders else []
    return "/".join((*above, POSTS, post))


def _file_by_folder(note: PublishedNote) -> str:
    if not _post(note):
        return _marked_file(note)
    head, _, name = _file(note).rpartition("/")
    return f"{head}/{'-'.join(slug(part) for part in note.path.split('/')[:-1]) or 'root'}/{name}"


def _marked_file(note: PublishedNote) -> str:
    return f"{_file(note)}-{blake2b(note.path.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"


def _seen(part: str) -> str:
    """A part of a path that Jekyll does not pass over."""
    kept = _SKIPPED.sub("", part, count=1) if _SKIPPED.match(part) else part
    kept = kept.rstrip("~")
    return f"page-{kept}" if not kept or kept.lower() in _EXCLUDED else kept


def _post(note: PublishedNote) -> str:
    """The name of the file of a post, without its ending; "" for a note that has no day, or is the home page."""
    if note.url == HOME:
        return ""
    stem = stem_of(note.path)
    found = _DATED.fullmatch(stem)
    day = _day(*map(int, found.groups()[:3])) if found else ""
    if found and day:
        return f"{day}-{found[4]}"
    written = next((value for name, value in note.facts.properties.items() if name.lower() == "date"), None)
    when = moment(written) if isinstance(written, str) else None
    return f"{when.date().isoformat()}-{slug(stem)}" if when else ""


def stem_of(path: str) -> str:
    """The name of a file without its ending."""
    return path.rpartition("/")[2].rpartition(".")[0]


def is_dated(path: str) -> bool:
    """Whether a note's name begins with a day, as the names of posts do."""
    return _DATED.fullmatch(stem_of(path)) is not None


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
