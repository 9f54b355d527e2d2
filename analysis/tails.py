"""Tail probabilities on a log scale, so that no p-value is ever reported as 0.

``scipy.stats.chi2.logsf`` is minus infinity beyond a statistic of about 1490, because it takes
the logarithm of an underflowed probability; these functions do not.
"""

from __future__ import annotations

import math

from scipy import special, stats

LN10 = math.log(10.0)
UNDERFLOW = 1e-280  # below this a float64 tail probability loses digits and then becomes 0


def log10_normal_two_sided(z: float) -> float:
    """Return log10 of P(abs(Z) >= abs(z)) of a standard normal Z, at most 0."""
    return min(0.0, (math.log(2.0) + float(stats.norm.logsf(abs(z)))) / LN10)


def log10_chi2_sf(statistic: float, df: int) -> float:
    """Return log10 of P(X >= statistic) of a chi-square X with ``df`` degrees of freedom.

    Notes
    -----
    Far in the tail the regularised upper incomplete gamma function Q(df/2, statistic/2) is taken
    from its continued fraction [1]_, whose factors are summed as logarithms.

    References
    ----------
    .. [1] NIST Digital Library of Mathematical Functions, 8.9.2.
    """
    tail = float(special.gammaincc(df / 2, statistic / 2))
    if tail > UNDERFLOW:
        return math.log10(tail)
    a, x = df / 2, statistic / 2
    return (a * math.log(x) - x - math.lgamma(a) - math.log(_gamma_fraction(a, x))) / LN10


def log10_or_none(p: float | None) -> float | None:
    """Return log10 of a p-value; None for a missing or an underflowed one."""
    return math.log10(p) if p is not None and p > 0 else None


def _gamma_fraction(a: float, x: float, *, terms: int = 200) -> float:
    """Evaluate x + (1-a)/(1 + 1/(x + (2-a)/(1 + 2/(x + ...)))) from its far end, for x > a."""
    value = x
    for k in range(terms, 0, -1):
        value = x + (k - a) / (1.0 + k / value)
    return value
