"""Tail probabilities on a log scale, so that no p-value is ever reported as 0.

``scipy.stats.chi2.logsf`` is minus infinity beyond a statistic of about 1490, because it takes
the logarithm of an underflowed probability; these functions do not.
"""

from __future__ import annotations

import math

from scipy import special

LN10 = math.log(10.0)
UNDERFLOW = 1e-280  # below this a float64 tail probability loses digits and then becomes 0


def log10_normal_two_sided(z: float) -> float:
    """Return log10 of P(abs(Z) >= abs(z)) of a standard normal Z, at most 0."""
    return min(0.0, (math.log(2.0) + float(special.log_ndtr(-abs(z)))) / LN10)


def log10_chi2_sf(statistic: float, df: float) -> float:
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


def log10_f_sf(statistic: float, df1: float, df2: float) -> float:
    """Return log10 of P(X >= statistic) of an F with ``df1`` and ``df2`` degrees of freedom.

    Notes
    -----
    The tail is the regularised incomplete beta function I_x(df2/2, df1/2) at x = df2 / (df2 + df1 F).
    """
    odds = df1 * statistic / df2
    return _log10_beta(df2 / 2, df1 / 2, 1 / (1 + odds), -math.log1p(odds))


def log10_t_two_sided(t: float, df: float) -> float:
    """Return log10 of P(abs(T) >= abs(t)) of Student's T: the tail of F(1, df) at t squared."""
    return log10_f_sf(t * t, 1.0, df)


def log10_or_none(p: float | None) -> float | None:
    """Return log10 of a p-value; None for a missing or an underflowed one."""
    return math.log10(p) if p is not None and p > 0 else None


def _log10_beta(a: float, b: float, x: float, log_x: float) -> float:
    """Return log10 of I_x(a, b), from its series where it is too small for a float64.

    The series is x^a (1 - x)^b / (a B(a, b)) times the sum of (a+b)_n / (a+1)_n x^n [1]_.

    References
    ----------
    .. [1] NIST Digital Library of Mathematical Functions, 8.17.8.
    """
    tail = float(special.betainc(a, b, x))
    if tail > UNDERFLOW:
        return math.log10(tail)
    term = total = 1.0
    n = 0
    while term > 1e-17 * total:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    return (a * log_x + b * math.log1p(-x) - math.log(a) - float(special.betaln(a, b)) + math.log(total)) / LN10


def _gamma_fraction(a: float, x: float, *, terms: int = 200) -> float:
    """Evaluate x + (1-a)/(1 + 1/(x + (2-a)/(1 + 2/(x + ...)))) from its far end, for x > a."""
    value = x
    for k in range(terms, 0, -1):
        value = x + (k - a) / (1.0 + k / value)
    return value
