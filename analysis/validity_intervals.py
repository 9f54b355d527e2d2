"""How sure the correlation of a measure with mean ratings is.

What is estimated is the correlation of the measure with the mean ratings that endless assessors would give to
these stimuli. Mean ratings of a panel hold noise, which draws their own correlation towards zero, by the root
of their reliability [1]_; resampling assessors adds the noise once more and draws it further. So the interval
lies about the correlation divided by that root, and its width comes from half panels: two halves of a panel lie
as far to either side of its means as those lie from the truth, and the root of *their* correlation is what
halves are drawn down by.

Angles, not correlations, are what a given noise turns by a given amount: intervals are symmetric in the
arcsine, with Student's t of the assessors. Seen in simulations of 4 to 40 assessors and 12 to 42 stimuli,
reliabilities from .5 to .99: 95 % intervals hold the truth in 91 to 98 %.

For other recordings the page is what is drawn: each page is left out in turn (a jackknife [2]_), the noise of the
assessors is added, though pages hold some of it, and t counts pages. In simulations of 3 to 12 pages these
hold the truth in 95 to 100 %.

References
----------
.. [1] C. Spearman, "The proof and measurement of association between two things", American J. Psychology 15
   (1904).
.. [2] B. Efron, R. J. Tibshirani, "An introduction to the bootstrap", 1993, chapter 11.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from analysis.centred_ranks import Array, Pages, centred, correlation, correlations
from analysis.half_panels import HalfPanels

LEVEL = 0.95
FEWEST_PAGES = 3
STEEPEST = 0.01  # of 1 - r²: the arcsine has no slope at 1
Bounds = tuple[float, float]
UNKNOWN: Bounds = (-1.0, 1.0)  # the ratings do not repeat: any correlation may lie behind them


def over_assessors(values: Array, means: Array, panels: HalfPanels) -> Bounds | None:
    """Return the interval over other assessors, of these stimuli; it holds the correlation itself.

    Parameters
    ----------
    values, means : the measure and the mean ratings, (stimuli,)
    panels : half panels of the same stimuli

    Returns
    -------
    None if there are no half panels, or the measure or the ratings do not vary.
    """
    whole = correlation(centred(values), centred(means))
    if whole is None or not len(panels):
        return None
    repeated = _repeated(panels)
    if repeated <= 0:
        return UNKNOWN
    return _interval(whole, repeated, _assessors_error(values, whole, panels, repeated), panels.members.shape[1] - 1)


def over_pages(values: Array, means: Array, page: Pages, panels: HalfPanels) -> Bounds | None:
    """Return the interval over other recordings and assessors; None for fewer than three pages, or as above."""
    whole = correlation(centred(values), centred(means))
    numbers = np.unique(page)
    if whole is None or not len(panels) or numbers.size < FEWEST_PAGES:
        return None
    repeated = _repeated(panels)
    if repeated <= 0:
        return UNKNOWN
    left = [correlation(centred(values[page != number]), centred(means[page != number])) for number in numbers]
    angles = np.array([_angle(r, repeated) for r in left if r is not None])
    if angles.size < numbers.size:
        return None
    pages_error = float(np.sqrt((numbers.size - 1) * np.var(angles)))
    error = float(np.hypot(pages_error, _assessors_error(values, whole, panels, repeated)))
    return _interval(whole, repeated, error, numbers.size - 1)


def _repeated(panels: HalfPanels) -> float:
    """Return the mean correlation of two halves."""
    return float(np.mean(correlations(centred(panels.first), centred(panels.second))))


def _angle(whole: float, repeated: float) -> float:
    """Return the arcsine of a correlation freed from the noise of mean ratings, whose halves correlate so much."""
    reliability = 2 * repeated / (1 + repeated)
    return float(np.arcsin(np.clip(whole / np.sqrt(reliability), -1, 1)))


def _assessors_error(values: Array, whole: float, panels: HalfPanels, repeated: float) -> float:
    """Return the standard error that the assessors give the angle."""
    ranks = centred(values)
    apart = (correlations(centred(panels.first), ranks) - correlations(centred(panels.second), ranks)) / 2
    error = float(np.sqrt(np.mean(apart**2) / repeated))
    return error / math.sqrt(max(STEEPEST, math.cos(_angle(whole, repeated)) ** 2))


def _interval(whole: float, repeated: float, error: float, freedom: int) -> Bounds:
    """Return the ends of an interval of angles as correlations, as wide as to hold the correlation itself."""
    centre = _angle(whole, repeated)
    reach = float(stats.t.ppf((1 + LEVEL) / 2, freedom)) * error
    low, high = (float(np.sin(np.clip(end, -np.pi / 2, np.pi / 2))) for end in (centre - reach, centre + reach))
    return min(low, whole), max(high, whole)
