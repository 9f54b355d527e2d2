"""The cell matrix, which all coefficients read: what was rated (rows) by whom (columns)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.results import Values


def cell_matrix(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return a row per item and condition, a column per assessor; repeated ratings are averaged.

    Parameters
    ----------
    ratings : ratings table of one scale; missing scores are left out
    """
    means = ratings.dropna(subset=["score"]).groupby(["item", "condition", "assessor"], sort=True)["score"].mean()
    return means.unstack("assessor").sort_index().sort_index(axis=1).astype(float)


def complete_block(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the larger of two complete parts: assessors who rated all cells, or cells that all assessors rated."""
    assessors = cells.dropna(axis="columns")
    shared = cells.dropna(axis="index")
    return assessors if assessors.size >= shared.size else shared


def repeated_ratings(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return each rating that was given again, beside the next one of the same cell.

    Returns
    -------
    columns assessor, item, condition, first, second: of three ratings of a cell, the first with the second
    and the second with the third. The order is that of replicates, then of pages.
    """
    cell = ["assessor", "item", "condition"]
    rated = ratings.dropna(subset=["score"]).sort_values([*cell, "replicate", "page_position", "page"])
    pairs = rated[cell].assign(first=rated["score"], second=rated.groupby(cell)["score"].shift(-1))
    return pairs.dropna(subset=["second"]).reset_index(drop=True)


def numbers(cells: pd.DataFrame) -> Values:
    """Return the matrix alone, (cells, assessors) float64."""
    values: Values = cells.to_numpy(dtype=np.float64)
    return values
