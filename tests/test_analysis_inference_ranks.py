"""Tests on ranks and spread beyond the paper's: worked examples, identities and edge cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.inference import (
    brown_forsythe,
    dunn,
    friedman,
    iman_davenport,
    kruskal_wallis,
    shapiro_wilk,
    signed_rank,
    signed_rank_asymptotic,
    skillings_mack,
)

MISSING = np.nan


def table(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def normal_table(rows: int = 10, columns: str = "ABC", seed: int = 3) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(rows, len(columns)))
    return pd.DataFrame(values + np.arange(len(columns)) / 2, columns=list(columns))


def test_skillings_mack_reproduces_the_published_example() -> None:
    """Assembly times of Skillings and Mack (1981), also in Hollander and Wolfe: T = 15.493, p = .0014 at 3 df."""
    times = table(
        A=[3.2, 3.1, 4.3, 3.5, 3.6, 4.5, MISSING, 4.3, 3.5],
        B=[4.1, 3.9, 3.5, 3.6, 4.2, 4.7, 4.2, 4.6, MISSING],
        C=[3.8, 3.4, 4.6, 3.9, 3.7, 3.7, 3.4, 4.4, 3.7],
        D=[4.2, 4.0, 4.8, 4.0, 3.9, MISSING, MISSING, 4.9, 3.9],
    )
    found = skillings_mack.run(times, list("ABCD"))
    assert (round(found.statistic or 0, 3), found.df, round(found.p or 0, 4)) == (15.493, 3, 0.0014)


def test_skillings_mack_uses_units_that_friedman_must_leave_out() -> None:
    values = normal_table(9, "ABCD")
    for row in range(9):
        values.iloc[row, row % 4] = MISSING
    assert friedman.run(values, list("ABCD")).status == "too_short"
    assert skillings_mack.run(values, list("ABCD")).n == 9


def test_skillings_mack_of_sets_that_no_unit_links_is_not_applicable() -> None:
    values = table(A=[1, 2, 3, MISSING], B=[2, 3, 1, MISSING], C=[MISSING] * 4, D=[MISSING] * 3 + [1.0])
    found = skillings_mack.run(values.assign(E=[MISSING] * 3 + [2.0]), list("ABDE"))
    assert found.status == "not_applicable"
    assert "no unit links" in found.notes[0]


def test_skillings_mack_keeps_its_level_when_a_third_is_missing() -> None:
    """250 null studies of 12 people and 5 conditions: not above .05 by more than two standard errors of drawing."""
    rng = np.random.default_rng(11)
    rejected = 0
    for _ in range(250):
        values = rng.normal(size=(12, 5)) + rng.normal(0, 3, size=(12, 1))
        values[rng.random(values.shape) < 0.3] = MISSING
        found = skillings_mack.run(pd.DataFrame(values, columns=list("ABCDE")), list("ABCDE"))
        rejected += (found.p or 1) < 0.05
    assert 0.02 < rejected / 250 < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 250)


def test_iman_davenport_is_the_analysis_of_variance_of_the_ranks() -> None:
    """F of conditions in a two-way analysis of variance of within-unit ranks (Conover and Iman 1981)."""
    values = normal_table(8, "ABCD")
    ranks = stats.rankdata(values.to_numpy(), axis=1)
    between = 8 * np.sum((ranks.mean(axis=0) - 2.5) ** 2)
    rest = np.sum((ranks - 2.5) ** 2) - between
    found = iman_davenport.run(values, list("ABCD"))
    assert found.statistic == pytest.approx(between / 3 / (rest / 21), rel=1e-12)
    assert found.df == (3.0, 21.0)


def test_iman_davenport_of_perfect_agreement_points_to_friedman() -> None:
    values = table(A=[1, 2, 3], B=[2, 3, 4], C=[3, 4, 5])
    found = iman_davenport.run(values, list("ABC"))
    assert (found.status, found.p) == ("not_applicable", None)
    assert "F is infinite" in found.notes[-1]


def test_brown_forsythe_equals_scipys_levene_around_medians() -> None:
    values = normal_table(11, "ABC") * [1, 2, 3]
    found = brown_forsythe.run(values, list("ABC"))
    expected = stats.levene(*values.to_numpy().T, center="median")
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-12)


def test_brown_forsythe_without_any_spread_is_identical() -> None:
    found = brown_forsythe.run(table(A=[1, 1, 1], B=[5, 5, 5]), ["A", "B"])
    assert (found.status, found.notes) == ("identical", ("no condition's values spread at all",))


def test_brown_forsythe_of_constant_distances_is_not_applicable() -> None:
    """Distances 1 1 and 2 2: the ratio's denominator is 0."""
    found = brown_forsythe.run(table(A=[0, 2], B=[0, 4]), ["A", "B"])
    assert found.status == "not_applicable"


def test_dunn_of_two_conditions_without_ties_squares_to_kruskal_wallis() -> None:
    values = normal_table(9, "AB")
    (found,) = dunn.run(values, ["A", "B"], [("A", "B")])
    assert found.statistic is not None
    assert found.statistic**2 == pytest.approx(kruskal_wallis.run(values, ["A", "B"]).statistic, rel=1e-12)


def test_dunn_turns_its_sign_with_the_pair_and_is_positive_if_the_first_is_higher() -> None:
    values = normal_table(9, "ABC").assign(A=lambda given: given["A"] + 5)
    above, below = dunn.run(values, list("ABC"), [("A", "B"), ("B", "A")])
    assert above.statistic == -(below.statistic or 0)
    assert (above.statistic or 0) > 0


def test_dunn_ranks_over_all_conditions_not_over_the_pair() -> None:
    """Values of C between those of A and B push their mean ranks apart; Mann-Whitney of A and B sees nothing."""
    near = table(A=[1, 2, 3], B=[4, 5, 6], C=[10, 11, 12])
    between = table(A=[1, 2, 3], B=[14, 15, 16], C=[10, 11, 12])
    z = [dunn.run(values, list("ABC"), [("A", "B")])[0].statistic for values in (near, between)]
    assert z == pytest.approx([-3 / np.sqrt(7.5 * 2 / 3), -6 / np.sqrt(7.5 * 2 / 3)], rel=1e-12)


def test_asymptotic_signed_rank_stands_beside_the_exact_one() -> None:
    """Six rises: z = (21 - 10.5 - .5) / sqrt(6 x 7 x 13 / 24), two-sided p = .03603; exact: 2 of 64 patterns."""
    values = table(A=[1, 2, 3, 4, 5, 6], B=[0] * 6)
    found, exact = (test.run(values, ["A", "B"]) for test in (signed_rank_asymptotic, signed_rank))
    assert (found.statistic, round(found.p or 0, 5)) == (21.0, 0.03603)
    assert exact.p == 2 / 64


def test_shapiro_wilk_does_not_depend_on_the_order_of_the_values() -> None:
    """Scipy centres on whichever value stands in the middle: the last digits would change."""
    values = np.random.default_rng(4).integers(0, 100, 31).astype(float)
    results = {
        shapiro_wilk.run(pd.DataFrame({"A": np.roll(values, shift)}), ["A"]).statistic for shift in range(values.size)
    }
    assert len(results) == 1
