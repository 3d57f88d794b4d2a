"""vaultkit for scripts: what the commands `check` and `publish` do, as functions that return values and raise errors.

    import vaultkit

    result = vaultkit.check("Notes")
    for finding in result.diagnostics:
        print(finding.path, result.position(finding).line, finding.message)

Nothing is printed, nobody is asked, and the process does not end: what is wrong around the notes is a `VaultkitError`.
Whoever goes on looking at a vault opens a `Session`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError
from vaultkit.vault.root import find_root

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.model.diagnostic import CheckResult
    from vaultkit.publish.plan import Plan
    from vaultkit.session import Session

AnyPath = str | os.PathLike[str]
"""A path, as everywhere in Python: from the current folder, unless it is absolute."""


def check(
    path: AnyPath = ".",
    *,
    config: AnyPath | None = None,
    select: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    baseline: AnyPath | None = None,
    cache: bool = True,
) -> CheckResult:
    """The findings of a vault, or of a note or folder in it; the same as `vaultkit check` reports.

    The vault is found from `path` upward. `config` is a configuration file, `vaultkit.yaml` at the vault's root when
    None. `select` runs only these rules, `extend_select` these as well, and `ignore` runs all but these. Findings in
    the `baseline` are left out: the file that is named, or as configured when None; with "" all are reported. With
    `cache`, only what changed since the last check is read, and what was found is remembered outside the vault.

    Raises SetupError when there is no vault, when its configuration, schemas or baseline are not usable, when there is
    no rule of a name, or when a folder cannot be looked into.
    """
    from vaultkit.cli._baseline import Baseline
    from vaultkit.cli._choice import chosen
    from vaultkit.cli._paths import notes_at
    from vaultkit.session import Session
    from vaultkit.setup import as_checked
    from vaultkit.vault.cache import Memory

    given, root = os.fspath(path), _root(path)
    choices = (tuple(select), tuple(ignore), tuple(extend_select))
    file = config and os.path.abspath(config)
    session = Session.open(
        root,
        lambda: chosen(as_checked(_config(root, config)), *choices),
        memory=Memory(root) if cache else None,
        options=(file, *choices),
    )
    session.refresh()
    _expect_all_seen(session)
    known = Baseline(session, None if baseline is None else os.fspath(baseline))
    whole = os.path.realpath(given) == os.path.realpath(root)
    return known.new(session.diagnostics(None if whole else tuple(notes_at(given, root, session))))


def publish(
    path: AnyPath = ".",
    *,
    config: AnyPath | None = None,
    output: AnyPath | None = None,
    dry_run: bool = False,
    force: bool = False,
    allow_mass_withdraw: bool = False,
) -> tuple[Plan, ...]:
    """Publish the notes of a vault that pass, as `vaultkit publish` does; what was done, one plan for each target.

    The vault is found from `path` upward. `config` is a configuration file, `vaultkit.yaml` at the vault's root when
    None. `output` is the only folder that is published to, instead of those that are configured. `dry_run` only tells
    what would be done. `force` replaces and deletes files in a published folder that somebody else made or edited;
    without it they are the plan's `conflicts`. `allow_mass_withdraw` withdraws even if many notes vanished at once.

    Every target is tried; then the first that failed is raised, and the others are its notes (`add_note`). Raises
    SetupError when there is no vault, when its configuration or schemas are not usable, when a folder of it cannot be
    looked into, when too much would vanish at once, or when a target would run a command that nobody agreed to;
    TargetError when a target cannot be written; BusyError when somebody else publishes there.
    """
    from vaultkit.cli.publish import published_to
    from vaultkit.publish.outcome import outcome
    from vaultkit.publish.press import Wish
    from vaultkit.publisher import outputs
    from vaultkit.session import Session

    root = _root(path)
    session = Session.open(root, published_to(_config(root, config), root, os.fspath(output) if output else None))
    try:
        session.refresh()
        _expect_all_seen(session)
        act = session.plan if dry_run else session.publish
        wish = Wish(force, allow_mass_withdraw)
        made = [
            outcome(lambda target, folder: act(target, folder, wish), target, folder)
            for target, folder in outputs(session.config, root)
        ]
    finally:
        session.close()
    failed = [item.error for item in made if item.error]
    for other in failed[1:]:
        failed[0].add_note(str(other))
    if failed:
        raise failed[0]
    return tuple(item.plan for item in made if item.plan)


def report(result: CheckResult, form: str = "text") -> str:
    """The findings in an output format of `vaultkit check` (`text`, `concise`, `json`, `sarif` and so on).

    Raises SetupError when there is no format of that name.
    """
    from vaultkit import registry
    from vaultkit.reports._look import Look

    written: str = registry.load("vaultkit.reports", form)(result, Look())
    return written


def _root(path: AnyPath) -> str:
    if not os.path.exists(path):
        raise SetupError("there is nothing at this path", where=os.fspath(path), do="give a vault, or something in it")
    return find_root(os.fspath(path))


def _config(root: str, file: AnyPath | None) -> Config:
    from vaultkit.vault.settings import load_config

    return load_config(root, os.fspath(file) if file else None)


def _expect_all_seen(session: Session) -> None:
    """Raise SetupError for a folder that cannot be looked into: nobody knows what is in it."""
    for folder, reason in session.frozen.items():
        where = os.path.join(session.root, folder)
        raise SetupError(f"cannot look into this folder: {reason}", where=where, do="let it be read by who runs this")
