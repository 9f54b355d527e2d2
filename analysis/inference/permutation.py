"""Permutation test within units: do the conditions differ, if each unit's values could be in any order?

Under the null hypothesis a unit's values are exchangeable between the conditions, so its own values
are permuted and nothing is assumed about their distribution [1]_. The statistic is the share of the
units' inner sum of squares that lies between the conditions, 0 to 1 (of ranks, it would be Kendall's
W). All orders are tried where they are few; otherwise random ones are drawn, and p counts the
observed order as one of them, so that it is never 0 [2]_.

References
----------
.. [1] E. J. G. Pitman, "Significance tests which may be applied to samples from any populations.
   III. The analysis of variance test", Biometrika 29, 322-335 (1938).
.. [2] B. Phipson and G. K. Smyth, "Permutation p-values should never be zero", Statistical
   Applications in Genetics and Molecular Biology 9, article 39 (2010).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.inference import complete_rows, in_fixed_order, left_out
from analysis.results import TestResult, Unit, Values

NAME = "permutation"
GROUPS = "many"
MATCHED = True
LARGEST_EXACT = 100_000  # orders that are all tried
REPLICATES = 19_999  # random orders
FEWEST_REPLICATES = 999
LARGEST_WORK = 50_000_000  # values permuted in all; more conditions or units get fewer random orders
CELLS_AT_ONCE = 2_000_000
NEARLY = 1 - 1e-9  # statistics that differ by rounding only count as equal


def run(
    units: pd.DataFrame,
    groups: Sequence[str],
    *,
    unit: Unit = "assessor_mean",
    rng: np.random.Generator,
    most: int = REPLICATES,
) -> TestResult:
    """Test the conditions on the units that have a value for each of them, with at most so many random orders."""
    rows = in_fixed_order(complete_rows(units, groups))
    n, k = rows.shape
    notes = left_out(units, groups, n)
    blank = TestResult(id=NAME, test=NAME, groups=tuple(groups), unit=unit, n=n)
    if n < 2 or k < 2:
        note = "needs two conditions, and two units that rated all of them"
        return replace(blank, status="too_short", notes=(*notes, note))
    centred = rows - rows.mean(axis=1, keepdims=True)
    inner = float(np.sum(centred**2))
    if inner <= 1e-18 * float(np.sum(rows**2)):
        return replace(blank, status="identical", notes=(*notes, "no unit tells the conditions apart"))
    observed = float(np.sum(centred.sum(axis=0) ** 2))
    if (n - 1) * math.lgamma(k + 1) <= math.log(LARGEST_EXACT):
        sums = _sums_of_all_orders(centred)
        p = float(np.mean(np.sum(sums**2, axis=1) >= observed * NEARLY))
        method = f"all {len(sums)} different orders tried"
    else:
        replicates = min(most, max(FEWEST_REPLICATES, LARGEST_WORK // rows.size))
        drawn = _sums_of_random_orders(centred, replicates, rng)
        found = sum(int(np.sum(np.sum(sums**2, axis=1) >= observed * NEARLY)) for sums in drawn)
        p = (1 + found) / (1 + replicates)
        method = f"{replicates} random orders"
    return replace(blank, statistic=observed / (n * inner), p=p, log10_p=math.log10(p), notes=(method, *notes))


def _sums_of_all_orders(rows: Values) -> Values:
    """Return the conditions' sums for all orders within units, the first unit's order held."""
    sums = rows[:1]
    for row in rows[1:]:
        orders = np.array(list(itertools.permutations(row)))
        sums = (sums[:, None, :] + orders[None, :, :]).reshape(-1, row.size)
    return sums


def _sums_of_random_orders(rows: Values, replicates: int, rng: np.random.Generator) -> Iterator[Values]:
    at_once = max(1, CELLS_AT_ONCE // rows.size)
    for start in range(0, replicates, at_once):
        repeated = np.repeat(rows[None], min(at_once, replicates - start), axis=0)
        yield rng.permuted(repeated, axis=2).sum(axis=1)
