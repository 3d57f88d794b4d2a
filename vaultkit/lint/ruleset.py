"""Which rules hold for a note, how severe, and with which options: defaults < `rules` < `overrides` that fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from vaultkit import registry
from vaultkit.config import Config, RuleSetting, RuleSettings, severity
from vaultkit.errors import SetupError
from vaultkit.lint.rule import RULES, ActiveRule, Rule, RuleSet, Traits
from vaultkit.model.note import Note
from vaultkit.model.record import NamedTuple
from vaultkit.schema.match import Matcher

Setting = tuple[str | None, dict[str, Any]]
"""What one place of the configuration says of a rule: its level, and its options, checked."""

Layer = dict[str, Setting]
"""What one place of the configuration says of some rules."""

Known = Mapping[str, dict[str, Any]]
"""Options, by rule, that the vault itself gives."""


class Layers(NamedTuple):
    """What the configuration says of rules: everywhere, and in each override."""

    everywhere: Layer
    overrides: tuple[Layer, ...]


def traits(config: Config) -> dict[str, Traits]:
    """The traits of all rules, in order of name: of ours, and of those of other packages that a configuration names."""
    names = {*registry.names(RULES), *config.named_rules}
    return {name: registry.load(RULES, name).traits for name in sorted(names)}


def layers_of(config: Config) -> Layers:
    """What a configuration says of rules.

    Raises SetupError for a rule or option that does not exist or a value that it cannot have, anywhere in `config`.
    """
    overrides = enumerate(config.overrides)
    return Layers(
        _layer(config.rules, config, "rules"),
        tuple(_layer(override.rules, config, "overrides", index, "rules") for index, override in overrides),
    )


def rules_for(config: Config, known: Known | None = None) -> Callable[[Note], RuleSet]:
    """A function from a note to the rules that hold for it, by the configuration alone. Raises as `layers_of` does."""
    return chosen_by(config, layers_of(config), traits(config), known or {})


def chosen_by(config: Config, layers: Layers, rules: Mapping[str, Traits], known: Known) -> Callable[[Note], RuleSet]:
    """A function from a note to those of the `rules` that hold for it. `known` are options, by rule, that the vault
    itself gives; what the configuration says joins them, and counts more. Raises SetupError for an override that
    matches by what is no pattern.
    """
    matchers = [_matcher(config, index) for index in range(len(config.overrides))]
    everywhere = _active([layers.everywhere], rules, known)
    if not matchers:
        return lambda note: everywhere
    made: dict[tuple[int, ...], RuleSet] = {(): everywhere}

    def holding(note: Note) -> RuleSet:
        fitting = tuple(i for i, matcher in enumerate(matchers) if matcher.fits(note.path, note.facts))
        if fitting not in made:
            made[fitting] = _active([layers.everywhere, *(layers.overrides[i] for i in fitting)], rules, known)
        return made[fitting]

    return holding


def _matcher(config: Config, index: int) -> Matcher:
    try:
        return Matcher(config.overrides[index].match)
    except SetupError as error:
        raise SetupError(error.what, where=config.where("overrides", index, "match"), do=error.do) from error


def _active(layers: list[Layer], rules: Mapping[str, Traits], known: Known) -> RuleSet:
    found = []
    for name, of_rule in rules.items():
        level = of_rule.severity
        options: dict[str, Any] = {}
        said = [layer[name] for layer in layers if name in layer]
        for given, more in said:
            level = severity(given) if given else level
            options |= {name: _laid_over(options.get(name), value) for name, value in more.items()}
        for option, value in known.get(name, {}).items():
            options[option] = _joined(value, options[option]) if option in options else value
        if level:
            found.append(ActiveRule(name, level, of_rule, options, chosen=any(given for given, _ in said)))
    return RuleSet(found, rules.keys())


def _laid_over(before: Any, value: Any) -> Any:
    """An option's value, laid over the one that held before: mappings are merged."""
    return before | value if isinstance(before, dict) and isinstance(value, dict) else value


def _joined(known: Any, said: Any) -> Any:
    """What the vault gives and what the configuration says of one option: a mapping, or a list."""
    return known | said if isinstance(known, dict) else (*known, *said)


def _layer(settings: RuleSettings, config: Config, *path: str | int) -> Layer:
    layer: Layer = {}
    for name, setting in settings.items():
        where = config.where(*path, name)
        try:
            rule: Rule = registry.load(RULES, name)
        except SetupError as error:
            raise SetupError(error.what, where=where, do=error.do) from error
        layer[name] = setting.severity, _options(rule, setting, partial(config.where, *path, name))
    return layer


def _options(rule: Rule, setting: RuleSetting, where: Callable[[str], str]) -> dict[str, Any]:
    """A rule's options as they were written, each checked against the type that the rule gives it."""
    written, made = setting.options, rule.options
    names = {name.replace("_", "-"): name for name in made._fields} if made else {}
    for key in written:
        if key not in names:
            do = registry.suggest(key, ["severity", *names])
            raise SetupError(f"the rule `{rule.name}` has no option `{key}`", where=where(key), do=do)
    if not written or made is None:
        return {}
    from typing import get_type_hints

    types = get_type_hints(made, include_extras=True)
    options = {names[key]: _value(rule, key, value, types[names[key]], where(key)) for key, value in written.items()}
    try:
        getattr(made(**options), "check", lambda: None)()
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
