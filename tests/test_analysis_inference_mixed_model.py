"""The mixed model against the closed forms of balanced designs, and where a design carries less."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.inference import friedman, mixed_model
from analysis.inference.mixed_model import reml
from analysis.inference.mixed_model.fit import NoModelError, fit
from analysis.units import assessor_means, rating_units
from evalkit.errors import DataError


def units(scores: np.ndarray, *, replicates: int = 1) -> pd.DataFrame:
    """Return single ratings of (assessors, items x replicates, conditions) scores."""
    assessors, rows, conditions = scores.shape
    keys = [
        (f"a{person:03}", f"i{row // replicates}", f"p{row}", 1) for person in range(assessors) for row in range(rows)
    ]
    index = pd.MultiIndex.from_tuples(keys, names=["assessor", "item", "page", "replicate"])
    return pd.DataFrame(scores.reshape(-1, conditions), index=index, columns=list("ABCDEFGH")[:conditions])


def drawn(
    rng: np.random.Generator,
    shape: tuple[int, int, int] = (12, 5, 4),
    *,
    sd: tuple[float, float, float, float, float] = (8, 5, 6, 4, 10),
) -> np.ndarray:
    """Draw scores whose assessors, items, assessors by condition, items by condition and residual have these SDs."""
    a, i, k = shape
    sizes = ((a, 1, 1), (1, i, 1), (a, 1, k), (1, i, k), (a, i, k))
    return 50.0 + sum(spread * rng.normal(size=size) for spread, size in zip(sd, sizes, strict=True))


def mean_squares(y: np.ndarray) -> dict[str, float]:
    """Return the mean squares of a balanced design; what is not named here is the residual."""
    a, i, k = y.shape
    grand, over = y.mean(), {axes: y.mean(axis=axes, keepdims=True) for axes in ((1, 2), (0, 2), (0, 1), (1,), (0,))}
    person, item, condition = over[1, 2], over[0, 2], over[0, 1]
    sums = {
        "assessor": (k * i * np.sum((person - grand) ** 2), a - 1),
        "item": (k * a * np.sum((item - grand) ** 2), i - 1),
        "condition": (a * i * np.sum((condition - grand) ** 2), k - 1),
        "assessor:condition": (i * np.sum((over[1,] - person - condition + grand) ** 2), (a - 1) * (k - 1)),
        "item:condition": (a * np.sum((over[0,] - item - condition + grand) ** 2), (i - 1) * (k - 1)),
    }
    left = np.sum((y - grand) ** 2) - sum(square for square, _ in sums.values())
    sums["residual"] = (left, a * i * k - 1 - sum(df for _, df in sums.values()))
    return {name: square / df for name, (square, df) in sums.items()}


def test_balanced_variances_are_those_of_the_analysis_of_variance() -> None:
    """Searle, Casella and McCulloch: with balanced data and positive estimates, REML solves the ANOVA equations."""
    y = drawn(np.random.default_rng(2))
    a, i, k = y.shape
    ms, model = mean_squares(y), fit(units(y), list("ABCD"))
    expected = {
        "assessor": (ms["assessor"] - ms["assessor:condition"]) / (i * k),
        "item": (ms["item"] - ms["item:condition"]) / (a * k),
        "assessor:condition": (ms["assessor:condition"] - ms["residual"]) / i,
        "item:condition": (ms["item:condition"] - ms["residual"]) / a,
    }
    assert min(expected.values()) > 0
    assert model.variances == pytest.approx(expected, rel=1e-6)
    assert model.residual == pytest.approx(ms["residual"], rel=1e-6)


def test_balanced_f_without_interactions_is_that_of_the_analysis_of_variance() -> None:
    y = drawn(np.random.default_rng(3), sd=(8, 5, 0, 0, 10))
    a, i, k = y.shape
    ms = mean_squares(y)
    df = a * i * k - a - i - k + 2
    within = (
        sum(ms[term] * size for term, size in (
            ("assessor:condition", (a - 1) * (k - 1)), ("item:condition", (i - 1) * (k - 1)),
            ("residual", df - (a - 1) * (k - 1) - (i - 1) * (k - 1)),
        )) / df
    )  # fmt: skip
    result = mixed_model.omnibus(fit(units(y), list("ABCD"), ("assessor", "item")))
    assert result.statistic == pytest.approx(ms["condition"] / within, rel=1e-6)
    assert result.df == pytest.approx((k - 1, df), rel=1e-4)


def test_balanced_means_are_the_plain_means_with_the_variance_of_all_terms() -> None:
    y = drawn(np.random.default_rng(4))
    a, i, _ = y.shape
    model = fit(units(y), list("ABCD"))
    v = model.variances
    expected = (v["assessor"] + v["assessor:condition"]) / a + (v["item"] + v["item:condition"]) / i
    mean = model.mean("B")
    assert mean.value == pytest.approx(y[:, :, 1].mean(), rel=1e-9)
    assert mean.se**2 == pytest.approx(expected + model.residual / (a * i), rel=1e-6)
    half = stats.t.ppf(0.975, mean.df) * mean.se
    assert (mean.low, mean.high) == pytest.approx((mean.value - half, mean.value + half))


def test_degrees_of_freedom_of_a_difference_of_two_conditions_are_satterthwaites() -> None:
    """Of v = 2 (MS_AC / (a i) + MS_IC / (a i) - MS_E / (a i)), from the mean squares' own degrees of freedom."""
    y = drawn(np.random.default_rng(2))
    a, i, k = y.shape
    ms = mean_squares(y)
    parts = [
        (ms["assessor:condition"], (a - 1) * (k - 1)),
        (ms["item:condition"], (i - 1) * (k - 1)),
        (-ms["residual"], (a - 1) * (i - 1) * k),
    ]
    expected = sum(part for part, _ in parts) ** 2 / sum(part**2 / df for part, df in parts)
    assert fit(units(y), list("ABCD")).difference("A", "C").df == pytest.approx(expected, rel=1e-4)


def test_a_variance_that_would_be_negative_is_0_and_the_rest_is_pooled() -> None:
    """Items that differ less than chance: MS_item and MS_item:condition join the residual."""
    y = drawn(np.random.default_rng(0), sd=(8, 0, 6, 0, 10))
    y = y - 0.9 * (y.mean(axis=0, keepdims=True) - y.mean(axis=(0, 1), keepdims=True))
    model = fit(units(y), list("ABCD"))
    assert (model.variances["item"], model.variances["item:condition"]) == (0.0, 0.0)
    a, i, k = y.shape
    over_items = y.mean(axis=1, keepdims=True)
    assert model.residual == pytest.approx(np.sum((y - over_items) ** 2) / (a * (i - 1) * k), rel=1e-6)


def test_a_change_of_scale_changes_the_likelihood_by_its_constant_only() -> None:
    """Restricted density of c y: that of y, times 1 / c for each of the n - k contrasts; with missing ratings."""
    y = drawn(np.random.default_rng(8))
    y[np.random.default_rng(1).random(y.shape) < 0.3] = np.nan
    n = int(np.sum(~np.isnan(y)))
    plain, scaled = (fit(units(values), list("ABCD")).log_likelihood for values in (y, 7 * y))
    assert scaled == pytest.approx(plain - (n - 4) * np.log(7), abs=1e-6)


def test_scale_and_origin_of_the_ratings_change_nothing_else() -> None:
    y = drawn(np.random.default_rng(8))
    plain, moved = (mixed_model.run(units(values), list("ABCD")) for values in (y, y / 25 - 1000))
    assert moved.statistic == pytest.approx(plain.statistic, rel=1e-5)
    assert moved.df == pytest.approx(plain.df, rel=1e-4)


def test_equal_conditions_of_missing_ratings_are_weighed_by_what_assessors_add() -> None:
    """A lenient assessor who skipped B must not raise A: the plain means differ by 20, the model's by nothing."""
    rng = np.random.default_rng(6)
    y = 50 + np.repeat(np.arange(10) * 8.0, 6).reshape(10, 6, 1) + rng.normal(0, 0.5, size=(10, 6, 2))
    y[5:, :, 1] = np.nan
    table = units(y)
    assert table["A"].mean() - table["B"].mean() == pytest.approx(20, abs=1)
    assert fit(table, ["A", "B"], ("assessor", "item")).difference("A", "B").value == pytest.approx(0, abs=0.5)


def test_terms_that_the_design_cannot_tell_apart_are_left_out_and_told() -> None:
    """One rating per assessor and condition: assessor x condition would be the residual."""
    y = drawn(np.random.default_rng(1))[:, :1]
    result = mixed_model.run(units(y), list("ABCD"))
    assert result.notes == (
        "no random effect of item: it has one level",
        "no random effect of assessor:condition: it has one rating per level, like the residual",
        "no random effect of item:condition: its levels are those of condition",
    )
    ms = mean_squares(np.concatenate([y, y], axis=1))
    assert result.statistic == pytest.approx(ms["condition"] / ms["assessor:condition"], rel=1e-6)


def test_repeated_ratings_measure_assessors_likings_of_one_item() -> None:
    y = drawn(np.random.default_rng(1), (10, 3, 3))[:, [0]]
    repeated = np.concatenate([y, y + np.random.default_rng(2).normal(0, 1, y.shape)], axis=1)
    model = fit(units(repeated, replicates=2), list("ABC"))
    assert set(model.variances) == {"assessor", "assessor:condition"}
    assert model.residual == pytest.approx(np.mean((repeated[:, 0] - repeated[:, 1]) ** 2) / 2, rel=1e-6)


def test_different_assessors_per_condition_have_no_liking_of_their_own() -> None:
    y = drawn(np.random.default_rng(1), (12, 5, 3))
    for person in range(12):
        y[person, :, np.arange(3) != person % 3] = np.nan
    model = fit(units(y), list("ABC"))
    assert model.left_out["assessor:condition"] == "its levels are those of assessor"


def test_a_sum_of_effects_without_residual_is_not_applicable() -> None:
    y = np.arange(6.0).reshape(6, 1, 1) * 7 + np.arange(4.0).reshape(1, 4, 1) ** 2 + np.array([0.0, 5.0, 9.0])
    result = mixed_model.run(units(y), list("ABC"))
    assert result.status == "not_applicable"
    assert result.notes == ("the ratings are a sum of effects without any residual variance",)


def test_more_conditions_than_can_be_solved_are_refused_with_their_number() -> None:
    table = pd.DataFrame(
        np.random.default_rng(1).normal(size=(12, 1000)), index=units(np.zeros((6, 2, 1))).index
    ).rename(columns=str)
    result = mixed_model.run(table, list(table.columns))
    assert result.status == "not_applicable"
    assert result.notes[0].startswith("6 assessors, 2 items and 1000 conditions are too many: 3002 equations")


def test_averages_over_items_are_refused() -> None:
    table = pd.DataFrame({"A": [1.0, 2.0], "B": [2.0, 4.0]}, index=pd.Index(["x", "y"], name="assessor"))
    with pytest.raises(DataError, match="needs single ratings with their assessor and item"):
        fit(table, ["A", "B"])


def test_one_rating_per_condition_is_too_short() -> None:
    with pytest.raises(NoModelError, match="more ratings than conditions"):
        fit(units(np.ones((1, 1, 3))), list("ABC"))


def test_contrasts_carry_t_degrees_of_freedom_and_the_interval_of_the_difference() -> None:
    model = fit(units(drawn(np.random.default_rng(7))), list("ABCD"))
    (found,) = mixed_model.contrasts(model, [("A", "D")])
    difference = model.difference("A", "D")
    assert (found.id, found.statistic, found.df) == ("mixed_model/A|D", difference.value / difference.se, difference.df)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(difference.value / difference.se), difference.df), rel=1e-12)
    effect = found.effects[0]
    assert (effect.name, effect.value, effect.low, effect.high) == (
        "mean_difference", difference.value, difference.low, difference.high,
    )  # fmt: skip


CELLS = {"A": ("net", "dry"), "B": ("net", "wet"), "C": ("forest", "dry"), "D": ("forest", "wet")}


def test_factors_of_two_levels_are_squared_contrasts() -> None:
    """System: A + B - C - D; task: A - B + C - D; both: A - B - C + D; each F is the square of its t."""
    model = fit(units(drawn(np.random.default_rng(7), (12, 5, 5))), list("ABCDE"))
    found = mixed_model.factors(model, CELLS)
    assert [result.id for result in found] == ["mixed_model/system", "mixed_model/task", "mixed_model/system:task"]
    for result, signs in zip(found, ([1, 1, -1, -1, 0], [1, -1, 1, -1, 0], [1, -1, -1, 1, 0]), strict=True):
        contrast = model.contrast(np.array(signs, dtype=float))
        assert result.statistic == pytest.approx((contrast.value / contrast.se) ** 2, rel=1e-9)
        assert result.df == pytest.approx((1.0, contrast.df), rel=1e-6)
        assert result.groups == ("A", "B", "C", "D")


def test_factors_leave_out_a_system_that_lacks_a_task() -> None:
    model = fit(units(drawn(np.random.default_rng(7), (12, 5, 5))), list("ABCDE"))
    found = mixed_model.factors(model, {**CELLS, "E": ("plain", "dry")})
    assert {result.groups for result in found} == {("A", "B", "C", "D")}
    assert mixed_model.factors(model, {"A": ("net", "dry"), "C": ("forest", "dry")}) == ()


def test_balanced_factors_share_out_the_conditions_sum_of_squares() -> None:
    """Three systems in two tasks, no interactions with assessors or items: the F values' numerators add up."""
    y = drawn(np.random.default_rng(9), (10, 4, 6), sd=(5, 5, 0, 0, 10))
    model = fit(units(y), list("ABCDEF"), ("assessor", "item"))
    cells = dict(zip("ABCDEF", itertools.product(("x", "y", "z"), ("dry", "wet")), strict=True))
    found = mixed_model.factors(model, cells)
    assert [result.df[0] for result in found if isinstance(result.df, tuple)] == [2, 1, 2]
    whole = model.f_test_of_conditions()
    parts = sum((result.statistic or 0) * result.df[0] for result in found if isinstance(result.df, tuple))
    assert parts == pytest.approx(whole.f * 5, rel=1e-9)


def test_a_start_far_from_the_maximum_finds_it() -> None:
    """Assessors who hardly agree with themselves, and assessors who are all the same to four digits."""
    for sd in ((0.01, 30, 0, 0, 1), (100, 0.01, 0.01, 20, 1)):
        y = drawn(np.random.default_rng(3), sd=sd)
        model = fit(units(y), list("ABCD"))
        assert model.residual == pytest.approx(1, rel=0.3)
        assert all(value <= reml.LARGEST_THETA**2 * model.residual for value in model.variances.values())


@pytest.mark.slow
def test_the_model_keeps_its_level_where_items_like_conditions_differently() -> None:
    """200 null studies of 12 people, 6 items and 4 conditions whose items differ by condition (SD 6).

    Friedman on assessors' means speaks of these items only, and rejects in far more than .05 of them.
    """
    rng = np.random.default_rng(21)
    wrong = of_these_items = 0
    for _ in range(200):
        table = units(drawn(rng, (12, 6, 4), sd=(8, 5, 4, 6, 10)))
        wrong += (mixed_model.run(table, list("ABCD")).p or 1) < 0.05
        of_these_items += (friedman.run(table.groupby("assessor").mean(), list("ABCD")).p or 1) < 0.05
    assert wrong / 200 < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 200)
    assert of_these_items / 200 > 0.2


def test_rating_units_keep_what_the_model_needs() -> None:
    table = pd.DataFrame(
        [(p, i, i, c, 1, 50.0) for p in "xy" for i in "mn" for c in "AB"],
        columns=["assessor", "item", "page", "condition", "replicate", "score"],
    )
    assert {"assessor", "item"} <= set(rating_units(table, ["A", "B"]).index.names)
    assert "item" not in assessor_means(table, ["A", "B"]).index.names
