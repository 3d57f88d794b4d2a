"""Draws time and memory against the number of notes, on two logarithmic scales."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from all import Series

_INK = "#7a7a7a"  # is read on a light and on a dark page
_COLOURS = {
    "vaultkit": "#c2562d",
    "rumdl": "#2f7fb8",
    "mdsmith": "#4b9a5a",
    "markdownlint": "#9a6fb8",
    "hugo": "#b8860b",
}
_DASHES = {"cold": "-", "full build": "-", "remembering": "--", "warm": ":", "nothing changed": ":"}


def ready() -> None:
    """Raises SystemExit when nothing can be drawn: better before hours of measuring than behind them."""
    if importlib.util.find_spec("matplotlib") is None:
        raise SystemExit("matplotlib is missing: pip install -e '.[bench]'")


def draw(file: Path, series: list[Series], sizes: list[int], what: str, unit: str) -> None:
    """Write one plot as SVG: a colour for each program, a dash for what it does."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    look = {"svg.hashsalt": "vaultkit", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10}
    with pyplot.rc_context(look):
        figure, axes = pyplot.subplots(figsize=(8, 4.5))
        for item in series:
            program, _, does = item.name.partition(", ")
            points = [size for size in sizes if item.runs.get(size)]
            axes.loglog(
                points,
                [item.median(size, what) for size in points],
                color=_COLOURS.get(program, _INK),
                linestyle=_DASHES.get(does.rpartition(", ")[2], "-."),
                marker="o",
                markersize=3.5,
                label=item.name,
            )
        axes.set_xlabel("notes", color=_INK)
        axes.set_ylabel(unit, color=_INK)
        axes.tick_params(colors=_INK, which="both")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.grid(True, color=_INK, alpha=0.25, linewidth=0.5)
        for side in axes.spines.values():
            side.set_color(_INK)
            side.set_alpha(0.4)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, labelcolor=_INK)
        figure.savefig(file, transparent=True, bbox_inches="tight", metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
    print(f"  drew {file}", file=sys.stderr)
