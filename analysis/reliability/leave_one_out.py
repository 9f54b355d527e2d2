"""How each assessor agrees with all others together: rank correlation with their mean.

The assessor is left out of the mean that they are compared with; the cells are those that they and
somebody else rated. Ranks, since people use a scale's width differently.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True, slots=True)
class Agreement:
    """One assessor's Spearman correlation with the others over ``n`` cells; None where it does not exist."""

    assessor: str
    n: int
    correlation: float | None


def leave_one_out(cells: pd.DataFrame) -> list[Agreement]:
    """Compare each assessor with the mean of the others.

    Parameters
    ----------
    cells : a row per cell, a column per assessor, NaN where missing

    Returns
    -------
    one value per column; without a correlation for fewer than three shared cells, or where the assessor
    or the others rated all of these alike
    """
    totals, counts = cells.sum(axis=1), cells.notna().sum(axis=1)
    found = []
    for assessor in cells.columns:
        own = cells[assessor]
        others = ((totals - own) / (counts - 1).where(counts > 1)).round(9)  # equal means differ in the last bit
        shared = own.notna() & others.notna()
        first, second = own[shared].to_numpy(), others[shared].to_numpy()
        known = first.size >= 3 and np.ptp(first) > 0 and np.ptp(second) > 0
        value = float(stats.spearmanr(first, second).statistic) if known else None
        found.append(Agreement(str(assessor), int(first.size), value))
    return found
