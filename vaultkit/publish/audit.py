"""The last look at everything before it goes live. A failure stops the swap; nothing of the live tree has changed.

- Every path lies inside the published folder.
- Every link of a page to a place in the site leads to a file that will be there, in Markdown too.
- No page brings a script, style or event handler of its own, and no address that runs one.
- No output holds a string of what must stay private (`canaries`).

Attachments are no outputs. What stands in one was put there and shown by its author, so the same words in a private
note (the title of a paper and the list of works that names it) are no sign of a leak: searching them would stop many a
right publish. What they hide is taken out before (`images`, `svg`), and notes, canvases and bases are never among them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from posixpath import normpath
from urllib.parse import quote, unquote

from vaultkit.errors import TargetError
from vaultkit.model.expression import expression
from vaultkit.model.note import Facts
from vaultkit.model.record import NamedTuple
from vaultkit.parse.note import parse
from vaultkit.publish.canaries import Watch
from vaultkit.publish.manifest import FileRecord, digest_of
from vaultkit.publish.page import NOTHING, Output
from vaultkit.publish.unpacked import Closed

_ADDRESSES = frozenset(("href", "src", "poster", "action", "formaction", "data"))
_DATA_BLOCKS = frozenset(("application/ld+json", "application/json"))
_RUNS = expression(r"\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_SCHEME = expression(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_FRONT_MATTER = expression(r"\A---\n.*?^---$\n?", re.DOTALL | re.MULTILINE)
_ANYWHERE = "404.html"
"""A server shows this page at any address, so its links begin at the root of the server."""

# A page is first searched for whatever could be wrong in its tags; only one in which something is found is taken apart.
# Where each tag ends before the next one begins, a tag that was seen in a page of the same folder need not be searched.
_TAG_BY_TAG = expression(r"(?:<[^<>\"']*+(?:\"[^<\"]*+\"[^<>\"']*+)*+>[^<]*+)*+")
_WITH_ATTRIBUTES = expression(r"<[a-zA-Z][^\"'>=]*+=[^\"'>]*+(?:(?:\"[^\"]*+\"|'[^']*+')[^\"'>]*+)*+>")
_SUSPECT = expression(r"[\s/\"](?:on[a-z]+|style|srcdoc)\s*=|=\s*[^\"\s]", re.IGNORECASE)
_BLOCK = expression(r"<style|<script(?![^<>]*\s(?:src|type=\"application/(?:ld\+)?json)\b)", re.IGNORECASE)
_NAMES_WAY = expression(r"(?<![\w-])(?:href|src|poster|action|formaction|data)\s*=\s*\Z", re.IGNORECASE)

_MOST_KNOWN = 50_000
"""Links that are remembered as sound at one time."""
_MOST_TAGS, _LONGEST_KNOWN = 50_000, 300
"""Tags that are, and characters of the longest with the text behind it."""

_TAG = expression(r"<([a-zA-Z][^\s/>]*)((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = expression(r"([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")


class Leak(NamedTuple):
    """Something that must not go live: the output, and the end of a sentence that begins with it."""

    path: str
    message: str


class Audit:
    """What outputs are measured by: the private strings, the paths of all files that the new tree will have, and the
    path of the site's root on its server. `before` is what is live: it has been looked at, so that only private strings
    and, if files go away, links need to be looked for again in what stays the same. `searched` are outputs, by path and
    digest, in which nothing of what is watched for was found, save what is watched for by `more` alone. `served` has
    the addresses at which files can be asked for later, where those are not their paths: links go from there to there.
    `rooted`: they may begin at the root of the server.
    """

    def __init__(
        self,
        watch: Watch,
        paths: Set[str],
        root: str = "/",
        *,
        before: Mapping[str, FileRecord] = NOTHING,
        searched: Mapping[str, str] = NOTHING,
        more: Watch | None = None,
        served: Mapping[str, str] = NOTHING,
        rooted: bool = False,
    ) -> None:
        self.watch, self.more = watch, more
        self.paths, self.root = paths, root
        self.before, self.searched = before, searched
        self.served, self.rooted = served, rooted
        self._sound: set[tuple[str, str]] = set()
        """Links that lead somewhere, by the folder that they are in."""
        self._tags: dict[str, set[bytes]] = {}
        """Sound tags of the pages of one folder, by that folder; the text behind each is included."""

    @cached_property
    def _addresses(self) -> Collection[str]:
        """Where everything can be asked for."""
        return self.paths if not self.served else frozenset(self.served.get(path, path) for path in self.paths)

    @cached_property
    def _shrinks(self) -> bool:
        """Whether a file goes away that pages may lead to."""
        return bool(Gone(self.before.keys() - self.paths).paths)

    def look(self, output: Output, digest: str = "") -> Iterator[Leak]:
        """What is wrong with one output; its `digest` is found out unless it is known."""
        if not _inside(output.path):
            yield Leak(output.path, "does not lie in the published folder")
        digest = digest or digest_of(output.data)
        known = self.searched.get(output.path) == digest
        watch = self.more if known else self.watch
        cut = output.data.split(b"<") if output.path.endswith(".html") else ()
        try:
            canary = watch.find(output.data, cut) if watch and not output.vendored else None
        except Closed as error:
            yield Leak(output.path, str(error))
            return
        if canary:
            yield Leak(output.path, f"holds `{canary.text}`, a private {canary.what} of `{canary.path}`")
        if output.path.endswith((".html", ".md")) and not self._is_proven(output.path, digest):
            yield from self._html(output, cut) if cut else self._markdown(output)

    def _is_proven(self, path: str, digest: str) -> bool:
        record = self.before.get(path)
        return record is not None and not self._shrinks and record.digest == digest

    def _html(self, output: Output, cut: Sequence[bytes]) -> Iterator[Leak]:
        """What is wrong with a page in HTML, which was cut before each `<`."""
        begins_otherwise = output.data.startswith(b"---")
        yield from self._page(output.path, _cut(_without_front_matter(output.data)) if begins_otherwise else cut)

    def _markdown(self, output: Output) -> Iterator[Leak]:
        """What is wrong with a page in Markdown."""
        text = _without_front_matter(output.data)
        facts = parse("\n" + text)
        yield from self._page(output.path, _cut(_without_code(text, facts)))
        for link in facts.links:
            if text.startswith(("[[", "![["), link.span.start - 1):
                continue  # words in brackets, for all but Obsidian
            message = self._attribute(output.path, "a", "href", quote(link.target))
            if message:
                yield Leak(output.path, message)

    def _page(self, path: str, cut: Sequence[bytes]) -> Iterator[Leak]:
        if self._is_sound(path, cut):
            return
        for found in _TAG.finditer(_text(b"<".join(cut))):
            name, attributes = found[1].lower(), dict(_attributes(found[2]))
            if name == "style":
                yield Leak(path, "holds a style sheet of its own")
            if name == "script" and "src" not in attributes and attributes.get("type") not in _DATA_BLOCKS:
                yield Leak(path, "holds a script of its own")
            for attribute, value in attributes.items():
                message = self._attribute(path, name, attribute, value)
                if message:
                    yield Leak(path, message)

    def _is_sound(self, path: str, cut: Sequence[bytes]) -> bool:
        """Whether nothing can be wrong in a page; one of which this is not clear may be all right as well."""
        known = self._known_tags(path)
        fresh = {*cut[1:]} - known
        rest = _text(b"<" + b"<".join(fresh)) if fresh else ""
        if not _TAG_BY_TAG.fullmatch(rest):
            fresh, rest = set(), _text(b"<".join(cut))
        between = "".join(_WITH_ATTRIBUTES.findall(rest)).split('"')
        names, values = between[::2], between[1::2]
        distinct = {*names}
        if _BLOCK.search(rest) or _SUSPECT.search('""'.join(("", *distinct, ""))):
            return False
        to_ways = {name for name in distinct if _NAMES_WAY.search(name)}
        sound = self._leads_somewhere(path, {way for name, way in zip(names, values, strict=False) if name in to_ways})
        if sound:
            known.update(tag for tag in fresh if len(tag) < _LONGEST_KNOWN)
        return sound

    def _known_tags(self, path: str) -> set[bytes]:
        """The sound tags of the folder that a page is in."""
        folder = self._here(path).rpartition("/")[0] if path != _ANYWHERE else path
        if len(self._tags.get(folder, ())) > _MOST_TAGS or folder not in self._tags:
            self._tags.clear()
            self._tags[folder] = set()
        return self._tags[folder]

    def _here(self, path: str) -> str:
        """Where an output can be asked for."""
        return self.served.get(path, path)

    def _leads_somewhere(self, path: str, ways: set[str]) -> bool:
        """Whether all these links are in order."""
        folder = self._here(path).rpartition("/")[0]
        new = {way for way in ways if not way.startswith("#") and (folder, way) not in self._sound}
        sound = {way for way in new if not self._attribute(path, "a", "href", html.unescape(way))}
        if len(self._sound) > _MOST_KNOWN:
            self._sound.clear()
        if path != _ANYWHERE:
            self._sound.update((folder, way) for way in sound)
        return sound == new

    def _attribute(self, path: str, tag: str, name: str, value: str) -> str:
        if name.startswith("on") or name in ("style", "srcdoc"):
            return f"has `{name}` on a `{tag}`"
        if name not in _ADDRESSES:
            return ""
        if _RUNS.match(value) and not (tag == "img" and value.startswith("data:image/")):
            return f"has an address that runs something: `{value[:60]}`"
        way = value.strip().partition("#")[0].partition("?")[0]
        if not way or _SCHEME.match(way):
            return ""
        here = self._here(path)
        target = _resolved(here, unquote(way), self.root if self.rooted or path == _ANYWHERE else "")
        return "" if target in self._addresses else f"links to `{value}`, which is no file of the site"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _cut(text: str) -> list[bytes]:
    return text.encode().split(b"<")


def _without_front_matter(data: bytes) -> str:
    return _FRONT_MATTER.sub("", _text(data), count=1)


def _without_code(text: str, facts: Facts) -> str:
    """Markdown with nothing in its code: what looks like a tag there is none. The facts are those of the text behind an
    empty line, so that it has no front matter."""
    parts: list[str] = []
    at = 0
    for code in facts.code:
        start, end = code.span.start - 1, code.span.end - 1
        parts.append(text[at:start])
        at = max(at, end)
    return " ".join((*parts, text[at:]))


def _attributes(source: str) -> Iterator[tuple[str, str]]:
    for found in _ATTRIBUTE.finditer(source):
        yield found[1].lower(), html.unescape(found[2] or found[3] or found[4] or "")


def _inside(path: str) -> bool:
    return not any(part in ("", ".", "..") or "\0" in part or "\\" in part for part in path.split("/"))


def _resolved(page: str, way: str, root: str) -> str:
    """The output path that a link leads to; "" when it leads out of the site. `root`: where the site's root is on its
    server, "" when links may not begin there."""
    folder = page.rpartition("/")[0]
    if way.startswith("/"):
        if not root or not way.startswith(root):
            return ""
        folder, way = "", way[len(root) :] or "./"
    full = normpath(f"{folder}/{way}" if folder else way)
    return f"{full}/index.html".removeprefix("./") if way.endswith("/") or full == "." else full


class Gone:
    """Files that pages may have led to and that are no more, and how to see whether one leads there still."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(path for path in paths if not path.endswith(_READ_BY_SCRIPTS))
        self._signs = [(path.rpartition("/")[0], quote(path.rpartition("/")[2]).encode()) for path in self.paths]

    def may_be_missed(self, path: str, data: bytes) -> bool:
        """Whether a page may lead to one of them; seldom it does."""
        return path.endswith(".html") and any(
            sign in data and (sign != b"index.html" or _is_near(folder, path) or _called(folder) in data)
            for folder, sign in self._signs
        )


_READ_BY_SCRIPTS = (".js", ".xml", ".txt")


def _is_near(folder: str, page: str) -> bool:
    """Whether a page lies in a folder or below it, so that its links need not name the folder."""
    return not folder or page.startswith(f"{folder}/")


def _called(folder: str) -> bytes:
    return quote(f"{folder.rpartition('/')[2]}/index.html").encode()


def audit(output: Output, measure: Audit) -> str:
    """Look at an output; its digest. Raises TargetError when it must not go live."""
    digest = digest_of(output.data)
    leaks = list(measure.look(output, digest))
    if leaks:
        more = f" ({len(leaks)} such places)" if len(leaks) > 1 else ""
        raise TargetError(
            f"not published: `{leaks[0].path}` {leaks[0].message}{more}",
            do="nothing was changed; this is a mistake in vaultkit or in a template, please report it",
        )
    return digest
