"""Wilcoxon's signed-rank test of two conditions on matched values, exact also with ties.

The exact distribution of the positive ranks' sum is counted by dynamic programming over doubled
mid-ranks, so ties need no approximation; zero differences are dropped (Wilcoxon's own rule) [1]_.
Differences are rounded to 9 decimals first: equal differences of means that differ in the last bit
would otherwise not be tied.

References
----------
.. [1] F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1, 80-83 (1945).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.effects import hodges_lehmann, rank_biserial
from analysis.inference import complete_rows, left_out
from analysis.results import Effect, TestResult, Unit, Values, result_id
from analysis.tails import log10_normal_two_sided, log10_or_none

NAME = "signed_rank"
GROUPS = "pair"
MATCHED = True
DECIMALS = 9
LARGEST_EXACT = 500  # above, the normal approximation is good to many digits and the exact one slow
LARGEST_WALSH = 2000  # Hodges-Lehmann needs n (n + 1) / 2 pairwise means


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "assessor_mean") -> TestResult:
    """Test whether the first condition is rated higher or lower than the second by the same units."""
    rows = complete_rows(units, groups)
    differences = np.round(rows[:, 0] - rows[:, 1], DECIMALS)
    nonzero = nonzero_differences(rows)
    notes = left_out(units, groups, len(rows))
    blank = TestResult(id=result_id(NAME, groups), test=NAME, groups=tuple(groups), unit=unit, n=differences.size)
    if differences.size == 0:
        return replace(blank, status="too_short", notes=(*notes, "no unit has both conditions"))
    if nonzero.size == 0:
        return replace(
            blank, statistic=0.0, p=1.0, log10_p=0.0, status="identical", notes=(*notes, "all differences are 0")
        )
    plus = positive_ranks(nonzero)
    if nonzero.size <= LARGEST_EXACT:
        p = exact_p(nonzero)
        log10_p, method = log10_or_none(p), "exact distribution"
    else:
        p, log10_p = asymptotic_p(nonzero)
        method = "normal approximation with continuity correction"
    if nonzero.size < differences.size:
        notes = (*notes, f"{differences.size - nonzero.size} zero differences dropped")
    return replace(
        blank,
        statistic=plus,
        p=p,
        log10_p=log10_p,
        effects=_effects(differences, plus, nonzero.size),
        notes=(method, *notes),
    )


def nonzero_differences(rows: Values) -> Values:
    """Return first minus second of (units, 2) values, rounded to 9 decimals, those of 0 left out."""
    differences = np.round(rows[:, 0] - rows[:, 1], DECIMALS)
    return np.asarray(differences[differences != 0])


def smallest_attainable_p(n: int) -> float:
    """Return the smallest two-sided exact p that n matched values can give."""
    return min(1.0, 2.0 ** (1 - n))


def positive_ranks(nonzero: Values) -> float:
    """Return the sum of the mid-ranks of the positive differences."""
    return float(stats.rankdata(np.abs(nonzero))[nonzero > 0].sum())


def exact_p(nonzero: Values) -> float:
    """Return the exact two-sided p of differences without zeros, ties allowed."""
    return min(1.0, 2.0 * min(exact_tails(nonzero)))


def exact_tails(nonzero: Values) -> tuple[float, float]:
    """Return the exact chances of a sum of positive ranks up to, and from, the one found; ties allowed.

    Notes
    -----
    Under the null hypothesis each difference is positive with probability one half, independently.
    Doubled mid-ranks are whole numbers, so the distribution of their positive sum is a convolution.
    """
    doubled = np.rint(2 * stats.rankdata(np.abs(nonzero))).astype(np.int64)
    chance = np.zeros(int(doubled.sum()) + 1)
    chance[0] = 1.0
    reach = 0
    for rank in np.sort(doubled):
        moved = chance[: reach + 1] / 2
        chance[: reach + 1] = moved
        chance[rank : rank + reach + 1] += moved
        reach += int(rank)
    plus = int(doubled[nonzero > 0].sum())
    return float(chance[: plus + 1].sum()), float(chance[plus:].sum())


def asymptotic_p(nonzero: Values) -> tuple[float, float]:
    """Return p and log10 p of the normal approximation with continuity and tie correction, as R does."""
    ranks = stats.rankdata(np.abs(nonzero))
    excess = float(ranks[nonzero > 0].sum() - ranks[nonzero < 0].sum()) / 2
    z = max(0.0, abs(excess) - 0.5) / math.sqrt(float(np.sum(ranks**2)) / 4)
    return min(1.0, 2.0 * float(stats.norm.sf(z))), log10_normal_two_sided(z)


def _effects(differences: Values, plus: float, n_nonzero: int) -> tuple[Effect, ...]:
    effects = [Effect(name="rank_biserial", value=rank_biserial(plus, n_nonzero), method="of non-zero differences")]
    if differences.size <= LARGEST_WALSH:
        value = hodges_lehmann(differences)
        effects.append(Effect(name="hodges_lehmann", value=value, method="median of pairwise means of differences"))
    return tuple(effects)
