"""Effect sizes and their exact or Student's intervals; intervals by resampling are in :mod:`analysis.resampling`.

Signs follow the order of the pair: above 0 (A above one half), the first condition is rated higher.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from analysis.results import Values

LARGEST_EXACT = 200  # values above which the signed rank's quantile is the normal approximation's
LARGEST_DIFFERENCES = 4_000_000  # pairwise differences held at once


def cliffs_delta(u: float, n_first: int, n_second: int) -> float:
    """Return P(first > second) - P(first < second) from Mann-Whitney's U of the first sample [1]_.

    References
    ----------
    .. [1] N. Cliff, "Dominance statistics: ordinal analyses to answer ordinal questions",
       Psychological Bulletin 114, 494-509 (1993).
    """
    return 2.0 * u / (n_first * n_second) - 1.0


def vargha_delaney_a(u: float, n_first: int, n_second: int) -> float:
    """Return P(first > second) + P(first = second) / 2 from Mann-Whitney's U of the first sample [1]_.

    References
    ----------
    .. [1] A. Vargha and H. D. Delaney, "A critique and improvement of the CL common language effect size
       statistics of McGraw and Wong", Journal of Educational and Behavioral Statistics 25, 101-132 (2000).
    """
    return u / (n_first * n_second)


def epsilon_squared(h: float, n: int) -> float:
    """Return the share of rank variance between groups: H / (n - 1)."""
    return h / (n - 1)


def eta_squared_h(h: float, n: int, n_groups: int) -> float | None:
    """Return (H - k + 1) / (n - k) of k groups [1]_, slightly below 0 where they hardly differ.

    None where n does not exceed k.

    References
    ----------
    .. [1] M. Tomczak and E. Tomczak, "The need to report effect size estimates revisited", Trends in
       Sport Sciences 1(21), 19-25 (2014).
    """
    return (h - n_groups + 1) / (n - n_groups) if n > n_groups else None


def kendalls_w(chi2: float, n_blocks: int, n_conditions: int) -> float:
    """Return Kendall's coefficient of concordance from Friedman's statistic, 0 to 1."""
    return chi2 / (n_blocks * (n_conditions - 1))


def rank_biserial(ranks_plus: float, n: int) -> float:
    """Return the matched-pairs rank-biserial correlation from the sum of positive ranks of n differences."""
    total = n * (n + 1) / 2
    return 2.0 * ranks_plus / total - 1.0


def hodges_lehmann(differences: Values) -> float:
    """Return the median of all pairwise means of differences, each with itself included."""
    return float(np.median(_walsh_averages(differences)))


def hodges_lehmann_interval(differences: Values, *, level: float = 0.95) -> tuple[float, float, float] | None:
    """Return lower bound, upper bound and attained level of the interval that the signed rank test inverts to.

    The bounds are pairwise means (Walsh averages), counted in from both ends by the quantile of the
    exact null distribution, so the level attained is at least ``level`` [1]_. Above 200 values the
    quantile is the normal approximation's. None where so few values attain no such level (at 95 %:
    fewer than 6).

    References
    ----------
    .. [1] M. Hollander, D. A. Wolfe and E. Chicken, "Nonparametric Statistical Methods", 3rd edition,
       section 3.3 (2014).
    """
    n, alpha = differences.size, 1 - level
    if n > LARGEST_EXACT:
        spread = math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        place = math.floor(n * (n + 1) / 4 - float(stats.norm.ppf(1 - alpha / 2)) * spread)
        attained = level
    else:
        below = np.cumsum(_signed_rank_chances(n))
        place = int(np.searchsorted(below, alpha / 2, side="right"))  # the most sums with P(V < place) <= alpha / 2
        if place == 0:
            return None
        attained = 1 - 2 * float(below[place - 1])
    means = np.sort(_walsh_averages(differences))
    return float(means[place - 1]), float(means[means.size - place]), attained


def hodges_lehmann_shift(
    first: tuple[Values, Values], second: tuple[Values, Values], *, level: float = 0.95
) -> tuple[float, float, float] | None:
    """Return the median of all differences first - second of two independent samples, and its interval.

    Parameters
    ----------
    first, second : different values of each sample, rising, and how often each occurs

    Returns
    -------
    estimate, lower and upper bound; None if there are too many different values to hold the differences

    Notes
    -----
    The interval holds the shifts that the Mann-Whitney test, with continuity correction and the
    samples' own ties, does not reject: what R's ``wilcox.test(conf.int = TRUE)`` searches for.
    """
    (x, n_x), (y, n_y) = first, second
    if x.size * y.size > LARGEST_DIFFERENCES:
        return None
    differences = np.subtract.outer(x, y).ravel()
    order = np.argsort(differences)
    differences, reached = differences[order], np.cumsum(np.multiply.outer(n_x, n_y).ravel()[order])
    size_x, size_y = float(n_x.sum()), float(n_y.sum())
    total, n = size_x * size_y, size_x + size_y

    def ranked(place: float) -> float:
        """Return the difference of a rank, counted from 1."""
        return float(differences[min(int(np.searchsorted(reached, place)), differences.size - 1)])

    estimate = (ranked(math.floor((total + 1) / 2)) + ranked(math.ceil((total + 1) / 2))) / 2
    ties = float(np.sum(n_x**3 - n_x) + np.sum(n_y**3 - n_y))
    variance = total / 12 * (n + 1 - ties / (n * (n - 1)))
    if variance <= 0:
        return estimate, estimate, estimate
    reach = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(variance)
    from_end = min(total, math.ceil(total / 2 + 0.5 + reach))  # so many differences lie on one side of a bound
    return estimate, ranked(total + 1 - from_end), ranked(from_end)


def mean_interval(values: Values, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return mean, lower and upper bound of Student's interval of independent values.

    Bounds are NaN for fewer than two values.
    """
    mean = float(np.mean(values))
    if values.size < 2:
        return mean, float("nan"), float("nan")
    half = float(stats.t.ppf((1 + level) / 2, values.size - 1)) * float(np.std(values, ddof=1)) / np.sqrt(values.size)
    return mean, mean - float(half), mean + float(half)


def _walsh_averages(differences: Values) -> Values:
    rows, columns = np.triu_indices(differences.size)
    return np.asarray((differences[rows] + differences[columns]) / 2)


def _signed_rank_chances(n: int) -> Values:
    """Return the null distribution of the positive ranks' sum of n untied differences."""
    chances = np.ones(1)
    for rank in range(1, n + 1):
        moved = np.concatenate([np.zeros(rank), chances])
        moved[: chances.size] += chances
        chances = moved / 2
    return chances
