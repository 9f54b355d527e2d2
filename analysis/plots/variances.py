"""Where the variance within conditions comes from: bars that add up to all of it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from analysis.numerals import fixed
from analysis.plots.arrangement import ANCHOR, TESTED
from analysis.plots.look import MUTED, Columns
from analysis.variance_shares import MEANINGS, NAMES, Share

ROW_IN = 0.4


def draw_variances(shares: Sequence[Share], columns: Columns) -> Figure:
    """Draw the model's sources of variance; call it inside :func:`analysis.plots.look.look`.

    What differs between conditions is coloured: it limits every comparison.
    """
    figure = Figure(figsize=(columns.width_in, ROW_IN * len(shares) + 0.55))
    ax = figure.subplots()
    for row, share in enumerate(shares):
        colour = TESTED[0] if share.term.endswith(":condition") else ANCHOR
        ax.barh([row], [share.per_cent], height=0.36, color=colour, lw=0)
        ax.text(share.per_cent + 1.2, row, f"{fixed(share.per_cent, 0)} %", va="center", fontweight="bold", fontsize=8)
        ax.text(0, row - 0.38, NAMES[share.term], va="center", fontsize=8)
        ax.text(40, row - 0.38, MEANINGS[share.term], va="center", color=MUTED, fontsize=7.5)
        ax.text(114, row, f"SD {fixed(share.sd)}", va="center", ha="right", color=MUTED, fontsize=8)
    ax.set(xlim=(0, 114), ylim=(len(shares) - 0.65, -0.65), yticks=[], xticks=[0, 25, 50, 75, 100])
    ax.set_xlabel("Share of the variance within conditions (%)")
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(0, 100)
    return figure
