"""Sites of Obsidian Publish: the folders that were included, and addresses with `+` for spaces."""

from __future__ import annotations

import json
import os

from vaultkit.errors import SetupError
from vaultkit.sources._imported import Imported, count, files_of, settings_text

_FILE = ".obsidian/publish.json"


def obsidian_publish(folder: str) -> Imported:
    """The site of a vault. Raises SetupError when the vault was never published, or its settings cannot be read."""
    _, text = settings_text(folder, _FILE, made_by="Obsidian Publish")
    try:
        settings = json.loads(text)
        included, excluded = (_folders(settings.get(key)) for key in ("included", "excluded"))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise SetupError(f"this cannot be read: {error}", where=os.path.join(folder, _FILE)) from error
    select = {"property": "publish", **({"path": [f"{path}/**" for path in included]} if included else {})}
    decided = ["addresses stay as they are: `slug: { style: obsidian-publish }`"]
    decided.append("notes with `publish: true` are published" + (f", and {_named(included)}" if included else ""))
    left = [
        f"notes in `{inner}/` were excluded, and lie in `{outer}/`: say `publish: false` in them, or select less"
        for inner in excluded
        for outer in included
        if inner == outer or inner.startswith(f"{outer}/")
    ]
    files = files_of(folder)
    for name, instead in (("publish.css", "`vaultkit.css`"), ("publish.js", "a script of your own server")):
        if name in files:
            left.append(f"`{name}` is not used; what it did may be done by {instead}")
    canvases = sum(path.endswith(".canvas") for path in files)
    if canvases:
        left.append(f"{count(canvases, 'canvas file')} of the vault may have been published: see what becomes of them")
    left += (
        "home page, domain, navigation and passwords were settings of the service: `home:` and `base-url:` of the "
        "target take the first two",
        "addresses had no `.html`: the server must answer `/Some+note` with `Some+note.html`, as most do",
        "links to headings of old pages (`#Some%20heading`) lead to the top of the page now",
    )
    target = {"kind": "site"}
    config = {
        "version": 1,
        "publish": {"select": select, "slug": {"style": "obsidian-publish"}, "targets": [target]},
    }
    return Imported(folder, config, tuple(decided), tuple(left))


def _folders(value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError("`included` and `excluded` are lists of folders")
    return [str(item).strip("/") for item in value if str(item).strip("/")]


def _named(folders: list[str]) -> str:
    return "what lies in " + ", ".join(f"`{folder}/`" for folder in folders)
