"""A legend gives every p-value one mark, and the stated alpha does not fall inside a mark's range.

By custom * is p < .05, ** p < .01 and *** p < .001 [1]_.

References
----------
.. [1] American Psychological Association, "Publication Manual", 7th edition, section 7.14 (2020).
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.numerals import counted, p_value
from analysis.papercheck.claims import Claims, StarMatrix
from analysis.papercheck.finding import Finding

PLACE = 7
TITLE = "Legends of star matrices"
SOURCE = "APA Publication Manual 7.14"
CUSTOM = {"*": 0.05, "**": 0.01, "***": 0.001}


def check(claims: Claims) -> Iterator[Finding]:
    """Check each legend for gaps, unused and unusual marks, and marks that hold alpha."""
    for matrix in claims.matrices:
        yield from _gaps(matrix)
        for entry in matrix.legend:
            yield _mark(matrix, entry.mark, claims.design.alpha)
        yield from _skipped(matrix)


def _gaps(matrix: StarMatrix) -> Iterator[Finding]:
    ranges = sorted(found for entry in matrix.legend if (found := matrix.range_of(entry.mark)) is not None)
    reached = 0.0
    for low, high in [*ranges, (1.0, 1.0)]:
        if low > reached:
            yield Finding(
                check="legend",
                where=matrix.where,
                cell="legend, gap",
                printed=f"{p_value(reached)} ≤ p < {p_value(low)}",
                verdict="undecidable",
                reason="no mark stands for such a p: a pair that has one cannot be printed, or is printed wrongly",
            )
        reached = max(reached, high)


def _skipped(matrix: StarMatrix) -> Iterator[Finding]:
    """Say which customary mark is left out between others, which a reader may take for another level."""
    known = {entry.mark for entry in matrix.legend}
    for mark in CUSTOM:
        longer = [other for other in known if set(other) == {"*"} and len(other) > len(mark)]
        if mark not in known and longer:
            yield Finding(
                check="legend",
                where=matrix.where,
                cell=f"legend, {mark}",
                printed="",
                verdict="consistent",
                reason=f"never used, though {min(longer)} is: the marks do not count the levels",
            )


def _mark(matrix: StarMatrix, mark: str, alpha: float | None) -> Finding:
    low, high = matrix.range_of(mark) or (0.0, 1.0)
    used = sum(mark in found for _, *found in matrix.pairs())
    doubts = []
    if mark in CUSTOM and high != CUSTOM[mark]:
        doubts.append(f"by custom it is p < {p_value(CUSTOM[mark])}")
    if alpha is not None and low < alpha < high and high < 1:
        doubts.append(f"the stated alpha {p_value(alpha)} lies inside: the mark does not say what is significant")
    shown = f"{p_value(low)} ≤ p" if high >= 1 else f"p < {p_value(high)}"
    meaning = f"stands for {p_value(low)} ≤ p < {p_value(high)}" if low > 0 and high < 1 else f"stands for {shown}"
    return Finding(
        check="legend",
        where=matrix.where,
        cell=f"legend, {mark}",
        printed=f"{mark} {shown}",
        verdict="undecidable" if doubts else "consistent",
        reason="; ".join(
            [f"{meaning}; used for {counted(used, 'pair')}" if used else f"{meaning}; never used", *doubts]
        ),
    )
