"""Where the variance within conditions comes from: bars that add up to all of it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from analysis.numerals import fixed
from analysis.plots.arrangement import ANCHOR, TESTED
from analysis.plots.lettering import widest_in, width_in
from analysis.plots.look import MUTED, TWO_COLUMNS, Columns
from analysis.variance_shares import MEANINGS, NAMES, Share

ROW_IN, GAP_IN = 0.4, 0.12
SIZE = 7.5


def draw_variances(shares: Sequence[Share], columns: Columns) -> Figure:
    """Draw the model's sources of variance; call it inside :func:`analysis.plots.look.look`.

    What differs between conditions is coloured: it limits every comparison.
    """
    small = 7 if columns == TWO_COLUMNS else 6
    figure = Figure(figsize=(columns.width_in, ROW_IN * len(shares) + 0.55))
    ax = figure.subplots()
    per_cent = [f"{fixed(share.per_cent, 0)} %" for share in shares]
    spreads = [f"SD {fixed(share.sd)}" for share in shares]
    inside_in = columns.width_in - 2 * GAP_IN
    bars_in = inside_in - width_in("100 %", SIZE, "bold") - widest_in(spreads, small) - 2 * GAP_IN
    right = 100 * inside_in / bars_in  # the axis is as long as bars, per cent and spreads are
    meaning = (widest_in([NAMES[share.term] for share in shares], SIZE) + GAP_IN) / inside_in * right
    for row, share in enumerate(shares):
        colour = TESTED[0] if share.term.endswith(":condition") else ANCHOR
        ax.barh([row], [share.per_cent], height=0.36, color=colour, lw=0)
        ax.text(share.per_cent + 1.2, row, per_cent[row], va="center", fontweight="bold", fontsize=SIZE)
        ax.text(0, row - 0.38, NAMES[share.term], va="center", fontsize=SIZE)
        ax.text(meaning, row - 0.38, MEANINGS[share.term], va="center", color=MUTED, fontsize=small)
        ax.text(right, row, spreads[row], va="center", ha="right", color=MUTED, fontsize=small)
    ax.set(xlim=(0, right), ylim=(len(shares) - 0.65, -0.65), yticks=[], xticks=[0, 25, 50, 75, 100])
    ax.set_xlabel("Share of the variance within conditions (%)", x=0.5 * 100 / right)
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(0, 100)
    return figure
