"""Packages of others, as installers leave them: modules, and a folder that tells their entry points."""

from pathlib import Path
from textwrap import dedent

RULE = '''
"""A rule of theirs.

It says what it likes.
"""
from vaultkit import Diagnostic, Fix, Severity, Span, TextEdit, rule


@rule(severity=Severity.{severity})
def {name}(ctx):
    {body}
'''


def install(
    folder: Path, package: str, version: str, entries: dict[str, dict[str, str]], modules: dict[str, str]
) -> Path:
    """Put a package into a folder on Python's path; `entries` are its entry points by group and name."""
    told = folder / f"{package.replace('-', '_')}-{version}.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in of.items()) for group, of in entries.items()
    ]
    (told / "entry_points.txt").write_text("\n".join(lines))
    for name, text in modules.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))
    (told / "RECORD").write_text("".join(f"{path.relative_to(folder)},,\n" for path in [*folder.rglob("*.*")]))
    return folder


def install_rule(folder: Path, name: str, body: str, severity: str = "WARNING") -> Path:
    """A package `acme` with one rule: what stands in the body of its generator."""
    word = name.replace("-", "_")
    text = RULE.format(severity=severity, name=word, body=dedent(body).strip().replace("\n", "\n    "))
    return install(folder, "acme", "1.0", {"vaultkit.rules": {name: f"acme_rules.{word}:{word}"}}, {
        "acme_rules/__init__.py": "",
        f"acme_rules/{word}.py": text,
    })  # fmt: skip
