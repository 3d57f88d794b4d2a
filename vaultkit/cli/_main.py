"""The way in. `--version` is answered here, before anything else is imported."""

import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments and arguments[0] in ("--version", "-V"):
        from vaultkit._version import VERSION

        sys.stdout.write(f"vaultkit {VERSION}\n")
        return 0
    from vaultkit.cli._door import run

    return run(arguments)
