"""W and p of a Shapiro-Wilk test together tell how many values were tested.

Royston's approximation [1]_ turns W and n into p, so a printed pair of W and p fits few n only. Rows of
one table have one n if every condition was rated equally often.

References
----------
.. [1] P. Royston, "Remark AS R94: a remark on algorithm AS 181: the W-test for normality", Applied
   Statistics 44, 547-551 (1995).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import reduce

import numpy as np
from scipy import special

from analysis.numerals import p_value
from analysis.papercheck.claims import Claims, Normality
from analysis.papercheck.finding import Finding
from analysis.results import Values

PLACE = 4
TITLE = "Shapiro-Wilk tests"
SOURCE = "Royston 1995"
SIZES = np.arange(3, 5001)  # Royston's approximation ends at 5000


def check(claims: Claims) -> Iterator[Finding]:
    """Check each row by itself, and all rows together."""
    fitting = [_sizes(row) for row in claims.normality]
    for row, sizes in zip(claims.normality, fitting, strict=True):
        yield _row(row, sizes, claims.design.n)
    if len(fitting) > 1:
        yield _together(claims, fitting)


def royston_p(w: float, n: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Values:
    """Return p of a W below 1 for each sample size, 3 to 5000."""
    size, y = n.astype(np.float64), math.log1p(-w)
    z = np.full(n.shape, np.inf)
    small, large = (n > 3) & (n <= 11), n > 11
    z[small] = _small_z(y, size[small])
    log = np.log(size[large])
    mean = -1.5861 + log * (-0.31082 + log * (-0.083751 + 0.0038915 * log))
    z[large] = (y - mean) / np.exp(-0.4803 + log * (-0.082676 + 0.0030302 * log))
    p = special.ndtr(-z)
    p[n == 3] = max(0.0, 6 / math.pi * (math.asin(math.sqrt(w)) - math.asin(math.sqrt(0.75))))
    return np.asarray(p)


def _small_z(y: float, size: Values) -> Values:
    """Return z of log(1 - W) for 4 to 11 values; infinite where W is below what Royston's formula reaches."""
    room = -2.273 + 0.459 * size - y
    inside = -np.log(np.where(room > 0, room, 1.0))
    mean = 0.544 + size * (-0.39978 + size * (0.025054 - 0.0006714 * size))
    sd = np.exp(1.3822 + size * (-0.77857 + size * (0.062767 - 0.0020322 * size)))
    return np.asarray(np.where(room > 0, (inside - mean) / sd, np.inf))


def _bounds(row: Normality, n: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[Values, Values]:
    """Return the smallest and largest p that the W that round to the printed one give; p rises with W."""
    return royston_p(max(1e-9, row.w.low), n), royston_p(min(1 - 1e-12, row.w.high), n)


def _sizes(row: Normality) -> frozenset[int]:
    low, high = _bounds(row, SIZES)
    return frozenset(int(n) for n in SIZES[(low <= row.p.high) & (high >= row.p.low)])


def _row(row: Normality, sizes: frozenset[int], n: int | None) -> Finding:
    fits = bool(sizes) if n is None else n in sizes
    reason = f"this W and p fit n = {_span(sizes)}" if sizes else "no n from 3 to 5000 gives this p with this W"
    if n is not None and 3 <= n <= SIZES[-1]:
        low, high = (float(bound[0]) for bound in _bounds(row, np.array([n])))
        reason += f"; W = {row.w.text} and n = {n} give p from {p_value(low)} to {p_value(high)}"
    return Finding(
        check="shapiro_wilk",
        where=row.where,
        cell=row.condition,
        printed=f"W = {row.w.text}, p = {row.p.text}",
        verdict="consistent" if fits else "impossible",
        reason=reason,
    )


def _together(claims: Claims, fitting: list[frozenset[int]]) -> Finding:
    shared = reduce(frozenset.intersection, fitting)
    n = claims.design.n
    if not shared:
        reason = "no single n fits all rows: the conditions were rated unequally often, or a row is wrong"
    else:
        reason = f"all {len(fitting)} rows together fit n = {_span(shared)}"
    if n is not None:
        reason += f"; expected from the design: {n}"
    fits = (n in shared) if n is not None else bool(shared)
    return Finding(
        check="shapiro_wilk",
        where=claims.normality[0].where,
        cell="n, from all rows",
        printed="" if n is None else f"n = {n}",
        verdict="consistent" if fits else "undecidable" if n is None else "impossible",
        reason=reason,
    )


def _span(sizes: frozenset[int]) -> str:
    low, high = min(sizes), max(sizes)
    return str(low) if low == high else f"{low} to {high}"
