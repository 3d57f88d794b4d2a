"""Findings in the protocol's words."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import from_fs_path

import vaultkit
from vaultkit.model.diagnostic import Diagnostic, Related, Severity
from vaultkit.model.note import NotePath

if TYPE_CHECKING:
    from vaultkit.server.lsp.desk import Desk
    from vaultkit.server.lsp.server import Server

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def as_diagnostics(server: Server, desk: Desk, path: NotePath, found: tuple[Diagnostic, ...]) -> list[types.Diagnostic]:
    """The findings of a note, at their places in the text that was checked."""
    ruler = server.ruler(desk.text(path))
    return [
        types.Diagnostic(
            ruler.range(item.span),
            _words(item),
            _SEVERITIES[item.severity],
            item.rule,
            _page(item.rule),
            "vaultkit",
            None,
            [_related(server, desk, other) for other in item.related] or None,
        )
        for item in found
    ]


@cache
def _page(rule: str) -> types.CodeDescription | None:
    """Where the page of a rule is: it comes with the package."""
    path = os.path.join(os.path.dirname(os.path.abspath(vaultkit.__file__)), "rule_pages", f"{rule}.md")
    return types.CodeDescription(from_fs_path(path) or "") if os.path.exists(path) else None


def _words(item: Diagnostic) -> str:
    return f"{item.message}\n{item.hint}" if item.hint else item.message


def _related(server: Server, desk: Desk, other: Related) -> types.DiagnosticRelatedInformation:
    ruler = server.ruler(desk.text(other.path))
    return types.DiagnosticRelatedInformation(
        types.Location(server.uri(desk, other.path), ruler.range(other.span)), other.message
    )
