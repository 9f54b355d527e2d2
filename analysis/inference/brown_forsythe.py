"""Brown-Forsythe test of equal spread: an analysis of variance of distances to each condition's median.

It is Levene's test around medians, which skewed ratings upset least [1]_. Like the other tests of
pooled ratings it takes the values for independent.

References
----------
.. [1] M. B. Brown and A. B. Forsythe, "Robust tests for the equality of variances", Journal of the
   American Statistical Association 69, 364-367 (1974).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.inference import column
from analysis.results import TestResult, Unit
from analysis.tails import log10_f_sf

NAME = "brown_forsythe"
GROUPS = "many"
MATCHED = False


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "rating") -> TestResult:
    """Test whether the conditions' values spread equally around their medians."""
    samples = [np.sort(column(units, group)) for group in groups]  # sums do not depend on the rows' order
    n, k = sum(sample.size for sample in samples), len(samples)
    blank = TestResult(id=NAME, test=NAME, groups=tuple(groups), unit=unit, n=n)
    if k < 2 or min(sample.size for sample in samples) == 0 or n <= k:
        return replace(
            blank,
            status="too_short",
            notes=("needs two conditions, each with a value, and more values than conditions",),
        )
    distances = [np.abs(sample - np.median(sample)) for sample in samples]
    means = np.array([values.mean() for values in distances])
    sizes = np.array([values.size for values in distances])
    between = float(sizes @ (means - np.concatenate(distances).mean()) ** 2) / (k - 1)
    within = sum(float(np.sum((values - mean) ** 2)) for values, mean in zip(distances, means, strict=True)) / (n - k)
    if max(float(values.max()) for values in distances) == 0:
        return replace(blank, status="identical", notes=("no condition's values spread at all",))
    if within <= 1e-24 * max(between, 1.0):
        return replace(
            blank, status="not_applicable", notes=("in each condition all values are equally far from the median",)
        )
    f, df = between / within, (float(k - 1), float(n - k))
    return replace(blank, statistic=f, df=df, p=float(stats.f.sf(f, *df)), log10_p=log10_f_sf(f, *df))
