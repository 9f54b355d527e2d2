"""Effect sizes, as plain numbers; intervals come from :mod:`analysis.resampling`."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.results import Values


def cliffs_delta(u: float, n_first: int, n_second: int) -> float:
    """Return P(first > second) - P(first < second) from Mann-Whitney's U of the first sample [1]_.

    References
    ----------
    .. [1] N. Cliff, "Dominance statistics: ordinal analyses to answer ordinal questions",
       Psychological Bulletin 114, 494-509 (1993).
    """
    return 2.0 * u / (n_first * n_second) - 1.0


def epsilon_squared(h: float, n: int) -> float:
    """Return the share of rank variance between groups: H / (n - 1)."""
    return h / (n - 1)


def kendalls_w(chi2: float, n_blocks: int, n_conditions: int) -> float:
    """Return Kendall's coefficient of concordance from Friedman's statistic, 0 to 1."""
    return chi2 / (n_blocks * (n_conditions - 1))


def rank_biserial(ranks_plus: float, n: int) -> float:
    """Return the matched-pairs rank-biserial correlation from the sum of positive ranks of n differences."""
    total = n * (n + 1) / 2
    return 2.0 * ranks_plus / total - 1.0


def hodges_lehmann(differences: Values) -> float:
    """Return the median of all pairwise means of differences, each with itself included."""
    rows, columns = np.triu_indices(differences.size)
    return float(np.median((differences[rows] + differences[columns]) / 2))


def mean_interval(values: Values, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return mean, lower and upper bound of Student's interval of independent values.

    Bounds are NaN for fewer than two values.
    """
    mean = float(np.mean(values))
    if values.size < 2:
        return mean, float("nan"), float("nan")
    half = float(stats.t.ppf((1 + level) / 2, values.size - 1)) * float(np.std(values, ddof=1)) / np.sqrt(values.size)
    return mean, mean - float(half), mean + float(half)
