"""What the text concludes follows from what the tables print.

'Different' needs a mark wholly below the stated alpha. 'The same' follows from no test of difference:
absence of evidence is not evidence of absence [1]_. A test tests what it is made for, and no more.

References
----------
.. [1] D. G. Altman and J. M. Bland, "Absence of evidence is not evidence of absence", BMJ 311, 485 (1995).
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.numerals import fraction, p_value
from analysis.papercheck.claims import Claims, Pair, StarMatrix, Statement
from analysis.papercheck.finding import Finding, Verdict
from analysis.papercheck.marks import delta_of, implied, z_of

PLACE = 9
TITLE = "Conclusions"
SOURCE = "Altman & Bland 1995"
TESTED = {
    "shapiro_wilk": ("normality", "it tests one sample's shape; equal spread is Brown-Forsythe's or Fligner's test"),
    "kruskal_wallis": ("any difference", "it says that some conditions differ, not which, nor that each pair does"),
    "friedman": ("any difference", "it says that some conditions differ, not which, nor that each pair does"),
    "mann_whitney": ("tendency", "it tests which is rated higher more often; of medians only where shapes are alike"),
}

UNTOLD = {
    "slip": "as printed it does not say what is meant; probably {of}",
    "unpublished": "{of} are not public: what rests on them cannot be recomputed",
}


def check(claims: Claims) -> Iterator[Finding]:
    """Check each statement."""
    for statement in claims.statements:
        if statement.says == "tests":
            yield _purpose(statement)
        elif statement.says == "rejected":
            yield _rejected(statement, claims)
        elif statement.says in UNTOLD:
            yield _finding(statement, statement.says, "undecidable", UNTOLD[statement.says].format(of=statement.of))
        else:
            for pair in statement.pairs:
                yield _pair(statement, pair, claims)


def _purpose(statement: Statement) -> Finding:
    purpose, reason = TESTED.get(statement.test or "", ("", ""))
    if not purpose:
        return _finding(statement, statement.test or "", "undecidable", "this test is not known here")
    right = statement.of == purpose
    words = f"it is a test of {purpose}" if right else f"it is no test of {statement.of}: {reason}"
    return _finding(statement, statement.test or "", "consistent" if right else "impossible", words)


def _rejected(statement: Statement, claims: Claims) -> Finding:
    alpha = claims.design.alpha or 0.05
    printed = [test.p for test in claims.omnibus if test.test == statement.test]
    if statement.test == "shapiro_wilk":
        printed = [row.p for row in claims.normality]
    if not printed:
        return _finding(statement, statement.test or "", "undecidable", "no p-value of this test is given")
    largest = max(printed, key=lambda p: p.value)
    verdict: Verdict = "consistent" if largest.value < alpha else "impossible"
    return _finding(
        statement, statement.test or "", verdict, f"the largest p is {largest.text}, alpha is {p_value(alpha)}"
    )


def _pair(statement: Statement, pair: Pair, claims: Claims) -> Finding:
    found = next((m for m in claims.matrices if any(set(other) == set(pair) for other, *_ in m.pairs())), None)
    cell, n = " – ".join(pair), claims.design.n
    span = None if found is None else found.range_of(_mark(found, pair))
    if found is None or span is None or n is None:
        return _finding(statement, cell, "undecidable", "no mark of this pair is given, or not of how many ratings")
    n_pairs, alpha = len(list(found.pairs())), claims.design.alpha or 0.05
    low, high = span
    if statement.says == "same":
        if high <= alpha:
            return _finding(statement, cell, "impossible", f"the table says p < {p_value(high)}")
        most = implied(low, high, n=n, n_tests=n_pairs, correction=found.correction).delta_high
        reason = (
            f"not significant is not the same: every |delta| below {fraction(most, 3)} is printed like this. "
            "A claim of sameness needs a margin and a test of equivalence"
        )
        return _finding(statement, cell, "undecidable", reason)
    if high <= alpha:
        return _finding(statement, cell, "consistent", f"p < {p_value(high)}, alpha is {p_value(alpha)}")
    if low >= alpha:
        return _finding(statement, cell, "impossible", f"p ≥ {p_value(low)}, alpha is {p_value(alpha)}")
    times = n_pairs if found.correction == "bonferroni" else 1
    needed = fraction(delta_of(z_of(alpha / times), n), 3)
    reason = (
        f"the mark stands for {p_value(low)} ≤ p < {p_value(high)}, and the stated alpha is {p_value(alpha)}: "
        f"significant only if |delta| is above {needed}, which the table does not tell"
    )
    return _finding(statement, cell, "undecidable", reason)


def _mark(matrix: StarMatrix, pair: Pair) -> str:
    return next(mark for other, mark, _ in matrix.pairs() if set(other) == set(pair))


def _finding(statement: Statement, cell: str, verdict: Verdict, reason: str) -> Finding:
    return Finding(
        check="statements",
        where=statement.where,
        cell=cell,
        printed=f"“{statement.text}”",
        verdict=verdict,
        reason=reason,
    )
