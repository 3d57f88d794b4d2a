"""One kind of rule: a generator of diagnostics over one note, that may ask the index about all the others.

    @rule(severity=Severity.ERROR)
    def link_broken(ctx: Context) -> Iterator[Diagnostic]:
        for link in ctx.links: ...

The function's name is the rule's (`link-broken`), its module's docstring is the rule's page in the docs.
A vault-wide rule is the same function with more questions: whatever it asks `ctx.index` is remembered, and a change
that alters an answer brings the note back to be checked again. A rule never reads a file and never sees another rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from vaultkit import registry
from vaultkit.index.file_kinds import is_note
from vaultkit.model.diagnostic import Diagnostic, Fix, Origin, Related, Severity
from vaultkit.model.note import Facts, Link, Note
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span

if TYPE_CHECKING:
    from vaultkit.extensions import Provider
    from vaultkit.index.resolve import Resolution
    from vaultkit.index.view import IndexView
    from vaultkit.lint.suppress import Suppressions
    from vaultkit.model.standing import Standing
    from vaultkit.parse.frontmatter import Places
    from vaultkit.schema.note_schema import NoteSchema
    from vaultkit.schema.properties import PropertyFault
    from vaultkit.schema.sections import SectionMatch

RULES = "vaultkit.rules"
"""The folder of the rules."""

Over = Literal["notes", "other files", "all files"]
Fixable = Literal["no", "safe", "unsafe", "safe or unsafe"]
Check = Callable[["Context"], Iterator[Diagnostic]]


class Rule(NamedTuple):
    """A rule as it is known by its name. `severity` None: off unless the configuration turns it on.

    `options` is a NamedTuple type whose fields all have defaults; the configuration's mapping for the rule is validated
    against it, and then by its method `check`, if it has one, which raises ValueError. `over`: the files that it runs
    over; those that are no notes are to it notes without facts. `about`: what a note must have at least one of for the
    rule to have anything to say, see `_ABOUT`; nothing: any note. `fixable` says what its fixes are. `last`: it runs
    after all others and looks at what they found. `provider` is the package that brings it, if it is none of ours.
    """

    name: str
    check: Check
    severity: Severity | None
    options: type[Any] | None
    doc: str
    over: Over = "notes"
    about: tuple[str, ...] = ()
    fixable: Fixable = "no"
    last: bool = False
    provider: Provider | None = None

    @property
    def traits(self) -> Traits:
        """What must be known of the rule before it is started."""
        return Traits(self.severity, self.over, self.about, self.last, self.provider)


class Traits(NamedTuple):
    """What must be known of a rule to tell whether it has anything to do with a note: see `Rule`."""

    severity: Severity | None
    over: Over = "notes"
    about: tuple[str, ...] = ()
    last: bool = False
    provider: Provider | None = None


class ActiveRule:
    """A rule with the severity and options that hold for a note. The rule itself is loaded when it is first started:
    of all that are on, most have nothing to do with the few notes that were edited.

    `given` are the options that are not left at their defaults; `chosen`: the configuration gave its severity.
    """

    def __init__(
        self,
        name: str,
        severity: Severity,
        traits: Traits,
        given: Mapping[str, Any] | None = None,
        chosen: bool = False,
    ) -> None:
        self.name = name
        self.severity = severity
        self.over, self.about, self.last = traits[1:4]
        self.chosen = chosen
        self.given = given or {}

    @cached_property
    def check(self) -> Check:
        """The rule's generator of findings."""
        found: Rule = registry.load(RULES, self.name)
        return found.check

    @cached_property
    def options(self) -> Any:
        """The options that hold: of the rule's own type, or None."""
        found: Rule = registry.load(RULES, self.name)
        return found.options(**self.given) if found.options else None


class RuleSet:
    """The rules that hold for some notes, in order of name, those that run last at the end. Most notes have no callout,
    no footnote, nothing missing: rules that are about these are not even started on them."""

    def __init__(self, rules: Iterable[ActiveRule], known: Collection[str] = ()) -> None:
        self._rules = tuple(sorted(rules, key=lambda rule: rule.last))
        self.known = known
        """The names of all rules that the configuration could have turned on, as far as it knows of them."""
        about = {name for rule in self._rules for name in rule.about}
        self._facts = tuple(name for name in _FACTS if name in about)
        self._about = (*self._facts, *(name for name in _ABOUT if name in about))
        self._tests = tuple(test for name, test in _ABOUT.items() if name in about)
        self._of_files = tuple(rule for rule in self._rules if rule.over != "notes")
        self._worth_it: dict[tuple[object, ...], tuple[ActiveRule, ...]] = {}

    def __iter__(self) -> Iterator[ActiveRule]:
        return iter(self._rules)

    def worth_it(self, ctx: Context) -> tuple[ActiveRule, ...]:
        """Those that may have something to say about the note, or other file, of `ctx`."""
        if not is_note(ctx.note.path):
            return self._of_files
        facts = ctx.facts
        has = [*[getattr(facts, name) for name in self._facts], *[test(ctx) for test in self._tests]]
        key = (ctx.schemas, *map(bool, has))
        found = self._worth_it.get(key)
        if found is None:
            names = {name for name, there in zip(self._about, has, strict=True) if there}
            names |= {name for name, asks in _ASKED_BY_SCHEMAS.items() if any(map(asks, ctx.schemas))}
            found = self._worth_it[key] = tuple(
                rule
                for rule in self._rules
                if rule.over != "other files" and (not rule.about or not names.isdisjoint(rule.about))
            )
        return found


def suppresses(facts: Facts) -> bool:
    """Whether a note asks for silence about something, in a comment or in its properties."""
    return bool(facts.suppressions) or "vaultkit" in facts.frontmatter.properties


def rule(
    *,
    severity: Severity | None,
    options: type[Any] | None = None,
    over: Over = "notes",
    about: tuple[str, ...] = (),
    fixable: Fixable = "no",
    last: bool = False,
) -> Callable[[Check], Rule]:
    """Make a rule of a generator function. See `Rule` for the arguments."""
    assert not set(about).difference(_FACTS, _ABOUT, _ASKED_BY_SCHEMAS), "a rule is about what is known here"

    def decorate(check: Check) -> Rule:
        module = __import__(check.__module__, fromlist=["__doc__"])
        name = getattr(check, "__name__", "").replace("_", "-")
        return Rule(name, check, severity, options, (module.__doc__ or "").strip(), over, about, fixable, last)

    return decorate


class Context:
    """What a rule may know while it looks at one note. Rules run one after the other on the same context."""

    def __init__(
        self,
        note: Note,
        index: IndexView,
        schemas: tuple[NoteSchema, ...],
        rules: RuleSet,
        text: Callable[[], str],
    ) -> None:
        self.note = note
        self.facts: Facts = note.facts
        self.index = index
        self.schemas = schemas
        """The schemas that govern the note; without those chosen by a property when the front matter is unreadable."""
        self.active: ActiveRule
        self.running = rules
        """All rules that hold for the note."""
        self.found: list[Diagnostic] = []
        """What the rules before this one found."""
        self._text = text

    @cached_property
    def text(self) -> str:
        """The decoded text of the note; read only when a rule asks."""
        return self._text()

    @property
    def options(self) -> Any:
        """The running rule's options: an instance of its `options` type."""
        return self.active.options

    @property
    def readable(self) -> bool:
        """Whether the properties are known; when not, one `frontmatter-*` finding says all there is to say."""
        return self.facts.frontmatter.state != "invalid"

    @cached_property
    def links(self) -> tuple[tuple[Link, Resolution], ...]:
        """Every link and embed outside comments, with what Obsidian opens for it; `link-malformed` has the others."""
        links = [link for link in self.facts.links if not link.hidden]
        if self.facts.problems:
            malformed = {problem.span for problem in self.facts.problems if problem.rule == "link-malformed"}
            links = [link for link in links if link.span not in malformed]
        return tuple(zip(links, self.index.resolve_all(links, self.note.path), strict=True))

    @cached_property
    def standing(self) -> Standing:
        """How the note stands towards being public."""
        return self.index.own_standing(self.note)

    @cached_property
    def places(self) -> Places:
        """Where the properties stand in the text: keys, values, list items."""
        from vaultkit.parse.frontmatter import places

        return places(self.text, self.facts.frontmatter)

    @cached_property
    def property_faults(self) -> tuple[PropertyFault, ...]:
        """What is wrong with the properties by the governing schemas, each mistake once; nothing where there are no
        properties to judge, since one `frontmatter-*` finding says so."""
        from vaultkit.schema.properties import property_faults

        judged = self.schemas and self.facts.frontmatter.state == "valid"
        return property_faults(self.schemas, self.facts.properties) if judged else ()

    @cached_property
    def sections(self) -> tuple[SectionMatch, ...]:
        """Per governing schema, how the note's headings fit its sections."""
        asking = [schema for schema in self.schemas if schema.sections]
        if not asking:
            return ()
        from vaultkit.schema.sections import match_sections

        return tuple(match_sections(schema, self.facts) for schema in asking)

    @cached_property
    def suppressions(self) -> Suppressions:
        """What the note asks vaultkit not to say, and what became of it; for rules that run last."""
        from vaultkit.lint.suppress import Suppressions

        return Suppressions(self.facts, self.found, {rule.name for rule in self.running}, self.running.known)

    def report(
        self,
        span: Span,
        message: str,
        *,
        label: str = "",
        origin: Origin | None = None,
        hint: str = "",
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
        unless_chosen: Severity | None = None,
    ) -> Diagnostic:
        """A finding of the running rule at `span` of this note, with the severity that holds here; `unless_chosen` is
        another one for when the configuration gives the rule none."""
        active = self.active
        severity = unless_chosen if unless_chosen and not active.chosen else active.severity
        return Diagnostic(active.name, self.note.path, span, severity, message, label, origin, hint, related, fix)


_FACTS = ("blocks", "callouts", "external", "footnotes", "headings", "links", "problems", "properties", "tags")
_ABOUT: dict[str, Callable[[Context], object]] = {
    "embeds": lambda ctx: "embed" in [link.kind for link in ctx.facts.links],
    "public": lambda ctx: ctx.standing.public,
    "suppressions": lambda ctx: suppresses(ctx.facts),
    "ambiguous": lambda ctx: ctx.facts.links and True in [found.ambiguous for _, found in ctx.links],
    "missing": lambda ctx: ctx.facts.links and False in [found.place_ok for _, found in ctx.links],
    "property-faults": lambda ctx: ctx.schemas and ctx.property_faults,
}
"""What a rule may be about: facts of the note, and what takes a look: `missing`, a link to a file or place that is not
there; `ambiguous`, a link that several files fit; `property-faults`, a schema that governs it and that its properties
do not fit; `public`, it is meant to be published."""

_ASKED_BY_SCHEMAS: dict[str, Callable[[NoteSchema], object]] = {
    "filenames": lambda schema: schema.filename,
    "linked": lambda schema: schema.linked,
    "required": lambda schema: schema.judge or any(item.required for item in schema.properties.values()),
    "sections": lambda schema: schema.sections,
    "titles": lambda schema: schema.title,
    "unique": lambda schema: any(item.unique for item in schema.properties.values()),
}
"""Likewise what a schema that governs the note asks for; looked at once for all notes that the same schemas govern."""
