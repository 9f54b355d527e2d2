"""The count matrix gives what scipy gives, and what the tests of inference give, whole results."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.counts import count_samples, kruskal_wallis_h, mann_whitney_u, mann_whitney_z
from analysis.inference import kruskal_wallis, mann_whitney
from analysis.pooled import independent_tests


def units(*, levels: int, rows: int = 60, missing: float = 0.2, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, levels, (rows, 5)).astype(float) + np.arange(5) * levels // 20
    values[rng.random(values.shape) < missing] = np.nan
    return pd.DataFrame(values, columns=list("ABCDE"))


@pytest.mark.parametrize("levels", [2, 5, 101, 1001])
def test_counts_agree_with_scipy(levels: int) -> None:
    table = units(levels=levels)
    samples = [table[name].dropna().to_numpy() for name in table]
    matrix = count_samples(samples)
    assert matrix is not None
    u = mann_whitney_u(matrix.counts)
    z = mann_whitney_z(matrix.counts, u)
    assert kruskal_wallis_h(matrix.counts) == pytest.approx(stats.kruskal(*samples).statistic, rel=1e-9)
    for i, j in itertools.permutations(range(5), 2):
        expected = stats.mannwhitneyu(samples[i], samples[j], method="asymptotic")
        assert u[i, j] == expected.statistic
        assert min(1.0, 2 * stats.norm.sf(z[i, j])) == pytest.approx(expected.pvalue, rel=1e-9)


@pytest.mark.parametrize("levels", [2, 101])
def test_pooled_tests_are_those_of_inference(levels: int) -> None:
    table, pairs = units(levels=levels), list(itertools.combinations("ABCDE", 2))
    omnibus, tests = independent_tests(table, list("ABCDE"), pairs, unit="rating")
    expected = kruskal_wallis.run(table, list("ABCDE"), unit="rating")
    assert (omnibus.id, omnibus.n, omnibus.df) == (expected.id, expected.n, expected.df)
    assert (omnibus.statistic, omnibus.p) == pytest.approx((expected.statistic, expected.p), rel=1e-9)
    assert [e.value for e in omnibus.effects] == pytest.approx([e.value for e in expected.effects], rel=1e-9)
    for pair, test in zip(pairs, tests, strict=True):
        plain = mann_whitney.run(table, pair, unit="rating")
        assert (test.id, test.groups, test.n, test.statistic) == (plain.id, plain.groups, plain.n, plain.statistic)
        assert (test.p, test.log10_p) == pytest.approx((plain.p, plain.log10_p), rel=1e-9)
        assert test.effects[: len(plain.effects)] == plain.effects


def test_a_pair_of_equal_values_is_identical_beside_others() -> None:
    table = pd.DataFrame({"A": [5.0, 5.0, 5.0], "B": [5.0, 5.0, 5.0], "C": [1.0, 2.0, 7.0]})
    _, (same, other, _) = independent_tests(table, list("ABC"), [("A", "B"), ("A", "C"), ("B", "C")], unit="rating")
    assert (same.status, same.p) == ("identical", None)
    assert other.status == "ok"


def test_a_condition_without_ratings_is_too_short_and_spoils_nothing() -> None:
    table = pd.DataFrame({"A": [1.0, 2.0, 3.0], "B": [2.0, 4.0, 6.0], "C": [np.nan] * 3})
    omnibus, (first, second) = independent_tests(table, list("ABC"), [("A", "B"), ("A", "C")], unit="rating")
    assert (omnibus.status, first.status, second.status) == ("too_short", "ok", "too_short")


def test_equal_ratings_have_no_h() -> None:
    matrix = count_samples([np.full(3, 50.0), np.full(4, 50.0)])
    assert matrix is not None
    assert math.isnan(kruskal_wallis_h(matrix.counts))


def test_too_many_levels_take_the_plain_path(monkeypatch: pytest.MonkeyPatch) -> None:
    table, pairs = units(levels=101), [("A", "B")]
    _, (by_counts,) = independent_tests(table, list("ABCDE"), pairs, unit="rating")
    monkeypatch.setattr("analysis.counts.LARGEST_CELLS", 10)
    _, (plain,) = independent_tests(table, list("ABCDE"), pairs, unit="rating")
    assert plain.p == pytest.approx(by_counts.p, rel=1e-9)
    assert replace(plain, effects=(), p=None, log10_p=None) == replace(by_counts, effects=(), p=None, log10_p=None)
