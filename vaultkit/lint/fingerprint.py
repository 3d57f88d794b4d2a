"""What a finding is known by from one day to the next: its rule, its note, and the words that it points at.

Lines and offsets are no part of it, so it survives edits above and below. Two findings that are the same in all this
have the same fingerprint: whoever keeps fingerprints counts them.
"""

from __future__ import annotations

from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.digest import blake2b

_SHOWN = 200


def fingerprint(item: Diagnostic, text: str) -> str:
    """The fingerprint of a finding as 32 hex digits. `text` is the decoded text of its note.

    White space counts as one space and the letter case does not matter. A finding that points at nothing (a missing
    section) is known by its message.
    """
    words = " ".join(text[slice(*item.span)][:_SHOWN].split()).lower() or item.message
    known_by = "\0".join((item.rule, item.path, words))
    return blake2b(known_by.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
