"""What is to be known of the files that are live, so that another process can go on from them: a small file beside the
manifests. It goes with the imprint in the live manifest; one of another time, or a damaged one, is as good as none."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any

from vaultkit.model.record import NamedTuple
from vaultkit.publish.manifest import digest_of

_NAME = "printed.json"


class PrintRecord(NamedTuple):
    """How the files were printed of which an `imprint` is: what the `printing` tells of itself, the files that were not
    searched for private strings since they are `vendored`, and what stands for the strings that were `watched` for."""

    imprint: str
    printing: Any
    vendored: tuple[str, ...]
    watched: str

    def write(self, home: str) -> None:
        """Keep it in a folder (a path); what cannot be kept is not."""
        body = json.dumps(self, separators=(",", ":"))
        path = os.path.join(home, _NAME)
        with suppress(OSError):
            with open(f"{path}.tmp", "w", encoding="ascii") as file:
                file.write(f"{digest_of(body.encode())}\n{body}")
            os.replace(f"{path}.tmp", path)


def read(home: str, imprint: str) -> PrintRecord | None:
    """The record in a folder (a path), if it goes with an imprint."""
    try:
        with open(os.path.join(home, _NAME), encoding="ascii") as file:
            digest, body = file.readline().strip(), file.read()
        if not imprint or digest != digest_of(body.encode()):
            return None
        of, printing, vendored, watched = json.loads(body)
    except (OSError, ValueError):
        return None
    return PrintRecord(of, printing, tuple(vendored), watched) if of == imprint else None
