"""Fuzzes one of the targets with coverage as the guide; needs atheris (`pip install atheris`).

python tests/fuzz/fuzz.py scanner -max_total_time=60        (more words go to libFuzzer)
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["vaultkit"]):
    from targets import TARGETS


def main() -> None:
    """Run until something is found, or the time is over."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        raise SystemExit(f"{__doc__}\n    targets: {', '.join(TARGETS)}")
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


main()
