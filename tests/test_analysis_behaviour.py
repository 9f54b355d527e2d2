"""Listening behaviour, items, precision and comments: what the report says beside the tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rated_studies import dataset_of, rated_study, ratings_table
from statsmodels.stats.power import TTestPower

from analysis.behaviour import position_effects
from analysis.behaviour_tables import behaviour_table, listening_table
from analysis.by_design import compare_default
from analysis.comments import comments_of, comments_table
from analysis.dataset import Dataset, read_study_ratings
from analysis.per_item import median_bounds, per_item
from analysis.precision import assessors_for_margin, detectable, power_of_sameness, precision_of
from analysis.tabular import as_csv

SLOPE = 1.5


def with_places(folder: Path, *, slope: float, noise: float = 0.0) -> Dataset:
    """Return ratings that rise with the place on the page, whose orders form a Latin square."""
    rng = np.random.default_rng(4)
    conditions = ("A", "B", "C", "D")
    rows = [
        {
            "assessor": f"a{person}",
            "item": f"i{item}",
            "condition": condition,
            "slot": (number + person + item) % 4 + 1,
            "page_position": (item + person) % 4 + 1,
            "score": 30 + 10 * number + 2 * person + 3 * item + rng.normal(0, noise),
            "n_plays": 2 + number,
            "page_s": 60.0,
        }
        for person in range(8)
        for item in range(4)
        for number, condition in enumerate(conditions)
    ]
    table = pd.DataFrame(rows)
    table["score"] += slope * table["slot"]
    return dataset_of(table, folder)


def test_a_planted_trend_over_places_is_found_exactly(tmp_path: Path) -> None:
    """Without noise the regression is exact, whatever assessors, items and conditions add."""
    found = {effect.name: effect for effect in position_effects(with_places(tmp_path, slope=SLOPE))}
    assert found["slot"].slope == pytest.approx(SLOPE, abs=1e-6)
    assert found["page_position"].slope == pytest.approx(0, abs=1e-6)
    assert [at.position for at in found["slot"].points] == [1, 2, 3, 4]


def test_without_a_trend_its_interval_holds_zero(tmp_path: Path) -> None:
    effect = next(e for e in position_effects(with_places(tmp_path, slope=0, noise=5)) if e.name == "slot")
    assert effect.low < 0 < effect.high


def test_positions_that_were_not_recorded_have_no_effect(tmp_path: Path) -> None:
    dataset = dataset_of(ratings_table(), tmp_path)
    assert position_effects(dataset) == []
    assert behaviour_table(dataset) is None
    assert listening_table(dataset) is None


def test_plays_are_described_by_condition(tmp_path: Path) -> None:
    dataset = with_places(tmp_path, slope=0)
    table = listening_table(dataset)
    assert table is not None
    assert [row[1] for row in table.rows] == ["2.0", "3.0", "4.0", "5.0"]
    whole = behaviour_table(dataset)
    assert whole is not None
    assert whole.rows[0][:3] == ("Time on a page (s)", "32", "60")  # one time a page, not one a rating


@pytest.mark.parametrize(("n", "low", "high"), [(6, 1, 6), (10, 2, 9), (20, 6, 15), (25, 8, 18)])
def test_the_interval_of_a_median_is_that_of_the_sign_test(n: int, low: int, high: int) -> None:
    """Conover (1999), table A3: order statistics with at least 95 % confidence."""
    assert median_bounds(np.arange(1.0, n + 1), level=0.95) == (low, high)


def test_five_ratings_have_no_interval() -> None:
    assert np.isnan(median_bounds(np.arange(5.0), level=0.95)).all()


def test_an_item_is_held_against_all_ratings_of_the_condition(tmp_path: Path) -> None:
    table = pd.DataFrame(
        [
            {"assessor": f"a{person}", "item": item, "condition": condition, "score": score}
            for person in range(3)
            for item, condition, score in (("x", "A", 10), ("y", "A", 30), ("x", "B", 50))
        ]
    )
    rows = per_item(dataset_of(table, tmp_path)).to_dict(orient="records")
    assert [(row["item"], row["condition"], row["median"], row["difference"]) for row in rows] == [
        ("x", "A", 10.0, -10.0),
        ("x", "B", 50.0, 0.0),
        ("y", "A", 30.0, 10.0),
    ]


@pytest.mark.parametrize(("n", "alpha"), [(5, 0.05), (20, 0.05), (20, 0.05 / 21), (60, 0.01)])
def test_the_detectable_difference_is_that_of_statsmodels(n: int, alpha: float) -> None:
    expected = TTestPower().solve_power(nobs=n, alpha=alpha, power=0.8)
    assert detectable(7.0, n, alpha=alpha) == pytest.approx(7.0 * float(np.ravel(expected)[0]), rel=2e-3)


def test_the_power_to_show_sameness_is_what_a_simulation_finds() -> None:
    """Two one-sided t tests of 20 normal differences, SD 12, margin 8; 20 000 samples: standard error .0035."""
    draws = np.random.default_rng(5).normal(0, 12, (20_000, 20))
    means, errors = draws.mean(axis=1), draws.std(axis=1, ddof=1) / np.sqrt(20)
    shown = float(np.mean(np.abs(means) + 1.7291328115213671 * errors < 8))
    assert power_of_sameness(8, 12, 20, alpha=0.05) == pytest.approx(shown, abs=0.0125)


def test_the_number_of_assessors_is_the_smallest_that_is_enough() -> None:
    n = assessors_for_margin(12, 8, alpha=0.05)
    assert n is not None
    assert power_of_sameness(8, 12, n, alpha=0.05) >= 0.8 > power_of_sameness(8, 12, n - 1, alpha=0.05)
    assert assessors_for_margin(12, 0.1, alpha=0.05) is None


def test_precision_is_given_for_every_difference_that_varies(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(), tmp_path))
    found = precision_of(comparison)
    assert [(one.condition, one.reference) for one in found] == [("A", "B"), ("A", "C"), ("B", "C")]
    difference = comparison.differences[0]
    assert found[0].half_width == pytest.approx((difference.high - difference.low) / 2)


def test_comments_are_counted_and_never_printed(tmp_path: Path) -> None:
    dataset = read_study_ratings(rated_study(tmp_path / "study"))
    comments = comments_of(dataset)
    assert comments is not None
    table = comments_table(comments, dataset)
    assert table.rows == (("the whole test", "", "1", "1", "4"),)
    assert "John" not in as_csv(table)
