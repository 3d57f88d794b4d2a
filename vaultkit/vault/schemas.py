"""Finding note schemas by name or path: in the vault's `schemas/` folder first, then among those that are shipped."""

from __future__ import annotations

import os
import re

from vaultkit.errors import SetupError
from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple
from vaultkit.registry import suggest
from vaultkit.schema.note_schema import NoteSchema, load_schema
from vaultkit.vault import shipped
from vaultkit.vault.texts import inside, read_text

FOLDER = "schemas"
_ENDINGS = (".yaml", ".yml")
_NAME = expression(r"^name:[ \t]+(?P<quote>[\"']?)(?P<name>[^\r\n]*?)(?P=quote)[ \t]*(?:#.*)?$", re.MULTILINE)


class _Known(NamedTuple):
    """A schema file of the vault (vault path), and what it may be called: its own `name` or the file's."""

    path: str
    names: frozenset[str]


class Schemas:
    """The schemas that can be used in the vault at `root`; each file is read once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._loaded: dict[str, NoteSchema] = {}
        self._known: list[_Known] | None = None

    def load(self, use: str) -> NoteSchema:
        """The schema called `use`, or the one at that path of the vault.

        Raises SetupError: without a place when it is not there, else with the place in the schema.
        """
        text, file = self.find(use)
        if file not in self._loaded:
            schema = load_schema(text, file, self.find, self.beside)
            for other in self._loaded.values():
                if other.name == schema.name:
                    raise _twice(schema.name, [other.file, file], where=file)
            self._refuse_twin(schema.name, file)
            self._loaded[file] = schema
        return self._loaded[file]

    def own(self, name: str) -> tuple[str, ...]:
        """The files of the vault (vault paths) whose schema is called so."""
        return tuple(known.path for known in self._all() if name in known.names)

    def _refuse_twin(self, name: str, file: str) -> None:
        """Raise SetupError when another schema of the vault bears the name, used or not."""
        if file.startswith(shipped.SHOWN + "/"):
            return
        files = sorted({file, *(other.path for other in self._all() if name in other.names)})
        if len(files) > 1:
            raise _twice(name, files, where=files[-1])

    def find(self, use: str, file: str = "") -> tuple[str, str]:
        """The text of a schema and its file as shown to people.

        `file` is the schema that asks for what it extends: its own name then means the shipped schema of that name, and
        a shipped one extends only shipped ones. Raises SetupError when there is none.
        """
        if "/" in use or use.endswith(_ENDINGS):
            return self._at(use, file)
        if not file.startswith(shipped.SHOWN + "/"):
            found = [known for known in self._all() if use in known.names and known.path != file]
            if len(found) > 1:
                raise _twice(use, [known.path for known in found])
            if found:
                return self._at(found[0].path, "")
        text = shipped.text(use)
        if text is None:
            names = {name for known in self._all() for name in known.names} | set(shipped.names())
            raise SetupError(f"there is no schema `{use}`", do=suggest(use, sorted(names)))
        return text, f"{shipped.SHOWN}/{use}.yaml"

    def beside(self, path: str, file: str) -> tuple[str, str]:
        """The text of a file that the schema in `file` names, and that file as shown to people. Raises SetupError."""
        try:
            return self._at(path, file)
        except SetupError as error:
            near = f"./{path}"
            if not path.startswith(".") and os.path.isfile(os.path.join(self._root, os.path.dirname(file), path)):
                raise SetupError(error.what, do=f"did you mean `{near}`, the one beside this file?") from error
            raise

    def _at(self, path: str, file: str) -> tuple[str, str]:
        """The file at a path from the vault's root, or from the folder of the schema that asks (`./`, `../`)."""
        start = os.path.dirname(file) if path.startswith(("./", "../")) else ""
        shown = os.path.normpath(os.path.join(start, path)).replace(os.sep, "/")
        if os.path.isabs(path) or not inside(os.path.join(self._root, shown), self._root):
            raise SetupError(f"the schema `{path}` is not in the vault", do="give a path from the vault's root")
        text = read_text(os.path.join(self._root, shown), shown)
        if text is None:
            known = [item.path for item in self._all()]
            raise SetupError(f"there is no schema file `{shown}`", do=suggest(shown, known))
        return text, shown

    def _all(self) -> list[_Known]:
        if self._known is None:
            folder = os.path.join(self._root, FOLDER)
            names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
            self._known = [self._seen(f"{FOLDER}/{name}") for name in names if name.endswith(_ENDINGS)]
        return self._known

    def _seen(self, path: str) -> _Known:
        """A file of the schemas folder. One that cannot be read goes by its file's name, and fails when it is used."""
        try:
            said = _NAME.search(read_text(os.path.join(self._root, path), path) or "")
        except SetupError:
            said = None
        stem = os.path.basename(path).rpartition(".")[0]
        return _Known(path, frozenset({stem, said["name"]} if said else {stem}))


def _twice(name: str, files: list[str], where: str = "") -> SetupError:
    return SetupError(
        f"two schemas are called `{name}`: {' and '.join(files)}", where=where, do="give one of them another name"
    )
