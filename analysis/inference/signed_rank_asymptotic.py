"""Wilcoxon's signed-rank test by the normal approximation, to stand beside the exact one.

Pinned: zero differences dropped, variance of the tied ranks, continuity correction, two-sided: what
R's ``wilcox.test(paired = TRUE, exact = FALSE)`` computes, after differences are rounded to 9
decimals. With few units it cannot get as small as the exact p, however clear the difference.

References
----------
.. [1] F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1, 80-83 (1945).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.inference import complete_rows, left_out
from analysis.inference.signed_rank import asymptotic_p, nonzero_differences, positive_ranks
from analysis.results import TestResult, Unit, result_id

NAME = "signed_rank_asymptotic"
GROUPS = "pair"
MATCHED = True


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "assessor_mean") -> TestResult:
    """Test whether the first condition is rated higher or lower than the second by the same units."""
    rows = complete_rows(units, groups)
    nonzero = nonzero_differences(rows)
    notes = left_out(units, groups, len(rows))
    blank = TestResult(id=result_id(NAME, groups), test=NAME, groups=tuple(groups), unit=unit, n=len(rows), notes=notes)
    if len(rows) == 0:
        return replace(blank, status="too_short", notes=(*notes, "no unit has both conditions"))
    if nonzero.size == 0:
        return replace(blank, status="identical", notes=(*notes, "all differences are 0"))
    p, log10_p = asymptotic_p(nonzero)
    return replace(blank, statistic=positive_ranks(nonzero), p=p, log10_p=log10_p)
