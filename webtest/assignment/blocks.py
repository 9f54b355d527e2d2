"""Choosing which treatments come together: incomplete blocks, as balanced as a search makes them.

How often each treatment comes is fixed first (counts differ by one at the most); then treatments are exchanged
between blocks, which leaves those counts alone, while pairs become more even. Where a balanced incomplete block
design exists for the numbers, small ones are nearly always found; the search stops as soon as pairs differ by one at
the most, which is the best that the numbers allow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

ATTEMPTS = 4
EXCHANGES = 50  # tried in each attempt for each place in a block
EXCHANGES_LIMIT = 15_000

Counts = list[list[int]]


def balanced_blocks(
    size: int, blocks: int, *, came: Sequence[int], together: Sequence[Sequence[int]], rng: np.random.Generator
) -> list[list[int]]:
    """Choose blocks of treatments, numbered from 0.

    Parameters
    ----------
    size : treatments of one block, at most all
    blocks : how many are wanted
    came : how often each treatment came before, in blocks whose lacks are made up for
    together : how often each pair came before; the diagonal is not read

    Returns
    -------
    sorted blocks, in an order in which the counts of treatments are even from early on
    """
    best: list[set[int]] = []
    least = math.inf
    for _ in range(ATTEMPTS):
        tried = _filled(_quotas(size, blocks, came, rng), size, blocks, rng)
        counts = _together(together, tried)
        _exchange(tried, counts, rng)
        unevenness = sum(count * count for one, row in enumerate(counts) for count in row[:one])
        if unevenness < least:
            best, least = tried, unevenness
        if _are_even(counts):
            break
    return _evenly_ordered(best, came)


def _quotas(size: int, blocks: int, came: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Say how often each treatment comes: the next is always one that has come least so far, ties by chance."""
    quotas = [0] * len(came)
    chance = rng.permutation(len(came))
    for _ in range(size * blocks):
        least = min(range(len(came)), key=lambda one: (came[one] + quotas[one], quotas[one], chance[one]))
        quotas[least] += 1
    return quotas


def _filled(quotas: Sequence[int], size: int, blocks: int, rng: np.random.Generator) -> list[set[int]]:
    """Fill blocks that keep the quotas: each takes the treatments of which most are left, ties by chance."""
    left = np.array(quotas)
    filled = []
    for _ in range(blocks):
        most = np.lexsort((rng.permutation(len(left)), -left))[:size]
        left[most] -= 1
        filled.append({int(one) for one in most})
    return filled


def _together(former: Sequence[Sequence[int]], blocks: Sequence[set[int]]) -> Counts:
    """Count in how many blocks each pair is, former ones included."""
    counts = [[int(count) for count in row] for row in former]
    for block in blocks:
        for one, other in combinations(block, 2):
            counts[one][other] += 1
            counts[other][one] += 1
    return counts


def _exchange(blocks: list[set[int]], together: Counts, rng: np.random.Generator) -> None:
    """Exchange treatments between two blocks at a time where that makes pairs no less even."""
    if len(blocks) < 2:
        return
    places = sum(map(len, blocks))
    draws = rng.random((min(EXCHANGES * places, EXCHANGES_LIMIT), 4))
    for number, (first, second, leaving, coming) in enumerate(draws):
        if number % 100 == 0 and _are_even(together):
            return
        a = int(first * len(blocks))
        b = (a + 1 + int(second * (len(blocks) - 1))) % len(blocks)
        only_a, only_b = sorted(blocks[a] - blocks[b]), sorted(blocks[b] - blocks[a])
        if not only_a:
            continue
        x, y = only_a[int(leaving * len(only_a))], only_b[int(coming * len(only_b))]
        with_x, with_y = [one for one in only_a if one != x], [one for one in only_b if one != y]
        of_x, of_y = together[x], together[y]
        change = sum(of_y[one] - of_x[one] + 1 for one in with_x) + sum(of_x[one] - of_y[one] + 1 for one in with_y)
        if change > 0:  # of half the sum of squares
            continue
        blocks[a] ^= {x, y}
        blocks[b] ^= {x, y}
        for step, company in ((1, with_y), (-1, with_x)):
            for one in company:
                for treatment, sign in ((x, step), (y, -step)):
                    together[treatment][one] += sign
                    together[one][treatment] += sign


def _are_even(together: Counts) -> bool:
    counts = [count for one, row in enumerate(together) for count in row[:one]]
    return not counts or max(counts) - min(counts) <= 1


def _evenly_ordered(blocks: Sequence[set[int]], former: Sequence[int]) -> list[list[int]]:
    """Put first whose treatments came least so far: a study that ends early is nearly balanced, too."""
    came = np.array(former)
    holds = np.zeros((len(blocks), len(came)), dtype=int)
    for row, block in zip(holds, blocks, strict=True):
        row[list(block)] = 1
    is_left = np.ones(len(blocks), dtype=bool)
    ordered = []
    for _ in blocks:
        cost = np.where(is_left, holds @ (came * came + 2 * came), np.iinfo(int).max)
        rarest = int(np.argmin(cost))
        is_left[rarest] = False
        came += holds[rarest]
        ordered.append(sorted(blocks[rarest]))
    return ordered
