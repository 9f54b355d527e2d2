"""The table of a mixed model: the conditions' means for assessors and items in general, and what varies."""

from __future__ import annotations

import pandas as pd

from analysis.comparison import Comparison
from analysis.inference import mixed_model
from analysis.numerals import fixed, interval, listed
from analysis.tables import CONDITION
from analysis.tabular import Column, Table
from analysis.variance_shares import MEANINGS, NAMES, effects_of, shares_of

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
    labels, means, variances = comparison.dataset.labels, effects_of(test, "mean/"), effects_of(test, "variance/")
    shares = [f"{SOURCES[one.term]} {fixed(one.per_cent, 0)} %" for one in shares_of(comparison)]
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


def variances_table(comparison: Comparison) -> Table:
    """Tabulate what makes ratings of one condition differ."""
    shares = shares_of(comparison)
    return Table(
        name="variances",
        caption="What makes ratings of one condition differ, by the mixed model",
        columns=(Column("Source", "l"), Column("Meaning", "l"), Column("SD"), Column("Share of the variance (%)")),
        rows=tuple((NAMES[one.term], MEANINGS[one.term], fixed(one.sd), fixed(one.per_cent, 0)) for one in shares),
        data=pd.DataFrame([{"term": one.term, "sd": one.sd, "per_cent": one.per_cent} for one in shares]),
        note="SD in scale points. A source whose variance cannot be told from the others' is left out of the model.",
    )
