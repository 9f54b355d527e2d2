"""Kruskal-Wallis test: do independent samples of several conditions come from one distribution?

Ratings that share an assessor are not independent: on pooled ratings this is the paper's test, not
the recommended one. Corrected for ties; p from the chi-square distribution [1]_.

References
----------
.. [1] W. H. Kruskal and W. A. Wallis, "Use of ranks in one-criterion variance analysis", Journal of
   the American Statistical Association 47, 583-621 (1952).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.effects import epsilon_squared, eta_squared_h
from analysis.inference import column
from analysis.results import Effect, TestResult, Unit
from analysis.tails import log10_chi2_sf

NAME = "kruskal_wallis"
GROUPS = "many"
MATCHED = False


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "rating") -> TestResult:
    """Test whether the conditions' values come from one distribution."""
    samples = [column(units, group) for group in groups]
    pooled = np.concatenate(samples)
    blank = TestResult(id=NAME, test=NAME, groups=tuple(groups), unit=unit, n=pooled.size)
    if min(sample.size for sample in samples) == 0 or len(samples) < 2:
        return replace(blank, status="too_short", notes=("needs two conditions or more, each with a value",))
    if pooled.min() == pooled.max():
        return replace(blank, status="identical", notes=("all values are equal",))
    return result_of(groups, unit, h=float(stats.kruskal(*samples).statistic), n=pooled.size)


def result_of(groups: Sequence[str], unit: Unit, *, h: float, n: int) -> TestResult:
    """Return the result for an H of n values."""
    df, eta = len(groups) - 1, eta_squared_h(h, n, len(groups))
    effects = [Effect(name="epsilon_squared", value=epsilon_squared(h, n), method="H / (n - 1)")]
    if eta is not None:
        effects.append(Effect(name="eta_squared_h", value=eta, method="(H - k + 1) / (n - k)"))
    return TestResult(
        id=NAME,
        test=NAME,
        groups=tuple(groups),
        unit=unit,
        n=n,
        statistic=h,
        df=df,
        p=float(stats.chi2.sf(h, df)),
        log10_p=log10_chi2_sf(h, df),
        effects=tuple(effects),
    )
