"""Skillings-Mack test: Friedman's question where units rated different subsets of the conditions.

Each unit ranks what it rated; ranks are centred, and weighted so that units with many conditions
count for more. With complete units it is Friedman's test, and the same number [1]_. Ties: mid-ranks,
and each unit's own variance of ranks in place of that without ties, as Prentice's form has it [2]_.
A missing rating must not depend on what it would have been.

References
----------
.. [1] J. H. Skillings and G. A. Mack, "On the use of a Friedman-type statistic in balanced and
   unbalanced block designs", Technometrics 23, 171-177 (1981).
.. [2] M. J. Prentice, "On the problem of m incomplete rankings", Biometrika 66, 167-170 (1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats
from scipy.sparse.csgraph import connected_components

from analysis.inference import in_fixed_order
from analysis.results import TestResult, Unit, Values
from analysis.tails import log10_chi2_sf

NAME = "skillings_mack"
GROUPS = "many"
MATCHED = True


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "assessor_mean") -> TestResult:
    """Test the conditions on all units that have a value for two or more of them."""
    rows = in_fixed_order(units[list(groups)].to_numpy(dtype=np.float64))
    rows = rows[(~np.isnan(rows)).sum(axis=1) > 1]
    n, k = rows.shape
    blank = TestResult(id=NAME, test=NAME, groups=tuple(groups), unit=unit, n=n)
    if k < 3:
        return replace(blank, status="not_applicable", notes=("two conditions: see the signed rank",))
    if n < 2:
        return replace(blank, status="too_short", notes=("needs two units that rated two conditions or more",))
    given = ~np.isnan(rows)
    links = given.T.astype(np.int64) @ given.astype(np.int64)
    if connected_components(links > 0, directed=False)[0] > 1:
        note = "the conditions fall into sets that no unit links: they cannot be compared"
        return replace(blank, status="not_applicable", notes=(note,))
    scores, covariance = _sums(rows, given)
    if not covariance.any():
        return replace(blank, status="identical", notes=("no unit tells the conditions apart",))
    # units that tie everything carry no rank: the covariance may have lower rank than k - 1
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    df = int(np.linalg.matrix_rank(covariance, tol=1e-10 * np.linalg.norm(covariance, 2), hermitian=True))
    statistic = float(scores @ inverse @ scores)
    return replace(
        blank, statistic=statistic, df=df, p=float(stats.chi2.sf(statistic, df)), log10_p=log10_chi2_sf(statistic, df)
    )


def _sums(rows: Values, given: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> tuple[Values, Values]:
    """Return the weighted sums of centred ranks by condition, and their covariance over orders within units."""
    k = rows.shape[1]
    scores, covariance = np.zeros(k), np.zeros((k, k))
    for row, present in zip(rows, given, strict=True):
        size = int(present.sum())
        centred = np.zeros(k)
        centred[present] = (stats.rankdata(row[present]) - (size + 1) / 2) * np.sqrt(12 / (size + 1))
        scores += centred
        # a random order of the unit's ranks: equal variances, equal negative covariances
        covariance += float(centred @ centred) / (size - 1) * (np.diag(present) - np.outer(present, present) / size)
    return scores, covariance
