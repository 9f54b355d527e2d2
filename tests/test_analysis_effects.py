"""Effects: agreement with R on five synthetic sets and the public ones, and what definitions demand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from r_goldens import PUBLIC, Golden, listed, load_set, sets
from scipy import stats

from analysis.counts import count_samples, kruskal_wallis_h, mann_whitney_u
from analysis.effects import (
    cliffs_delta,
    epsilon_squared,
    eta_squared_h,
    hodges_lehmann,
    hodges_lehmann_interval,
    hodges_lehmann_shift,
    vargha_delaney_a,
)


@pytest.fixture(params=sets("", PUBLIC))
def golden(request: pytest.FixtureRequest) -> Golden:
    return load_set(request.param)


def samples(golden: Golden) -> list[np.ndarray]:
    ratings = golden.ratings
    return [ratings.loc[ratings.condition == system, "score"].to_numpy(dtype=float) for system in golden.systems]


def test_delta_and_a_agree_with_r(golden: Golden) -> None:
    expected, found = golden.r["mannwhitney"], samples(golden)
    matrix = count_samples(found)
    assert matrix is not None
    u = mann_whitney_u(matrix.counts)
    sizes = [sample.size for sample in found]
    pairs = list(itertools.combinations(range(len(found)), 2))
    deltas = [cliffs_delta(u[i, j], sizes[i], sizes[j]) for i, j in pairs]
    assert deltas == pytest.approx(listed(expected["cliffs_delta"]), rel=1e-9, abs=1e-12)
    shares = [vargha_delaney_a(u[i, j], sizes[i], sizes[j]) for i, j in pairs]
    assert shares == pytest.approx(listed(expected["A12"]), rel=1e-9)


def test_effects_of_all_conditions_agree_with_r(golden: Golden) -> None:
    found = samples(golden)
    matrix = count_samples(found)
    assert matrix is not None
    h, n = kruskal_wallis_h(matrix.counts), sum(sample.size for sample in found)
    assert epsilon_squared(h, n) == pytest.approx(golden.r["epsilon_squared"], rel=1e-9)
    eta = golden.r["eta_squared_H"]
    if isinstance(eta, float | int):  # effectsize bounds it at 0
        value = eta_squared_h(h, n, len(found))
        assert value is not None
        assert max(0.0, value) == pytest.approx(eta, rel=1e-9, abs=1e-12)


def test_hodges_lehmann_is_the_median_of_pairwise_differences_and_rs_root(golden: Golden) -> None:
    """R searches estimate and bounds by root finding, to 1e-4; it gives up, or strays, where a sample is constant."""
    found, expected = samples(golden), golden.r["mannwhitney"]["hodges_lehmann_ci"]
    expected = expected if isinstance(expected[0], list | dict) else [expected]
    matrix = count_samples(found)
    assert matrix is not None
    for (i, j), r in zip(itertools.combinations(range(len(found)), 2), expected, strict=True):
        shift = hodges_lehmann_shift(matrix.values(i), matrix.values(j))
        assert shift is not None
        assert shift[0] == np.median(np.subtract.outer(found[i], found[j]))
        if min(np.ptp(found[i]), np.ptp(found[j])) > 0:
            assert shift == pytest.approx(r, abs=2e-4)


def test_the_exact_interval_counts_in_from_both_ends() -> None:
    """Of the 512 signs of 9 ranks, 10 give a sum of 5 or less: 1, 1, 1, 2, 2, 3 ways to the sums 0 to 5."""
    differences = np.array([1.0, 2.5, 4.1, 7.3, 9.7, 12.2, 15.9, 21.4, 30.6])
    found = hodges_lehmann_interval(differences)
    assert found is not None
    rows, columns = np.triu_indices(9)
    walsh = np.sort((differences[rows] + differences[columns]) / 2)
    assert found == (walsh[5], walsh[-6], pytest.approx(1 - 2 * 10 / 512))


def test_the_exact_interval_holds_what_the_signed_rank_test_does_not_reject() -> None:
    differences = np.random.default_rng(3).normal(2, 5, 12)
    found = hodges_lehmann_interval(differences)
    assert found is not None
    low, high, level = found
    assert level >= 0.95
    for shift, inside in ((low + 1e-9, True), (low - 1e-9, False), (high - 1e-9, True), (high + 1e-9, False)):
        p = stats.wilcoxon(differences - shift, method="exact").pvalue
        assert (p > 1 - level) == inside


def test_five_differences_have_no_95_percent_interval() -> None:
    """The smallest two-sided p of five is 2 / 2^5 = .0625."""
    assert hodges_lehmann_interval(np.arange(5.0)) is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-20, 20), min_size=6, max_size=30))
def test_the_estimate_lies_in_its_interval(values: list[int]) -> None:
    differences = np.array(values, dtype=float)
    found = hodges_lehmann_interval(differences)
    assert found is not None
    assert found[0] <= hodges_lehmann(differences) <= found[1]


def test_too_many_different_values_have_no_shift() -> None:
    values = np.arange(3000.0), np.ones(3000)
    assert hodges_lehmann_shift(values, values) is None
