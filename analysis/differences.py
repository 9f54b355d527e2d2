"""How far conditions are apart on assessors' means, and a verdict in words for each pair.

A pair is *different* if its corrected test says so. With a margin declared before the data it is
*equivalent* if two one-sided t tests, corrected over the pairs of this table, accept the margin; where
the differences do not vary at all, signed-rank tests decide. What is neither is *undecided*.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.corrections import Correction, adjust
from analysis.dataset import Dataset
from analysis.effects import mean_interval
from analysis.equivalence import Region, Verdict, region, smallest_margin, tost_signed_rank, tost_t, verdict
from analysis.results import TestResult
from evalkit.seeds import stream

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A condition minus another, in scale points, over the assessors who rated both.

    ``low`` and ``high`` bound Student's 95 % interval, ``inner_low`` and ``inner_high`` the 1 - 2 alpha
    one; bounds are NaN for one assessor. ``p_t`` and ``p_signed_rank`` are of the tests of equivalence,
    ``p_same`` is the one that decides, corrected; ``region`` says how probable a mean difference below,
    inside and above the margin is. Without a margin these are None. ``smallest_margin`` is the narrowest
    margin within which the pair would count as equivalent, not corrected.
    """

    condition: str
    reference: str
    is_to_reference: bool
    n: int
    estimate: float
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
            "condition", "reference", "is_to_reference", "n", "estimate", "low", "high", "inner_low", "inner_high",
            "p_adjusted", "margin", "p_t", "p_signed_rank", "p_same", "smallest_margin", "verdict",
        )  # fmt: skip
        values = {name: getattr(self, name) for name in names}
        values = {name: None if isinstance(v, float) and math.isnan(v) else v for name, v in values.items()}
        return {**values, "probability": None if self.region is None else self.region._asdict()}


def differences_of(
    dataset: Dataset, means: pd.DataFrame, tests: Sequence[TestResult], correction: Correction
) -> tuple[Difference, ...]:
    """Compare each condition with its reference, or where there is no reference the tested pairs.

    Parameters
    ----------
    means : assessors' means, a column per condition
    tests : corrected tests of pairs, which say whether a pair differs
    """
    found_by: dict[frozenset[str], TestResult] = {}
    for test in tests:
        found_by.setdefault(frozenset(test.groups), test)
    pairs = [(c, reference) for c in dataset.ids for reference in dataset.references_of(c)]
    to_reference = bool(pairs)
    pairs = pairs or [(test.groups[0], test.groups[1]) for test in found_by.values()]
    rng = stream(dataset.seed, "analysis", "equivalence")
    found = []
    for condition, reference in pairs:
        values = (means[condition] - means[reference]).dropna().to_numpy(dtype=np.float64)
        found_test = found_by.get(frozenset((condition, reference)))
        if values.size and found_test is not None:
            p = found_test.p_adjusted[correction]
            plain = _difference(values, alpha=dataset.plan.alpha, margin=dataset.plan.margin, rng=rng)
            found.append(
                Difference(
                    condition=condition, reference=reference, is_to_reference=to_reference, p_adjusted=p, **plain
                )
            )
    return tuple(_with_verdicts(found, alpha=dataset.plan.alpha, correction=correction))


def _difference(
    values: np.ndarray[Any, np.dtype[np.float64]], *, alpha: float, margin: float | None, rng: np.random.Generator
) -> dict[str, Any]:
    estimate, low, high = mean_interval(values, level=LEVEL)
    _, inner_low, inner_high = mean_interval(values, level=1 - 2 * alpha)
    return {
        "n": values.size,
        "estimate": estimate,
        "low": low,
        "high": high,
        "inner_low": inner_low,
        "inner_high": inner_high,
        "margin": margin,
        "p_t": None if margin is None else tost_t(values, margin),
        "p_signed_rank": None if margin is None else tost_signed_rank(values, margin),
        "region": None if margin is None else region(values, margin, rng=rng),
        "smallest_margin": smallest_margin(values, alpha=alpha),
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
