"""Agreement of the mixed model with lme4 1.1-31, lmerTest 3.1-3 and emmeans 1.8.4.

Bounds: means, differences and variances 1e-4 (of the value, or of the residual's standard deviation
or variance), standard errors and F 1e-3, degrees of freedom 5e-3: lmerTest differentiates the
likelihood numerically where lme4's search ended, which is near its maximum.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pytest
from r_goldens import MODELLED, Golden, load_set, sets

from analysis.corrections import adjust
from analysis.inference import mixed_model
from analysis.inference.mixed_model.fit import fit
from analysis.inference.mixed_model.model import MixedModel
from analysis.inference.mixed_model.terms import TERMS, Term
from analysis.units import rating_units

MODELS: dict[str, tuple[Term, ...]] = {"intercepts": ("assessor", "item"), "interactions": TERMS}
R_NAMES: dict[str, Term] = {
    "participant": "assessor",
    "item": "item",
    "participant:system": "assessor:condition",
    "item:system": "item:condition",
}
# R's search ended where its restricted likelihood is this much below the maximum: variances then differ by more.
STOPPED_SHORT = {("s4drc", "interactions"): 1e-5}


class Case(NamedTuple):
    """A model of a set, and what R found."""

    name: tuple[str, str]
    golden: Golden
    model: MixedModel
    r: dict[str, Any]

    @property
    def residual(self) -> float:
        return next(float(row["vcov"]) for row in self.r["varcomp"] if row["grp"] == "Residual")


@pytest.fixture(scope="module", params=sets("models_", MODELLED))
def modelled(request: pytest.FixtureRequest) -> Golden:
    return load_set(request.param, "models_")


@pytest.fixture(scope="module", params=MODELS)
def case(request: pytest.FixtureRequest, modelled: Golden) -> Case:
    """Fit the model once for all tests of it; statsmodels fails on syn_paperlike (variance 396 instead of 33.6)."""
    r = modelled.r[request.param]
    if "error" in r:
        pytest.skip(f"R fitted no such model: {r['error']}")
    units = rating_units(modelled.ratings, modelled.systems)
    model = fit(units, modelled.systems, MODELS[request.param])
    return Case((modelled.name, request.param), modelled, model, r)


def near(expected: float, *, within: float) -> Any:
    return pytest.approx(expected, rel=1e-4, abs=1e-4 * within)


def test_means_and_differences_agree_with_r(case: Case) -> None:
    spread = math.sqrt(case.residual)
    for row in case.r["emmeans"]:
        found = case.model.mean(str(row["system"]))
        assert found.value == near(row["emmean"], within=spread)
        assert found.se == pytest.approx(row["SE"], rel=1e-3)
        assert (found.low, found.high) == pytest.approx((row["lower.CL"], row["upper.CL"]), abs=0.01 * row["SE"])
    for pair, row in zip(case.golden.pairs, case.r["pairs_holm"], strict=True):
        found = case.model.difference(*pair)
        assert found.value == near(row["estimate"], within=spread)
        assert found.se == pytest.approx(row["SE"], rel=1e-3)


def test_variances_agree_with_r_or_have_the_higher_likelihood(case: Case) -> None:
    """R's maximum of the restricted likelihood is never above ours."""
    gain = case.model.log_likelihood - case.r["logLikREML"]
    assert -1e-7 < gain < 1e-4
    found = {**case.model.variances, "residual": case.model.residual}
    bound = 1e-4
    if case.name in STOPPED_SHORT:
        assert gain == pytest.approx(STOPPED_SHORT[case.name], rel=0.1)
        bound = 1e-3
    for row in case.r["varcomp"]:
        value = found.get(R_NAMES.get(row["grp"], "residual"), 0.0)
        assert value == pytest.approx(row["vcov"], rel=bound, abs=bound * case.residual)


def test_f_and_degrees_of_freedom_agree_with_r(case: Case) -> None:
    result = mixed_model.omnibus(case.model)
    assert result.statistic == pytest.approx(case.r["F"], rel=1e-3)
    assert isinstance(result.df, tuple)
    assert result.df[0] == case.r["ndf"]
    assert result.df[1] == pytest.approx(case.r["ddf"], rel=5e-3)
    for row in case.r["emmeans"]:
        assert case.model.mean(str(row["system"])).df == pytest.approx(row["df"], rel=5e-3)
    for pair, row in zip(case.golden.pairs, case.r["pairs_holm"], strict=True):
        assert case.model.difference(*pair).df == pytest.approx(row["df"], rel=5e-3)


def test_corrected_p_values_of_contrasts_agree_with_r(case: Case) -> None:
    """On the scale of log p, where the bound on t and its degrees of freedom stays one bound."""
    found = adjust([result.p for result in mixed_model.contrasts(case.model, case.golden.pairs)], "holm")
    for p, row in zip(found, case.r["pairs_holm"], strict=True):
        assert p is not None
        assert math.log(p) == pytest.approx(math.log(row["p.value"]), rel=1e-3, abs=1e-3)
