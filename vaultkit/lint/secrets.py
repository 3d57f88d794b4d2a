"""Strings that give whoever reads them access to something: tokens of well-known forms, private keys, passwords.

Every form has a sign that a text is searched for first, so that a text without signs costs next to nothing. What is
plainly made up (`AKIA…EXAMPLE`, `xxxx`, `<token>`, runs and repetitions) is none. All patterns are linear.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span


class Secret(NamedTuple):
    """Something secret: what it is (with its article), and where it stands."""

    what: str
    span: Span


class _Form(NamedTuple):
    """A well-known form. The first group of the pattern, if it has one, is the secret; else all of it."""

    sign: str
    what: str
    pattern: re.Pattern[str]


def _form(sign: str, what: str, pattern: str) -> _Form:
    return _Form(sign, what, expression(rf"(?<![A-Za-z0-9_-]){pattern}(?![A-Za-z0-9_-])"))


_FORMS = (
    _form("AKIA", "an AWS access key", r"AKIA[A-Z2-7]{16}"),
    _form("ASIA", "an AWS access key", r"ASIA[A-Z2-7]{16}"),
    *(_form(f"gh{kind}_", "a GitHub token", rf"gh{kind}_[A-Za-z0-9]{{36,251}}") for kind in "pousr"),
    _form("github_pat_", "a GitHub token", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    _form("glpat-", "a GitLab token", r"glpat-[A-Za-z0-9_.-]{20,300}"),
    _form("xox", "a Slack token", r"xox[abeoprs]-(?=[0-9A-Za-z-]*[0-9]{6})[0-9A-Za-z-]{20,300}"),
    _form("hooks.slack.com", "a Slack webhook", r"hooks\.slack\.com/services/T\w{8,12}/B\w{8,12}/(\w{24})"),
    _form("sk_live_", "a Stripe key", r"sk_live_[A-Za-z0-9]{20,250}"),
    _form("rk_live_", "a Stripe key", r"rk_live_[A-Za-z0-9]{20,250}"),
    _form("AIza", "a Google API key", r"AIza[A-Za-z0-9_-]{35}"),
    _form("GOCSPX-", "a Google client secret", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    _form("T3BlbkFJ", "an OpenAI key", r"sk-[A-Za-z0-9_-]{20,100}T3BlbkFJ[A-Za-z0-9_-]{20,100}"),
    _form("sk-ant-", "an Anthropic key", r"sk-ant-[a-z]{2,10}[0-9]{2}-[A-Za-z0-9_-]{80,120}"),
    _form("SG.", "a SendGrid key", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    _form("npm_", "an npm token", r"npm_[A-Za-z0-9]{36}"),
    _form("pypi-AgE", "a PyPI token", r"pypi-AgE[A-Za-z0-9_-]{50,300}"),
    _form("hf_", "a Hugging Face token", r"hf_[A-Za-z]{34}"),
    *(_form(f"do{kind}_v1_", "a DigitalOcean token", rf"do{kind}_v1_[a-f0-9]{{64}}") for kind in "opr"),
    _form("shp", "a Shopify token", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    _form(":AA", "a Telegram bot's token", r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    _form(
        "/api/webhooks/", "a Discord webhook", r"discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/([A-Za-z0-9_-]{60,80})"
    ),
    _form("AGE-SECRET-KEY-", "an age key", r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"),
    _form("eyJ", "a signed web token (JWT)", r"eyJ[\w-]{15,2000}\.eyJ[\w-]{15,4000}\.([\w-]{40,1000})"),
    _form(
        "PRIVATE KEY",
        "a private key",
        r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?=\s+(?:[\w-]+: [^\n]*\s+){0,4}[A-Za-z0-9+/=]{40})",
    ),
)

_NAMES = (
    r"(?:api|access|auth|client|private|secret|bearer)[_-]?(?:key|token|secret)|token|secret|passw(?:or)?d|passphrase"
)
_NAME_SIGNS = {
    "token": ("token",),
    "secret": ("secret",),
    "pass": ("passw", "passphrase"),
    "key": ("_key", "-key", "apikey", "accesskey", "authkey", "privatekey"),
}
"""What a name has in it, all of it in lower case, by what that has in it."""

_ASSIGNED = expression(
    rf"(?i)(?<![a-z])(?:{_NAMES})[\"'`]?[ \t]{{0,4}}(?::=|=>|[:=])[ \t]{{0,4}}(?:bearer[ \t]{{1,4}})?"
    r"[\"'`]?([A-Za-z0-9+/_.=~-]{20,200})(?![A-Za-z0-9+/_.=~(\[{<$-])"
)
_IN_ADDRESS = expression(
    r"://[A-Za-z0-9._%+-]{1,100}:([^\s/:@<>{}\[\]$`'\"]{8,100})@(?!(?:localhost|127\.|example\.))[A-Za-z0-9]"
)
_MADE_UP = expression(
    r"(?i)example|sample|dummy|fake|redact|placeholder|changeme|your|xxxx|\*\*\*|\.\.\.|1234567|abcdef|qwerty"
)


def secrets(text: str) -> Iterator[Secret]:
    """What in a text looks secret, form by form."""
    for form in _FORMS:
        if form.sign in text:
            for found in form.pattern.finditer(text):
                if not _is_made_up(found[found.re.groups]):
                    yield Secret(form.what, Span(*found.span()))
    for start, end in _lines_with_names(text):
        for found in _ASSIGNED.finditer(text, start, end):
            if _is_random(found[1]) and not _is_made_up(found[1]):
                yield Secret("a password or key", Span(*found.span(1)))
    if "@" in text:
        for found in _IN_ADDRESS.finditer(text):
            if any(map(str.isdigit, found[1])) and not _is_made_up(found[1]):
                yield Secret("a password in an address", Span(*found.span(1)))


def _lines_with_names(text: str) -> list[tuple[int, int]]:
    """Where the lines begin and end that may name a password or key, in order: a pattern for that is slow."""
    lowered = text.lower()
    if len(lowered) != len(text):  # some letter has a longer small one
        return [(0, len(text))]
    lines = set()
    for common, signs in _NAME_SIGNS.items():
        for sign in signs if common in lowered else ():
            at = lowered.find(sign)
            while at >= 0:
                end = lowered.find("\n", at)
                end = len(text) if end < 0 else end
                lines.add((lowered.rfind("\n", 0, at) + 1, end))
                at = lowered.find(sign, end)
    return sorted(lines)


def _is_made_up(secret: str) -> bool:
    """Whether a string only shows what a secret looks like."""
    return bool(_MADE_UP.search(secret)) or len(set(secret.rstrip("="))) < min(10, len(secret) // 2)


def _is_random(value: str) -> bool:
    """Whether a value is such as machines make: letters and digits mixed, without words, paths or dates."""
    letters, digits = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
    if digits < 3 or letters < 5 or value.count("/") > 3:
        return False
    if re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", value):
        return len(value) >= 32 and _entropy(value) > 3
    mixed = any(map(str.isupper, value)) and any(map(str.islower, value))
    return mixed and _entropy(value) > 3.8 and not re.search(r"[a-z]{7}|[A-Z][a-z]{4,}[A-Z_.-]", value)


def _entropy(value: str) -> float:
    """Bits per character, by how often each occurs."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())
