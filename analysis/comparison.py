"""The two analyses: as the paper did it, and the one that fits repeated ratings.

``as_paper`` pools all ratings as if each came from another person: Shapiro-Wilk per condition,
Kruskal-Wallis, Mann-Whitney of all pairs with Bonferroni's correction. ``default`` first averages
each assessor's ratings over the items: Friedman, then exact signed-rank tests of the declared
families with the declared correction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.corrections import Correction, adjust
from analysis.dataset import Dataset
from analysis.describe import LEVEL, describe
from analysis.effects import mean_interval
from analysis.families import ALL_PAIRS, Pair
from analysis.inference import friedman, kruskal_wallis, mann_whitney, shapiro_wilk, signed_rank
from analysis.numerals import counted, p_value
from analysis.resampling import REPLICATES, delta_interval, draw_weights
from analysis.results import Effect, Scores, TestResult
from analysis.units import assessor_means, rating_units, scores_by_condition, unequal_items
from evalkit.errors import DataError
from evalkit.provenance import versions
from evalkit.seeds import stream
from evalkit.study import Family

SCHEMA = "evalkit-results/1"
LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "matplotlib")
INDEPENDENCE = (
    "This analysis takes {n} ratings for independent. They come from {assessors}, and one assessor's ratings "
    "belong together: its p-values can be far too small or too large. The default analysis respects this."
)
Mode = Literal["as_paper", "default"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Attainable:
    """The smallest p-value that so many assessors can give a pair of a family, before and after correction."""

    family: str
    n_assessors: int
    n_pairs: int
    p: float
    p_adjusted: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """All tests of one analysis, with what the ratings look like and what has to be said about them."""

    mode: Mode
    dataset: Dataset
    described: pd.DataFrame
    tests: tuple[TestResult, ...]
    correction: Correction
    notes: tuple[str, ...]
    attainable: tuple[Attainable, ...] = ()

    @property
    def omnibus(self) -> TestResult:
        """Return the test of all conditions at once."""
        return next(test for test in self.tests if test.test in (friedman.NAME, kruskal_wallis.NAME))

    @property
    def normality(self) -> list[TestResult]:
        """Return the tests of normality, one per condition."""
        return [test for test in self.tests if test.test == shapiro_wilk.NAME]

    @property
    def pairs(self) -> list[TestResult]:
        """Return the tests of pairs, family after family."""
        return [test for test in self.tests if test.test in (mann_whitney.NAME, signed_rank.NAME)]

    def pair(self, first: str, second: str) -> TestResult | None:
        """Return the test of a pair, whichever way round, of the first family that holds it."""
        return next((test for test in self.pairs if set(test.groups) == {first, second}), None)

    def adjusted(self, test: TestResult) -> float | None:
        """Return a pair's p-value, corrected within its family."""
        return test.p_adjusted.get(self.correction)

    def as_dict(self) -> dict[str, Any]:
        """Return the content of results.json: strict JSON values, full precision."""
        dataset = self.dataset
        described = self.described.astype(object).where(self.described.notna(), None).to_dict(orient="index")
        return {
            "schema": SCHEMA,
            "mode": self.mode,
            "input": {
                "path": dataset.name,
                "sha256": dataset.sha256,
                "source": dataset.source,
                "n_assessors": len(dataset.assessors),
                "n_items": len(dataset.items),
                "n_conditions": len(dataset.conditions),
                "n_ratings": dataset.n_ratings,
                "n_missing": dataset.n_missing,
            },
            "conditions": [
                {"id": c.id, "label": c.label, "system": c.system, "task": c.task, "role": c.role, **described[c.id]}
                for c in dataset.conditions
            ],
            "tests": [test.as_dict() for test in self.tests],
            "screening": None,
            "notes": list(self.notes),
            "versions": versions(LIBRARIES),
        }

    def as_json(self) -> str:
        """Return results.json, which is also what ``evalkit compare --json`` prints."""
        return json.dumps(self.as_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def compare_as_paper(dataset: Dataset) -> Comparison:
    """Analyse pooled ratings as the drum-mixing paper did.

    Raises
    ------
    DataError
        If there is only one condition.
    """
    _check_pairs(dataset, [ALL_PAIRS])
    units = rating_units(dataset.ratings, dataset.ids)
    pairs = [mann_whitney.run(units, pair, unit="rating") for pair in dataset.pairs_of(ALL_PAIRS)]
    warning = INDEPENDENCE.format(n=dataset.n_ratings, assessors=counted(len(dataset.assessors), "assessor"))
    return Comparison(
        mode="as_paper",
        dataset=dataset,
        described=describe(dataset),
        tests=(
            *(shapiro_wilk.run(units, [condition], unit="rating") for condition in dataset.ids),
            kruskal_wallis.run(units, dataset.ids, unit="rating"),
            *_corrected(pairs, ALL_PAIRS.name, "bonferroni"),
        ),
        correction="bonferroni",
        notes=(warning, *_common_notes(dataset)),
    )


def compare_default(dataset: Dataset) -> Comparison:
    """Analyse assessors' means: matched where assessors rated several conditions, else independent.

    Raises
    ------
    DataError
        If there is only one condition, or a declared family holds no pair.
    """
    units = assessor_means(dataset.ratings, dataset.ids)
    repeated = bool((units.notna().sum(axis=1) > 1).any())
    _check_pairs(dataset, dataset.plan.families)
    families = {family.name: dataset.pairs_of(family) for family in dataset.plan.families}
    pair_test = signed_rank.run if repeated else mann_whitney.run
    found = {pair: pair_test(units, pair, unit="assessor_mean") for pairs in families.values() for pair in pairs}
    found = _with_intervals(dataset, units, found) if repeated else found
    omnibus = (friedman if repeated else kruskal_wallis).run(units, dataset.ids, unit="assessor_mean")
    correction: Correction = dataset.plan.correction
    corrected = [
        test
        for name, pairs in families.items()
        for test in _corrected([found[pair] for pair in pairs], name, correction)
    ]
    attainable = tuple(_attainable(dataset, units, *family) for family in families.items()) if repeated else ()
    notes = [_out_of_reach(reach, dataset.plan.alpha) for reach in attainable if reach.p_adjusted >= dataset.plan.alpha]
    if not repeated:
        notes.append("Every assessor rated one condition only: the conditions are compared as independent groups.")
    notes += _common_notes(dataset)
    unequal = unequal_items(dataset.ratings)
    if repeated and unequal:
        notes.append(
            f"{unequal} of {len(dataset.assessors)} assessors rated different items in different conditions: "
            "what an item adds can enter their means."
        )
    return Comparison(
        mode="default",
        dataset=dataset,
        described=describe(dataset),
        tests=(omnibus, *corrected),
        correction=correction,
        notes=tuple(notes),
        attainable=attainable,
    )


def _check_pairs(dataset: Dataset, families: Iterable[Family]) -> None:
    if len(dataset.conditions) < 2:
        raise DataError(f"{dataset.path}: only the condition '{dataset.ids[0]}' was rated: nothing to compare")
    for family in families:
        if not dataset.pairs_of(family):
            raise DataError(f"{dataset.path}: the family '{family.name}' holds no pair of rated conditions")


def _corrected(tests: list[TestResult], family: str, correction: Correction) -> list[TestResult]:
    adjusted = adjust([test.p for test in tests], correction)
    return [replace(test, family=family, p_adjusted={correction: p}) for test, p in zip(tests, adjusted, strict=True)]


def _with_intervals(dataset: Dataset, units: pd.DataFrame, tests: dict[Pair, TestResult]) -> dict[Pair, TestResult]:
    """Add the mean difference and Cliff's delta, each with an interval over assessors."""
    weights = draw_weights(len(dataset.assessors), rng=stream(dataset.seed, "analysis", "deltas"))
    scores = scores_by_condition(dataset.ratings)
    complete = {}
    for (first, second), test in tests.items():
        effects = list(test.effects)
        differences = (units[first] - units[second]).dropna().to_numpy(dtype=np.float64)
        if differences.size:
            effects.insert(0, _mean_difference(differences))
        if first in scores and second in scores:
            effects.append(_delta(scores[first], scores[second], weights))
        complete[first, second] = replace(test, effects=tuple(effects))
    return complete


def _mean_difference(differences: np.ndarray[Any, np.dtype[np.float64]]) -> Effect:
    mean, low, high = mean_interval(differences, level=LEVEL)
    if differences.size < 2:
        return Effect(name="mean_difference", value=mean, method="of one assessor")
    return Effect(
        name="mean_difference", value=mean, low=low, high=high, level=LEVEL, method="Student's t over assessors' means"
    )


def _delta(first: Scores, second: Scores, weights: np.ndarray[Any, np.dtype[np.int64]]) -> Effect:
    ordered = np.sort(second.values)
    above = np.searchsorted(ordered, first.values, side="left").sum()
    below = (ordered.size - np.searchsorted(ordered, first.values, side="right")).sum()
    value = float((above - below) / (first.values.size * ordered.size))
    if min(np.unique(first.owners).size, np.unique(second.owners).size) < 2:
        return Effect(name="cliffs_delta", value=value, method="all ratings; of one assessor")
    low, high = delta_interval(first, second, weights, level=LEVEL)
    return Effect(
        name="cliffs_delta",
        value=value,
        low=low,
        high=high,
        level=LEVEL,
        method=f"all ratings; percentile interval of {REPLICATES} resamples of assessors",
    )


def _attainable(dataset: Dataset, units: pd.DataFrame, family: str, pairs: tuple[Pair, ...]) -> Attainable:
    n = int((units.notna().sum(axis=1) > 1).sum())
    size = len(pairs) if dataset.plan.correction in ("holm", "bonferroni") else 1
    p = signed_rank.smallest_attainable_p(n)
    return Attainable(family=family, n_assessors=n, n_pairs=len(pairs), p=p, p_adjusted=min(1.0, p * size))


def _out_of_reach(reach: Attainable, alpha: float) -> str:
    return (
        f"With {counted(reach.n_assessors, 'assessor')} no pair of '{reach.family}' can be significant at {alpha:g}: "
        f"the smallest attainable p is {p_value(reach.p)}, {p_value(reach.p_adjusted)} after correction over "
        f"{counted(reach.n_pairs, 'pair')}."
    )


def _common_notes(dataset: Dataset) -> list[str]:
    notes = list(dataset.notes)
    if dataset.n_missing:
        notes.append(f"{dataset.n_missing} of {len(dataset.ratings)} ratings are missing; they were left out.")
    return notes
