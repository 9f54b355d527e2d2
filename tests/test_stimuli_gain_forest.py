"""The forest: gaps in what it learns, and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.tree import DecisionTreeRegressor

from evalkit.errors import DataError
from stimuli.models.gain_forest import fit_forest, load_forest, mean_gains, save_forest

RNG = np.random.default_rng(0)
ROWS = RNG.standard_normal((12, 6))
GAINS = np.stack([ROWS[:, 0] > 0, ROWS[:, 1] + 3], axis=1).astype(float)


def test_unknown_gains_are_stood_in_for_by_the_mean_of_the_others() -> None:
    gaps = GAINS.copy()
    gaps[3, 1] = np.nan
    filled = GAINS.copy()
    filled[3, 1] = np.delete(GAINS[:, 1], 3).mean()
    first, second = (fit_forest(ROWS, gains, trees=10).predict(ROWS) for gains in (gaps, filled))
    np.testing.assert_allclose(first, second, atol=1e-12)


def test_a_microphone_that_is_always_silent_has_no_gain() -> None:
    gains = np.column_stack([GAINS, np.full(len(GAINS), np.nan)])
    assert mean_gains(gains)[2] == 0.0
    assert not fit_forest(ROWS, gains, trees=10).predict(ROWS)[:, 2].any()


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
