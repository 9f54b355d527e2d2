"""False findings and missed intervals in simulated studies whose truth is known; small, with honest bounds.

A rate of .05 in n studies gives a count that a binomial distribution bounds: the bounds below are its
quantiles at one in ten thousand, so that a test that holds its level fails here once in a lifetime.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.simulation import (
    ASSESSORS,
    CONDITIONS,
    ITEMS,
    SLOW_EVERY,
    Truth,
    coverage,
    draw,
    draw_groups,
    error_rates,
    group_coverage,
    group_error_rates,
    main,
    tolerance,
)

RUNS = 60
MOST = stats.binom.ppf(0.9999, RUNS, 0.05) / RUNS
FEWEST = stats.binom.ppf(0.0001, RUNS, 0.95) / RUNS
LIKINGS = Truth(name="assessors' likings 8", assessor_liking=8)


@pytest.fixture(scope="module")
def errors() -> dict[str, float]:
    return error_rates(LIKINGS, runs=RUNS)


@pytest.mark.parametrize("method", ["Friedman, means", "signed rank, means", "t, means"])
def test_tests_of_assessors_means_hold_their_level(errors: dict[str, float], method: str) -> None:
    assert errors[method] <= MOST


@pytest.mark.parametrize("method", ["Friedman, pages", "signed rank, pages"])
def test_single_pages_as_units_find_what_is_not_there(errors: dict[str, float], method: str) -> None:
    """1000 studies gave .363 and .342."""
    assert errors[method] > MOST


def test_intervals_over_assessors_hold_the_truth() -> None:
    covered = coverage(LIKINGS, runs=RUNS)
    assert covered["means, t"] >= FEWEST
    assert covered["bootstrap-t"] >= FEWEST
    assert covered["pages, paired t"] < covered["means, t"]


def test_ratings_are_drawn_on_the_slider_with_the_spread_asked_for() -> None:
    rng = np.random.default_rng(1)
    drawn = np.stack([draw(Truth(name="", assessor=0, item=0, error=8), rng) for _ in range(20)])
    assert drawn.shape[1:] == (ASSESSORS, ITEMS, CONDITIONS)
    assert (drawn == np.round(drawn)).all() and drawn.min() >= 0 and drawn.max() <= 100
    assert drawn.std() == pytest.approx(8, rel=0.03)


@pytest.mark.parametrize("method", ["mixed model, F", "mixed model, Holm", "sign flips, maxT"])
def test_the_slow_methods_hold_their_level_in_the_studies_that_they_run_in(
    errors: dict[str, float], method: str
) -> None:
    n = RUNS // SLOW_EVERY
    assert errors[method] <= stats.binom.ppf(0.9999, n, 0.05) / n


def test_only_the_model_holds_its_level_where_conditions_were_heard_on_other_items() -> None:
    found = error_rates(Truth(name="parts", item=15, unheard=3), runs=RUNS)
    n = RUNS // SLOW_EVERY
    assert found["signed rank, means"] > MOST
    assert max(found["mixed model, F"], found["mixed model, Holm"]) <= stats.binom.ppf(0.9999, n, 0.05) / n
    covered = coverage(Truth(name="parts", item=15, unheard=3), runs=RUNS)
    assert covered["means, t"] < FEWEST
    assert covered["mixed model, t"] >= stats.binom.ppf(0.0001, n, 0.95) / n


def test_tests_of_different_assessors_hold_their_level_and_welchs_interval_its_own() -> None:
    found = group_error_rates(Truth(name="groups"), runs=RUNS)
    assert max(found.values()) <= MOST
    assert group_coverage(LIKINGS, runs=RUNS)["Welch t"] >= FEWEST


def test_each_column_has_the_tolerance_of_the_studies_that_it_rests_on() -> None:
    """1.96 standard errors of a share of .05 in 1000, and in 100, studies."""
    assert tolerance("t, means", 1000) == pytest.approx(0.01351, abs=1e-5)
    assert tolerance("mixed model, F", 1000) == pytest.approx(0.04272, abs=1e-5)


def test_an_unheard_condition_has_no_ratings_and_groups_have_no_assessor_in_common() -> None:
    rng = np.random.default_rng(2)
    drawn = draw(Truth(name="", unheard=2), rng)
    assert np.isnan(drawn[:, :2, 0]).all() and not np.isnan(drawn[:, 2:]).any() and not np.isnan(drawn[:, :, 1:]).any()
    means = np.stack([draw_groups(Truth(name="", assessor=30, error=0), rng) for _ in range(20)])
    assert abs(np.corrcoef(means[:, :, 0].ravel(), means[:, :, 1].ravel())[0, 1]) < 0.2


def test_the_command_prints_all_tables(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--runs", "1"])
    out = capsys.readouterr().out
    assert "false finding (should be .05)" in out
    assert "intervals that hold the true difference" in out
    assert out.count("by chance") == 6
