"""Sign-flip test of pairs with Westfall and Young's step-down maxT correction over all of them.

Under the null hypothesis a unit's differences between two conditions are as likely to have the other
sign. One sign is drawn per unit and flips all its differences together, so the correction knows how
the pairs hang together and is less cautious than Holm's [1]_. Each pair's statistic is the sum of
its differences over the root of their sum of squares, which is its exact null spread; above 0, the
first condition is rated higher. Step-down: a pair competes with those less clear than itself.

The differences of all true null pairs must be symmetric around 0 together: so it is where ratings
are a sum of effects of assessor and condition and of symmetric errors. All patterns of signs are
tried where they are few; otherwise random ones are drawn, the observed one counted among them.

References
----------
.. [1] P. H. Westfall and S. S. Young, "Resampling-Based Multiple Testing", algorithm 4.1 (1993).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.inference import in_fixed_order
from analysis.inference.permutation import CELLS_AT_ONCE, NEARLY
from analysis.results import TestResult, Unit, Values, result_id

NAME = "max_t"
GROUPS = "pairs"
MATCHED = True
DECIMALS = 9  # of differences, as for the signed rank
LARGEST_EXACT = 20_000_000  # patterns of signs times pairs that are all tried
REPLICATES = 19_999  # random patterns
LARGEST_FAMILY = 5_000


def run(
    units: pd.DataFrame,
    groups: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    *,
    unit: Unit = "assessor_mean",
    rng: np.random.Generator,
    most: int | None = None,
) -> tuple[TestResult, ...]:
    """Test pairs of conditions, on the units that have both; ``p_adjusted`` holds ``max_t``.

    Parameters
    ----------
    most : patterns of signs at most; default: all where they are few, else as many as make p stable
    """
    rows = in_fixed_order(units[list(groups)].to_numpy(dtype=np.float64))
    place = {group: number for number, group in enumerate(groups)}
    first, second = ([place[pair[side]] for pair in pairs] for side in (0, 1))
    differences = np.round(rows[:, first] - rows[:, second], DECIMALS)
    given = ~np.isnan(differences)
    blanks = [
        TestResult(id=result_id(NAME, pair), test=NAME, groups=pair, unit=unit, n=int(n))
        for pair, n in zip(pairs, given.sum(axis=0), strict=True)
    ]
    if len(pairs) > LARGEST_FAMILY:
        note = f"{len(pairs)} pairs are more than the {LARGEST_FAMILY} that are resampled together: declare a family"
        return tuple(replace(blank, status="not_applicable", notes=(note,)) for blank in blanks)
    differences = np.where(given, differences, 0.0)
    spread = np.sqrt(np.sum(differences**2, axis=0))
    tested = np.flatnonzero(spread > 0)
    found = list(blanks)
    for number in np.flatnonzero(spread == 0):
        if blanks[number].n:
            found[number] = replace(blanks[number], status="identical", notes=("all differences are 0",))
        else:
            found[number] = replace(blanks[number], status="too_short", notes=("no unit has both conditions",))
    if tested.size:
        scaled = differences[:, tested] / spread[tested]
        statistics = scaled.sum(axis=0)
        p, adjusted, method = _p_values(scaled[np.any(scaled != 0, axis=1)], np.abs(statistics), rng, most)
        for number, statistic, own, corrected in zip(tested, statistics, p, adjusted, strict=True):
            found[number] = replace(
                blanks[number],
                statistic=float(statistic),
                p=float(own),
                log10_p=math.log10(own),
                p_adjusted={NAME: float(corrected)},
                log10_p_adjusted={NAME: math.log10(corrected)},
                notes=(method,),
            )
    return tuple(found)


def _p_values(
    scaled: Values, observed: Values, rng: np.random.Generator, most: int | None
) -> tuple[Values, Values, str]:
    """Return p of each pair alone, p corrected over all, and how they were found.

    Parameters
    ----------
    scaled : (units, pairs) differences, each pair's sum of squares 1
    observed : sizes of their sums
    """
    n, n_pairs = scaled.shape
    exact = n <= 40 and 2 ** (n - 1) <= (LARGEST_EXACT // n_pairs if most is None else most)
    patterns = _all_signs(n, n_pairs) if exact else _random_signs(n, n_pairs, rng, most or REPLICATES)
    order = np.argsort(-observed, kind="stable")
    limits = observed[order] * NEARLY
    alone, together, total = np.zeros(n_pairs), np.zeros(n_pairs), 0
    for signs in patterns:
        sizes = np.abs(signs @ scaled[:, order])
        alone += np.sum(sizes >= limits, axis=0)
        largest = np.maximum.accumulate(sizes[:, ::-1], axis=1)[:, ::-1]  # of the pairs less clear, and itself
        together += np.sum(largest >= limits, axis=0)
        total += len(signs)
    one = 0 if exact else 1  # the observed signs are one of all, and are counted with the random ones
    p, adjusted = np.empty(n_pairs), np.empty(n_pairs)
    p[order] = (alone + one) / (total + one)
    adjusted[order] = np.maximum.accumulate((together + one) / (total + one))
    return p, adjusted, f"all {2 * total} patterns of signs tried" if exact else f"{total} random patterns of signs"


def _all_signs(n: int, n_pairs: int) -> Iterator[Values]:
    """Yield every pattern of n signs whose first is +: the others mirror these, with the same sizes."""
    at_once = max(1, CELLS_AT_ONCE // max(n, n_pairs))
    bits = np.arange(n - 1)
    for start in range(0, 2 ** (n - 1), at_once):
        numbers = np.arange(start, min(start + at_once, 2 ** (n - 1)))
        rest = 1.0 - 2.0 * (numbers[:, None] >> bits & 1)
        yield np.hstack([np.ones((len(numbers), 1)), rest])


def _random_signs(n: int, n_pairs: int, rng: np.random.Generator, replicates: int) -> Iterator[Values]:
    at_once = max(1, CELLS_AT_ONCE // max(n, n_pairs))
    for start in range(0, replicates, at_once):
        yield rng.choice([-1.0, 1.0], size=(min(at_once, replicates - start), n))
