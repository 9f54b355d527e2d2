"""Random halves of the assessors: how far two panels agree tells how much noise mean ratings hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.centred_ranks import Array

HALVES = 500
FEWEST_ASSESSORS = 4  # two in each half


@dataclass(frozen=True, kw_only=True, slots=True)
class HalfPanels:
    """Two panels for each of many splits, kept where both rated every stimulus.

    ``members`` is (splits, assessors) and true for the first panel's; ``first`` and ``second`` are their mean
    ratings, (splits, stimuli).
    """

    members: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    first: Array
    second: Array

    def __len__(self) -> int:
        return len(self.members)


def half_panels(scores: Array, rng: np.random.Generator) -> HalfPanels:
    """Split assessors into random halves again and again.

    Parameters
    ----------
    scores : (assessors, stimuli), NaN where nothing was rated
    rng : of the splits

    Returns
    -------
    No split at all of fewer than four assessors.
    """
    assessors = scores.shape[0]
    if assessors < FEWEST_ASSESSORS:
        none = np.zeros((0, scores.shape[1]))
        return HalfPanels(members=np.zeros((0, assessors), dtype=bool), first=none, second=none)
    places = np.argsort(rng.random((HALVES, assessors)), axis=1)
    members = places < assessors // 2
    first, second = _means(members, scores), _means(~members, scores)
    kept = ~np.isnan(first).any(axis=1) & ~np.isnan(second).any(axis=1)
    return HalfPanels(members=members[kept], first=first[kept], second=second[kept])


def _means(members: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], scores: Array) -> Array:
    weights = members.astype(np.float64)
    given = weights @ ~np.isnan(scores)
    return np.divide(weights @ np.nan_to_num(scores), given, out=np.full_like(given, np.nan), where=given > 0)
