"""The forest's scores against their definitions, and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.metrics import r2_score
from sklearn.tree import DecisionTreeRegressor

from evalkit.errors import DataError
from stimuli.models.gain_forest import fit_forest, load_forest, save_forest, scores

RNG = np.random.default_rng(0)
ROWS = RNG.standard_normal((12, 6))
GAINS = np.stack([ROWS[:, 0] > 0, ROWS[:, 1] + 3], axis=1).astype(float)


def test_scores_are_those_of_scikit_learn() -> None:
    forest = fit_forest(ROWS, GAINS, trees=30)
    found = scores(forest, ROWS, GAINS)
    seen = forest.predict(ROWS)
    assert found["train_by_output"] == pytest.approx(r2_score(GAINS, seen, multioutput="uniform_average"))
    assert found["train_flattened"] == pytest.approx(r2_score(GAINS.ravel(), seen.ravel()))
    assert found["out_of_bag_by_output"] == pytest.approx(forest.oob_score_)
    assert found["out_of_bag_by_output"] < found["train_by_output"]


def test_mean_gains_alone_score_high_when_outputs_are_counted_as_one_series() -> None:
    found = scores(fit_forest(ROWS, GAINS, trees=10), ROWS, GAINS)
    assert found["mean_gain_flattened"] > 0.5


def test_too_few_items_have_no_score_out_of_bag() -> None:
    found = scores(fit_forest(ROWS[:2], GAINS[:2], trees=10), ROWS[:2], GAINS[:2])
    assert found["out_of_bag_flattened"] is None


def test_constant_gains_have_no_score_by_output() -> None:
    gains = np.tile([0.5, 0.2], (12, 1))
    assert scores(fit_forest(ROWS, gains, trees=10), ROWS, gains)["train_by_output"] is None


def test_forest_is_the_same_every_time() -> None:
    first, second = (fit_forest(ROWS, GAINS, trees=10).predict(ROWS) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_forest_survives_saving(tmp_path: Path) -> None:
    forest = fit_forest(ROWS, GAINS, trees=10)
    save_forest(tmp_path / "forest.skops", forest)
    again = load_forest(tmp_path / "forest.skops", features=6, outputs=2)
    np.testing.assert_array_equal(again.predict(ROWS), forest.predict(ROWS))


def test_forest_of_another_shape_is_refused(tmp_path: Path) -> None:
    save_forest(tmp_path / "forest.skops", fit_forest(ROWS, GAINS, trees=10))
    with pytest.raises(DataError, match="not a random forest of 7 features and 2 gains"):
        load_forest(tmp_path / "forest.skops", features=7, outputs=2)


def test_trees_that_point_outside_their_table_are_refused(tmp_path: Path) -> None:
    forest = fit_forest(ROWS, GAINS, trees=10)
    tree = forest.estimators_[3].tree_
    state = tree.__getstate__()
    state["nodes"]["left_child"][0] = 10_000
    tree.__setstate__(state)
    save_forest(tmp_path / "forest.skops", forest)
    with pytest.raises(DataError, match="not a random forest of"):
        load_forest(tmp_path / "forest.skops", features=6, outputs=2)


@pytest.mark.parametrize("what", [DecisionTreeRegressor().fit(ROWS, GAINS), np.random.RandomState(0), {"a": 1}])
def test_anything_but_a_forest_is_refused(tmp_path: Path, what: object) -> None:
    skops.io.dump(what, tmp_path / "forest.skops")
    with pytest.raises(DataError, match="not a random forest"):
        load_forest(tmp_path / "forest.skops", features=6, outputs=2)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "forest.skops").write_bytes(b"nothing")
    with pytest.raises(DataError, match="not a random forest that evalkit wrote"):
        load_forest(tmp_path / "forest.skops", features=6, outputs=2)
