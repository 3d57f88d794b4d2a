"""Patterns and globs in linear time: both run on the Rust `regex` engine of pydantic-core, whatever a user writes. A
glob with no more than one wildcard is compared as text, since the engine takes longer to load than a warm check.

That engine has no look-around and no back-references; `$` is the very end of the text, `\\d` takes the digits of every
script. A pattern is searched for anywhere in the text, as in JSON Schema: anchor it with `^` and `$`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from vaultkit.model.expression import expression
from vaultkit.model.path import composed

Test = Callable[[str], bool]

_REASON = expression(r"^\s*error: (.*)", re.MULTILINE)


class PatternError(ValueError):
    """A pattern that the engine does not take; the message says why."""


@lru_cache(maxsize=1024)
def pattern_test(source: str) -> Test:
    """A test that says whether the pattern occurs in a text.

    Raises PatternError.
    """
    from pydantic_core import SchemaError, SchemaValidator

    try:
        search = SchemaValidator({"type": "str", "pattern": source}).isinstance_python
    except (SchemaError, UnicodeEncodeError) as error:
        found = _REASON.search(str(error))
        raise PatternError(found[1] if found else str(error).strip().rpartition("\n")[2].strip()) from error
    return lambda text: search(text if text.isascii() else _encodable(text))


def _encodable(text: str) -> str:
    """A name that is no UTF-8 carries lone surrogates, which the engine cannot take: shown as U+FFFD each."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


class Glob:
    """A glob over vault paths.

    `*` and `?` stand for characters of one name, `**` for any folders, `[ab]` and `[!ab]` for one character, `{a,b}`
    for either. A glob with a `/` in it is read from the vault's root, one without is looked for at every depth. A glob
    that ends in `/` or holds no wildcard names a folder too, and everything below it. Letter case matters; composed and
    decomposed accents are the same.

    Raises PatternError when it cannot be read.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        glob = composed(source)
        if not glob.strip("/"):
            raise PatternError("it names nothing")
        folder = glob.endswith("/") or not re.search(r"[*?\[{]", glob)
        anywhere = "/" not in glob.rstrip("/")
        body = glob.strip("/")
        self._test = _plain_test(body, anywhere, folder) or pattern_test(
            rf"(?s)\A{'(?:.*/)?' if anywhere else ''}{_regex(body)}{'(?:/.*)?' if folder else ''}\z"
        )

    def fits(self, path: str) -> bool:
        """Whether the glob stands for this vault path."""
        return self._test(composed(path))

    def __repr__(self) -> str:
        return f"Glob({self.source!r})"


def _plain_test(glob: str, anywhere: bool, folder: bool) -> Test | None:
    """The test of a glob that is text with at most one wildcard between its ends; None for any other. `anywhere`: it is
    looked for at every depth; `folder`: what is below fits too."""
    if glob == "**":
        return lambda path: True
    if _TEXT.fullmatch(glob):
        whole = f"/{glob}/"
        return (lambda path: whole in f"/{path}/") if anywhere else (lambda path: f"/{path}/".startswith(whole))
    found = None if folder else _ENDS.fullmatch(glob)
    if found is None:
        return None
    start, end = found["start"] or "", found["end"] or ""
    least = len(start) + len(end)
    deep = anywhere or found["wild"] != "*"
    return lambda path: (
        len(path) >= least
        and path.startswith(start)
        and path.endswith(end)
        and (deep or "/" not in path[len(start) : len(path) - len(end)])
    )


_TEXT = expression(r"[^*?\[\]{},\\]+")
_ENDS = expression(r"(?P<start>[^*?\[\]{},\\]*/)?(?:(?P<wild>\*|\*\*/\*)(?P<end>[^*?\[\]{},\\/]*)|\*\*)")
_TOKEN = expression(
    r"(?P<folders>(?<![^/])\*\*/)|(?P<all>\*\*)|(?P<name>\*)|(?P<one>\?)|\[(?P<not>[!^]?)(?P<set>\]?[^\]]*)\]"
    r"|(?P<open>\{)|(?P<close>\})|(?P<comma>,)|\\(?P<escaped>.)|(?P<text>.)",
    re.DOTALL,
)


def _regex(glob: str) -> str:
    parts: list[str] = []
    depth = 0
    for token in _TOKEN.finditer(glob):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            if not depth:
                raise PatternError("`}` without `{`")
            depth -= 1
        elif token[0] == "[":
            raise PatternError("`[` is never closed; the sign itself is written `\\[`")
        parts.append(_part(token, inside=depth > 0))
    if depth:
        raise PatternError("`{` is never closed")
    return "".join(parts)


def _part(token: re.Match[str], *, inside: bool) -> str:
    match token.lastgroup:
        case "folders":
            return "(?:.*/)?"
        case "all":
            return ".*"
        case "name":
            return "[^/]*"
        case "one":
            return "[^/]"
        case "set":
            return f"[{'^/' if token['not'] else ''}{_class(token['set'])}]"
        case "open":
            return "(?:"
        case "close":
            return ")"
        case "comma" if inside:
            return "|"
        case _:
            return re.escape(token["escaped"] or token[0])


def _class(members: str) -> str:
    return "".join("\\" + char if char in "\\[]^&~" else char for char in members)
