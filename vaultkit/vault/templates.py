"""Where the app keeps the templates of a vault."""

from __future__ import annotations

from vaultkit.vault.obsidian import Trouble, mapping

_SETTINGS = (("templates.json", "folder"), ("plugins/templater-obsidian/data.json", "templates_folder"))


def template_folders(root: str) -> tuple[str, ...]:
    """The folders (vault paths) that the settings of the vault at `root` name; damaged settings name none."""
    return tuple(known_templates(root)[0].values())


def known_templates(root: str) -> tuple[dict[str, str], Trouble | None]:
    """The same by the file that names it, and why not all of them are known."""
    found: dict[str, str] = {}
    unsure = None
    for file, key in _SETTINGS:
        settings, trouble = mapping(root, file)
        folder = settings.get(key)
        if isinstance(folder, str) and folder.strip("/"):
            found[f".obsidian/{file}"] = folder.strip("/")
        unsure = unsure or trouble
    return found, unsure
