"""How many assessors and items the next test needs: power by simulation.

:mod:`.components` says what ratings are made of, from pilot data or as stated, and draws studies from it;
:mod:`.decisions` says what each test finds in one of them; :func:`power_curves` counts over many studies,
spread over processes. :mod:`.printed` and :mod:`.figure` show the result.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from scipy import stats

from analysis.corrections import Correction
from analysis.power.components import Components, draw
from analysis.power.decisions import DECISIONS, Setting
from evalkit.parallel import Workers, spread
from evalkit.progress import progress
from evalkit.seeds import stream

CHUNK = 100  # studies drawn by one call
LEVEL = 0.95  # of the Monte-Carlo interval


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerPlan:
    """What is simulated.

    The first of ``conditions`` is ``difference`` scale points better than all others, which are equal.
    ``test`` is a name of :data:`analysis.power.decisions.DECISIONS`; ``margin`` is for ``tost`` only.
    """

    components: Components
    test: str
    conditions: int
    difference: float
    margin: float | None
    alpha: float
    correction: Correction
    assessors: tuple[int, ...]
    items: tuple[int, ...]
    runs: int
    seed: int

    @property
    def setting(self) -> Setting:
        """Return what a test needs to know."""
        return Setting(alpha=self.alpha, correction=self.correction, margin=self.margin)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """The power with so many assessors and items; ``low`` and ``high`` bound the Monte-Carlo error."""

    assessors: int
    items: int
    power: float
    low: float
    high: float
    runs: int


def power_curves(plan: PowerPlan, *, workers: Workers) -> tuple[Point, ...]:
    """Simulate every number of items with every number of assessors; how many work does not matter."""
    cells = list(itertools.product(plan.items, plan.assessors))
    calls = [(n, items, chunk, size) for items, n in cells for chunk, size in _chunks(plan.runs)]
    shares = progress(
        spread(found_in_chunk, calls, workers=workers, common=(plan,)), total=len(calls), what=f"power, {plan.test}"
    )
    sums = dict.fromkeys(cells, 0.0)
    for (n, items, *_), share in zip(calls, shares, strict=True):
        sums[items, n] += share
    return tuple(_point(n, items, total / plan.runs, plan.runs) for (items, n), total in sums.items())


def found_in_chunk(plan: PowerPlan, assessors: int, items: int, chunk: int, runs: int) -> float:
    """Draw some studies, and return the sum of the shares that the test found in each."""
    rng = stream(plan.seed, "power", plan.test, str(assessors), str(items), str(chunk))
    decide = DECISIONS[plan.test].decide
    total = 0.0
    for _ in range(runs):
        ratings = draw(
            plan.components,
            rng,
            assessors=assessors,
            items=items,
            conditions=plan.conditions,
            difference=plan.difference,
        )
        total += decide(ratings, plan.setting)
    return total


def enough(points: tuple[Point, ...], items: int, *, wanted: float) -> int | None:
    """Return the fewest simulated assessors that reach a power with so many items, and keep it from there on."""
    ordered = sorted((point for point in points if point.items == items), key=lambda point: point.assessors)
    kept = list(itertools.takewhile(lambda point: point.power >= wanted, reversed(ordered)))
    return kept[-1].assessors if kept else None


def _chunks(runs: int) -> Iterator[tuple[int, int]]:
    for chunk in range(math.ceil(runs / CHUNK)):
        yield chunk, min(CHUNK, runs - chunk * CHUNK)


def _point(assessors: int, items: int, power: float, runs: int) -> Point:
    """Bound the Monte-Carlo error by Wilson's interval; a share of several pairs errs less than that."""
    z2 = float(stats.norm.ppf((1 + LEVEL) / 2)) ** 2
    centre = (power + z2 / (2 * runs)) / (1 + z2 / runs)
    half = math.sqrt(z2 * (power * (1 - power) / runs + z2 / (4 * runs**2))) / (1 + z2 / runs)
    return Point(
        assessors=assessors,
        items=items,
        power=power,
        low=max(0.0, centre - half),
        high=min(1.0, centre + half),
        runs=runs,
    )
