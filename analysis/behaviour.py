"""Did it matter when a page came, where a stimulus stood, or where its slider started?

The rating that was to be expected is that of the item in the condition, by this assessor: a rating's
residual is what remains without the means of item by condition and of assessor by condition. The
position's residual is made in the same way, so that their slope is that of a regression with these
effects in it [1]_. Each assessor has a slope; the mean of the slopes is given with Student's interval
over assessors, who are the independent units here.

References
----------
.. [1] R. Frisch and F. V. Waugh, "Partial time regressions as compared with individual trends",
   Econometrica 1, 387-401 (1933).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.effects import mean_interval
from analysis.results import Values

LEVEL = 0.95
MOST_POSITIONS = 30
LABELS = {
    "page_position": "Earlier or later in the test",
    "slot": "First or last on the page",
    "initial": "Where the slider started",
}
TINY = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class At:
    """The mean residual at one position, with its interval over ``n`` assessors (NaN for one)."""

    position: float
    n: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionEffect:
    """The change of a rating per step of a position, over assessors; ``points`` is empty for a continuous one."""

    name: str
    n_assessors: int
    slope: float
    low: float
    high: float
    points: tuple[At, ...]

    @property
    def label(self) -> str:
        """Return what was asked, in words."""
        return LABELS[self.name]


def position_effects(dataset: Dataset) -> list[PositionEffect]:
    """Estimate the effect of each position that was recorded and varies."""
    found = (_effect(dataset, name) for name in LABELS)
    return [effect for effect in found if effect is not None]


def _effect(dataset: Dataset, name: str) -> PositionEffect | None:
    rated = dataset.ratings.dropna(subset=["score", name])
    if rated[name].nunique() < 2 or rated["assessor"].nunique() < 2:
        return None
    y, x = _residuals(rated, "score"), _residuals(rated, name)
    own = pd.DataFrame({"assessor": rated["assessor"], "xy": x * y, "xx": x * x}).groupby("assessor").sum()
    own = own[own["xx"] > TINY]
    if len(own) < 2:
        return None
    slope, low, high = mean_interval((own["xy"] / own["xx"]).to_numpy(dtype=np.float64), level=LEVEL)
    points = _points(rated.assign(residual=y), name)
    return PositionEffect(name=name, n_assessors=len(own), slope=slope, low=low, high=high, points=points)


def _residuals(rated: pd.DataFrame, name: str) -> Values:
    """Return what the means of item by condition and assessor by condition leave of a column."""
    left: Values = rated[name].to_numpy(dtype=np.float64)
    for _ in range(25):  # sweeps; balanced data need one, and gaps a few
        before = left
        for keys in (["item", "condition"], ["assessor", "condition"]):
            means = pd.Series(left, index=rated.index).groupby([rated[key] for key in keys]).transform("mean")
            left = np.asarray(left - means.to_numpy(dtype=np.float64), dtype=np.float64)
        if np.max(np.abs(left - before)) < TINY:
            break
    return left


def _points(rated: pd.DataFrame, name: str) -> tuple[At, ...]:
    if rated[name].nunique() > MOST_POSITIONS or name == "initial":
        return ()
    points = []
    for position in sorted(rated[name].unique()):
        rows = rated[rated[name] == position]
        means = rows.groupby("assessor")["residual"].mean().to_numpy(dtype=np.float64)
        mean, low, high = mean_interval(means, level=LEVEL)
        points.append(At(position=float(position), n=means.size, mean=mean, low=low, high=high))
    return tuple(points)
