"""A random forest from features of the microphones to the gains of a mix [1]_, and its file.

One row an item: the features of all microphones; its targets are the relative gains of all
microphones in both channels together. Saved with skops, which stores no code; the one type in it
that skops leaves to us, the tree's node table, is checked after reading.

References
----------
.. [1] D. Moffat, M. B. Sandler, "Machine learning multitrack gain mixing of drums", AES 147th
   Convention, engineering brief, 2019. Its features and forest settings are not published: ours.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import skops.io
from sklearn.ensemble import RandomForestRegressor
from skops.io.exceptions import UntrustedTypesFoundException

from evalkit.errors import DataError
from stimuli.models.gain_table import GainTable

TRUSTED = ["sklearn.tree._tree.Tree"]
SEED = 1  # dry and wet are fitted apart and must have the same gains, so the forest's seed is fixed
FEWEST_FOR_OUT_OF_BAG = 5  # with fewer, an item may be in every tree's bag

Values = npt.NDArray[np.float64]


def fit_forest(rows: Values, gains: Values, *, trees: int) -> RandomForestRegressor:
    """Fit a forest.

    Parameters
    ----------
    rows : (items, features) float64
    gains : (items, outputs) float64, without NaN
    trees : number of trees
    """
    forest = RandomForestRegressor(
        n_estimators=trees,
        max_features=1 / 3,
        oob_score=rows.shape[0] >= FEWEST_FOR_OUT_OF_BAG,
        n_jobs=1,
        random_state=SEED,
    )
    return forest.fit(rows, gains)


def without_gaps(table: GainTable) -> Values:
    """Return the table's gains with the mean of the others where a microphone is silent."""
    return np.where(np.isnan(table.relative), table.mean(), table.relative)


def scores(forest: RandomForestRegressor, rows: Values, gains: Values) -> dict[str, float | None]:
    """Return coefficients of determination: of the training items, out of bag, and of the mean gains.

    ``flattened`` counts all outputs as one series, as the published figures appear to: there, even
    the mean gain of each microphone scores high. ``by_output`` averages over outputs that vary.
    """
    seen = forest.predict(rows)
    out_of_bag = getattr(forest, "oob_prediction_", None)
    return {
        "train_flattened": _flattened(gains, seen),
        "train_by_output": _by_output(gains, seen),
        "out_of_bag_flattened": None if out_of_bag is None else _flattened(gains, out_of_bag),
        "out_of_bag_by_output": None if out_of_bag is None else _by_output(gains, out_of_bag),
        "mean_gain_flattened": _flattened(gains, np.broadcast_to(gains.mean(axis=0), gains.shape)),
    }


def save_forest(path: Path, forest: RandomForestRegressor) -> None:
    """Write a forest with skops."""
    skops.io.dump(forest, path, compression=zipfile.ZIP_DEFLATED)


def load_forest(path: Path, *, features: int, outputs: int) -> RandomForestRegressor:
    """Read a forest, and check that its trees stay within their own tables.

    Raises
    ------
    DataError
        If the file holds anything else.
    """
    try:
        forest = skops.io.load(path, trusted=TRUSTED)
    except (UntrustedTypesFoundException, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path}: not a random forest that evalkit wrote ({type(error).__name__}): fit again"
        ) from error
    if not isinstance(forest, RandomForestRegressor) or not _is_sound(forest, features, outputs):
        raise DataError(f"{path}: not a random forest of {features} features and {outputs} gains: fit again")
    return forest


def _is_sound(forest: RandomForestRegressor, features: int, outputs: int) -> bool:
    if (forest.n_features_in_, forest.n_outputs_) != (features, outputs):
        return False
    for tree in (estimator.tree_ for estimator in forest.estimators_):
        nodes = np.arange(tree.node_count)
        leaf = tree.children_left == -1
        children = np.stack([tree.children_left, tree.children_right])[:, ~leaf]
        inside = (children > nodes[~leaf]) & (children < tree.node_count)
        if not inside.all() or not ((tree.feature[~leaf] >= 0) & (tree.feature[~leaf] < features)).all():
            return False
        if not (tree.children_right[leaf] == -1).all() or tree.value.shape != (tree.node_count, outputs, 1):
            return False
    return True


def _flattened(truth: Values, found: Values) -> float | None:
    return _ratio(float(np.sum((truth - found) ** 2)), float(np.sum((truth - truth.mean()) ** 2)))


def _by_output(truth: Values, found: Values) -> float | None:
    total = np.sum((truth - truth.mean(axis=0)) ** 2, axis=0)
    error = np.sum((truth - found) ** 2, axis=0)
    ratios = [_ratio(float(e), float(t)) for e, t in zip(error, total, strict=True)]
    known = [ratio for ratio in ratios if ratio is not None]
    return float(np.mean(known)) if known else None


def _ratio(error: float, total: float) -> float | None:
    return 1 - error / total if total > 1e-12 else None
