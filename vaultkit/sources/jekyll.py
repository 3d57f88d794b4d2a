"""Sites of Jekyll: posts, pages and collections, each at the address that Jekyll gave it.

The style `jekyll` gives most posts their address. Whatever has another one (a pattern of its own, another time zone, a
page whose name is no slug) needs a `permalink`, a post that has its day in its name alone needs a `date`, and a note
that is not called `.md` needs another name: these are changes of notes, made when they are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath, Value
from vaultkit.model.record import NamedTuple
from vaultkit.parse import frontmatter
from vaultkit.publish.address import BadAddress, permalink_url
from vaultkit.publish.permalinks import STANDARD, filled, has_folders, slugified, zone
from vaultkit.schema.source import plain, read_yaml
from vaultkit.sources import _jekyll_urls as urls
from vaultkit.sources._imported import Imported, NoteChange, count, exactly, files_of, settings_text, some
from vaultkit.vault.texts import read_text

_ENDINGS = (".md", ".markdown", ".mkdown", ".mkdn", ".mkd")
_POSTS = "posts"
_DRAFTS = "drafts"
_NEVER = ("vendor", "node_modules", "_site", "_layouts", "_includes", "_sass", "_data", "_plugins")
_LARGE = 4 * 1024 * 1024


class _File(NamedTuple):
    """A file with text: its path in the site, its own properties and those with the site's defaults, whether there is
    a block of properties at all, and its text."""

    path: str
    own: Mapping[str, Value]
    properties: Mapping[str, Value]
    is_processed: bool
    text: str

    @property
    def stem(self) -> str:
        return self.path.rpartition(".")[0]


class _Site(NamedTuple):
    """The settings of a site that count here."""

    said: Mapping[str, Any]
    zone: tzinfo
    pattern: str
    collections: Mapping[str, Mapping[str, Any]]

    def kind(self, path: str) -> str:
        """The collection that a file is in, `posts`, `drafts`, "" for a page, or `-` when Jekyll leaves it out."""
        parts = path.split("/")[:-1]
        left_out = [str(item).strip("/") for item in _listed(self.said.get("exclude"))]
        if any(path == item or path.startswith(f"{item}/") for item in (*left_out, *_NEVER)):
            return "-"
        for name in (_DRAFTS, _POSTS):
            if f"_{name}" in parts:
                return name
        if parts and parts[0].startswith("_") and parts[0][1:] in self.collections:
            return parts[0][1:]
        return "-" if any(part.startswith(("_", ".", "#", "~")) for part in path.split("/")) else ""

    def defaults(self, path: str) -> dict[str, Any]:
        """The properties that the settings give to a file which has none of that name."""
        kind = self.kind(path) or "pages"
        found: dict[str, Any] = {}
        for item in _listed(self.said.get("defaults")):
            scope, values = (item.get(key) if isinstance(item, dict) else None for key in ("scope", "values"))
            scope = scope if isinstance(scope, dict) else {}
            folder = str(scope.get("path") or "").strip("/")
            fits = not folder or path == folder or path.startswith(f"{folder}/")
            if fits and scope.get("type") in (None, "", kind) and isinstance(values, dict):
                found |= values
        return found


def jekyll(folder: str) -> Imported:
    """The site of a folder. Raises SetupError when it is none, or its settings cannot be read."""
    name, text = settings_text(folder, "_config.yml", "_config.yaml", made_by="Jekyll")
    site = _site(plain(read_yaml(text, os.path.join(folder, name))), os.path.join(folder, name))
    files = [_file(folder, path, site) for path in files_of(folder) if path.lower().endswith(_ENDINGS)]
    addresses = {file.path: address for file in files if (address := _address(file, site))}
    public = [file for file in files if file.path in addresses]
    changes, lost = _changes(public, addresses, {file.path for file in files}, site)
    select, exclude = _selection(public, files, site)
    target = _target(site, addresses)
    config = {
        "version": 1,
        **({"notes": {"exclude": exclude}} if exclude else {}),
        "publish": {"select": {"path": select}, "slug": {"style": "jekyll"}, "targets": [target]},
    }
    return Imported(folder, config, _decided(site, public, changes), (*lost, *_left(files, public, site)), changes)


def _site(said: Mapping[str, Any], where: str) -> _Site:
    named = said.get("timezone")
    try:
        here = zone(str(named)) if named else UTC
    except ValueError as error:
        raise SetupError(str(error), where=where) from error
    collections = said.get("collections")
    if isinstance(collections, list):
        collections = {str(name): {} for name in collections}
    known = {
        str(name): value if isinstance(value, dict) else {}
        for name, value in (collections if isinstance(collections, dict) else {}).items()
    }
    return _Site(said, here, str(said.get("permalink") or STANDARD), known)


def _file(folder: str, path: str, site: _Site) -> _File:
    text = read_text(os.path.join(folder, path), path, _LARGE) or ""
    found, _ = frontmatter.read(text)
    own = found.properties
    return _File(path, own, {**site.defaults(path), **own}, found.state in ("valid", "empty"), text)


def _address(file: _File, site: _Site) -> str:
    """The address that Jekyll gave to a file, "" when it gave none."""
    kind, said = site.kind(file.path), file.properties
    if _is_hidden(file, site):
        return ""
    permalink = said.get("permalink")
    pattern = permalink if isinstance(permalink, str) else ""
    if kind == _POSTS:
        post = urls.post_of(file.stem, said, site.zone)
        usual = str(site.collections.get(_POSTS, {}).get("permalink") or site.pattern)
        return urls.post_url(post, pattern or usual) if post and not _is_to_come(post, file, site) else ""
    if kind:
        settings = site.collections[kind]
        if settings.get("output") is not True:
            return ""
        inner = file.stem.partition("/")[2]
        usual = f"/:collection/:path{'/' if has_folders(site.pattern) else ':output_ext'}"
        return urls.document_url(kind, inner, said, pattern or str(settings.get("permalink") or usual))
    parts = {"path": file.stem.rpartition("/")[0], "basename": file.stem.rpartition("/")[2], "output_ext": ".html"}
    return filled(pattern, parts) if pattern else urls.page_url(file.stem, site.pattern)


def _is_hidden(file: _File, site: _Site) -> bool:
    """Whether Jekyll leaves a file out for what it says itself, or where it lies."""
    kind = site.kind(file.path)
    published = (file.properties if kind else file.own).get("published")  # of a page, only its own properties count
    return kind in ("-", _DRAFTS) or not file.is_processed or published is False


def _is_to_come(post: urls.Post, file: _File, site: _Site) -> bool:
    """Whether a post is only to come by its name, which Jekyll heeds. With a `date` it waits here too."""
    return "date" not in file.own and site.said.get("future") is not True and post.when > datetime.now(site.zone)


def _by_style(file: _File) -> str:
    """The address that the style `jekyll` gives to a note without a `permalink`: by its name and its own properties."""
    name = file.stem.rpartition("/")[2]
    if len(name.partition("-")[0]) == 4:
        post = urls.post_of(f"_posts/{name}", file.own, UTC)
        if post:
            return urls.post_url(post, STANDARD)
    return "/" + "/".join(slugified(part) for part in file.stem.split("/")) + ".html"


def _changes(
    public: Iterable[_File], addresses: Mapping[str, str], there: set[str], site: _Site
) -> tuple[tuple[NoteChange, ...], tuple[str, ...]]:
    """The changes that notes need, and what cannot be helped by one."""
    changes, lost = [], []
    for file in public:
        address, new_path = addresses[file.path], f"{file.stem}.md"
        if new_path != file.path and new_path in there:
            lost.append(f"`{file.path}` should be called `{new_path}`, which is another note")
            continue
        wanted = _wanted(file, address)
        if wanted and not _can_be(wanted):
            lost.append(f"`{file.path}` cannot stay at `{wanted}`: nothing can be there here")
            wanted = ""
        day = _day(file) if site.kind(file.path) == _POSTS else ""
        if wanted or day or new_path != file.path:
            properties = {**({"permalink": wanted} if wanted else {}), **({"date": day} if day else {})}
            changes.append(NoteChange(file.path, NotePath(new_path), properties))
    return tuple(changes), tuple(lost)


def _day(file: _File) -> str:
    """The day in the name of a post that has no `date`, "" when it has one. One that is still to come was public in
    spite of it, and stays so without."""
    post = None if any(name.lower() == "date" for name in file.own) else urls.post_of(file.stem, {}, UTC)
    return post.when.date().isoformat() if post and post.when <= datetime.now(UTC) else ""


def _wanted(file: _File, address: str) -> str:
    """The address of a note, if it has to be said for the note to get it."""
    named = file.own.get("permalink")
    given = filled(named, {}) if isinstance(named, str) and named else _by_style(file)
    return "" if address == "/" or _file_at(address) == _file_at(given) else address


def _file_at(address: str) -> str:
    """The file that a server gives for an address."""
    return address + ("index.html" if address.endswith("/") else "" if address.endswith(".html") else ".html")


def _can_be(address: str) -> bool:
    try:
        permalink_url(address)
    except BadAddress:
        return False
    return True


def _selection(public: list[_File], files: list[_File], site: _Site) -> tuple[list[str], list[str]]:
    """Globs for what was public, and those of the notes among them that were not."""
    paths = {f"{file.stem}.md" for file in public}
    select: list[str] = []
    if any(site.kind(file.path) == _POSTS for file in public):
        select.append("**/_posts/**/[0-9]*")
    select += [f"_{name}/**" for name in site.collections if any(site.kind(file.path) == name for file in public)]
    select += sorted(exactly(f"{file.stem}.md") for file in public if site.kind(file.path) == "")
    others = [f"{file.stem}.md" for file in files if f"{file.stem}.md" not in paths]
    hidden = {path for path in others if _selected(path, select)}
    denied = {f"{file.stem}.md" for file in files if file.own.get("published") is False}
    return select, sorted(map(exactly, hidden - denied))


def _selected(path: str, select: Iterable[str]) -> bool:
    from vaultkit.schema.pattern import Glob

    return any(Glob(glob).fits(path) for glob in select)


def _target(site: _Site, addresses: Mapping[str, str]) -> dict[str, Any]:
    said = site.said
    base = f"{said.get('url') or ''}{said.get('baseurl') or ''}"
    target: dict[str, Any] = {"kind": "site"}
    target |= {"base-url": base.rstrip("/") + "/"} if base.startswith(("http://", "https://")) else {}
    target |= {key: str(said[key]) for key in ("title", "description") if isinstance(said.get(key), str)}
    language = said.get("lang") or said.get("locale")
    target |= {"language": str(language).replace("_", "-")} if isinstance(language, str) else {}
    home = next((path for path, address in addresses.items() if address == "/"), None)
    return target | ({"home": home.rpartition(".")[0] + ".md"} if home else {})


def _decided(site: _Site, public: list[_File], changes: Iterable[NoteChange]) -> tuple[str, ...]:
    posts = sum(site.kind(file.path) == _POSTS for file in public)
    others = len(public) - posts
    named = site.said.get("timezone")
    renamed = sum(item.path != item.new_path for item in changes)
    dated = sum("date" in item.properties for item in changes)
    linked = sum("permalink" in item.properties for item in changes)
    found = [
        f"{count(posts, 'post')} and {count(others, 'page')} were public, and are selected by their place",
        "addresses stay as they are: `slug: { style: jekyll }`"
        + (f", and a `permalink` in {count(linked, 'note')} that had another" if linked else ""),
    ]
    if not named:
        found.append("no `timezone` is set, so the day of a post is that in UTC")
    if dated:
        found.append(
            f"{count(dated, 'post')} must say the day as `date` too, since pages, lists and feeds take none from a name"
        )
    if renamed:
        found.append(f"{count(renamed, 'note')} must be called `.md`, since nothing else is a note")
    return tuple(found)


def _left(files: list[_File], public: list[_File], site: _Site) -> Iterator[str]:
    known = {file.path for file in public}
    skipped = [file for file in files if site.kind(file.path) == _POSTS and file.path not in known]
    waiting = [file.path for file in skipped if not _is_hidden(file, site) and urls.post_of(file.stem, {}, UTC)]
    if waiting:
        yield (
            "what waited in `_posts` for the day in its name would not wait here, and is excluded; with a `date`, and"
            f" without its line in `notes.exclude`, it is published on its day: see {some(waiting)}"
        )
    others = [file.path for file in skipped if file.path not in waiting]
    if others:
        yield f"{count(len(others), 'file')} in `_posts` had no address in Jekyll, and get none: {some(others)}"
    liquid = [file.path for file in public if "{%" in file.text or "{{" in file.text]
    if liquid:
        yield f"Liquid is text here: see {some(liquid)}"
    redirects = [file.path for file in public if "redirect_from" in file.properties]
    if redirects:
        yield f"`redirect_from` is called `aliases` here (`/the/old/address/`): see {some(redirects)}"
    words = [file.path for file in public if any(_is_words(file.own.get(name)) for name in ("tags", "tag"))]
    if words:
        yield f"tags of one text are no list here, `a b` must be `[a, b]`: see {some(words)}"
    base = str(site.said.get("baseurl") or "").strip("/")
    linked = [file.path for file in public if base and f"](/{base}/" in file.text]
    if linked:
        yield f"a link to `/{base}/…` leads out of the vault here, `[[name]]` leads to a note: see {some(linked)}"
    yield "pages of HTML, layouts, includes, data and plugins stay behind; so do the feed and the lists that they made"
    yield "files below `assets/` are published where a note shows them or links to them, at another address"


def _is_words(value: object) -> bool:
    """Whether a value is for Jekyll a list of words."""
    return isinstance(value, str) and " " in value.strip()


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
