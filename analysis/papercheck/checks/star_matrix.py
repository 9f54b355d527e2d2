"""Each mark of a star matrix: the same on both sides, in reach of the test, and what it implies.

The size of z and of Cliff's delta behind a mark come from :mod:`analysis.papercheck.marks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.inference.mann_whitney import smallest_attainable_p
from analysis.numerals import fixed, fraction, p_value
from analysis.papercheck.claims import Claims, StarMatrix
from analysis.papercheck.finding import Finding, Verdict
from analysis.papercheck.marks import implied

PLACE = 8
TITLE = "Star matrices"
SOURCE = "Mann & Whitney 1947; Cliff 1993"


def check(claims: Claims) -> Iterator[Finding]:
    """Check the diagonal and each pair."""
    for matrix in claims.matrices:
        for place, (name, row) in enumerate(matrix.rows.items()):
            if row[place] != matrix.diagonal:
                reason = f"a condition is not compared with itself: expected {matrix.diagonal}"
                yield _finding(matrix, (name, name), row[place], "impossible", reason)
        pairs = list(matrix.pairs())
        for pair, above, below in pairs:
            yield _pair(matrix, pair, above, below, claims.design.n, len(pairs))


def _pair(matrix: StarMatrix, pair: tuple[str, str], above: str, below: str, n: int | None, n_pairs: int) -> Finding:
    if above != below:
        reason = f"{above} above the diagonal, {below} below it"
        return _finding(matrix, pair, above, "impossible", reason)
    found = matrix.range_of(above)
    if found is None:
        return _finding(matrix, pair, above, "impossible", "the legend does not hold this mark")
    low, high = found
    if n is None:
        return _finding(matrix, pair, above, "undecidable", "how many ratings a condition has is not known")
    times = n_pairs if matrix.correction in ("bonferroni", "holm") else 1
    smallest = min(1.0, smallest_attainable_p(n, n) * times)
    if smallest >= high:
        reason = f"the smallest attainable corrected p of {n} values each is {p_value(smallest)}"
        return _finding(matrix, pair, above, "impossible", reason)
    reach = implied(low, high, n=n, n_tests=n_pairs, correction=matrix.correction)
    if high >= 1:
        reason = (
            f"|z| below {fixed(reach.z_high, 2)}: any |delta| below {fraction(reach.delta_high, 3)} gets this mark, "
            "which says 'not shown to differ', not 'the same'"
        )
    elif low == 0:
        reason = f"|z| above {fixed(reach.z_low, 2)}, |delta| above {fraction(reach.delta_low, 3)}"
    else:
        reason = (
            f"|z| {fixed(reach.z_low, 2)} to {fixed(reach.z_high, 2)}, "
            f"|delta| {fraction(reach.delta_low, 3)} to {fraction(reach.delta_high, 3)}"
        )
    return _finding(matrix, pair, above, "consistent", reason)


def _finding(matrix: StarMatrix, pair: tuple[str, str], mark: str, verdict: Verdict, reason: str) -> Finding:
    return Finding(
        check="star_matrix",
        where=matrix.where,
        cell=" – ".join(pair),
        printed=mark,
        verdict=verdict,
        reason=reason,
    )
