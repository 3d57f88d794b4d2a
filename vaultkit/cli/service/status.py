"""`vaultkit service status`: whether the watch of a vault runs in the background."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from vaultkit.cli import _service
from vaultkit.cli._command import Command


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `service status`."""
    _service.arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Say how it stands; the exit code is 1 unless each is installed, runs, and may write where it must."""
    manager = _service.manager_of(args)
    found = [_found(_service.Service.of(root, manager)) for root in _service.roots_of(args, missing=True)]
    if args.json:
        sys.stdout.write(json.dumps({"version": 1, "services": found}, indent=2) + "\n")
    else:
        sys.stdout.write("".join(_words(item) for item in found))
    return 0 if all(item["runs"] and not item["out_of_reach"] for item in found) else 1


def _found(service: _service.Service) -> dict[str, Any]:
    from vaultkit.watching.instance import holder

    seal = service.seal()
    state = service.manager.state(service.name) if seal in ("ours", "edited") else None
    watch = holder(service.root)
    return {
        "vault": service.root,
        "file": service.file,
        "installed": {None: "no", "foreign": "no"}.get(seal, seal),
        "runs": bool(state and state.runs),
        "state": state.words if state else "",
        "out_of_reach": _service.out_of_reach(service) if seal == "ours" else [],
        "watch": watch and {"pid": watch.pid, "since": watch.since},
    }


def _words(item: dict[str, Any]) -> str:
    from vaultkit.reports._look import show
    from vaultkit.watching.instance import clock

    if item["installed"] == "no":
        told = "not installed; `vaultkit service install` does it"
    else:
        edited = ", its file was edited" if item["installed"] == "edited" else ""
        told = f"installed{edited}: {show(item['state'])}"
    watch = item["watch"]
    runs = f"; a watch runs, process {watch['pid']}, since {clock(watch['since'])}" if watch else "; no watch runs"
    barred = "".join(
        f"  It may not write to {show(folder)}, as it must by now: run `vaultkit service install` again, as you did.\n"
        for folder in item["out_of_reach"]
    )
    return f"{show(item['vault'])}: {told}{runs}\n{barred}"


status = Command("tell whether the watch of a vault runs in the background", arguments, run)
