"""Each item's ratings: median and interval of every condition, and how far the item is from the rest.

The median is of the assessors' ratings of one item (repeats of an assessor averaged), its interval from
the order statistics of the binomial, which needs no resampling and no model [1]_.

References
----------
.. [1] W. J. Conover, "Practical Nonparametric Statistics", 3rd ed., section 3.2 (1999).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import Dataset
from analysis.numerals import interval, short, signed
from analysis.results import Values
from analysis.tabular import Column, Table

LEVEL = 0.95
COLUMNS = ("item", "condition", "n", "median", "low", "high", "median_of_all", "difference")


def per_item(dataset: Dataset) -> pd.DataFrame:
    """Describe every item in every condition in which it was rated.

    Returns
    -------
    columns ``item``, ``condition``, ``n`` assessors, their ``median`` and the ``low`` and ``high`` end of its
    interval (NaN for fewer than six assessors, whose median has no 95 % interval), ``median_of_all`` ratings of the
    condition, and the ``difference`` of the two medians
    """
    rated = dataset.ratings.dropna(subset=["score"])
    cells = rated.groupby(["item", "condition", "assessor"])["score"].mean()
    groups: dict[object, Values] = {
        key: some.to_numpy(dtype=np.float64) for key, some in cells.groupby(level=["item", "condition"])
    }
    all_medians = rated.groupby("condition")["score"].median()
    rows = []
    for item in dataset.items:
        for condition in dataset.ids:
            if (item, condition) not in groups:
                continue
            values = np.sort(groups[item, condition])
            low, high = median_bounds(values, level=LEVEL)
            median, of_all = float(np.median(values)), float(all_medians[condition])
            rows.append((item, condition, values.size, median, low, high, of_all, median - of_all))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def median_bounds(ordered: Values, *, level: float) -> tuple[float, float]:
    """Return the order statistics between which the median lies with at least this confidence; NaN if none do."""
    n = ordered.size
    place = int(stats.binom.ppf((1 - level) / 2, n, 0.5)) if n else 0
    if n and stats.binom.cdf(place, n, 0.5) > (1 - level) / 2:
        place -= 1
    if n == 0 or place < 0:
        return math.nan, math.nan
    return float(ordered[place]), float(ordered[n - 1 - place])


def per_item_table(described: pd.DataFrame, dataset: Dataset) -> Table:
    """Tabulate every item in every condition."""
    labels = dataset.labels
    rows = [
        (
            str(row["item"]),
            labels[row["condition"]],
            str(row["n"]),
            short(row["median"]),
            interval(row["low"], row["high"]),
            signed(row["difference"]),
        )
        for row in described.to_dict(orient="records")
    ]
    return Table(
        name="items",
        caption="Ratings of each item",
        columns=(
            Column("Item", "l"),
            Column("Condition", "l"),
            Column("n", symbol=True),
            Column("Median"),
            Column("95 % interval"),
            Column("Against all items"),
        ),
        rows=tuple(rows),
        data=described,
        note=(
            "n counts assessors. Interval: order statistics, so with few assessors its confidence is above 95 %, and "
            "below six there is none. Against all items: the item’s median minus the median of all the condition’s "
            "ratings."
        ),
    )
