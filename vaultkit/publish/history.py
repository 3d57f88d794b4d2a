"""Every address that a note has had, so that whoever follows an old one is sent on to where the note stands now.

It is remembered in the manifest of what is published, and where the vault has such a file, in one that can be
committed: a line per note in order of path, with the present address (or the last) and those before it behind tabs.
Lines of two branches that were merged add up, so that a conflict is settled by taking both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from urllib.parse import unquote_to_bytes

from vaultkit.model.expression import expression
from vaultkit.model.note import NotePath
from vaultkit.publish.address import HOME, claim, is_page

Addresses = Mapping[NotePath, tuple[str, ...]]
"""By note, output paths at which it stands or stood, the latest first."""

_HEAD = "# The addresses of published notes, the present one first. vaultkit keeps this file; commit it."
_CONFLICT = expression(r"(?:<{7}|={7}|>{7}|\|{7})(?: .*)?\Z")
_CONTROL = expression("[\x00-\x1f%\x7f-\x9f\u2028\u2029\udc80-\udcff]")


def is_history(data: bytes) -> bool:
    """Whether these are the bytes of such a file: it names notes that are not public any more."""
    return data.startswith(_HEAD.encode())


def together(*sources: Addresses) -> dict[NotePath, tuple[str, ...]]:
    """All that several sources know; what the earlier ones say is later."""
    found: dict[NotePath, dict[str, str]] = {}
    for source in sources:
        for path, urls in source.items():
            known = found.setdefault(path, {})
            for url in urls:
                known.setdefault(claim(url), url)
    return {path: tuple(urls.values()) for path, urls in found.items()}


def moved(
    known: Addresses,
    texts: Mapping[NotePath, str],
    before: Mapping[NotePath, str],
    is_gone: Callable[[NotePath], bool],
) -> dict[NotePath, tuple[str, ...]]:
    """The addresses of notes that have got another path, under that path. `texts` are the digests of what is published
    now, `before` those of what was. A note that was withdrawn before that keeps its addresses to itself, except where
    nothing is known of what was published."""
    known_texts = before or dict.fromkeys(known, "")
    ways = moves(known_texts, texts, {path for path in known_texts if path not in texts and is_gone(path)})
    brought = {new: known[old] for old, new in ways.items() if old in known}
    left = {path: urls for path, urls in known.items() if path not in ways}
    return together(brought, left)


def moves(
    before: Mapping[NotePath, str], now: Mapping[NotePath, str], gone: Collection[NotePath], *, by_name: bool = True
) -> dict[NotePath, NotePath]:
    """Where the notes are now that are `gone`, by the texts (digests) that were published `before` and are `now`; and
    where those are whose places they took, and so on. For one that is not found so the only new note of its name will
    do, `by_name`."""
    came = arrived(before, now) if gone else {}
    if not came:
        return {}
    had, has = Counter(before.values()), Counter(came.values())
    left = Counter(text for path, text in before.items() if now.get(path) != text)
    where = {
        text: path
        for path, text in came.items()
        if has[text] == 1 and left[text] == 1 and (path not in before or had[text] == 1)
    }
    found: dict[NotePath, NotePath] = {}
    for path in gone:
        at = path
        while at in before and at not in found and (to := where.get(before[at] or "-")):
            found[at] = to
            at = to
    lost = {path: "" for path in gone if path not in found}
    new = dict.fromkeys(came.keys() - before.keys() - {*found.values()}, "") if by_name and lost else {}
    return found | pairs(lost, new) if new else found


def arrived(before: Mapping[NotePath, str], now: Mapping[NotePath, str]) -> dict[NotePath, str]:
    """The notes that were not there before, or with another text, and their texts."""
    return {path: text for path, text in now.items() if path not in before or before[path] not in ("", text)}


def excused(
    before: Mapping[NotePath, str],
    now: Mapping[NotePath, str],
    gone: Iterable[NotePath],
    moved: Mapping[NotePath, NotePath],
) -> Iterator[NotePath]:
    """Those of the notes that are `gone` and not `moved` for which another of the same text has come: not more of them
    than there are such notes."""
    taken = {*moved.values()}
    there = Counter(text for path, text in arrived(before, now).items() if path not in taken)
    for path in sorted(gone):
        there[before[path]] -= 1
        if there[before[path]] >= 0:
            yield path


def pairs(
    gone: Mapping[NotePath, str], arrived: Mapping[NotePath, str], *, by_name: bool = True
) -> dict[NotePath, NotePath]:
    """Which of the notes that are gone is which of those that arrived (with the digests of their texts, "" for one that
    nobody knows): the only one that has its text, or else, `by_name`, the only one that has its name."""
    found: dict[NotePath, NotePath] = {}
    signs = ((gone.__getitem__, arrived.__getitem__), (_name, _name))
    for was, now in signs if by_name else signs[:1]:
        one = _only(gone.keys() - found.keys(), was)
        other = _only(arrived.keys() - {*found.values()}, now)
        found.update((one[common], other[common]) for common in one.keys() & other.keys() - {""})
    return found


def _name(path: NotePath) -> str:
    return path.rpartition("/")[2].casefold()


def _only(paths: Collection[NotePath], sign: Callable[[NotePath], str]) -> dict[str, NotePath]:
    """The paths by their sign, without those that share one."""
    found = {sign(path): path for path in paths}
    count = Counter(map(sign, paths))
    return {own: path for own, path in found.items() if count[own] == 1}


def past(known: Addresses, urls: Mapping[NotePath, str]) -> dict[NotePath, tuple[str, ...]]:
    """The addresses at which notes once stood, when these are the present ones. One that belongs to a page now is no
    old address of anything, and the root of the site never is."""
    taken = {claim(url) for url in urls.values()} | {HOME}
    found = {path: tuple(url for url in old if claim(url) not in taken) for path, old in sorted(known.items())}
    return {path: old for path, old in found.items() if old}


def written(urls: Mapping[NotePath, str], old: Addresses) -> str:
    """The file of a vault whose notes stand at `urls`, and once stood at the `old` ones."""
    lines = {path: (urls[path],) if urls[path] != HOME else () for path in urls}
    whole = together(lines, old)
    rows = ("\t".join(map(_field, (path, *whole[path]))) for path in sorted(whole) if whole[path])
    return "\n".join((_HEAD, *rows, ""))


def read(text: str) -> Addresses:
    """The addresses in such a file. Raises ValueError that names the line of what is none."""
    found: list[Addresses] = []
    for number, line in enumerate(text.split("\n"), 1):
        row = line.rstrip("\r")
        if not row or row.startswith("#") or _CONFLICT.match(row):
            continue
        path, *urls = map(_value, row.split("\t"))
        if not path or not urls or not all(map(is_page, urls)):
            raise ValueError(f"line {number} is not a note and its addresses")
        found.append({NotePath(path): tuple(urls)})
    return together(*found)


def _field(text: str) -> str:
    safe = _CONTROL.sub(_escaped, text)
    return f"%23{safe[1:]}" if safe.startswith("#") else safe


def _escaped(sign: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in sign[0].encode("utf-8", "surrogateescape"))


def _value(field: str) -> str:
    return unquote_to_bytes(field).decode("utf-8", "surrogateescape")
