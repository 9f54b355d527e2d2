"""Dunn's test of pairs after Kruskal-Wallis: mean ranks compared on the ranks of all conditions together.

Where Mann-Whitney ranks each pair anew, Dunn keeps the omnibus test's ranks and its variance, with
the correction for ties [1]_. Two-sided; above 0, the first condition of the pair is ranked higher.
Values that share an assessor are taken for independent.

References
----------
.. [1] O. J. Dunn, "Multiple comparisons using rank sums", Technometrics 6, 241-252 (1964).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.inference import column
from analysis.results import TestResult, Unit, result_id
from analysis.tails import log10_normal_two_sided

NAME = "dunn"
GROUPS = "pairs"
MATCHED = False


def run(
    units: pd.DataFrame, groups: Sequence[str], pairs: Sequence[tuple[str, str]], *, unit: Unit = "rating"
) -> tuple[TestResult, ...]:
    """Test pairs of conditions on the ranks of all of them."""
    samples = [column(units, group) for group in groups]
    pooled = np.concatenate(samples)
    sizes = {group: sample.size for group, sample in zip(groups, samples, strict=True)}
    blanks = [
        TestResult(id=result_id(NAME, pair), test=NAME, groups=pair, unit=unit, n=sizes[pair[0]] + sizes[pair[1]])
        for pair in pairs
    ]
    if pooled.size and pooled.min() == pooled.max():
        return tuple(replace(blank, status="identical", notes=("all values are equal",)) for blank in blanks)
    ranks = np.split(stats.rankdata(pooled), np.cumsum([sample.size for sample in samples])[:-1])
    rank_sums = {group: float(own.sum()) for group, own in zip(groups, ranks, strict=True)}
    variance = _rank_variance(pooled.size, np.unique(pooled, return_counts=True)[1])
    found = []
    for blank in blanks:
        first, second = blank.groups
        if sizes[first] == 0 or sizes[second] == 0:
            found.append(replace(blank, status="too_short", notes=("needs a value of each condition",)))
            continue
        difference = rank_sums[first] / sizes[first] - rank_sums[second] / sizes[second]
        z = difference / math.sqrt(variance * (1 / sizes[first] + 1 / sizes[second]))
        p = 2.0 * float(special.ndtr(-abs(z)))
        found.append(replace(blank, statistic=z, p=p, log10_p=log10_normal_two_sided(z)))
    return tuple(found)


def _rank_variance(n: int, ties: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """Return the variance of n mid-ranks, N (N + 1) / 12 less what ties take away."""
    sizes = ties.astype(np.float64)
    return n * (n + 1) / 12 - float(np.sum(sizes**3 - sizes)) / (12 * (n - 1)) if n > 1 else 0.0
