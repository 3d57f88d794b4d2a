"""`vaultkit init`: a configuration and schemas that the notes there are satisfy already."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._vault import root_of, say
from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath

if TYPE_CHECKING:
    from vaultkit.schema.infer import Group, Learned

_SHOWN = 6


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `init`."""
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="print the files, and write nothing")


def run(args: argparse.Namespace) -> int:
    """Learn, say what was learned, and write it when the person agrees."""
    from vaultkit.schema.infer.writing import config_text, schema_text
    from vaultkit.vault.root import CONFIG

    root = root_of(args)
    _expect_no_configuration(args, root)
    learned = _learned(args, root)
    files = {
        **{NotePath(f"schemas/{group.draft.name}.yaml"): schema_text(group.draft) for group in learned.groups},
        NotePath(CONFIG): config_text(learned),
    }
    _expect_free(root, learned)
    sys.stdout.write(_decisions(learned))
    if args.dry_run:
        sys.stdout.writelines(f"\n--- {path}\n{text}" for path, text in sorted(files.items(), reverse=True))
        return 0
    if not args.yes and not _agreed(learned):
        say("Nothing was written.")
        return 0
    _write(root, files)
    say(f"Wrote {_files(learned)}. {_next(learned)}")
    return 0


def _expect_no_configuration(args: argparse.Namespace, root: str) -> None:
    from vaultkit.vault.root import CONFIG
    from vaultkit.vault.settings import load_config

    if args.config is not None:
        raise SetupError("`init` writes `vaultkit.yaml` at the vault's root", do="leave out --config")
    path = os.path.join(root, CONFIG)
    if os.path.lexists(path):
        do = "`vaultkit schema infer PATH` prints a schema for some notes, to be added by hand"
        raise SetupError("there is a configuration already, and nothing was written", where=path, do=do)
    load_config(root)  # says so when there is one under a name that is not read


def _learned(args: argparse.Namespace, root: str) -> Learned:
    from vaultkit.cli._vault import unchecked
    from vaultkit.schema.infer import learn
    from vaultkit.vault.obsidian import ObsidianSettings
    from vaultkit.vault.templates import template_folders

    session = unchecked(args, root)
    notes = [note for path, note in session.index.notes.items() if session.setup.checks(path)]
    if not notes:
        raise SetupError("there is no note here to learn from", where=root, do="give the vault with --vault DIR")
    return learn(notes, session.text, ObsidianSettings.load(root).types, template_folders(root))


def _expect_free(root: str, learned: Learned) -> None:
    """Raise SetupError when a schema that would be written is there already."""
    from vaultkit.vault.schemas import Schemas

    schemas = Schemas(root)
    for group in learned.groups:
        for file in schemas.own(group.draft.name):
            what = f"there is a schema `{group.draft.name}` already, and nothing was written"
            raise SetupError(what, where=os.path.join(root, file), do="move it away, or write vaultkit.yaml by hand")


def _decisions(learned: Learned) -> str:
    """What was decided, group by group, and how many notes would fail."""
    from vaultkit.reports._look import show

    grouped = len(learned.grouped)
    lines = [f"{grouped} of {_count(learned.notes, 'note')} are in {_count(len(learned.groups), 'group')}:", ""]
    if not learned.groups:
        lines = [f"No group was found among {_count(learned.notes, 'note')}: they have nothing in common.", ""]
    for group in learned.groups:
        lines += [show(line) for line in _decided(group)]
    for folder in learned.templates:
        lines.append(f"Left out, as templates: {show(folder)}/")
    if learned.groups:
        lines.append(f"Of the notes in groups, {_fail(len(learned.failing), grouped)}.")
    return "\n".join(lines) + "\n"


def _decided(group: Group) -> list[str]:
    draft = group.draft
    lines = [f"  {draft.name}: {_count(len(draft.notes), 'note')}, found by {_found_by(group.match)}"]
    if draft.required:
        lines.append(f"    always: {_listed(draft.required)}")
    if draft.sections:
        lines.append(f"    sections: {_listed(draft.sections)}")
    optional = [name for name in draft.words.get("properties", {}) if name not in draft.required]
    if optional:
        lines.append(f"    sometimes: {_listed(optional)}")
    return [*lines, f"    {_fail(len(draft.failing), len(draft.notes))}", ""]


def _found_by(match: dict[str, object]) -> str:
    if not match:
        return "being in the vault"
    parts = []
    for way, value in match.items():
        if isinstance(value, dict):
            parts += [f"`{name}: {wanted}`" for name, wanted in value.items()]
        elif isinstance(value, list):
            parts.append(f"{way} {_listed([str(item) for item in value])}")
        else:
            parts.append(f"{way} `{value}`")
    return " and ".join(parts)


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(f"`{name}`" for name in names[: _SHOWN + (more == 1)])
    return shown + (f" and {more} more" if more > 1 else "")


def _fail(failing: int, total: int) -> str:
    return f"{failing or 'none'} of {total} would fail" if total else "no note would fail"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + "s" * (number != 1)


def _files(learned: Learned) -> str:
    """What is written, in words."""
    return "vaultkit.yaml" + (f" and {_count(len(learned.groups), 'schema')}" if learned.groups else "")


def _agreed(learned: Learned) -> bool:
    """Whether the person at the terminal says yes. Raises SetupError when nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        do = "`--yes` writes it; `--dry-run` prints the files"
        raise SetupError("nobody is at a terminal to be asked, so nothing was written", do=do)
    sys.stdout.write(f"\nWrite {_files(learned)}? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _write(root: str, files: dict[NotePath, str]) -> None:
    from vaultkit.vault.create import create_files
    from vaultkit.vault.files import Vault

    vault = Vault(root)
    try:
        create_files(vault, {path: text.encode() for path, text in files.items()})
    finally:
        vault.close()


def _next(learned: Learned) -> str:
    if not learned.failing:
        return "`vaultkit check` tells what else is in the notes."
    return "`vaultkit check` shows what fails; `vaultkit check --write-baseline` keeps it for later."


init = Command(
    "write a configuration and schemas that the notes there are satisfy already",
    arguments,
    run,
    "Notes that look alike become a group with a schema that at least 95 % of them satisfy. Nothing that is there is "
    "ever overwritten.",
)
