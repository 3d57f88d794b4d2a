"""Texts filed under keys, most of them alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Generic, TypeVar, cast

Key = TypeVar("Key")
Text = TypeVar("Text", bound=str)


class Filed(Generic[Key, Text]):
    """Texts by key, in the order in which they came. What is alone under its key stands there itself: there are as many
    keys as a vault has files, and a list for each would take more memory than all that it tells."""

    def __init__(self, keys: Collection[Key] = (), texts: Collection[Text] = ()) -> None:
        """Begin with some texts, each under its key."""
        self._filed: dict[Key, Text | list[Text]] = dict(zip(keys, texts, strict=True))
        if len(self._filed) == len(texts):
            return
        earlier: dict[Key, list[Text]] = {}
        for key, text in zip(keys, texts, strict=True):
            if self._filed[key] is not text:
                earlier.setdefault(key, []).append(text)
        for key, some in earlier.items():
            self._filed[key] = [*some, cast("Text", self._filed[key])]

    def add(self, key: Key, text: Text) -> None:
        """File a text."""
        there = self._filed.setdefault(key, text)
        if isinstance(there, list):
            there.append(text)
        elif there is not text:
            self._filed[key] = [there, text]

    def remove(self, key: Key, text: Text) -> None:
        """Forget a text that is filed here."""
        there = self._filed[key]
        if isinstance(there, list):
            there.remove(text)
        if there in (text, []):
            del self._filed[key]

    def get(self, key: Key) -> Sequence[Text]:
        """What is filed under a key."""
        there = self._filed.get(key, ())
        return (there,) if isinstance(there, str) else there

    def __contains__(self, key: object) -> bool:
        return key in self._filed
