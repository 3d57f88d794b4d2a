"""`vaultkit merge`: the reports of several runs, which checked a part of the notes each, as one."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, cast

from vaultkit.cli._command import Command
from vaultkit.cli._vault import root_of, say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.model.diagnostic import CheckResult, Diagnostic
    from vaultkit.model.note import NotePath
    from vaultkit.reports._finding import Document, Part, Tool
    from vaultkit.vault.files import Vault

    Text = Callable[[NotePath], str]

_MADE = "make them with `vaultkit check --shard K/N --output-format json -o FILE`"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `merge`."""
    from vaultkit.cli.check import reporting_arguments

    parser.add_argument("reports", nargs="+", metavar="REPORT", help="what `check --shard --output-format json` wrote")
    reporting_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Put the parts together and report them as one check would; the exit code is that of such a check."""
    from vaultkit import registry
    from vaultkit.cli._output import expect_place
    from vaultkit.cli.check import exit_code, summary, write
    from vaultkit.vault.files import Vault

    report = registry.load("vaultkit.reports", args.output_format)
    root = root_of(args)
    if args.output:
        expect_place(args.output, root)
    result = merged([(name, _read(name)) for name in args.reports], Vault(root))
    write(args, report, result, root, aside=False)
    if not args.quiet:
        apart = args.output_format == "text" and result.diagnostics and not args.output
        say("\n" * bool(apart) + summary(result))
    return exit_code(args, result)


def merged(documents: list[tuple[str, Document]], vault: Vault) -> CheckResult:
    """What one check of the whole vault would have come to.

    Raises SetupError when a part is missing, there twice or of another check, or when a note is not as it was then.
    """
    from vaultkit.model.diagnostic import CheckResult
    from vaultkit.reports._finding import diagnostic_of, path_of
    from vaultkit.vault.files import Gone

    @cache
    def text(path: NotePath) -> str:
        try:
            return vault.read(path).text
        except Gone:
            return ""

    try:
        parts = list(_whole(documents))
        found = [diagnostic_of(item) for _, document in documents for item in document["findings"]]
        paths = sorted({path_of(place) for part in parts for place in part["checked"]})
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise SetupError("these are no reports as `vaultkit check` writes them", do=_MADE) from error
    _expect_unchanged(documents, found, text)
    return CheckResult(tuple(sorted(found, key=lambda item: item.order)), tuple(paths), text)


def _read(name: str) -> Document:
    """A report. Raises SetupError for another file."""
    import json

    try:
        with open(name, "rb") as file:
            document = json.load(file)
    except OSError as error:
        raise SetupError(f"this report cannot be read: {error.strerror}", where=name) from error
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("version") != 1 or document.get("tool", {}) != _tool():
        raise SetupError(f"this is no report of vaultkit {_tool()['version']}", where=name, do=_MADE)
    return cast("Document", document)


def _tool() -> Tool:
    from vaultkit._version import VERSION

    return {"name": "vaultkit", "version": VERSION}


def _whole(documents: list[tuple[str, Document]]) -> Iterator[Part]:
    """The parts, when each is there once."""
    known: dict[int, str] = {}
    of = documents[0][1].get("shard", {}).get("of", 0)
    for name, document in documents:
        part = document.get("shard")
        if part is None:
            raise SetupError("this is the report of a whole check, and no part of one", where=name)
        if part["of"] != of:
            raise SetupError(f"this is one of {part['of']} parts, the others are of {of}", where=name)
        if part["number"] in known:
            raise SetupError(f"part {part['number']} is there twice", where=name, do=f"see {known[part['number']]}")
        known[part["number"]] = name
        yield part
    missing = [str(number) for number in range(1, of + 1) if number not in known]
    if missing:
        do = f"run `vaultkit check --shard {missing[0]}/{of} --output-format json`, and name its report here"
        raise SetupError(f"of {of} parts, these are missing: {', '.join(missing)}", do=do)


def _expect_unchanged(documents: list[tuple[str, Document]], found: Iterable[Diagnostic], text: Text) -> None:
    """Raise SetupError when a finding points at other words now than it did when it was written."""
    from vaultkit.lint.fingerprint import fingerprint

    written = (finding["fingerprint"] for _, document in documents for finding in document["findings"])
    for known_by, item in zip(written, found, strict=True):
        if fingerprint(item, text(item.path)) != known_by:
            do = "merge in a checkout of what was checked"
            raise SetupError("this note is not as it was when it was checked", where=item.path, do=do)


merge = Command("put the reports of a divided check together", arguments, run)
