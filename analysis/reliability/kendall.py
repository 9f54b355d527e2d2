"""Kendall's W: do assessors put the cells into one order? 0 no common order, 1 one order.

Corrected for ties [1]_. With many assessors a small W can be significant and still mean that
hardly anybody agrees.

References
----------
.. [1] M. G. Kendall and B. Babington Smith, "The problem of m rankings", Annals of Mathematical
   Statistics 10, 275-287 (1939).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.results import Values
from evalkit.errors import DataError


def concordance_w(ratings: Values) -> float:
    """Return Kendall's W of a complete table.

    Parameters
    ----------
    ratings : (cells, assessors) float64

    Raises
    ------
    DataError
        If there are fewer than 2 cells or assessors, missing ratings, or no assessor tells the cells apart.
    """
    n, m = ratings.shape
    if n < 2 or m < 2 or not np.isfinite(ratings).all():
        raise DataError(f"Kendall's W needs a complete table of at least 2 cells by 2 assessors, found {n} by {m}")
    ranks = stats.rankdata(ratings, axis=0)
    sums = ranks.sum(axis=1)
    ties = sum(float((counts**3 - counts).sum()) for counts in map(_tie_sizes, ranks.T))
    widest = m**2 * (n**3 - n) - m * ties
    if widest == 0:
        raise DataError("Kendall's W needs an assessor who tells the cells apart, found none")
    return float(12 * ((sums - sums.mean()) ** 2).sum() / widest)


def _tie_sizes(ranks: Values) -> Values:
    sizes: Values = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    return sizes
