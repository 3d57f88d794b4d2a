"""One body on its way from tokens to Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from vaultkit.render.anchors import HeadingIds
from vaultkit.render.job import Dialect, RenderJob
from vaultkit.render.rendering import Token

Parse = Callable[[str, MutableMapping[str, Any]], list[Token]]
"""Reads Markdown; what it remembers of the note (footnotes) is in the mapping."""

Fallback = Callable[[Token], str]
"""The sanitised HTML of a token of which there is no Markdown."""


class Writer:
    """The job of one body and, shared with the notes embedded in it, the footnotes of the whole.

    `in_link`, `in_cell`, `in_heading`, `in_emphasis`, `in_strong`: what the words that are being written stand in.
    `embedded`: the body stands in another note. `feet`: footnotes that wait for the end of a link.
    """

    def __init__(
        self,
        job: RenderJob,
        dialect: Dialect,
        parse: Parse,
        fallback: Callable[[RenderJob], Fallback],
        host: Writer | None,
    ) -> None:
        self.job = job
        self.dialect = dialect
        self.parse = parse
        self.embedded = host is not None
        self.in_link = False
        self.in_cell = False
        self.in_heading = False
        self.in_emphasis = False
        self.in_strong = False
        self.feet: list[str] = []
        self._make_fallback = fallback
        self.fallback = fallback(job)
        self.heading_ids = HeadingIds()
        self._env: MutableMapping[str, Any] = {}
        self._mentioned: dict[str, str] = {}
        self._names: list[str] = host._names if host else []
        self._definitions: list[str] = host._definitions if host else []

    def whole(self) -> str:
        """The Markdown of the body; the footnotes of it and of all that is in it come last."""
        from vaultkit.render.gfm import blocks
        from vaultkit.render.syntax import comment

        written = blocks.written(self.parse(comment.emptied(self.job.body), self._env), self)
        self._define()
        if self.embedded:
            return written
        return "\n\n".join(part for part in (written, *self._definitions) if part)

    def nested(self, job: RenderJob) -> str:
        """The Markdown of a note that stands inside this one."""
        return Writer(job, self.dialect, self.parse, self._make_fallback, self).whole()

    def footnote(self, key: str) -> str:
        """The name of a footnote, one for the whole page."""
        if key not in self._mentioned:
            self._names.append(key)
            self._mentioned[key] = str(len(self._names))
        return self._mentioned[key]

    def _define(self) -> None:
        """The texts of the footnotes that were mentioned, also of those that are only mentioned in others."""
        from vaultkit.render.gfm import blocks, signs

        done = 0
        while done < len(self._mentioned):
            key, name = list(self._mentioned.items())[done]
            text = blocks.written(self.parse(self._env["footnotes"][key], self._env), self)
            self._definitions.append(signs.indented(text, f"[^{name}]: ", "    "))
            done += 1

    def inline(self, tokens: Iterable[Token]) -> str:
        """Words and what is between them, on one line or several."""
        from vaultkit.render.gfm import inline

        return inline.written(list(tokens), self)
