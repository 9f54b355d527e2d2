"""How far conditions are apart, and a verdict in words for each pair.

Estimate, interval and tests of sameness are of the analysis that leads: assessors' matched means, the means
of different groups of assessors, or a mixed model. A pair is *different* if its corrected test says so. With a
margin declared before the data it is *equivalent* if two one-sided t tests, corrected over the pairs of this
table, accept the margin; where matched differences do not vary at all, signed-rank tests decide. What is
neither is *undecided*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.corrections import Correction, adjust
from analysis.dataset import Dataset
from analysis.equivalence import (
    Region,
    Verdict,
    accepted_margin,
    region,
    region_of_groups,
    tost,
    tost_signed_rank,
    verdict,
)
from analysis.inference import column
from analysis.inference.mixed_model.model import MixedModel
from analysis.mean_difference import MeanDifference, independent, matched
from analysis.results import TestResult
from evalkit.seeds import stream

LEVEL = 0.95
Method = Literal["matched_means", "independent_means", "mixed_model"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A condition minus another, in scale points, by the analysis that leads.

    ``n`` counts the assessors who rated both, for independent means those of both groups, for a mixed model its
    ratings. ``low`` and ``high`` bound the 95 % t interval, ``inner_low`` and ``inner_high`` the 1 - 2 alpha one;
    without a standard error, that of a single assessor, they are NaN. ``p_t`` and ``p_signed_rank`` are of the
    tests of equivalence, ``p_same`` is the one that decides, corrected; ``region`` says how probable a mean
    difference below, inside and above the margin is. Without a margin these are None; of a mixed model
    ``p_signed_rank`` and ``region`` always are, as they would rest on assessors' means, which then differ by the
    items too. ``smallest_margin`` is the narrowest margin within which the pair would count as equivalent, not
    corrected.
    """

    condition: str
    reference: str
    is_to_reference: bool
    method: Method
    n: int
    estimate: float
    se: float
    df: float
    low: float
    high: float
    inner_low: float
    inner_high: float
    p_adjusted: float | None
    margin: float | None
    p_t: float | None
    p_signed_rank: float | None
    region: Region | None
    smallest_margin: float
    p_same: float | None = None
    verdict: Verdict = "undecided"

    def as_dict(self) -> dict[str, Any]:
        """Return strict JSON values."""
        names = (
            "condition", "reference", "is_to_reference", "method", "n", "estimate", "se", "df", "low", "high",
            "inner_low", "inner_high", "p_adjusted", "margin", "p_t", "p_signed_rank", "p_same", "smallest_margin",
            "verdict",
        )  # fmt: skip
        values = {name: getattr(self, name) for name in names}
        values = {name: None if isinstance(v, float) and math.isnan(v) else v for name, v in values.items()}
        return {**values, "probability": None if self.region is None else self.region._asdict()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """Two conditions' mean difference by one method, with what only some methods have."""

    method: Method
    n: int
    mean: MeanDifference
    p_signed_rank: float | None = None
    region: Region | None = None


Measure = Callable[[str, str], Apart | None]


def matched_measure(dataset: Dataset, means: pd.DataFrame) -> Measure:
    """Measure differences of assessors' means, over those who rated both conditions."""
    margin, rng = dataset.plan.margin, stream(dataset.seed, "analysis", "equivalence")

    def measure(condition: str, reference: str) -> Apart | None:
        values = (means[condition] - means[reference]).dropna().to_numpy(dtype=np.float64)
        if not values.size:
            return None
        return Apart(
            method="matched_means",
            n=values.size,
            mean=matched(values),
            p_signed_rank=None if margin is None else tost_signed_rank(values, margin),
            region=None if margin is None else region(values, margin, rng=rng),
        )

    return measure


def independent_measure(dataset: Dataset, means: pd.DataFrame) -> Measure:
    """Measure differences of the means of different assessors."""
    margin, rng = dataset.plan.margin, stream(dataset.seed, "analysis", "equivalence")

    def measure(condition: str, reference: str) -> Apart | None:
        first, second = column(means, condition), column(means, reference)
        if not (first.size and second.size):
            return None
        return Apart(
            method="independent_means",
            n=first.size + second.size,
            mean=independent(first, second),
            region=None if margin is None else region_of_groups(first, second, margin, rng=rng),
        )

    return measure


def model_measure(model: MixedModel) -> Measure:
    """Measure differences of a mixed model's means."""

    def measure(condition: str, reference: str) -> Apart | None:
        found = model.difference(condition, reference)
        return Apart(method="mixed_model", n=model.n, mean=MeanDifference(found.value, found.se, found.df))

    return measure


def differences_of(
    dataset: Dataset, tests: Sequence[TestResult], correction: Correction, measure: Measure
) -> tuple[Difference, ...]:
    """Compare each condition with its reference, or where there is no reference the tested pairs.

    Parameters
    ----------
    tests : corrected tests of pairs, which say whether a pair differs
    measure : says how far two conditions are apart, by the method of these tests
    """
    found_by: dict[frozenset[str], TestResult] = {}
    for test in tests:
        found_by.setdefault(frozenset(test.groups), test)
    pairs = [(c, reference) for c in dataset.ids for reference in dataset.references_of(c)]
    to_reference = bool(pairs)
    pairs = pairs or [(test.groups[0], test.groups[1]) for test in found_by.values()]
    found = []
    for condition, reference in pairs:
        found_test = found_by.get(frozenset((condition, reference)))
        apart = None if found_test is None else measure(condition, reference)
        if apart is not None and found_test is not None:
            found.append(
                Difference(
                    condition=condition,
                    reference=reference,
                    is_to_reference=to_reference,
                    p_adjusted=found_test.p_adjusted[correction],
                    **_bounds(apart, alpha=dataset.plan.alpha, margin=dataset.plan.margin),
                )
            )
    return tuple(_with_verdicts(found, alpha=dataset.plan.alpha, correction=correction))


def _bounds(apart: Apart, *, alpha: float, margin: float | None) -> dict[str, Any]:
    mean = apart.mean
    low, high = mean.interval(LEVEL)
    inner_low, inner_high = mean.interval(1 - 2 * alpha)
    return {
        "method": apart.method,
        "n": apart.n,
        "estimate": mean.value,
        "se": mean.se,
        "df": mean.df,
        "low": low,
        "high": high,
        "inner_low": inner_low,
        "inner_high": inner_high,
        "margin": margin,
        "p_t": None if margin is None else tost(mean, margin),
        "p_signed_rank": apart.p_signed_rank,
        "region": apart.region,
        "smallest_margin": accepted_margin(mean, alpha=alpha),
    }


def _with_verdicts(found: Sequence[Difference], *, alpha: float, correction: Correction) -> list[Difference]:
    same = adjust([d.p_signed_rank if d.p_t is None else d.p_t for d in found], correction)
    return [
        replace(
            d,
            p_same=p,
            verdict=verdict(
                different=d.p_adjusted is not None and d.p_adjusted < alpha, within=p is not None and p < alpha
            ),
        )
        for d, p in zip(found, same, strict=True)
    ]
