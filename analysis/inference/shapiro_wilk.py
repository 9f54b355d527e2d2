"""Shapiro-Wilk test of normality of one condition's ratings.

The p-value follows Royston's algorithm AS R94 [1]_, which covers 3 to 5000 values; above, W alone
is given. A constant sample has no W. It tests normality only, not equal variances.

References
----------
.. [1] P. Royston, "Remark AS R94", Applied Statistics 44, 547-551 (1995).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.inference import column
from analysis.results import TestResult, Unit, result_id
from analysis.tails import log10_or_none

NAME = "shapiro_wilk"
GROUPS = "one"
MATCHED = False
LARGEST = 5000


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "rating") -> TestResult:
    """Test one condition's values for normality."""
    (group,) = groups
    values = np.sort(column(units, group))  # scipy centres on the value in the middle of the rows
    blank = TestResult(id=result_id(NAME, groups), test=NAME, groups=(group,), unit=unit, n=values.size)
    if values.size < 3:
        return replace(blank, status="too_short", notes=("needs at least 3 values",))
    if values.min() == values.max():
        return replace(blank, status="not_applicable", notes=("all values are equal",))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # scipy's, above 5000 values: told in the notes instead
        statistic, p = (float(value) for value in stats.shapiro(values))
    if values.size > LARGEST:
        return replace(blank, statistic=statistic, notes=(f"p is not defined above {LARGEST} values",))
    if p <= 0:
        return replace(
            blank, statistic=statistic, notes=("W is as small as it can be: p is below what can be computed",)
        )
    return replace(blank, statistic=statistic, p=p, log10_p=log10_or_none(p))
