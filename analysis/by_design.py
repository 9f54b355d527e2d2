"""The default analysis: what the design of the study calls for, with what stands beside it.

Assessors who rated every condition: their means over items, Friedman's test and exact signed-rank
tests of the declared families, with the declared correction. Assessors of one condition each: the
same with Kruskal-Wallis and Mann-Whitney tests. See :mod:`analysis.design`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.comparison import Attainable, Comparison, common_notes, tested_pairs
from analysis.dataset import Dataset
from analysis.describe import describe
from analysis.differences import differences_of
from analysis.families import Pair
from analysis.inference import iman_davenport, skillings_mack
from analysis.inference.mann_whitney import smallest_attainable_p as smallest_unmatched_p
from analysis.inference.signed_rank import smallest_attainable_p as smallest_matched_p
from analysis.numerals import counted, p_value
from analysis.pair_effects import with_matched_effects
from analysis.results import TestResult
from analysis.sensitivity import means_tests, variants
from analysis.units import assessor_means, unequal_items


def compare_default(dataset: Dataset) -> Comparison:
    """Analyse as the design calls for.

    Raises
    ------
    DataError
        If there is only one condition, a declared family holds no pair, or there are too many pairs.
    """
    design = dataset.design
    families = tested_pairs(dataset, dataset.plan.families)
    matched = design.path != "independent"
    means = assessor_means(dataset.ratings, dataset.ids).dropna(how="all")
    ranks = means_tests(dataset, families, dataset.ratings, matched=matched)
    pairs = _with_effects(dataset, means, ranks.pairs) if matched else ranks.pairs
    attainable = tuple(_attainable(dataset, means, name, some, matched) for name, some in families.items())
    return Comparison(
        mode="default",
        dataset=dataset,
        design=design,
        described=describe(dataset),
        tests=(ranks.omnibus, *pairs),
        beside=_beside(dataset, means, matched),
        correction=dataset.plan.correction,
        notes=tuple(_notes(dataset, attainable, matched)),
        attainable=attainable,
        differences=differences_of(dataset, means, pairs, dataset.plan.correction) if matched else (),
        sensitivity=variants(dataset, families, ranks, matched=matched),
    )


def _with_effects(dataset: Dataset, means: pd.DataFrame, tests: Sequence[TestResult]) -> tuple[TestResult, ...]:
    distinct = {(test.groups[0], test.groups[1]): test for test in tests}
    effects = {pair: test.effects for pair, test in with_matched_effects(dataset, means, distinct).items()}
    return tuple(replace(test, effects=effects[test.groups[0], test.groups[1]]) for test in tests)


def _beside(dataset: Dataset, means: pd.DataFrame, matched: bool) -> tuple[TestResult, ...]:
    if not matched or len(dataset.ids) < 3:
        return ()
    tests = [iman_davenport.run(means, dataset.ids, unit="assessor_mean")]
    if dataset.design.n_every_condition < dataset.design.n_assessors:
        tests.append(skillings_mack.run(means, dataset.ids, unit="assessor_mean"))
    return tuple(tests)


def _attainable(dataset: Dataset, means: pd.DataFrame, family: str, pairs: Sequence[Pair], matched: bool) -> Attainable:
    given = means.notna()
    if matched:
        n = max(int((given[first] & given[second]).sum()) for first, second in pairs)
        p = smallest_matched_p(n)
    else:
        n, p = (
            int(given.to_numpy().any(axis=1).sum()),
            min(smallest_unmatched_p(int(given[first].sum()), int(given[second].sum())) for first, second in pairs),
        )
    size = len(pairs) if dataset.plan.correction in ("holm", "bonferroni") else 1
    return Attainable(family=family, n=n, n_pairs=len(pairs), p=p, p_adjusted=min(1.0, p * size))


def _notes(dataset: Dataset, attainable: Sequence[Attainable], matched: bool) -> list[str]:
    alpha = dataset.plan.alpha
    notes = [] if dataset.design.path == "repeated" else [dataset.design.why]
    notes += [_out_of_reach(reach, alpha) for reach in attainable if reach.p_adjusted >= alpha]
    notes += common_notes(dataset)
    unequal = unequal_items(dataset.ratings)
    if matched and unequal:
        notes.append(
            f"{unequal} of {len(dataset.assessors)} assessors rated different items in different conditions: "
            "what an item adds can enter their means."
        )
    return notes


def _out_of_reach(reach: Attainable, alpha: float) -> str:
    return (
        f"With {counted(reach.n, 'assessor')} no pair of '{reach.family}' can be significant at {alpha:g}: "
        f"the smallest attainable p is {p_value(reach.p)}, {p_value(reach.p_adjusted)} after correction over "
        f"{counted(reach.n_pairs, 'pair')}."
    )
