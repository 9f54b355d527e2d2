"""Ratings per condition (the paper's Figure 3): what did people say, and does the task matter to them?

Where every system stands with two tasks, their half violins face each other and a line joins the
means of each assessor; otherwise each condition has a row of its own. Densities are cut at the
lowest and highest rating; all have the same greatest width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Transform, blended_transform_factory

from analysis.dataset import Dataset
from analysis.density import rating_density
from analysis.numerals import fixed
from analysis.plots.arrangement import Place, arrange, families
from analysis.plots.lettering import fitted, fitted_apart, widest_in, width_in
from analysis.plots.look import (
    HIGHEST_IN,
    INK,
    MUTED,
    PAPER,
    TWO_COLUMNS,
    TWO_COLUMNS_IN,
    Columns,
    figure_of,
    points_up,
)
from analysis.results import Values
from analysis.units import assessor_means, scores_by_condition

WIDEST_PAIRED = 7  # families side by side in one figure; more stand in rows
HALF_WIDTH = 0.28  # of a violin, in units of one family
GAP = 0.19  # from a family's centre to its violins' straight sides
ROW_IN, AROUND_IN = 0.46, 0.85
KEY_PT, KEY_SIZE = 14.4, 6.5  # above the plot
KEY_TEXT = "median of all ratings, 95 % interval over assessors"


@dataclass(frozen=True, slots=True)
class Ratings:
    """What is drawn of one condition."""

    scores: Values
    means: pd.Series[float]
    median: float
    low: float
    high: float


def draw_violins(dataset: Dataset, described: pd.DataFrame, columns: Columns) -> Figure:
    """Draw the ratings of each condition; call it inside :func:`analysis.plots.look.look`.

    Parameters
    ----------
    described : table of :func:`analysis.describe.describe`, which holds medians and their intervals
    columns : a single column holds rows only, no pairs side by side
    """
    scores = scores_by_condition(dataset.ratings)
    means = assessor_means(dataset.ratings, dataset.ids)
    medians = described.loc[dataset.ids, ["median", "median_low", "median_high"]].to_numpy(dtype=np.float64)
    drawn = {
        name: Ratings(
            scores[name].values if name in scores else np.empty(0),
            means[name].dropna(),
            *(float(value) for value in medians[number]),
        )
        for number, name in enumerate(dataset.ids)
    }
    places = arrange(dataset.conditions)
    groups = families(places)
    if any(place.side for place in places) and len(groups) <= WIDEST_PAIRED and columns == TWO_COLUMNS:
        return _draw_pairs(groups, drawn, dataset.scale)
    return _draw_rows(places, drawn, dataset.scale, columns)


def _draw_pairs(
    groups: Sequence[Sequence[Place]], drawn: Mapping[str, Ratings], scale: tuple[float, float] | None
) -> Figure:
    figure = Figure(figsize=(TWO_COLUMNS_IN, 3.55))
    ax = figure.add_subplot()
    foot = blended_transform_factory(ax.transData, ax.transAxes)
    medians = _medians(drawn)
    for centre, group in enumerate(groups):
        for place in group:
            side = place.side or -1
            x = centre + side * GAP
            ratings = drawn[place.condition.id]
            _half_violin(ax, x, side * HALF_WIDTH, ratings.scores, place, scale)
            inner = x - side * 0.10
            _dots(ax, np.full(len(ratings.means), inner), np.asarray(ratings.means, dtype=np.float64), place)
            _median(ax, ax.transData, (x - side * 0.03,) * 3, (ratings.low, ratings.median, ratings.high))
            _foot_text(ax, x, -0.035, place.condition.task or "\N{EN DASH}", foot, color=MUTED, fontsize=7)
            _foot_text(ax, x, -0.093, medians[place.condition.id], foot, fontweight="bold")
        if len(group) == 2:
            _links(ax, centre, [drawn[place.condition.id].means for place in group], group[0].colour)
        name = fitted(group[0].family, (TWO_COLUMNS_IN - 0.8) / len(groups), 8, lines=3)
        _foot_text(ax, centre - (GAP if len(group) == 1 else 0), -0.16, name, foot, fontsize=8)
    ax.text(-0.012, -0.093, "median", transform=ax.transAxes, ha="right", va="top", color=MUTED, fontsize=7)
    _value_axis(ax, [place for group in groups for place in group], drawn, scale, vertical=True)
    ax.set(xlim=(-0.56, len(groups) - 0.48), xticks=[], ylabel="Rating")
    ax.spines["bottom"].set_visible(False)
    linked = any(len(group) == 2 for group in groups)
    tasks = next(([p.condition.task for p in group] for group in groups if len(group) == 2), ["", ""])
    _key(ax, f"one assessor’s mean, {tasks[0]} linked to {tasks[1]}" if linked else "one assessor’s mean", linked)
    return figure


def _draw_rows(
    places: Sequence[Place], drawn: Mapping[str, Ratings], scale: tuple[float, float] | None, columns: Columns
) -> Figure:
    wide = columns == TWO_COLUMNS
    row_in = min(ROW_IN, (HIGHEST_IN - AROUND_IN) / len(places))
    size = 7.5 if wide and row_in == ROW_IN else 6.5
    figure = Figure(figsize=(columns.width_in, row_in * len(places) + AROUND_IN))
    ax = figure.add_subplot()
    medians = _medians(drawn)
    beside = 4 + 72 * max(widest_in(list(medians.values()), size, "bold"), width_in("median", 7))
    side = blended_transform_factory(ax.transAxes, ax.transData)
    style: dict[str, Any] = {"xycoords": side, "xytext": (beside, 0), "textcoords": "offset points", "ha": "right"}
    for row, place in enumerate(places):
        ratings = drawn[place.condition.id]
        _row_violin(ax, row + 0.1, 0.62, ratings.scores, place, scale)
        _dots(ax, np.asarray(ratings.means, dtype=np.float64), np.full(len(ratings.means), row + 0.27), place)
        _median(ax, ax.transData, (ratings.low, ratings.median, ratings.high), (row + 0.1,) * 3)
        text = medians[place.condition.id]
        ax.annotate(text, (1, row + 0.1), va="center", fontsize=size, fontweight="bold", **style)
    ax.annotate("median", (1, -0.65), va="bottom", color=MUTED, fontsize=7, **style)
    _value_axis(ax, places, drawn, scale, vertical=False)
    names = [place.condition.label for place in places]
    labels = fitted_apart(names, 1.7 if wide else 0.95, size, lines=max(1, int(row_in / 0.13)))
    ax.set(ylim=(len(places) - 0.45, -0.65), yticks=np.arange(len(places)) + 0.1, xlabel="Rating")
    ax.set_yticklabels([labels[name] for name in names])
    ax.tick_params(axis="y", length=0, labelsize=size)
    ax.spines["left"].set_visible(False)
    if wide:
        _key(ax, "one assessor’s mean", linked=False)
    return figure


def _medians(drawn: Mapping[str, Ratings]) -> dict[str, str]:
    """Return the medians as text, all with as many decimals."""
    digits = 0 if all(float(ratings.median).is_integer() for ratings in drawn.values()) else 1
    return {name: fixed(ratings.median, digits) for name, ratings in drawn.items()}


def _half_violin(
    ax: Axes, x: float, width: float, scores: Values, place: Place, scale: tuple[float, float] | None
) -> None:
    found = rating_density(scores, scale=scale)
    if found is None:
        if scores.size:
            ax.plot([x, x + width], [scores[0], scores[0]], color=place.colour, lw=1.2)
        return
    grid, density = found
    edge = x + width * density
    ax.fill_betweenx(grid, x, edge, color=PAPER, lw=0)  # hides the grid lines behind the tint
    ax.fill_betweenx(grid, x, edge, color=place.colour, alpha=0.28 if place.side < 0 else 0.8, lw=0)
    outline = np.concatenate([[x], edge, [x]]), np.concatenate([grid[:1], grid, grid[-1:]])
    ax.plot(*outline, color=place.colour, lw=0.7)


def _row_violin(
    ax: Axes, y: float, height: float, scores: Values, place: Place, scale: tuple[float, float] | None
) -> None:
    found = rating_density(scores, scale=scale)
    if found is None:
        if scores.size:
            ax.plot([scores[0], scores[0]], [y, y - height], color=place.colour, lw=1.2)
        return
    grid, density = found
    edge = y - height * density
    ax.fill_between(grid, y, edge, color=PAPER, lw=0)
    ax.fill_between(grid, y, edge, color=place.colour, alpha=0.28 if place.side < 0 else 0.7, lw=0)
    outline = np.concatenate([grid[:1], grid, grid[-1:]]), np.concatenate([[y], edge, [y]])
    ax.plot(*outline, color=place.colour, lw=0.7)


def _dots(ax: Axes, x: Values, y: Values, place: Place) -> None:
    ax.plot(x, y, "o", ms=2.6, mfc=place.face, mec=place.colour, mew=0.6, zorder=3, clip_on=False)


def _links(ax: Axes, centre: int, means: Sequence[pd.Series[float]], colour: str) -> None:
    both = pd.concat(list(means), axis=1, join="inner").to_numpy(dtype=np.float64).T
    left, right = centre - GAP + 0.10, centre + GAP - 0.10
    ax.plot([left, right], both, color=colour, lw=0.4, alpha=0.65, zorder=2)


def _median(ax: Axes, where: Transform, x: tuple[float, ...], y: tuple[float, ...]) -> None:
    """Draw low, middle and high as an open dot on a bar."""
    style: dict[str, Any] = {"transform": where, "clip_on": False}
    ax.plot([x[0], x[2]], [y[0], y[2]], color=INK, lw=2.6, zorder=5, **style)
    ax.plot([x[1]], [y[1]], "o", ms=4.8, mfc=PAPER, mec=INK, mew=1.1, zorder=6, **style)


def _foot_text(ax: Axes, x: float, y: float, text: str, where: Transform, **style: Any) -> None:
    ax.text(x, y, text, transform=where, ha="center", va="top", clip_on=False, **style)


def _value_axis(
    ax: Axes,
    places: Sequence[Place],
    drawn: Mapping[str, Ratings],
    scale: tuple[float, float] | None,
    *,
    vertical: bool,
) -> None:
    """Span the scale, or the ratings where no scale is known."""
    axis = ax.yaxis if vertical else ax.xaxis
    if scale is None:
        scores = np.concatenate([drawn[place.condition.id].scores for place in places])
        pad = 0.03 * (scores.max() - scores.min()) or 1.0
        scale = float(scores.min() - pad), float(scores.max() + pad)
    (ax.set_ylim if vertical else ax.set_xlim)(*scale)
    axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    axis.grid(True)


def _key(ax: Axes, mean_text: str, linked: bool) -> None:
    """Name the marks once, in a line above the plot, from its left end."""
    line = ax.transAxes + points_up(ax, KEY_PT)
    per_in = figure_of(ax).dpi / ax.get_window_extent().width  # of the axes' width; the labels beside it narrow them
    mark = 0.2 * per_in
    _median(ax, line, (0.0, mark / 2, mark), (1, 1, 1))
    note: dict[str, Any] = {"transform": line, "color": MUTED, "fontsize": KEY_SIZE, "va": "center"}
    ax.text(1.4 * mark, 1, KEY_TEXT, **note)
    start = 1.4 * mark + (1.3 * width_in(KEY_TEXT, KEY_SIZE) + 0.3) * per_in
    style: dict[str, Any] = {"transform": line, "clip_on": False, "marker": "o", "ms": 2.6, "mec": MUTED, "mew": 0.6}
    if linked:
        ax.plot([start, start + mark], [1, 1], color=MUTED, lw=0.4, transform=line, clip_on=False)
        ax.plot([start], [1], mfc=PAPER, **style)
    ax.plot([start + mark], [1], mfc=MUTED, **style)
    ax.text(start + 1.4 * mark, 1, mean_text, **note)
