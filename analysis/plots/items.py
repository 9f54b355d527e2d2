"""Each item's ratings: does what holds on average hold for every item?

A panel per item; a dot is the median of the assessors' ratings, its bar the 95 % interval, and the upright
tick behind it the median over all items: the distance is what the item adds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.dataset import Dataset
from analysis.plots.arrangement import Place, arrange, families
from analysis.plots.lettering import fitted_apart, widest_in
from analysis.plots.look import HIGHEST_IN, MUTED, TWO_COLUMNS, Columns

LARGEST_ITEMS, LARGEST_CONDITIONS = 12, 16  # more are a table, not a figure
ROW_IN, GAP = 0.135, 0.55
STYLE: dict[str, Any] = {"solid_capstyle": "round"}


def draw_items(described: pd.DataFrame, dataset: Dataset, columns: Columns) -> Figure:
    """Draw every item's medians; call it inside :func:`analysis.plots.look.look`.

    Parameters
    ----------
    described : table of :func:`analysis.per_item.per_item`
    columns : three panels side by side in two columns, two in one
    """
    wide = columns == TWO_COLUMNS
    across = min(3 if wide else 2, len(dataset.items))
    down = math.ceil(len(dataset.items) / across)
    places = _rows(dataset)
    end = max(places.values()) + 0.7
    panel_in = 0.32 + ROW_IN * (end + 0.7) * (1.0 if wide else 0.95)
    figure = Figure(figsize=(columns.width_in, min(panel_in * down + 0.45, HIGHEST_IN)))
    panels = figure.subplots(nrows=down, ncols=across, sharex=True, sharey=True, squeeze=False)
    arranged = {place.condition.id: place for place in arrange(dataset.conditions)}
    label_size = 7.0 if wide else 6.0
    labels = fitted_apart([dataset.labels[name] for name in places], 1.25 if wide else 0.95, label_size)
    panel_width_in = (columns.width_in - widest_in(list(labels.values()), label_size) - 0.1) / across
    titles = _titles(dataset.items)
    shown = fitted_apart(list(titles.values()), panel_width_in - 0.12, 7, lines=1)
    for number, ax in enumerate(panels.flat):
        if number >= len(dataset.items):
            ax.axis("off")
            continue
        item = dataset.items[number]
        _panel(ax, described[described["item"] == item], places, arranged)
        ax.set_title(shown[titles[item]], fontsize=7, fontweight="normal")
    _axes(panels, dataset, places, end, wide=wide)
    panels[0, 0].set_yticklabels([labels[dataset.labels[name]] for name in places], fontsize=label_size)
    for number in range(across):
        lowest = panels[len(range(number, len(dataset.items), across)) - 1, number]
        lowest.set_xlabel("Rating")
        lowest.tick_params(axis="x", labelbottom=True)  # also where the last row holds no panel below it
    return figure


def _rows(dataset: Dataset) -> dict[str, float]:
    """Return the height of each condition: families stand apart."""
    places: dict[str, float] = {}
    y = 0.0
    for group in families(arrange(dataset.conditions)):
        for place in group:
            places[place.condition.id] = y
            y += 1
        y += GAP if len(group) > 1 else 0.25
    return places


def _panel(ax: Axes, rows: pd.DataFrame, places: dict[str, float], arranged: dict[str, Place]) -> None:
    for row in rows.to_dict(orient="records"):
        place, y = arranged[row["condition"]], places[row["condition"]]
        ax.plot([row["median_of_all"]] * 2, [y - 0.42, y + 0.42], color=MUTED, lw=0.8, zorder=2)
        if not math.isnan(row["low"]):
            ax.plot([row["low"], row["high"]], [y, y], color=place.colour, lw=2.4, alpha=0.55, zorder=3, **STYLE)
        style: dict[str, Any] = {"mfc": place.face, "mec": place.colour, "mew": 1.1, "zorder": 4, "clip_on": False}
        ax.plot([row["median"]], [y], "o", ms=4, **style)


def _axes(
    panels: np.ndarray[Any, np.dtype[Any]], dataset: Dataset, places: dict[str, float], end: float, *, wide: bool
) -> None:
    first = panels[0, 0]
    if dataset.scale is not None:
        first.set_xlim(*dataset.scale)
    first.xaxis.set_major_locator(MaxNLocator(nbins=4 if wide else 3, steps=[1, 2, 5, 10]))
    first.set(ylim=(end, -0.7), yticks=list(places.values()))
    for ax in panels.flat:
        ax.tick_params(axis="y", length=0)
        ax.tick_params(axis="x", labelsize=7 if wide else 6.5)
        ax.spines["left"].set_visible(False)
        ax.xaxis.grid(True)


def _titles(items: Sequence[str]) -> dict[str, str]:
    """Return each item's title: its id without the folders that all items share."""
    parts = {item: item.split("/") for item in items}
    shared, deepest = 0, min(map(len, parts.values())) - 1
    while shared < deepest and len({tuple(names[: shared + 1]) for names in parts.values()}) == 1:
        shared += 1
    return {item: "/".join(names[shared:]) for item, names in parts.items()}


def is_drawable(dataset: Dataset) -> bool:
    """Say whether the panels stay readable."""
    return len(dataset.items) <= LARGEST_ITEMS and len(dataset.conditions) <= LARGEST_CONDITIONS
