"""Mann-Whitney test of two conditions' independent values, two-sided.

Pinned: normal approximation with tie correction and continuity correction, which is what R's
``wilcox.test(exact = FALSE)`` computes and what fits the paper's tables. It is no test of medians
where the shapes differ, and it takes ratings that share an assessor for independent ones.

References
----------
.. [1] H. B. Mann and D. R. Whitney, "On a test of whether one of two random variables is
   stochastically larger than the other", Annals of Mathematical Statistics 18, 50-60 (1947).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.effects import cliffs_delta, vargha_delaney_a
from analysis.inference import column
from analysis.results import Effect, TestResult, Unit, Values, result_id
from analysis.tails import log10_normal_two_sided

NAME = "mann_whitney"
GROUPS = "pair"
MATCHED = False


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "rating") -> TestResult:
    """Test whether one of two conditions tends to be rated higher."""
    first, second = (column(units, group) for group in groups)
    blank = TestResult(
        id=result_id(NAME, groups), test=NAME, groups=tuple(groups), unit=unit, n=first.size + second.size
    )
    if first.size == 0 or second.size == 0:
        return replace(blank, status="too_short", notes=("needs a value of each condition",))
    pooled = np.concatenate([first, second])
    if pooled.min() == pooled.max():
        return identical(groups, unit, n=pooled.size)
    u = stats.mannwhitneyu(first, second, alternative="two-sided", method="asymptotic", use_continuity=True).statistic
    z = z_score(float(u), first, second)
    return result_of(groups, unit, u=float(u), z=z, n_first=first.size, n_second=second.size)


def result_of(groups: Sequence[str], unit: Unit, *, u: float, z: float, n_first: int, n_second: int) -> TestResult:
    """Return the result for a U of the first sample and the size of its z."""
    delta, a = cliffs_delta(u, n_first, n_second), vargha_delaney_a(u, n_first, n_second)
    return TestResult(
        id=result_id(NAME, groups),
        test=NAME,
        groups=tuple(groups),
        unit=unit,
        n=n_first + n_second,
        statistic=u,
        p=min(1.0, 2.0 * float(special.ndtr(-z))),
        log10_p=log10_normal_two_sided(z),
        effects=(
            Effect(name="cliffs_delta", value=delta, method="from U, over all values"),
            Effect(name="vargha_delaney_a", value=a, method="from U, over all values"),
        ),
    )


def identical(groups: Sequence[str], unit: Unit, *, n: int) -> TestResult:
    """Return the result for n values that are all equal."""
    notes = ("all values are equal",)
    return TestResult(
        id=result_id(NAME, groups), test=NAME, groups=tuple(groups), unit=unit, n=n, status="identical", notes=notes
    )


def smallest_attainable_p(n_first: int, n_second: int) -> float:
    """Return the smallest p that values of these numbers can give: without ties, one sample above the other."""
    product = n_first * n_second
    if product == 0:
        return 1.0
    z = max(0.0, product / 2 - 0.5) / math.sqrt(product * (n_first + n_second + 1) / 12)
    return 2.0 * float(special.ndtr(-z))


def z_score(u: float, first: Values, second: Values) -> float:
    """Return the size of the normal approximation's z, with tie and continuity correction."""
    n1, n2 = first.size, second.size
    n = n1 + n2
    ties = np.unique(np.concatenate([first, second]), return_counts=True)[1].astype(np.float64)
    variance = n1 * n2 / 12 * (n + 1 - float(np.sum(ties**3 - ties)) / (n * (n - 1)))
    return max(0.0, abs(u - n1 * n2 / 2) - 0.5) / math.sqrt(variance)
