"""Intraclass correlation of an incomplete two-way table, from variance components by restricted maximum likelihood.

Cells (what was rated) and assessors are crossed random samples; every rating counts, also of tables too sparse to
have a complete part. Of a complete table the estimates are those of the analysis of variance
(:mod:`analysis.reliability.icc`), unless that gives a variance below 0. The mean of k assessors is that of a cell
with the harmonic mean number of ratings. Intervals are Wald's on the scale of the logit, by the delta method from
the curvature of the restricted likelihood [1]_; with few assessors they are rough.

References
----------
.. [1] S. R. Searle, G. Casella and C. E. McCulloch, "Variance Components", chapter 6 (1992).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from analysis.inference.mixed_model import reml
from analysis.inference.mixed_model.sums import Codes, summed
from analysis.reliability.icc import Interval
from analysis.results import Values
from evalkit.errors import DataError

LARGEST_CELLS = 5_000_000  # products of cells and assessors that the equations hold


@dataclass(frozen=True, kw_only=True, slots=True)
class RemlIcc:
    """Absolute agreement of one assessor (``a_1``) and of the mean of ``k``."""

    a_1: Interval
    a_k: Interval
    k: float


def icc_reml(ratings: Values, *, level: float = 0.95) -> RemlIcc:
    """Estimate the intraclass correlation of absolute agreement.

    Parameters
    ----------
    ratings : (cells, assessors) float64, NaN where missing
    level : of the intervals

    Raises
    ------
    DataError
        If no assessor rated two cells or no cell has two ratings, all ratings are equal or a sum of effects of
        cells and assessors without a residual, or the table is too large.
    """
    cell, assessor = np.nonzero(np.isfinite(ratings))
    cell, assessor = (np.unique(codes, return_inverse=True)[1].reshape(-1) for codes in (cell, assessor))
    score = ratings[np.isfinite(ratings)]
    per_cell, per_assessor = np.bincount(cell), np.bincount(assessor)
    if score.size == 0 or per_cell.max() < 2 or per_assessor.max() < 2 or min(per_cell.size, per_assessor.size) < 2:
        raise DataError("variance components need cells that several assessors rated, and assessors of several cells")
    if np.ptp(score) == 0:
        raise DataError("an ICC needs ratings that differ, all are equal")
    if per_cell.size * per_assessor.size > LARGEST_CELLS:
        raise DataError(f"{per_cell.size} cells by {per_assessor.size} assessors are too many for variance components")
    theta, curvature = _fit(cell, assessor, (score - score.mean()) / score.std())
    k = per_cell.size / float(np.sum(1 / per_cell))
    a_1 = _agreement(theta, curvature, level)
    return RemlIcc(a_1=a_1, a_k=_of_mean(a_1, k), k=k)


def _fit(cell: Codes, assessor: Codes, score: Values) -> tuple[Values, Values]:
    """Return the standard deviations of cells and assessors in units of the residual one, and the curvature there."""
    outer_is_cell = cell.max() >= assessor.max()
    outer, inner = (cell, assessor) if outer_is_cell else (assessor, cell)
    sums = summed(outer, inner, np.zeros(score.size, dtype=np.int64), score, n_conditions=1)

    def deviance(theta: Values) -> float:
        of_cell, of_assessor = (float(value) for value in theta)
        sides = (of_cell, of_assessor) if outer_is_cell else (of_assessor, of_cell)
        return reml.solve(sums, *sides, 0.0, 0.0).deviance

    try:
        theta = reml.minimise(deviance, 2)
        if theta.max() >= 0.99 * reml.LARGEST_THETA:
            raise reml.NoResidualError
        free = np.flatnonzero(theta)
        curvature = np.full((2, 2), np.inf)

        def of_free(values: Values) -> float:
            whole = np.zeros(2)
            whole[free] = values
            return deviance(whole)

        if free.size:
            curvature[np.ix_(free, free)] = reml.hessian(of_free, theta[free])
    except reml.NoResidualError:
        raise DataError("the ratings are a sum of effects of cells and assessors, without a residual") from None
    return theta, curvature


def _agreement(theta: Values, curvature: Values, level: float) -> Interval:
    """Return the cells' share of the variance; without bounds where it is 0 or the likelihood is flat."""
    cell, assessor = (float(value) for value in theta)
    value = cell**2 / (cell**2 + assessor**2 + 1)
    free = np.flatnonzero(theta)
    if cell == 0 or np.linalg.eigvalsh(curvature[np.ix_(free, free)])[0] <= 0:
        return Interval(value, None, None)
    covariance = 2 * np.linalg.inv(curvature[np.ix_(free, free)])
    slopes = np.array([2 / cell, -2 * assessor / (assessor**2 + 1)])[free]  # of the logit
    reach = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(float(slopes @ covariance @ slopes))
    logit = float(special.logit(value))
    return Interval(value, float(special.expit(logit - reach)), float(special.expit(logit + reach)))


def _of_mean(single: Interval, k: float) -> Interval:
    """Step up from one assessor to the mean of k (Spearman and Brown)."""

    def step(value: float | None) -> float | None:
        return None if value is None else k * value / (1 + (k - 1) * value)

    return Interval(step(single.value), step(single.low), step(single.high))
