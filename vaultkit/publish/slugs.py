"""The styles in which the path of a note becomes its address: our own, and those of the sites that people come from.

Each style follows its original to the letter, so that addresses that are known stay what they are: its case, its
hyphens, its `index`. Only what cannot be is changed: control characters and backslashes go, a part holds at most 200
bytes (a longer one ends in a hash of the whole), one that would be empty becomes a hash, and names that an operating
system needs for itself get `-note` behind them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime

from vaultkit.model.digest import blake2b
from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.publish.permalinks import (
    AS_USUAL,
    STANDARD,
    Posts,
    filled,
    is_word,
    low,
    of_file,
    of_moment,
    pattern_of,
    slugified,
    zone,
)
from vaultkit.schema.dates import moment

PART_BYTES = 200
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)

_HUGO_SIGNS = frozenset("._#+~-@")
_POST = expression(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)", re.DOTALL)
_SPACES = expression(r"\s")
_PERCENT = expression(r"%[0-9a-fA-F]{2}")


def slug(name: str) -> str:
    """One part of an address in our own style, made of one part of a path (without its ending): lower case and NFC;
    letters, digits, marks and `_` of any script are kept, white space, dots and dashes become one `-`, all other signs
    go."""
    lowered = unicodedata.normalize("NFC", name).lower()
    kept = lowered.translate(_ASCII_IN_SLUGS) if lowered.isascii() else "".join(map(_in_slug, lowered))
    return _fitting(unicodedata.normalize("NFC", "-".join(kept.split())), name)


def _in_slug(char: str) -> str:
    """What a character in lower case becomes in a slug: itself, a gap or nothing."""
    kind = unicodedata.category(char)
    if kind[0] in "LMN" or char == "_":
        return char
    return " " if kind[0] == "Z" or kind == "Pd" or char in ".\t\n\r" else ""


_ASCII_IN_SLUGS = {code: _in_slug(chr(code)) for code in range(128)}


def mark(text: str) -> str:
    """Eight hexadecimal digits that stand for a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _fitting(made: str, name: str) -> str:
    """A part that is not empty, not too long, and no name of a device; `name` is what it was made of."""
    if not made:
        return "note-" + mark(name)
    if len(made.encode()) > PART_BYTES:
        start = made.encode()[: PART_BYTES - 9].decode(errors="ignore")
        return f"{start}-{mark(name)}"
    return made + "-note" if made.partition(".")[0].lower() in DEVICES else made


def _keep(name: str) -> str:
    return name


def _obsidian_publish(name: str) -> str:
    return _SPACES.sub("+", name)


def _quartz4(name: str) -> str:
    made = _SPACES.sub("-", name).replace("&", "-and-").replace("%", "-percent")
    return made.replace("?", "").replace("#", "")


def _quartz5(name: str) -> str:
    return re.sub(r'[<>:"|*]', "", _quartz4(name)).lower()


def _hugo(name: str) -> str:
    """Hugo's `urlize`: small letters, white space becomes a hyphen where none stands beside it, other signs go."""
    made = ""
    gap = False
    for at, char in enumerate(name.lower()):
        if is_word(char) or char in _HUGO_SIGNS or (char == "%" and _PERCENT.match(name, at)):
            made += "-" * (gap and char != "-") + char
            gap = False
        elif char.isspace() and made and not made.endswith("-"):
            gap = True
    return made


def _hugo_0_123(name: str) -> str:
    """What Hugo makes of a file's name since 0.123: each space becomes a hyphen before other signs go."""
    return _hugo(name.replace(" ", "-"))


STYLES: Mapping[str, Callable[[str], str]] = {
    "vaultkit": slug,
    "obsidian-publish": _obsidian_publish,
    "quartz4": _quartz4,
    "quartz5": _quartz5,
    "jekyll": slugified,
    "hugo": _hugo,
    "hugo-0.123": _hugo_0_123,
    "keep": _keep,
}
"""What each style makes of one part of a path, without its ending."""

HUGO = frozenset(("hugo", "hugo-0.123"))
"""The styles in which a page is a folder, as Hugo has it."""


def part(name: str, style: str) -> str:
    """One part of an address, made of one part of a path (without its ending)."""
    if style == "vaultkit":
        return slug(name)
    made = STYLES[style](unicodedata.normalize("NFC", name)).replace("\\", "-")
    if not made.isprintable():
        made = "".join(char for char in made if unicodedata.category(char)[0] != "C")
    return _fitting(unicodedata.normalize("NFC", made).lstrip("."), name)


def page(stem: str, folders: tuple[str, ...], style: str, *, apart: bool = False) -> str:
    """The output path of a page in the style of another site; `stem` is the name of the note without its ending,
    `folders` are those that it lies in. `apart`: each page is a folder, whatever the style."""
    above = [part(folder, style) for folder in folders]
    last = part(stem, style)
    named_index = stem in ("index", "_index") and style in ("quartz4", "quartz5", *HUGO)
    if named_index or (style == "quartz5" and above[-1:] == [last]):
        return "/".join((*above, "index.html"))
    is_folder = style in HUGO or (apart and last != "index")
    return "/".join((*above, last, "index.html") if is_folder else (*above, f"{last}.html"))


def dated_page(stem: str, properties: Mapping[str, Value], posts: Posts = AS_USUAL) -> str:
    """The output path of a post of Jekyll, `CATEGORIES/YYYY/MM/DD/TITLE.html` where its blog has no other pattern; ""
    when the name is not that of a post.

    The day is that of `date` in the blog's time zone, else that of the name; a `slug` takes the place of the name.
    """
    found = _POST.fullmatch(stem)
    if not found:
        return ""
    named = {name.lower(): value for name, value in properties.items()}
    called = str(named.get("slug") or found[4])
    categories = _categories(named)
    parts = {
        "categories": "/".join(dict.fromkeys(categories)),
        "slugified_categories": "/".join(part(low(item), "keep") for item in dict.fromkeys(categories)),
        **of_file(stem),
        "title": part(called, "jekyll"),
        "slug": part(low(called), "keep"),
        "output_ext": ".html",
    }
    if when := _when(named.get("date"), found, posts):
        made = filled(pattern_of(posts.permalink), parts | of_moment(when))
    else:  # there is no such day, and a note may be called so all the same
        year, month, day = (int(text) for text in found.groups()[:3])
        days = {"year": f"{year:04}", "month": f"{month:02}", "day": f"{day:02}"}
        made = filled(pattern_of(STANDARD), parts | days)
    return made[1:] + "index.html" if made.endswith("/") else made[1:].removesuffix(".html") + ".html"


def _when(written: Value, found: re.Match[str], posts: Posts) -> datetime | None:
    """The moment of a post where its blog is built; a day alone is that day everywhere. None when there is no such
    day."""
    year, month, day = (int(text) for text in found.groups()[:3])
    try:
        if isinstance(written, str) and (when := moment(written)):
            return when.astimezone(zone(posts.timezone)) if ":" in written else when
        return datetime(year, month, day)
    except (ValueError, OverflowError):
        return None


def _categories(named: Mapping[str, Value]) -> list[str]:
    """The categories of a post as folders: a text holds one per word, a list one per item."""
    items: list[str] = []
    for written, words in ((named.get("categories"), True), (named.get("category"), False)):
        if isinstance(written, str):
            items += written.split() if words else [written]
        elif isinstance(written, list):
            items += map(str, written)
    return [part(item.lower(), "keep").replace("/", "-") for item in items if item.strip()]
