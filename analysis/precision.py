"""What the spread of the ratings allows: precision reached, differences found, sameness shown.

From the standard errors and degrees of freedom of the analysis that leads, under normal differences.
*Detectable* is the true difference that a t test finds with the given power; *assessors for the margin*, of
matched means only, is the smallest number for which two one-sided t tests show sameness with that power, if
the true difference is 0. Both take the largest correction that Holm's or Bonferroni's method can ask for, so
they are on the safe side. Where rank tests decide, they have nearly the same power [1]_.

References
----------
.. [1] E. L. Lehmann, "Nonparametrics: Statistical Methods Based on Ranks", section 4.2 (1975).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.comparison import Comparison
from analysis.dataset import Dataset
from analysis.numerals import MINUS, NONE, fixed
from analysis.results import Values
from analysis.tabular import Column, Table

POWER = 0.8
LEVEL = 0.95
MOST_ASSESSORS = 2000
STEPS = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Precision:
    """One pair: ``half_width`` is that of the 95 % interval, ``detectable`` the true difference found with 80 %.

    ``sd``, of the assessors' differences, is NaN where they are not matched. ``n_for_margin`` is then None, and
    so it is without a margin, and where more than 2000 assessors would be needed.
    """

    condition: str
    reference: str
    n: int
    sd: float
    half_width: float
    detectable: float
    n_for_margin: int | None


def precision_of(comparison: Comparison) -> list[Precision]:
    """Return the precision of each difference that has a standard error above 0."""
    plan, differences = comparison.dataset.plan, comparison.differences
    strict = plan.correction in ("holm", "bonferroni")
    n_tested = len({frozenset(test.groups) for test in comparison.pairs}) if strict else 1
    n_same = len(differences) if strict else 1
    found = []
    for difference in differences:
        if not difference.se > 0:
            continue
        is_matched = difference.method == "matched_means"
        sd = difference.se * math.sqrt(difference.n) if is_matched else math.nan
        found.append(
            Precision(
                condition=difference.condition,
                reference=difference.reference,
                n=difference.n,
                sd=sd,
                half_width=(difference.high - difference.low) / 2,
                detectable=_detectable(difference.se, difference.df, alpha=plan.alpha / n_tested),
                n_for_margin=assessors_for_margin(sd, plan.margin, alpha=plan.alpha / n_same)
                if is_matched and plan.margin is not None
                else None,
            )
        )
    return found


def detectable(sd: float, n: int, *, alpha: float) -> float:
    """Return the true difference that a paired t test of n assessors finds with a power of 80 %."""
    return _detectable(sd / math.sqrt(n), n - 1, alpha=alpha)


def power_of_difference(size: float, sd: float, n: int, *, alpha: float) -> float:
    """Return the power of a paired t test of n assessors for a true difference of this size."""
    return _power(size / sd * math.sqrt(n), n - 1, alpha=alpha)


def power_of_sameness(margin: float, sd: float, n: int, *, alpha: float) -> float:
    """Return the power of two one-sided t tests if the true difference is 0."""
    bound = float(stats.t.isf(alpha, n - 1)) * _spreads(n - 1)
    room = np.maximum(margin / sd * math.sqrt(n) - bound, 0)
    return float(np.mean(2 * stats.norm.cdf(room) - 1))


def assessors_for_margin(sd: float, margin: float, *, alpha: float) -> int | None:
    """Return how many assessors show sameness with a power of 80 % if the true difference is 0."""
    if power_of_sameness(margin, sd, MOST_ASSESSORS, alpha=alpha) < POWER:
        return None
    low, high = 1, MOST_ASSESSORS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of_sameness(margin, sd, middle, alpha=alpha) >= POWER else (middle, high)
    return high


def _detectable(se: float, df: float, *, alpha: float) -> float:
    first = float(stats.t.isf(alpha / 2, df) + stats.t.ppf(POWER, df)) * se
    return float(
        optimize.brentq(lambda size: _power(size / se, df, alpha=alpha) - POWER, 0.2 * first, 5 * first, xtol=1e-9)
    )


def _power(shift: float, df: float, *, alpha: float) -> float:
    """Return the power of a two-sided t test of a difference of so many true standard errors."""
    bound = float(stats.t.isf(alpha / 2, df)) * _spreads(df)
    return float(np.mean(stats.norm.cdf(shift - bound) + stats.norm.cdf(-shift - bound)))


def _spreads(df: float) -> Values:
    """Return equally likely sample deviations, in units of the true one: they are integrated out."""
    chances = (np.arange(STEPS) + 0.5) / STEPS
    return np.asarray(np.sqrt(stats.chi2.ppf(chances, df) / df))


def precision_table(found: list[Precision], dataset: Dataset) -> Table:
    """Tabulate the precision of each difference."""
    labels, margin = dataset.labels, dataset.plan.margin
    is_matched = not any(math.isnan(one.sd) for one in found)
    if not is_matched:
        margin = None
    heads = [Column("Pair", "l"), Column("n", symbol=True), *([Column("SD")] if is_matched else [])]
    heads += [Column("95 % half-width"), Column("Detectable")]
    heads += [Column(f"Assessors for ±{margin:g}")] if margin is not None else []
    rows = [
        (
            f"{labels[one.condition]} {MINUS} {labels[one.reference]}",
            str(one.n),
            *([fixed(one.sd)] if is_matched else []),
            f"±{fixed(one.half_width)}",
            fixed(one.detectable),
            *([_number(one.n_for_margin)] if margin is not None else []),
        )
        for one in found
    ]
    fields = ("condition", "reference", "n", "sd", "half_width", "detectable", "n_for_margin")
    same = (
        f" Assessors for ±{margin:g}: how many show sameness with a power of {100 * POWER:g} % if there is no "
        "difference." if margin is not None else ""
    )  # fmt: skip
    return Table(
        name="precision",
        caption="Precision of the differences, in scale points",
        columns=tuple(heads),
        rows=tuple(rows),
        data=pd.DataFrame([{name: getattr(one, name) for name in fields} for one in found]),
        note=(
            f"{'SD: of the assessors’ differences. ' if is_matched else ''}Detectable: the true difference that a t "
            "test finds with a power of "
            f"{100 * POWER:g} % at the corrected α of the first step.{same} Under normal differences of this spread."
        ),
    )


def _number(n: int | None) -> str:
    return NONE if n is None else str(n)
