"""Who stands where: two notes that claim one address get it neither, and an old address never hides a page.

A note that was published before keeps its place with its last good text while it is quarrelled about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from vaultkit.model.note import NotePath
from vaultkit.model.path import folders_of
from vaultkit.model.record import NamedTuple
from vaultkit.model.standing import Reason
from vaultkit.publish import history
from vaultkit.publish.address import HOME, BadAddress, claim, folder_url, note_url, old_urls, own_url
from vaultkit.publish.intent import Notice
from vaultkit.publish.page import Redirect
from vaultkit.publish.permalinks import AS_USUAL, Posts
from vaultkit.publish.renewed import renewed
from vaultkit.publish.standing import bad_permalink

if TYPE_CHECKING:
    from vaultkit.publish.judge import Judge
    from vaultkit.publish.select import Decided, Published, PublishedNote, Snapshot, Version


class Addresses(NamedTuple):
    """The output path of every note of the set, the note at the root, the old addresses, what is to be said, and the
    addresses at which notes stood before."""

    urls: Mapping[NotePath, str]
    home: NotePath | None
    redirects: tuple[Redirect, ...]
    notices: tuple[Notice, ...]
    past: history.Addresses


class Claimed(NamedTuple):
    """What a note asks for: the address at which it is to stand, or what is wrong with that; the old addresses that it
    names; and the address that it would have without a permalink, "" when there can be none."""

    url: str | BadAddress
    old: tuple[str, ...]
    own: str


class _Claim(NamedTuple):
    """A note and an address at which it stands, or once stood."""

    path: NotePath
    url: str
    stands: bool


class Claims:
    """What the versions of a judge ask for. What was `decided` of notes that are the same still is taken over."""

    def __init__(
        self,
        judge: Judge,
        home: str,
        style: str,
        decided: Decided | None,
        posts: Posts = AS_USUAL,
        *,
        lists_folders: bool = True,
    ) -> None:
        self._judge = judge
        self._home = home
        self._style = style
        self._posts = posts
        self._lists_folders = lists_folders
        self._decided = decided
        self._known: dict[NotePath, tuple[Version | PublishedNote, Claimed]] = {}

    def _claimed(self, version: Version | PublishedNote) -> Claimed:
        """What a version asks for."""
        path, decided = version.path, self._decided
        known = self._known.get(path)
        if known and known[0] is version:
            return known[1]
        if decided and decided.chosen.notes.get(path) is version:
            return decided.claimed[path]
        known = self._known[path] = version, self._asked_for(version)
        return known[1]

    def _stays(self, path: NotePath) -> bool:
        """Let a held note stand where it stood, if that is another place than the one it asks for; whether it is."""
        version, record = self._judge.versions[path], self._judge.record(path)
        claimed = self._claimed(version)
        if record is None or record.url == claimed.url:
            return False
        self._known[path] = version, Claimed(record.url, claimed.old, "")
        return True

    def _asked_for(self, version: Version | PublishedNote) -> Claimed:
        path, properties, style, posts = version.path, version.properties, self._style, self._posts
        url: str | BadAddress
        try:
            url = note_url(path, properties, self._home, style, posts)
        except BadAddress as error:
            url = error
        own = ""
        with suppress(BadAddress):
            own = own_url(path, properties, style, posts)
        return Claimed(url, tuple(old_urls(properties, style, posts)), url if own == url else own)

    def of(self, notes: Mapping[NotePath, PublishedNote]) -> Mapping[NotePath, Claimed]:
        """What the notes ask for that were chosen of the versions."""
        if self._decided is None:
            return {path: self._claimed(self._judge.versions[path]) for path in notes}
        before, known = self._decided.chosen.notes, self._decided.claimed
        fresh = {path: self._claimed(self._judge.versions[path]) for path in renewed(before, notes)}
        known = {**known, **fresh}
        for path in known.keys() - notes.keys():
            del known[path]
        return known

    def are_those_of(self, before: Mapping[NotePath, PublishedNote], fresh: Iterable[NotePath]) -> bool:
        """Whether all versions, of which some are `fresh`, claim what those of the set `before` did, which did not
        quarrel."""
        versions = self._judge.versions
        return versions.keys() == before.keys() and all(
            versions[path].held == before[path].held
            and _alike(self._claimed(versions[path]), self._claimed(before[path]))
            for path in fresh
        )

    def settle(self, snapshot: Snapshot, before: Published) -> Addresses:
        """Give every version its address. Those that quarrel are held or withheld, until nobody does. Of what was
        published `before` the addresses of earlier times are known."""
        judge = self._judge
        while True:
            urls = self._urls()
            places = self._places(urls)
            quarrels = [claims for claims in places.values() if len(claims) > 1 and _is_quarrel(claims)]
            if not quarrels:
                break
            self._part(quarrels)
        for path, url in urls.items():
            own = self._claimed(judge.versions[path]).own
            if own and own is not url:
                places.setdefault(claim(own), []).append(_Claim(path, own, False))
        past = history.past(_known(judge, snapshot, before), urls)
        inside = {folder for place in {path[: path.rfind("/") + 1] for path in urls} for folder in folders_of(place)}
        folders = {claim(folder_url(folder, self._style)) for folder in inside} if self._lists_folders else ()
        redirects, notices = _redirects(places, urls, past, folders)
        at_root = next((path for path, url in urls.items() if url == HOME), None)
        if self._home and urls and at_root is None:
            notices = (*notices, Notice(NotePath(self._home), "is to be the home page, and is no public note"))
        return Addresses(urls, at_root, redirects, notices, _remembered(past, redirects, urls))

    def _part(self, quarrels: list[list[_Claim]]) -> None:
        """Take the places from all who claim them, except from last good versions, which were there before. Among these
        alone, it is the addresses that were changed, and each stays where it was. A note that quarrels about several is
        told of each."""
        judge = self._judge
        losers: dict[NotePath, tuple[Reason, ...]] = {}
        for claims in quarrels:
            held = {item.path for item in claims if judge.versions[item.path].held}
            newcomers = {item.path for item in claims} - held
            elsewhere = () if newcomers else [path for path in sorted(held) if self._stays(path)]
            for path in newcomers or (() if elsewhere else held):
                losers[path] = (*losers.get(path, ()), _reason(path, claims))
        for path, reasons in sorted(losers.items()):
            (judge.withhold if judge.versions[path].held else judge.hold)(path, tuple(sorted(reasons)))

    def _urls(self) -> dict[NotePath, str]:
        """The addresses that the versions ask for; one that asks for an impossible one is held or withheld."""
        judge = self._judge
        urls: dict[NotePath, str] = {}
        for path in list(judge.versions):
            while path in judge.versions and path not in urls:
                version = judge.versions[path]
                url = self._claimed(version).url
                if isinstance(url, str):
                    urls[path] = url
                else:
                    (judge.withhold if version.held else judge.hold)(path, (bad_permalink(url),))
        return urls

    def _places(self, urls: Mapping[NotePath, str]) -> dict[str, list[_Claim]]:
        """Everybody's claims by place."""
        places: dict[str, list[_Claim]] = {}
        for path, url in urls.items():
            places.setdefault(claim(url), []).append(_Claim(path, url, True))
            for old in self._claimed(self._judge.versions[path]).old:
                places.setdefault(claim(old), []).append(_Claim(path, old, False))
        return places


def _alike(one: Claimed, other: Claimed) -> bool:
    """Whether two versions ask for the same."""
    return (str(one.url), type(one.url), one.old, one.own) == (str(other.url), type(other.url), other.old, other.own)


def _known(judge: Judge, snapshot: Snapshot, before: Published) -> history.Addresses:
    """The addresses that notes have had, under the paths that they have now."""
    live = {path: (record.url,) for path, record in before.notes.items()}
    return history.moved(
        history.together(live, before.past, snapshot.addresses),
        {path: version.digest for path, version in judge.versions.items()},
        {path: record.source for path, record in before.notes.items()},
        lambda path: path not in snapshot.index.notes and not snapshot.frozen(path),
    )


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


def _is_quarrel(claims: list[_Claim]) -> bool:
    """Whether a place where one note stands is claimed by another. Two that once stood there do not quarrel."""
    return any(item.stands for item in claims) and len({item.path for item in claims}) > 1


def _reason(path: NotePath, claims: list[_Claim]) -> Reason:
    others = sorted({f"`{item.path}`" for item in claims if item.path != path})
    mine = next(item for item in claims if item.path == path)
    return Reason(
        "publish-conflict",
        f"{' and '.join(others)} and this note claim the same address, `{mine.url}`; give one another `permalink`",
    )


def _redirects(
    places: Mapping[str, list[_Claim]],
    urls: Mapping[NotePath, str],
    past: history.Addresses,
    folders: Iterable[str],
) -> tuple[tuple[Redirect, ...], tuple[Notice, ...]]:
    """Old addresses that no page stands at: the aliases, the path of a note that has a permalink, and where notes stood
    before. One that several notes name leads nowhere; one that is only remembered gives way to one that is named, and
    to the page of one of the `folders`."""
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
    remembered = {path: past[path] for path in sorted(past.keys() & urls.keys())}
    taken = {*places, *folders}
    for path in remembered:
        for url in past[path]:
            if claim(url) not in taken:
                taken.add(claim(url))
                found.append(Redirect(url, urls[path]))
    return tuple(sorted(found)), tuple(sorted(notices))
