"""Density of ratings on a bounded scale, for violins."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.results import Values

POINTS = 121


def rating_density(scores: Values, *, scale: tuple[float, float] | None) -> tuple[Values, Values] | None:
    """Estimate a density that neither leaks over the ends of the scale nor sags there.

    Parameters
    ----------
    scores : ratings of one condition
    scale : ends of the scale, at which the Gaussian kernels are reflected; None: no ends

    Returns
    -------
    grid from the lowest to the highest rating, and the density there with a greatest value of 1;
    None for fewer than two different ratings, which have no density
    """
    if scores.size < 2 or scores.min() == scores.max():
        return None
    kernel = stats.gaussian_kde(scores)
    grid: Values = np.linspace(scores.min(), scores.max(), POINTS)
    density = kernel(grid)
    if scale is not None:
        density = density + kernel(2 * scale[0] - grid) + kernel(2 * scale[1] - grid)
    return grid, np.asarray(density / density.max(), dtype=np.float64)
