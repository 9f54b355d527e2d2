"""Results with and without each screening rule: by how much they move, not only which verdicts change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.dataset import Dataset
from analysis.differences import LEVEL, differences_of
from analysis.equivalence import Verdict
from analysis.inference import column, mixed_model
from analysis.leading import Lead, Led
from analysis.mean_difference import matched
from analysis.rank_tests import Families
from analysis.results import TestResult
from analysis.screened import Screened, Variant
from analysis.units import assessor_means


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A condition's difference to its reference or, where there are no references, its mean; bounds are 95 % ones.

    Of a mean, ``reference``, ``p_adjusted`` and ``verdict`` are None.
    """

    condition: str
    reference: str | None
    estimate: float
    low: float
    high: float
    p_adjusted: float | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantResult:
    """What the analysis that leads finds in one of the data sets that screening leaves."""

    label: str
    excluded: tuple[str, ...]
    n_assessors: int
    found: tuple[Found, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return strict JSON values."""
        names = ("condition", "reference", "estimate", "low", "high", "p_adjusted", "verdict")
        values = [{name: getattr(one, name) for name in names} for one in self.found]
        return {
            "label": self.label,
            "excluded": list(self.excluded),
            "n_assessors": self.n_assessors,
            "found": [
                {name: None if isinstance(v, float) and np.isnan(v) else v for name, v in one.items()} for one in values
            ],
        }


def led_by_variant(screened: Screened, lead: Lead, families: Families) -> dict[str, Led]:
    """Analyse each data set that screening leaves, by its label; nothing if no rule excludes or flags anybody."""
    variants = screened.variants
    if len(variants) < 2:
        return {}
    return {variant.label: lead(_of_kept_conditions(screened, variant), families) for variant in variants}


def variant_results(screened: Screened, led: Mapping[str, Led]) -> tuple[VariantResult, ...]:
    """Return the results of each data set that was analysed."""
    return tuple(
        VariantResult(
            label=variant.label,
            excluded=variant.excluded,
            n_assessors=len(variant.dataset.assessors),
            found=_found(_of_kept_conditions(screened, variant), led[variant.label]),
        )
        for variant in screened.variants
        if variant.label in led
    )


def _of_kept_conditions(screened: Screened, variant: Variant) -> Dataset:
    return replace(screened.kept, ratings=variant.dataset.ratings)


def _found(dataset: Dataset, led: Led) -> tuple[Found, ...]:
    if led.measure is None:
        return ()
    correction = dataset.plan.correction
    differences = differences_of(dataset, led.tests.pairs, correction, led.measure)
    to_reference = tuple(
        Found(
            condition=d.condition,
            reference=d.reference,
            estimate=d.estimate,
            low=d.low,
            high=d.high,
            p_adjusted=d.p_adjusted,
            verdict=d.verdict,
        )
        for d in differences
        if d.is_to_reference
    )
    return to_reference or _means(dataset, led.tests.omnibus)


def _means(dataset: Dataset, omnibus: TestResult) -> tuple[Found, ...]:
    """Return the conditions' means by the analysis that leads."""
    found = []
    means = assessor_means(dataset.ratings, dataset.ids)
    for condition in dataset.ids:
        effect = omnibus.effect(f"mean/{condition}") if omnibus.test == mixed_model.NAME else None
        values = column(means, condition)
        if effect is not None and effect.low is not None and effect.high is not None:
            value, low, high = effect.value, effect.low, effect.high
        elif values.size:
            mean = matched(values)
            value, (low, high) = mean.value, mean.interval(LEVEL)
        else:
            continue
        found.append(Found(condition=condition, reference=None, estimate=value, low=low, high=high))
    return tuple(found)
