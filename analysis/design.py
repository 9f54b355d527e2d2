"""What kind of study the ratings come from, read from the ratings, and which analysis that calls for.

- *repeated*: each assessor rated every condition. Assessors' means are compared: Friedman, then exact
  signed-rank tests. Whole-number categories take the same path, with a table of their distribution.
- *incomplete*: assessors rated several conditions, but not all of them or not on the same items. Their
  means then also differ by the items; a mixed model takes assessors and items into account.
- *independent*: each assessor rated one condition. The groups of assessors are compared:
  Kruskal-Wallis, then Mann-Whitney tests, on assessors' means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.numerals import counted

Path = Literal["repeated", "incomplete", "independent"]
NEGLIGIBLE_MISSING = 0.05  # J. L. Schafer, "Multiple imputation: a primer", Stat. Methods Med. Res. 8, 3-15 (1999)
MOST_CATEGORIES = 11  # steps of a category scale, 0 to 10 included


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """Facts of a design; a *cell* is an assessor's rating of a condition of an item that they heard."""

    n_assessors: int
    n_every_condition: int
    n_cells: int
    n_missing_cells: int
    replicates: int
    categories: tuple[float, ...]
    path: Path
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Return the facts for JSON."""
        return {
            "path": self.path,
            "why": self.why,
            "n_assessors_with_every_condition": self.n_every_condition,
            "n_cells": self.n_cells,
            "n_missing_cells": self.n_missing_cells,
            "replicates": self.replicates,
            "categories": list(self.categories) or None,
        }


def read_design(ratings: pd.DataFrame, n_conditions: int, scale: tuple[float, float] | None) -> Design:
    """Read the design of a ratings table.

    Parameters
    ----------
    ratings : table with a row per rating; missing scores count as not rated
    n_conditions : how many conditions are compared
    scale : lowest and highest possible score, if known
    """
    rated = ratings.dropna(subset=["score"])
    per_assessor = rated.groupby("assessor")["condition"].nunique()
    n, every = len(per_assessor), int((per_assessor == n_conditions).sum())
    heard = len(rated.drop_duplicates(["assessor", "item"]))
    cells = heard * n_conditions
    missing = cells - len(rated.drop_duplicates(["assessor", "item", "condition"]))
    path, why = _path(n, every, int(per_assessor.max()), missing / cells, n_conditions)
    return Design(
        n_assessors=n,
        n_every_condition=every,
        n_cells=cells,
        n_missing_cells=missing,
        replicates=int(ratings["replicate"].nunique()),
        categories=_categories(rated["score"].to_numpy(dtype=np.float64), scale),
        path=path,
        why=why,
    )


def _path(n: int, every: int, most: int, missing: float, n_conditions: int) -> tuple[Path, str]:
    """Choose the analysis, and say why in one sentence."""
    if most == 1:
        return "independent", (
            "Every assessor rated one condition only: the conditions are compared as independent groups "
            "(Kruskal-Wallis and Mann-Whitney tests of assessors' means)."
        )
    if every < n:
        return "incomplete", (
            f"Only {every} of {counted(n, 'assessor')} rated all {n_conditions} conditions: a mixed model of assessors "
            "and items compares them, and rank tests of assessors' means stand beside it."
        )
    if missing > NEGLIGIBLE_MISSING:
        return "incomplete", (
            f"{100 * missing:.0f} % of the ratings of items that assessors heard are missing, so that means rest on "
            "different items: a mixed model of assessors and items compares the conditions, and rank tests of "
            "assessors' means stand beside it."
        )
    who = "The assessor" if n == 1 else f"Each of {n} assessors"
    return "repeated", (
        f"{who} rated all {n_conditions} conditions: assessors' means over items are compared as matched values "
        "(Friedman and exact signed-rank tests)."
    )


def _categories(scores: np.ndarray[Any, np.dtype[np.float64]], scale: tuple[float, float] | None) -> tuple[float, ...]:
    """Return the categories of a scale of few whole numbers, empty for a slider."""
    whole = bool((scores == np.round(scores)).all())
    low, high = scale if scale is not None else (float(scores.min()), float(scores.max()))
    if not whole or high - low >= MOST_CATEGORIES or low != round(low) or high != round(high):
        return ()
    return tuple(float(step) for step in range(int(low), int(high) + 1))
