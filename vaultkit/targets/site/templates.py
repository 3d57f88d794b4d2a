"""Fills the templates. Everything that comes from a note is escaped, save the body, which the renderer sanitised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vaultkit.targets.site.words import notes

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sources() -> Iterator[str]:
    """The templates as they are written."""
    for item in sorted((files("vaultkit.targets.site") / "templates").iterdir(), key=lambda item: item.name):
        yield item.read_text("utf-8")


def fill(name: str, **values: Any) -> bytes:
    """The file that a template makes of some values, in UTF-8; what UTF-8 cannot hold is `?`."""
    return _template(name).render(values).encode("utf-8", "replace")


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("vaultkit.targets.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
    )
    environment.filters["xml"] = _xml
    environment.filters["notes"] = notes
    return environment


def _xml(text: str) -> str:
    """Text without the characters that XML 1.0 cannot hold in any form."""
    return _NOT_XML.sub("", str(text))
