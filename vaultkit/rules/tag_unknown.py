"""A tag is not in the vocabulary.

Off by default. The option `vocabulary` lists the tags that may be used, with `*` for one level and `**` for any:

    rules:
      tag-unknown: { severity: warning, vocabulary: [book, film, "project/*", "place/**"] }

Letter case does not matter (`tag-variant` is about that). The levels above a listed tag are known as well: with
`genre/poem` in the list, `genre` is. As long as nothing is listed, everything is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate

from vaultkit.index.mending import did_you_mean
from vaultkit.index.near import near_texts
from vaultkit.lint.rule import Context, rule
from vaultkit.lint.tag_places import typed_tags
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.record import NamedTuple


class Options(NamedTuple):
    """`vocabulary`: the tags that may be used, without `#`; `*` and `**` are fine."""

    vocabulary: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise ValueError for a glob that cannot be read."""
        _test(self.vocabulary)


@rule(severity=None, options=Options, about=("tags", "properties"))
def tag_unknown(ctx: Context) -> Iterator[Diagnostic]:
    """Report tags that the vocabulary does not have."""
    vocabulary = ctx.options.vocabulary
    is_known = _test(vocabulary)
    for typed in typed_tags(ctx) if vocabulary else ():
        span = None if is_known(typed.name.lower()) else typed.span(ctx)
        if span:
            near = near_texts(typed.name, [tag for tag in vocabulary if not _is_glob(tag)])
            message = f"`#{typed.name}` is not in the vocabulary{did_you_mean([f'#{tag}' for tag in near])}"
            yield ctx.report(span, message, label="unknown tag")


@lru_cache(maxsize=64)
def _test(vocabulary: tuple[str, ...]) -> Callable[[str], bool]:
    """A test for the tags (in small letters) that are known. Raises ValueError for a glob that cannot be read."""
    from vaultkit.schema.pattern import Glob

    tags = [tag.lower().removeprefix("#") for tag in vocabulary]
    plain = {above for tag in tags if not _is_glob(tag) for above in accumulate(tag.split("/"), "{}/{}".format)}
    globs = [Glob(f"/{tag}") for tag in tags if _is_glob(tag)]
    return lambda tag: tag in plain or any(glob.fits(tag) for glob in globs)


def _is_glob(tag: str) -> bool:
    return not set(tag).isdisjoint("*?[{")
