"""Effects of pairs with intervals over assessors, which stand beside the tests' own effects.

The interval of a mean difference is Student's over assessors' means: with 20 assessors it covers its
nominal 95 % also where assessors differ in how they rate the systems, which pooled intervals, and
percentile and BCa bootstraps, do not (``python -m analysis.simulation`` shows it). The bootstrap-t
interval covers as well, makes no assumption of normality, and is given beside it. Cliff's delta has no
studentised interval here; its BCa interval is a little short with few assessors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.effects import hodges_lehmann_interval, mean_interval
from analysis.families import Pair
from analysis.inference.signed_rank import DECIMALS, LARGEST_WALSH
from analysis.resampling import (
    LARGEST_OWNERS,
    REPLICATES,
    Weights,
    bootstrap_t_intervals,
    delta_interval,
    draw_weights,
)
from analysis.results import Effect, Scores, TestResult, Values
from analysis.units import scores_by_condition
from evalkit.seeds import stream

LEVEL = 0.95
OF_ONE = "of one assessor"


def with_matched_effects(
    dataset: Dataset, means: pd.DataFrame, tests: Mapping[Pair, TestResult]
) -> dict[Pair, TestResult]:
    """Add to signed-rank tests of assessors' means: mean difference, delta and A; intervals to all."""
    differences = {pair: (means[pair[0]] - means[pair[1]]).to_numpy(dtype=np.float64) for pair in tests}
    n = len(means)
    few = n <= LARGEST_OWNERS
    weights = draw_weights(n, rng=stream(dataset.seed, "analysis", "effects")) if few else None
    resampled = _resampled_means(differences, weights)
    scores = scores_by_condition(dataset.ratings)
    completed = {}
    for pair, test in tests.items():
        own = differences[pair][~np.isnan(differences[pair])]
        effects = [] if own.size == 0 else [_mean_difference(own), *resampled.get(pair, [])]
        effects += [_with_walsh_bounds(effect, own) for effect in test.effects]
        if pair[0] in scores and pair[1] in scores:
            effects += _dominance(scores[pair[0]], scores[pair[1]], weights)
        completed[pair] = replace(test, effects=tuple(effects))
    return completed


def _mean_difference(differences: Values) -> Effect:
    mean, low, high = mean_interval(differences, level=LEVEL)
    if differences.size < 2:
        return Effect(name="mean_difference", value=mean, method=OF_ONE)
    method = "Student's t over assessors' means"
    return Effect(name="mean_difference", value=mean, low=low, high=high, level=LEVEL, method=method)


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
                value=float(np.nanmean(column)),
                low=float(low),
                high=float(high),
                level=LEVEL,
                method=method,
            )
        ]
        for (pair, column), low, high in zip(differences.items(), lows, highs, strict=True)
        if np.isfinite(low)
    }


def _with_walsh_bounds(effect: Effect, differences: Values) -> Effect:
    if effect.name != "hodges_lehmann" or differences.size > LARGEST_WALSH:
        return effect
    found = hodges_lehmann_interval(np.round(differences, DECIMALS), level=LEVEL)
    if found is None:
        return effect
    low, high, attained = found
    method = f"{effect.method}; the interval inverts the signed-rank test"
    return replace(effect, low=low, high=high, level=attained, method=method)


def _dominance(first: Scores, second: Scores, weights: Weights | None) -> list[Effect]:
    """Return Cliff's delta and Vargha and Delaney's A of all ratings: A = (delta + 1) / 2."""
    fewest = min(np.unique(first.owners).size, np.unique(second.owners).size)
    if weights is None or fewest < 2:
        delta, bounds = _delta(first, second), None
        method = "all ratings" if weights is None else f"all ratings; {OF_ONE}"
    else:
        delta, *bounds = delta_interval(first, second, weights, level=LEVEL)
        method = f"all ratings; BCa, {REPLICATES} resamples of assessors"
    effects = []
    for name, value, ends in (
        ("cliffs_delta", delta, bounds),
        ("vargha_delaney_a", (delta + 1) / 2, None if bounds is None else [(bound + 1) / 2 for bound in bounds]),
    ):
        low, high, level = (None, None, None) if ends is None else (*ends, LEVEL)
        effects.append(Effect(name=name, value=value, low=low, high=high, level=level, method=method))
    return effects


def _delta(first: Scores, second: Scores) -> float:
    ordered = np.sort(second.values)
    above = np.searchsorted(ordered, first.values, side="left").sum()
    below = (ordered.size - np.searchsorted(ordered, first.values, side="right")).sum()
    return float((above - below) / (first.values.size * ordered.size))
