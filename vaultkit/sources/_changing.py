"""Changing a note so that it keeps its address: lines added to its properties, another name."""

from __future__ import annotations

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath
from vaultkit.parse import frontmatter
from vaultkit.schema.repair import as_yaml
from vaultkit.sources._imported import NoteChange
from vaultkit.vault.files import Gone, Vault
from vaultkit.vault.write import Rewrite, move_file

_LARGE = 4 * 1024 * 1024


def change_note(vault: Vault, change: NoteChange) -> str:
    """Make a change, whole or not at all; why it could not be made, "" when it was."""
    path = NotePath(change.path)
    try:
        before = vault.read_bytes(path, _LARGE)
        text = before.decode("utf-8-sig")
        found, _ = frontmatter.read(text)
        lines = [f"{as_yaml(name)}: {as_yaml(value)}" for name, value in change.properties.items()]
        edit = frontmatter.places(text, found).insertion(lines) if lines else None
        if lines and edit is None:
            return "nothing can be added to its properties, so it was left as it is"
        if edit:
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        mark = before[: len(before) - len(before.decode("utf-8-sig").encode())]
        rewrites = (Rewrite(path, before, mark + text.encode()),) if edit else ()
        move_file(vault, rewrites, path, change.new_path)
    except SetupError as error:
        return str(error)
    except Gone:
        return "it is not there any more"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    return ""
