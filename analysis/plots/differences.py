"""Differences to the reference: how far, how sure, and is that inside the declared margin?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.dataset import Dataset
from analysis.differences import Difference
from analysis.numerals import MINUS, fixed, interval, short, signed
from analysis.plots.arrangement import arrange
from analysis.plots.lettering import Weight, fitted, fitted_apart, widest_in, width_in
from analysis.plots.look import HIGHEST_IN, MUTED, RULE, TWO_COLUMNS, Columns

ROW_IN, LINE_IN, AROUND_IN = 0.27, 0.12, 1.15  # a row of one line, each further line, and what is no row
LARGEST = 40  # rows; more are a table, not a figure
LABEL_IN, NARROW_LABEL_IN = 2.1, 1.35  # at most
SIZE, HEAD_SIZE = 7.0, 6.5
GAP_IN = 0.13
SIGNS = {"different": "≠", "different, within margin": "≠", "equivalent": "≈", "undecided": "?"}
HEADS = ("difference", "95 % interval", "smallest\nmargin", "verdict")


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of texts beside the intervals: its heading, its right end in inches from the left, its cells."""

    head: str
    right_in: float
    cells: tuple[str, ...]
    weight: Weight


def draw_differences(differences: Sequence[Difference], dataset: Dataset, columns: Columns) -> Figure:
    """Draw each condition minus its reference; call it inside :func:`analysis.plots.look.look`.

    Parameters
    ----------
    columns : two hold the numbers and verdicts beside the intervals, one only the verdicts' signs
    """
    wide = columns == TWO_COLUMNS
    n = len(differences)
    is_tight = 2 * LINE_IN * n + AROUND_IN > HIGHEST_IN
    labels = _labels(differences, dataset, LABEL_IN if wide else NARROW_LABEL_IN, lines=1 if is_tight else 2)
    lines = max(label.count("\n") for label in labels)
    row_in = min(ROW_IN + LINE_IN * lines, (HIGHEST_IN - AROUND_IN) / n)
    figure = Figure(figsize=(columns.width_in, row_in * n + AROUND_IN))
    label_in = widest_in(labels, SIZE)
    if wide:
        numbers = _numbers(differences)
        numbers_in = numbers[-1].right_in
        drawn_in = columns.width_in - numbers_in - label_in - 2 * GAP_IN
        ax, beside = figure.subplots(ncols=2, sharey=True, width_ratios=[drawn_in, numbers_in])
        _write_numbers(beside, numbers)
    else:
        drawn_in = columns.width_in - label_in - 3 * GAP_IN
        ax = figure.subplots()
        for row, difference in enumerate(differences):
            sign = SIGNS[difference.verdict]
            ax.text(1.03, row, sign, transform=ax.get_yaxis_transform(), ha="left", va="center", fontweight="bold")
    _draw_intervals(ax, differences, dataset)
    ax.set(ylim=(n - 0.45, -0.65), yticks=range(n))
    ax.set_yticklabels(labels)
    ax.tick_params(axis="y", length=0, labelsize=SIZE)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5 if wide else 4, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    whose = "estimated means" if differences[0].method == "mixed_model" else "assessors’ means"
    ax.set_xlabel(fitted(f"Difference of {whose} (scale points)", drawn_in, 7.5, lines=2))
    _heads(ax, differences, dataset.plan.margin, drawn_in)
    return figure


def _labels(differences: Sequence[Difference], dataset: Dataset, most_in: float, *, lines: int) -> list[str]:
    """Return each pair's label; where it is too long, its partners are cut each by itself, so that both stay."""
    names = dataset.labels
    shown = {name for d in differences for name in (names[d.condition], names[d.reference])}
    minus_in = width_in(f" {MINUS} ", SIZE)
    whole = fitted_apart(sorted(shown), most_in - minus_in, SIZE)
    half = fitted_apart(sorted(shown), (most_in - minus_in) / 2, SIZE)
    labels = []
    for difference in differences:
        first, second = names[difference.condition], names[difference.reference]
        label = f"{whole[first]} {MINUS} {whole[second]}"
        if width_in(label, SIZE) > most_in:
            label = f"{whole[first]} {MINUS}\n{whole[second]}" if lines > 1 else f"{half[first]} {MINUS} {half[second]}"
        labels.append(label)
    return labels


def _draw_intervals(ax: Axes, differences: Sequence[Difference], dataset: Dataset) -> None:
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


def _numbers(differences: Sequence[Difference]) -> list[Numbers]:
    """Lay out the columns beside the intervals, each as wide as its widest text."""
    cells: tuple[tuple[str, ...], ...] = (
        tuple(signed(d.estimate) for d in differences),
        tuple(interval(d.low, d.high, sign=True) for d in differences),
        tuple("" if math.isnan(d.smallest_margin) else f"±{fixed(d.smallest_margin)}" for d in differences),
        tuple(d.verdict.replace(", ", ",\n") for d in differences),
    )
    found: list[Numbers] = []
    right_in = 0.0
    for head, texts in zip(HEADS, cells, strict=True):
        weight: Weight = "bold" if head == "verdict" else "normal"
        right_in += max(widest_in(texts, SIZE, weight), widest_in([head], HEAD_SIZE)) + GAP_IN
        found.append(Numbers(head, right_in, texts, weight))
    return found


def _write_numbers(ax: Axes, numbers: Sequence[Numbers]) -> None:
    """Write the columns, right-aligned; the verdicts, the last one, begin one below the other."""
    for place, column in enumerate(numbers):
        is_last = place == len(numbers) - 1
        x, side = (numbers[place - 1].right_in + GAP_IN, "left") if is_last else (column.right_in, "right")
        _above(ax, x, 0, column.head, ha=side)
        for row, text in enumerate(column.cells):
            ax.text(x, row, text, ha=side, va="center", fontsize=SIZE, fontweight=column.weight, linespacing=1.0)
    ax.set(xlim=(0, numbers[-1].right_in))
    ax.axis("off")


def _heads(ax: Axes, differences: Sequence[Difference], margin: float | None, drawn_in: float) -> None:
    """Set the axis, and say above it what the margin is and which side is which."""
    ends = [value for d in differences for value in (d.low, d.high, d.estimate) if not math.isnan(value)]
    low, high = min(*ends, -(margin or 0)), max(*ends, margin or 0)
    pad = 0.06 * (high - low) or 1.0
    ax.set_xlim(low - pad, high + pad)
    if margin is not None:
        text = f"margin ±{margin:g}"
        half = width_in(text, HEAD_SIZE) / 2 * (high - low + 2 * pad) / drawn_in  # keeps the words over the axes
        _above(ax, min(max(0.0, low - pad + half), high + pad - half), 0, text, ha="center")
    worse = abs(low) >= high
    other = "reference" if differences[0].is_to_reference else "second"
    words = f"← rated lower than the {other}" if worse else f"rated higher than the {other} →"
    x, side = (low - pad, "left") if worse else (high + pad, "right")
    _above(ax, x, 0 if margin is None else 1, fitted(words, drawn_in, HEAD_SIZE, lines=2), ha=side)


def _above(ax: Axes, x: float, line: int, text: str, *, ha: str) -> None:
    """Write above the axes, so many lines up."""
    where = ax.get_xaxis_transform()
    style: dict[str, Any] = {"ha": ha, "va": "bottom", "color": MUTED, "fontsize": HEAD_SIZE, "linespacing": 1.1}
    ax.annotate(text, (x, 1), xycoords=where, xytext=(0, 2 + 9 * line), textcoords="offset points", **style)
