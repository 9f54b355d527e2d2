"""How many people next time? To find a difference and to show sameness are different questions: solid and dashed."""

from __future__ import annotations

from matplotlib.figure import Figure

from analysis.plots.arrangement import TESTED
from analysis.plots.look import INK, MUTED, RULE, Columns
from analysis.power_curve import Curves, asked
from analysis.precision import POWER


def draw_power_curve(curves: Curves, columns: Columns) -> Figure:
    """Draw the curves, with the number of assessors of this study; call it inside :func:`analysis.plots.look.look`."""
    figure = Figure(figsize=(columns.width_in, 2.6))
    ax = figure.subplots()
    ax.axhline(POWER, color=RULE, lw=0.8)
    ax.axvline(curves.n, color=MUTED, lw=0.7, ls=(0, (1, 2)), label=f"this study, {curves.n}")
    colours = iter(TESTED)
    for curve in curves.found:
        is_same = curve.difference is None
        colour = INK if is_same else next(colours)
        style = (0, (5, 2)) if is_same else "-"
        ax.plot(curve.assessors, curve.power, color=colour, ls=style, lw=1.3, label=asked(curve, curves.margin))
    ax.set(xlim=(0, curves.found[0].assessors[-1]), ylim=(0, 1.02), xlabel="Assessors", ylabel="Power")
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", ".2", ".4", ".6", ".8", "1"])
    figure.legend(loc="outside upper center", ncols=2, fontsize=6.5)
    return figure
