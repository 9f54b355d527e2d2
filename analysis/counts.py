"""Level x condition count matrix: all that rank tests of independent ratings need, without a sort per pair.

Ratings stand on few levels (0 to 100, or 0 to 1000 tenths). How often each condition was given each
level is sufficient for Kruskal-Wallis, all Mann-Whitney tests, their tie terms, and the effects that
go with them: one cumulative sum and one matrix product in place of a sort for each pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.results import Values

Codes = npt.NDArray[np.integer]
LARGEST_CELLS = 4_000_000  # levels x conditions held at once, 32 MB


@dataclass(frozen=True, kw_only=True, slots=True)
class CountMatrix:
    """``counts[l, c]`` says how often condition c was rated ``levels[l]``; levels rise."""

    levels: Values
    counts: Values

    @property
    def sizes(self) -> Values:
        """Return the number of ratings of each condition."""
        return np.asarray(self.counts.sum(axis=0))

    def values(self, condition: int) -> tuple[Values, Values]:
        """Return the levels that a condition was given, and how often."""
        column = self.counts[:, condition]
        given = column > 0
        return self.levels[given], column[given]


def count_codes(codes: Codes, conditions: Codes, *, n_levels: int, n_conditions: int) -> Values:
    """Count integer codes of ratings: (levels, conditions).

    Parameters
    ----------
    codes, conditions : level and condition of each rating, from 0
    """
    cells = np.bincount(codes * n_conditions + conditions, minlength=n_levels * n_conditions)
    return cells.reshape(n_levels, n_conditions).astype(np.float64)


def count_samples(samples: Sequence[Values]) -> CountMatrix | None:
    """Count the values of each sample; None if there are too many different values to be worth a matrix."""
    pooled = np.concatenate(samples)
    levels, codes = np.unique(pooled, return_inverse=True)
    if levels.size * len(samples) > LARGEST_CELLS:
        return None
    owners = np.repeat(np.arange(len(samples)), [sample.size for sample in samples])
    counts = count_codes(codes.reshape(-1), owners, n_levels=levels.size, n_conditions=len(samples))
    return CountMatrix(levels=levels, counts=counts)


def mann_whitney_u(counts: Values) -> Values:
    """Return U of each condition (row) against each (column): pairs of ratings won, plus half of the ties."""
    below = np.cumsum(counts, axis=0) - counts / 2
    return np.asarray(counts.T @ below)


def mann_whitney_z(counts: Values, u: Values) -> Values:
    """Return the size of z of every pair, corrected for ties and continuity; NaN where all values are equal.

    The variance of U is n1 n2 / 12 (n + 1 - sum(t^3 - t) / (n (n - 1))), t being the ratings of both
    conditions on a level: a sum of cubes that matrix products of counts give for all pairs at once.
    """
    sizes = counts.sum(axis=0)
    n = sizes[:, None] + sizes[None, :]
    squares = (counts**2).T @ counts
    cubes = (counts**3).sum(axis=0)
    ties = cubes[:, None] + cubes[None, :] + 3 * (squares + squares.T) - n
    products = sizes[:, None] * sizes[None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = products / 12 * (n + 1 - ties / (n * (n - 1)))
        z = np.maximum(0.0, np.abs(u - products / 2) - 0.5) / np.sqrt(variance)
    return np.asarray(np.where(variance > 0, z, np.nan))


def kruskal_wallis_h(counts: Values) -> float:
    """Return Kruskal and Wallis's H, corrected for ties; NaN where all values are equal."""
    return float(kruskal_wallis_hs(counts[None])[0])


def kruskal_wallis_hs(counts: Values) -> Values:
    """Return H of several matrices, (matrices, levels, conditions); NaN also where a condition has no value."""
    totals, sizes = counts.sum(axis=2), counts.sum(axis=1)
    n = totals.sum(axis=1)
    ranks = np.cumsum(totals, axis=1) - totals / 2 + 0.5
    excess = ((ranks - (n[:, None] + 1) / 2)[:, None, :] @ counts)[:, 0, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = 1 - np.sum(totals**3 - totals, axis=1) / (n**3 - n)
        h = 12 / (n * (n + 1)) * np.sum(excess**2 / sizes, axis=1) / spread
    return np.asarray(np.where(spread > 0, h, np.nan))
