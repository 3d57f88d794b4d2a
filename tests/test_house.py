"""The rules of the house, as far as a machine can see them. Why they are so: docs/contributing.md."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from casefile import read_cases
from vaultkit import registry
from vaultkit.cli._command import Command, Group
from vaultkit.lint.rule import Rule

PROJECT = Path(__file__).parent.parent
MODULES = sorted((PROJECT / "vaultkit").rglob("*.py"))
RULES = registry.names("vaultkit.rules")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def tree(module):
    return ast.parse(module.read_text(encoding="utf-8"))


def place(module, node):
    return f"{module.relative_to(PROJECT)}:{node.lineno}"


def everywhere(find):
    """What `find` yields for the syntax tree of every module, with its place."""
    return [f"{place(module, node)} {words}" for module in MODULES for node, words in find(module, tree(module))]


def test_a_module_is_read_in_one_sitting():
    lengths = {str(module.relative_to(PROJECT)): len(module.read_text().splitlines()) for module in MODULES}
    assert {module: length for module, length in lengths.items() if length > 400} == {}


def test_a_function_is_read_in_one_breath():
    def long(_, tree):
        for node in ast.walk(tree):
            if isinstance(node, FUNCTION) and node.end_lineno - node.lineno + 1 > 60:
                yield node, f"{node.name}: {node.end_lineno - node.lineno + 1} lines"

    assert everywhere(long) == []


def test_only_the_doors_print_and_exit():
    def speech(module, tree):
        if {"cli", "server"} & set(module.parts) or module.name == "__main__.py":
            return
        handlers = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type]
        caught = {inner for handler in handlers for inner in ast.walk(handler)}
        for node in ast.walk(tree):
            if node not in caught and isinstance(node, ast.Name) and node.id in ("print", "input", "SystemExit"):
                yield node, node.id
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.exit", "sys.stdout"):
                yield node, ast.unparse(node)

    assert everywhere(speech) == []


def test_names_say_what_a_module_is():
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base", "tools"}
    assert [
        str(module) for module in MODULES if vague & set(re.split(r"[_./]", str(module.relative_to(PROJECT))))
    ] == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|pragma: no cover|# type: ignore(?!\[)")

    def unfinished(module, tree):
        for number, line in enumerate(module.read_text(encoding="utf-8").splitlines(), 1):
            if later.search(line):
                yield ast.Constant(None, lineno=number), line.strip()
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and not node.type:
                yield node, "except: without a type"

    assert everywhere(unfinished) == []


def test_what_is_public_is_explained():
    def silent(_, tree):
        if not ast.get_docstring(tree):
            yield ast.Constant(None, lineno=1), "module"
        for node in tree.body:
            if isinstance(node, (*FUNCTION, ast.ClassDef)) and node.name[0] != "_" and not ast.get_docstring(node):
                yield node, node.name

    assert everywhere(silent) == []


@pytest.mark.parametrize(
    ("package", "kind"),
    [
        ("vaultkit.rules", Rule),
        ("vaultkit.cli", (Command, Group)),
        ("vaultkit.cli.schema", Command),
        ("vaultkit.cli.service", Command),
        ("vaultkit.reports", type(tree)),
    ],
)
def test_every_file_of_an_open_folder_is_a_thing_of_its_name(package, kind):
    names = registry.names(package)
    assert names
    assert [name for name in names if not isinstance(registry.load(package, name), kind)] == []


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_documented_and_tested(name):
    rule = registry.load("vaultkit.rules", name)
    assert rule.name == name
    summary, _, details = rule.doc.partition("\n\n")
    assert summary.endswith(".") and details, "a rule's docstring is its page: a sentence, then what and why"
    cases = [case for case in read_cases("rules") if case.rule == name]
    notes = {(case.title, block.name) for case in cases for block in case.files}
    lines = [
        (case.title, line) for case in cases if case.findings for line in case.findings.lines if f"[{name}]" in line
    ]
    wrong = {
        (title, path) for title, path in notes for other, line in lines if (other, line[: len(path)]) == (title, path)
    }
    assert wrong, f"tests/cases/rules/{name}.md shows no note with this finding"
    assert notes - wrong, f"tests/cases/rules/{name}.md shows no note that is right"


def test_every_case_file_is_of_a_rule():
    assert {case.rule for case in read_cases("rules")} == set(RULES)


@pytest.mark.parametrize(
    "command", [["mypy"], ["ruff", "check", "."], ["ruff", "format", "--check", "."]], ids=" ".join
)
def test_the_tools_are_content(command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
