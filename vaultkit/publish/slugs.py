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

from vaultkit.model.digest import blake2b
from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.schema.dates import moment

PART_BYTES = 200
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)

_JEKYLL_SIGNS = frozenset("._~!$&'()+,;=@")
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


def _jekyll(name: str) -> str:
    """Jekyll's `:title`: case is kept, each run of what an address cannot hold becomes one hyphen."""
    kept = (char if _is_word(char) or char in _JEKYLL_SIGNS else "\0" for char in name)
    return re.sub("\0+", "-", "".join(kept)).strip("-")


def _hugo(name: str) -> str:
    """Hugo's `urlize`: small letters, white space becomes a hyphen where none stands beside it, other signs go."""
    made = ""
    gap = False
    for at, char in enumerate(name.lower()):
        if _is_word(char) or char in _HUGO_SIGNS or (char == "%" and _PERCENT.match(name, at)):
            made += "-" * (gap and char != "-") + char
            gap = False
        elif char.isspace() and made and not made.endswith("-"):
            gap = True
    return made


def _hugo_0_123(name: str) -> str:
    """What Hugo makes of a file's name since 0.123: each space becomes a hyphen before other signs go."""
    return _hugo(name.replace(" ", "-"))


def _is_word(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] in "LM" or kind == "Nd"


STYLES: Mapping[str, Callable[[str], str]] = {
    "vaultkit": slug,
    "obsidian-publish": _obsidian_publish,
    "quartz4": _quartz4,
    "quartz5": _quartz5,
    "jekyll": _jekyll,
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


def page(stem: str, folders: tuple[str, ...], style: str) -> str:
    """The output path of a page in the style of another site; `stem` is the name of the note without its ending,
    `folders` are those that it lies in."""
    above = [part(folder, style) for folder in folders]
    last = part(stem, style)
    named_index = stem in ("index", "_index") and style in ("quartz4", "quartz5", *HUGO)
    if named_index or (style == "quartz5" and above[-1:] == [last]):
        return "/".join((*above, "index.html"))
    return "/".join((*above, last, "index.html") if style in HUGO else (*above, f"{last}.html"))


def dated_page(stem: str, properties: Mapping[str, Value]) -> str:
    """The output path of a post of Jekyll, `CATEGORIES/YYYY/MM/DD/TITLE.html`; "" when the name is not that of a post.

    The day is that of `date` in UTC, else that of the name; a `slug` takes the place of the name.
    """
    found = _POST.fullmatch(stem)
    if not found:
        return ""
    named = {name.lower(): value for name, value in properties.items()}
    written = named.get("date")
    when = moment(written) if isinstance(written, str) else None
    year, month, day = (int(text) for text in found.groups()[:3])
    if when:
        year, month, day = when.utctimetuple()[:3]
    title = part(str(named.get("slug") or found[4]), "jekyll")
    folders = (*dict.fromkeys(_categories(named)), f"{year:04}", f"{month:02}", f"{day:02}")
    return "/".join((*folders, f"{title}.html"))


def _categories(named: Mapping[str, Value]) -> list[str]:
    """The categories of a post as folders: a text holds one per word, a list one per item."""
    items: list[str] = []
    for written, words in ((named.get("categories"), True), (named.get("category"), False)):
        if isinstance(written, str):
            items += written.split() if words else [written]
        elif isinstance(written, list):
            items += map(str, written)
    return [part(item.lower(), "keep").replace("/", "-") for item in items if item.strip()]
