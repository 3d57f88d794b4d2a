"""For services that read test results: each finding is a failed test, each note without one a test that passed.

A test is called as the rule and belongs to the note; equal names in one note are counted. The same findings give the
same bytes, so no time is told: the suite's is the first second of 1970.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vaultkit._version import VERSION
from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.reports._look import Lines, Look, sentence, show

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def junit(result: CheckResult, look: Look) -> str:
    """The findings as an XML document in the form of JUnit's results."""
    lines = Lines(result.text)
    failed = {item.path for item in result.diagnostics}
    tests = [
        *(_failed(item, name, lines, look) for item, name in _named(result)),
        *(_passed(look.path(path)) for path in result.paths if path not in failed),
    ]
    counts = f'tests="{len(tests)}" failures="{len(result.diagnostics)}" errors="0"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
        f'  <testsuite name="vaultkit" package="vaultkit" id="0" {counts} time="0" '
        'timestamp="1970-01-01T00:00:00" hostname="localhost">\n'
        f'    <properties>\n      <property name="version" value="{VERSION}"/>\n    </properties>\n'
        + "".join(tests)
        + "    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n"
    )


def _named(result: CheckResult) -> Iterator[tuple[Diagnostic, str]]:
    """Each finding with a name that it alone has in its note."""
    seen: Counter[tuple[str, str]] = Counter()
    for item in result.diagnostics:
        seen[item.path, item.rule] += 1
        count = seen[item.path, item.rule]
        yield item, item.rule if count == 1 else f"{item.rule} {count}"


def _failed(item: Diagnostic, name: str, lines: Lines, look: Look) -> str:
    line, column = lines[item.path].position(item.span.start)
    path, words = look.path(item.path), sentence(item).translate(_ESCAPES)
    return (
        f"    {_case(path, name)}>\n"
        f'      <failure type="{item.severity.label}" message="{words}">'
        f"{path.translate(_ESCAPES)}:{line}:{column}: {words}</failure>\n"
        "    </testcase>\n"
    )


def _passed(path: str) -> str:
    return f"    {_case(path, 'no finding')}/>\n"


def _case(path: str, name: str) -> str:
    return f'<testcase classname="{path.translate(_ESCAPES)}" name="{show(name).translate(_ESCAPES)}" time="0"'
