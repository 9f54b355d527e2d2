"""Intervals of a mean by resampling its values, the one bootstrap of training cards and measures alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.errors import DataError

RESAMPLES = 10_000
LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A mean and the interval around it."""

    mean: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Say whether the whole interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


def bootstrap_mean(
    values: npt.ArrayLike, *, rng: np.random.Generator, resamples: int = RESAMPLES, level: float = LEVEL
) -> Interval:
    """Return the mean of values and its percentile bootstrap interval [1]_.

    Parameters
    ----------
    values : (items,), independent of each other: one value, or one paired difference, per item
    rng : what draws the resamples
    resamples : how many
    level : nominal coverage. Few values make the interval too short: simulated, the nominal
        95 % cover 86 % of the time for 6 normal values, 91 % for 12, 92 % for 24; for 6 skewed
        (exponential) values 80 %.

    Raises
    ------
    DataError
        If there are fewer than two values: nothing says how they vary.

    References
    ----------
    .. [1] B. Efron, R. J. Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.size < 2:
        raise DataError(f"an interval needs at least 2 values, found {array.size}")
    draws = array[rng.integers(array.size, size=(resamples, array.size))].mean(axis=1)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean=float(array.mean()), low=float(low), high=float(high))
