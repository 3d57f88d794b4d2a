"""Which rules hold for a note, how severe, and with which options: defaults < `rules` < `overrides` that fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from typing import Any, NamedTuple, get_type_hints

from vaultkit import registry
from vaultkit.config import Config, RuleSetting, RuleSettings, severity
from vaultkit.errors import SetupError
from vaultkit.lint.rule import Rule, RuleSet
from vaultkit.model.note import Note
from vaultkit.schema.match import Matcher

RULES = "vaultkit.rules"


class _Setting(NamedTuple):
    """What one place of the configuration says of a rule; its options are checked."""

    level: str | None
    options: dict[str, Any]


_Layer = dict[str, _Setting]


def rules_for(config: Config, known: Mapping[str, dict[str, Any]] | None = None) -> Callable[[Note], RuleSet]:
    """A function from a note to the rules that hold for it. `known` are options, by rule, that the vault itself gives;
    what the configuration says joins them, and counts more.

    Raises SetupError for a rule or option that does not exist or a value that it cannot have, anywhere in `config`.
    """
    given = known or {}
    base = _layer(config.rules, config, "rules")
    overrides = []
    for index, override in enumerate(config.overrides):
        layer = _layer(override.rules, config, "overrides", index, "rules")
        overrides.append((_matcher(config, index), layer))
    everywhere = _active([base], given)
    if not overrides:
        return lambda note: everywhere
    made: dict[tuple[int, ...], RuleSet] = {(): everywhere}

    def rules(note: Note) -> RuleSet:
        fitting = tuple(i for i, (matcher, _) in enumerate(overrides) if matcher.fits(note.path, note.facts))
        if fitting not in made:
            made[fitting] = _active([base, *(overrides[index][1] for index in fitting)], given)
        return made[fitting]

    return rules


def _matcher(config: Config, index: int) -> Matcher:
    try:
        return Matcher(config.overrides[index].match)
    except SetupError as error:
        raise SetupError(error.what, where=config.where("overrides", index, "match"), do=error.do) from error


def _active(layers: list[_Layer], known: Mapping[str, dict[str, Any]]) -> RuleSet:
    found = []
    for name in registry.names(RULES):
        rule: Rule = registry.load(RULES, name)
        level = rule.severity
        options: dict[str, Any] = {}
        for setting in (layer[name] for layer in layers if name in layer):
            level = severity(setting.level) if setting.level else level
            options |= {name: _laid_over(options.get(name), value) for name, value in setting.options.items()}
        for option, value in known.get(name, {}).items():
            options[option] = _joined(value, options[option]) if option in options else value
        chosen = any(layer[name].level for layer in layers if name in layer)
        active = rule.configured(level, rule.options(**options) if rule.options else None, chosen=chosen)
        if active:
            found.append(active)
    return RuleSet(found)


def _laid_over(before: Any, value: Any) -> Any:
    """An option's value, laid over the one that held before: mappings are merged."""
    return before | value if isinstance(before, dict) and isinstance(value, dict) else value


def _joined(known: Any, said: Any) -> Any:
    """What the vault gives and what the configuration says of one option: a mapping, or a list."""
    return known | said if isinstance(known, dict) else (*known, *said)


def _layer(settings: RuleSettings, config: Config, *path: str | int) -> _Layer:
    layer: _Layer = {}
    for name, setting in settings.items():
        where = config.where(*path, name)
        try:
            rule: Rule = registry.load(RULES, name)
        except SetupError as error:
            raise SetupError(error.what, where=where, do=error.do) from error
        layer[name] = _Setting(setting.severity, _options(rule, setting, partial(config.where, *path, name)))
    return layer


def _options(rule: Rule, setting: RuleSetting, where: Callable[[str], str]) -> dict[str, Any]:
    """A rule's options as they were written, each checked against the type that the rule gives it."""
    written, made = setting.options, rule.options
    names = {field.name.replace("_", "-"): field.name for field in fields(made)} if made else {}
    for key in written:
        if key not in names:
            do = registry.suggest(key, ["severity", *names])
            raise SetupError(f"the rule `{rule.name}` has no option `{key}`", where=where(key), do=do)
    if not written or made is None:
        return {}
    types = get_type_hints(made, include_extras=True)
    options = {names[key]: _value(rule, key, value, types[names[key]], where(key)) for key, value in written.items()}
    try:
        made(**options)
    except ValueError as error:
        raise SetupError(f"the rule `{rule.name}` cannot be set up so: {error}", where=where("severity")) from error
    return options


def _value(rule: Rule, key: str, value: Any, wanted: Any, where: str) -> Any:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(wanted).validate_python(value)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].replace("Input should be", "should be")
        raise SetupError(f"the option `{key}` of `{rule.name}` {reason}", where=where) from error
