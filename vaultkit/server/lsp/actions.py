"""What can be done about a finding: its fix, all fixes of the note, keeping silent about it, a note that is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from vaultkit.lint.fix import with_fixes
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import Link, NotePath
from vaultkit.model.text import LineIndex, Span, TextEdit
from vaultkit.parse.frontmatter import places
from vaultkit.server.lsp.findings import as_diagnostics

if TYPE_CHECKING:
    from vaultkit.server.lsp.desk import Desk
    from vaultkit.server.lsp.server import Place, Server

FIX_ALL = "source.fixAll.vaultkit"
_QUICK = types.CodeActionKind.QuickFix
_MISSING = "section-missing"
_UNFIT = re.compile(r'[\x00-\x1f\x7f*"\\<>:|?#^\[\]]')


def register(server: Server) -> None:
    """Offer code actions."""

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([_QUICK, types.CodeActionKind.SourceFixAll])
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.ask(lambda: _actions(server, params))


def _actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    place = server.place(params.text_document.uri)
    if place is None:
        return []
    desk, path = place
    text = desk.text(path)
    wanted = server.ruler(text).span(params.range)
    here = [item for item in desk.findings(path) if item.span.start <= wanted.end and wanted.start <= item.span.end]
    only = params.context.only
    found = [*_quick(server, place, text, here), *_whole(server, place, text)]
    return [action for action in found if not only or any(_is(action.kind, kind) for kind in only)]


def _is(kind: str | None, wanted: str) -> bool:
    return kind == wanted or (kind or "").startswith(wanted + ".")


def _quick(server: Server, place: Place, text: str, here: list[Diagnostic]) -> Iterator[types.CodeAction]:
    """What can be done about the findings at a place."""
    desk, path = place
    missing = [item for item in desk.findings(path) if item.rule == _MISSING and item.fix]
    for item in here:
        shown = as_diagnostics(server, desk, path, (item,))
        if item.fix:
            after = with_fixes(text, (item,))
            title = _sentence(item.fix.title)
            action = _action(server, place, title, after, *shown)
            action.is_preferred = True
            yield action
    if len(missing) > 1 and any(item in missing for item in here):
        yield _action(
            server, place, "Insert all missing sections", _fixed(desk, path, lambda item: item.rule == _MISSING)
        )
    for item in here:
        shown = as_diagnostics(server, desk, path, (item,))
        new = _missing_note(desk, path, item)
        if new:
            yield _creating(server, desk, new, shown)
        edit = _silence(desk, path, text, item)
        if edit:
            change = types.WorkspaceEdit({server.uri(desk, path): [server.ruler(text).edit(edit)]})
            title = f"Suppress `{item.rule}` here"
            yield types.CodeAction(title, _QUICK, shown, edit=change)


def _whole(server: Server, place: Place, text: str) -> Iterator[types.CodeAction]:
    """The action that makes every safe fix of the note."""
    after = _fixed(place.desk, place.path, lambda item: item.fix is not None and item.fix.safe)
    if after != text:
        yield _action(server, place, "Make all safe fixes in this note", after, kind=FIX_ALL)


def _fixed(desk: Desk, path: NotePath, wanted: Callable[[Diagnostic], bool]) -> str:
    done = desk.session.fix((path,), lambda text, item: wanted(item))
    return next((note.after for note in done if note.path == path), desk.text(path))


def _action(
    server: Server, place: Place, title: str, after: str, *shown: types.Diagnostic, kind: str = _QUICK
) -> types.CodeAction:
    """An action that makes the note's text another one."""
    text = place.desk.text(place.path)
    ruler = server.ruler(text)
    edits = [ruler.edit(edit) for edit in differences(text, after)]
    change = types.WorkspaceEdit({server.uri(place.desk, place.path): edits})
    return types.CodeAction(title, kind, list(shown) or None, edit=change)


def differences(before: str, after: str) -> Iterator[TextEdit]:
    """The edits, line by line and then trimmed to what differs, that make one text of another."""
    from difflib import SequenceMatcher

    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts, at = [0], 0
    for line in old:
        at += len(line)
        starts.append(at)
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            yield _trimmed(starts[a], "".join(old[a:b]), "".join(new[c:d]))


def _trimmed(at: int, old: str, new: str) -> TextEdit:
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    return TextEdit(Span(at + head, at + len(old) - tail), new[head : len(new) - tail])


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with that are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


# The note that a link should open -------------------------------------------------------------------------------


def _missing_note(desk: Desk, path: NotePath, item: Diagnostic) -> NotePath | None:
    """The path at which a note would make a broken link good; None when the finding is of another kind."""
    link = next((link for link in desk.note(path).facts.links if link.span == item.span), None)
    if item.rule not in ("link-broken", "embed-broken", "property-broken-link") or link is None or not link.target:
        return None
    return _place_of(link)


def _place_of(link: Link) -> NotePath | None:
    target = link.target.removesuffix(".md").strip("/")
    parts = target.split("/")
    if not target or _UNFIT.search(target) or any(part.startswith(".") or not part.strip() for part in parts):
        return None
    return NotePath(target + ".md")


def _creating(server: Server, desk: Desk, new: NotePath, shown: list[types.Diagnostic]) -> types.CodeAction:
    create = types.CreateFile(server.uri(desk, new), options=types.CreateFileOptions(ignore_if_exists=True))
    change = types.WorkspaceEdit(document_changes=[create])
    return types.CodeAction(f"Create the note `{new.removesuffix('.md')}`", _QUICK, shown, edit=change)


# Suppressions ---------------------------------------------------------------------------------------------------


def _silence(desk: Desk, path: NotePath, text: str, item: Diagnostic) -> TextEdit | None:
    """The edit after which a finding is suppressed: a comment on its line, or a property for what is in the
    properties. None where neither can be written."""
    facts = desk.note(path).facts
    if item.span.start < facts.frontmatter.span.end:
        if "vaultkit" in facts.properties:
            return None
        return places(text, facts.frontmatter).insertion([f"vaultkit: {{ disable: [{item.rule}] }}"])
    if any(code.kind != "inline" and code.span.start <= item.span.start < code.span.end for code in facts.code):
        return None
    lines = LineIndex(text)
    end = lines.span(lines.position(item.span.start).line).end
    return TextEdit(Span(end, end), f" %% vaultkit-disable-line {item.rule} %%")
