"""Ratings of a crossed design, reduced to the sums that a mixed model needs.

Assessors and items are crossed. The side with more levels is the *outer* one: its effects drop out
of the equations analytically, so that only the *inner* side's effects and the conditions are left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.results import Values

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ratings:
    """Given ratings, with the numbers of their assessor, item and condition, each counted from 0."""

    assessor: Codes
    item: Codes
    condition: Codes
    score: Values
    n_conditions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """Sums over ratings of the columns inner effects, inner effects by condition, conditions, score.

    ``products`` is (columns, columns); ``cells`` (outer, conditions, columns) sums the columns within
    each outer level and condition, and ``counts`` (outer, conditions) counts the ratings there.
    """

    products: Values
    cells: Values
    counts: Values
    n: int
    n_inner: int
    n_conditions: int


def summed(outer: Codes, inner: Codes, condition: Codes, score: Values, *, n_conditions: int) -> Sums:
    """Sum the ratings; ``score`` is best centred and scaled, as the sums of squares then lose no digits."""
    n, k = score.size, n_conditions
    n_outer, n_inner = int(outer.max()) + 1, int(inner.max()) + 1
    row, one = np.arange(n), np.ones(n)
    first_condition = n_inner * (1 + k)
    columns = sparse.csr_array(
        (
            np.concatenate([one, one, one, score]),
            (
                np.tile(row, 4),
                np.concatenate(
                    [
                        inner,
                        n_inner + inner * k + condition,
                        first_condition + condition,
                        np.full(n, first_condition + k),
                    ]
                ),
            ),
        ),
        shape=(n, first_condition + k + 1),
    )
    cell = sparse.csr_array((one, (outer * k + condition, row)), shape=(n_outer * k, n))
    return Sums(
        products=(columns.T @ columns).toarray(),
        cells=(cell @ columns).toarray().reshape(n_outer, k, -1),
        counts=np.asarray(cell.sum(axis=1), dtype=np.float64).reshape(n_outer, k),
        n=n,
        n_inner=n_inner,
        n_conditions=k,
    )
