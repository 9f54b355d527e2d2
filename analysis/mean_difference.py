"""The difference of two conditions' means with its standard error: all that its intervals and t tests need.

It comes from matched values (one difference per assessor), from independent groups of assessors [1]_, or from
a mixed model (:mod:`analysis.inference.mixed_model`).

References
----------
.. [1] B. L. Welch, "The generalization of 'Student's' problem when several different population variances
   are involved", Biometrika 34, 28-35 (1947).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import stats

from analysis.inference.signed_rank import DECIMALS
from analysis.results import Values


class MeanDifference(NamedTuple):
    """A difference; ``se`` is NaN of too few values and 0 of values that do not vary, ``df`` is then NaN."""

    value: float
    se: float
    df: float

    def interval(self, level: float) -> tuple[float, float]:
        """Return the bounds of the t interval; NaN without a standard error."""
        half = float(stats.t.ppf((1 + level) / 2, self.df)) * self.se if self.se else 0.0
        return self.value - half, self.value + half


def matched(differences: Values) -> MeanDifference:
    """Return the mean of matched differences, Student's standard error and degrees of freedom."""
    n, mean = differences.size, float(np.mean(differences)) if differences.size else math.nan
    if n < 2:
        return MeanDifference(mean, math.nan, math.nan)
    if np.ptp(np.round(differences, DECIMALS)) == 0:
        return MeanDifference(mean, 0.0, math.nan)
    return MeanDifference(mean, float(np.std(differences, ddof=1)) / math.sqrt(n), float(n - 1))


def independent(first: Values, second: Values) -> MeanDifference:
    """Return the difference of two samples' means, Welch's standard error and degrees of freedom."""
    mean = float(np.mean(first) - np.mean(second))
    if min(first.size, second.size) < 2:
        return MeanDifference(mean, math.nan, math.nan)
    shares = [_squared_error(values) for values in (first, second)]
    variance = sum(shares)
    if variance == 0:
        return MeanDifference(mean, 0.0, math.nan)
    df = variance**2 / sum(share**2 / (values.size - 1) for share, values in zip(shares, (first, second), strict=True))
    return MeanDifference(mean, math.sqrt(variance), df)


def _squared_error(values: Values) -> float:
    """Return the squared standard error of a mean; 0 of values that differ by rounding only."""
    varies = np.ptp(np.round(values, DECIMALS)) > 0
    return float(np.var(values, ddof=1)) / values.size if varies else 0.0
