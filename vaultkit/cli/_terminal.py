"""What the terminal can do besides colours: hyperlinks, as far as it is known to show them."""

from __future__ import annotations

import os
from urllib.parse import quote

import vaultkit

_PROGRAMS = frozenset(("iTerm.app", "WezTerm", "vscode", "ghostty", "rio", "zed", "WarpTerminal", "Hyper", "Tabby"))
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
_VTE = 5001
"""The first version of the library behind GNOME's terminals that shows them; 0.50.0 crashes."""


def pages(terminal: bool) -> str:
    """The address of the folder with the rules' pages, which are part of the package (in a checkout they are those of
    `docs/rules`), if standard output shows hyperlinks, or ""."""
    folder = os.path.join(os.path.dirname(os.path.abspath(vaultkit.__file__)), "rule_pages", "")
    if not _hyperlinks(terminal) or not os.path.isdir(folder):
        return ""
    return f"file://{os.uname().nodename}{quote(os.fsencode(folder))}"


def _hyperlinks(terminal: bool) -> bool:
    """FORCE_HYPERLINK decides (`0`: none). Else it must be a terminal that is known: others show rubbish."""
    known = os.environ.get
    forced = known("FORCE_HYPERLINK")
    if forced is not None:
        return forced != "0"
    term = known("TERM", "")
    if not terminal or term == "dumb" or term.startswith(("screen", "tmux")):
        return False
    vte = known("VTE_VERSION", "")
    return (
        known("TERM_PROGRAM") in _PROGRAMS
        or bool(known("WT_SESSION") or known("DOMTERM"))
        or term.startswith(_TERMS)
        or (vte.isdecimal() and int(vte) >= _VTE)
    )
