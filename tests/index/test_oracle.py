"""The link rules on the official help vault: exactly the links that are known to be broken, and nothing else."""

from pathlib import Path

import pytest

VAULT = Path.home() / ".cache" / "vaultkit-test-vaults" / "obsidian-help-en"
RULES = (
    "link-broken",
    "link-broken-heading",
    "link-broken-block",
    "link-ambiguous",
    "embed-broken",
    "embed-cycle",
    "property-broken-link",
)
LINKS = "Linking notes and files/Internal links.md"
KNOWN = {
    (LINKS, "[[Example]]", "link-broken"),
    (LINKS, "[[Example#Details]]", "link-broken"),
    (LINKS, "[[Example|Custom name]]", "link-broken"),
    (LINKS, "[[Example#Details|Section name]]", "link-broken"),
    (LINKS, "[Custom name](Example.md)", "link-broken"),
    (LINKS, "[Section name](Example.md#Details)", "link-broken"),
}
LEFT_OUT = {("Extending Obsidian/Obsidian CLI.md", "![[obsidian-cli.mp4#interface]]", "embed-broken")}
"""Of a film that the copy of the vault was made without."""


@pytest.mark.skipif(not VAULT.is_dir(), reason="the help vault is not unpacked on this machine")
def test_the_help_vault():
    from vaultkit.cli._choice import chosen
    from vaultkit.session import Session
    from vaultkit.vault.settings import load_config

    session = Session.open(str(VAULT), chosen(load_config(str(VAULT)), RULES, ()))
    try:
        session.refresh()
        found = {
            (item.path, session.text(item.path)[slice(*item.span)], item.rule)
            for item in session.diagnostics().diagnostics
        }
    finally:
        session.files.close()
    assert found - LEFT_OUT == KNOWN
