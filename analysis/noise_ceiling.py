"""What a measure can reach at most: how well the listeners' own mean ratings repeat.

For correlations, the agreement of random halves of the assessors is stepped up to that of two whole panels [1]_;
its root is the correlation of mean ratings with those of endless panels, which no measure is to be expected
above. For pairs, one half of the assessors takes the measure's part: how many pairs that differ significantly
for the other half it orders alike. Halves know less than the whole, so that this figure is a modest one.

References
----------
.. [1] C. Spearman, "Correlation calculated from faulty data", British J. Psychology 3 (1910); W. Brown, ibid.
"""

from __future__ import annotations

import numpy as np

from analysis.centred_ranks import Array, Pages, centred, centred_in_pages, correlations
from analysis.half_panels import HalfPanels
from analysis.rated_pairs import Pairs, pairs_in_pages, shares_in_order, significant


def reliability(panels: HalfPanels) -> float | None:
    """Return how mean ratings over all stimuli correlate with those of another panel; None without halves."""
    return _stepped_up(correlations(centred(panels.first), centred(panels.second)))


def reliability_in_pages(panels: HalfPanels, page: Pages) -> float | None:
    """Return the same of ranks inside pages."""
    return _stepped_up(correlations(centred_in_pages(panels.first, page), centred_in_pages(panels.second, page)))


def ceiling_of(repeated: float | None) -> float | None:
    """Return the correlation that no measure is to be expected above, of a reliability."""
    return None if repeated is None else float(np.sqrt(max(0.0, repeated)))


def pairwise_ceiling(scores: Array, page: Pages, panels: HalfPanels) -> float | None:
    """Return the share of one half's significant pairs that the other half orders alike, mean over splits."""
    pairs = pairs_in_pages(page)
    found = []
    for members, first, second in zip(panels.members, panels.first, panels.second, strict=True):
        clear: Pairs = significant(scores[members], pairs)
        if clear.shape[1]:
            found.append(shares_in_order(second, first, clear))
    return float(np.mean(found)) if found else None


def _stepped_up(halves: Array) -> float | None:
    if not halves.size:
        return None
    mean = float(np.mean(halves))
    return 2 * mean / (1 + mean) if mean > -1 else None
