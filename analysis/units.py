"""Unit tables: what a test takes as one observation (a row), by condition (the columns).

Ratings are pooled as the paper does it, or averaged to one value per assessor and condition, which
is the unit that a claim about these items needs: an assessor's ratings are not independent.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.results import Scores

DECIMALS = 12  # means of equal sums differ in the last bit; finer than the 9 decimals of the signed rank


def rating_units(ratings: pd.DataFrame, conditions: Sequence[str]) -> pd.DataFrame:
    """Return single ratings: a row per assessor, item, page and replicate; missing ratings are NaN.

    Parameters
    ----------
    ratings : ratings table of one scale
    conditions : columns of the result, in order
    """
    wide = ratings.pivot(index=["assessor", "item", "page", "replicate"], columns="condition", values="score")
    return wide.sort_index().reindex(columns=list(conditions)).astype(float)


def assessor_means(ratings: pd.DataFrame, conditions: Sequence[str]) -> pd.DataFrame:
    """Return each assessor's mean over items: a row per assessor; NaN where nothing was rated.

    Repeated ratings of an item are averaged first, so that each item counts once.
    """
    cells = ratings.groupby(["assessor", "condition", "item"], sort=True)["score"].mean()
    means = cells.groupby(level=["assessor", "condition"], sort=True).mean().unstack("condition")
    return means.sort_index().reindex(columns=list(conditions)).astype(float).round(DECIMALS)


def scores_by_condition(ratings: pd.DataFrame) -> dict[str, Scores]:
    """Return each rated condition's ratings with the numbers of their assessors, counted in sorted order."""
    rated = ratings.dropna(subset=["score"])
    owners = np.unique(rated["assessor"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)
    values = rated["score"].to_numpy(dtype=np.float64)
    conditions = rated["condition"].to_numpy(dtype=str)
    return {str(name): Scores(values[conditions == name], owners[conditions == name]) for name in np.unique(conditions)}


def unequal_items(ratings: pd.DataFrame) -> int:
    """Count the assessors whose means rest on different items for different conditions."""
    rated = ratings.dropna(subset=["score"])
    cells = rated.groupby(["assessor", "condition"])["item"].agg(frozenset)
    return int((cells.groupby(level="assessor").nunique() > 1).sum())
