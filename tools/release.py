"""The checklist of a release, as a program that goes through it and stops where something is not as it should be.

    tools/release.py --dry-run          everything but the tag, of what is here now; in CI without tests and network
    tools/release.py 1.2.0              everything, in dist/, and the tag; what is left to do by hand is printed

A release is cut from a clean `main` whose changelog has a section for the version. Nothing is uploaded or pushed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

PROJECT = Path(__file__).resolve().parent.parent
IN_WHEEL = (
    "vaultkit/py.typed",
    "vaultkit/schemas/reading-note.yaml",
    "vaultkit/schemas/config.schema.json",
    "vaultkit/rule_pages/link-broken.md",
    "vaultkit/obsidian/main.js",
    "vaultkit/obsidian/manifest.json",
    "vaultkit/obsidian/styles.css",
    "vaultkit/targets/site/templates/*.html",
    "vaultkit/targets/site/static/site.css",
    "vaultkit/targets/site/static/vendor/mermaid-11.17.2.min.js",
    "*.dist-info/licenses/LICENSE",
    "*.dist-info/licenses/THIRD-PARTY.md",
    "*.dist-info/licenses/*/LICENSE-mermaid.txt",
)
IN_SDIST = (
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "THIRD-PARTY.md",
    "LICENSE",
    "vaultkit/cli/check.py",
)


class Stop(Exception):
    """Something is not as it should be, so there is no release."""


def main() -> int:
    """Go through the list; the exit code."""
    args = _arguments()
    try:
        with tempfile.TemporaryDirectory() as work:
            _go_through(args, Path(work))
    except Stop as error:
        print(f"stop      {error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("version", nargs="?", help="the version to release (default with --dry-run: the present one)")
    parser.add_argument("--dry-run", action="store_true", help="make no tag, and take the tree as it is")
    parser.add_argument("--skip-tests", action="store_true", help="with --dry-run: leave out linters and tests")
    parser.add_argument("--offline", action="store_true", help="with --dry-run: use the libraries of this environment")
    parser.add_argument("--out", type=Path, default=PROJECT / "dist", help="where the files go (default: dist)")
    args = parser.parse_args()
    if not args.dry_run and (not args.version or args.skip_tests or args.offline):
        parser.error("a release needs a version, its tests and the network; --dry-run does without")
    return args


def _go_through(args: argparse.Namespace, work: Path) -> None:
    version = _version(args.version)
    _done("version", f"{version}, in the package and in the plugin")
    words = _changelog(version, args.dry_run)
    _done("changelog", f"{len(words.splitlines())} lines for this release")
    _tree(args.dry_run)
    if args.skip_tests:
        _done("tests", "left out")
    else:
        _tests()
    args.out.mkdir(parents=True, exist_ok=True)
    sdist, wheel = _build(work, args.out, version)
    _done("build", f"{sdist.name}, {wheel.name}")
    _metadata(wheel, version)
    _contents(sdist, wheel)
    installed = _install(wheel, work / "environment", args.offline)
    _try(work / "environment" / "bin", work / "vault", version)
    _materials(args.out / f"vaultkit-{version}.cdx.json", installed)
    _tag(version, words, args.dry_run)


def _done(step: str, what: str) -> None:
    print(f"{step:<10}{what}", flush=True)


def _run(*command: object, cwd: Path = PROJECT, codes: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise Stop(f"`{' '.join(map(str, command))}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _version(wanted: str | None) -> str:
    from vaultkit._version import VERSION

    if wanted and wanted != VERSION:
        raise Stop(f"vaultkit/_version.py says {VERSION}, and not {wanted}")
    plugin = json.loads((PROJECT / "vaultkit" / "obsidian" / "manifest.json").read_text())["version"]
    if plugin != ".".join(re.findall(r"\d+", VERSION)[:3]):
        raise Stop(f"the plugin's manifest says {plugin}, and vaultkit is {VERSION}")
    return VERSION


def _changelog(version: str, dry: bool) -> str:
    """What the changelog says of the version; of a dry run, what will be said of the next one."""
    parts = re.split(r"^## (.+)$", (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    said = {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}
    dated = next((title for title in said if re.fullmatch(rf"{re.escape(version)} - \d{{4}}-\d\d-\d\d", title)), None)
    if dated and said.get("Unreleased"):
        raise Stop("CHANGELOG.md has changes under Unreleased that are not in this version")
    if not dated and not dry:
        raise Stop(f"CHANGELOG.md has no section `{version} - {datetime.now(UTC):%Y-%m-%d}`: rename Unreleased")
    words = said[dated or "Unreleased"]
    if not words:
        raise Stop("CHANGELOG.md says nothing of this release")
    return words


def _tree(dry: bool) -> None:
    changed = _run("git", "status", "--porcelain").splitlines()
    branch = _run("git", "branch", "--show-current").strip()
    if changed and not dry:
        raise Stop(f"not committed: {', '.join(line.strip() for line in changed[:5])}")
    if branch != "main" and not dry:
        raise Stop(f"a release is cut from main, and this is {branch or 'no branch'}")
    _done("tree", f"{len(changed)} files are not committed" if changed else "clean")


def _tests() -> None:
    for command in (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)):
        _run(sys.executable, "-m", *command)
    _done("linters", "content")
    _run("./dev", "test")
    _done("tests", "pass")


def _build(work: Path, out: Path, version: str) -> tuple[Path, Path]:
    """The source distribution of what git tracks, and the wheel that is made of nothing but it."""
    source = work / "source"
    for name in filter(None, _run("git", "ls-files", "-z").split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).exists():
            shutil.copy2(PROJECT / name, source / name, follow_symlinks=False)
    sdist = _backend("build_sdist", source, work)
    with tarfile.open(sdist) as archive:
        archive.extractall(work / "unpacked", filter="data")
    wheel = _backend("build_wheel", work / "unpacked" / f"vaultkit-{version}", work)
    return Path(shutil.copy2(sdist, out)), Path(shutil.copy2(wheel, out))


def _backend(hook: str, source: Path, work: Path) -> Path:
    """A file that the build system makes; it needs nothing but setuptools, and no network."""
    code = f"from setuptools import build_meta; print(build_meta.{hook}({str(work)!r}))"
    return work / _run(sys.executable, "-c", code, cwd=source).splitlines()[-1]


def _metadata(wheel: Path, version: str) -> None:
    from packaging.metadata import Metadata

    with zipfile.ZipFile(wheel) as archive:
        told = archive.read(f"vaultkit-{version}.dist-info/METADATA")
    found = Metadata.from_email(told, validate=True)
    for key in ("summary", "description", "license_expression", "requires_python", "classifiers", "keywords", "author"):
        if not getattr(found, key):
            raise Stop(f"the metadata has no {key}")
    if str(found.version) != version or found.description_content_type != "text/markdown":
        raise Stop("the metadata is not that of this version")
    _done("metadata", f"valid, {found.metadata_version}; licence {found.license_expression}")


def _contents(sdist: Path, wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    with tarfile.open(sdist) as archive:
        sources = ["/".join(PurePosixPath(name).parts[1:]) for name in archive.getnames()]
    for found, wanted in ((names, IN_WHEEL), (sources, IN_SDIST)):
        if missing := [pattern for pattern in wanted if not any(fnmatch(name, pattern) for name in found)]:
            raise Stop(f"the archive lacks {', '.join(missing)}")
    if foreign := [name for name in names if not name.startswith(("vaultkit/", "vaultkit-"))]:
        raise Stop(f"the wheel has {foreign[0]}, which is no part of the package")
    if set(_tracked()) - set(names):
        raise Stop(f"the wheel lacks {min(set(_tracked()) - set(names))}")
    _done("contents", f"{len(names)} files: schemas, theme, plugin, rule pages, licences")


def _tracked() -> Iterator[str]:
    """Every file of the package that git tracks, as it is called in the wheel; folders that are links are followed."""
    for name in _run("git", "ls-files", "vaultkit").splitlines():
        path = PROJECT / name
        yield from [f"{name}/{child.name}" for child in path.iterdir()] if path.is_dir() else [name]


def _install(wheel: Path, environment: Path, offline: bool) -> list[str]:
    """Install into an empty environment, where nothing is compiled; the folders that have what is installed."""
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    site = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:")
    if not offline:
        _run(*pip, wheel)
        _done("install", "into an empty environment, without a compiler")
        return [site]
    here = [path for path in sys.path if path.endswith("-packages")]
    _run(*pip, "--no-index", "--no-deps", wheel)
    Path(site, "here.pth").write_text("".join(f"{path}\n" for path in here))
    _done("install", "into an empty environment, beside the libraries of this one")
    return [site, *here]


def _try(programs: Path, vault: Path, version: str) -> None:
    """Use what was installed as anybody would."""
    shutil.copytree(PROJECT / "docs" / "example", vault)
    vaultkit, home = programs / "vaultkit", vault.parent / "home"
    apart = ("env", f"HOME={home}", f"XDG_CACHE_HOME={home}", f"XDG_CONFIG_HOME={home}", f"XDG_STATE_HOME={home}")
    if _run(vaultkit, "--version", cwd=vault) != f"vaultkit {version}\n":
        raise Stop("the installed command says another version")
    where = _run(programs / "python", "-P", "-c", "import vaultkit; print(vaultkit.__file__)", cwd=vault)
    if not where.startswith(str(programs.parent)):
        raise Stop(f"the environment uses {where.strip()} instead of what was installed")
    found = json.loads(_run(*apart, vaultkit, "check", "--output-format", "json", cwd=vault, codes=(1,)))
    if len(found["findings"]) != 4:
        raise Stop(f"the example vault has {len(found['findings'])} findings, and not 4")
    _run(*apart, vaultkit, "publish", "--output", "../site", cwd=vault)
    if not (vault.parent / "site" / "index.html").exists():
        raise Stop("the example vault was not published")
    _run(*apart, vaultkit, "doctor", cwd=vault)
    _done("use", "check, publish and doctor of the example vault")


def _materials(file: Path, installed: list[str]) -> None:
    from materials import bill, notices

    made = datetime.fromtimestamp(int(_run("git", "log", "-1", "--format=%ct")), UTC)
    try:
        file.write_text(bill(notices(PROJECT), installed, made), encoding="utf-8")
    except (ValueError, LookupError) as error:
        raise Stop(str(error)) from error
    _done("materials", f"{file.name}: {len(json.loads(file.read_text())['components'])} parts")


def _tag(version: str, words: str, dry: bool) -> None:
    text = f"vaultkit {version}\n\n{words}\n"
    if dry:
        _done("tag", f"v{version}, with the text of the changelog (not made)")
        return
    _run("git", "tag", "--annotate", f"v{version}", "--cleanup", "verbatim", "--message", text)
    _done("tag", f"v{version}")
    print(f"\nLeft to do: git push --follow-tags; upload dist/vaultkit-{version}*; add the changelog to the release.")


if __name__ == "__main__":
    sys.exit(main())
