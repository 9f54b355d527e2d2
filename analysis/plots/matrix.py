"""All pairs at once: which differ (above the diagonal), and by how much (below it).

Of few conditions a cell says its numbers; of many it is a shade, and the figure a map of the differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.comparison import Comparison
from analysis.legend import COMPLETE
from analysis.numerals import fraction_interval, p_statement, signed_fraction
from analysis.plots.arrangement import Place, arrange, families
from analysis.plots.lettering import fitted, fitted_apart, widest_in, words_fit
from analysis.plots.look import MUTED, RULE, TWO_COLUMNS, Columns, points_up
from analysis.plots.matrix_legend import HIGH_IN, WIDE_IN, delta_fill, draw_legend, shade_of
from analysis.results import Effect, TestResult

LARGEST = 60  # conditions; a larger matrix is a table, not a figure
PAD_IN, LINE_IN, GAP_PT = 0.12, 0.12, 3.5
ROW_LABEL_IN, NARROW_ROW_LABEL_IN, UPRIGHT_IN = 1.2, 0.85, 1.1  # at most


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a cell says, by the number of conditions: sizes in points, 0 for what is left out."""

    cell_in: float
    label: float
    mark: float
    p: float
    delta: float
    interval: float


DETAILS = (
    (7, Detail(0.53, 7.5, 9.5, 6.2, 8, 6)),
    (9, Detail(0.44, 7, 9, 6, 7.5, 0)),
    (13, Detail(0.31, 7, 8, 0, 6, 0)),
    (24, Detail(0.2, 6.5, 6, 0, 0, 0)),
    (LARGEST, Detail(0.137, 6, 0, 0, 0, 0)),
)
NARROW_DETAILS = (
    (7, Detail(0.31, 6.5, 8, 0, 6, 0)),
    (24, Detail(0.16, 6, 6, 0, 0, 0)),
    (LARGEST, Detail(0.125, 6, 0, 0, 0, 0)),
)


@dataclass(frozen=True, slots=True)
class Headings:
    """The columns' headings: ``family`` of pairs and ``single`` by column, and the room that they take."""

    family: dict[int, str]
    single: dict[int, str]
    rotation: int
    height_in: float


def draw_matrix(comparison: Comparison, columns: Columns) -> Figure:
    """Draw the pairs of the default analysis; call it inside :func:`analysis.plots.look.look`.

    Parameters
    ----------
    comparison : of at least 3 and at most ``LARGEST`` conditions
    columns : in two the legend stands beside the matrix, in one below it, and cells hold less
    """
    wide = columns == TWO_COLUMNS
    places = arrange(comparison.dataset.conditions)
    n = len(places)
    detail = next(detail for most, detail in (DETAILS if wide else NARROW_DETAILS) if n <= most)
    names = [place.condition.label for place in places]
    most_in = ROW_LABEL_IN if wide else NARROW_ROW_LABEL_IN
    labels = fitted_apart(names, most_in, detail.label, lines=2 if detail.cell_in > 2.2 * LINE_IN else 1)
    label_in = widest_in(list(labels.values()), detail.label) + GAP_PT / 72
    cells_in = columns.width_in - label_in - 2 * PAD_IN - (WIDE_IN if wide else 0)
    detail = _what_fits(detail, comparison, cells_in / n)
    headings = _headings(places, cells_in / n, detail.label)
    matrix_in = detail.cell_in * n + headings.height_in
    if wide:
        tall_in = max(matrix_in, HIGH_IN + headings.height_in) + PAD_IN
        figure = Figure(figsize=(columns.width_in, tall_in))
        ax, legend = figure.subplots(ncols=2, width_ratios=[cells_in, WIDE_IN])
    else:
        figure = Figure(figsize=(columns.width_in, matrix_in + HIGH_IN / 2 + PAD_IN))
        ax, legend = figure.subplots(nrows=2, height_ratios=[detail.cell_in * n, HIGH_IN / 2])
    _cells(ax, comparison, detail)
    for k, name in enumerate(names):
        _beside(ax, (0, k + 0.5), (-GAP_PT, 0), labels[name], ha="right", va="center", fontsize=detail.label)
    _draw_headings(ax, places, headings, detail.label)
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
    draw_legend(legend, comparison, with_interval=bool(detail.interval), left_in=None if wide else -label_in)
    return figure


def _distinct(comparison: Comparison) -> list[TestResult]:
    """Return the tests of pairs, one of each pair: a second family can hold it again."""
    return list({test.groups: test for test in reversed(comparison.pairs)}.values())[::-1]


def _turned(effect: Effect) -> tuple[float, str]:
    """Return the row's condition against the column's, and its interval as text."""
    low, high = (None if end is None else -end for end in (effect.high, effect.low))
    return -effect.value, "" if low is None else fraction_interval(low, high)[1:-1]


def _what_fits(detail: Detail, comparison: Comparison, cell_in: float) -> Detail:
    """Leave out what is wider than a cell."""
    effects = [effect for test in _distinct(comparison) if (effect := test.effect("cliffs_delta")) is not None]
    room = 0.95 * cell_in
    texts = {
        "p": [p_statement(p) for test in comparison.pairs if (p := comparison.adjusted(test)) is not None],
        "delta": [signed_fraction(_turned(effect)[0]) for effect in effects],
        "interval": [_turned(effect)[1] for effect in effects],
    }
    bold = {"delta"}
    left_out = {
        name: 0.0
        for name, some in texts.items()
        if widest_in(some, getattr(detail, name) or 1, "bold" if name in bold else "normal") > room
    }
    return replace(detail, **left_out)


def _cells(ax: Axes, comparison: Comparison, detail: Detail) -> None:
    order = {name: number for number, name in enumerate(comparison.dataset.ids)}
    for test in _distinct(comparison):
        column, row = (order[group] for group in test.groups)  # the pair's second condition is the lower row
        p = comparison.adjusted(test)
        mark = COMPLETE.mark(p)
        if shade_of(mark):
            ax.add_patch(Rectangle((row, column), 1, 1, fc=RULE, alpha=shade_of(mark), ec="none"))
        dip = 0.07 if mark.startswith("*") else 0.0  # a star stands high on its line
        middle = column + (0.36 if detail.p else 0.5) + dip
        style: dict[str, Any] = {"ha": "center", "va": "center"}
        if detail.mark:
            ax.text(row + 0.5, middle, mark, fontsize=detail.mark, fontweight="bold", **style)
        if detail.p and p is not None:
            ax.text(row + 0.5, column + 0.70, p_statement(p), fontsize=detail.p, color=MUTED, **style)
        effect = test.effect("cliffs_delta")
        if effect is not None:
            _delta_cell(ax, column, row, effect, detail)


def _delta_cell(ax: Axes, x: int, y: int, effect: Effect, detail: Detail) -> None:
    """Fill a cell below the diagonal; its sign is that of the row's condition against the column's."""
    delta, interval = _turned(effect)
    fill, ink = delta_fill(delta)
    ax.add_patch(Rectangle((x, y), 1, 1, ec="none", **fill))
    style: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
    with_interval = detail.interval and interval
    if detail.delta:
        middle = y + (0.37 if with_interval else 0.5)
        ax.text(x + 0.5, middle, signed_fraction(delta), fontsize=detail.delta, fontweight="bold", **style)
    if with_interval:
        ax.text(x + 0.5, y + 0.70, interval, fontsize=detail.interval, **style)


def _headings(places: Sequence[Place], cell_in: float, size: float) -> Headings:
    """Say what stands above the columns: level where all words fit, else upright, else nothing."""
    pairs, single = _pairs(places), _single(places)
    family = {left: fitted(places[left].family, 2 * cell_in - 0.08, size, lines=2) for left in pairs}
    tasks = [places[k].condition.task for left in pairs for k in (left, left + 1)]
    height = (0.34 + LINE_IN * (1 + max(text.count("\n") for text in family.values()))) if pairs else 0.0
    room = cell_in - 0.06
    if all(words_fit(label, room, size, lines=3) for label in [*single.values(), *tasks]):
        level = {k: fitted(label, room, size, lines=3) for k, label in single.items()}
        lines = max((text.count("\n") + 1 for text in level.values()), default=0)
        return Headings(family, level, 0, max(height, LINE_IN * lines + 0.1))
    if cell_in * 72 < 1.1 * size:
        return Headings({}, {}, 0, 0.2)  # columns are in the order of the rows
    everything = {k: place.condition.label for k, place in enumerate(places)}
    upright = fitted_apart(list(everything.values()), UPRIGHT_IN, size)
    shown = {k: upright[label] for k, label in everything.items()}
    return Headings({}, shown, 90, widest_in(list(shown.values()), size) + 0.1)


def _draw_headings(ax: Axes, places: Sequence[Place], headings: Headings, size: float) -> None:
    for k, text in headings.single.items():
        style: dict[str, Any] = {"fontsize": size, "rotation": headings.rotation, "linespacing": 1.1}
        _beside(ax, (k + 0.5, 0), (0, GAP_PT), text, ha="center", va="bottom", **style)
    for left, text in headings.family.items():
        for k in (left, left + 1):
            task = places[k].condition.task
            _beside(ax, (k + 0.5, 0), (0, GAP_PT), task, ha="center", va="bottom", fontsize=7, color=MUTED)
        line: dict[str, Any] = {"color": MUTED, "lw": 0.6, "clip_on": False}
        rise = ax.get_xaxis_transform() + points_up(ax, 14)
        ax.plot([left + 0.12, left + 1.88], [1, 1], transform=rise, **line)
        _beside(ax, (left + 1, 0), (0, 16), text, ha="center", va="bottom", fontsize=size, linespacing=1.1)
    if not headings.single and not headings.family:
        _beside(ax, (0, 0), (0, GAP_PT), "columns in the order of the rows", ha="left", va="bottom", fontsize=6)


def _beside(ax: Axes, at: tuple[float, float], offset: tuple[float, float], text: str, **style: Any) -> None:
    """Write text so many points from a place in the matrix."""
    ax.annotate(text, at, xytext=offset, textcoords="offset points", annotation_clip=False, **style)


def _pairs(places: Sequence[Place]) -> list[int]:
    """Return the left columns of pairs that stand side by side."""
    order = {place.condition.id: k for k, place in enumerate(places)}
    columns = [sorted(order[place.condition.id] for place in group) for group in families(places)]
    return [left for left, *rest in columns if rest == [left + 1]]


def _single(places: Sequence[Place]) -> dict[int, str]:
    """Return the headings of columns that are no pair side by side."""
    paired = {k for left in _pairs(places) for k in (left, left + 1)}
    return {k: place.condition.label for k, place in enumerate(places) if k not in paired}
