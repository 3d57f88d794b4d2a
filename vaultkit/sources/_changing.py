"""Changing a note so that it keeps its address and its day: a property, another name."""

from __future__ import annotations

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath
from vaultkit.model.text import TextEdit
from vaultkit.parse import frontmatter
from vaultkit.schema.repair import as_property, as_yaml
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
        mark = before[: len(before) - len(text.encode())]
        for name, value in change.properties.items():
            edit = _edit(text, name, as_property(value))
            if edit is None:
                return "nothing can be added to its properties, so it was left as it is"
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        rewrites = (Rewrite(path, before, mark + text.encode()),) if change.properties else ()
        move_file(vault, rewrites, path, change.new_path)
    except SetupError as error:
        return str(error)
    except Gone:
        return "it is not there any more"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    return ""


def _edit(text: str, name: str, value: str) -> TextEdit | None:
    """The edit that gives a property its value; None where no line can be added."""
    found, _ = frontmatter.read(text)
    places = frontmatter.places(text, found)
    there = places.get(name)
    return TextEdit(there.value, value) if there else places.insertion([f"{as_yaml(name)}: {value}"])
