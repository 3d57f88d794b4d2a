"""What the client can have done: publish, say what publishing would do, tell every problem of the vault."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from vaultkit.errors import SetupError, VaultkitError
from vaultkit.publisher import outputs

if TYPE_CHECKING:
    from vaultkit.publish.plan import Plan
    from vaultkit.server.lsp.desk import Desk
    from vaultkit.server.lsp.server import Server

Given = dict[str, Any]


class _Stopped(Exception):
    """The person cancelled it."""


def register(server: Server) -> None:
    """Offer the commands."""

    @server.command("vaultkit.publish")
    async def publish(ls: Any, *given: Any) -> Given:
        return await _with_progress(server, "Publishing", lambda step: _publish(server, _first(given), step, dry=False))

    @server.command("vaultkit.publishDryRun")
    async def dry_run(ls: Any, *given: Any) -> Given:
        return await _with_progress(server, "Looking", lambda step: _publish(server, _first(given), step, dry=True))

    @server.command("vaultkit.checkVault")
    async def check(ls: Any, *given: Any) -> Given:
        return await _with_progress(server, "Checking", lambda step: _check(server, _first(given), step))


def _first(given: tuple[Any, ...]) -> Given:
    """The argument of a command, which may be left out."""
    return given[0] if given and isinstance(given[0], dict) else {}


Step = Callable[[int, int], None]


async def _with_progress(server: Server, title: str, work: Callable[[Step], dict[str, Any]]) -> dict[str, Any]:
    """Do something long: the client is told how far it is, and may cancel it between two steps."""
    window = server.client_capabilities.window
    token = str(uuid.uuid4()) if window and window.work_done_progress else None
    progress = server.work_done_progress
    if token:
        await progress.create_async(token)
        progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True))

    def step(number: int, total: int) -> None:
        if token and progress.tokens[token].cancelled():
            raise _Stopped
        if token and total and number % 50 == 0:
            percentage = min(100, 100 * number // total)
            server.say(progress.report, token, types.WorkDoneProgressReport(percentage=percentage))

    try:
        return await server.ask(lambda: work(step))
    except _Stopped:
        return {"done": False, "message": "cancelled"}
    except VaultkitError as error:
        return {"done": False, "message": str(error)}
    finally:
        if token:
            progress.end(token, types.WorkDoneProgressEnd())


def _desk(server: Server, given: dict[str, Any]) -> Desk:
    """The vault that is meant: of the note that is named, or the only one there is."""
    uri = given.get("uri")
    place = server.place(uri) if isinstance(uri, str) else None
    if place:
        return place.desk
    desks = server.desks or tuple(filter(None, map(server.desk, server.folders()[-1:])))
    if len(desks) != 1:
        raise SetupError("it is not clear which vault is meant", do="open a note of it first")
    return desks[0]


def _publish(server: Server, given: dict[str, Any], step: Step, dry: bool) -> dict[str, Any]:
    """Publish what is on the disk. A note that is shown otherwise than it is saved would not be what was judged."""
    desk = _desk(server, given)
    if not dry:
        _expect_saved(server, desk, given)
    step(0, 1)
    plans = []
    with desk.as_saved() as session:
        for target, output in outputs(session.config, desk.root):
            plan = session.plan(target, output)
            step(0, 1)
            if not dry and not plan.refusal:
                plan = session.publish(target, output)
            plans.append((target.name, output, plan))
    server.tell(desk)
    refused = [plan.refusal.what for _, _, plan in plans if plan.refusal]
    return {
        "done": not dry and not refused,
        "message": "; ".join(refused),
        "targets": [{"name": name, "output": output, **_told(plan)} for name, output, plan in plans],
    }


def _expect_saved(server: Server, desk: Desk, given: dict[str, Any]) -> None:
    """Raise SetupError when the note that is meant is not on the disk as the client sees it."""
    place = server.place(given["uri"]) if isinstance(given.get("uri"), str) else None
    if place is None:
        return
    text = desk.text(place.path)
    if not desk.is_saved(place.path) or ("sha256" in given and sha256(text.encode()).hexdigest() != given["sha256"]):
        raise SetupError("this note is not saved yet", where=place.path, do="save it, then publish")


def _told(plan: Plan) -> dict[str, Any]:
    """A plan for a list in the client."""
    return {
        "new": list(plan.new),
        "changed": list(plan.changed),
        "unchanged": len(plan.unchanged),
        "held": [{"path": item.path, "reasons": [reason.message for reason in item.reasons]} for item in plan.held],
        "withheld": [
            {"path": item.path, "reasons": [reason.message for reason in item.reasons]}
            for item in plan.by_state("withheld")
        ],
        "withdrawn": [item.path for item in plan.withdrawn],
        "conflicts": [item.path for item in plan.conflicts],
        "urls": {path: note.url for path, note in plan.notes.notes.items()},
    }


def _check(server: Server, given: dict[str, Any], step: Step) -> dict[str, Any]:
    """Look at the whole vault, and from now on tell the findings of all notes, not only of the open ones."""
    desk = _desk(server, given)
    desk.look(step)
    step(0, 1)
    server.tell_all(desk)
    found = [item for path in desk.found for item in desk.found[path]]
    return {"done": not desk.trouble, "message": desk.trouble, "problems": len(found), "notes": len(desk.found)}
