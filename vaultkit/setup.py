"""What holds for a vault before any note is looked at: its configuration, its schemas, its rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from vaultkit.model.note import Note, NotePath

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.lint.rule import RuleSet
    from vaultkit.model.standing import Publishing
    from vaultkit.schema.match import Governed

RulesFor = Callable[[Note], "RuleSet"]


class Setup(NamedTuple):
    """What holds for a vault: `checks` tells the notes that are checked at all, `pruned` are folders (vault paths) that
    are no part of it. `about_files`: some rule is on that runs over the files that are not notes. `publishing` tells
    which notes are meant to be public; without it, none are. `sources` are the files that all of it was read from
    (absolute paths)."""

    config: Config
    schemas: tuple[Governed, ...]
    rules_for: RulesFor
    checks: Callable[[NotePath], bool]
    pruned: tuple[str, ...] = ()
    about_files: bool = False
    publishing: Publishing | None = None
    sources: tuple[str, ...] = ()


def read_setup(root: str, config: Config | None = None) -> Setup:
    """The set-up of the vault at `root`. Raises SetupError."""
    from vaultkit import registry
    from vaultkit.lint.ruleset import RULES, rules_for
    from vaultkit.vault.settings import (
        left_out,
        load_config,
        load_schemas,
        output_folders,
        sources,
    )

    config = config or load_config(root)
    excluded = left_out(root, config)
    schemas = load_schemas(root, config)
    rules = [registry.load(RULES, name) for name in registry.names(RULES)]
    named = {*config.rules, *(name for override in config.overrides for name in override.rules)}
    return Setup(
        config,
        schemas,
        rules_for(config, _given(root)),
        lambda path: not excluded(path),
        output_folders(root, config),
        any(rule.over != "notes" and (rule.severity or rule.name in named) for rule in rules),
        publishing(config, schemas, excluded),
        sources(root, config, schemas),
    )


def as_checked(config: Config) -> Config:
    """The configuration as a check uses it: without the rules about publishing where it says nothing of publishing,
    unless it names them. Publishing itself always runs them."""
    from vaultkit import registry
    from vaultkit.config import RuleSetting

    if "publish" in config.model_fields_set:
        return config
    off = {
        name: RuleSetting(severity="off") for name in registry.names("vaultkit.rules") if name.startswith("publish-")
    }
    return config.model_copy(update={"rules": off | config.rules})


def _given(root: str) -> dict[str, dict[str, Any]]:
    """The options of rules that the vault itself gives, by what the app's settings and style sheets say."""
    from vaultkit.vault.settings import assigned_types
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
