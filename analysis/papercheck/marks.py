"""What a mark of a star matrix implies for the two samples behind it.

A corrected p of m tests by Bonferroni is m times the test's own; with Holm between 1 and m times. The
Mann-Whitney test's normal approximation with continuity correction turns p into the size of z, and z
into Cliff's delta = (|z| sqrt(n1 n2 (n1 + n2 + 1) / 12) + 1/2) / (n1 n2 / 2) [1]_. Ties, which the
paper does not print, make the variance smaller: they can only lower these bounds of delta.

References
----------
.. [1] H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18, 50-60 (1947); N. Cliff,
   Psychological Bulletin 114, 494-509 (1993).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from analysis.corrections import Correction


@dataclass(frozen=True, kw_only=True, slots=True)
class Implied:
    """Sizes of z and of delta, from and to."""

    z_low: float
    z_high: float
    delta_low: float
    delta_high: float


def implied(p_low: float, p_high: float, *, n: int, n_tests: int, correction: Correction) -> Implied:
    """Return what a corrected p from ``p_low`` to below ``p_high`` implies for two samples of n values."""
    most = {"bonferroni": (n_tests, n_tests), "holm": (1, n_tests), "fdr_bh": (1, n_tests), "none": (1, 1)}
    fewest_times, most_times = most[correction]
    z_low = z_of(p_high / fewest_times) if p_high < 1 else 0.0
    z_high = z_of(p_low / most_times) if p_low > 0 else math.inf
    return Implied(
        z_low=z_low,
        z_high=z_high,
        delta_low=delta_of(z_low, n) if z_low > 0 else 0.0,
        delta_high=delta_of(z_high, n),
    )


def z_of(p: float) -> float:
    """Return the size of z with a two-sided p."""
    return float(stats.norm.isf(p / 2))


def delta_of(z: float, n: int) -> float:
    """Return the size of Cliff's delta that gives a size of z with two samples of n values, at most 1."""
    if math.isinf(z):
        return 1.0
    return min(1.0, 2 * (z * math.sqrt(n * n * (2 * n + 1) / 12) + 0.5) / (n * n))
