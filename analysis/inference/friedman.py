"""Friedman test: do the assessors rank the conditions alike, and not all the same?

On assessors' means this respects that one assessor's ratings belong together; it speaks about the
items that were heard, not about items in general. Corrected for ties; p from the chi-square
distribution [1]_. The effect is Kendall's W, from 0 (no common order) to 1 (one order).

References
----------
.. [1] M. Friedman, "The use of ranks to avoid the assumption of normality implicit in the analysis
   of variance", Journal of the American Statistical Association 32, 675-701 (1937).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.effects import kendalls_w
from analysis.inference import complete_rows, left_out
from analysis.results import Effect, TestResult, Unit
from analysis.tails import log10_chi2_sf

NAME = "friedman"
GROUPS = "many"
MATCHED = True


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "assessor_mean") -> TestResult:
    """Test the conditions on the units that have a value for each of them."""
    rows = complete_rows(units, groups)
    n, k = rows.shape
    notes = left_out(units, groups, n)
    blank = TestResult(id=NAME, test=NAME, groups=tuple(groups), unit=unit, n=n)
    if k < 3:
        return replace(blank, status="not_applicable", notes=(*notes, "two conditions: see the signed rank"))
    if n < 2:
        return replace(blank, status="too_short", notes=(*notes, "needs two units with every condition"))
    if (rows == rows[:, :1]).all():
        return replace(blank, status="identical", notes=(*notes, "no unit tells the conditions apart"))
    statistic, p = (float(value) for value in stats.friedmanchisquare(*np.ascontiguousarray(rows.T)))
    return replace(
        blank,
        statistic=statistic,
        df=k - 1,
        p=p,
        log10_p=log10_chi2_sf(statistic, k - 1),
        effects=(Effect(name="kendalls_w", value=kendalls_w(statistic, n, k), method="chi2 / (n (k - 1))"),),
        notes=notes,
    )
