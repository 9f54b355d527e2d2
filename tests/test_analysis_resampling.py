"""Resampling whole assessors: what a replicate is, and agreement with scipy's intervals."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from analysis.resampling import (
    bca_interval,
    bootstrap_t_intervals,
    delta_interval,
    draw_weights,
    median_interval,
    percentile_interval,
)
from analysis.results import Scores


def test_resampling_draws_as_many_assessors_as_there_are() -> None:
    weights = draw_weights(7, rng=np.random.default_rng(1), replicates=50)
    assert weights.sum(axis=1).tolist() == [7] * 50


def test_resampled_medians_are_those_of_repeating_whole_assessors() -> None:
    scores = Scores(np.array([1.0, 2.0, 5.0, 7.0, 9.0]), np.array([0, 0, 1, 2, 2]))
    weights = np.array([[2, 1, 0], [0, 0, 3], [1, 1, 1], [3, 0, 0]])
    by_hand = [np.median(np.repeat(scores.values, row[scores.owners])) for row in weights]
    low, high = median_interval(scores, weights, level=1.0)
    assert (low, high) == (min(by_hand), max(by_hand))


def test_bca_of_a_mean_agrees_with_scipy() -> None:
    """Both on 50,000 replicates of their own: ends agree to the noise of a quantile."""
    values = np.random.default_rng(2).exponential(10, 25)
    weights = draw_weights(25, rng=np.random.default_rng(3), replicates=50_000)
    found = bca_interval(values.mean(), weights @ values / 25, (values.sum() - values) / 24)
    expected = stats.bootstrap((values,), np.mean, n_resamples=50_000, method="BCa", rng=4).confidence_interval
    assert found == pytest.approx((expected.low, expected.high), abs=0.15)
    assert found != pytest.approx(percentile_interval(weights @ values / 25), abs=0.15)


def test_bca_without_anything_to_correct_is_the_percentile_interval() -> None:
    assert bca_interval(1.0, np.ones(100), np.ones(20)) == (1.0, 1.0)


def test_bootstrap_t_is_the_studentised_bootstrap_of_each_column() -> None:
    """By repeating values: mean less t-quantile times standard error, of resampled (mean - m) / error."""
    rng = np.random.default_rng(5)
    values = rng.normal(3, 10, (12, 2))
    values[0, 1] = np.nan
    weights = draw_weights(12, rng=rng, replicates=400)
    low, high = bootstrap_t_intervals(values, weights)
    for column in range(2):
        own = values[:, column]
        given = own[~np.isnan(own)]
        t = []
        for row in weights:
            drawn = np.repeat(own, row)
            drawn = drawn[~np.isnan(drawn)]
            t.append((drawn.mean() - given.mean()) / (drawn.std(ddof=1) / np.sqrt(drawn.size)))
        left, right = np.quantile(t, [0.025, 0.975])
        error = given.std(ddof=1) / np.sqrt(given.size)
        expected = (given.mean() - right * error, given.mean() - left * error)
        assert (low[column], high[column]) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("values", [[[4.0]], [[4.0], [4.0], [4.0]], [[1.0], [2.0]]])
def test_too_few_or_equal_values_have_no_bootstrap_t_interval(values: list[list[float]]) -> None:
    weights = draw_weights(len(values), rng=np.random.default_rng(1), replicates=200)
    low, high = bootstrap_t_intervals(np.array(values), weights)
    assert np.isnan([low, high]).all()


def test_resampled_deltas_are_those_of_repeating_whole_assessors() -> None:
    rng = np.random.default_rng(6)
    first, second = (Scores(rng.integers(0, 9, 12).astype(float), np.repeat(np.arange(4), 3)) for _ in range(2))
    weights = draw_weights(4, rng=rng, replicates=60)
    delta, low, high = delta_interval(first, second, weights, level=1 - 1e-12)

    def by_hand(row: np.ndarray) -> float:
        repeated = [np.repeat(each.values, row[each.owners]) for each in (first, second)]
        return float(np.sign(np.subtract.outer(*repeated)).mean())

    assert delta == pytest.approx(by_hand(np.ones(4, dtype=int)))
    found = [by_hand(row) for row in weights]
    assert (low, high) == pytest.approx((min(found), max(found)))


def test_a_delta_is_the_other_ways_delta_with_its_sign_turned() -> None:
    rng = np.random.default_rng(7)
    scores = [Scores(rng.normal(k, 2, 30), np.repeat(np.arange(10), 3)) for k in range(2)]
    weights = draw_weights(10, rng=rng, replicates=500)
    (delta, low, high), (other, other_low, other_high) = (
        delta_interval(*pair, weights) for pair in itertools.permutations(scores)
    )
    assert (delta, low, high) == pytest.approx((-other, -other_high, -other_low))
