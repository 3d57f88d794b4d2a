"""How notes stand towards being public, decided here for the rules and for the publish set alike.

What a note says itself (`publish.intent`), what the configuration selects, and which places a note would take. Nothing
that was found in a note counts here, and no clock: the publish set adds these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from vaultkit.config import Match, Publish, Select
from vaultkit.model.note import Note, NotePath, Value
from vaultkit.model.standing import Claim, Reason, Standing
from vaultkit.publish.address import BadAddress, claim, note_url, old_urls
from vaultkit.publish.intent import intent
from vaultkit.publish.permalinks import posts_of
from vaultkit.publish.sets import shared
from vaultkit.publish.slugs import HUGO
from vaultkit.schema.match import Matcher

_ADDRESSING = ("permalink", "alias")
_BY_STYLE = {"jekyll": ("slug", "date", "categor"), **dict.fromkeys(HUGO, ("slug", "url"))}
_YES = frozenset(("yes", "y", "on", "1", "x"))


class Standings:
    """Judges notes by `publish:` of the configuration. `schemas` names the schemas that govern a note, `excluded` tells
    the places whose notes are no notes of the vault."""

    def __init__(
        self,
        settings: Publish,
        schemas: Callable[[Note], Collection[str]] = lambda note: (),
        excluded: Callable[[NotePath], bool] = lambda path: False,
    ) -> None:
        self._select = settings.select
        self._configured = bool(settings.written)
        self._matchers = tuple(_selectors(settings.select))
        self._shown = frozenset(name.lower() for name in settings.properties)
        self._style = settings.slug.style
        self._posts = posts_of(settings.slug)
        self.addressing = (*_ADDRESSING, *_BY_STYLE.get(self._style, ()))
        self._homes = tuple(dict.fromkeys(target.home for target in settings.targets))
        self._schemas = schemas
        self._excluded = excluded

    def standing(self, note: Note) -> Standing:
        """How a note stands."""
        path, properties = note.path, note.facts.properties
        if self._excluded(path):
            return Standing("denied", (Reason("publish-denied", "its place is excluded"),))
        if unknown := _unknown(note):
            return Standing("unknown", unknown)
        said = intent(properties, self._select.property)
        if said.state == "denied":
            return Standing("denied", said.reasons)
        selected = said.wanted or self._is_selected(note)
        if said.state == "unclear":
            asked = selected or any(self._asks(name, properties[name]) for name in said.unclear)
            return Standing("unclear", said.reasons, asked, unclear=said.unclear)
        if not selected:
            return Standing("unselected")
        shown = shared(frozenset(name for name in properties if name.lower() in self._shown))
        try:
            return Standing("public", (), True, self._claims(path, properties), shown)
        except BadAddress as error:
            return Standing("public", (bad_permalink(error),), True, (), shown)

    def _is_selected(self, note: Note) -> bool:
        names = self._select.schema_
        return any(matcher.fits(note.path, note.facts) for matcher in self._matchers) or (
            bool(names) and not set(names).isdisjoint(self._schemas(note))
        )

    def _asks(self, name: str, value: Value) -> bool:
        """Whether an unclear value of the property that selects asks to be published. Where nothing is configured a
        property of that name may be about something else, so there it must sound like a yes."""
        wanted = self._select.property
        return bool(wanted) and name.lower() == str(wanted).lower() and (self._configured or _sounds_like_yes(value))

    def claims(self, path: NotePath, properties: Mapping[str, Value]) -> tuple[Claim, ...]:
        """The places of a note, were it public; none when its permalink cannot be one."""
        try:
            return self._claims(path, properties)
        except BadAddress:
            return ()

    def _claims(self, path: NotePath, properties: Mapping[str, Value]) -> tuple[Claim, ...]:
        urls = [(home, note_url(path, properties, home, self._style, self._posts)) for home in self._homes]
        found = {(home, claim(url)): url for home, url in urls}
        olds = old_urls(properties, self._style, self._posts) if properties else ()
        old = {(home, claim(url)): url for url in olds for home in self._homes}
        return (
            *(Claim(home, place, True, url) for (home, place), url in found.items()),
            *(Claim(home, place, False, url) for (home, place), url in old.items() if (home, place) not in found),
        )


def bad_permalink(error: BadAddress) -> Reason:
    """Why a note cannot stand where its permalink asks for."""
    return Reason("publish-permalink", f"its permalink {error}")


def _sounds_like_yes(value: Value) -> bool:
    return isinstance(value, str | int) and str(value).strip().lower() in _YES


def _selectors(select: Select) -> tuple[Matcher, ...]:
    """Any of them selects."""
    wanted = (Match(path=select.path) if select.path else None, Match(tag=select.tag) if select.tag else None)
    return tuple(Matcher(match) for match in wanted if match)


def _unknown(note: Note) -> tuple[Reason, ...]:
    """Why it cannot be known whether a note is meant to be published: it or its front matter cannot be read."""
    problems = note.facts.problems
    if not note.unreadable and note.facts.frontmatter.state != "invalid":
        problems = tuple(problem for problem in problems if problem.rule.startswith("frontmatter-"))
    if problems:
        return tuple(dict.fromkeys(Reason(problem.rule, problem.message) for problem in problems))
    if note.unreadable or note.facts.frontmatter.state == "invalid":
        return (Reason("unreadable", "its properties cannot be read"),)
    return ()
