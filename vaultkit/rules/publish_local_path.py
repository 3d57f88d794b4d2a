"""A note that is meant to be public names a place that only its author's machine has.

`file:` addresses, `obsidian://` addresses that open a vault, and paths in somebody's home folder (`/Users/jane/…`,
`/home/jane/…`, `C:\\Users\\jane\\…`) lead readers nowhere, and tell them the author's user name and how the disk is
ordered. Link to a note or an attachment of the vault, or write `~/…`.

Paths count in code too, since code is shown; comments are not. Names that stand for any user (`/home/user`,
`C:\\Users\\<name>`) and for no person (`/home/runner`, `/Users/Shared`) are fine, and so are `obsidian://show-plugin`
and its like, which work for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultkit.lint.published import found_in_text, published_places
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.expression import expression
from vaultkit.model.text import Span

_HOME = expression(r"(?<![\w.~/\\$%-])(?:/Users/|/home/|[A-Za-z]:[\\/]{1,2}[Uu]sers[\\/]{1,2})(\w[\w.-]*)(?=[/\\])")
_NAMES = (
    "admin administrator all app benutzer builder circleci codespace default dev developer dir directory docker foo "
    "git gitpod guest home linuxbrew me my myname name nobody node pi public root runner shared someone somebody "
    "student sysadmin test ubuntu user username usuario utente utilisateur vagrant vscode www www-data xxx you"
)
_NOBODY = frozenset(_NAMES.split())
_SCHEMES = ("file:", "obsid")
_FOR_EVERYBODY = ("show-plugin", "show-theme", "choose-vault", "goto-settings")


@rule(severity=Severity.WARNING, about=("public",))
def publish_local_path(ctx: Context) -> Iterator[Diagnostic]:
    """Report addresses and paths of the author's machine in public notes."""
    if not ctx.standing.public:
        return
    yield from _addresses(ctx)
    if "sers/" in ctx.text or "sers\\" in ctx.text or "/home/" in ctx.text:
        for found in found_in_text(ctx, _HOME, code=True):
            if not _is_anybody(found[1]):
                message = f"`{found[0]}` is a home folder on the machine of the author"
                yield ctx.report(Span(*found.span()), message, label="a local path")


def _addresses(ctx: Context) -> Iterator[Diagnostic]:
    local = [link for link in ctx.facts.external if link.url[:5].lower() in _SCHEMES and _is_local(link.url)]
    sees = published_places(ctx, code=True) if local else None
    for link in local:
        if sees and sees(link.span):
            yield _finding(ctx, link.span, link.url)
    for path, text in _shown_texts(ctx):
        place = ctx.places.get(*path) if _is_local(text) else None
        if place:
            yield _finding(ctx, place.value, text)


def _shown_texts(ctx: Context) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The texts in the properties that appear on the page, and the way to each."""
    for name in sorted(ctx.standing.shown):
        value = ctx.facts.properties[name]
        if isinstance(value, str):
            yield (name,), value
        for at, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, str):
                yield (name, at), item


def _finding(ctx: Context, span: Span, url: str) -> Diagnostic:
    what = "a file" if url[:5].lower() == "file:" else "a vault"
    message = f"this address opens {what} on the machine of the author, which no reader has"
    return ctx.report(span, message, label="a local address")


def _is_local(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    if scheme.lower() == "obsidian":
        action = re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0]
        return action.lower() not in _FOR_EVERYBODY
    return scheme.lower() == "file"


def _is_anybody(name: str) -> bool:
    """Whether a name in a path stands for any user, or for an account that is no person's."""
    plain = name.lower().strip(".-_")
    return plain in _NOBODY or plain.startswith("your") or "username" in plain
