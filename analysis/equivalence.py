"""Sameness of two conditions: tests of equivalence, the smallest margin, a posterior.

Not shown to differ is not shown to be equal. A pair is *equivalent* if two one-sided tests reject that
the mean difference is outside a margin [1]_, on Student's t or on the signed rank; what is neither
different nor equivalent is *undecided*. The smallest margin that would be accepted needs no choice
of a margin. The Bayesian bootstrap [2]_ says how probable a mean difference inside the margin is,
without a model of the differences' shape.

References
----------
.. [1] D. J. Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for
   assessing the equivalence of average bioavailability", Journal of Pharmacokinetics and
   Biopharmaceutics 15, 657-680 (1987).
.. [2] D. B. Rubin, "The Bayesian bootstrap", Annals of Statistics 9, 130-134 (1981).
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from scipy import stats

from analysis.inference.signed_rank import DECIMALS, LARGEST_EXACT, exact_tails
from analysis.mean_difference import MeanDifference, matched
from analysis.results import Values

Verdict = Literal["different", "different, within margin", "equivalent", "undecided"]
DRAWS = 10_000


class Region(NamedTuple):
    """Posterior probabilities that the mean difference is below, inside and above a margin."""

    below: float
    inside: float
    above: float


def tost_t(differences: Values, margin: float) -> float | None:
    """Return the p-value of two one-sided t tests of matched differences' mean; see :func:`tost`."""
    return tost(matched(differences), margin)


def tost(difference: MeanDifference, margin: float) -> float | None:
    """Return the p-value of two one-sided t tests of a difference against ``-margin`` and ``margin``.

    None without a standard error: for fewer than two values, and for equal ones.
    """
    if not difference.se > 0:
        return None
    return float(stats.t.sf((margin - abs(difference.value)) / difference.se, difference.df))


def tost_signed_rank(differences: Values, margin: float) -> float | None:
    """Return the p-value of two one-sided signed-rank tests, exact also with ties.

    Differences are rounded to 9 decimals after they were shifted; those that lie on a bound of the
    margin are dropped by the test of that bound. None where there are no differences.
    """
    if differences.size == 0:
        return None
    tail = exact_tail if differences.size <= LARGEST_EXACT else asymptotic_tail
    return max(tail(np.round(margin + differences, DECIMALS)), tail(np.round(margin - differences, DECIMALS)))


def exact_tail(shifted: Values) -> float:
    """Return the exact one-sided signed-rank p of values that tend above 0; 1 if all are 0."""
    nonzero = shifted[shifted != 0]
    return exact_tails(nonzero)[1] if nonzero.size else 1.0


def asymptotic_tail(shifted: Values) -> float:
    """Return the same by the normal approximation with continuity and tie correction, as R does."""
    nonzero = shifted[shifted != 0]
    if nonzero.size == 0:
        return 1.0
    ranks = stats.rankdata(np.abs(nonzero))
    excess = float(ranks[nonzero > 0].sum() - ranks[nonzero < 0].sum()) / 2
    return float(stats.norm.sf((excess - 0.5) / math.sqrt(float(np.sum(ranks**2)) / 4)))


def smallest_margin(differences: Values, *, alpha: float) -> float:
    """Return the narrowest margin that :func:`tost_t` accepts of matched differences; NaN for fewer than two."""
    return accepted_margin(matched(differences), alpha=alpha)


def accepted_margin(difference: MeanDifference, *, alpha: float) -> float:
    """Return the narrowest margin that :func:`tost` accepts: the 1 - 2 alpha bound farthest from 0; NaN without one."""
    low, high = difference.interval(1 - 2 * alpha)
    return max(-low, high)


def region(differences: Values, margin: float, *, rng: np.random.Generator) -> Region | None:
    """Return how probable a mean of matched differences below, inside and above the margin is, by Bayesian bootstrap.

    None for fewer than two differences.
    """
    return None if differences.size < 2 else _region(_posterior_means(differences, rng), margin)


def region_of_groups(first: Values, second: Values, margin: float, *, rng: np.random.Generator) -> Region | None:
    """Return the same of the difference of two groups' means, each group with a bootstrap of its own.

    None for fewer than two values in a group.
    """
    if min(first.size, second.size) < 2:
        return None
    return _region(_posterior_means(first, rng) - _posterior_means(second, rng), margin)


def verdict(*, different: bool, within: bool) -> Verdict:
    """Return the verdict in words; a pair can differ and yet lie within the margin."""
    if different:
        return "different, within margin" if within else "different"
    return "equivalent" if within else "undecided"


def _posterior_means(values: Values, rng: np.random.Generator) -> Values:
    return np.asarray(rng.dirichlet(np.ones(values.size), size=DRAWS) @ values)


def _region(means: Values, margin: float) -> Region:
    below, above = float(np.mean(means <= -margin)), float(np.mean(means >= margin))
    return Region(below, float(np.mean(np.abs(means) < margin)), above)
