"""Lin's concordance correlation: how well a second rating repeats the first, in place and in spread.

Unlike a correlation it falls when the second ratings are all higher, or spread wider [1]_. Variances
and covariance divide by n (ddof = 0), as in Lin's paper; dividing by n - 1 gives other numbers.

References
----------
.. [1] L. I.-K. Lin, "A concordance correlation coefficient to evaluate reproducibility",
   Biometrics 45, 255-268 (1989).
"""

from __future__ import annotations

import numpy as np

from analysis.results import Values
from evalkit.errors import DataError


def concordance(first: Values, second: Values) -> float:
    """Return Lin's coefficient of paired ratings, between -1 and 1.

    Parameters
    ----------
    first, second : (pairs,) float64

    Raises
    ------
    DataError
        If there are fewer than two pairs, or all ratings are equal.
    """
    if first.size < 2:
        raise DataError(f"Lin's coefficient needs two pairs of ratings, found {first.size}")
    shift = float(np.mean(first) - np.mean(second))
    spread = float(np.var(first) + np.var(second)) + shift**2
    if spread == 0:
        raise DataError("Lin's coefficient needs ratings that differ, all are equal")
    covariance = float(np.mean((first - np.mean(first)) * (second - np.mean(second))))
    return 2 * covariance / spread
