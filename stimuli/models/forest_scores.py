"""How well a forest predicts gains: coefficients of determination of items seen, left out, and new.

Every figure stands beside that of the mean gains of the same training items: as microphones differ in
their mean gain, a constant for each already explains most of all gains taken as one series, as
the published figures appear to be counted. The mean over gains does not reward that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import GroupKFold, KFold

from stimuli.models.gain_forest import FEWEST_FOR_OUT_OF_BAG, SEED, fit_fold, mean_gains

FOLDS = 5
TREES_OF_A_FOLD = 100  # at most: more change the score by less than the choice of folds does
PUBLISHED = {
    "training": 0.984,
    "test_and_validation": 0.915,
    "why_not_comparable": "the published 0.915 is of the test and validation items together, and the validation items "
    "(20 of 34) were trained on: it mixes seen and unseen items",
}
_CONSTANT = 1e-12  # summed squared deviation below which a gain has nothing to explain

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class R2:
    """Coefficients of determination; None where the truth is constant.

    ``flattened`` counts all gains of all items as one series; ``by_gain`` is the mean of ``each``
    (one a gain, in the order of the outputs).
    """

    flattened: float | None
    by_gain: float | None
    each: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """The forest and the mean gains on the same items; ``how`` says how these were left out."""

    how: str
    items: int
    forest: R2
    mean_gain: R2


def r2(truth: Values, found: Values) -> R2:
    """Compare gains, both (items, gains) float64; where the truth is NaN nothing is compared."""
    known = ~np.isnan(truth)
    truth = np.where(known, truth, 0.0)
    error = np.where(known, truth - found, 0.0) ** 2
    deviation = np.where(known, truth - truth.sum(axis=0) / np.maximum(known.sum(axis=0), 1), 0.0) ** 2
    overall = np.where(known, truth - truth.sum() / max(known.sum(), 1), 0.0) ** 2
    each = tuple(_ratio(float(e), float(d)) for e, d in zip(error.sum(axis=0), deviation.sum(axis=0), strict=True))
    explained = [ratio for ratio in each if ratio is not None]
    return R2(
        flattened=_ratio(float(error.sum()), float(overall.sum())),
        by_gain=float(np.mean(explained)) if explained else None,
        each=each,
    )


def scores(
    forest: RandomForestRegressor,
    rows: Values,
    gains: Values,
    groups: Sequence[str],
    *,
    test: tuple[Values, Values] | None = None,
) -> dict[str, Score | None]:
    """Score a forest on the items it saw, on items left out in turn, and on test items.

    Parameters
    ----------
    forest : fitted on ``rows`` and ``gains``
    rows : (items, features) float64
    gains : (items, outputs) float64, NaN where a microphone is silent
    groups : (items,) group of each item; groups are left out whole where there are two or more
    test : rows and gains of items that were not learned from

    Returns
    -------
    dict of ``training``, ``out_of_bag``, ``by_item``, ``by_group``, ``test``; None where there are too few items
    """
    count = len(rows)
    constant = mean_gains(gains)
    found: dict[str, Score | None] = dict.fromkeys(("training", "out_of_bag", "by_item", "by_group", "test"))
    found["training"] = _score("training items, all seen", gains, forest.predict(rows), constant)
    if (out_of_bag := getattr(forest, "oob_prediction_", None)) is not None:
        others = np.array([mean_gains(np.delete(gains, item, axis=0)) for item in range(count)])
        found["out_of_bag"] = _score("out of bag", gains, out_of_bag, others)
    trees = min(forest.n_estimators, TREES_OF_A_FOLD)
    if count >= FEWEST_FOR_OUT_OF_BAG:
        parts = list(KFold(FOLDS, shuffle=True, random_state=SEED).split(rows))
        found["by_item"] = _left_out(f"{FOLDS}-fold over items", rows, gains, parts, trees)
    if (folds := min(FOLDS, len(set(groups)))) > 1:
        parts = list(GroupKFold(folds).split(rows, groups=groups))
        found["by_group"] = _left_out(f"{folds}-fold over groups", rows, gains, parts, trees)
    if test is not None and len(test[0]):
        found["test"] = _score("test items only", test[1], forest.predict(test[0]), constant)
    return found


def as_json(found: Mapping[str, Score | None]) -> dict[str, Any]:
    """Return scores, and the published ones, as JSON values."""
    values = {name: None if score is None else asdict(score) for name, score in found.items()}
    return {**values, "published": dict(PUBLISHED)}


def as_table(values: Mapping[str, Any]) -> str:
    """Return the scores that :func:`as_json` made as a table for people."""
    lines = [
        f"{'R2 of predicted gains':32}{'items':>5}   {'all gains as one series':>23}   {'mean over gains':>20}",
        f"{'':37}{'forest':>14}{'mean gain':>12}{'forest':>11}{'mean gain':>12}",
    ]
    for name in ("training", "out_of_bag", "by_item", "by_group", "test"):
        if (score := values[name]) is not None:
            figures = [score[who][what] for what in ("flattened", "by_gain") for who in ("forest", "mean_gain")]
            cells = "".join(f"{_cell(value):>{width}}" for value, width in zip(figures, (14, 12, 11, 12), strict=True))
            lines.append(f"{score['how']:32}{score['items']:5}{cells}")
        else:
            lines.append(f"{name.replace('_', ' '):32}{'-':>5}   too few items")
    published = values["published"]
    lines.append(f"published: training items {published['training']:.3f}; {published['why_not_comparable']}")
    return "\n".join(lines)


def _left_out(how: str, rows: Values, gains: Values, parts: list[tuple[Any, Any]], trees: int) -> Score:
    """Predict every item by a forest, and by mean gains, of the items of the other folds."""
    found, constant = np.empty_like(gains), np.empty_like(gains)
    for seen, unseen in parts:
        found[unseen] = fit_fold(rows[seen], gains[seen], trees=trees).predict(rows[unseen])
        constant[unseen] = mean_gains(gains[seen])
    return _score(f"{how}, {trees} trees", gains, found, constant)


def _score(how: str, truth: Values, found: Values, constant: Values) -> Score:
    return Score(how=how, items=len(truth), forest=r2(truth, found), mean_gain=r2(truth, constant))


def _ratio(error: float, total: float) -> float | None:
    return 1 - error / total if total > _CONSTANT else None


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
