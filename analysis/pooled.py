"""Kruskal-Wallis and all Mann-Whitney tests of independent values, from one count matrix.

The results are those of :mod:`analysis.inference` to the last digits. Values on too many different
levels for a matrix take the plain path, one sort for each test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.counts import CountMatrix, count_samples, kruskal_wallis_h, mann_whitney_u, mann_whitney_z
from analysis.effects import hodges_lehmann_shift
from analysis.families import Pair
from analysis.inference import column, kruskal_wallis, mann_whitney
from analysis.results import Effect, TestResult, Unit

LEVEL = 0.95


def independent_tests(
    units: pd.DataFrame, groups: Sequence[str], pairs: Sequence[Pair], *, unit: Unit
) -> tuple[TestResult, list[TestResult]]:
    """Return the test of all conditions and those of pairs, effects included.

    Parameters
    ----------
    units : unit table as of :mod:`analysis.units`
    """
    matrix = count_samples([column(units, group) for group in groups])
    if matrix is None or not matrix.sizes.all() or matrix.levels.size < 2:
        plain = [mann_whitney.run(units, pair, unit=unit) for pair in pairs]
        return kruskal_wallis.run(units, groups, unit=unit), plain
    h = kruskal_wallis_h(matrix.counts)
    omnibus = kruskal_wallis.result_of(groups, unit, h=h, n=int(matrix.sizes.sum()))
    return omnibus, _pairs(matrix, groups, pairs, unit=unit)


def _pairs(matrix: CountMatrix, groups: Sequence[str], pairs: Sequence[Pair], *, unit: Unit) -> list[TestResult]:
    u = mann_whitney_u(matrix.counts)
    z = mann_whitney_z(matrix.counts, u)
    place = {group: number for number, group in enumerate(groups)}
    results = []
    for pair in pairs:
        first, second = (place[group] for group in pair)
        n_first, n_second = int(matrix.sizes[first]), int(matrix.sizes[second])
        if math.isnan(z[first, second]):
            results.append(mann_whitney.identical(pair, unit, n=n_first + n_second))
            continue
        result = mann_whitney.result_of(
            pair, unit, u=float(u[first, second]), z=float(z[first, second]), n_first=n_first, n_second=n_second
        )
        results.append(replace(result, effects=(*result.effects, *_shift(matrix, first, second))))
    return results


def _shift(matrix: CountMatrix, first: int, second: int) -> list[Effect]:
    found = hodges_lehmann_shift(matrix.values(first), matrix.values(second), level=LEVEL)
    if found is None:
        return []
    value, low, high = found
    method = "median of pairwise differences; the interval inverts the Mann-Whitney test"
    return [Effect(name="hodges_lehmann", value=value, low=low, high=high, level=LEVEL, method=method)]
