"""The configuration as values: defaults < file < flags. Reading it from disk is `vault.settings`.

Every model refuses unknown keys; `vault.settings` turns a refusal into one message with file, line and did-you-mean.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from vaultkit.model.diagnostic import Severity

M = TypeVar("M", bound="Model")


class Model(BaseModel):
    """Closed, immutable, keys spelled with dashes in YAML. A key with nothing behind it means its default."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )

    @model_validator(mode="before")
    @classmethod
    def _written(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = {field.alias for field in cls.model_fields.values()}
        return {key: value for key, value in data.items() if value is not None or key not in known}


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _switch(value: Any) -> Any:
    return "off" if value is False else value


def _version(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value > 1:
        raise ValueError(f"this file is of version {value}, and this vaultkit reads version 1")
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_list)]
"""One text or a list of them."""

Level = Annotated[Literal["off", "info", "warning", "error"], BeforeValidator(_switch)]
"""A severity or off (YAML's bare `off` is text in 1.2; a false from elsewhere means the same)."""


def severity(level: str) -> Severity | None:
    """The severity that a level names; None for `off`."""
    return None if level == "off" else Severity[level.upper()]


class Match(Model):
    """Which notes: all that is given must hold; under `any`, one of the entries.

    `path` globs are over the note's path, `filename` is a pattern (linear-time engine) over the file's name without
    `.md`, `property` is a name that must be present or a mapping of names to values, `tag` matches nested tags too.
    """

    path: Names = ()
    tag: Names = ()
    property: str | dict[str, Any] | None = None
    filename: str | None = None
    any: Annotated[tuple[Match, ...], BeforeValidator(_list)] = ()


class SchemaUse(Model):
    """One schema and the notes it governs; without `match`, all notes."""

    use: str
    match: Match = Match()


class RuleSetting(BaseModel):
    """A rule's severity, and its options as they were written (validated against the rule's own type)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    severity: Level | None = None

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


def _setting(value: Any) -> Any:
    return value if isinstance(value, dict | RuleSetting) else {"severity": value}


RuleSettings = dict[str, Annotated[RuleSetting, BeforeValidator(_setting)]]


class Override(Model):
    """Other rule settings for some notes."""

    match: Match
    rules: RuleSettings = Field(default_factory=dict)


class Notes(Model):
    """Which files are notes: globs over vault paths that are left out."""

    exclude: Names = ()


class Select(Model):
    """Which notes are meant to be published; one that fits any of what is given is selected."""

    property: str | None = None
    path: Names = ()
    tag: Names = ()
    schema_: Names = Field(default=(), alias="schema")


class Slug(Model):
    """How a page's address is made of the note's path; `lock` is the file that remembers addresses, a vault path."""

    style: Literal["vaultkit", "obsidian-publish", "quartz4", "quartz5", "jekyll", "hugo", "keep"] = "vaultkit"
    lock: str | None = None


class TargetConfig(Model):
    """Where to publish, and in what form. `output` is relative to the vault's root; `base-url` is the public address.

    `kind` names the target. One that takes what was made elsewhere (`vaultkit.targets`) is given it in the form that
    `format` names. Whatever else is written is the target's own, see `options`; `vault.settings` refuses what neither
    the target nor its format has. `name` is the kind when nobody gave one.
    """

    model_config = ConfigDict(extra="allow")

    name: str = "site"
    kind: str = "site"
    format: str = "site"
    output: str | None = None
    base_url: str = ""
    title: str = ""
    description: str = ""
    language: str = "en"
    home: str = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        return {"name": data["kind"], **data} if isinstance(data, dict) and data.get("kind") else data

    def options(self, model: type[M]) -> M:
        """What is written for the target itself, as its own model; keys of others are left out.

        Raises pydantic's ValidationError, but not for what `vault.settings` has read.
        """
        return model.model_validate({key: value for key, value in self.own.items() if key in keys(model)})

    @property
    def own(self) -> dict[str, Any]:
        """All keys that are not everybody's, as they were written."""
        return dict(self.model_extra or {})


def keys(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a model takes, as they are written."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


PROPERTIES = (
    "title", "date", "updated", "categories", "tags", "description", "author", "source", "lang", "dir",
)  # fmt: skip


class Publish(Model):
    """What is published, how clean it must be, and where to."""

    select: Select = Select(property="publish")
    gate: Literal["info", "warning", "error"] = "error"
    slug: Slug = Slug()
    properties: Names = PROPERTIES
    targets: tuple[TargetConfig, ...] = (TargetConfig(),)


class Config(Model):
    """`vaultkit.yaml`, whole."""

    version: Annotated[Literal[1], BeforeValidator(_version)] = 1
    extends: Names = ()
    notes: Notes = Notes()
    schemas: tuple[SchemaUse, ...] = ()
    rules: RuleSettings = Field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    baseline: str | None = None
    publish: Publish = Publish()

    _places: dict[tuple[str | int, ...], str] = PrivateAttr(default_factory=dict)

    def where(self, *path: str | int) -> str:
        """`file:line` where something was written, by the keys that lead there (`"rules", "link-broken"`).

        What nobody wrote stands where its nearest parent does; "" when there is no file at all.
        """
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, "")

    def sources(self) -> frozenset[str]:
        """The files that the configuration was read from, as shown to people (relative to the working folder)."""
        return frozenset(place.rpartition(":")[0] for place in self._places.values())
