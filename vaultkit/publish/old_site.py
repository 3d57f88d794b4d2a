"""What becomes of the addresses of an old site: which are kept, which are sent on, which are lost."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from vaultkit.model.record import NamedTuple
from vaultkit.publish.address import claim

if TYPE_CHECKING:
    from vaultkit.config import Publish
    from vaultkit.model.note import Note, NotePath

_LOCATION = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?([^<\]]+)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class Compared(NamedTuple):
    """Addresses (paths from the root of the site, decoded, without a slash before them): `kept` have a page,
    `redirected` are sent on (to an output path), `lost` have nothing, each with an address that is like it or "". `new`
    are the output paths of notes that the old site did not have."""

    kept: tuple[str, ...]
    redirected: Mapping[str, str]
    lost: Mapping[str, str]
    new: tuple[str, ...]


def compared(old: Collection[str], pages: Collection[str], notes: Collection[str], sent: Mapping[str, str]) -> Compared:
    """The `old` addresses beside a site with the files `pages`, of which some are the pages of `notes` and others do
    nothing but send on (`sent`, output paths)."""
    near = {claim(_bare(page)): page for page in pages}
    kept: list[str] = []
    redirected: dict[str, str] = {}
    lost: dict[str, str] = {}
    met: set[str] = set()
    for address in dict.fromkeys(old):
        found = next((path for path in _answers(address) if path in pages), None)
        if found is None:
            lost[address] = near.get(claim(_bare(address)), "")
        elif found in sent:
            redirected[address] = sent[found]
            met.add(sent[found])
        else:
            kept.append(address)
            met.add(found)
    return Compared(tuple(kept), redirected, lost, tuple(sorted(set(notes) - met)))


def waiting(lost: Collection[str], notes: Iterable[Note], settings: Publish, home: str) -> dict[str, NotePath]:
    """Which of the lost addresses are those of some notes that are not in the set as they stand: they would answer
    there, or be led to. `home` is the note at the root of the site."""
    from vaultkit.publish.standing import Standings

    standings, there = Standings(settings), {}
    for note in notes:
        for claimed in standings.claims(note.path, note.facts.properties):
            if claimed.home == home and (claimed.stands or claimed.url not in there):
                there[claimed.url] = note.path
    found = {address: [there[path] for path in _answers(address) if path in there] for address in lost}
    return {address: paths[0] for address, paths in found.items() if paths}


def _answers(address: str) -> Iterator[str]:
    """The files that a server answers an address with, in the order in which it looks for them."""
    if address == "" or address.endswith("/"):
        yield f"{address}index.html"
        return
    yield address
    if not address.endswith(".html"):
        yield f"{address}.html"
        yield f"{address}/index.html"


def _bare(address: str) -> str:
    return address.removesuffix("index.html").rstrip("/").removesuffix(".html")


def addresses_in(text: str, base: str = "") -> list[str]:
    """The addresses that a file names: a sitemap, a document of `vaultkit urls --json`, or a list with one a line (a
    path of its own, or a whole address). `base` is the path of the site's root on its server, and goes.

    Raises ValueError when there is none, or when a sitemap only names other sitemaps.
    """
    if "<sitemapindex" in text:
        raise ValueError("it only names other sitemaps")
    if text.lstrip().startswith("{"):
        found = _in_document(text)
    elif "<urlset" in text or text.lstrip().startswith("<"):
        found = [_decoded(item.strip()) for item in _LOCATION.findall(text)]
    else:
        found = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not found:
        raise ValueError("it names no address")
    return [_path(item, base) for item in found]


def _in_document(text: str) -> list[str]:
    try:
        targets = json.loads(text)["targets"]
        return [item for target in targets for item in (*target["urls"].values(), *target["redirects"])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("it is no document of `vaultkit urls --json`") from error


def _decoded(text: str) -> str:
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text


def _path(address: str, base: str) -> str:
    parts = urlsplit(address) if re.match(r"[a-z]+://", address, re.IGNORECASE) else None
    path = parts.path if parts else address.partition("#")[0].partition("?")[0]
    root = base.strip("/")
    path = path.removeprefix("/")
    return unquote(path.removeprefix(root).removeprefix("/") if root and f"{path}/".startswith(f"{root}/") else path)
