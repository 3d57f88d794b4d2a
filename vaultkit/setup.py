"""What holds for a vault before any note is looked at: its configuration, its schemas, its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vaultkit.model.diagnostic import Severity
from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.lint.rule import RuleSet, Traits
    from vaultkit.lint.ruleset import Layers
    from vaultkit.model.note import Note, Value
    from vaultkit.model.standing import Claim, Publishing, Standing
    from vaultkit.schema.match import Governed
    from vaultkit.schema.note_schema import NoteSchema

RulesFor = Callable[["Note"], "RuleSet"]


class Read(NamedTuple):
    """What was read to set a vault up: `layers` are what the configuration says of rules, `traits` those of all rules,
    `sources` the files that all of it was read from (absolute paths)."""

    config: Config
    schemas: tuple[NoteSchema, ...]
    layers: Layers
    traits: dict[str, Traits]
    sources: tuple[str, ...]

    def packed(self) -> str:
        """It as text, for a memory; "" when it cannot be remembered: a JSON Schema is made of its files each time."""
        from vaultkit.schema.packed import pack

        if any(schema.judge for schema in self.schemas):
            return ""
        try:
            return pack(tuple(self))
        except (TypeError, ValueError, RecursionError):
            return ""

    @classmethod
    def unpacked(cls, packed: str) -> Read:
        """What was packed. Raises ValueError, TypeError or LookupError for anything else."""
        from vaultkit.lint.rule import Traits
        from vaultkit.lint.ruleset import Layers
        from vaultkit.schema.packed import unpack

        config, schemas, layers, traits, sources = unpack(packed)
        known = {name: Traits(Severity(row[0]) if row[0] else None, *row[1:]) for name, row in traits.items()}
        for name, row in known.items():
            if row.provider:
                _remember(name, row.provider)
        return cls(config, schemas, Layers(*layers), known, sources)


class Setup(NamedTuple):
    """What holds for a vault: `checks` tells the notes that are checked at all, `pruned` are folders (vault paths) that
    are no part of it. `about_files`: some rule is on that runs over the files that are not notes. `publishing` tells
    which notes are meant to be public; without it, none are. `read` is what it was made of, if that may be kept.
    `told` are the files (vault paths) in which the app's settings exclude notes, `unsure` is why nobody knows all of
    these notes (a place, and what is wrong there)."""

    config: Config
    schemas: tuple[Governed, ...]
    rules_for: RulesFor
    checks: Callable[[NotePath], bool]
    pruned: tuple[str, ...] = ()
    about_files: bool = False
    publishing: Publishing | None = None
    read: Read | None = None
    told: tuple[str, ...] = ()
    unsure: tuple[str, str] | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that all of it was read from (absolute paths)."""
        return self.read.sources if self.read else ()


def read_setup(root: str, config: Config | None = None) -> Setup:
    """The set-up of the vault at `root`, read from its files. Raises SetupError."""
    from vaultkit.lint.ruleset import layers_of, traits
    from vaultkit.vault.settings import load_config, load_schemas, sources

    config = config or load_config(root)
    schemas = load_schemas(root, config)
    layers, known = layers_of(config), traits(config)
    files = (*sources(root, config, schemas), *_code_of(known.values()))
    read = Read(config, tuple(item.schema for item in schemas), layers, known, files)
    return set_up(root, read)


def _remember(name: str, provider: Iterable[str]) -> None:
    """Spare the search for the package that brings a rule."""
    from vaultkit import registry
    from vaultkit.extensions import Provider
    from vaultkit.lint.rule import RULES

    registry.remember(RULES, name, Provider(*provider))


def _code_of(rules: Iterable[Traits]) -> Iterator[str]:
    """The files of the rules of other packages. Raises SetupError when they are not those that run."""
    for provider in [rule.provider for rule in rules if rule.provider]:
        from vaultkit import extensions

        extensions.expect_unchanged(provider)
        yield from extensions.sources(provider)


def set_up(root: str, read: Read) -> Setup:
    """The set-up that was read, now or by an earlier run. Raises SetupError."""
    from vaultkit.lint.ruleset import chosen_by
    from vaultkit.schema.match import Governed, Matcher, connected
    from vaultkit.vault.extent import extent, output_folders

    config, rules = read.config, read.traits
    excluded, told, unsure = extent(root, config)
    uses = zip(read.schemas, config.schemas, strict=True)
    schemas = connected(tuple(Governed(schema, Matcher(use.match)) for schema, use in uses))
    return Setup(
        config,
        schemas,
        chosen_by(config, read.layers, rules, _given(root)),
        lambda path: not excluded(path),
        output_folders(root, config),
        any(rule.over != "notes" and (rule.severity or name in config.named_rules) for name, rule in rules.items()),
        WhenAsked(lambda: publishing(config, schemas, excluded)),
        read,
        told,
        unsure,
    )


class WhenAsked:
    """A `Publishing` that is made when it is first asked: most checks never do."""

    def __init__(self, make: Callable[[], Publishing]) -> None:
        self._make = make

    @cached_property
    def _judge(self) -> Publishing:
        return self._make()

    @property
    def addressing(self) -> tuple[str, ...]:
        """Parts of the names of all properties that have a say in where a note stands."""
        return self._judge.addressing

    def standing(self, note: Note) -> Standing:
        """How a note stands."""
        return self._judge.standing(note)

    def claims(self, path: NotePath, properties: Mapping[str, Value]) -> tuple[Claim, ...]:
        """The places of a note, were it public."""
        return self._judge.claims(path, properties)


def as_checked(config: Config) -> Config:
    """The configuration as a check uses it: without the rules about publishing where it says nothing of publishing,
    unless it names them. Publishing itself always runs them."""
    from vaultkit import registry
    from vaultkit.config import RuleSetting

    if "publish" in config.written:
        return config
    off = {
        name: RuleSetting(severity="off") for name in registry.names("vaultkit.rules") if name.startswith("publish-")
    }
    return config.replaced(rules=off | config.rules)


def _given(root: str) -> dict[str, dict[str, Any]]:
    """The options of rules that the vault itself gives, by what the app's settings and style sheets say."""
    from vaultkit.vault.extent import assigned_types
    from vaultkit.vault.styles import styled_callouts

    return {
        "property-type-conflict": {"types": assigned_types(root)},
        "callout-unknown": {"types": styled_callouts(root)},
    }


def publishing(config: Config, schemas: tuple[Governed, ...], excluded: Callable[[NotePath], bool]) -> Publishing:
    """What tells how the notes of a vault stand towards being public."""
    from vaultkit.publish.standing import Standings

    def governing(note: Note) -> tuple[str, ...]:
        return tuple(item.schema.name for item in schemas if item.matcher.fits(note.path, note.facts))

    return Standings(config.publish, governing, excluded)
