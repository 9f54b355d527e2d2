"""Effects of pairs with intervals over assessors, which stand beside the tests' own effects.

The interval of a mean difference is Student's over assessors' means: with 20 assessors it covers its
nominal 95 % also where assessors differ in how they rate the systems, which pooled intervals, and
percentile and BCa bootstraps, do not (``python -m analysis.simulation`` shows it). The bootstrap-t
interval covers as well, makes no assumption of normality, and is given beside it. Of different assessors
it is Welch's. Cliff's delta and the rank-biserial correlation have no studentised interval here; their
BCa intervals are a little short with few assessors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.effects import hodges_lehmann_interval
from analysis.families import Pair
from analysis.inference import column
from analysis.inference.signed_rank import DECIMALS, LARGEST_WALSH
from analysis.mean_difference import MeanDifference, independent, matched
from analysis.resampling import (
    CELLS_AT_ONCE,
    LARGEST_OWNERS,
    REPLICATES,
    Weights,
    bootstrap_t_intervals,
    delta_interval,
    draw_weights,
    draw_weights_within,
    rank_biserial_interval,
)
from analysis.results import Effect, Scores, TestResult, Values
from analysis.units import scores_by_condition
from evalkit.seeds import stream

LEVEL = 0.95
OF_ONE = "of one assessor"
LARGEST_POOLED = 10_000_000  # assessors squared times pairs, some ten seconds
DELTA, A, BALANCE = "cliffs_delta", "vargha_delaney_a", "rank_biserial"
RESAMPLED = f"BCa, {REPLICATES} resamples of assessors"


def with_matched_effects(
    dataset: Dataset, means: pd.DataFrame, tests: Mapping[Pair, TestResult]
) -> dict[Pair, TestResult]:
    """Add to signed-rank tests of assessors' means: mean difference, delta and A; intervals to all."""
    differences = {pair: (means[pair[0]] - means[pair[1]]).to_numpy(dtype=np.float64) for pair in tests}
    weights = _weights(dataset, len(means))
    resampled = _resampled_means(differences, weights)
    scores = scores_by_condition(dataset.ratings)
    completed = {}
    for pair, test in tests.items():
        own = differences[pair][~np.isnan(differences[pair])]
        effects = [] if own.size == 0 else [_mean_difference(matched(own), "Student's t over assessors' means")]
        effects += resampled.get(pair, [])
        effects += [_with_matched_bounds(effect, differences[pair], weights) for effect in test.effects]
        if pair[0] in scores and pair[1] in scores:
            effects += _dominance(scores[pair[0]], scores[pair[1]], weights)
        completed[pair] = replace(test, effects=tuple(effects))
    return completed


def with_independent_effects(
    dataset: Dataset, means: pd.DataFrame, tests: Mapping[Pair, TestResult]
) -> dict[Pair, TestResult]:
    """Add to Mann-Whitney tests of different assessors' means: Welch's mean difference; intervals to delta and A."""
    rng = stream(dataset.seed, "analysis", "effects")
    completed = {}
    for pair, test in tests.items():
        first, second = (column(means, condition) for condition in pair)
        sizes = first.size, second.size
        if min(sizes) == 0:
            completed[pair] = test
            continue
        effects = [_mean_difference(independent(first, second), "Welch's t over assessors' means")]
        if min(sizes) > 1 and sum(sizes) <= LARGEST_OWNERS:
            owners = np.arange(sum(sizes))
            scores = Scores(first, owners[: first.size]), Scores(second, owners[first.size :])
            bounds = delta_interval(*scores, draw_weights_within(sizes, rng=rng), level=LEVEL)[1:]
            effects += _bounded(test.effects, bounds, f"assessors' means; {RESAMPLED} within conditions")
        else:
            effects += test.effects
        completed[pair] = replace(test, effects=tuple(effects))
    return completed


def with_pooled_effects(dataset: Dataset, tests: Mapping[Pair, TestResult]) -> dict[Pair, TestResult]:
    """Add to Mann-Whitney tests of pooled ratings the intervals of delta and A over resampled whole assessors.

    Of so many assessors and pairs that it would take minutes they have none: pooled tests are quick.
    """
    n = len(dataset.assessors)
    if n**2 * len(tests) > LARGEST_POOLED:
        return dict(tests)
    weights, scores = _weights(dataset, n), scores_by_condition(dataset.ratings)
    completed = {}
    for pair, test in tests.items():
        effects = list(test.effects)
        if weights is not None and test.effect(DELTA) and _is_resampled(scores[pair[0]], scores[pair[1]], weights):
            bounds = delta_interval(scores[pair[0]], scores[pair[1]], weights, level=LEVEL)[1:]
            effects = _bounded(test.effects, bounds, f"all ratings; {RESAMPLED}")
        completed[pair] = replace(test, effects=tuple(effects))
    return completed


def _weights(dataset: Dataset, n: int) -> Weights | None:
    return draw_weights(n, rng=stream(dataset.seed, "analysis", "effects")) if n <= LARGEST_OWNERS else None


def _mean_difference(difference: MeanDifference, method: str) -> Effect:
    if np.isnan(difference.se):
        return Effect(name="mean_difference", value=difference.value, method=OF_ONE)
    low, high = difference.interval(LEVEL)
    return Effect(name="mean_difference", value=difference.value, low=low, high=high, level=LEVEL, method=method)


def _resampled_means(differences: Mapping[Pair, Values], weights: Weights | None) -> dict[Pair, list[Effect]]:
    if weights is None or weights.shape[1] < 2:
        return {}
    columns = np.stack(list(differences.values()), axis=1)
    lows, highs = bootstrap_t_intervals(columns, weights, level=LEVEL)
    method = f"bootstrap-t, {REPLICATES} resamples of assessors"
    return {
        pair: [
            Effect(
                name="mean_difference_bootstrap_t",
                value=float(np.nanmean(own)),
                low=float(low),
                high=float(high),
                level=LEVEL,
                method=method,
            )
        ]
        for (pair, own), low, high in zip(differences.items(), lows, highs, strict=True)
        if np.isfinite(low)
    }


def _with_matched_bounds(effect: Effect, differences: Values, weights: Weights | None) -> Effect:
    """Add the interval to an effect of a signed-rank test; ``differences`` are NaN where there is none."""
    rounded = np.round(differences, DECIMALS)
    if effect.name == BALANCE:
        return _with_balance_bounds(effect, rounded, weights)
    return _with_walsh_bounds(effect, rounded[~np.isnan(rounded)])


def _with_walsh_bounds(effect: Effect, differences: Values) -> Effect:
    if effect.name != "hodges_lehmann" or differences.size > LARGEST_WALSH:
        return effect
    found = hodges_lehmann_interval(differences, level=LEVEL)
    if found is None:
        return effect
    low, high, attained = found
    method = f"{effect.method}; the interval inverts the signed-rank test"
    return replace(effect, low=low, high=high, level=attained, method=method)


def _with_balance_bounds(effect: Effect, differences: Values, weights: Weights | None) -> Effect:
    if weights is None or np.count_nonzero(differences[~np.isnan(differences)]) < 2:
        return effect
    low, high = rank_biserial_interval(differences, weights, level=LEVEL)
    return replace(effect, low=low, high=high, level=LEVEL, method=f"{effect.method}; {RESAMPLED}")


def _dominance(first: Scores, second: Scores, weights: Weights | None) -> list[Effect]:
    """Return Cliff's delta and Vargha and Delaney's A of all ratings: A = (delta + 1) / 2."""
    if weights is not None and _is_resampled(first, second, weights):
        delta, *bounds = delta_interval(first, second, weights, level=LEVEL)
        return _bounded(_delta_and_a(delta, ""), (bounds[0], bounds[1]), f"all ratings; {RESAMPLED}")
    fewest = min(np.unique(scores.owners).size for scores in (first, second))
    return _delta_and_a(_delta(first, second), f"all ratings; {OF_ONE}" if fewest < 2 else "all ratings")


def _delta_and_a(delta: float, method: str) -> list[Effect]:
    return [Effect(name=DELTA, value=delta, method=method), Effect(name=A, value=(delta + 1) / 2, method=method)]


def _bounded(effects: list[Effect] | tuple[Effect, ...], bounds: tuple[float, float], method: str) -> list[Effect]:
    """Return effects, delta and A with the bounds of delta: A = (delta + 1) / 2."""
    low, high = bounds
    ends = {DELTA: (low, high), A: ((low + 1) / 2, (high + 1) / 2)}
    return [
        replace(one, low=ends[one.name][0], high=ends[one.name][1], level=LEVEL, method=method)
        if one.name in ends
        else one
        for one in effects
    ]


def _is_resampled(first: Scores, second: Scores, weights: Weights) -> bool:
    """Say whether there are two assessors of each, and few enough levels to compare all assessors at once."""
    fewest = min(np.unique(scores.owners).size for scores in (first, second))
    n_levels = np.unique(np.concatenate([first.values, second.values])).size
    return fewest > 1 and n_levels * weights.shape[1] <= CELLS_AT_ONCE


def _delta(first: Scores, second: Scores) -> float:
    ordered = np.sort(second.values)
    above = np.searchsorted(ordered, first.values, side="left").sum()
    below = (ordered.size - np.searchsorted(ordered, first.values, side="right")).sum()
    return float((above - below) / (first.values.size * ordered.size))
