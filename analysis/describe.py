"""What the ratings of each condition look like, as one row of numbers per condition."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import Dataset
from analysis.effects import mean_interval
from analysis.resampling import draw_weights, median_interval
from analysis.units import assessor_means, scores_by_condition
from evalkit.seeds import stream

LEVEL = 0.95
COLUMNS = (
    "condition", "n", "n_assessors", "n_missing", "mean", "sd", "assessor_mean", "assessor_mean_low",
    "assessor_mean_high", "median", "median_low", "median_high", "q1", "q3", "minimum", "maximum", "skew",
    "floor", "ceiling",
)  # fmt: skip


def describe(dataset: Dataset) -> pd.DataFrame:
    """Describe each condition's ratings.

    Returns
    -------
    table indexed by condition, in the conditions' order: ``n`` ratings of ``n_assessors``,
    ``n_missing``, ``mean``, ``sd`` and quartiles (R's type 7) of all ratings; ``assessor_mean`` is
    the mean of the assessors' means with Student's 95 % interval (it equals ``mean`` where everybody
    rated everything), ``median_low`` and ``median_high`` bound the percentile interval over resampled
    assessors; ``skew`` is the third standardised moment, 0 where ratings lie evenly
    about their mean; ``floor`` and ``ceiling`` are shares of ratings at the ends of the scale. A number
    that is not defined is NaN.
    """
    weights = draw_weights(len(dataset.assessors), rng=stream(dataset.seed, "analysis", "medians"))
    means = assessor_means(dataset.ratings, dataset.ids)
    scores, rows = scores_by_condition(dataset.ratings), []
    for condition in dataset.ids:
        all_rows = dataset.ratings[dataset.ratings["condition"] == condition]
        rated = all_rows.dropna(subset=["score"])
        row = {"condition": condition, "n": len(rated), "n_missing": len(all_rows) - len(rated)}
        row |= _numbers(rated, dataset.scale)
        own = means[condition].dropna().to_numpy(dtype=np.float64)
        row["n_assessors"] = own.size
        if own.size:
            names = ("assessor_mean", "assessor_mean_low", "assessor_mean_high")
            row |= dict(zip(names, mean_interval(own, level=LEVEL), strict=True))
        if own.size > 1:
            row["median_low"], row["median_high"] = median_interval(scores[condition], weights, level=LEVEL)
        rows.append(row)
    return pd.DataFrame(rows).reindex(columns=list(COLUMNS)).set_index("condition")


def _numbers(rated: pd.DataFrame, scale: tuple[float, float] | None) -> dict[str, float]:
    scores = rated["score"].to_numpy(dtype=np.float64)
    if scores.size == 0:
        return {}
    q1, median, q3 = (float(value) for value in np.quantile(scores, [0.25, 0.5, 0.75]))
    return {
        "mean": float(scores.mean()),
        "sd": float(scores.std(ddof=1)) if scores.size > 1 else math.nan,
        "median": median,
        "q1": q1,
        "q3": q3,
        "minimum": float(scores.min()),
        "maximum": float(scores.max()),
        "skew": float(stats.skew(scores)) if float(np.ptp(scores)) > 0 else math.nan,
        "floor": float(np.mean(scores <= scale[0])) if scale else math.nan,
        "ceiling": float(np.mean(scores >= scale[1])) if scale else math.nan,
    }
