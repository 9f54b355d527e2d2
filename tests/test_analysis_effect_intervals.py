"""Intervals of effects over resampled assessors, and sameness of conditions that different assessors rated."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rated_studies import dataset_of, paperlike, ratings_table
from scipy import stats

from analysis.as_paper import compare_as_paper
from analysis.by_design import compare_default
from analysis.comparison import Comparison
from analysis.counts import kruskal_wallis_h, kruskal_wallis_hs
from analysis.dataset import Dataset
from analysis.effects import rank_biserial
from analysis.equivalence import region_of_groups
from analysis.inference.signed_rank import positive_ranks
from analysis.mean_difference import independent
from analysis.precision import precision_of
from analysis.resampling import (
    delta_interval,
    draw_weights,
    draw_weights_within,
    rank_biserial_interval,
    rank_variance_interval,
)
from analysis.results import Scores

RUNS = 60
FEWEST = stats.binom.ppf(0.0001, RUNS, 0.93) / RUNS  # BCa intervals of 20 assessors cover about .93


def between(folder: Path, *, assessors: int = 12, margin: float | None = None) -> Dataset:
    """Let each assessor rate one of three conditions."""
    table = ratings_table(assessors=assessors)
    table["assessor"] += table["condition"]
    dataset = dataset_of(table, folder)
    return replace(dataset, plan=dataset.plan.model_copy(update={"margin": margin}))


@pytest.fixture(scope="module")
def comparisons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Comparison]:
    folder = tmp_path_factory.mktemp("effects")
    paper = dataset_of(paperlike(), folder / "paper")
    return {
        "repeated": compare_default(paper),
        "as paper": compare_as_paper(paper),
        "between": compare_default(between(folder / "between", margin=5)),
    }


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("repeated", {"rank_biserial", "cliffs_delta", "vargha_delaney_a", "hodges_lehmann", "mean_difference"}),
        ("as paper", {"epsilon_squared", "eta_squared_h", "cliffs_delta", "vargha_delaney_a"}),
        ("between", {"epsilon_squared", "eta_squared_h", "cliffs_delta", "vargha_delaney_a", "mean_difference"}),
    ],
)
def test_every_effect_has_a_labelled_interval_that_holds_the_estimate(
    comparisons: dict[str, Comparison], mode: str, names: set[str]
) -> None:
    effects = [effect for test in comparisons[mode].tests for effect in test.effects if effect.name in names]
    assert {effect.name for effect in effects} == names
    for effect in effects:
        assert effect.low is not None and effect.high is not None and effect.level is not None, effect
        assert effect.low - 1e-12 <= effect.value <= effect.high + 1e-12, effect
        assert effect.method
    shares = [effect for effect in effects if effect.name in ("epsilon_squared", "eta_squared_h")]
    assert all("biased upward near 0" in effect.method for effect in shares)


def test_the_papers_deltas_are_those_of_whole_assessors(comparisons: dict[str, Comparison]) -> None:
    for pooled in comparisons["as paper"].pairs:
        own = comparisons["repeated"].pair(*pooled.groups)
        assert own is not None
        ours, theirs = (test.effect("cliffs_delta") for test in (own, pooled))
        assert ours is not None and theirs is not None
        assert (theirs.value, theirs.low, theirs.high) == pytest.approx((ours.value, ours.low, ours.high))
        assert "10000 resamples of assessors" in theirs.method


def test_weighted_rank_biserial_is_that_of_the_repeated_differences() -> None:
    """A replicate drawn as weights and the same replicate written out; ties and zeros included."""
    d = np.array([3.0, -1, 1, 0, 2, 2, -5, np.nan])
    weights = np.array([[2, 1, 0, 3, 1, 1, 0, 2], [0, 2, 2, 0, 0, 1, 2, 1]])
    low, high = rank_biserial_interval(d, weights, level=0.999999)
    found = []
    for row in weights:
        nonzero = np.repeat(d, row)
        nonzero = nonzero[~np.isnan(nonzero) & (nonzero != 0)]
        found.append(rank_biserial(positive_ranks(nonzero), nonzero.size))
    assert (low, high) == pytest.approx((min(found), max(found)), abs=2e-3)


def test_h_of_many_matrices_is_h_of_each() -> None:
    counts = np.random.default_rng(1).integers(0, 5, (4, 9, 3)).astype(float)
    assert kruskal_wallis_hs(counts) == pytest.approx([kruskal_wallis_h(one) for one in counts], rel=1e-12)
    samples = [np.repeat(np.arange(9.0), counts[0, :, k].astype(int)) for k in range(3)]
    assert kruskal_wallis_h(counts[0]) == pytest.approx(stats.kruskal(*samples).statistic, rel=1e-12)


def test_the_rank_biserials_interval_covers() -> None:
    """Normal differences: the chance that a Walsh average is positive is known, of i = j as well."""
    rng, n, mean = np.random.default_rng(2), 20, 0.5
    pairs = 2 * stats.norm.cdf(math.sqrt(2) * mean) - 1
    truth = ((n - 1) * pairs + 2 * (2 * stats.norm.cdf(mean) - 1)) / (n + 1)
    weights = draw_weights(n, rng=rng, replicates=1000)
    bounds = [rank_biserial_interval(rng.normal(mean, 1, n), weights) for _ in range(RUNS)]
    assert np.mean([low <= truth <= high for low, high in bounds]) >= FEWEST


def test_deltas_interval_of_different_assessors_covers() -> None:
    rng, sizes, shift = np.random.default_rng(3), (15, 25), 0.7
    truth = 2 * stats.norm.cdf(shift / math.sqrt(2)) - 1
    weights, owners = draw_weights_within(sizes, rng=rng, replicates=1000), np.arange(40)
    held = []
    for _ in range(RUNS):
        first = Scores(rng.normal(shift, 1, 15), owners[:15])
        second = Scores(rng.normal(0, 1, 25), owners[15:])
        _, low, high = delta_interval(first, second, weights)
        held.append(low <= truth <= high)
    assert np.mean(held) >= FEWEST


def test_epsilon_squareds_interval_covers_a_clear_difference() -> None:
    """The truth is that of 200 000 ratings; 60 assessors per condition, shifts of 0, 1 and 2 standard deviations."""
    rng = np.random.default_rng(4)
    many = [rng.normal(k, 1, 200_000) for k in range(3)]
    truth = stats.kruskal(*many).statistic / (600_000 - 1)
    weights, owners = draw_weights_within([60] * 3, rng=rng, replicates=400), np.split(np.arange(180), 3)
    held = []
    for _ in range(RUNS):
        samples = [Scores(rng.normal(k, 1, 60), owners[k]) for k in range(3)]
        low, high = rank_variance_interval(samples, weights, lambda h, n: h / (n - 1))
        held.append(low <= truth <= high)
    assert np.mean(held) >= stats.binom.ppf(0.0001, RUNS, 0.9) / RUNS


def test_welchs_difference_is_scipys() -> None:
    rng = np.random.default_rng(5)
    first, second = rng.normal(3, 4, 11), rng.normal(0, 9, 17)
    found, expected = independent(first, second), stats.ttest_ind(first, second, equal_var=False)
    assert (found.value / found.se, found.df) == pytest.approx((expected.statistic, expected.df), rel=1e-12)
    ends = expected.confidence_interval(0.9)
    assert found.interval(0.9) == pytest.approx((ends.low, ends.high), rel=1e-12)


def test_conditions_rated_by_different_assessors_have_differences_and_sameness(
    comparisons: dict[str, Comparison],
) -> None:
    comparison = comparisons["between"]
    assert [(d.condition, d.reference, d.method) for d in comparison.differences] == [
        ("A", "B", "independent_means"),
        ("A", "C", "independent_means"),
        ("B", "C", "independent_means"),
    ]
    means = {name: row for name, row in comparison.described["assessor_mean"].items()}
    first = comparison.differences[0]
    assert first.estimate == pytest.approx(means["A"] - means["B"])
    assert first.p_t is not None and first.p_signed_rank is None
    assert first.region is not None and sum(first.region) == pytest.approx(1)
    test = comparison.pair("A", "B")
    effect = None if test is None else test.effect("mean_difference")
    assert effect is not None and (effect.low, effect.high) == (first.low, first.high)
    assert precision_of(comparison)[0].half_width == pytest.approx((first.high - first.low) / 2)


def test_groups_that_are_alike_are_equivalent_within_a_wide_margin(tmp_path: Path) -> None:
    table = ratings_table(("A", "B"), assessors=20)
    table["score"] = 50 + np.random.default_rng(8).normal(0, 4, len(table)).round(1)
    table["assessor"] += table["condition"]
    dataset = dataset_of(table, tmp_path)
    for margin, words in ((10.0, "equivalent"), (0.2, "undecided")):
        plan = dataset.plan.model_copy(update={"margin": margin})
        (found,) = compare_default(replace(dataset, plan=plan)).differences
        assert found.verdict == words


def test_the_groups_posterior_has_the_sum_of_their_variances() -> None:
    """Rubin (1981): each mean's posterior variance is the population variance over n + 1."""
    rng = np.random.default_rng(7)
    first, second = rng.normal(4, 6, 20), rng.normal(0, 9, 30)
    spread = math.sqrt(first.var() / 21 + second.var() / 31)
    found = region_of_groups(first, second, abs(first.mean() - second.mean()) + spread, rng=rng)
    assert found is not None
    assert found.inside == pytest.approx(0.84, abs=0.06)
    assert region_of_groups(first[:1], second, 5.0, rng=rng) is None


def test_one_assessor_of_a_condition_gives_no_interval_and_no_crash(tmp_path: Path) -> None:
    table = ratings_table(("A", "B"), assessors=5)
    table["assessor"] += table["condition"]
    few = table[(table["condition"] == "A") | (table["assessor"] == "a0B")]
    (found,) = compare_default(dataset_of(pd.DataFrame(few), tmp_path)).differences
    assert math.isnan(found.low)
    assert found.as_dict()["low"] is None


def test_pooled_tests_of_very_many_assessors_stay_without_resampling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.pair_effects.LARGEST_POOLED", 6**2 * 3 - 1)
    pairs = compare_as_paper(dataset_of(ratings_table(), tmp_path)).pairs
    assert {effect.low for test in pairs for effect in test.effects if effect.name == "cliffs_delta"} == {None}
