"""Restricted maximum likelihood of a model with crossed random effects, profiled over the residual variance.

Parameters are the random terms' standard deviations in units of the residual one, theta. The
deviance is an even, smooth function of each, so a variance of 0 is an ordinary stationary point and
needs no barrier [1]_. The covariance of one outer level's ratings is inverted in closed form
(Sherman and Morrison's formula, twice); the inner side is a small dense Cholesky factorisation.

References
----------
.. [1] D. Bates, M. Mächler, B. Bolker and S. Walker, "Fitting linear mixed-effects models using
   lme4", Journal of Statistical Software 67(1), section 3 (2015).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize

from analysis.inference.mixed_model.sums import Sums
from analysis.results import Values

STARTS = (1.0, 0.3, 0.1)
ZERO = 0.02  # a theta below is tried as 0
LARGEST_THETA = 1e3  # a term of a million residual variances: the ratings hold no residual variance
NO_SPREAD = 1e-14  # residual variance, in units of the ratings' variance, that is only rounding


class NoResidualError(ArithmeticError):
    """The model fits exactly: no residual variance is left to measure the others by."""


class _Gram(NamedTuple):
    """Products of columns weighted by an inverse covariance, and the covariance's log determinant."""

    products: Values
    log_determinant: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """The model at one theta: ``log_determinants`` and ``rss`` make up the deviance.

    ``covariance`` is that of the conditions' means in units of the residual variance.
    """

    means: Values
    covariance: Values
    rss: float
    log_determinants: float
    dof: int

    @property
    def deviance(self) -> float:
        """Return -2 log restricted likelihood, at the best residual variance."""
        return self.log_determinants + self.dof * (1 + math.log(2 * math.pi * self.rss / self.dof))


def solve(sums: Sums, outer: float, inner: float, outer_condition: float, inner_condition: float) -> Solution:
    """Solve for the conditions' means, given each random term's theta.

    Raises
    ------
    NoResidualError
        If nothing is left of the ratings' variance.
    """
    k, size = sums.n_conditions, sums.n_inner + 1
    gram = _without_outer(sums, outer, outer_condition)
    scale = np.zeros(len(gram.products))
    scale[: k * size].reshape(k, size)[:, :-1] = inner_condition
    scale[k * size : -1] = inner
    fixed_or_score = np.append(np.arange(k) * size + size - 1, len(gram.products) - 1)
    used = np.flatnonzero(scale)
    scale = scale[used]
    system = scale[:, None] * gram.products[np.ix_(used, used)] * scale
    system.flat[:: used.size + 1] += 1.0
    factor = np.linalg.cholesky(system)
    shared = linalg.solve_triangular(
        factor, scale[:, None] * gram.products[np.ix_(used, fixed_or_score)], lower=True, check_finite=False
    )
    rest = gram.products[np.ix_(fixed_or_score, fixed_or_score)] - shared.T @ shared
    fixed = linalg.cho_factor(rest[:k, :k], lower=True, check_finite=False)
    means = linalg.cho_solve(fixed, rest[:k, k], check_finite=False)
    rss, dof = float(rest[k, k] - rest[:k, k] @ means), sums.n - k
    if rss <= NO_SPREAD * sums.n:
        raise NoResidualError
    return Solution(
        means=means,
        covariance=linalg.cho_solve(fixed, np.eye(k), check_finite=False),
        rss=rss,
        log_determinants=float(
            gram.log_determinant + 2 * np.sum(np.log(np.diag(factor))) + 2 * np.sum(np.log(np.diag(fixed[0])))
        ),
        dof=dof,
    )


def _without_outer(sums: Sums, outer: float, outer_condition: float) -> _Gram:
    """Weight the columns' products by the inverse covariance of the outer side's effects and the residual."""
    k, n_outer, size = sums.own.shape
    within = 1 + outer_condition**2 * sums.counts
    across = 1 + outer**2 * np.sum(sums.counts / within, axis=0)
    products = sums.products.copy()
    own, common = sums.own / within[:, :, None], sums.common / within[:, :, None]
    if outer_condition:
        n_own, each = k * size, np.arange(k)
        by_condition = products[:n_own, :n_own].reshape(k, size, k, size)
        by_condition[each, :, each, :] -= outer_condition**2 * (sums.own.transpose(0, 2, 1) @ own)
        mixed = (outer_condition**2 * (sums.own.transpose(0, 2, 1) @ common)).reshape(n_own, size)
        products[:n_own, n_own:] -= mixed
        products[n_own:, :n_own] -= mixed.T
        products[n_own:, n_own:] -= outer_condition**2 * np.tensordot(sums.common, common, axes=((0, 1), (0, 1)))
    total = np.hstack([own.transpose(1, 0, 2).reshape(n_outer, k * size), common.sum(axis=0)])
    products -= total.T @ (outer**2 / across[:, None] * total)
    return _Gram(products, float(np.sum(np.log(within)) + np.sum(np.log(across))))


def minimise(deviance: Callable[[Values], float], n_terms: int) -> Values:
    """Return the thetas of least deviance, each at least 0.

    A small theta is tried as 0; a 0 is left again if the deviance falls beside it.
    """
    start = min((np.full(n_terms, value) for value in STARTS), key=deviance)
    theta = _descend(deviance, start)
    for _ in range(3):
        theta = _with_zeros(deviance, theta)
        beside = _lower_beside_zero(deviance, theta)
        if beside is None:
            break
        theta = _descend(deviance, beside)
    return theta


def gradient(function: Callable[[Values], float], at: Values) -> Values:
    """Return the numerical gradient of a function: central differences of fourth order."""
    return slopes(lambda values: np.asarray(function(values)), at)


def slopes(function: Callable[[Values], Values], at: Values) -> Values:
    """Return the derivatives of an array by each parameter, (parameters, ...), like :func:`gradient`."""
    found = []
    for number, h in enumerate(_steps(at)):
        step = np.zeros(at.size)
        step[number] = h
        near, far = function(at + step) - function(at - step), function(at + 2 * step) - function(at - 2 * step)
        found.append((8 * near - far) / (12 * h))
    return np.array(found)


def hessian(function: Callable[[Values], float], at: Values) -> Values:
    """Return the numerical matrix of second derivatives: central differences, extrapolated once."""
    return (4 * _second_differences(function, at, _steps(at)) - _second_differences(function, at, 2 * _steps(at))) / 3


def _steps(at: Values) -> Values:
    return np.maximum(0.01 * np.abs(at), 1e-3)


def _second_differences(function: Callable[[Values], float], at: Values, steps: Values) -> Values:
    middle, n = function(at), at.size
    found = np.empty((n, n))
    for i in range(n):
        a = np.zeros(n)
        a[i] = steps[i]
        found[i, i] = (function(at + a) - 2 * middle + function(at - a)) / steps[i] ** 2
        for j in range(i):
            b = np.zeros(n)
            b[j] = steps[j]
            mixed = function(at + a + b) - function(at + a - b) - function(at - a + b) + function(at - a - b)
            found[i, j] = found[j, i] = mixed / (4 * steps[i] * steps[j])
    return found


def _descend(deviance: Callable[[Values], float], start: Values) -> Values:
    found = optimize.minimize(
        deviance,
        start,
        jac=lambda theta: gradient(deviance, theta),
        method="L-BFGS-B",
        bounds=[(0.0, LARGEST_THETA)] * start.size,
        options={"maxiter": 200, "ftol": 1e-11, "gtol": 1e-6},
    )
    return np.asarray(found.x, dtype=np.float64)


def _with_zeros(deviance: Callable[[Values], float], theta: Values) -> Values:
    """Set small thetas to 0 where the deviance does not rise, then take Newton's steps in the others."""
    for number in np.flatnonzero((theta > 0) & (theta < ZERO)):
        without = theta.copy()
        without[number] = 0.0
        if deviance(without) <= deviance(theta) + 1e-8:
            theta = without
    free = np.flatnonzero(theta)
    if free.size == 0:
        return theta

    def of_free(values: Values) -> float:
        whole = np.zeros(theta.size)
        whole[free] = values
        return deviance(whole)

    curvature = _second_differences(of_free, theta[free], _steps(theta[free]))
    if np.linalg.eigvalsh(curvature)[0] <= 0:
        return theta
    for _ in range(3):
        moved = theta.copy()
        moved[free] = np.abs(theta[free] - np.linalg.solve(curvature, gradient(of_free, theta[free])))
        if deviance(moved) > deviance(theta) + 1e-9:
            break
        theta = moved
    return theta


def _lower_beside_zero(deviance: Callable[[Values], float], theta: Values) -> Values | None:
    """Return a theta beside one with zeros that has a lower deviance, if there is any."""
    here = deviance(theta)
    for number in np.flatnonzero(theta == 0):
        for value in (0.01, 0.1, 0.3):
            beside = theta.copy()
            beside[number] = value
            if deviance(beside) < here - 1e-6:
                return beside
    return None
