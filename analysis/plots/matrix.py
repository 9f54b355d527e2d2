"""All pairs at once: which differ (above the diagonal), and by how much (below it)."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.comparison import Comparison
from analysis.corrections import NAMES
from analysis.inference import mann_whitney, mixed_model, signed_rank
from analysis.legend import COMPLETE
from analysis.numerals import counted, fraction_interval, p_statement, signed_fraction
from analysis.plots.arrangement import Place, arrange, families
from analysis.plots.look import MUTED, RULE, TWO_COLUMNS, Columns, luminance

TESTS = {
    signed_rank.NAME: "exact signed rank on assessors’ means",
    mann_whitney.NAME: "Mann–Whitney on assessors’ means",
    mixed_model.NAME: "t tests of the mixed model",
}
LARGEST = 24  # conditions; a larger matrix is a table, not a figure
DELTA_MAP = LinearSegmentedColormap.from_list("delta", ["#74440a", "#dfbb84", "#f6f6f4", "#8fcbc1", "#09544e"])
SHADES = {"***": 0.62, "**": 0.4, "*": 0.22, "o": 0.0}
ROOMY_IN = 0.53  # cells in which headings need no lift: lengths above the matrix are in cells
SHOWN: dict[str, Any] = {"fontsize": 7.5, "va": "center"}
HEAD: dict[str, Any] = {**SHOWN, "fontweight": "bold"}
LONGEST_SLANT, CHARACTER_SLANT_IN = 34, 0.042  # characters of a slanted heading, and the height that each takes
LEGEND_IN = 1.66
LEGEND_HIGH_IN = 1.75
CHARACTERS_ACROSS, NARROW_CHARACTERS = 73, 38  # of 8 pt text in the width of all conditions


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a cell says, by the number of conditions: sizes in points, 0 for what is left out."""

    cell_in: float
    mark: float
    p: float
    delta: float
    interval: float


DETAILS = (
    (7, Detail(0.53, 10, 6.8, 9, 6.2)),
    (9, Detail(0.44, 9, 6, 8, 0)),
    (13, Detail(0.31, 8, 0, 6.5, 0)),
    (LARGEST, Detail(0.2, 6, 0, 0, 0)),
)
NARROW_DETAILS = (
    (7, Detail(0.31, 8, 0, 6.5, 0)),
    (LARGEST, Detail(0.16, 6, 0, 0, 0)),
)


def draw_matrix(comparison: Comparison, columns: Columns) -> Figure:
    """Draw the pairs of the default analysis; call it inside :func:`analysis.plots.look.look`.

    Parameters
    ----------
    comparison : of at least 3 and at most ``LARGEST`` conditions
    columns : in two the legend stands beside the matrix, in one below it, and cells hold less
    """
    n = len(comparison.dataset.conditions)
    wide = columns == TWO_COLUMNS
    detail = next(detail for most, detail in (DETAILS if wide else NARROW_DETAILS) if n <= most)
    across = CHARACTERS_ACROSS if wide else NARROW_CHARACTERS
    places = arrange(comparison.dataset.conditions)
    slant_in = _slant_in(places, across)  # the legend has no room beside slanted headings
    matrix_in = detail.cell_in * n + 0.75 + slant_in
    if wide:
        figure = Figure(figsize=(columns.width_in, max(3.3 + slant_in, matrix_in)))
        ax, legend = figure.subplots(ncols=2, width_ratios=[columns.width_in - LEGEND_IN, LEGEND_IN])
    else:
        figure = Figure(figsize=(columns.width_in, matrix_in + LEGEND_HIGH_IN))
        ax, legend = figure.subplots(nrows=2, height_ratios=[matrix_in, LEGEND_HIGH_IN])
    _cells(ax, comparison, detail)
    _headings(ax, places, across=across, lift=max(1.0, ROOMY_IN / detail.cell_in))
    for k in range(n + 1):
        ax.plot([0, n], [k, k], color=RULE, lw=0.5, clip_on=False)
        ax.plot([k, k], [0, n], color=RULE, lw=0.5, clip_on=False)
    ax.plot([0, n], [0, n], color=RULE, lw=0.5)
    ax.set(xlim=(0, n), ylim=(n, 0), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    figure.draw_without_rendering()  # the headings decide how much room the legend has
    box = legend.get_window_extent()
    legend.set(xlim=(0, box.width / figure.dpi), ylim=(box.height / figure.dpi, 0))  # inches from the upper left
    legend.axis("off")
    if wide:
        _legend_below(legend, comparison, 0.0, _legend_above(legend, comparison, 0.0, 0.45) + 0.45, detail)
    else:
        _legend_above(legend, comparison, -0.95, 0.1)
        _legend_below(legend, comparison, 0.85, 0.1, detail)
    return figure


def _cells(ax: Axes, comparison: Comparison, detail: Detail) -> None:
    order = {name: number for number, name in enumerate(comparison.dataset.ids)}
    drawn = set()
    for test in comparison.pairs:
        if test.groups in drawn:
            continue  # of a second family
        drawn.add(test.groups)
        column, row = (order[group] for group in test.groups)  # the pair's second condition is the lower row
        p = comparison.adjusted(test)
        mark = COMPLETE.mark(p)
        if SHADES.get(mark):
            ax.add_patch(Rectangle((row, column), 1, 1, fc=RULE, alpha=SHADES[mark], ec="none"))
        dip = 0.07 if mark.startswith("*") else 0.0  # a star stands high on its line
        middle = column + (0.36 if detail.p else 0.5) + dip
        ax.text(row + 0.5, middle, mark, ha="center", va="center", fontsize=detail.mark, fontweight="bold")
        if detail.p and p is not None:
            ax.text(row + 0.5, column + 0.70, p_statement(p), ha="center", va="center", fontsize=detail.p, color=MUTED)
        effect = test.effect("cliffs_delta")
        if effect is not None:
            _delta_cell(ax, column, row, -effect.value, (effect.high, effect.low), detail)


def _delta_cell(
    ax: Axes, x: int, y: int, delta: float, ends: tuple[float | None, float | None], detail: Detail
) -> None:
    """Fill a cell below the diagonal; its sign is that of the row's condition against the column's."""
    fill = DELTA_MAP(0.5 + delta / 2)
    ink = "#fefefe" if luminance(fill[:3]) < 0.183 else "#15181c"  # the better contrast of the two
    ax.add_patch(Rectangle((x, y), 1, 1, fc=fill, ec="none"))
    low, high = (None if end is None else -end for end in ends)
    middle = y + (0.37 if detail.interval and low is not None else 0.5)
    if detail.delta:
        ax.text(
            x + 0.5, middle, signed_fraction(delta), ha="center", va="center", color=ink, fontsize=detail.delta,
            fontweight="bold",
        )  # fmt: skip
    if detail.interval and low is not None:
        text = fraction_interval(low, high)
        ax.text(x + 0.5, y + 0.70, text, ha="center", va="center", color=ink, fontsize=detail.interval)


def _headings(ax: Axes, places: Sequence[Place], *, across: int, lift: float) -> None:
    wide = across == CHARACTERS_ACROSS
    size = (8 if wide else 7) if len(places) <= 13 else 6.5
    for k, place in enumerate(places):
        name = place.condition.label
        label = _cut(name, 26 if wide else 18)
        if len(places) <= 7:
            label = textwrap.fill(name, width=24 if wide else 15, max_lines=3 if wide else 2, placeholder="…")
        ax.text(-0.12, k + 0.5, label, ha="right", va="center", fontsize=size)
    order = {place.condition.id: k for k, place in enumerate(places)}
    for group in families(places):
        if not _is_pair(group, order):
            continue
        left = min(order[place.condition.id] for place in group)
        family = textwrap.fill(group[0].family, width=max(8, 2 * across // len(places)), max_lines=2, placeholder="…")
        ax.text(left + 1, -0.42 * lift, family, ha="center", va="bottom", fontsize=size)
        ax.plot([left + 0.12, left + 1.88], [-0.38 * lift] * 2, color=MUTED, lw=0.6, clip_on=False)
        for place in group:
            x = order[place.condition.id] + 0.5
            ax.text(x, -0.1 * lift, place.condition.task, ha="center", va="bottom", color=MUTED, fontsize=7.5)
    _column_headings(ax, _single(places), width=across // len(places), size=size)


def _single(places: Sequence[Place]) -> dict[float, str]:
    """Return the headings of columns that are no pair side by side, by their middles."""
    order = {place.condition.id: k for k, place in enumerate(places)}
    alone = (place for group in families(places) if not _is_pair(group, order) for place in group)
    return {order[place.condition.id] + 0.5: place.condition.label for place in alone}


def _is_pair(group: Sequence[Place], order: dict[str, int]) -> bool:
    columns = sorted(order[place.condition.id] for place in group)
    return len(columns) == 2 and columns[1] == columns[0] + 1


def _slant_in(places: Sequence[Place], across: int) -> float:
    """Return the height that slanted headings need beyond that of level ones, in inches."""
    labels = list(_single(places).values())
    if _is_level([_wrapped(label, across // len(places)) for label in labels], across // len(places)):
        return 0.0
    return max(0.0, CHARACTER_SLANT_IN * min(LONGEST_SLANT, max(len(label) for label in labels)) - 0.35)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _column_headings(ax: Axes, labels: dict[float, str], *, width: int, size: float) -> None:
    """Write headings in level lines if all of them fit, else all at a slant."""
    wrapped = [_wrapped(label, width) for label in labels.values()]
    level = _is_level(wrapped, width)
    for (x, label), lines in zip(labels.items(), wrapped, strict=True):
        if level:
            ax.text(x, -0.1, "\n".join(lines), ha="center", va="bottom", fontsize=size)
        else:
            style: dict[str, Any] = {"rotation": 45, "rotation_mode": "anchor", "fontsize": size}
            ax.text(x - 0.1, -0.15, _cut(label, LONGEST_SLANT), ha="left", va="bottom", **style)


def _wrapped(label: str, width: int) -> list[str]:
    return textwrap.wrap(label, width=max(1, width), break_long_words=False, break_on_hyphens=False)


def _is_level(wrapped: Sequence[Sequence[str]], width: int) -> bool:
    return all(len(lines) <= 3 and max(len(line) for line in lines) <= width for lines in wrapped)


def _legend_above(ax: Axes, comparison: Comparison, x: float, y: float) -> float:
    """Explain the marks, every one that can occur, used here or not; return where the text ends."""
    size = len({test.groups for test in comparison.pairs})
    lines = textwrap.wrap(
        f"{TESTS[comparison.pairs[0].test]}, {NAMES[comparison.correction]}, {counted(size, 'pair')}",
        width=31,
    )
    ax.text(x, y, "Above the diagonal", **HEAD)
    for line in lines:
        y += 0.14
        ax.text(x, y, line, color=MUTED, **SHOWN)
    for step in COMPLETE.steps:
        y += 0.21
        box: dict[str, Any] = {"fc": RULE, "alpha": SHADES[step.mark], "ec": "none", "clip_on": False}
        ax.add_patch(Rectangle((x, y - 0.09), 0.27, 0.18, **box))
        dip = 0.015 if step.mark.startswith("*") else -0.005
        ax.text(x + 0.135, y + dip, step.mark, ha="center", **HEAD)
        ax.text(x + 0.34, y, step.meaning.split(",")[0], **SHOWN)
    ax.text(x + 0.34, y + 0.14, "not shown to differ", color=MUTED, **SHOWN)
    return y


def _legend_below(ax: Axes, comparison: Comparison, x: float, y: float, detail: Detail) -> None:
    """Explain the effects: their colours, their signs, and their intervals where they are shown; if there are any."""
    deltas = [effect for test in comparison.pairs if (effect := test.effect("cliffs_delta")) is not None]
    if not deltas:
        return
    with_interval = detail.interval and any(effect.low is not None for effect in deltas)
    of = "ratings" if comparison.pairs[0].test == signed_rank.NAME else "assessors’ means"
    ax.text(x, y, "Below the diagonal", **HEAD)
    for line in (f"Cliff’s δ of all {of}", *(["95 % interval over assessors"] if with_interval else [])):
        y += 0.14
        ax.text(x, y, line, color=MUTED, **SHOWN)
    y += 0.14
    _delta_bar(ax, x + 0.06, y)
    for line in ("−  row’s condition rated lower", "+  row’s condition rated higher", "than the column’s"):
        y += 0.14 if line.startswith("than") else 0.16
        ax.text(x, y + 0.34, line, **SHOWN)


def _delta_bar(ax: Axes, left: float, y: float) -> None:
    width = 1.3
    steps = np.linspace(-1, 1, 41)
    for low, high in itertools.pairwise(steps):
        box = (left + width * (low + 1) / 2, y), width * (high - low) / 2 + 0.004, 0.15
        ax.add_patch(Rectangle(*box, fc=DELTA_MAP(0.5 + (low + high) / 4), ec="none", clip_on=False))
    for value, label in ((-1, "−1"), (-0.5, "−.5"), (0, "0"), (0.5, "+.5"), (1, "+1")):
        x = left + width * (value + 1) / 2
        ax.plot([x, x], [y + 0.15, y + 0.18], color=MUTED, lw=0.6, clip_on=False)
        ax.text(x, y + 0.25, label, ha="center", va="center", fontsize=7)
