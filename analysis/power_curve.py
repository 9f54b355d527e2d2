"""How many assessors the next test needs, by closed form: to find a difference, and to show sameness.

From the spread of the differences of this study, its median over the pairs, as normal: the power of a two-sided t
test, and of two one-sided t tests if the true difference is 0, both at the corrected alpha of the first step.
``evalkit power`` simulates instead, for any test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.comparison import Comparison
from analysis.numerals import fixed
from analysis.precision import Precision, power_of_difference, power_of_sameness
from analysis.tabular import Column, Table

SIZES = (0.5, 1.0, 2.0)  # differences, in margins; without a margin in the steps below
STEPS = (5.0, 10.0, 20.0)  # scale points of a scale of 100
FEWEST, MOST, LONGEST = 4, 200, 5  # assessors of the curves, which go on to so many times those of this study
POINTS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Power over numbers of assessors: to find a difference, or if it is None to show sameness in the margin."""

    difference: float | None
    assessors: tuple[int, ...]
    power: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Curves:
    """The curves, and the spread and number of assessors of this study."""

    sd: float
    n: int
    margin: float | None
    found: tuple[Curve, ...]


def power_curves_of(comparison: Comparison, precision: Sequence[Precision]) -> Curves | None:
    """Return the curves; None where assessors' differences are not matched."""
    spreads = [one.sd for one in precision if not math.isnan(one.sd)]
    if not spreads:
        return None
    dataset = comparison.dataset
    plan, sd, n = dataset.plan, float(np.median(spreads)), max(one.n for one in precision)
    is_strict = plan.correction in ("holm", "bonferroni")
    alpha = plan.alpha / (len({frozenset(test.groups) for test in comparison.pairs}) if is_strict else 1)
    same = plan.alpha / (len(comparison.differences) if is_strict else 1)
    span = 100.0 if dataset.scale is None else dataset.scale[1] - dataset.scale[0]
    sizes = [plan.margin * size for size in SIZES] if plan.margin else [step * span / 100 for step in STEPS]
    last = min(MOST, max(LONGEST * n, 40))
    assessors = tuple(sorted({round(value) for value in np.linspace(FEWEST, last, POINTS)}))
    found = [
        Curve(
            difference=size,
            assessors=assessors,
            power=tuple(power_of_difference(size, sd, many, alpha=alpha) for many in assessors),
        )
        for size in sizes
    ]
    if plan.margin:
        shown = tuple(power_of_sameness(plan.margin, sd, many, alpha=same) for many in assessors)
        found.append(Curve(difference=None, assessors=assessors, power=shown))
    return Curves(sd=sd, n=n, margin=plan.margin, found=tuple(found))


def power_curve_table(curves: Curves) -> Table:
    """Tabulate the curves."""
    data = [
        {"difference": curve.difference, "margin": curves.margin, "sd": curves.sd, "assessors": many, "power": power}
        for curve in curves.found
        for many, power in zip(curve.assessors, curve.power, strict=True)
    ]
    return Table(
        name="power_curve",
        caption="Power of a next test like this one",
        columns=(Column("Question", "l"), Column("Assessors"), Column("Power")),
        rows=tuple(
            (asked(curve, curves.margin), str(many), fixed(power, 2))
            for curve in curves.found
            for many, power in zip(curve.assessors, curve.power, strict=True)
        ),
        data=pd.DataFrame(data),
        note=f"Median SD of the assessors' differences: {fixed(curves.sd)} points.",
    )


def asked(curve: Curve, margin: float | None) -> str:
    """Return what a curve's power is the chance of."""
    return f"show sameness within ±{margin:g}" if curve.difference is None else f"find {curve.difference:g} points"
