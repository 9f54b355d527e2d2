"""Pages that come a second time, for test-retest: after all others, in the order in which they were first heard.

So the first ratings of all pages are those of the study without repeats. The j-th of N repeats was heard first at
least N pages before; a single repeat is never the last page: nothing is heard twice in a row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def repeated_places(came_again: Sequence[int], repeats: int, rng: np.random.Generator) -> list[int]:
    """Choose which places of an assessor's order (from 0) come a second time: the rarest so far, ties by chance.

    Parameters
    ----------
    came_again : how often the page at each place has come again before; at least 2 pages if any is to
    repeats : how many of them come again
    """
    choice = came_again[:-1] if repeats == 1 else came_again
    rarest = np.lexsort((rng.permutation(len(choice)), np.array(choice)))
    return sorted(int(place) for place in rarest[:repeats])
