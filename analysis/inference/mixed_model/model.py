"""A fitted mixed model: means, contrasts and F tests of the conditions, with Satterthwaite's degrees of freedom.

The degrees of freedom of a contrast are 2 v^2 / var(v) of its variance v, where var(v) comes from the
curvature of the restricted likelihood at its maximum [1]_ [2]_. Terms estimated as 0 are left out of
the curvature. An F test of several contrasts splits them into uncorrelated ones and joins their
degrees of freedom as lmerTest does [3]_.

References
----------
.. [1] F. E. Satterthwaite, "An approximate distribution of estimates of variance components",
   Biometrics Bulletin 2, 110-114 (1946).
.. [2] F. G. Giesbrecht and J. C. Burns, "Two-stage analysis based on a mixed model: large-sample
   asymptotic theory and small-sample simulation results", Biometrics 41, 477-486 (1985).
.. [3] A. Kuznetsova, P. B. Brockhoff and R. H. B. Christensen, "lmerTest package: tests in linear
   mixed effects models", Journal of Statistical Software 82(13) (2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.inference.mixed_model.terms import Term
from analysis.results import Values


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A mean or a difference of means, with its interval; ``se`` is its standard error."""

    value: float
    se: float
    df: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FTest:
    """F of several contrasts, with the degrees of freedom of its numerator and its denominator."""

    f: float
    df1: float
    df2: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MixedModel:
    """A model of ratings fitted by restricted maximum likelihood.

    ``variances`` of the random terms and ``residual`` are in squared scale points, a term's may be
    0. ``means`` are the conditions' estimated means in the order of ``conditions``, ``covariance``
    theirs; ``slopes`` (parameters, conditions, conditions) are its derivatives by the parameters of
    the variances, and ``parameter_covariance`` is that of these parameters.
    """

    conditions: tuple[str, ...]
    n: int
    variances: dict[Term, float]
    left_out: dict[Term, str]
    residual: float
    means: Values
    covariance: Values
    slopes: Values
    parameter_covariance: Values
    log_likelihood: float

    def contrast(self, weights: Values, *, level: float = 0.95) -> Estimate:
        """Estimate a weighted sum of the conditions' means.

        Parameters
        ----------
        weights : (conditions,)
        """
        value, se, df = float(weights @ self.means), self._variance(weights) ** 0.5, self.df(weights)
        half = float(stats.t.ppf((1 + level) / 2, df)) * se
        return Estimate(value=value, se=se, df=df, low=value - half, high=value + half)

    def mean(self, condition: str, *, level: float = 0.95) -> Estimate:
        """Estimate a condition's mean for assessors and items in general."""
        return self.contrast(self._indicator(condition), level=level)

    def difference(self, first: str, second: str, *, level: float = 0.95) -> Estimate:
        """Estimate by how much the first condition is rated higher than the second."""
        return self.contrast(self._indicator(first) - self._indicator(second), level=level)

    def df(self, weights: Values) -> float:
        """Return Satterthwaite's degrees of freedom of a weighted sum of means."""
        slope = self.slopes @ weights @ weights
        spread = float(slope @ self.parameter_covariance @ slope)
        return 2 * self._variance(weights) ** 2 / spread

    def f_test(self, contrasts: Values) -> FTest:
        """Test that contrasts are all 0.

        Parameters
        ----------
        contrasts : (contrasts, conditions), linearly independent; only the space they span matters
        """
        basis = np.linalg.qr(contrasts.T)[0].T
        variances, vectors = np.linalg.eigh(basis @ self.covariance @ basis.T)
        rows = vectors.T @ basis
        f = float(np.mean((rows @ self.means) ** 2 / variances))
        return FTest(f=f, df1=float(len(rows)), df2=_joined([self.df(row) for row in rows]))

    def f_test_of_conditions(self) -> FTest:
        """Test that all conditions have the same mean."""
        k = len(self.conditions)
        return self.f_test(np.eye(k)[1:] - np.eye(k)[:1])

    def _variance(self, weights: Values) -> float:
        return float(weights @ self.covariance @ weights)

    def _indicator(self, condition: str) -> Values:
        weights = np.zeros(len(self.conditions))
        weights[self.conditions.index(condition)] = 1.0
        return weights


def _joined(dfs: list[float]) -> float:
    """Return the denominator's degrees of freedom of the mean of squared t values with these."""
    if max(dfs) - min(dfs) < 1e-8 * max(dfs):
        return float(np.mean(dfs))
    if min(dfs) <= 2:
        return 2.0
    expected = sum(df / (df - 2) for df in dfs)
    return 2 * expected / (expected - len(dfs))
