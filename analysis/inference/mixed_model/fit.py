"""Fit a mixed model to a table of single ratings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from analysis.inference.mixed_model import reml
from analysis.inference.mixed_model.model import MixedModel
from analysis.inference.mixed_model.sums import Ratings, Sums, summed
from analysis.inference.mixed_model.terms import TERMS, Term, carried_terms, numbered
from analysis.results import Status, Values
from evalkit.errors import DataError

LARGEST_SYSTEM = 2_000  # columns of the dense equations
LARGEST_CELLS = 50_000_000  # numbers in the sums by outer level and condition
FLAT = 1e-8  # curvature of the deviance below which a parameter counts as undetermined, as in lmerTest


class NoModelError(Exception):
    """A mixed model cannot be fitted to these ratings; the message says why, ``status`` in a word."""

    def __init__(self, message: str, *, status: Status) -> None:
        super().__init__(message)
        self.status = status


def fit(units: pd.DataFrame, groups: Sequence[str], terms: tuple[Term, ...] = TERMS) -> MixedModel:
    """Fit the conditions' means and the random terms' variances.

    Parameters
    ----------
    units : single ratings by condition, from :func:`analysis.units.rating_units`
    terms : random terms wanted; those that the design does not carry are left out

    Raises
    ------
    NoModelError
        If the ratings are too few, do not vary, are fitted exactly, or are too many conditions and items.
    DataError
        If the table does not say whose ratings of what they are.
    """
    with threadpool_limits(limits=1, user_api="blas"):  # thousands of small products: threads cost more than they bring
        return _fit(_ratings(units, groups), groups, terms)


def _fit(ratings: Ratings, groups: Sequence[str], terms: tuple[Term, ...]) -> MixedModel:
    left_out, kept = carried_terms(ratings, terms)
    if not kept:
        raise NoModelError("needs two assessors or two items with several ratings each", status="too_short")
    centre, spread = float(ratings.score.mean()), float(ratings.score.std())
    if spread == 0:
        raise NoModelError("all values are equal", status="identical")
    sums, order = _sums(ratings, (ratings.score - centre) / spread)

    def solve(theta: Values) -> reml.Solution:
        by_term = dict(zip(kept, theta, strict=True))
        return reml.solve(sums, *(by_term.get(term, 0.0) for term in order))

    try:
        theta = reml.minimise(lambda values: solve(values).deviance, len(kept))
        if theta.max() >= 0.99 * reml.LARGEST_THETA:
            raise reml.NoResidualError
        solution = solve(theta)
        slopes, parameter_covariance = _uncertainty(solve, theta, solution)
    except reml.NoResidualError:
        message = "the ratings are a sum of effects without any residual variance"
        raise NoModelError(message, status="not_applicable") from None
    residual = solution.rss / solution.dof * spread**2
    return MixedModel(
        conditions=tuple(groups),
        n=ratings.score.size,
        variances={term: float(residual * value**2) for term, value in zip(kept, theta, strict=True)},
        left_out=left_out,
        residual=residual,
        means=solution.means * spread + centre,
        covariance=solution.covariance * residual,
        slopes=slopes * residual,
        parameter_covariance=parameter_covariance,
        log_likelihood=-solution.deviance / 2 - solution.dof * math.log(spread),
    )


def _ratings(units: pd.DataFrame, groups: Sequence[str]) -> Ratings:
    if not {"assessor", "item"} <= set(units.index.names):
        raise DataError("a mixed model needs single ratings with their assessor and item, not averages over items")
    values = units[list(groups)].to_numpy(dtype=np.float64)
    row, condition = np.nonzero(~np.isnan(values))
    assessor, item = (units.index.get_level_values(name).to_numpy(dtype=str)[row] for name in ("assessor", "item"))
    order = np.lexsort((values[row, condition], condition, item, assessor))  # sums do not depend on the rows' order
    row, condition = row[order], condition[order]
    if np.unique(condition).size < max(2, len(groups)):
        raise NoModelError("needs two conditions or more, each with a value", status="too_short")
    if row.size <= len(groups):
        raise NoModelError("needs more ratings than conditions", status="too_short")
    return Ratings(
        assessor=numbered(assessor[order]),
        item=numbered(item[order]),
        condition=condition.astype(np.int64),
        score=np.asarray(values[row, condition]),
        n_conditions=len(groups),
    )


def _sums(ratings: Ratings, score: Values) -> tuple[Sums, tuple[Term, ...]]:
    """Sum the ratings with the side of more levels outside; return also the order of the terms of ``solve``."""
    sides = {"assessor": ratings.assessor, "item": ratings.item}
    sizes = {side: int(codes.max()) + 1 for side, codes in sides.items()}
    order: tuple[Term, ...] = ("assessor", "item", "assessor:condition", "item:condition")
    outer, inner = sides["assessor"], sides["item"]
    if sizes["item"] > sizes["assessor"]:
        outer, inner, order = inner, outer, ("item", "assessor", "item:condition", "assessor:condition")
    k = ratings.n_conditions
    columns = min(sizes.values()) * (1 + k) + k
    if columns > LARGEST_SYSTEM or max(sizes.values()) * k * columns > LARGEST_CELLS:
        raise NoModelError(
            f"{sizes['assessor']} assessors, {sizes['item']} items and {k} conditions are too many: "
            f"{columns} equations, at most {LARGEST_SYSTEM} are solved",
            status="not_applicable",
        )
    return summed(outer, inner, ratings.condition, score, n_conditions=k), order


def _uncertainty(
    solve: Callable[[Values], reml.Solution], theta: Values, solution: reml.Solution
) -> tuple[Values, Values]:
    """Return the derivatives of the means' covariance by the parameters, and the parameters' covariance.

    The parameters are the thetas above 0 and the logarithm of the residual standard deviation;
    derivatives are in units of the residual variance.
    """
    free = np.flatnonzero(theta)
    variance = solution.rss / solution.dof

    def at(values: Values) -> reml.Solution:
        whole = np.zeros(theta.size)
        whole[free] = values
        return solve(whole)

    def deviance(values: Values) -> float:  # at the residual variance found
        there = at(values)
        return there.log_determinants + there.rss / variance

    curvature = np.empty((free.size + 1, free.size + 1))
    curvature[:-1, :-1] = reml.hessian(deviance, theta[free])
    curvature[-1, :-1] = curvature[:-1, -1] = -2 / variance * reml.gradient(lambda v: at(v).rss, theta[free])
    curvature[-1, -1] = 4 * solution.dof
    bends, directions = np.linalg.eigh(curvature)
    determined = bends > FLAT * bends.max()
    inverse = directions[:, determined] / bends[determined] @ directions[:, determined].T
    by_theta = reml.slopes(lambda v: at(v).covariance, theta[free]).reshape(-1, *solution.covariance.shape)
    return np.concatenate([by_theta, 2 * solution.covariance[None]]), 2 * inverse
