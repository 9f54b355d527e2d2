"""Edge cases of the tests, and the exact signed rank against full enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.inference import friedman, kruskal_wallis, mann_whitney, shapiro_wilk, signed_rank
from analysis.units import assessor_means, rating_units, unequal_items


def pair(first: list[float], second: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"A": first, "B": second})


def enumerated_p(differences: np.ndarray) -> float:
    """Try every pattern of signs: the definition of the exact two-sided p."""
    ranks = stats.rankdata(np.abs(differences))
    observed = ranks[differences > 0].sum()
    sums = np.array([sum(r for r, s in zip(ranks, signs, strict=True) if s) for signs in
                     itertools.product((0, 1), repeat=ranks.size)])  # fmt: skip
    return min(1.0, 2 * min(np.mean(sums <= observed), np.mean(sums >= observed)))


@pytest.mark.parametrize("seed", range(12))
def test_exact_signed_rank_with_ties_equals_full_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    differences = rng.integers(-4, 6, size=int(rng.integers(1, 12))).astype(float)
    differences = differences[differences != 0]
    if differences.size:
        assert signed_rank.exact_p(differences) == pytest.approx(enumerated_p(differences), rel=1e-12)


def test_exact_signed_rank_of_one_direction_is_the_smallest_attainable() -> None:
    """All n differences positive: 2 of the 2^n patterns of signs are as extreme."""
    for n in (1, 5, 20, 400):
        assert signed_rank.exact_p(np.arange(1.0, n + 1)) == pytest.approx(min(1.0, 2.0 ** (1 - n)), rel=1e-12)
        assert signed_rank.smallest_attainable_p(n) == min(1.0, 2.0 ** (1 - n))


def test_exact_signed_rank_of_50_differences_equals_scipy_without_ties() -> None:
    rng = np.random.default_rng(5)
    differences = rng.permutation(np.arange(1.0, 51.0)) * rng.choice([-1, 1], 50)
    expected = stats.wilcoxon(differences, method="exact", correction=False).pvalue
    assert signed_rank.exact_p(differences) == pytest.approx(expected, rel=1e-10)


def test_signed_rank_rounds_differences_so_that_float_noise_does_not_break_ties() -> None:
    """0.3 - 0.2 and 0.2 - 0.1 differ in the last bit, and are the same difference."""
    noisy = signed_rank.run(pair([0.3, 0.2, 0.5], [0.2, 0.1, 0.9]), ["A", "B"])
    clean = signed_rank.run(pair([3, 2, 5], [2, 1, 9]), ["A", "B"])
    assert noisy.statistic == clean.statistic == 3.0


def test_signed_rank_says_how_many_zero_differences_it_dropped() -> None:
    found = signed_rank.run(pair([1, 2, 3, 9], [1, 2, 1, 2]), ["A", "B"])
    assert found.n == 4
    assert "2 zero differences dropped" in found.notes


def test_signed_rank_beyond_the_exact_limit_says_that_it_approximates() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(0.1, 1, signed_rank.LARGEST_EXACT + 1)
    found = signed_rank.run(pair(values.tolist(), [0.0] * values.size), ["A", "B"])
    expected = stats.wilcoxon(np.round(values, 9), method="asymptotic", correction=True).pvalue
    assert found.notes[0] == "normal approximation with continuity correction"
    assert found.p == pytest.approx(expected, rel=1e-9)


def test_hodges_lehmann_is_the_median_of_pairwise_means() -> None:
    found = signed_rank.run(pair([1, 4, 10], [0, 0, 0]), ["A", "B"]).effect("hodges_lehmann")
    assert found is not None
    assert found.value == np.median([1, 4, 10, 2.5, 5.5, 7])


def test_units_that_lack_a_condition_are_left_out_and_counted() -> None:
    table = pd.DataFrame({"A": [1, 2, 3, np.nan], "B": [2, 3, 5, 1], "C": [9, 7, 8, 5]})
    found = friedman.run(table, ["A", "B", "C"])
    assert found.n == 3
    assert found.notes == ("1 of 4 units left out: not every condition was rated",)


def test_shapiro_wilk_of_a_constant_is_not_applicable_instead_of_perfectly_normal() -> None:
    found = shapiro_wilk.run(pair([7.0] * 20, [1.0] * 20), ["A"])
    assert (found.status, found.statistic, found.p) == ("not_applicable", None, None)


def test_shapiro_wilk_above_5000_values_gives_w_only() -> None:
    values = np.random.default_rng(1).normal(size=5001)
    found = shapiro_wilk.run(pd.DataFrame({"A": values}), ["A"])
    assert found.statistic is not None and found.statistic > 0.999
    assert found.p is None
    assert found.notes == ("p is not defined above 5000 values",)


def test_shapiro_wilk_of_two_values_is_too_short() -> None:
    assert shapiro_wilk.run(pair([1, 2], [1, 2]), ["A"]).status == "too_short"


def test_friedman_of_two_conditions_points_to_the_signed_rank() -> None:
    found = friedman.run(pair([1, 2, 3], [2, 3, 4]), ["A", "B"])
    assert (found.status, found.notes) == ("not_applicable", ("two conditions: see the signed rank",))


def test_a_p_value_beyond_float64_keeps_its_logarithm() -> None:
    """Two groups of equal values, perfectly apart: H = N - 1, the square of a standard normal."""
    n = 20_000
    found = kruskal_wallis.run(pd.DataFrame({"A": np.zeros(n), "B": np.ones(n)}), ["A", "B"])
    assert found.statistic == pytest.approx(2 * n - 1, rel=1e-9)
    assert found.p == 0.0
    assert found.log10_p == pytest.approx(stats.norm.logsf(np.sqrt(2 * n - 1)) / np.log(10) + np.log10(2), rel=1e-9)


def test_cliffs_delta_of_mann_whitney_is_the_balance_of_pairs() -> None:
    found = mann_whitney.run(pair([1, 3, 5], [2, 3, 0]), ["A", "B"]).effect("cliffs_delta")
    assert found is not None
    assert found.value == pytest.approx((6 - 2) / 9)  # of nine pairs six are higher, two lower, one is tied


def test_assessor_means_count_each_item_once_even_if_it_was_repeated() -> None:
    rows = [("a", "i", 1, 10.0), ("a", "i", 2, 30.0), ("a", "j", 1, 50.0)]
    table = pd.DataFrame(rows, columns=["assessor", "item", "replicate", "score"]).assign(condition="A")
    assert assessor_means(table, ["A"]).loc["a", "A"] == 35.0
    assert rating_units(table.assign(page=table["item"]), ["A"])["A"].tolist() == [10.0, 30.0, 50.0]


def test_assessors_who_rated_other_items_per_condition_are_counted() -> None:
    rows = [("a", "i", "A", 1), ("a", "j", "B", 1), ("b", "i", "A", 1), ("b", "i", "B", 1), ("b", "j", "B", np.nan)]
    assert unequal_items(pd.DataFrame(rows, columns=["assessor", "item", "condition", "score"])) == 1
