"""The table of a mixed model: the conditions' means for assessors and items in general, and what varies."""

from __future__ import annotations

import pandas as pd

from analysis.comparison import Comparison
from analysis.inference import mixed_model
from analysis.numerals import NONE, fixed, interval, listed
from analysis.results import Effect, TestResult
from analysis.tables import CONDITION
from analysis.tabular import Column, Table

SOURCES = {
    "assessor": "assessors",
    "item": "items",
    "assessor:condition": "assessors' likings of conditions",
    "item:condition": "items' likings of conditions",
    "residual": "the rest",
}


def model_table(comparison: Comparison) -> Table | None:
    """Return the estimated means of the mixed model, or None if no model was fitted."""
    test = next((test for test in comparison.omnibus_tests if test.id == mixed_model.NAME), None)
    if test is None or test.statistic is None:
        return None
    labels, means, variances = comparison.dataset.labels, _effects(test, "mean/"), _effects(test, "variance/")
    total = sum(effect.value for effect in variances.values())
    shares = [
        f"{SOURCES[name]} {fixed(100 * effect.value / total, 0) if total else NONE} %"
        for name, effect in variances.items()
    ]
    data = [{"term": f"mean/{name}", "value": e.value, "low": e.low, "high": e.high} for name, e in means.items()]
    data += [{"term": f"variance/{name}", "value": effect.value} for name, effect in variances.items()]
    return Table(
        name="mixed_model",
        caption="Means for assessors and items in general, by the mixed model",
        columns=(CONDITION, Column("Mean"), Column("95 % interval")),
        rows=tuple((labels[name], fixed(e.value), interval(e.low, e.high)) for name, e in means.items()),
        data=pd.DataFrame(data),
        note=f"Of the variance within conditions, {listed(shares)}. The model takes residuals for normal.",
    )


def _effects(test: TestResult, prefix: str) -> dict[str, Effect]:
    return {e.name.removeprefix(prefix): e for e in test.effects if e.name.startswith(prefix)}
