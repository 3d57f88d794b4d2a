"""How findings are written down: one file per output format, named as the format.

A report is a pure function `report(result: CheckResult, look: Look) -> str`; the text ends with a line end unless it is
empty. Findings come in stable order and stay in it. Other packages bring reports by entry points of the group
`vaultkit.reports`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vaultkit.extensions import Provider
    from vaultkit.model.diagnostic import CheckResult
    from vaultkit.reports._look import Look


def taken_in(found: Any, name: str, provider: Provider) -> Callable[[CheckResult, Look], str]:
    """A report of another package, guarded. Raises SetupError when it is none, and when it fails."""
    from vaultkit.errors import SetupError
    from vaultkit.extensions import Failed, isolated

    what = f"the report `{name}` of {provider}"
    if not callable(found):
        raise SetupError(f"{what} cannot be called", do="a report is a function of the result and the look")

    def report(result: CheckResult, look: Look) -> str:
        try:
            text: Any = isolated(lambda: found(result, look))
            if not isinstance(text, str):
                raise Failed(f"a report is a text, and this is {type(text).__name__}")
        except Failed as error:
            do = f"mend or update `{provider.package}`, or choose another --output-format"
            raise SetupError(f"{what} failed: {error}", where=error.where, do=do) from error
        return text

    return report
