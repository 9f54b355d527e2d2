"""Ranks without their mean: Spearman's correlation is the cosine between two such series."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

Array = npt.NDArray[np.float64]
Pages = npt.NDArray[np.intp]


def centred(values: Array) -> Array:
    """Return ranks along the last axis without their mean."""
    ranks = stats.rankdata(values, axis=-1)
    return np.asarray(ranks - ranks.mean(axis=-1, keepdims=True))


def centred_in_pages(values: Array, page: Pages) -> Array:
    """Return ranks along the last axis, inside each page and without the page's mean rank."""
    found = np.zeros(values.shape)
    for number in np.unique(page):
        found[..., page == number] = centred(values[..., page == number])
    return found


def correlation(first: Array, second: Array) -> float | None:
    """Return the correlation of two centred series, or None if one does not vary."""
    scale = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.clip(first @ second / scale, -1, 1)) if scale > 0 else None


def correlations(many: Array, other: Array) -> Array:
    """Return the correlation of each row with one series, or with the row of as many; 0 where one does not vary."""
    scale = np.linalg.norm(many, axis=-1) * np.linalg.norm(other, axis=-1)
    products = np.sum(many * other, axis=-1)
    return np.asarray(np.divide(products, scale, out=np.zeros_like(products), where=scale > 0))
