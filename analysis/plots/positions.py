"""Order and position: what they add to a rating, with the trend over assessors.

The axis spans the declared margin, or five points, so that a harmless trend looks harmless.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.behaviour import PositionEffect
from analysis.numerals import interval, signed
from analysis.plots.arrangement import TESTED
from analysis.plots.look import INK, MUTED, TWO_COLUMNS, Columns

TITLES = {"page_position": "Earlier or later in the test", "slot": "Place on the page"}
AXES = {"page_position": "Page (1 = heard first)", "slot": "Place on the page (1 = first)"}
LEAST = 5.0  # scale points that the axis spans at least


def draw_positions(effects: Sequence[PositionEffect], margin: float | None, columns: Columns) -> Figure:
    """Draw the effects that have positions; call it inside :func:`analysis.plots.look.look`.

    Parameters
    ----------
    effects : with points
    columns : panels stand side by side in two columns, one below the other in one
    """
    wide = columns == TWO_COLUMNS
    n = len(effects)
    figure = Figure(figsize=(columns.width_in, 2.05 if wide else 1.75 * n))
    panels = figure.subplots(nrows=1 if wide else n, ncols=n if wide else 1, sharey=True, squeeze=False).flat
    ends = [value for effect in effects for at in effect.points for value in (at.low, at.high, at.mean)]
    reach = max(LEAST, margin or 0, *(abs(value) for value in ends if not math.isnan(value))) * 1.15
    for ax, effect in zip(panels, effects, strict=True):
        _panel(ax, effect)
        ax.set(ylim=(-reach, reach * 1.3), xlabel=AXES[effect.name])
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 0)))
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
        ax.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True))
    figure.supylabel("Rating minus expected", fontsize=8)
    return figure


def _panel(ax: Axes, effect: PositionEffect) -> None:
    ax.axhline(0, color=MUTED, lw=0.7)
    x = np.array([at.position for at in effect.points])
    for at in effect.points:
        if not math.isnan(at.low):
            ax.plot([at.position] * 2, [at.low, at.high], color=INK, lw=1.1, zorder=3)
    ax.plot(x, [at.mean for at in effect.points], "o", ms=4.2, color=INK, zorder=4)
    ax.plot(x, effect.slope * (x - x.mean()), color=TESTED[0], lw=1.2, zorder=2)
    words = f"trend {signed(effect.slope, 2)} a step {interval(effect.low, effect.high, 2, sign=True)}"
    ax.text(0.995, 0.985, words, transform=ax.transAxes, ha="right", va="top", color=TESTED[0], fontsize=7.5)
    ax.set_title(TITLES[effect.name])
    ax.set_xlim(x.min() - 0.5, x.max() + 0.5)
