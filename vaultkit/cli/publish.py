"""`vaultkit publish`: the notes that pass, as a site."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from vaultkit.cli._command import Command
from vaultkit.cli._vault import colored, config_of, progress, root_of, say

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from vaultkit.cli._plan import Line, Told
    from vaultkit.config import Config, TargetConfig
    from vaultkit.publish.outcome import Outcome
    from vaultkit.publish.plan import Plan
    from vaultkit.render.workers import RenderPool
    from vaultkit.session import Session
    from vaultkit.vault.cache import Memory
    from vaultkit.vault.settled import Settled

    Act = Callable[[TargetConfig, str], Plan]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `publish`."""
    add = parser.add_argument
    add("--output", metavar="DIR", help="where to publish (default: as configured, else VAULT-site beside the vault)")
    add("--dry-run", action="store_true", help="only tell what would be done")
    add("--diff", metavar="NOTE", help="only show what would change on the page of a note")
    add("--json", action="store_true", help="print one JSON document")
    add("--force", action="store_true", help="replace and delete files that somebody else made or edited")
    add("--allow-mass-withdraw", action="store_true", help="withdraw even if many notes vanished at once")
    add("--trust-vault-config", action="store_true", help="agree to the commands that the configuration names")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Check, decide, publish, and say what became of it; every target is tried. The exit code is 1 when something of
    ours is not as it should be in a published folder, 2 when a target failed."""
    from vaultkit.vault.settled import Settled

    settled = Settled(root_of(args), (args.config and os.path.abspath(args.config), args.output))
    session, memory = _opened(args)
    try:
        return _run(args, session, settled)
    finally:
        memory.finish()
        session.close()


def _run(args: argparse.Namespace, session: Session, settled: Settled) -> int:
    if args.diff:
        from vaultkit.cli._page_diff import show_diff

        return show_diff(session, args)
    stamp = "" if session.frozen or args.force or args.dry_run else settled.stamp(*session.seen_last, session.config)
    known = settled.told(stamp) if stamp else None
    if known is not None:
        _tell_again(known, args)
        return 0
    from vaultkit.cli._outcome import document
    from vaultkit.publish.settling import nothing_left

    made = carried_out(session, args, lambda target, output: carry_out(session, target, output, args))
    left = [nothing_left(item) for item in made] if stamp else []
    if left and all(left):
        settled.keep(stamp, [item for item in left if item])
    if args.json:
        sys.stdout.write(document(made))
    return told(made, args, session)


def _tell_again(known: list[dict[str, Any]], args: argparse.Namespace) -> None:
    """Say what was said when nothing was left to do."""
    if args.json:
        from vaultkit.cli._outcome import as_document

        sys.stdout.write(as_document(known))
        return
    for item in known:
        _tell(item, item["output"], args)


def told(
    made: list[Outcome],
    args: argparse.Namespace,
    session: Session,
    say_of: Callable[[Plan, str, argparse.Namespace], None] | None = None,
) -> int:
    """Say what became of all targets, unless as a document; the exit code. `say_of` tells of one, if not `tell`."""
    from vaultkit.cli._door import USAGE
    from vaultkit.cli._outcome import complain_of

    for item in made:
        if item.plan and not args.json:
            (say_of or tell)(item.plan, item.output, args)
        if item.error:
            complain_of(item, len(made) > 1)
    if any(item.error for item in made):
        return USAGE
    return 1 if session.frozen or any(item.plan and item.plan.conflicts for item in made) else 0


def carried_out(session: Session, args: argparse.Namespace, act: Act, ask: bool = True) -> list[Outcome]:
    """What becomes of all targets. A command that nobody has agreed to yet is asked about first."""
    from vaultkit.cli._trust import agrees
    from vaultkit.publish.outcome import outcome
    from vaultkit.publish.trust import Unconfirmed

    made = []
    for number, (target, output) in enumerate(places(session)):
        item = outcome(act, target, output)
        where = session.config.where("publish", "targets", number, "run")
        if ask and isinstance(item.error, Unconfirmed) and agrees(item.error, where, session.root, args):
            item = outcome(act, target, output)
        made.append(item)
    return made


def open_session(args: argparse.Namespace) -> Session:
    """The vault, checked once. `--output` counts as one of its outputs: what lies there are no notes."""
    session, memory = _opened(args)
    memory.finish()
    return session


def _opened(args: argparse.Namespace) -> tuple[Session, Memory]:
    """The same, and where it is remembered, which may be finished later."""
    from vaultkit.reports._look import show

    session, memory = _checked(args, root_of(args))
    for folder, reason in session.frozen.items():
        say(f"vaultkit: {show(folder) or 'the vault'}: cannot look into this folder, so it stays as it was: {reason}")
    if session.anew:
        _remark(session)
    return session, memory


def _remark(session: Session) -> None:
    """Say what is excluded or selected in other letters than its own: others than was meant may be public."""
    from vaultkit.schema.remarks import on_letters

    for remark in on_letters(session.config, {*session.index.notes, *session.index.files}):
        say(f"vaultkit: {remark.where}: {remark.what}")


def _checked(args: argparse.Namespace, root: str) -> tuple[Session, Memory]:
    """The vault, checked with what a check remembers, where a check runs the rules about publishing too; else with a
    memory of our own."""
    from vaultkit.cli.check import options
    from vaultkit.session import Session
    from vaultkit.vault.cache import Memory, cache_folder

    def config() -> Config:
        found = config_of(args, root)
        if "publish" not in found.written:
            raise _Apart
        return found

    renderers = cache(_renderers)
    if not args.output:
        with suppress(_Apart):
            memory = Memory(root)
            session = Session.open(root, config, None, memory, options(args.config))
            _refresh(session, memory, renderers)
            if "publish" in session.config.written:
                return session, memory
    memory = Memory(root, os.path.join(cache_folder(), "publishing"))
    known = (args.config and os.path.abspath(args.config), args.output and os.path.abspath(args.output))
    given = lambda: published_to(config_of(args, root), root, args.output)  # noqa: E731
    session = Session.open(root, given, None, memory, known)
    _refresh(session, memory, renderers)
    return session, memory


class _Apart(Exception):
    """The configuration says nothing of publishing, so a check remembers other findings than a publish needs."""


def _refresh(session: Session, memory: Memory, renderers: Callable[[], RenderPool]) -> None:
    """Look at the vault. If it is for the first time the renderers get ready meanwhile, and what is found is remembered
    while they are busy."""
    if session.anew:
        pool, memory.later = renderers(), True
        session.setup  # noqa: B018 - what is wrong with it is said before the publisher is loaded
        from vaultkit.publisher import Publisher

        session.publisher = Publisher(session, pool)
        session.publisher.meanwhile = memory.finish
    session.once = True
    with progress(quiet=False) as session.seen:
        session.refresh()


def _renderers() -> RenderPool:
    from vaultkit.render.workers import RenderPool
    from vaultkit.together import is_shared

    pool = RenderPool()
    if is_shared():
        pool.begin()
    return pool


def published_to(config: Config, root: str, output: str | None) -> Config:
    """The configuration with `output` as its only place: that of the target which is published there, or of the
    first."""
    if not output:
        return config
    from vaultkit.publish.place import folder_of

    place, targets = os.path.abspath(output), config.publish.targets
    chosen = next((item for item in targets if folder_of(item, root) == place), targets[0])
    only = config.publish.replaced(targets=(chosen.replaced(output=place),))
    return config.replaced(publish=only)


def places(session: Session) -> list[tuple[TargetConfig, str]]:
    """The targets to publish, each with its folder."""
    from vaultkit.publisher import outputs

    return outputs(session.config, session.root)


def site_of(session: Session) -> str:
    """The folder of the first target that has pages to look at; of the first one when none has."""
    from vaultkit.publish.place import staying_here

    every = places(session)
    return next((output for target, output in every if staying_here(target).kind == "site"), every[0][1])


def carry_out(
    session: Session, target: TargetConfig, output: str, args: argparse.Namespace, generation: int = 0
) -> Plan:
    """Publish to one folder, or make the plan of it, as the options say; also when it is refused."""
    from vaultkit.publish.plan import Refused
    from vaultkit.publish.press import Wish

    act = session.plan if args.dry_run else session.publish
    try:
        with progress(quiet=False, doing="Publishing") as session.publisher.seen:
            return act(target, output, Wish(args.force, args.allow_mass_withdraw, generation))
    except Refused as error:
        return error.plan


def tell(plan: Plan, output: str, args: argparse.Namespace) -> None:
    """Say what was done, or with `--dry-run` what would be."""
    tell_news(plan, output, args, ())


def tell_news(plan: Plan, output: str, args: argparse.Namespace, said: Collection[Line]) -> list[Line]:
    """Say what was done, without the lines that were `said` before; all that there is to say of notes now."""
    from vaultkit.publish.plan_json import as_json

    return _tell(as_json(plan, output), output, args, said)


def _tell(told: Told, output: str, args: argparse.Namespace, said: Collection[Line] = ()) -> list[Line]:
    from vaultkit.cli._plan import everything, summary, troubles, written
    from vaultkit.reports._look import show

    dry = getattr(args, "dry_run", False)
    lines = list(everything(told) if dry else troubles(told))
    sys.stdout.write(written((line for line in lines if line not in said), colored(args.color)))
    sys.stdout.flush()
    say(summary(told, seen_from_here(output), dry))
    for sentence in told["delivered"]:
        say(show(sentence))
    return lines


def seen_from_here(output: str) -> str:
    """The folder as a person at this terminal would write it: relative when it lies below the working folder."""
    way = os.path.relpath(output)
    return output if way.split(os.sep)[0] == ".." else way


publish = Command(
    "publish the notes that pass, withdraw those that are gone or deny it",
    arguments,
    run,
    "What is published is a folder of its own; beside it a hidden folder keeps earlier editions and the last good "
    "version of every note.",
)
