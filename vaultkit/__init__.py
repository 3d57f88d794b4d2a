"""vaultkit checks an Obsidian vault against its schemas and links, and publishes the notes that pass.

What is public is named here, and imported when it is first asked for: `import vaultkit` costs nothing. What it means is
told in docs/reference/python.md, how long it stays in docs/reference/versioning.md.
"""

from vaultkit._version import VERSION as __version__  # noqa: N811

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` for it would slow every start
if TYPE_CHECKING:
    from vaultkit.config import Config, TargetConfig
    from vaultkit.config import Publish as PublishSettings
    from vaultkit.errors import BusyError, SetupError, TargetError, VaultkitError
    from vaultkit.lint.rule import Context, rule
    from vaultkit.model.change import Change
    from vaultkit.model.diagnostic import CheckResult, Diagnostic, Fix, Related, Severity
    from vaultkit.model.note import Facts, Note, NotePath
    from vaultkit.model.text import LineIndex, Position, Span, TextEdit
    from vaultkit.publish.intent import Notice
    from vaultkit.publish.layout import Layout
    from vaultkit.publish.page import Edition, Output, Page, Target
    from vaultkit.publish.place import Delivery, Place
    from vaultkit.publish.plan import Plan
    from vaultkit.publish.select import PublishedNote
    from vaultkit.reports._look import Look
    from vaultkit.schema.options import Model as TargetOptions
    from vaultkit.scripting import check, publish, report
    from vaultkit.session import Session
    from vaultkit.vault.root import find_root

_HOMES = {
    "BusyError": "errors",
    "Change": "model.change",
    "CheckResult": "model.diagnostic",
    "Config": "config",
    "Context": "lint.rule",
    "Delivery": "publish.place",
    "Diagnostic": "model.diagnostic",
    "Edition": "publish.page",
    "Facts": "model.note",
    "Fix": "model.diagnostic",
    "Layout": "publish.layout",
    "LineIndex": "model.text",
    "Look": "reports._look",
    "Note": "model.note",
    "NotePath": "model.note",
    "Notice": "publish.intent",
    "Output": "publish.page",
    "Page": "publish.page",
    "Place": "publish.place",
    "Plan": "publish.plan",
    "Position": "model.text",
    "PublishSettings": "config:Publish",
    "PublishedNote": "publish.select",
    "Related": "model.diagnostic",
    "Session": "session",
    "SetupError": "errors",
    "Severity": "model.diagnostic",
    "Span": "model.text",
    "Target": "publish.page",
    "TargetConfig": "config",
    "TargetError": "errors",
    "TargetOptions": "schema.options:Model",
    "TextEdit": "model.text",
    "VaultkitError": "errors",
    "check": "scripting",
    "find_root": "vault.root",
    "publish": "publish",
    "report": "scripting",
    "rule": "lint.rule",
}
"""The module of each public name (`publish` is a package that can be called), and its name there if it is another."""

__all__ = [
    "BusyError", "Change", "CheckResult", "Config", "Context", "Delivery", "Diagnostic", "Edition", "Facts", "Fix",
    "Layout", "LineIndex", "Look", "Note", "NotePath", "Notice", "Output", "Page", "Place", "Plan", "Position",
    "PublishSettings", "PublishedNote", "Related", "Session", "SetupError", "Severity", "Span", "Target",
    "TargetConfig", "TargetError", "TargetOptions", "TextEdit", "VaultkitError", "__version__", "check", "find_root",
    "publish", "report", "rule",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module `vaultkit` has no attribute `{name}`")
    from importlib import import_module

    home, _, own = _HOMES[name].partition(":")
    module = import_module(f"vaultkit.{home}")
    found: object = module if name == home else getattr(module, own or name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
