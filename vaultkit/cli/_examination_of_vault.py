"""What a `doctor` looks at in a vault: set-up, notes, outputs, watching, and the plugin. Nothing is changed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit.cli._examination import Point, unwritable
from vaultkit.errors import VaultkitError

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.session import Session


def vault(args: argparse.Namespace) -> Iterator[Point]:
    """The vault that is meant; where nobody says that there is one, or with a set-up that cannot be used, there is
    nothing more to look at."""
    from vaultkit.cli._vault import config_of, root_of, unchecked
    from vaultkit.lint.ruleset import layers_of

    try:
        root = root_of(args)
        marked = _marked(root)
        yield marked
        if marked.state != "ok" and args.vault is None:
            return  # it may be a person's home, with millions of files
        layers_of(config_of(args, root))
        session = unchecked(args, root)
    except VaultkitError as error:
        yield _trouble("vault", error)
        return
    yield from _setup(session)
    yield from _notes(session)
    yield from _outputs(session.config, root)
    yield from _watching(root)
    yield from _plugin(root)


def _marked(root: str) -> Point:
    from vaultkit.vault.root import CONFIG

    marks = [name for name in (CONFIG, ".obsidian") if os.path.lexists(os.path.join(root, name))]
    if not marks:
        what = f"nothing says that {root} is a vault: it has neither `{CONFIG}` nor `.obsidian`"
        return Point("vault", "remark", what, "go to your vault, or name it with --vault; `vaultkit init` sets one up")
    return Point("vault", "ok", f"the vault {root} (it has {' and '.join(f'`{name}`' for name in marks)})")


def _setup(session: Session) -> Iterator[Point]:
    from vaultkit.schema.remarks import on_all
    from vaultkit.vault.obsidian import ObsidianSettings

    setup, notes = session.setup, session.index.notes
    count = len(setup.schemas)
    schemas = f"{count} schema{'s' * (count != 1)}" if count else "no schema"
    yield Point("vault", "ok", f"configuration and schemas can be used: {schemas}")
    known = [*filter(setup.checks, notes)]
    found = [item.schema for item in setup.schemas]
    for remark in on_all(setup.config, found, notes, known, session.index.files):
        yield Point("vault", "remark", f"{remark.where}: {remark.what}")
    for words in ObsidianSettings.load(session.root).warnings:
        yield Point("vault", "remark", words)


def _notes(session: Session) -> Iterator[Point]:
    notes = session.index.notes
    for folder, reason in session.frozen.items():
        do = "let it be read by this user; until then nothing in it is checked, published or withdrawn"
        yield Point("vault", "problem", f"cannot look into the folder `{folder or session.root}`: {reason}", do)
    unreadable = [path for path in notes if notes[path].unreadable]
    if unreadable:
        more = f" and {len(unreadable) - 1} more" if len(unreadable) > 1 else ""
        yield Point("vault", "remark", f"`{unreadable[0]}`{more} cannot be read", "`vaultkit check` tells why")
    yield Point("vault", "ok", f"{len(notes)} note{'s' * (len(notes) != 1)}, {len(session.index.files)} files in all")


def _outputs(config: Config, root: str) -> Iterator[Point]:
    from vaultkit.publish.place import destination, folder_of
    from vaultkit.publish.trust import Unconfirmed

    if "publish" not in config.written:
        folder = folder_of(config.publish.targets[0], root)
        yield Point("publishing", "ok", f"no target is configured: `vaultkit publish` makes a site in {folder}")
        return
    for target in config.publish.targets:
        folder = folder_of(target, root)
        if reason := unwritable(os.path.dirname(folder)) or unwritable(folder):
            do = "let it be written by this user, or choose another `output`"
            yield Point("publishing", "problem", f"target `{target.name}`: {folder} cannot be written: {reason}", do)
            continue
        place = destination(target).place
        try:
            if place:
                place.check(target, root)
        except Unconfirmed as error:
            yield Point("publishing", "remark", f"target `{target.name}`: {error.what}", error.do)
        except VaultkitError as error:
            yield _trouble("publishing", error, f"target `{target.name}`: ")
        else:
            yield Point("publishing", "ok", f"target `{target.name}` ({target.kind}): {folder} can be written")


def _watching(root: str) -> Iterator[Point]:
    from vaultkit.vault import watchable

    kind = watchable.file_system(os.path.realpath(root))
    if watchable.changes_elsewhere(kind):
        what = f"the vault lies on {kind}, where files change unseen: `vaultkit watch` looks every two seconds instead"
        yield Point("watching", "remark", what)
        return
    most, count = watchable.most_watches(), watchable.count_folders(root)
    if most and 2 * count > most:
        what = f"the vault has {count} folders, and this system watches {most} for all programs of this user together"
        do = f"as root: sysctl fs.inotify.max_user_watches={max(8 * most, 524288)}"
        yield Point("watching", "problem" if count > most else "remark", what, do)
    else:
        where = f" on {kind}" if kind else ""
        yield Point("watching", "ok", f"{count} folders{where} can be watched" + f", of {most} at most" * bool(most))


def _plugin(root: str) -> Iterator[Point]:
    from vaultkit.cli._plugin import words
    from vaultkit.vault.plugin import Plugin, backend_file

    if not os.path.isdir(os.path.join(root, ".obsidian")):
        return
    try:
        found = Plugin(root).status()
    except VaultkitError as error:
        yield _trouble("obsidian", error)
        return
    said = words(found)
    if found.state == "absent":
        yield Point("obsidian", "ok", said, "`vaultkit plugin install` puts it there, if you want it")
    elif found.state == "current" and os.path.exists(backend_file()):
        yield Point("obsidian", "ok", said)
    else:
        do = (
            "update vaultkit"
            if found.state == "newer"
            else "`vaultkit plugin install` puts the one of this vaultkit there"
        )
        where = "; it does not know where this vaultkit is" if found.state == "current" else ""
        yield Point("obsidian", "remark", said + where, do)


def _trouble(topic: str, error: VaultkitError, before: str = "") -> Point:
    where = f"{error.where}: " if error.where else ""
    return Point(topic, "problem", f"{before}{where}{error.what}", error.do)
