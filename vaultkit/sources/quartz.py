"""Sites of Quartz 4 and 5: the notes in `content/`, the settings in a file of TypeScript or YAML."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple
from vaultkit.schema.source import plain, read_yaml
from vaultkit.sources._imported import Imported, files_of, settings_text, some
from vaultkit.vault.texts import read_text

_FILES = ("quartz.config.yaml", "quartz.config.yml", "quartz.config.ts")
_COMMENT = re.compile(
    r"(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|//[^\n]*|/\*.*?\*/", re.DOTALL
)
_TEXT = r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\$]|\\.)*)`"
_PUBLISH = re.compile(r"explicit-?publish", re.IGNORECASE)
_LONE = re.compile(r"[&?#%]")


class _Settings(NamedTuple):
    """What counts of the settings of a site."""

    title: str
    base: str
    locale: str
    ignored: tuple[str, ...]
    explicit: bool


def quartz(folder: str) -> Imported:
    """The site of a folder with a copy of Quartz. Raises SetupError when it is none, or its settings cannot be read."""
    name, text = settings_text(folder, *_FILES, made_by="Quartz")
    version = _version(folder, name)
    settings = _of_yaml(text, os.path.join(folder, name)) if name.endswith("ml") else _of_typescript(text)
    root = os.path.join(folder, "content")
    if not os.path.isdir(root):
        raise SetupError(
            "there are no notes here", where=root, do="Quartz keeps them in `content`; is it a broken link?"
        )
    decided = [
        f"this is Quartz {version}, and addresses stay as they are: `slug: {{ style: quartz{version} }}`",
        "notes with `publish: true` are published"
        if settings.explicit
        else "all notes are published but drafts, as they were: without `ExplicitPublish`, that is what Quartz does",
    ]
    if settings.ignored:
        decided.append(f"what was ignored is no note here either: {some(list(settings.ignored))}")
    target: dict[str, Any] = {"kind": "site"}
    target |= {key: value for key, value in (("base-url", _address(settings.base)), ("title", settings.title)) if value}
    target |= {"language": settings.locale} if settings.locale else {}
    notes = [path for path in files_of(root) if path.lower().endswith(".md")]
    target |= {"home": "index.md"} if "index.md" in notes else {}
    exclude = [glob for pattern in settings.ignored for glob in _globs(pattern)]
    select = {"property": "publish"} if settings.explicit else {"path": "**"}
    config = {
        "version": 1,
        **({"notes": {"exclude": exclude}} if exclude else {}),
        "publish": {"select": select, "slug": {"style": f"quartz{version}"}, "targets": [target]},
    }
    return Imported(root, config, tuple(decided), tuple(_left(notes, version, root)))


def _left(notes: list[str], version: int, root: str) -> list[str]:
    left = [
        "a `permalink` was only a second address in Quartz, and is the address here: the old one leads on to it",
        "an alias without a `/` is a name for links here, and no old address: write `/the/old/address/` for those",
        "every file of `content/` was public; here, only what a published note shows or links to is",
    ]
    odd = [path for path in notes if _LONE.search(path)]
    if odd and version == 4:
        left.append(f"before 4.5, Quartz kept `&` and wrote `?` as `-q`: see {some(odd)}, and give them a `permalink`")
    if os.path.exists(os.path.join(os.path.dirname(root), ".gitignore")):
        left.append("Quartz also left out what git ignores: name it under `notes: exclude:` if it holds notes")
    left.append("the layout, the colours and the plugins stay behind")
    return left


def _version(folder: str, name: str) -> int:
    path = os.path.join(folder, "package.json")
    try:
        found = re.match(r"[0-9]+", str(json.loads(read_text(path, path) or "{}").get("version", "")))
    except (ValueError, AttributeError, RecursionError):
        found = None
    number = int(found[0]) if found else 5 if name.endswith("ml") else 4
    if number < 4:
        raise SetupError(
            f"Quartz {number} is too old: its addresses are not known", where=folder, do="begin with `init`"
        )
    return min(number, 5)


def _of_yaml(text: str, where: str) -> _Settings:
    """The settings of version 5: `configuration`, and plugins that are on unless they say otherwise."""
    whole = plain(read_yaml(text, where))
    said = whole.get("configuration")
    said = said if isinstance(said, dict) else {}
    plugins = whole.get("plugins")
    used = (
        [item for item in plugins if not isinstance(item, dict) or item.get("enabled") is not False]
        if isinstance(plugins, list)
        else []
    )
    ignored = said.get("ignorePatterns")
    return _Settings(
        str(said.get("pageTitle") or ""),
        str(said.get("baseUrl") or ""),
        str(said.get("locale") or ""),
        tuple(map(str, ignored)) if isinstance(ignored, list) else (),
        any(_PUBLISH.search(str(item.get("source", "") if isinstance(item, dict) else item)) for item in used),
    )


def _of_typescript(text: str) -> _Settings:
    """The settings of version 4, as far as they are written as plain texts; comments do not count."""
    code = _COMMENT.sub(lambda found: found["text"] or " ", text)
    listed = re.search(r"\bignorePatterns\s*:\s*\[([^\]]*)\]", code)
    return _Settings(
        _value(code, "pageTitle"),
        _value(code, "baseUrl"),
        _value(code, "locale"),
        tuple(map(_unquoted, re.finditer(_TEXT, listed[1]))) if listed else (),
        bool(re.search(r"\bExplicitPublish\s*\(", code)),
    )


def _value(code: str, key: str) -> str:
    found = re.search(rf"\b{key}\s*:\s*(?:{_TEXT})", code)
    return _unquoted(found) if found else ""


def _unquoted(found: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", next((group for group in found.groups() if group is not None), ""))


def _address(base: str) -> str:
    if not base:
        return ""
    return (base if "://" in base else f"https://{base}").rstrip("/") + "/"


def _globs(pattern: str) -> list[str]:
    """A pattern of Quartz names a file or a folder with all in it, seen from `content`."""
    pattern = pattern.strip("/")
    if not pattern or pattern.startswith("."):
        return []  # what begins with a dot is no note anyway
    return [f"/{pattern}"]
