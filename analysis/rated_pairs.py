"""Pairs of stimuli of one page, those that listeners tell apart, and who orders them alike.

Near-ties are no test of a measure: the order of their means is chance. Only pairs count that differ
significantly, as in [1]_; here by a paired t test over the assessors who rated both, without correction, so
that one pair in twenty of equal stimuli is among them.

References
----------
.. [1] L. Krasula et al., "On the accuracy of objective image and video quality models: new methodology for
   performance evaluation", QoMEX 2016.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.centred_ranks import Array, Pages

ALPHA = 0.05
Pairs = npt.NDArray[np.intp]


def pairs_in_pages(page: Pages) -> Pairs:
    """Return all pairs of stimuli of one page, (2, pairs)."""
    pairs = np.stack(np.triu_indices(page.size, k=1))
    return np.asarray(pairs[:, page[pairs[0]] == page[pairs[1]]])


def significant(scores: Array, pairs: Pairs) -> Pairs:
    """Return the pairs that assessors rate differently, (2, pairs).

    Parameters
    ----------
    scores : (assessors, stimuli), NaN where nothing was rated
    pairs : (2, pairs)
    """
    gaps = scores[:, pairs[0]] - scores[:, pairs[1]]
    n = np.sum(~np.isnan(gaps), axis=0)
    mean = np.nansum(gaps, axis=0) / np.maximum(n, 1)
    error = np.sqrt(np.nansum((gaps - mean) ** 2, axis=0) / np.maximum(n - 1, 1) / np.maximum(n, 1))
    needed = stats.t.ppf(1 - ALPHA / 2, np.maximum(n - 1, 1))
    return np.asarray(pairs[:, (n > 1) & (np.abs(mean) > needed * error)])


def shares_in_order(values: Array, means: Array, pairs: Pairs) -> float:
    """Return the share of pairs that values order as means do; a tie of either counts half."""
    first, second = pairs
    by_values = np.sign((values[first] > values[second]).astype(int) - (values[first] < values[second]))
    return float(np.mean((1 + by_values * np.sign(means[first] - means[second])) / 2))
