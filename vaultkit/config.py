"""The configuration as values: defaults < file < flags. Reading it from disk is `vault.settings`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from vaultkit.model.clause import NOTHING, Clause
from vaultkit.model.diagnostic import Severity

if TYPE_CHECKING:
    from typing import Protocol, Self

    from vaultkit.schema.source import Node
    from vaultkit.schema.words import Field, Level, Names, OneOrMore, Setting, Version

    class _Own(Protocol):
        """What the options of a target are read by: `schema.options.Model` or `schema.plain_options.PlainOptions`."""

        @classmethod
        def known_keys(cls) -> tuple[str, ...]: ...

        @classmethod
        def model_validate(cls, data: Any, /) -> Self: ...


M = TypeVar("M", bound="_Own")


class _Dashed(Clause):
    """A clause of `vaultkit.yaml`: its keys are spelled with dashes."""

    null_is_default = True


def severity(level: str) -> Severity | None:
    """The severity that a level names; None for `off`."""
    return None if level == "off" else Severity[level.upper()]


class Match(_Dashed):
    """Which notes: all that is given must hold; under `any`, one of the entries.

    `path` globs are over the note's path, `filename` is a pattern (linear-time engine) over the file's name without
    `.md`, `property` is a name that must be present or a mapping of names to values, `tag` matches nested tags too.
    """

    path: Names = ()
    tag: Names = ()
    property: str | dict[str, Any] | None = None
    filename: str | None = None
    any: Annotated[tuple[Match, ...], OneOrMore] = ()


class SchemaUse(_Dashed):
    """One schema and the notes it governs; without `match`, all notes."""

    use: str
    match: Match = Match()


class RuleSetting(Clause):
    """A rule's severity, and its options as they were written (validated against the rule's own type)."""

    open_field = "options"

    severity: Level | None = None
    options: dict[str, Any] = NOTHING


RuleSettings = dict[str, RuleSetting]


class Override(_Dashed):
    """Other rule settings for some notes."""

    match: Match
    rules: dict[str, Annotated[RuleSetting, Setting]] = NOTHING


class Notes(_Dashed):
    """Which files are notes: globs over vault paths that are left out."""

    exclude: Names = ()


class Select(_Dashed):
    """Which notes are meant to be published; one that fits any of what is given is selected."""

    property: str | None = None
    path: Names = ()
    tag: Names = ()
    schema_: Annotated[Names, Field(alias="schema")] = ()


class Slug(_Dashed):
    """How a page's address is made of the note's path; `lock` is the file that remembers addresses, a vault path.

    `permalink` and `timezone` are those of a blog of Jekyll, of account in the style `jekyll` alone."""

    style: Literal["vaultkit", "obsidian-publish", "quartz4", "quartz5", "jekyll", "hugo", "hugo-0.123", "keep"] = (
        "vaultkit"
    )
    permalink: str = "date"
    timezone: str = "UTC"
    lock: str | None = None


class TargetConfig(_Dashed):
    """Where to publish, and in what form. `output` is relative to the vault's root; `base-url` is the public address.

    `kind` names the target. One that takes what was made elsewhere (`vaultkit.targets`) is given it in the form that
    `format` names. Whatever else is written is the target's `own`, see `options`; `vault.settings` refuses what neither
    the target nor its format has. `name` is the kind when nobody gave one.
    """

    open_field = "own"

    name: str = "site"
    kind: str = "site"
    format: str = "site"
    output: str | None = None
    base_url: str = ""
    title: str = ""
    description: str = ""
    language: str = "en"
    home: str = ""

    own: dict[str, Any] = NOTHING

    def __init__(self, **written: Any) -> None:
        super().__init__(**({"name": written["kind"], **written} if "kind" in written else written))

    def options(self, model: type[M]) -> M:
        """What is written for the target itself, as its own model; keys of others are left out.

        Raises pydantic's ValidationError, but not for what `vault.settings` has read.
        """
        known = model.known_keys()
        return model.model_validate({key: value for key, value in self.own.items() if key in known})


PROPERTIES = (
    "title", "date", "updated", "categories", "tags", "description", "author", "source", "lang", "dir",
)  # fmt: skip


class Publish(_Dashed):
    """What is published, how clean it must be, and where to."""

    select: Select = Select(property="publish")
    gate: Literal["info", "warning", "error"] = "error"
    slug: Slug = Slug()
    properties: Names = PROPERTIES
    targets: tuple[TargetConfig, ...] = (TargetConfig(),)


class Config(_Dashed):
    """`vaultkit.yaml`, whole."""

    version: Version = 1
    extends: Names = ()
    notes: Notes = Notes()
    schemas: tuple[SchemaUse, ...] = ()
    rules: dict[str, Annotated[RuleSetting, Setting]] = NOTHING
    overrides: tuple[Override, ...] = ()
    baseline: str | None = None
    publish: Publish = Publish()

    _root: Node | None = None

    def where(self, *path: str | int) -> str:
        """`file:line` where something was written, by the keys that lead there (`"rules", "link-broken"`).

        What nobody wrote stands where its nearest parent does; "" when there is no file at all.
        """
        if self._root is None:
            return ""
        node = self._root.at(path)
        return f"{node.file}:{node.line}"

    @property
    def outputs(self) -> tuple[str, ...]:
        """The folders that targets are published to, those too in whose place another is taken for now."""
        targets = self._root.at(("publish", "targets")).value if self._root else ()
        nodes = (
            [target.value for target in targets if isinstance(target.value, dict)] if isinstance(targets, list) else []
        )
        written = [node["output"].value for node in nodes if "output" in node]
        found = dict.fromkeys((*(target.output for target in self.publish.targets), *written))
        return tuple(output for output in found if output and isinstance(output, str))

    @property
    def is_blank(self) -> bool:
        """Whether no file says anything."""
        return self._root is None or not self._root.value

    @property
    def named_rules(self) -> frozenset[str]:
        """The rules that it says something of, anywhere."""
        return frozenset((*self.rules, *(name for override in self.overrides for name in override.rules)))

    def sources(self) -> frozenset[str]:
        """The files that the configuration was read from, as shown to people (relative to the working folder)."""
        return self._root.files() if self._root else frozenset()
