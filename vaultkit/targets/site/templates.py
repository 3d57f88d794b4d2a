"""Fills the templates. Everything that comes from a note is escaped, save the body, which the renderer sanitised.

A vault may bring templates of its own under the same names; `vaultkit/note.html` is the shipped one, to build upon.
They run in a sandbox: a template can say what a page holds and reach nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import suppress
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vaultkit.errors import SetupError
from vaultkit.publish.page import NOTHING
from vaultkit.targets.site.dates import rfc822
from vaultkit.targets.site.words import notes

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WHOLE_SITE = re.compile(
    r"\bsite\b(?!\.(?:title|language|base|policy|icon|script|stylesheet|mermaid|has_feed|has_graph)\b)"
)
"""A template that speaks of the site in another way than of what holds for all of it."""
_HOW = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
"""How templates are read."""
_SHIPPED = "vaultkit/"
_FOLDER = "templates/"


def sources() -> Iterator[str]:
    """The shipped templates as they are written."""
    for item in sorted((files("vaultkit.targets.site") / "templates").iterdir(), key=lambda item: item.name):
        yield item.read_text("utf-8")


class Templates:
    """The templates of a site: those of its vault (text by file name), then the shipped ones."""

    def __init__(self, own: Mapping[str, str] = NOTHING) -> None:
        self._environment = _environment(tuple(sorted(own.items())))
        self._known: dict[str, Template] = {}
        self._own = own

    def load(self, name: str) -> None:
        """Have a template at hand; a mistake in it is told when it is filled."""
        with suppress(*_mistakes()):
            self._environment.get_template(name)

    def see_more(self, than_words: bool) -> bool:
        """Whether templates of the vault may show on a page what no page of ours shows: `than_words` tells whether
        anything changed beyond the words of notes."""
        return bool(self._own) and (than_words or any(_WHOLE_SITE.search(text) for text in self._own.values()))

    def fill(self, name: str, **values: Any) -> bytes:
        """The file that a template makes of some values, in UTF-8; what UTF-8 cannot hold is `?`.

        Raises SetupError for a mistake in a template of the vault.
        """
        try:
            if name not in self._known:
                self._known[name] = self._environment.get_template(name)
            return self._known[name].render(values).encode("utf-8", "replace")
        except _mistakes() as error:
            if not self._own:
                raise
            do = "correct the template, or remove it to have the shipped one back"
            raise SetupError(_words(error), where=_where(error), do=do) from error


@cache
def _mistakes() -> tuple[type[Exception], ...]:
    """What a mistake in a template raises."""
    from jinja2 import TemplateError

    return TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError


def _words(error: Exception) -> str:
    from jinja2 import TemplateNotFound

    if isinstance(error, TemplateNotFound):
        return f"there is no template `{error.name}`"
    return f"{error or type(error).__name__}"


def _where(error: Exception) -> str:
    """The file and line of a vault's template in which something failed, as deep as it is known."""
    place = f"{getattr(error, 'filename', None) or ''}:{getattr(error, 'lineno', 0)}"
    trace = None if place.startswith(_FOLDER) else error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.startswith(_FOLDER):
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place if place.startswith(_FOLDER) else _FOLDER


@lru_cache(maxsize=4)
def _environment(own: tuple[tuple[str, str], ...]) -> Environment:
    from jinja2 import ChoiceLoader, Environment, FunctionLoader, PackageLoader, PrefixLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from vaultkit.targets.site.compiled import beside_modules

    class Flat(ImmutableSandboxedEnvironment if own else Environment):  # type: ignore[misc]
        """What all templates can name is copied for each page: a plain mapping is, ten times as fast as one of two."""

        def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
            return {**self.globals, **(d or {})}

    texts = dict(own)
    shipped = PackageLoader("vaultkit.targets.site")
    brought = FunctionLoader(lambda name: (texts[name], _FOLDER + name, None) if name in texts else None)
    environment: Environment = Flat(
        loader=ChoiceLoader((brought, PrefixLoader({_SHIPPED.rstrip("/"): shipped}), shipped)),
        undefined=StrictUndefined,
        auto_reload=False,
        bytecode_cache=None if own else beside_modules(repr(_HOW)),
        **_HOW,
    )
    environment.filters["xml"] = _xml
    environment.filters["notes"] = notes
    environment.filters["rfc822"] = rfc822
    return environment


def _xml(text: str) -> str:
    """Text without the characters that XML 1.0 cannot hold in any form."""
    return _NOT_XML.sub("", str(text))
