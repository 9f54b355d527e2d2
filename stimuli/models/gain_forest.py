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
from sklearn.ensemble import RandomForestRegressor

from evalkit.errors import DataError

TRUSTED = ["sklearn.tree._tree.Tree"]
SEED = 1  # fixed: the same items give the same gains
FEWEST_FOR_OUT_OF_BAG = 5  # with fewer, an item may be in every tree's bag

Values = npt.NDArray[np.float64]


def fit_forest(rows: Values, gains: Values, *, trees: int) -> RandomForestRegressor:
    """Fit a forest that knows its predictions out of bag, if there are items enough for that.

    Parameters
    ----------
    rows : (items, features) float64
    gains : (items, outputs) float64; NaN where a microphone is silent: the mean of the other items stands in
    trees : number of trees
    """
    forest = _forest(trees).set_params(oob_score=rows.shape[0] >= FEWEST_FOR_OUT_OF_BAG)
    return forest.fit(rows, without_gaps(gains))


def fit_fold(rows: Values, gains: Values, *, trees: int) -> RandomForestRegressor:
    """Fit a forest that is only asked for items left out; parameters are those of :func:`fit_forest`."""
    return _forest(trees).fit(rows, without_gaps(gains))


def without_gaps(gains: Values) -> Values:
    """Return gains (items, outputs) with each NaN replaced by :func:`mean_gains`."""
    return np.where(np.isnan(gains), mean_gains(gains), gains)


def mean_gains(gains: Values) -> Values:
    """Return the mean of each output over the items where it is known, (outputs,); 0 if it never is."""
    known = ~np.isnan(gains)
    return np.asarray(np.where(known, gains, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def save_forest(path: Path, forest: RandomForestRegressor) -> None:
    """Write a forest with skops."""
    import skops.io  # here, as it takes seconds to import and mixing with a fresh forest needs none of it

    skops.io.dump(forest, path, compression=zipfile.ZIP_DEFLATED)


def load_forest(path: Path, *, features: int, outputs: int) -> RandomForestRegressor:
    """Read a forest, and check that its trees stay within their own tables.

    Raises
    ------
    DataError
        If the file holds anything else.
    """
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        forest = skops.io.load(path, trusted=TRUSTED)
    except (UntrustedTypesFoundException, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path}: not a random forest that evalkit wrote ({type(error).__name__}): fit again"
        ) from error
    if not isinstance(forest, RandomForestRegressor) or not _is_sound(forest, features, outputs):
        raise DataError(f"{path}: not a random forest of {features} features and {outputs} gains: fit again")
    return forest


def _forest(trees: int) -> RandomForestRegressor:
    return RandomForestRegressor(n_estimators=trees, max_features=1 / 3, n_jobs=1, random_state=SEED)


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
