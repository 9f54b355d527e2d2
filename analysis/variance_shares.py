"""What makes ratings of one condition differ: the sources of a mixed model's variance and their shares."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.comparison import Comparison
from analysis.inference import mixed_model
from analysis.results import Effect, TestResult

NAMES = {
    "assessor": "Assessor",
    "assessor:condition": "Assessor × condition",
    "item": "Item",
    "item:condition": "Item × condition",
    "residual": "Residual",
}
MEANINGS = {
    "assessor": "rates higher or lower throughout",
    "assessor:condition": "tastes differ",
    "item": "liked more or less in every condition",
    "item:condition": "a condition suits some items",
    "residual": "own inconsistency and the rest",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One source of variance: its standard deviation in scale points, and its share in per cent (NaN of nothing)."""

    term: str
    sd: float
    per_cent: float


def shares_of(comparison: Comparison) -> list[Share]:
    """Return the model's variances, each with its share of all that is not the conditions; empty without a model."""
    test = next((test for test in comparison.omnibus_tests if test.id == mixed_model.NAME), None)
    variances = {} if test is None else effects_of(test, "variance/")
    total = sum(effect.value for effect in variances.values())
    return [
        Share(term=name, sd=math.sqrt(effect.value), per_cent=100 * effect.value / total if total else math.nan)
        for name, effect in variances.items()
    ]


def effects_of(test: TestResult, prefix: str) -> dict[str, Effect]:
    """Return the effects whose names begin with a prefix, by the rest of their names."""
    return {e.name.removeprefix(prefix): e for e in test.effects if e.name.startswith(prefix)}
