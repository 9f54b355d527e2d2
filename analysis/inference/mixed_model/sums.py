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
    """Sums over ratings of the model's columns, which are of two kinds.

    *Own* columns of each condition: one per inner level, and one for its mean; *common* columns: one
    per inner level, and the score. All own columns come first, condition after condition.

    ``products`` is (columns, columns); ``own`` and ``common`` (conditions, outer, columns of the kind)
    sum the columns within each condition and outer level, ``counts`` (conditions, outer) counts the
    ratings there. A condition's own columns are 0 in the ratings of others, which are not stored.
    """

    products: Values
    own: Values
    common: Values
    counts: Values
    n: int
    n_inner: int

    @property
    def n_conditions(self) -> int:
        """Return the number of conditions."""
        return int(self.counts.shape[0])


def summed(outer: Codes, inner: Codes, condition: Codes, score: Values, *, n_conditions: int) -> Sums:
    """Sum the ratings; ``score`` is best centred and scaled, as the sums of squares then lose no digits."""
    n, k = score.size, n_conditions
    n_outer, n_inner = int(outer.max()) + 1, int(inner.max()) + 1
    row, one = np.arange(n), np.ones(n)
    size, n_own = n_inner + 1, k * (n_inner + 1)
    places = [condition * size + inner, condition * size + n_inner, n_own + inner, np.full(n, n_own + n_inner)]
    columns = sparse.csr_array(
        (np.concatenate([one, one, one, score]), (np.tile(row, 4), np.concatenate(places))), shape=(n, n_own + size)
    )
    own, common = np.zeros((k, n_outer, size)), np.zeros((k, n_outer, size))
    last = np.full(n, n_inner)
    np.add.at(own, (condition, outer, inner), 1.0)
    np.add.at(own, (condition, outer, last), 1.0)
    np.add.at(common, (condition, outer, inner), 1.0)
    np.add.at(common, (condition, outer, last), score)
    return Sums(
        products=(columns.T @ columns).toarray(),
        own=own,
        common=common,
        counts=own[:, :, n_inner],
        n=n,
        n_inner=n_inner,
    )
