"""Who stands where: two notes that claim one address get it neither, and an old address never hides a page.

A note that was published before keeps its place with its last good text while it is quarrelled about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vaultkit.model.note import Facts, NotePath, Value
from vaultkit.parse.frontmatter import aliases
from vaultkit.publish.address import HOME, BadAddress, claim, page_url, permalink_url
from vaultkit.publish.intent import Notice, Reason
from vaultkit.publish.page import Redirect

if TYPE_CHECKING:
    from vaultkit.publish.select import Judge, Version


@dataclass(frozen=True, slots=True)
class Addresses:
    """The output path of every note of the set, the note at the root, the old addresses, and what is to be said."""

    urls: Mapping[NotePath, str]
    home: NotePath | None
    redirects: tuple[Redirect, ...]
    notices: tuple[Notice, ...]


class _Claim(NamedTuple):
    """A note and an address at which it stands, or once stood."""

    path: NotePath
    url: str
    stands: bool


def settle(judge: Judge, home: str) -> Addresses:
    """Give every version its address. Those that quarrel are held or withheld, until nobody does."""
    root = _home(judge, home)
    while True:
        urls = _urls(judge, root)
        quarrels = [claims for claims in _places(judge, urls).values() if _is_quarrel(claims)]
        if not quarrels:
            at_root = next((path for path, url in urls.items() if url == HOME), None)
            return Addresses(urls, at_root, *_redirects(judge, urls))
        for claims in quarrels:
            _part(judge, claims)


def _home(judge: Judge, wanted: str) -> NotePath | None:
    """The note of the set that the configuration names as home, by path, with or without its ending."""
    if not wanted:
        return None
    names = {claim(wanted.strip("/")), claim(wanted.strip("/") + ".md")}
    return next((path for path in judge.versions if claim(path) in names), None)


def _urls(judge: Judge, home: NotePath | None) -> dict[NotePath, str]:
    """The addresses that the versions ask for; one that asks for an impossible one is held or withheld."""
    urls: dict[NotePath, str] = {}
    for path in list(judge.versions):
        while path in judge.versions and path not in urls:
            version = judge.versions[path]
            try:
                urls[path] = HOME if path == home else _url(version)
            except BadAddress as error:
                reason = (Reason("publish-permalink", f"its permalink {error}"),)
                (judge.withhold if version.held else judge.hold)(path, reason)
    return urls


def _url(version: Version) -> str:
    permalink = _permalink(version.facts)
    return page_url(version.path) if permalink is None else permalink_url(permalink)


def _permalink(facts: Facts) -> Value:
    """The value of the property `permalink`, None when there is none or it is empty."""
    found = [value for name, value in facts.properties.items() if name.lower() == "permalink"]
    return next((value for value in found if value not in (None, "")), None)


def _places(judge: Judge, urls: Mapping[NotePath, str]) -> dict[str, list[_Claim]]:
    """Everybody's claims by place."""
    places: dict[str, list[_Claim]] = {}
    for path, url in urls.items():
        places.setdefault(claim(url), []).append(_Claim(path, url, True))
        for old in _old_urls(judge.versions[path].facts):
            places.setdefault(claim(old), []).append(_Claim(path, old, False))
    return places


def _is_quarrel(claims: list[_Claim]) -> bool:
    """Whether a place where one note stands is claimed by another. Two that once stood there do not quarrel."""
    return any(item.stands for item in claims) and len({item.path for item in claims}) > 1


def _old_urls(facts: Facts) -> Iterator[str]:
    """The old addresses that a note names: its aliases with a `/`. One at the start or end means an address of the
    site, any other alias is the note's path of that time."""
    for alias in aliases(facts.properties):
        if "/" in alias:
            try:
                url = permalink_url(alias) if "/" in (alias[0], alias[-1]) else page_url(NotePath(alias))
            except BadAddress:
                continue
            if url != HOME:
                yield url


def _part(judge: Judge, claims: list[_Claim]) -> None:
    """Take the place from all who claim it, except from last good versions, which were there before."""
    held = {item.path for item in claims if judge.versions[item.path].held}
    newcomers = sorted({item.path for item in claims} - held)
    for path in newcomers or sorted(held):
        others = sorted({f"`{item.path}`" for item in claims if item.path != path})
        mine = next(item for item in claims if item.path == path)
        reason = Reason(
            "publish-conflict",
            f"{' and '.join(others)} and this note claim the same address, `{mine.url}`; give one another `permalink`",
        )
        if newcomers:
            judge.hold(path, (reason,))
        else:
            judge.withhold(path, (reason,))


def _redirects(judge: Judge, urls: Mapping[NotePath, str]) -> tuple[tuple[Redirect, ...], tuple[Notice, ...]]:
    """Old addresses that no page stands at: the aliases, and the path of a note that has a permalink. One that several
    notes name leads nowhere."""
    places = _places(judge, urls)
    for path in urls:
        places.setdefault(claim(page_url(path)), []).append(_Claim(path, page_url(path), False))
    found: list[Redirect] = []
    notices: list[Notice] = []
    for claims in places.values():
        if any(item.stands for item in claims):
            continue
        paths = sorted({item.path for item in claims})
        if len(paths) == 1:
            found.append(Redirect(claims[0].url, urls[paths[0]]))
        else:
            for path in paths:
                other = next(item for item in paths if item != path)
                what = f"names `{claims[0].url}` as an old address, as `{other}` does, so it leads nowhere"
                notices.append(Notice(path, what))
    return tuple(sorted(found)), tuple(sorted(notices))
