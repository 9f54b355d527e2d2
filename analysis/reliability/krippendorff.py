"""Krippendorff's alpha: observed against expected disagreement, with missing ratings allowed.

1 is perfect agreement, 0 what chance gives, below 0 systematic disagreement. What counts as a
disagreement is decided by the level of measurement, and the same ratings give very different
numbers at different levels: an alpha without its level says nothing [1]_.

References
----------
.. [1] K. Krippendorff, "Computing Krippendorff's alpha-reliability", University of Pennsylvania (2011).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.results import Values
from evalkit.errors import DataError

Counts = npt.NDArray[np.int64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


def alpha(ratings: Values, *, level: Level) -> float:
    """Estimate alpha at a level of measurement.

    Parameters
    ----------
    ratings : (cells, assessors) float64, NaN where missing; cells with one rating do not count

    Raises
    ------
    DataError
        If no cell has two ratings, all ratings are equal, or some are negative at the ratio level.
    """
    counts: Counts = np.isfinite(ratings).sum(axis=1, dtype=np.int64)
    ratings, counts = ratings[counts > 1], counts[counts > 1]
    if not counts.size:
        raise DataError("alpha needs a cell that two assessors rated, found none")
    values, codes, marginals = np.unique(ratings[np.isfinite(ratings)], return_inverse=True, return_counts=True)
    if values.size < 2:
        raise DataError("alpha needs ratings that differ, all are equal")
    if level == "ratio" and values[0] < 0:
        raise DataError(f"the ratio level has no values below 0, found {values[0]:g}")
    cells = np.repeat(np.arange(counts.size), counts)
    codes, marginals = codes.astype(np.int64), marginals.astype(np.int64)
    n = int(counts.sum())
    if level == "nominal":
        observed, expected = _nominal(cells, codes, counts, marginals)
    elif level == "ratio":
        observed, expected = _ratio(ratings, counts, values, marginals)
    else:
        scale = values if level == "interval" else np.cumsum(marginals) - marginals / 2
        observed, expected = _squares(cells, scale[codes], counts)
    return float(1 - (n - 1) * observed / expected)


def _squares(cells: Counts, scores: Values, counts: Counts) -> tuple[float, float]:
    """Sum squared differences of all pairs; on the ordinal level the scores are the middle ranks."""
    centred = scores - scores.mean()
    totals, squares = np.bincount(cells, centred), np.bincount(cells, centred**2)
    observed = ((2 * counts * squares - 2 * totals**2) / (counts - 1)).sum()
    return float(observed), float(2 * scores.size * (centred**2).sum())


def _nominal(cells: Counts, codes: Counts, counts: Counts, marginals: Counts) -> tuple[float, float]:
    """Count the pairs of unequal ratings."""
    pairs = np.unique(np.stack([cells, codes]), axis=1, return_counts=True)
    equal = np.bincount(pairs[0][0], pairs[1].astype(float) ** 2, minlength=counts.size)
    observed = ((counts.astype(float) ** 2 - equal) / (counts - 1)).sum()
    n = float(counts.sum())
    return float(observed), n**2 - float((marginals.astype(float) ** 2).sum())


def _ratio(ratings: Values, counts: Counts, values: Values, marginals: Counts) -> tuple[float, float]:
    """Sum the squared relative differences ((a - b) / (a + b))^2 of all pairs; 0 and 0 do not differ."""
    observed = sum(float(np.nansum(_relative(column, ratings.T) / (counts - 1))) for column in ratings.T)
    expected = sum(
        float(count * (marginals * _relative(value, values)).sum())
        for value, count in zip(values, marginals, strict=True)
    )
    return observed, expected


def _relative(first: Values, second: Values) -> Values:
    total = first + second
    squares: Values = np.where(total == 0, 0.0, (first - second) / np.where(total == 0, 1.0, total)) ** 2
    return squares
