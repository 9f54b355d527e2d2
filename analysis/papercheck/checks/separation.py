"""Kruskal and Wallis's H is no larger than the marks of the pairs allow.

H is made of the pairs' Cliff's deltas: without ties and with n ratings of each of k conditions,
H = 3 n^3 / (N (N + 1)) sum_i (sum_j delta_ij)^2, because a condition's mean rank exceeds the middle by
n / 2 times the sum of its deltas [1]_. A mark bounds each delta (:mod:`analysis.papercheck.marks`), so the
largest H is found by putting the conditions into every order.

References
----------
.. [1] W. H. Kruskal and W. A. Wallis, Journal of the American Statistical Association 47, 583-621 (1952),
   with the mean ranks written as sums of Mann-Whitney's U.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from analysis.papercheck.claims import Claims, StarMatrix
from analysis.papercheck.finding import Finding
from analysis.papercheck.marks import implied
from analysis.results import Values

PLACE = 10
TITLE = "H against star matrices"
SOURCE = "Kruskal & Wallis 1952"
MOST_CONDITIONS = 8  # 40 320 orders


def check(claims: Claims) -> Iterator[Finding]:
    """Hold each H against each matrix."""
    n = claims.design.n
    for test, matrix in itertools.product(claims.omnibus, claims.matrices):
        bounds = None if n is None else _largest_deltas(matrix, n)
        if test.test == "kruskal_wallis" and n is not None and bounds is not None:
            most = largest_h(bounds, n)
            fits = test.statistic.low <= most
            reason = f"the marks of {matrix.where} allow an H of at most {most:.0f} without ties"
            yield Finding(
                check="separation",
                where=test.where,
                cell=f"Kruskal-Wallis, statistic, against {matrix.where}",
                printed=test.statistic.text,
                verdict="consistent" if fits else "undecidable",
                reason=reason if fits else f"{reason}; only many ties could make it larger",
            )


def largest_h(bounds: Values, n: int) -> float:
    """Return the largest H of k conditions, n values each, whose deltas are no larger than a (k, k) matrix."""
    k = len(bounds)
    orders = np.array(list(itertools.permutations(range(k))))
    above = np.sign(np.arange(k)[None, :] - np.arange(k)[:, None])  # a later condition is rated higher
    sums = (bounds[orders[:, :, None], orders[:, None, :]] * above).sum(axis=2)
    total = n * k
    return float(3 * n**3 / (total * (total + 1)) * (sums**2).sum(axis=1).max())


def _largest_deltas(matrix: StarMatrix, n: int) -> Values | None:
    names = list(matrix.rows)
    if len(names) > MOST_CONDITIONS:
        return None
    pairs = list(matrix.pairs())
    bounds = np.zeros((len(names), len(names)))
    for (first, second), mark, _ in pairs:
        span = matrix.range_of(mark)
        if span is None:
            return None
        i, j = names.index(first), names.index(second)
        reach = implied(*span, n=n, n_tests=len(pairs), correction=matrix.correction)
        bounds[i, j] = bounds[j, i] = reach.delta_high
    return bounds
