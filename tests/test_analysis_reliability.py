"""Reliability coefficients: against R, a published example, and what mathematics demands."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from r_goldens import PUBLIC, load_set, sets
from rated_studies import dataset_of, ratings_table

from analysis.reliability.cells import cell_matrix, complete_block, numbers, repeated_ratings
from analysis.reliability.icc import icc
from analysis.reliability.icc_reml import icc_reml
from analysis.reliability.kendall import concordance_w
from analysis.reliability.krippendorff import Level, alpha
from analysis.reliability.leave_one_out import leave_one_out
from analysis.reliability.lin import concordance
from analysis.reliability.summary import Coefficient, reliability_of
from analysis.units import assessor_means
from evalkit.errors import DataError

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: four observers, twelve units.
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
        [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
    ]
).T
# The PyPI package krippendorff 0.9.0 on the synthetic sets: an independent implementation.
KRIPPENDORFF = {
    "syn_paperlike": {"interval": 0.7236105897738561, "ordinal": 0.6916744701443418},
    "syn_ties": {"interval": 0.16854676653269995, "ordinal": 0.15150630756489492},
    "syn_constant": {"interval": 0.7611020246121311, "ordinal": 0.634817003482262},
    "syn_unbalanced": {"interval": 0.27210826708457325, "ordinal": 0.2894886332953155},
}
TABLE = arrays(np.float64, (5, 4), elements=st.integers(0, 20).map(float))


def golden(name: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    read = load_set(name)
    return read.ratings, read.r


SETS = sets("", PUBLIC)


@pytest.mark.parametrize("name", SETS)
def test_the_icc_and_its_interval_agree_with_psych_in_r(name: str) -> None:
    ratings, r = golden(name)
    complete = cell_matrix(ratings).dropna(axis="columns")
    if "icc" not in r or not isinstance(r["icc"], dict):
        assert complete.shape[1] <= 2
        return
    found = icc(numbers(complete))
    for key, ours in (("ICC2", found.a_1), ("ICC2k", found.a_k), ("ICC3", found.c_1), ("ICC3k", found.c_k)):
        expected = r["icc"][key]
        assert (ours.value, ours.low, ours.high) == pytest.approx(
            (expected["ICC"], expected["lo"], expected["hi"]), rel=1e-9
        )


@pytest.mark.parametrize("name", SETS)
def test_kendalls_w_agrees_with_r(name: str) -> None:
    ratings, r = golden(name)
    expected = r["within_participant_means"].get("kendall_W")
    if expected is not None:
        means = assessor_means(ratings, r["systems"]).dropna().T
        assert concordance_w(numbers(means)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_gives_krippendorffs_own_example_at_all_four_levels(level: Level, expected: float) -> None:
    assert alpha(FOUR_OBSERVERS, level=level) == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize("name", KRIPPENDORFF)
@pytest.mark.parametrize("level", ["interval", "ordinal"])
def test_alpha_agrees_with_another_implementation(name: str, level: Level) -> None:
    ratings, _ = golden(name)
    assert alpha(numbers(cell_matrix(ratings)), level=level) == pytest.approx(KRIPPENDORFF[name][level], rel=1e-9)


@pytest.mark.reference
@pytest.mark.parametrize("name", PUBLIC)
def test_alpha_of_public_ratings_agrees_with_another_implementation(name: str) -> None:
    ratings, _ = golden(name)
    expected = json.loads((Path(os.environ["EVALKIT_REFERENCE"]) / "golden" / "krippendorff.json").read_text())[name]
    for level, value in expected.items():
        assert alpha(numbers(cell_matrix(ratings)), level=level) == pytest.approx(value, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(TABLE)
def test_alpha_and_w_do_not_depend_on_who_is_who_or_on_the_order_of_cells(table: np.ndarray[Any, Any]) -> None:
    turned = table[::-1, ::-1]
    if np.ptp(table) > 0:
        for level in ("nominal", "ordinal", "interval", "ratio"):
            assert alpha(turned, level=level) == pytest.approx(alpha(table, level=level), abs=1e-12)
    if np.ptp(table, axis=0).any():
        assert concordance_w(turned) == pytest.approx(concordance_w(table), abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(TABLE)
def test_the_interval_alpha_of_two_assessors_follows_from_their_squared_differences(
    table: np.ndarray[Any, Any],
) -> None:
    """1 - alpha: (2n - 1) / 2n times the mean squared difference over twice the variance of all 2n values."""
    first, second = table[:, 0], table[:, 1]
    if np.ptp(table[:, :2]) > 0:
        values = np.concatenate([first, second])
        expected = 1 - (values.size - 1) * np.mean((first - second) ** 2) / (2 * values.size * np.var(values))
        assert alpha(table[:, :2], level="interval") == pytest.approx(expected, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(TABLE)
def test_lins_coefficient_is_one_minus_the_share_of_the_squared_differences(table: np.ndarray[Any, Any]) -> None:
    """Lin (1989), equation 2: 1 - E(x - y)^2 / (var x + var y + (mean x - mean y)^2), with ddof = 0."""
    first, second = table[:, 0], table[:, 1]
    spread = np.var(first) + np.var(second) + (first.mean() - second.mean()) ** 2
    if spread > 0:
        assert concordance(first, second) == pytest.approx(1 - np.mean((first - second) ** 2) / spread, abs=1e-12)


def test_lins_coefficient_falls_when_all_second_ratings_are_higher_and_a_correlation_does_not() -> None:
    first = np.array([10.0, 20, 30, 40])
    assert concordance(first, first) == 1
    assert concordance(first, first + 10) == pytest.approx(2 * 125 / (250 + 100))  # var 125 each, shift 10
    assert np.corrcoef(first, first + 10)[0, 1] == pytest.approx(1)


def test_perfect_agreement_is_one_everywhere_and_has_no_interval() -> None:
    table = np.tile([[10.0], [50], [80]], (1, 4))
    found = icc(table)
    assert [one.value for one in (found.a_1, found.a_k, found.c_1, found.c_k)] == [1, 1, 1, 1]
    assert (found.a_1.low, found.c_k.high) == (None, None)
    assert concordance_w(table) == pytest.approx(1)
    assert alpha(table, level="interval") == 1


def test_a_severe_assessor_lowers_absolute_agreement_and_leaves_consistency() -> None:
    table = np.array([[10.0, 30], [50, 70], [80, 100]])
    found = icc(table)
    assert found.c_1.value == pytest.approx(1)
    assert found.a_1.value is not None and found.a_1.value < 0.95


def test_two_opposite_assessors_have_no_icc_of_their_mean() -> None:
    found = icc(np.array([[0.0, 10], [5, 5], [10, 0]]))
    assert found.c_1.value == pytest.approx(-1)
    assert found.c_k.value is None


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda: icc(np.full((3, 3), 50.0)), "all are equal"),
        (lambda: icc(np.array([[1.0, np.nan], [2, 3]])), "complete table"),
        (lambda: icc(np.ones((1, 4))), "found 1 by 4"),
        (lambda: alpha(np.full((3, 3), 50.0), level="interval"), "all are equal"),
        (lambda: alpha(np.array([[1.0, np.nan], [np.nan, 3]]), level="interval"), "found none"),
        (lambda: alpha(np.array([[-1.0, 2], [3, 3]]), level="ratio"), "found -1"),
        (lambda: concordance_w(np.full((3, 3), 50.0)), "tells the cells apart"),
        (lambda: concordance(np.array([1.0]), np.array([2.0])), "two pairs"),
        (lambda: concordance(np.array([1.0, 1]), np.array([1.0, 1])), "all are equal"),
    ],
)
def test_what_has_no_coefficient_is_one_clear_error(compute: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        compute()


def test_the_others_mean_leaves_the_assessor_out() -> None:
    """Against a mean that included the own ratings, the odd one would not be at -1."""
    cells = pd.DataFrame({"a": [10.0, 20, 30], "b": [1.0, 2, 3], "odd": [90.0, 50, 5]})
    found = {one.assessor: one.correlation for one in leave_one_out(cells)}
    assert found["odd"] == pytest.approx(-1)
    assert found["a"] == pytest.approx(-1)  # b and odd together fall


def test_without_shared_cells_or_spread_there_is_no_agreement() -> None:
    cells = pd.DataFrame({"a": [10.0, 20, 30, np.nan], "flat": [5.0, 5, 5, 5], "alone": [np.nan, np.nan, np.nan, 1]})
    assert {one.assessor: (one.n, one.correlation) for one in leave_one_out(cells)} == {
        "a": (3, None),
        "flat": (4, None),
        "alone": (1, None),
    }


def test_of_incomplete_ratings_the_larger_complete_part_is_taken() -> None:
    cells = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 5], "c": [np.nan, 1, 2, 3]})
    assert complete_block(cells).shape == (3, 3)
    assert complete_block(cells.assign(d=[1.0, 2, 3, 4])).shape == (4, 3)


def test_repeated_ratings_are_paired_in_their_order() -> None:
    rows = [("a", "i", "A", 3, 30.0), ("a", "i", "A", 1, 10.0), ("a", "i", "A", 2, 20.0), ("b", "i", "A", 1, 5.0)]
    table = pd.DataFrame(rows, columns=["assessor", "item", "condition", "replicate", "score"])
    pairs = repeated_ratings(table.assign(page="p", page_position=np.nan))
    assert pairs[["first", "second"]].to_numpy().tolist() == [[10, 20], [20, 30]]


def coefficients(table: pd.DataFrame, folder: Path) -> dict[str, Coefficient]:
    return {one.name: one for one in reliability_of(dataset_of(table, folder))}


def test_the_summary_says_what_was_left_out(tmp_path: Path) -> None:
    table = ratings_table()
    lost = table[~((table["assessor"] == "a0") & (table["condition"] == "A"))]
    found = coefficients(lost, tmp_path)
    assert found["icc_a_1"].note == "9 cells by 5 assessors of 9 cells by 6 assessors, which are incomplete"
    assert (found["icc_a_1"].n, found["icc_a_1"].n_assessors) == (9, 5)
    assert "1 assessor left out" in found["kendalls_w"].note
    assert found["krippendorffs_alpha_interval"].n_assessors == 6


def test_a_second_rating_gives_test_retest_in_the_summary(tmp_path: Path) -> None:
    table = ratings_table().assign(replicate=1)
    again = table.assign(replicate=2, score=(table["score"] + 4).clip(upper=100))
    found = coefficients(pd.concat([table, again]), tmp_path)
    assert found["retest_mean_absolute_difference"].value == pytest.approx(4)
    assert found["retest_ccc"].n == len(table)
    assert found["retest_ccc"].value == pytest.approx(concordance(table["score"].to_numpy(), again["score"].to_numpy()))


@pytest.mark.parametrize("assessors", [1, 4])
@pytest.mark.parametrize("items", [1, 3])
def test_constant_ratings_and_single_assessors_have_reasons_in_place_of_values(
    tmp_path: Path, assessors: int, items: int
) -> None:
    for coefficient in reliability_of(
        dataset_of(ratings_table(assessors=assessors, items=items).assign(score=50.0), tmp_path)
    ):
        assert coefficient.value is None
        assert coefficient.status == "not_applicable"
        assert coefficient.note


def crossed(rng: np.random.Generator, cells: int, assessors: int, *, missing: float) -> np.ndarray[Any, Any]:
    """Draw ratings with standard deviations 2 of cells, 1 of assessors and 2 of the rest: ICC(A,1) is 4 / 9."""
    table = rng.normal(0, 2, (cells, 1)) + rng.normal(0, 1, (1, assessors)) + rng.normal(0, 2, (cells, assessors))
    return np.where(rng.random(table.shape) < missing, np.nan, table)


def test_variance_components_of_a_complete_table_give_the_icc_of_the_analysis_of_variance() -> None:
    """REML equals the analysis of variance where that estimates no variance below 0."""
    table = crossed(np.random.default_rng(1), 25, 8, missing=0)
    ours, theirs = icc_reml(table), icc(table)
    assert ours.k == 8
    for one, other in ((ours.a_1, theirs.a_1), (ours.a_k, theirs.a_k)):
        assert one.value == pytest.approx(other.value, rel=1e-4)
        assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=0.06)


def test_the_icc_of_sparse_ratings_is_right_on_average_and_its_interval_covers() -> None:
    """Each cell has about half of 15 assessors; 60 tables, so that .95 gives at least .83 but once in 10 000."""
    rng = np.random.default_rng(2)
    found = [icc_reml(crossed(rng, 30, 15, missing=0.5)).a_1 for _ in range(60)]
    assert np.mean([one.value for one in found]) == pytest.approx(4 / 9, abs=0.04)
    held = [one.low is not None and one.high is not None and one.low <= 4 / 9 <= one.high for one in found]
    assert np.mean(held) >= 0.83


def test_ratings_without_any_complete_part_have_an_icc_of_all_ratings(tmp_path: Path) -> None:
    table = ratings_table(assessors=8, items=6)
    person, item = table["assessor"].str[-1].astype(int), table["item"].str[-1].astype(int)
    found = coefficients(table[(person + item) % 3 == 0], tmp_path)
    assert found["icc_a_1"].value is None
    value = found["icc_a_1_reml"]
    assert value.value is not None and value.low is not None and value.high is not None
    assert 0 < value.low < value.value < value.high < 1
    assert "REML" in value.basis
    assert (value.n, value.n_assessors) == (18, 8)
    assert "harmonic mean number of ratings of a cell" in found["icc_a_k_reml"].note


def test_a_complete_table_has_the_icc_of_the_analysis_of_variance_only(tmp_path: Path) -> None:
    assert not [name for name in coefficients(ratings_table(), tmp_path) if name.endswith("_reml")]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.array([[1.0, np.nan], [np.nan, 3]]), "several assessors rated"),
        (np.where(np.eye(3) == 1, np.nan, 50.0), "all are equal"),
        (np.where(np.eye(4) == 1, np.nan, np.add.outer([1.0, 5, 9, 20], [0.0, 2, 3, 7])), "without a residual"),
    ],
)
def test_what_has_no_variance_components_is_one_clear_error(table: np.ndarray[Any, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        icc_reml(table)
