"""Rules chosen on the command line, laid over the configuration."""

from __future__ import annotations

from vaultkit import registry
from vaultkit.config import Config, RuleSetting, RuleSettings


def chosen(config: Config, select: tuple[str, ...], ignore: tuple[str, ...], more: tuple[str, ...] = ()) -> Config:
    """The configuration with only the selected rules on (all, when none is selected), with `more` on as well, and
    without the ignored ones.

    A rule of `select` or `more` that would be off is a warning. Raises SetupError for a rule that does not exist.
    """
    if not select and not ignore and not more:
        return config
    wanted = {*select, *more}
    known = sorted({*registry.names("vaultkit.rules"), *config.named_rules, *wanted})
    for name in (*select, *more, *ignore):
        registry.load("vaultkit.rules", name)
    running = [name for name in known if name not in ignore and (not select or name in wanted)]
    rules: RuleSettings = {name: RuleSetting(severity="off") for name in known if name not in running}
    for name in running:
        setting = config.rules.get(name, RuleSetting())
        rules[name] = _on(name, setting) if name in wanted else setting
    overrides = tuple(
        item.replaced(rules={name: item.rules[name] for name in item.rules if name in running})
        for item in config.overrides
    )
    return config.replaced(rules=rules, overrides=overrides)


def without_rules(config: Config) -> Config:
    """The configuration with no rule on, whatever it says of rules."""
    off = {name: RuleSetting(severity="off") for name in registry.names("vaultkit.rules")}
    return config.replaced(rules=off, overrides=tuple(item.replaced(rules={}) for item in config.overrides))


def online(config: Config) -> Config:
    """The configuration with the rule on that asks the web, unless it says otherwise."""
    return config.replaced(rules={"link-external": RuleSetting(severity="warning"), **config.rules})


def _on(name: str, setting: RuleSetting) -> RuleSetting:
    off_by_default = registry.load("vaultkit.rules", name).severity is None
    if setting.severity == "off" or (setting.severity is None and off_by_default):
        return setting.replaced(severity="warning")
    return setting
