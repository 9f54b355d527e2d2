"""How far each condition is from its reference: interval over assessors, and a verdict in words.

A pair is *different* if its corrected signed-rank p is below alpha. With a margin declared before
the data it is *equivalent* if the 1 - 2 alpha interval lies inside the margin, which is two
one-sided t tests [1]_; what is neither is *undecided*: not shown to differ is not shown to be equal.

References
----------
.. [1] D. J. Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for
   assessing the equivalence of average bioavailability", Journal of Pharmacokinetics and
   Biopharmaceutics 15, 657-680 (1987).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.comparison import Comparison
from analysis.describe import LEVEL
from analysis.effects import mean_interval
from analysis.units import assessor_means

Verdict = Literal["different", "different, within margin", "equivalent", "undecided"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A condition minus its reference, in scale points, over the assessors who rated both.

    ``low`` and ``high`` bound the 95 % interval, ``inner_low`` and ``inner_high`` the 1 - 2 alpha
    interval; bounds are NaN for one assessor. ``smallest_margin`` is the narrowest margin within
    which the pair would count as equivalent.
    """

    condition: str
    reference: str
    n: int
    estimate: float
    low: float
    high: float
    inner_low: float
    inner_high: float
    p_adjusted: float | None
    verdict: Verdict

    @property
    def smallest_margin(self) -> float:
        """Return the bound of the inner interval that is farthest from 0."""
        return max(-self.inner_low, self.inner_high)


def differences_to_reference(comparison: Comparison) -> list[Difference]:
    """Compare each condition with its reference; empty if there is no reference."""
    dataset = comparison.dataset
    means = assessor_means(dataset.ratings, dataset.ids)
    alpha, margin = dataset.plan.alpha, dataset.plan.margin
    found = []
    for condition in dataset.ids:
        for reference in dataset.references_of(condition):
            values = (means[condition] - means[reference]).dropna().to_numpy(dtype=np.float64)
            test = comparison.pair(condition, reference)
            if values.size == 0 or test is None:
                continue
            estimate, low, high = mean_interval(values, level=LEVEL)
            _, inner_low, inner_high = mean_interval(values, level=1 - 2 * alpha)
            p = comparison.adjusted(test)
            within = margin is not None and -margin < inner_low and inner_high < margin
            found.append(
                Difference(
                    condition=condition,
                    reference=reference,
                    n=values.size,
                    estimate=estimate,
                    low=low,
                    high=high,
                    inner_low=inner_low,
                    inner_high=inner_high,
                    p_adjusted=p,
                    verdict=_verdict(different=p is not None and p < alpha, within=within),
                )
            )
    return found


def _verdict(*, different: bool, within: bool) -> Verdict:
    if different:
        return "different, within margin" if within else "different"
    return "equivalent" if within else "undecided"
