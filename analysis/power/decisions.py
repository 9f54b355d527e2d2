"""What each test of the analysis finds in one study: 1 or 0 of all conditions at once, or a share of pairs.

Tests of pairs correct over all pairs of conditions, as the analysis does; of what they find only the pairs
of the first condition count, which are those that differ. Equivalence is tested for the first condition
against each other one, corrected over these.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.corrections import Correction, adjust
from analysis.counts import count_samples, mann_whitney_u, mann_whitney_z
from analysis.equivalence import tost_t
from analysis.inference import friedman, iman_davenport, kruskal_wallis, max_t, mixed_model, permutation
from analysis.inference.mann_whitney import z_score
from analysis.inference.signed_rank import LARGEST_EXACT, asymptotic_p, exact_p, nonzero_differences
from analysis.results import Values
from analysis.units import DECIMALS

ORDERS = 499  # random orders of one simulated study: p has steps of .002


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """The level of the test, the correction of pairs, and the margin of equivalence."""

    alpha: float
    correction: Correction
    margin: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """How a test decides; ``finds`` says in words what its power is the chance of."""

    name: str
    decide: Callable[[Values, Setting], float]
    finds: str
    pairs: bool
    fewest_conditions: int = 2


def _friedman(ratings: Values, setting: Setting) -> float:
    units = _frame(_means(ratings))
    return _below(friedman.run(units, list(units.columns)).p, setting)


def _kruskal_wallis(ratings: Values, setting: Setting) -> float:
    units = _frame(_pooled(ratings))
    return _below(kruskal_wallis.run(units, list(units.columns)).p, setting)


def _mixed_model(ratings: Values, setting: Setting) -> float:
    index = pd.MultiIndex.from_product([range(size) for size in ratings.shape[:2]], names=["assessor", "item"])
    units = _frame(_pooled(ratings)).set_index(index)
    return _below(mixed_model.run(units, list(units.columns)).p, setting)


def _iman_davenport(ratings: Values, setting: Setting) -> float:
    units = _frame(_means(ratings))
    found = iman_davenport.run(units, list(units.columns))
    return _friedman(ratings, setting) if found.p is None else _below(found.p, setting)  # F is infinite: all agree


def _permutation(ratings: Values, setting: Setting) -> float:
    units = _frame(_means(ratings))
    return _below(permutation.run(units, list(units.columns), rng=_orders(), most=ORDERS).p, setting)


def _max_t(ratings: Values, setting: Setting) -> float:
    units, pairs = _frame(_means(ratings)), _pairs(ratings)
    named = [(str(i), str(j)) for i, j in pairs]
    tests = max_t.run(units, list(units.columns), named, rng=_orders(), most=ORDERS)
    found = [_below(test.p_adjusted.get(max_t.NAME), setting) for test in tests]
    return float(np.mean([one for one, (i, _) in zip(found, pairs, strict=True) if i == 0]))


def _signed_rank(ratings: Values, setting: Setting) -> float:
    means = _means(ratings)
    return _share(
        [_signed_rank_p(means[:, [i, j]]) for i, j in _pairs(ratings)], [i == 0 for i, _ in _pairs(ratings)], setting
    )


def _mann_whitney(ratings: Values, setting: Setting) -> float:
    pooled, pairs = _pooled(ratings), _pairs(ratings)
    matrix = count_samples(list(pooled.T))
    if matrix is None:  # so many levels that there are no ties worth counting
        u = [float((pooled[:, [i]] > pooled[:, j]).sum()) for i, j in pairs]
        z = [z_score(value, pooled[:, i], pooled[:, j]) for value, (i, j) in zip(u, pairs, strict=True)]
    else:
        sizes = mann_whitney_z(matrix.counts, mann_whitney_u(matrix.counts))
        z = [float(sizes[pair]) for pair in pairs]
    return _share([2 * float(special.ndtr(-size)) for size in z], [i == 0 for i, _ in pairs], setting)


def _tost(ratings: Values, setting: Setting) -> float:
    means = _means(ratings)
    margin = setting.margin or 0.0
    p_values = [tost_t(means[:, 0] - means[:, other], margin) for other in range(1, means.shape[1])]
    return _share(p_values, [True] * len(p_values), setting)


DECISIONS: dict[str, Decision] = {
    "friedman": Decision(
        name="Friedman test",
        decide=_friedman,
        finds="any difference, assessors' means",
        pairs=False,
        fewest_conditions=3,
    ),
    "iman_davenport": Decision(
        name="Iman–Davenport test",
        decide=_iman_davenport,
        finds="any difference, assessors' means",
        pairs=False,
        fewest_conditions=3,
    ),
    "permutation": Decision(
        name="permutation test", decide=_permutation, finds="any difference, assessors' means", pairs=False
    ),
    "max_t": Decision(
        name="sign-flip test (maxT)", decide=_max_t, finds="a pair that differs, assessors' means", pairs=True
    ),
    "signed_rank": Decision(
        name="signed-rank test", decide=_signed_rank, finds="a pair that differs, assessors' means", pairs=True
    ),
    "mixed_model": Decision(
        name="mixed model", decide=_mixed_model, finds="any difference, assessors and items in general", pairs=False
    ),
    "tost": Decision(
        name="two one-sided t tests (equivalence)",
        decide=_tost,
        finds="a pair equivalent within the margin, assessors' means",
        pairs=True,
    ),
    "kruskal_wallis": Decision(
        name="Kruskal–Wallis test", decide=_kruskal_wallis, finds="any difference, ratings pooled", pairs=False
    ),
    "mann_whitney": Decision(
        name="Mann–Whitney test", decide=_mann_whitney, finds="a pair that differs, ratings pooled", pairs=True
    ),
}


def _orders() -> np.random.Generator:
    """Return the random orders of every simulated study: they need not differ, as the studies do."""
    return np.random.default_rng(1)


def _means(ratings: Values) -> Values:
    return np.asarray(ratings.mean(axis=1).round(DECIMALS))


def _pooled(ratings: Values) -> Values:
    return np.asarray(ratings.reshape(-1, ratings.shape[2]))


def _frame(values: Values) -> pd.DataFrame:
    return pd.DataFrame(values, columns=[str(number) for number in range(values.shape[1])])


def _pairs(ratings: Values) -> list[tuple[int, int]]:
    return list(itertools.combinations(range(ratings.shape[2]), 2))


def _signed_rank_p(rows: Values) -> float:
    nonzero = nonzero_differences(rows)
    if nonzero.size == 0:
        return 1.0
    return exact_p(nonzero) if nonzero.size <= LARGEST_EXACT else asymptotic_p(nonzero)[0]


def _below(p: float | None, setting: Setting) -> float:
    return float(p is not None and p < setting.alpha)


def _share(p_values: Sequence[float | None], counts: Sequence[bool], setting: Setting) -> float:
    """Return which share of the pairs that count is found, after correction over all."""
    adjusted = adjust(p_values, setting.correction)
    found = [p is not None and p < setting.alpha for p, counted in zip(adjusted, counts, strict=True) if counted]
    return float(np.mean(found))
