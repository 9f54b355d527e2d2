"""Intervals of the share of rank variance between conditions, over resampled assessors.

A share cannot fall below 0, and resampling adds differences between conditions: where conditions hardly differ
both the estimate and its percentile interval are too high. The interval is therefore made to reach down to the
estimate at least, and says of itself that it is biased.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.inference import column
from analysis.resampling import (
    CELLS_AT_ONCE,
    LARGEST_OWNERS,
    Weights,
    draw_weights,
    draw_weights_within,
    rank_variance_interval,
)
from analysis.results import Effect, Scores, TestResult, Values
from analysis.units import scores_by_condition
from evalkit.seeds import stream

LEVEL = 0.95
REPLICATES = 2_000
BIASED = "biased upward near 0"


def with_pooled_intervals(dataset: Dataset, test: TestResult) -> TestResult:
    """Add intervals to a Kruskal-Wallis test of pooled ratings: whole assessors are drawn."""
    scores, n = scores_by_condition(dataset.ratings), len(dataset.assessors)
    if n < 2 or n > LARGEST_OWNERS or any(name not in scores for name in test.groups):
        return test
    weights = draw_weights(n, rng=stream(dataset.seed, "analysis", "rank variance"), replicates=REPLICATES)
    return _with_intervals(test, [scores[name] for name in test.groups], weights, "resamples of assessors")


def with_independent_intervals(dataset: Dataset, means: pd.DataFrame, test: TestResult) -> TestResult:
    """Add intervals to a Kruskal-Wallis test of different assessors' means: they are drawn within conditions."""
    values = [column(means, name) for name in test.groups]
    sizes = [one.size for one in values]
    if min(sizes) < 2 or sum(sizes) > LARGEST_OWNERS:
        return test
    rng = stream(dataset.seed, "analysis", "rank variance")
    owners = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    samples = [Scores(own, whose) for own, whose in zip(values, owners, strict=True)]
    weights = draw_weights_within(sizes, rng=rng, replicates=REPLICATES)
    return _with_intervals(test, samples, weights, "resamples of assessors within conditions")


def _with_intervals(test: TestResult, samples: Sequence[Scores], weights: Weights, drawn: str) -> TestResult:
    n_levels = np.unique(np.concatenate([sample.values for sample in samples])).size
    if n_levels * len(samples) * weights.shape[1] > CELLS_AT_ONCE:
        return test
    k = len(samples)
    measures: dict[str, Callable[[Values, Values], Values]] = {
        "epsilon_squared": lambda h, n: h / (n - 1),
        "eta_squared_h": lambda h, n: (h - k + 1) / (n - k),
    }
    effects: list[Effect] = []
    for effect in test.effects:
        if effect.name in measures:
            low, high = rank_variance_interval(samples, weights, measures[effect.name], level=LEVEL)
            method = f"{effect.method}; percentile, {REPLICATES} {drawn}; {BIASED}"
            effect = replace(effect, low=min(low, effect.value), high=high, level=LEVEL, method=method)
        effects.append(effect)
    return replace(test, effects=tuple(effects))
