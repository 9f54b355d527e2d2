"""Differences to the reference: how far, how sure, and is that inside the declared margin?"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.dataset import Dataset
from analysis.differences import Difference
from analysis.numerals import MINUS, fixed, interval, short, signed
from analysis.plots.arrangement import arrange
from analysis.plots.look import MUTED, RULE, TWO_COLUMNS, Columns

ROW_IN, LINE_IN = 0.34, 0.1
NUMBERS_IN, CHARACTER_IN = 3.0, 0.062  # width of the numbers, and of a character of a label
LARGEST = 40  # rows; more are a table, not a figure
SIGNS = {"different": "≠", "different, within margin": "≠", "equivalent": "≈", "undecided": "?"}
HEADS = (
    (0.20, "right", "difference"),
    (0.24, "left", "95 % interval"),
    (0.73, "right", "smallest\nmargin"),
    (0.78, "left", "verdict"),
)


def draw_differences(differences: Sequence[Difference], dataset: Dataset, columns: Columns) -> Figure:
    """Draw each condition minus its reference; call it inside :func:`analysis.plots.look.look`.

    Parameters
    ----------
    columns : two hold the numbers and verdicts beside the intervals, one only the verdicts' signs
    """
    wide = columns == TWO_COLUMNS
    names = [f"{dataset.labels[d.condition]} {MINUS} {dataset.labels[d.reference]}" for d in differences]
    labels = [textwrap.wrap(name, width=32 if wide else 19, max_lines=3, placeholder="…") for name in names]
    row_in = ROW_IN + LINE_IN * (max(len(lines) for lines in labels) - 1)
    figure = Figure(figsize=(columns.width_in, row_in * len(differences) + 1.05))
    if wide:
        label_in = CHARACTER_IN * max(len(line) for lines in labels for line in lines)
        drawn_in = columns.width_in - NUMBERS_IN - label_in
        ax, numbers = figure.subplots(ncols=2, sharey=True, width_ratios=[drawn_in, NUMBERS_IN])
        for row, difference in enumerate(differences):
            _numbers(numbers, row, difference)
        for x, side, head in HEADS:
            numbers.text(x, -0.75, head, ha=side, va="bottom", color=MUTED, fontsize=7.5, linespacing=1.1)
        numbers.set(xlim=(0, 1))
        numbers.axis("off")
    else:
        ax = figure.subplots()
        for row, difference in enumerate(differences):
            sign = SIGNS[difference.verdict]
            ax.text(1.03, row, sign, transform=ax.get_yaxis_transform(), ha="center", va="center", fontweight="bold")
    _draw_intervals(ax, differences, dataset, wide=wide)
    ax.set(ylim=(len(differences) - 0.45, -0.65), yticks=range(len(differences)))
    ax.set_yticklabels(["\n".join(lines) for lines in labels])
    ax.tick_params(axis="y", length=0, labelsize=8 if wide else 7.5)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6 if wide else 4, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    whose = "estimated means" if differences[0].method == "mixed_model" else "assessors’ means"
    ax.set_xlabel(f"Difference of {whose} (scale points)" if wide else "Difference (scale points)")
    return figure


def _draw_intervals(ax: Axes, differences: Sequence[Difference], dataset: Dataset, *, wide: bool) -> None:
    places = {place.condition.id: place for place in arrange(dataset.conditions)}
    margin = dataset.plan.margin
    if margin is not None:
        ax.axvspan(-margin, margin, color=RULE, alpha=0.5, lw=0)
    ax.axvline(0, color=MUTED, lw=0.7)
    for row, difference in enumerate(differences):
        place = places[difference.condition]
        if not math.isnan(difference.low):
            ax.plot([difference.low, difference.high], [row, row], color=place.colour, lw=1.1)
            ax.plot([difference.inner_low, difference.inner_high], [row, row], color=place.colour, lw=3.4)
        ax.plot([difference.estimate], [row], "o", ms=5.2, mfc=place.face, mec=place.colour, mew=1.3, zorder=4)
    _heads(ax, differences, margin, wide=wide)


def _numbers(ax: Axes, row: int, difference: Difference) -> None:
    smallest = difference.smallest_margin
    cells = (
        signed(difference.estimate),
        interval(difference.low, difference.high, sign=True),
        "" if math.isnan(smallest) else f"±{fixed(smallest)}",
        difference.verdict,
    )
    for (x, side, head), text in zip(HEADS, cells, strict=True):
        ax.text(x, row, text, ha=side, va="center", fontweight="bold" if head == "verdict" else "normal")


def _heads(ax: Axes, differences: Sequence[Difference], margin: float | None, *, wide: bool) -> None:
    ends = [value for d in differences for value in (d.low, d.high, d.estimate) if not math.isnan(value)]
    low, high = min(*ends, -(margin or 0)), max(*ends, margin or 0)
    pad = 0.06 * (high - low) or 1.0
    ax.set_xlim(low - pad, high + pad)
    if margin is not None:
        ax.text(0, -0.75, f"margin ±{margin:g}", ha="center", va="bottom", color=MUTED, fontsize=7.5)
    if not wide:
        return
    worse = abs(low) >= high
    other = "reference" if differences[0].is_to_reference else "second"
    words = f"← rated lower than the {other}" if worse else f"rated higher than the {other} →"
    edge = (margin or 0) + 0.03 * (high - low)
    x, align = (-edge, "right") if worse else (high + pad, "right")
    ax.text(x, -0.75, words, ha=align, va="bottom", color=MUTED, fontsize=7.5)
