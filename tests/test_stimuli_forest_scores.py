"""The forest's scores against scikit-learn's, and against what left-out items must give."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from stimuli.models.forest_scores import Score, as_json, as_table, r2, scores
from stimuli.models.gain_forest import fit_forest

RNG = np.random.default_rng(0)
ROWS = RNG.standard_normal((40, 6))
GAINS = np.stack([ROWS[:, 0] > 0, ROWS[:, 1] + 3], axis=1).astype(float)
GROUPS = ["a", "b"] * 20


def scored(rows: np.ndarray = ROWS, gains: np.ndarray = GAINS, *, trees: int = 30) -> dict[str, Score | None]:
    groups = GROUPS[: len(rows)]
    return scores(fit_forest(rows, gains, trees=trees), rows, gains, groups, test=(ROWS[:5] + 0.1, GAINS[:5]))


def score(name: str) -> Score:
    found = scored()[name]
    assert found is not None
    return found


def test_r2_is_that_of_scikit_learn() -> None:
    found = GAINS + 0.3 * RNG.standard_normal(GAINS.shape)
    ours = r2(GAINS, found)
    assert ours.flattened == pytest.approx(r2_score(GAINS.ravel(), found.ravel()))
    assert ours.by_gain == pytest.approx(r2_score(GAINS, found, multioutput="uniform_average"))
    assert ours.each == pytest.approx(r2_score(GAINS, found, multioutput="raw_values"))


def test_what_is_not_known_is_not_scored() -> None:
    truth, found = GAINS.copy(), GAINS + 0.3 * RNG.standard_normal(GAINS.shape)
    truth[7:] = np.nan
    assert r2(truth, found) == r2(truth[:7], found[:7])


def test_constant_gains_have_no_score() -> None:
    gains = np.tile([0.5, 0.2], (12, 1))
    assert r2(gains, gains).each == (None, None)
    assert r2(gains, gains).by_gain is None


def test_mean_gains_explain_much_of_all_gains_as_one_series_and_nothing_of_each() -> None:
    training = score("training")
    assert training.mean_gain.flattened is not None
    assert training.mean_gain.flattened > 0.5
    assert training.mean_gain.by_gain == pytest.approx(0.0)


def test_out_of_bag_score_is_that_of_scikit_learn() -> None:
    forest = fit_forest(ROWS, GAINS, trees=30)
    assert score("out_of_bag").forest.by_gain == pytest.approx(forest.oob_score_)


def test_groups_are_left_out_whole() -> None:
    """The oracle is scikit-learn's own loop of leaving one group out, with the same forest."""
    forest = RandomForestRegressor(30, max_features=1 / 3, random_state=1)
    left_out = cross_val_predict(forest, ROWS, GAINS, groups=GROUPS, cv=LeaveOneGroupOut())
    assert score("by_group").forest.by_gain == pytest.approx(r2_score(GAINS, left_out), abs=0.02)


def test_noise_cannot_be_predicted_of_items_left_out() -> None:
    """Gains that have nothing to do with the features: seen items score high, all others at or below none."""
    found = scored(gains=np.random.default_rng(5).standard_normal((40, 2)))
    values = {name: one.forest.by_gain for name, one in found.items() if one is not None}
    assert values["training"] is not None
    assert values["training"] > 0.6
    assert max(values[name] or 0.0 for name in ("out_of_bag", "by_item", "by_group")) < 0.2


def test_mean_gains_of_left_out_items_are_those_of_the_other_items() -> None:
    found = score("by_group")
    other = np.array([GAINS[[other != group for other in GROUPS]].mean(axis=0) for group in GROUPS])
    assert found.mean_gain.each == pytest.approx(r2_score(GAINS, other, multioutput="raw_values"))


def test_test_items_are_scored_alone() -> None:
    found = score("test")
    predicted = fit_forest(ROWS, GAINS, trees=30).predict(ROWS[:5] + 0.1)
    assert (found.items, found.forest.by_gain) == (5, pytest.approx(r2_score(GAINS[:5], predicted)))


def test_too_few_items_or_one_group_have_no_such_score() -> None:
    found = scores(fit_forest(ROWS[:3], GAINS[:3], trees=10), ROWS[:3], GAINS[:3], ["a"] * 3)
    assert {name for name, one in found.items() if one is None} == {"out_of_bag", "by_item", "by_group", "test"}


def test_scores_are_strict_json_with_the_published_ones_beside() -> None:
    values = json.loads(json.dumps(as_json(scored()), allow_nan=False))
    assert (values["published"]["training"], values["published"]["test_and_validation"]) == (0.984, 0.915)


def test_table_has_a_row_for_each_way_and_says_why_the_published_figure_differs() -> None:
    values = as_json(scored())
    text = as_table(values)
    for part in (
        "training items, all seen",
        "out of bag",
        "5-fold over items",
        "2-fold over groups",
        "test items only",
    ):
        assert part in text
    assert f"{values['test']['forest']['flattened']:.3f}" in text
    assert "it mixes seen and unseen items" in text


def test_table_of_few_items_says_so() -> None:
    found = scores(fit_forest(ROWS[:3], GAINS[:3], trees=10), ROWS[:3], GAINS[:3], ["a"] * 3)
    assert as_table(as_json(found)).count("too few items") == 4
