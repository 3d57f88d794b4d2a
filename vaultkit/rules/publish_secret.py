"""A note that is meant to be public holds what looks like a token, a password or a private key.

Whoever reads it can use it, and search engines and archives keep what was public once. The note is held back. Take it
out and, if the note was ever published, have the service that gave it make a new one.

It knows the forms that well-known services give their tokens (GitHub, GitLab, AWS, Slack, Stripe, Google, OpenAI, npm,
PyPI and more), private keys in PEM form, passwords in addresses (`https://name:password@…`), and values that look made
by a machine where a name says `token`, `secret`, `password` or `api_key`. Code counts, since code is shown; comments,
which are not, do not. What plainly shows only the form (`AKIA…EXAMPLE`, `xxxx`) is fine.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("public",))
def publish_secret(ctx: Context) -> Iterator[Diagnostic]:
    """Report secrets in what readers of a public note see."""
    if not ctx.standing.public:
        return
    from vaultkit.lint.published import published_places
    from vaultkit.lint.secrets import secrets

    end = -1
    found = sorted(secrets(ctx.text), key=lambda secret: secret.span)
    sees = published_places(ctx, code=True) if found else None
    for secret in found:
        if sees and secret.span.start >= end and sees(secret.span):
            end = secret.span.end
            message = f"this looks like {secret.what}, which whoever reads the page could use"
            yield ctx.report(secret.span, message, label="secret")
