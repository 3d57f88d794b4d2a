"""The `hugo` target: a content folder of page bundles, `reading/attention/index.md` with its attachments beside it.

Hugo makes the address of a page from its folder; where it would make another than the page has, `url` says so. What is
told so begins at the root of the whole site, so the section that our folder is has to be in it. A `{{<` in text is no
shortcode because its braces are escaped there; in code it gets a form that Hugo prints as it was.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from pydantic import Field

from vaultkit.publish.address import HOME, claim
from vaultkit.publish.intent import Notice
from vaultkit.publish.layout import Layout, folder_href
from vaultkit.publish.page import Asset, Edition, Output, Page
from vaultkit.publish.slugs import STYLES
from vaultkit.render.job import Dialect
from vaultkit.schema.options import Model
from vaultkit.targets import _front_matter as front_matter

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.model.note import NotePath, Value
    from vaultkit.publish.select import PublishedNote

_RESERVED = (
    "aliases audio build cascade content date description draft expirydate headless images iscjklanguage keywords kind"
    " lang lastmod layout linktitle markup menu menus modified outputs params path permalink pubdate publishdate"
    " published resources series sitemap slug summary title translationkey type unpublishdate url videos weight"
)
RESERVED = frozenset(_RESERVED.split())
"""Names that mean something to Hugo, in small letters."""

_TEXTS = {"title": "title", "description": "description"}
_LISTS = {"tags": "tags", "categories": "categories", "category": "categories"}
_DATES = {"date": "date", "updated": "lastmod", "lastmod": "lastmod"}
_BARE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_PASSED_OVER = re.compile(r"(?<![^/])#|~(?![^/])")
"""What a folder begins or ends with that Hugo does not look into."""
_SHORTCODE = re.compile(r"\{\{(?:<((?:(?!\*/|\{\{[<%]).)+?)>\}\}|%((?:(?!\*/|\{\{[<%]).)+?)%\}\}|[<%])", re.DOTALL)


class Options(Model):
    """The keys of a `hugo` target."""

    body: Literal["markdown", "html"] = Field(
        "markdown", description="what stands in the files: Markdown for Hugo, or the HTML that the site would show"
    )
    raw_html: bool = Field(
        False, description="whether the site lets HTML in Markdown through (`markup.goldmark.renderer.unsafe`)"
    )
    line_breaks: Literal["obsidian", "host"] = Field(
        "obsidian", description="whether a single line end is a break, as in Obsidian, or what Hugo makes of it"
    )
    section: str | None = Field(
        None,
        description="the folder that all addresses lie in, as `posts`, if it is not what stands behind `content` in"
        " `output`; empty where that folder is no part of them",
    )


class _Bundles(Layout):
    """A folder for each page."""

    front_matter = True

    def __init__(self, notes: Mapping[NotePath, PublishedNote], options: Options) -> None:
        super().__init__(notes)
        if options.body == "markdown":
            self.dialect = Dialect(html=options.raw_html, ids=True, breaks=options.line_breaks == "obsidian")
        self.place(_files(notes, "md" if options.body == "markdown" else "html"), notes)

    def href(self, source: PublishedNote, target: PublishedNote, fragment: str = "") -> str:
        return folder_href(source.url, target.url, fragment)

    def asset(self, source: PublishedNote, asset: Asset) -> tuple[Asset, str]:
        """Beside the page, where Hugo takes it along. From beside a page that is no folder's, every Hugo takes it
        elsewhere, so it is in a bundle of its own."""
        if source.url != HOME and not source.url.endswith("/" + HOME):
            return super().asset(source, asset)
        name = asset.url.rpartition("/")[2]
        beside = Asset(asset.path, _beside(self.files[source.path], name))
        self.served[beside.url] = _beside(source.url, name)
        return beside, quote(name)

    def tag(self, source: PublishedNote, name: str) -> str | None:
        return None


def _beside(path: str, name: str) -> str:
    return path[: path.rfind("/") + 1] + name


def _files(notes: Mapping[NotePath, PublishedNote], ending: str) -> dict[NotePath, str]:
    """A bundle for each page: `index` in a folder of its own, `_index` in one where other pages lie below. Such a page
    cannot have just any address, so one that has another than its folder's goes aside."""
    wanted = {path: _folder(note.url) for path, note in notes.items()}
    above = _above(wanted.values())
    folders: dict[NotePath, str] = {}
    taken: set[str] = set()
    for path, first in sorted(wanted.items(), key=lambda item: (not _by_itself(item[1], notes[item[0]].url), item)):
        folder = first
        while _claim(folder) in taken or (_claim(folder) in above and not _by_itself(folder, notes[path].url)):
            folder += "-page"
        taken.add(_claim(folder))
        folders[path] = folder
    return {path: f"{folder}/{_name(folder, above)}.{ending}".lstrip("/") for path, folder in folders.items()}


def _folder(url: str) -> str:
    """The folder of a page's file, as long as no other page wants it: that of its address, if Hugo looks into it."""
    return _PASSED_OVER.sub("-", url.removesuffix(HOME).removesuffix(".html").rstrip("/"))


def _name(folder: str, above: set[str]) -> str:
    return "_index" if not folder or _claim(folder) in above else "index"


def _above(folders: Iterable[str]) -> set[str]:
    """The folders in which others lie, and that of attachments."""
    parts = [folder.split("/") for folder in folders]
    return {"assets", *(_claim("/".join(path[:depth])) for path in parts for depth in range(1, len(path)))}


def _claim(folder: str) -> str:
    """Two folders with the same claim are one, on some system or to Hugo."""
    return claim(folder).replace(" ", "-")


def _by_itself(folder: str, url: str) -> bool:
    """Whether Hugo makes this address of this folder."""
    parts = folder.split("/") if folder else []
    own = f"{folder}/{HOME}" if folder else HOME
    return own == url and all(STYLES["hugo"](part) == part for part in parts)


class HugoTarget:
    """Makes a content folder for Hugo. It has no state."""

    options = Options
    style = "hugo"

    def layout(self, notes: Mapping[NotePath, PublishedNote], config: TargetConfig) -> Layout:
        """A bundle for each page."""
        return _Bundles(notes, config.options(Options))

    def notices(self, edition: Edition, config: TargetConfig) -> Iterator[Notice]:
        """Properties that Hugo would take for something else, and dates that are none."""
        for page in edition.pages.values():
            for name, value in page.properties.items():
                key = name.lower()
                if key in _DATES and value not in (None, "") and not _date(page, key):
                    yield Notice(page.path, f"has a `{name}` that is no date, so Hugo is told none")
                elif key == "layout":
                    yield Notice(
                        page.path, "has a `layout`, which would choose a template of Hugo's, so it is left out"
                    )
                elif key in RESERVED - {*_TEXTS, *_LISTS, *_DATES}:
                    yield Notice(
                        page.path, f"has a property `{name}`, which steers Hugo, so it is told as `params.{name}`"
                    )

    def outputs(self, edition: Edition, config: TargetConfig, publish: Publish) -> Iterator[Output]:
        """A file for each page, and one that makes `assets` a bundle: so Hugo does not take its files for those of a
        page with a name like `as`, and they stand beside the pages that have a `url`."""
        old: dict[str, list[str]] = {}
        section = _section(config)
        for redirect in edition.redirects:
            old.setdefault(redirect.to, []).append(_address(redirect.url, section))
        for page in edition.pages.values():
            lines = _properties(page, old.get(page.url, []), section)
            body = page.body.html if page.file.endswith(".html") else page.body.markdown + "\n"
            escaped = body.replace("{", "&#123;") if page.file.endswith(".html") else without_shortcodes(body)
            yield Output(page.file, (front_matter.block(lines) + "\n" + escaped).encode())
        if any(asset.url.startswith("assets/") for asset in edition.assets):
            url = front_matter.entry("url", _told(_address("assets/", section)))
            yield Output("assets/index.md", front_matter.block(("headless: true", url)).encode())

    def literals(self) -> str:
        """What the target says by itself: the names of properties."""
        return "title description tags categories date lastmod params aliases url headless"


def _date(page: Page, key: str) -> str:
    return page.date if key == "date" else page.updated if key == "updated" else ""


def _properties(page: Page, old: list[str], section: str) -> Iterator[str]:
    """The properties of a page: what Hugo knows under Hugo's names, all else under `params`. `old` are the addresses
    that lead on to it."""
    known: dict[str, Any] = {}
    params: dict[str, Value] = {}
    for name, value in page.properties.items():
        key = name.lower()
        if key in _TEXTS and isinstance(value, str) and value.strip():
            known[key] = front_matter.told(page, name, value) if name == key else front_matter.entry(key, value)
        elif key in _DATES:
            if found := _date(page, key):
                known[_DATES[key]] = f"{_DATES[key]}: {found}"
        elif key in ("categories", "category") and (terms := _terms(_items(value))):
            known["categories"] = front_matter.entry("categories", terms)
        elif key not in (*_TEXTS, *_LISTS, "layout") and value not in (None, ""):
            params[name] = value
    known.setdefault("title", front_matter.entry("title", page.title))
    if tags := _terms(page.tags):
        known["tags"] = front_matter.entry("tags", tags)
    if not _by_itself(page.file.rpartition("/")[0], page.url):
        address = _address(page.url, section)
        told = _told(address)
        known["url"] = front_matter.entry("url", told)
        old = [address, *old] if told != address else old
    if old:
        known["aliases"] = front_matter.entry("aliases", old)
    if params:
        known["params"] = front_matter.entry("params", params)
    return iter(known.values())


def _items(value: Value) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items if isinstance(item, str | int | float) and str(item).strip()]


def _terms(names: Iterable[str]) -> list[str]:
    """Tags or categories, of each of which Hugo makes a folder: without what leads nowhere in a path, at which some
    Hugos fall, or out of it."""
    parts = (re.split(r"\s*/\s*", name.strip()) for name in names)
    paths = ("/".join(part for part in path if part not in ("", ".", "..")) for path in parts)
    return [path for path in dict.fromkeys(paths) if path]


def _section(config: TargetConfig) -> str:
    """The folder of the whole site that Hugo shows ours in (`posts/`), "" where it is the site's root: what stands
    behind `content` in the path of ours, if it is not configured."""
    said = config.options(Options).section
    if said is not None:
        return f"{said.strip('/')}/".lstrip("/")
    *above, behind = f"/{config.output or ''}".replace(os.sep, "/").split("/content/")
    parts = (STYLES["hugo"](part) for part in behind.split("/") if above and part not in ("", "."))
    return "".join(f"{part}/" for part in parts)


def _address(url: str, section: str) -> str:
    """An output path as Hugo is told of it."""
    return f"/{section}{url.removesuffix(HOME)}"


def _told(address: str) -> str:
    """An address as it may stand in `url`, with signs in it that look like those at which Hugo falls: a `%` that
    escapes nothing, and since 0.131 a `:`, which begins a pattern, and a `..`, behind which no `/` counts."""
    told = _BARE_PERCENT.sub("\uff05", address.replace(":", "\uff1a"))
    return told.replace("..", "\u2025") if address.endswith("/") else told


def without_shortcodes(body: str) -> str:
    """Markdown in which Hugo sees no shortcode. One that is closed gets the form in which Hugo prints it; an open one
    gets a character between its signs that nobody sees, since there is no such form of it."""
    return _SHORTCODE.sub(_printed, body)


def _printed(found: re.Match[str]) -> str:
    sign = found[0][2]
    inside = found[1] or found[2]
    return f"{{{{{sign}/*{inside}*/{'>' if sign == '<' else '%'}}}}}" if inside else f"{{{{\u200c{sign}"


hugo = HugoTarget()
