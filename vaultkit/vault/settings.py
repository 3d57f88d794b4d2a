"""Setting up a vault: finding its root, reading `vaultkit.yaml` and the schemas that it uses.

Whatever is wrong there is one SetupError with file, line and what to do about it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from vaultkit.config import Config, Match, TargetConfig
from vaultkit.errors import SetupError
from vaultkit.registry import suggest
from vaultkit.schema.match import Governed, Matcher, connected
from vaultkit.schema.pattern import Glob, PatternError, pattern_test
from vaultkit.schema.source import Node, build, merged, mistake, read_yaml
from vaultkit.vault import shipped
from vaultkit.vault.extent import assigned_types, left_out, output_folders
from vaultkit.vault.obsidian import ObsidianSettings
from vaultkit.vault.root import CONFIG, find_root
from vaultkit.vault.schemas import Schemas
from vaultkit.vault.texts import inside, read_text
from vaultkit.vault.user_config import OF_THE_USER, user_file

__all__ = [
    "ObsidianSettings",
    "assigned_types",
    "find_root",
    "left_out",
    "load_config",
    "load_schemas",
    "output_folders",
    "sources",
]

_Path = tuple[str | int, ...]


def load_config(root: str, file: str | None = None) -> Config:
    """The configuration of the vault at `root`: its `vaultkit.yaml`, or `file`; the defaults when there is none.

    Rules and their options are checked by `lint.ruleset.rules_for`, schemas by `load_schemas`. Raises SetupError.
    """
    path = os.path.abspath(file) if file else os.path.join(os.path.abspath(root), CONFIG)
    text = read_text(path, _shown(path))
    if text is None:
        _expect_none(root, file)
        return Config()
    base = root if inside(path, root) else os.path.dirname(path)
    node = _whole(read_yaml(text, _shown(path)), path, base, ())
    _expect_nothing_of_the_user(node)
    config = build(Config, node)
    config = config.replaced(_root=node)
    _check_patterns(config)
    if "publish" not in config.written:
        return config
    _check_targets(config, node)
    _check_places(config, node, root)
    _check_slug(config, node)
    return _at_home(config)


def load_schemas(root: str, config: Config) -> tuple[Governed, ...]:
    """The schemas that the configuration uses, each with the notes it governs, in its order.

    Raises SetupError for a schema that does not exist, cannot be read, has a mistake, or shares its name with another.
    """
    schemas = Schemas(root)
    governed = []
    for index, use in enumerate(config.schemas):
        try:
            governed.append(Governed(schemas.load(use.use), Matcher(use.match)))
        except SetupError as error:
            where = _where(error.where, root) or config.where("schemas", index, "use")
            raise SetupError(error.what, where=where, do=error.do) from error
    known = {item.schema.name for item in governed} | {use.use for use in config.schemas}
    for index, name in enumerate(config.publish.select.schema_):
        if name not in known:
            where = config.where("publish", "select", "schema", index)
            raise SetupError(f"no note is governed by a schema `{name}`", where=where, do=suggest(name, sorted(known)))
    try:
        return connected(tuple(governed))
    except SetupError as error:
        raise SetupError(error.what, where=_where(error.where, root), do=error.do) from error


def sources(root: str, config: Config, schemas: tuple[Governed, ...]) -> tuple[str, ...]:
    """The files (absolute paths) that the configuration and the schemas were read from, those shipped left out."""
    inner = {file for item in schemas for file in item.schema.files if not file.startswith(shipped.SHOWN + "/")}
    found = (*config.sources(), *(os.path.join(root, file) for file in inner))
    return tuple(sorted(set(map(os.path.abspath, found))))


def _expect_none(root: str, file: str | None) -> None:
    if file:
        raise SetupError("there is no such file", where=file, do="--config takes the path of a configuration file")
    other = os.path.join(root, "vaultkit.yml")
    if os.path.lexists(other):
        raise SetupError("the configuration must be called `vaultkit.yaml`", where=_shown(other), do="rename it")


def _expect_nothing_of_the_user(node: Node) -> None:
    """What names programs to run is never taken from where others may write."""
    for key in OF_THE_USER & node.value.keys():
        what = f"`{key}` belongs into your own configuration, and never into that of a vault"
        raise mistake(what, node.value[key], f"write it into {user_file()}")


def _shown(path: str) -> str:
    """A path as a person at this terminal would write it: relative when it lies below the working folder."""
    return os.path.relpath(path) if inside(path, os.getcwd()) else path


def _where(place: str, root: str) -> str:
    """A place in a schema as a person at this terminal would write it."""
    return place if not place or place.startswith(shipped.SHOWN) else _shown(os.path.join(os.path.abspath(root), place))


# Extending -------------------------------------------------------------------------------------------------------


def _whole(node: Node, path: str, base: str, below: tuple[str, ...]) -> Node:
    """A configuration laid on all that it extends, from left to right."""
    extends: Node | None = node.value.get("extends")
    if extends is None or extends.value is None:
        return node
    whole = Node({}, node.file, node.line)
    for name in extends.value if isinstance(extends.value, list) else [extends]:
        whole = merged(whole, _extended(name, path, base, (*below, os.path.realpath(path))), "name")
    return merged(whole, node, "name")


def _extended(name: Node, path: str, base: str, below: tuple[str, ...]) -> Node:
    """One configuration that `path` extends, whole. `base` is the folder that it may not leave."""
    if not isinstance(name.value, str):
        raise mistake("`extends` takes a path, or a list of paths", name)
    other = os.path.normpath(os.path.join(os.path.dirname(path), name.value))
    if os.path.isabs(name.value) or not inside(other, base):
        raise mistake(f"`{name.value}` leads out of the vault", name, "`extends` takes relative paths inside the vault")
    if os.path.realpath(other) in below:
        raise mistake(f"`{name.value}` extends itself in a circle", name)
    text = read_text(other, _shown(other))
    if text is None:
        raise mistake(f"there is no file `{name.value}`", name, suggest(name.value, _beside(other, name.value)))
    whole = _whole(read_yaml(text, _shown(other)), other, base, below)
    return whole._replace(value={key: value for key, value in whole.value.items() if key != "extends"})


def _beside(path: str, typed: str) -> list[str]:
    """The YAML files in the folder where a missing one was looked for, spelled as it was."""
    folder = os.path.dirname(path)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    known = [name for name in names if name.endswith((".yaml", ".yml")) and name != CONFIG]
    return [os.path.join(os.path.dirname(typed), name) for name in known]


# Targets ---------------------------------------------------------------------------------------------------------


def _check_targets(config: Config, node: Node) -> None:
    """Raise SetupError for the first target that is of no kind, or has a key that nobody knows or a value that its kind
    cannot have."""
    from vaultkit.publish.place import destination
    from vaultkit.schema.exact import keys_of

    names: set[str] = set()
    for index, target in enumerate(config.publish.targets):
        written = node.at(("publish", "targets", index))
        try:
            models = destination(target).options
        except SetupError as error:
            raise mistake(error.what, written.at((error.where,)), error.do) from error
        known = {*keys_of(TargetConfig), *(key for model in models for key in model.known_keys())}
        for key in target.own:
            if key not in known:
                raise mistake(f"there is no key `{key}` here", written.at((key,)), suggest(key, sorted(known)))
        for model in models:
            own = {key: written.value[key] for key in target.own if key in model.known_keys()}
            model.read(written._replace(value=own))
        if target.name in names:
            raise mistake(f"there are two targets `{target.name}`", written.at(("name",)), "give each a `name`")
        names.add(target.name)


def _check_places(config: Config, node: Node, root: str) -> None:
    """Raise SetupError when there is no target, or when two would take each other's place."""
    from vaultkit.publish.place import destination, folder_of

    if not config.publish.targets:
        do = "name a target, or leave `targets` out for a site"
        raise mistake("there is no target to publish to", node.at(("publish", "targets")), do)
    taken: dict[object, str] = {}
    for index, target in enumerate(config.publish.targets):
        address = getattr(destination(target).place, "address", lambda target: None)(target)
        for place in (folder_of(target, root), *([(target.kind, address)] if address else [])):
            if place in taken:
                raise mistake(
                    f"the targets `{taken[place]}` and `{target.name}` are published to the same place",
                    node.at(("publish", "targets", index)),
                    "give each a place of its own; what one of them makes, the other would take away",
                )
            taken[place] = target.name


def _at_home(config: Config) -> Config:
    """The configuration with the slug style of the first target's form, where none is written: whoever publishes to
    Jekyll has the addresses that Jekyll makes, by the settings of the blog that the target has."""
    from vaultkit.publish.place import destination

    slug, first = config.publish.slug, config.publish.targets[0]
    style = destination(first).form.style
    if style == slug.style or "style" in slug.written:
        return config
    told = {"style": style} | (_of_blog(first) if style == "jekyll" else {})
    told = {name: value for name, value in told.items() if name not in slug.written}
    return config.replaced(publish=config.publish.replaced(slug=slug.replaced(**told)))


def _of_blog(target: TargetConfig) -> dict[str, str]:
    """What a target says of its blog that has a say in addresses."""
    return {name: target.own[name] for name in ("permalink", "timezone") if name in target.own}


def _check_slug(config: Config, node: Node) -> None:
    """Raise SetupError for a pattern or a time zone that no blog can have."""
    slug, place = config.publish.slug, ("publish", "slug")
    if slug.written.isdisjoint(("permalink", "timezone")):
        return
    from vaultkit.publish.address import is_pattern
    from vaultkit.publish.permalinks import zone

    if not is_pattern(slug.permalink):
        do = "write a name as `pretty`, or a pattern as `/:year/:title/`"
        raise mistake(f"`{slug.permalink}` is no pattern for addresses", node.at((*place, "permalink")), do)
    try:
        zone(slug.timezone)
    except ValueError as error:
        raise mistake(str(error), node.at((*place, "timezone"))) from None


# Patterns --------------------------------------------------------------------------------------------------------


def _check_patterns(config: Config) -> None:
    """Raise SetupError for the first glob or pattern that cannot be used."""
    for path, read, source in _patterns(config):
        try:
            read(source)
        except PatternError as error:
            raise SetupError(f"`{source}` cannot be used: {error}", where=config.where(*path)) from error


def _patterns(config: Config) -> Iterator[tuple[_Path, Callable[[str], object], str]]:
    for index, glob in enumerate(config.notes.exclude):
        yield ("notes", "exclude", index), Glob, glob
    for index, use in enumerate(config.schemas):
        yield from _match_patterns(use.match, ("schemas", index, "match"))
    for index, override in enumerate(config.overrides):
        yield from _match_patterns(override.match, ("overrides", index, "match"))
    for index, glob in enumerate(config.publish.select.path):
        yield ("publish", "select", "path", index), Glob, glob


def _match_patterns(match: Match, path: _Path) -> Iterator[tuple[_Path, Callable[[str], object], str]]:
    for index, glob in enumerate(match.path):
        yield (*path, "path", index), Glob, glob
    if match.filename is not None:
        yield (*path, "filename"), pattern_test, match.filename
    for index, inner in enumerate(match.any):
        yield from _match_patterns(inner, (*path, "any", index))
