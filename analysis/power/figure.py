"""Power over the number of assessors, a line for each number of items."""

from __future__ import annotations

from itertools import cycle

from matplotlib.figure import Figure

from analysis.numerals import counted
from analysis.plots.arrangement import TESTED
from analysis.plots.look import MUTED
from analysis.power import Point, PowerPlan
from analysis.power.decisions import DECISIONS
from analysis.power.printed import WANTED

WIDTH_IN = 3.46  # 88 mm, one column of a journal
MARKERS = ("o", "s", "^", "D", "v", "P")


def draw_power(plan: PowerPlan, points: tuple[Point, ...]) -> Figure:
    """Draw the curves with their Monte-Carlo errors; call it inside :func:`analysis.plots.look.look`."""
    figure = Figure(figsize=(WIDTH_IN, 2.6))
    ax = figure.subplots()
    ax.axhline(WANTED, color=MUTED, lw=0.7, ls=(0, (4, 3)))
    for items, colour, marker in zip(plan.items, cycle(TESTED), cycle(MARKERS), strict=False):
        own = sorted((point for point in points if point.items == items), key=lambda point: point.assessors)
        n, power = [point.assessors for point in own], [point.power for point in own]
        ax.fill_between(n, [p.low for p in own], [p.high for p in own], color=colour, alpha=0.2, lw=0)
        ax.plot(n, power, marker=marker, ms=4, color=colour, label=counted(items, "item"))
    ax.set(ylim=(-0.02, 1.02), xlabel="Assessors", ylabel=f"Power, {DECISIONS[plan.test].name}", xticks=plan.assessors)
    ax.legend(loc="lower right")
    return figure
