"""The bootstrap of a mean: against the normal distribution, and where no interval exists."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import DataError
from evalkit.intervals import bootstrap_mean


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_the_interval_of_many_values_is_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(4).standard_normal(400)
    found = bootstrap_mean(values, rng=rng())
    half_width = 1.96 * values.std() / 20  # the standard error of the mean of 400
    assert (found.low, found.high) == pytest.approx((values.mean() - half_width, values.mean() + half_width), abs=0.01)


def test_the_interval_of_two_values_reaches_from_one_to_the_other() -> None:
    found = bootstrap_mean([1.0, 3.0], rng=rng())  # a quarter of the resamples hold either value twice
    assert (found.mean, found.low, found.high) == (2.0, 1.0, 3.0)


def test_equal_values_have_an_interval_of_no_width() -> None:
    found = bootstrap_mean([-0.25, -0.25, -0.25], rng=rng())
    assert (found.mean, found.low, found.high) == (-0.25, -0.25, -0.25)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(5).standard_normal(9)
    assert bootstrap_mean(values, rng=rng()) == bootstrap_mean(values, rng=rng())


def test_an_interval_excludes_zero_only_if_it_lies_on_one_side() -> None:
    assert bootstrap_mean([0.5, 0.6, 0.7], rng=rng()).excludes_zero
    assert bootstrap_mean([-0.5, -0.6, -0.7], rng=rng()).excludes_zero
    assert not bootstrap_mean([-0.5, 0.1, 0.6], rng=rng()).excludes_zero


@pytest.mark.parametrize("values", [[], [1.0]], ids=["none", "one"])
def test_one_value_has_no_interval(values: list[float]) -> None:
    with pytest.raises(DataError, match=f"at least 2 values, found {len(values)}"):
        bootstrap_mean(values, rng=rng())
