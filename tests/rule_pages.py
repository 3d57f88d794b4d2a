"""The pages of the rules in docs/rules: made of each rule's own words and of the first case that shows it.

`VAULTKIT_REWRITE=1 pytest tests/test_rule_pages.py` writes them; the test compares.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path

from casefile import EXPECTED, Case, Fenced, read_cases
from vaultkit import registry
from vaultkit.lint.described import fixes_of, options_of, severity_of, summary_of
from vaultkit.lint.rule import Rule

FOLDER = Path(__file__).parent.parent / "docs" / "rules"
INDEX = "index.md"
_LONGEST = 30
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_MADE = "<!-- Made of the rule and its cases by tests/test_rule_pages.py. -->"


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    rules = [registry.load("vaultkit.rules", name) for name in registry.names("vaultkit.rules")]
    cases = read_cases("rules")
    made = {f"{rule.name}.md": _page(rule, [case for case in cases if case.rule == rule.name]) for rule in rules}
    return {INDEX: _index(rules), **made}


def _index(rules: list[Rule]) -> str:
    lines = [
        "---",
        "description: Every rule with its severity, its fix and what it finds.",
        "---",
        "",
        "# All rules",
        "",
        _MADE,
        "",
        "Each rule has a severity of its own, which [the configuration](../reference/configuration.md) changes for the"
        " whole vault or for some notes; `off` means that it runs only when the configuration gives it one. A fix is"
        " *safe* when it may be applied unattended. What is meant to be as it is can be"
        " [suppressed](suppression-unused.md) at its place.",
        "",
        "| Rule | Severity | Fix | What it finds |",
        "| :-- | :-- | :-- | :-- |",
    ]
    lines += [
        f"| [{rule.name}]({rule.name}.md) | {severity_of(rule)} | {_fix(rule)} | {_cell(summary_of(rule))} |"
        for rule in rules
    ]
    return "\n".join(lines) + "\n"


def _page(rule: Rule, cases: list[Case]) -> str:
    parts = [_properties(rule), f"# {rule.name}", _MADE, _body(rule), "## Settings"]
    parts.append(f"Severity: {severity_of(rule)}. Fix: {fixes_of(rule)}.")
    if options := options_of(rule):
        rows = ["| Option | Type | Default | Meaning |", "| :-- | :-- | :-- | :-- |"]
        rows += [
            f"| `{item.name}` | {_cell(item.type)} | `{json.dumps(item.default)}` | {_cell(item.meaning)} |"
            for item in options
        ]
        parts.append("\n".join(rows))
    if example := _example(rule, cases):
        parts += ["## Example", *example]
    parts.append("All rules: [index](index.md).")
    return "\n\n".join(parts) + "\n"


def _properties(rule: Rule) -> str:
    about = {"severity": severity_of(rule), "fix": rule.fixable}
    return "\n".join(
        ("---", *(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in about.items()), "---")
    )


def _body(rule: Rule) -> str:
    """The rule's own words; what is set in by four is the configuration, as a block that is coloured."""
    return re.sub(
        r"(?:^    .*\n?(?:\n(?=    ))?)+",
        lambda block: "```yaml\n" + re.sub(r"^    ", "", block[0], flags=re.MULTILINE).rstrip() + "\n```\n",
        rule.doc + "\n",
        flags=re.MULTILINE,
    ).rstrip()


def _example(rule: Rule, cases: list[Case]) -> list[str]:
    """The files and the findings of the first case that shows the rule and is easy to read."""
    for longest in (_LONGEST, 10 * _LONGEST):
        for case in cases:
            lines = case.findings.lines if case.findings else []
            files = [file for file in case.files if not file.ways & {"latin1", "link", "pipe"} and _is_shown(file)]
            fitting = sum(len(file.lines) for file in files) + len(lines) <= longest
            if fitting and len(files) == len(case.files) and any(f"[{rule.name}]" in line for line in lines):
                named = [(f"`{file.name}`:", _fenced(file.kind, file.lines)) for file in files if file.lines]
                found = _fenced("text", [line for line in lines if not line.startswith("  ")])
                return [*chain(*named), "What is found:", found]
    return []


def _is_shown(file: Fenced) -> bool:
    is_counted = any(way[1:].isdecimal() for way in file.ways)
    return file.kind not in EXPECTED and not is_counted and not _CONTROL.search("".join(file.lines))


def _fenced(info: str, lines: list[str]) -> str:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}{info}", *lines, fence))


def _fix(rule: Rule) -> str:
    return "–" if rule.fixable == "no" else rule.fixable


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
