"""Intraclass correlation of a complete two-way table: cells by assessors, both random.

Of the variance of the ratings, ICC is the share that is due to what was rated [1]_. *A* (absolute
agreement) counts it as error that one assessor rates higher than another, *C* (consistency) does not;
*1* speaks about one assessor's rating, *k* about the mean of the k assessors of this test. Intervals
are those of the F distribution, for A with Satterthwaite's degrees of freedom ([1]_, Table 7).

References
----------
.. [1] K. O. McGraw and S. P. Wong, "Forming inferences about some intraclass correlation coefficients",
   Psychological Methods 1, 30-46 (1996), and its correction, 1, 390 (1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.results import Values
from evalkit.errors import DataError

ROUNDING = 1e-12  # of the total sum of squares: below it a mean square is rounding alone


@dataclass(frozen=True, slots=True)
class Interval:
    """A coefficient with the bounds of its interval.

    Bounds are None where there is no residual variance; all three are None where the coefficient has no
    value: the mean of k assessors where what was rated adds no variance at all.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Icc:
    """Agreement (``a``) and consistency (``c``) of one assessor and of the mean of all."""

    a_1: Interval
    a_k: Interval
    c_1: Interval
    c_k: Interval


def icc(ratings: Values, *, level: float = 0.95) -> Icc:
    """Estimate the intraclass correlations.

    Parameters
    ----------
    ratings : (cells, assessors) float64, complete, at least 2 x 2
    level : of the intervals

    Raises
    ------
    DataError
        If the table is too small or not complete, or all its ratings are equal.
    """
    n, k = ratings.shape
    if n < 2 or k < 2 or not np.isfinite(ratings).all():
        raise DataError(f"an ICC needs a complete table of at least 2 cells by 2 assessors, found {n} by {k}")
    centred = ratings - ratings.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    total = float((centred**2).sum())
    if total == 0 or total <= ROUNDING * float((ratings**2).sum()):
        raise DataError("an ICC needs ratings that differ, all are equal")
    residual = float(((centred - rows[:, None] - columns) ** 2).sum())
    between = _rounded(k * float((rows**2).sum()), total) / (n - 1)
    raters = n * float((columns**2).sum()) / (k - 1)
    error = _rounded(residual, total) / ((n - 1) * (k - 1))
    tail = (1 + level) / 2
    agreement = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    consistency = (between - error) / (between + (k - 1) * error)
    bounds_a = _agreement_bounds(between, raters, error, agreement, n, k, tail) if error else (None, None)
    bounds_c = _consistency_bounds(between / error, n, k, tail) if error else (None, None)
    a_1, c_1 = Interval(agreement, *bounds_a), Interval(consistency, *bounds_c)
    return Icc(a_1=a_1, a_k=_of_mean(a_1, k), c_1=c_1, c_k=_of_mean(c_1, k))


def _rounded(squares: float, total: float) -> float:
    """Return a sum of squares, 0 if it is rounding alone."""
    return 0.0 if squares <= ROUNDING * total else squares


def _of_mean(single: Interval, k: int) -> Interval:
    """Step up from one assessor to the mean of k (Spearman and Brown)."""

    def step(value: float | None) -> float | None:
        if value is None or 1 + (k - 1) * value <= ROUNDING:
            return None
        return k * value / (1 + (k - 1) * value)

    value = step(single.value)
    return Interval(value, step(single.low), step(single.high)) if value is not None else Interval(None, None, None)


def _consistency_bounds(f: float, n: int, k: int, tail: float) -> tuple[float, float]:
    df = (n - 1) * (k - 1)
    low, high = f / float(stats.f.ppf(tail, n - 1, df)), f * float(stats.f.ppf(tail, df, n - 1))
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _agreement_bounds(
    between: float, raters: float, error: float, value: float, n: int, k: int, tail: float
) -> tuple[float, float]:
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    df = (a * raters + b * error) ** 2 / ((a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    upper, lower = float(stats.f.ppf(tail, n - 1, df)), float(stats.f.ppf(tail, df, n - 1))
    rest = k * raters + (k * n - k - n) * error
    low = n * (between - upper * error) / (upper * rest + n * between)
    high = n * (lower * between - error) / (rest + n * lower * between)
    return low, high
