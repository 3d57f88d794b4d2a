"""Data for the script: JSON inside one call. A page that is opened as a file may load a script, but fetch nothing."""

from __future__ import annotations

from vaultkit.model.digest import blake2b
from vaultkit.publish.page import Output


def call(name: str, data: str) -> bytes:
    """The file that hands some JSON to the script, under the file's own name."""
    return f'vaultkit("{name}",{data});\n'.encode("utf-8", "replace")


def json_of(file: bytes) -> str:
    """The JSON that such a file hands to the script."""
    return file[file.index(b",") + 1 : file.rindex(b")")].decode()


def named(folder: str, kind: str, data: str) -> Output:
    """The same under a name that tells its content: `KIND.HASH.js`. What did not change keeps its name, and a reader
    with old data cannot mix them with new ones."""
    name = f"{kind}.{blake2b(data.encode('utf-8', 'replace'), digest_size=6).hexdigest()}.js"
    return Output(folder + name, call(name, data))
