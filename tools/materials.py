"""The bill of materials of a release: what is in the package and what is installed beside it, as CycloneDX JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROW = re.compile(
    r"^\| (?P<name>[\w-]+) \| (?P<version>[\d.]+) \| (?P<licence>[\w.-]+) \| (?P<file>\S+) \|$", re.MULTILINE
)
"""A library in the table of THIRD-PARTY.md."""


def bill(notices: str, installed: list[str], made: datetime) -> str:
    """The bill as JSON text. `notices` is the text of THIRD-PARTY.md, `installed` are the folders in which vaultkit and
    what it needs are installed; the same of both give the same bill.

    Raises ValueError when it is not as its schema asks, LookupError when something that is needed is not installed.
    """
    found = {canonicalize_name(item.name): item for item in reversed([*distributions(path=installed)])}
    needed = dict(_needed("vaultkit", found))
    bom = Bom()
    parts = {name: _component(found[name]) for name in needed}
    root = parts.pop("vaultkit")
    root.type = ComponentType.APPLICATION
    bom.metadata.component = root
    bom.metadata.timestamp = made
    bom.components.update(parts.values())
    vendored = [*_vendored(notices)]
    bom.components.update(vendored)
    bom.register_dependency(root, [*(parts[name] for name in needed["vaultkit"]), *vendored])
    for name, part in parts.items():
        bom.register_dependency(part, [parts[other] for other in needed[name]])
    versions = sorted(f"{part.name}={part.version}" for part in (root, *bom.components))
    bom.serial_number = uuid5(NAMESPACE_URL, "vaultkit\n" + "\n".join(versions))
    text: str = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"the bill of materials is not as its schema asks: {fault}")
    return text


def _needed(name: str, found: Mapping[str, Distribution]) -> Iterator[tuple[str, list[str]]]:
    """Everything that something needs, optional parts aside, each with what it needs itself."""
    seen, open_names = set(), [name]
    while open_names:
        name = open_names.pop()
        if name in seen:
            continue
        seen.add(name)
        wanted = [Requirement(line) for line in found[name].requires or ()]
        names = sorted(
            {canonicalize_name(item.name) for item in wanted if not item.marker or item.marker.evaluate({"extra": ""})}
        )
        yield name, names
        open_names += names


def _component(item: Distribution) -> Component:
    told = item.metadata
    licence = told["License-Expression"] or _classified(told.get_all("Classifier") or []) or told["License"] or ""
    return Component(
        name=item.name,
        version=item.version,
        description=told["Summary"],
        licenses=[_licence(licence)] if licence else [],
        purl=PackageURL("pypi", None, canonicalize_name(item.name), item.version),
        bom_ref=f"pypi:{canonicalize_name(item.name)}",
    )


def _licence(words: str) -> License:
    """A licence by its SPDX expression, or by what its authors call it."""
    line = " ".join(words.split())
    return LicenseFactory().make_from_string(line) if len(line) < 100 else License(name=f"{line[:60]} …")


def _classified(classifiers: list[str]) -> str:
    names = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: ")]
    return names[0] if names else ""


def _vendored(notices: str) -> Iterator[Component]:
    for row in ROW.finditer(notices):
        yield Component(
            name=row["name"],
            version=row["version"],
            licenses=[_licence(row["licence"])],
            purl=PackageURL("npm", None, row["name"], row["version"]),
            bom_ref=f"npm:{row['name']}",
        )


def notices(project: Path) -> str:
    """The text of THIRD-PARTY.md."""
    return (project / "THIRD-PARTY.md").read_text(encoding="utf-8")
