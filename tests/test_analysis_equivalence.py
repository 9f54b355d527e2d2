"""Sameness: agreement with R's one-sided tests, exactness, margins, posterior and verdicts."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from r_goldens import PUBLIC, Golden, listed, load_set, sets

from analysis.equivalence import (
    asymptotic_tail,
    exact_tail,
    region,
    smallest_margin,
    tost_signed_rank,
    tost_t,
    verdict,
)


@pytest.fixture(params=sets("", PUBLIC))
def golden(request: pytest.FixtureRequest) -> Golden:
    return load_set(request.param)


def differences(golden: Golden) -> list[np.ndarray]:
    """Return differences of assessors' means as R's mean gives them: extended precision, rounded once."""
    cells = golden.ratings.groupby(["assessor", "condition"])["score"]
    means = cells.agg(lambda scores: float(np.sum(scores.to_numpy(dtype=np.longdouble)) / scores.size))
    rows: pd.DataFrame = means.unstack("condition")[golden.systems].dropna()
    return [(rows[a] - rows[b]).to_numpy() for a, b in itertools.combinations(golden.systems, 2)]


@pytest.mark.parametrize("margin", [5, 10])
def test_two_one_sided_t_tests_agree_with_r(golden: Golden, margin: int) -> None:
    expected = golden.r["within_participant_means"].get("wilcoxon")
    if expected is None:
        assert golden.r["within_participant_means"]["blocks"] < 2
        return
    for d, p in zip(differences(golden), listed(expected[f"tost_t_{margin}"]), strict=True):
        assert tost_t(d, margin) == (None if p is None else pytest.approx(p, rel=1e-9))


@pytest.mark.parametrize("margin", [5, 10])
def test_two_one_sided_signed_rank_tests_agree_with_r(golden: Golden, margin: int) -> None:
    """R does not round the shifted differences: as here, where its ties are to be met to the last bit."""
    expected = golden.r["within_participant_means"].get("wilcoxon")
    if expected is None:
        assert golden.r["within_participant_means"]["blocks"] < 2
        return
    for d, p in zip(differences(golden), listed(expected[f"tost_wilcoxon_{margin}"]), strict=True):
        found = max(asymptotic_tail(d + margin), asymptotic_tail(-(d - margin)))
        assert p is None or found == pytest.approx(p, rel=1e-9)


def test_the_exact_tail_is_that_of_full_enumeration() -> None:
    shifted = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0])
    ranks = np.array([4, 1.5, 5, 1.5, 6, 8, 3, 7])
    sums = [np.dot(ranks, signs) for signs in itertools.product([0, 1], repeat=8)]
    assert exact_tail(shifted) == np.mean(np.array(sums) >= ranks[shifted > 0].sum())


def test_values_on_a_bound_speak_for_neither_side() -> None:
    assert tost_signed_rank(np.full(6, 5.0), 5.0) == 1.0


def test_equal_differences_inside_the_margin_are_left_to_the_signed_rank() -> None:
    assert tost_t(np.zeros(8), 5.0) is None
    assert tost_signed_rank(np.zeros(8), 5.0) == 2.0**-8


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_differences_have_no_t(n: int) -> None:
    assert tost_t(np.ones(n), 5.0) is None
    assert region(np.ones(n), 5.0, rng=np.random.default_rng(1)) is None


def test_the_smallest_margin_is_the_one_at_which_the_test_turns() -> None:
    d = np.random.default_rng(4).normal(2, 6, 20)
    margin = smallest_margin(d, alpha=0.05)
    below, above = tost_t(d, margin - 1e-6), tost_t(d, margin + 1e-6)
    assert below is not None and above is not None
    assert below > 0.05 > above
    assert math.isnan(smallest_margin(np.ones(1), alpha=0.05))


def test_the_bayesian_bootstrap_has_rubins_mean_and_variance() -> None:
    """Of n values the posterior mean is theirs and its variance their population variance over n + 1 (Rubin 1981)."""
    d = np.random.default_rng(5).normal(0, 8, 20)
    spread = d.std() / math.sqrt(21)
    found = region(d, abs(d.mean()) + spread, rng=np.random.default_rng(6))
    assert found is not None
    assert sum(found) == pytest.approx(1)
    assert found.inside == pytest.approx(0.84, abs=0.06)  # one-sided one standard deviation, nearly normal


@pytest.mark.parametrize(
    ("different", "within", "words"),
    [
        (True, False, "different"),
        (True, True, "different, within margin"),
        (False, True, "equivalent"),
        (False, False, "undecided"),
    ],
)
def test_verdicts_are_words(different: bool, within: bool, words: str) -> None:
    assert verdict(different=different, within=within) == words
