"""What the marks, shades and colours of the matrix of pairs mean: every one that can occur, used here or not."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from analysis.comparison import Comparison
from analysis.corrections import NAMES
from analysis.inference import mann_whitney, mixed_model, signed_rank
from analysis.legend import COMPLETE
from analysis.numerals import counted
from analysis.plots.arrangement import HIGHER, LOWER
from analysis.plots.lettering import fitted
from analysis.plots.look import INK, MUTED, RULE, luminance

TESTS = {
    signed_rank.NAME: "exact signed rank on assessors’ means",
    mann_whitney.NAME: "Mann–Whitney on assessors’ means",
    mixed_model.NAME: "t tests of the mixed model",
}
WIDE_IN, HIGH_IN = 1.72, 3.3  # beside the matrix; below it, half as high, it takes two columns of COLUMN_IN
COLUMN_IN = 1.68
SHADES = {"***": 0.62, "**": 0.4, "*": 0.22}
ON_STRONG = "#fefefe"  # ink on strong colours, on the light page and on the dark one
SIZE, STEP_IN = 6.5, 0.125
SHOWN: dict[str, Any] = {"fontsize": SIZE, "va": "center"}
HEAD: dict[str, Any] = {"fontsize": 7, "va": "center", "fontweight": "bold"}
SIGNS = ("−  row’s condition rated lower", "+  row’s condition rated higher", "than the column’s")


def shade_of(mark: str) -> float:
    """Return how dark the cell of a mark is, 0 to 1."""
    return SHADES.get(mark, 0.0)


def delta_fill(delta: float) -> tuple[dict[str, Any], str]:
    """Return a cell's fill for an effect from -1 to 1, and the ink that reads on it.

    The colour is the stronger the larger the effect, and none at 0: it takes the page's paper, light or dark.
    """
    colour, strength = LOWER if delta < 0 else HIGHER, abs(delta)
    red, green, blue = (1 - strength + strength * part for part in to_rgb(colour))
    return {"fc": colour, "alpha": strength}, ON_STRONG if luminance((red, green, blue)) < 0.208 else INK


def draw_legend(ax: Axes, comparison: Comparison, *, with_interval: bool, left_in: float | None) -> None:
    """Explain the matrix in axes whose data are inches from their upper left corner.

    Parameters
    ----------
    left_in : where the two columns of a legend below the matrix begin; None for one beside it
    """
    if left_in is None:
        end = _legend_above(ax, comparison, 0.08, 0.08)
        _legend_below(ax, comparison, 0.08, end + 0.34, with_interval=with_interval)
    else:
        _legend_above(ax, comparison, left_in, 0.2)
        _legend_below(ax, comparison, left_in + COLUMN_IN, 0.2, with_interval=with_interval)


def _legend_above(ax: Axes, comparison: Comparison, x: float, y: float) -> float:
    """Explain the marks; return where the text ends."""
    size = len({test.groups for test in comparison.pairs})
    text = f"{TESTS[comparison.pairs[0].test]}, {NAMES[comparison.correction]}, {counted(size, 'pair')}"
    ax.text(x, y, "Above the diagonal", **HEAD)
    for line in fitted(text, COLUMN_IN - 0.12, SIZE, lines=3).split("\n"):
        y += STEP_IN
        ax.text(x, y, line, color=MUTED, **SHOWN)
    y += 0.02
    for step in COMPLETE.steps:
        y += 0.2
        box: dict[str, Any] = {"fc": RULE, "alpha": shade_of(step.mark), "ec": "none", "clip_on": False}
        ax.add_patch(Rectangle((x, y - 0.085), 0.27, 0.17, **box))
        dip = 0.015 if step.mark.startswith("*") else -0.005
        ax.text(x + 0.135, y + dip, step.mark, ha="center", **HEAD)
        ax.text(x + 0.34, y, step.meaning.split(",")[0], **SHOWN)
    y += STEP_IN
    ax.text(x + 0.34, y, "not shown to differ", color=MUTED, **SHOWN)
    return y


def _legend_below(ax: Axes, comparison: Comparison, x: float, y: float, *, with_interval: bool) -> None:
    """Explain the effects: their colours, their signs, and their intervals where they are shown; if there are any."""
    deltas = [effect for test in comparison.pairs if (effect := test.effect("cliffs_delta")) is not None]
    if not deltas:
        return
    of = "ratings" if comparison.pairs[0].test == signed_rank.NAME else "assessors’ means"
    ax.text(x, y, "Below the diagonal", **HEAD)
    has_interval = with_interval and any(effect.low is not None for effect in deltas)
    for line in (f"Cliff’s δ of all {of}", *(["95 % interval over assessors"] if has_interval else [])):
        y += STEP_IN
        ax.text(x, y, line, color=MUTED, **SHOWN)
    y += STEP_IN
    _delta_bar(ax, x + 0.08, y)
    y += 0.34
    for line in SIGNS:
        y += STEP_IN if line.startswith("than") else 0.14
        ax.text(x, y, line, **SHOWN)


def _delta_bar(ax: Axes, left: float, y: float) -> None:
    width = 1.3
    for low, high in pairwise(np.linspace(-1, 1, 41)):
        fill, _ = delta_fill((low + high) / 2)
        box = (left + width * (low + 1) / 2, y), width * (high - low) / 2, 0.14
        ax.add_patch(Rectangle(*box, ec="none", clip_on=False, **fill))
    for value, label in ((-1, "−1"), (-0.5, "−.5"), (0, "0"), (0.5, "+.5"), (1, "+1")):
        x = left + width * (value + 1) / 2
        ax.plot([x, x], [y + 0.14, y + 0.17], color=MUTED, lw=0.6, clip_on=False)
        ax.text(x, y + 0.24, label, ha="center", va="center", fontsize=6)
