"""`vaultkit service install`: a watch that begins when its user logs in, and is started again when it fails."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from vaultkit.cli import _service
from vaultkit.cli._command import Command, whole
from vaultkit.cli._vault import say

if TYPE_CHECKING:
    from vaultkit.watching.managers import Manager


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `service install`."""
    add = parser.add_argument
    _service.arguments(parser)
    add("--publish", action="store_true", help="publish the notes that pass, after each change")
    add("--serve", action="store_true", help="show the published site on this machine and reload open pages")
    add("--output", metavar="DIR", help="where to publish (default: as configured, else VAULT-site beside the vault)")
    add("--port", metavar="N", type=whole, default=0, help="the port of --serve (default: any free one)")
    add("--print", "--dry-run", dest="print", action="store_true", help="only show the file")
    add("--force", action="store_true", help="also over a file of ours that somebody edited")


def run(args: argparse.Namespace) -> int:
    """Write the file of each service and have it run."""
    from vaultkit.errors import SetupError
    from vaultkit.watching.service_files import WRITTEN

    manager, roots = _service.manager_of(args), _service.roots_of(args)
    if len(roots) > 1 and (args.output or args.config or args.port):
        raise SetupError("--output, --config and --port are for one vault", do="install the services one by one")
    made = []
    for root in roots:
        service = _service.Service.of(root, manager)
        made.append((service, WRITTEN[manager.name](_service.job_of(service, args))))
    if args.print:
        sys.stdout.write("\n".join(text for _, text in made))
        return 0
    _expect_manager(manager, roots[0], args)
    for service, _ in made:
        service.expect_ours(args.force)
    for service, text in made:
        _install(service, text)
    if manager.name == "systemd":
        say("It runs while you are logged in; `loginctl enable-linger` lets it run always.")
    return 0


def _expect_manager(manager: Manager, root: str, args: argparse.Namespace) -> None:
    """Raise SetupError, with what to do instead, when no service manager runs here."""
    import shlex

    from vaultkit.errors import SetupError
    from vaultkit.reports._look import show

    try:
        manager.reach()
    except SetupError as error:
        flags = " --publish" if args.publish else ""
        do = (
            f"in a container, let `vaultkit watch --vault {show(shlex.quote(root))}{flags}` be what it runs; on a "
            "machine of your own, log in at its desktop or by ssh; --print shows the file"
        )
        raise SetupError(f"no service manager runs here that would take it ({error.what})", do=do) from error


def _install(service: _service.Service, text: str) -> None:
    from vaultkit.reports._look import show
    from vaultkit.vault.cache import cache_folder
    from vaultkit.vault.folders import state_folder
    from vaultkit.watching.instance import holder

    for folder in (state_folder(), cache_folder(), os.path.dirname(service.log)):
        os.makedirs(folder, 0o700, exist_ok=True)
    other = holder(service.root)
    if other and service.seal() is None:
        say(f"A watch of {show(service.root)} runs already (process {other.pid}): the service begins when it ends.")
    news = service.written() != text
    if news:
        service.write(text)
    service.manager.start(service.name, service.file)
    done = "written" if news else "is there already"
    sys.stdout.write(f"{show(service.file)}: {done}, and the watch of {show(service.root)} was started\n")


install = Command(
    "run the watch of a vault in the background, from now on and whenever you log in",
    arguments,
    run,
    "Writes a systemd user unit, a launchd agent, or a task for Windows' Task Scheduler. It may write to the folders "
    "around its outputs and to vaultkit's own, as the configuration is now: after another output is configured, "
    "install it again (`service status` says when).",
)
