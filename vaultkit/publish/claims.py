"""Who stands where: two notes that claim one address get it neither, and an old address never hides a page.

A note that was published before keeps its place with its last good text while it is quarrelled about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from vaultkit.model.note import NotePath
from vaultkit.model.standing import Reason
from vaultkit.publish import history
from vaultkit.publish.address import HOME, BadAddress, claim, note_url, old_urls, own_url
from vaultkit.publish.intent import Notice
from vaultkit.publish.page import Redirect
from vaultkit.publish.standing import bad_permalink

if TYPE_CHECKING:
    from vaultkit.publish.select import Judge, PublishedNote, Version


@dataclass(frozen=True, slots=True)
class Addresses:
    """The output path of every note of the set, the note at the root, the old addresses, what is to be said, and the
    addresses at which notes stood before."""

    urls: Mapping[NotePath, str]
    home: NotePath | None
    redirects: tuple[Redirect, ...]
    notices: tuple[Notice, ...]
    past: history.Addresses


class _Claim(NamedTuple):
    """A note and an address at which it stands, or once stood."""

    path: NotePath
    url: str
    stands: bool


def settle(judge: Judge, home: str, style: str, known: Callable[[], history.Addresses]) -> Addresses:
    """Give every version its address. Those that quarrel are held or withheld, until nobody does. `known` tells the
    addresses of earlier times, once it is decided which notes are in the set."""
    while True:
        urls = _urls(judge, home, style)
        places = _places(judge, urls, style)
        quarrels = [claims for claims in places.values() if _is_quarrel(claims)]
        if not quarrels:
            break
        _part(judge, quarrels)
    for path in urls:
        with suppress(BadAddress):
            own = own_url(path, judge.versions[path].properties, style)
            places.setdefault(claim(own), []).append(_Claim(path, own, False))
    past = history.past(known(), urls)
    redirects, notices = _redirects(places, urls, past)
    at_root = next((path for path, url in urls.items() if url == HOME), None)
    return Addresses(urls, at_root, redirects, notices, _remembered(past, redirects, urls))


def same_claims(judge: Judge, before: Mapping[NotePath, PublishedNote], home: str, style: str) -> bool:
    """Whether all versions claim what those of the set `before` did, which did not quarrel."""
    versions = judge.versions
    return versions.keys() == before.keys() and all(
        version is before[path] or _claimed(version, home, style) == _claimed(before[path], home, style)
        for path, version in versions.items()
    )


def _claimed(version: Version | PublishedNote, home: str, style: str) -> tuple[object, ...]:
    """All that a version asks for."""
    found: list[object] = [version.held, *old_urls(version.properties, style)]
    for ask in (partial(note_url, home=home), own_url):
        try:
            found.append(ask(version.path, version.properties, style=style))
        except BadAddress as error:
            found.append(str(error))
    return tuple(found)


def _remembered(
    past: history.Addresses, redirects: tuple[Redirect, ...], urls: Mapping[NotePath, str]
) -> history.Addresses:
    """What is to be known from now on: what was, and every address that is sent on now."""
    owners = {url: path for path, url in urls.items()}
    sent: dict[NotePath, tuple[str, ...]] = {}
    for item in redirects:
        path = owners[item.to]
        sent[path] = (*sent.get(path, ()), item.url)
    return history.past(history.together(past, sent), urls)


def _urls(judge: Judge, home: str, style: str) -> dict[NotePath, str]:
    """The addresses that the versions ask for; one that asks for an impossible one is held or withheld."""
    urls: dict[NotePath, str] = {}
    for path in list(judge.versions):
        while path in judge.versions and path not in urls:
            version = judge.versions[path]
            try:
                urls[path] = note_url(path, version.properties, home, style)
            except BadAddress as error:
                (judge.withhold if version.held else judge.hold)(path, (bad_permalink(error),))
    return urls


def _places(judge: Judge, urls: Mapping[NotePath, str], style: str) -> dict[str, list[_Claim]]:
    """Everybody's claims by place."""
    places: dict[str, list[_Claim]] = {}
    for path, url in urls.items():
        places.setdefault(claim(url), []).append(_Claim(path, url, True))
        for old in old_urls(judge.versions[path].properties, style):
            places.setdefault(claim(old), []).append(_Claim(path, old, False))
    return places


def _is_quarrel(claims: list[_Claim]) -> bool:
    """Whether a place where one note stands is claimed by another. Two that once stood there do not quarrel."""
    return any(item.stands for item in claims) and len({item.path for item in claims}) > 1


def _part(judge: Judge, quarrels: list[list[_Claim]]) -> None:
    """Take the places from all who claim them, except from last good versions, which were there before. A note that
    quarrels about several is told of each."""
    losers: dict[NotePath, tuple[Reason, ...]] = {}
    for claims in quarrels:
        held = {item.path for item in claims if judge.versions[item.path].held}
        newcomers = {item.path for item in claims} - held
        for path in newcomers or held:
            losers[path] = (*losers.get(path, ()), _reason(path, claims))
    for path, reasons in sorted(losers.items()):
        (judge.withhold if judge.versions[path].held else judge.hold)(path, reasons)


def _reason(path: NotePath, claims: list[_Claim]) -> Reason:
    others = sorted({f"`{item.path}`" for item in claims if item.path != path})
    mine = next(item for item in claims if item.path == path)
    return Reason(
        "publish-conflict",
        f"{' and '.join(others)} and this note claim the same address, `{mine.url}`; give one another `permalink`",
    )


def _redirects(
    places: Mapping[str, list[_Claim]], urls: Mapping[NotePath, str], past: history.Addresses
) -> tuple[tuple[Redirect, ...], tuple[Notice, ...]]:
    """Old addresses that no page stands at: the aliases, the path of a note that has a permalink, and where notes stood
    before. One that several notes name leads nowhere; one that is only remembered gives way to one that is named."""
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
    taken = set(places)
    for path in past.keys() & urls.keys():
        for url in past[path]:
            if claim(url) not in taken:
                taken.add(claim(url))
                found.append(Redirect(url, urls[path]))
    return tuple(sorted(found)), tuple(sorted(notices))
