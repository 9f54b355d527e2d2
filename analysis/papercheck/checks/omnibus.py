"""The statistic, degrees of freedom and p of a test of all conditions fit each other.

Kruskal and Wallis's H [1]_ and Friedman's Q [2]_ are compared with chi-square of k - 1 degrees of freedom.
Without ties H is at most N - 1 (all variance of the ranks lies between the conditions), Q at most n (k - 1).

References
----------
.. [1] W. H. Kruskal and W. A. Wallis, Journal of the American Statistical Association 47, 583-621 (1952).
.. [2] M. Friedman, Journal of the American Statistical Association 32, 675-701 (1937).
"""

from __future__ import annotations

from collections.abc import Iterator

from scipy import stats

from analysis.effects import epsilon_squared
from analysis.numerals import fraction, p_value
from analysis.papercheck.claims import Claims, Design, Omnibus
from analysis.papercheck.finding import Finding, Verdict

PLACE = 5
TITLE = "Tests of all conditions"
SOURCE = "Kruskal & Wallis 1952; Friedman 1937"
NAMES = {"kruskal_wallis": "Kruskal-Wallis", "friedman": "Friedman"}


def check(claims: Claims) -> Iterator[Finding]:
    """Check each test's degrees of freedom, p and size."""
    for test in claims.omnibus:
        k = claims.design.conditions
        if test.df is not None and k is not None:
            verdict: Verdict = "consistent" if test.df == k - 1 else "impossible"
            yield _finding(test, "degrees of freedom", str(test.df), verdict, f"{k} conditions have {k - 1}")
        df = test.df if test.df is not None else None if k is None else k - 1
        yield _p(test, df)
        largest = _largest(test, claims.design)
        if largest is not None:
            yield _size(test, *largest)


def _p(test: Omnibus, df: int | None) -> Finding:
    if df is None:
        reason = "neither the degrees of freedom nor the number of conditions are known"
        return _finding(test, "p", test.p.text, "undecidable", reason)
    low, high = (float(stats.chi2.sf(bound, df)) for bound in (test.statistic.high, max(0.0, test.statistic.low)))
    reason = f"{test.statistic.text} with {df} df gives p from {p_value(low)} to {p_value(high)}"
    if test.p.holds(low, high):
        if test.p.low > 0:
            needed = [float(stats.chi2.isf(bound, df)) for bound in (test.p.high, test.p.low)]
            reason += f"; the printed p needs a statistic of {needed[0]:.3f} to {needed[1]:.3f}"
        return _finding(test, "p", test.p.text, "consistent", reason)
    others = [other for other in range(1, 100) if _fits(test, other)]
    if others:
        reason += f"; it would fit df = {', '.join(str(other) for other in others)}"
    return _finding(test, "p", test.p.text, "impossible", reason)


def _fits(test: Omnibus, df: int) -> bool:
    return test.p.holds(
        float(stats.chi2.sf(test.statistic.high, df)), float(stats.chi2.sf(max(0.0, test.statistic.low), df))
    )


def _largest(test: Omnibus, design: Design) -> tuple[int, str] | None:
    """Return the largest statistic that the design allows, and the effect size that is printed."""
    k = design.conditions
    if test.test == "kruskal_wallis" and k is not None and design.n is not None:
        n = k * design.n
        effect = fraction(epsilon_squared(test.statistic.value, n), 3)
        return n - 1, f"N = {n} ratings allow at most {n - 1}; epsilon squared is {effect}"
    if test.test == "friedman" and k is not None and design.assessors is not None:
        most = design.assessors * (k - 1)
        return most, f"{design.assessors} assessors allow at most {most}; W is {fraction(test.statistic.value / most)}"
    return None


def _size(test: Omnibus, most: int, reason: str) -> Finding:
    verdict: Verdict = "consistent" if test.statistic.low <= most else "impossible"
    return _finding(test, "statistic", test.statistic.text, verdict, reason)


def _finding(test: Omnibus, cell: str, printed: str, verdict: Verdict, reason: str) -> Finding:
    name = f"{NAMES[test.test]}, {cell}"
    return Finding(check="omnibus", where=test.where, cell=name, printed=printed, verdict=verdict, reason=reason)
