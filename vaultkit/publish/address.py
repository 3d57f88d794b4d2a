"""Where things stand in what is published: output paths, and the links between them. Nothing is decided elsewhere.

Output paths are relative to the root, `/` between parts, unescaped: a note is `reading/attention.html`, a folder
`reading/index.html`, a tag `tags/reading/paper.html`, an attachment `assets/figure.1f0c2a77.png`.

How a path becomes an address is a matter of style (`publish.slugs`). In every style, names that the site needs for
itself get `-note` behind them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from vaultkit.model.note import NotePath, Value
from vaultkit.parse.frontmatter import aliases
from vaultkit.publish import slugs
from vaultkit.publish.permalinks import AS_USUAL, Posts, filled, has_folders, knows, of_file, of_moment, pattern_of
from vaultkit.publish.slugs import DEVICES, PART_BYTES, mark, slug

HOME = "index.html"

_OWN_NAMES = "404 _vaultkit assets atom feed folders graph index manifest random recent robots rss search sitemap tags"
RESERVED = frozenset(_OWN_NAMES.split())
"""Names in the root of a site that no note and no folder of notes gets: they are the target's own."""

_OWN_FOLDERS = frozenset(("_vaultkit", "assets", "folders", "recent", "tags"))
_OWN_FILES = frozenset(("404.html", HOME))

STYLE = "vaultkit"
PATH_BYTES = 1000
"""The longest output path."""
_UNSAFE = frozenset('\\:*?"<>|#')


class BadAddress(ValueError):
    """A permalink or old address that cannot be one; the message is the end of a sentence that begins with it."""


def note_url(
    path: NotePath, properties: Mapping[str, Value], home: str = "", style: str = STYLE, posts: Posts = AS_USUAL
) -> str:
    """The output path of a note: the root's if it is the site's home, else its permalink, else one made of its path.

    `home` is the home page's path in the vault, with or without its ending; `style` is one of `slugs.STYLES`, and
    `posts` says more of that of Jekyll. Raises BadAddress.
    """
    if home and claim(path) in (claim(home.strip("/")), claim(home.strip("/") + ".md")):
        return HOME
    written = (value for name, value in properties.items() if name.lower() == "permalink")
    permalink = next((value for value in written if value not in (None, "")), None)
    return own_url(path, properties, style, posts) if permalink is None else permalink_url(permalink)


def own_url(path: NotePath, properties: Mapping[str, Value], style: str = STYLE, posts: Posts = AS_USUAL) -> str:
    """The output path of a note without regard to a permalink. In the styles of Jekyll and Hugo, some properties that
    those look at have a say. Raises BadAddress."""
    if style == "jekyll":
        return _jekyll_url(path, properties, posts)
    if style in slugs.HUGO and properties:
        named = {name.lower(): value for name, value in properties.items()}
        url, last = named.get("url"), named.get("slug")
        if isinstance(url, str) and url.startswith("/"):
            return permalink_url(url if url.endswith((".html", "/")) else url + "/")
        if isinstance(last, str) and last.strip():
            return page_url(NotePath(f"{path[: path.rfind('/') + 1]}{last.replace('/', '-')}.md"), style)
    return page_url(path, style)


def _jekyll_url(path: NotePath, properties: Mapping[str, Value], posts: Posts) -> str:
    post = slugs.dated_page(_stem(path), properties, posts)
    url = _apart(post) if post else page_url(path, "jekyll", _are_apart("jekyll", posts))
    if posts != AS_USUAL and not is_page(url):
        raise BadAddress("is made by the pattern of all posts, and can be none")
    return url


def _are_apart(style: str, posts: Posts) -> bool:
    return style == "jekyll" and has_folders(posts.permalink)


def is_pattern(permalink: str) -> bool:
    """Whether posts of a blog can have their addresses by this: it asks for what is known, and leads nowhere else."""
    pattern = pattern_of(permalink)
    names = {
        "categories": "",
        "slugified_categories": "",
        **dict.fromkeys(("title", "slug"), "x"),
        **of_file("x"),
        **of_moment(datetime(2024, 1, 1)),
    }
    try:
        return (
            knows(pattern, {*names, "output_ext"})
            and permalink_url(filled(pattern, names | {"output_ext": ""})) != HOME
        )
    except BadAddress:
        return False


def old_urls(properties: Mapping[str, Value], style: str = STYLE, posts: Posts = AS_USUAL) -> Iterator[str]:
    """The old addresses that a note names: its aliases with a `/`. One at the start or end means an address of the
    site, any other alias is the note's path of that time."""
    for alias in aliases(properties):
        if "/" in alias:
            try:
                of_site = "/" in (alias[0], alias[-1])
                url = permalink_url(alias) if of_site else page_url(NotePath(alias), style, _are_apart(style, posts))
            except BadAddress:
                continue
            if url != HOME:
                yield url


@lru_cache(maxsize=1 << 14)
def page_url(path: NotePath, style: str = STYLE, apart: bool = False) -> str:
    """The output path of a note that asks for no other. `apart`: it is a folder, in the style of Jekyll."""
    folder = path.rpartition("/")[0]
    if style != STYLE:
        url = _apart(slugs.page(_stem(path), tuple(filter(None, folder.split("/"))), style, apart=apart))
        return HOME if url.lower() == HOME else url
    last = slug(_stem(path))
    if last == "index" or (not folder and last in RESERVED):
        last += "-note"
    return f"{_folder(folder, style)}{last}.html"


def folder_url(folder: str, style: str = STYLE) -> str:
    """The output path of the index page of a folder of the vault; the root's is the home page."""
    return _folder(folder, style) + HOME


@lru_cache(maxsize=4096)
def _folder(folder: str, style: str) -> str:
    if not folder:
        return ""
    parts = [slugs.part(part, style) for part in folder.split("/")]
    if parts[0] in RESERVED if style == STYLE else parts[0].lower() in _OWN_FOLDERS:
        parts[0] += "-note"
    return "/".join(parts) + "/"


def _stem(path: NotePath) -> str:
    name = path.rpartition("/")[2]
    return name[:-3] if name[-3:].lower() == ".md" else name


def _apart(url: str) -> str:
    """An output path that is none of the site's own."""
    first, slash, rest = url.partition("/")
    if slash:
        return f"{first}-note/{rest}" if first.lower() in _OWN_FOLDERS else url
    return f"{first.removesuffix('.html')}-note.html" if first.lower() in _OWN_FILES - {HOME} else url


def permalink_url(value: Value) -> str:
    """The output path that a `permalink` asks for: `/a/b` and `a/b` are `a/b.html`, `a/b/` is `a/b/index.html`, and `/`
    is the root of the site.

    The text is percent-decoded once and its letters are kept as they are. Raises BadAddress for what would leave the
    site, hide in it, take the place of something of the site's own, or not exist on every system.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadAddress("is not a text")
    text = str(value).strip()
    if text == "/":
        return HOME
    text = text.removeprefix("/")
    try:
        text = unicodedata.normalize("NFC", unquote_to_bytes(text).decode())
    except UnicodeError:
        raise BadAddress("is not UTF-8 when its percent signs are decoded") from None
    parts = text.split("/")
    if parts[-1] == "" and len(parts) > 1:
        parts[-1] = HOME
    elif not parts[-1].endswith(".html"):
        parts[-1] += ".html" if parts[-1] else ""
    for part in parts:
        _check_part(part)
    _check_place(parts)
    return "/".join(parts)


def _check_part(part: str) -> None:
    if not part:
        raise BadAddress("has an empty part")
    if part.startswith("."):
        raise BadAddress("has a part that starts with a dot")
    if part[-1] in ". " or part[0] == " ":
        raise BadAddress("has a part that starts or ends with a space, or ends with a dot")
    if any(char in _UNSAFE or unicodedata.category(char)[0] == "C" for char in part):
        raise BadAddress("holds a character that an address cannot have")
    if part.lower().partition(".")[0] in DEVICES:
        raise BadAddress(f"holds `{part}`, which some systems keep for a device")
    if len(part.encode()) > PART_BYTES:
        raise BadAddress("has a part that is too long")


def _check_place(parts: list[str]) -> None:
    if any(part.lower().endswith(".html") for part in parts[:-1]):
        raise BadAddress("has a page's name where a folder's belongs")
    if parts[0].lower() in (_OWN_FOLDERS if len(parts) > 1 else _OWN_FILES):
        raise BadAddress("is a place of the site's own")
    if len("/".join(parts).encode()) > PATH_BYTES:
        raise BadAddress("is too long")


def is_page(url: str) -> bool:
    """Whether an output path may be that of a note: inside the site, and none of the site's own."""
    parts = url.split("/")
    odd = any(not part or part.startswith(".") or "\\" in part or not _is_plain(part) for part in parts)
    return not odd and url.endswith(".html") and _apart(url) == url and len(url.encode()) <= PATH_BYTES


def _is_plain(part: str) -> bool:
    return part.isprintable() or not any(unicodedata.category(char)[0] == "C" for char in part)


def tag_url(tag: str) -> str:
    """The output path of a tag's page; two tags that differ by more than letter case never share one."""
    return "tags/" + "/".join(_tag_part(part) for part in tag.split("/") if part) + ".html"


def _tag_part(part: str) -> str:
    folded = unicodedata.normalize("NFC", part).lower()
    made = "".join(char if char in "_-" or unicodedata.category(char)[0] in "LMNS" else "-" for char in folded)
    made = "".join("-" if char in _UNSAFE or char in "^`$+=~" else char for char in made)
    if made != folded or made == "index" or made in DEVICES or len(made.encode()) > PART_BYTES:
        start = made.encode()[: PART_BYTES - 9].decode(errors="ignore")
        return f"{start}-{mark(folded)}"
    return made


def asset_url(path: NotePath, digest: str, ending: str) -> str:
    """The output path of an attachment: its name, and enough of the digest of what is published to tell versions apart.

    The folder that it lies in is not told.
    """
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return f"assets/{slug(stem)}.{digest[:8]}.{ending}"


def claim(url: str) -> str:
    """Two output paths with the same claim cannot both exist on every system: letter case and Unicode form are one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", url).casefold())


def href(source: str, target: str, fragment: str = "") -> str:
    """The link from one output path to another, relative and percent-encoded; `fragment` is the id of a place there."""
    if source == target and fragment:
        return "#" + quote(fragment)
    here, there = source.split("/")[:-1], target.split("/")
    same = 0
    while same < len(here) and same < len(there) - 1 and here[same] == there[same]:
        same += 1
    way = "../" * (len(here) - same) + quote("/".join(there[same:]), errors="replace")
    return f"{way}#{quote(fragment)}" if fragment else way
