"""Agreement with R 4.2.2 of tests and corrections, on synthetic and public sets of ratings."""

from __future__ import annotations

from typing import Any

import pytest
from r_goldens import PUBLIC, Golden, listed, load_set, sets, trials

from analysis.corrections import adjust
from analysis.inference import dunn
from analysis.inference.shapiro_wilk import LARGEST
from analysis.units import assessor_means, rating_units

LEVELS = {"within_trial": trials, "within_participant_means": assessor_means}


@pytest.fixture(params=sets("", PUBLIC))
def golden(request: pytest.FixtureRequest) -> Golden:
    return load_set(request.param)


def test_systems_are_in_rs_order(golden: Golden) -> None:
    """Pairs are compared by position."""
    assert golden.systems == listed(golden.r["systems"])
    assert [" | ".join(pair) for pair in golden.pairs] == listed(golden.r["mannwhitney"]["pairs"])


def test_shapiro_wilk_agrees_with_r(golden: Golden) -> None:
    units = rating_units(golden.ratings, golden.systems)
    for system in golden.systems:
        expected, found = golden.r["describe"][system]["shapiro"], golden.run("shapiro_wilk", units, system)
        if "error" in expected:  # R refuses constant, too few and too many values
            assert found.p is None and found.notes
            assert found.status in ("not_applicable", "too_short") or found.n > LARGEST
        else:
            assert found.statistic == pytest.approx(expected["W"], rel=1e-6)
            assert found.p == pytest.approx(expected["p"], rel=1e-6)


def test_kruskal_wallis_agrees_with_r(golden: Golden) -> None:
    found = golden.run("kruskal_wallis", rating_units(golden.ratings, golden.systems))
    assert found.statistic == pytest.approx(golden.r["kruskal"]["statistic"], rel=1e-9)
    assert found.df == golden.r["kruskal"]["df"]
    assert found.p == pytest.approx(golden.r["kruskal"]["p"], rel=1e-9)
    assert found.effects[0].value == pytest.approx(golden.r["epsilon_squared"], rel=1e-9)


def test_brown_forsythe_agrees_with_r(golden: Golden) -> None:
    """R: car::leveneTest(center = median)."""
    expected = golden.r["brown_forsythe"]
    found = golden.run("brown_forsythe", rating_units(golden.ratings, golden.systems))
    assert found.statistic == pytest.approx(expected["F"], rel=1e-9)
    assert found.df == (expected["df1"], expected["df2"])
    assert found.p == pytest.approx(expected["p"], rel=1e-9)


def test_dunn_agrees_with_r(golden: Golden) -> None:
    """R: rstatix::dunn_test, whose z is above 0 where the second system is ranked higher."""
    expected = golden.r["dunn"]
    assert [" | ".join(pair) for pair in golden.pairs] == listed(expected["pairs"])
    found = dunn.run(rating_units(golden.ratings, golden.systems), golden.systems, golden.pairs)
    assert [-result.statistic for result in found if result.statistic is not None] == pytest.approx(
        listed(expected["z"]), rel=1e-9, abs=1e-12
    )
    p = [result.p for result in found]
    assert p == pytest.approx(listed(expected["p"]), rel=1e-9)
    assert adjust(p, "bonferroni") == pytest.approx(listed(expected["bonferroni"]), rel=1e-9)
    assert adjust(p, "holm") == pytest.approx(listed(expected["holm"]), rel=1e-9)


def test_mann_whitney_agrees_with_r(golden: Golden) -> None:
    units, expected = rating_units(golden.ratings, golden.systems), golden.r["mannwhitney"]
    found = [golden.run("mann_whitney", units, *pair) for pair in golden.pairs]
    assert [result.statistic for result in found] == listed(expected["U1"])
    assert [result.p for result in found] == pytest.approx(listed(expected["p"]["asymptotic_cc"]), rel=1e-9)
    assert [result.effects[0].value for result in found] == pytest.approx(listed(expected["cliffs_delta"]), rel=1e-9)


def test_log10_p_of_mann_whitney_is_the_logarithm_of_p(golden: Golden) -> None:
    units = rating_units(golden.ratings, golden.systems)
    for pair in golden.pairs:
        found = golden.run("mann_whitney", units, *pair)
        assert found.p is not None and found.log10_p is not None
        assert 10**found.log10_p == pytest.approx(found.p, rel=1e-9)


@pytest.mark.parametrize(("method", "r_name"), [("bonferroni", "bonferroni"), ("holm", "holm"), ("fdr_bh", "BH")])
def test_corrections_agree_with_r(golden: Golden, method: Any, r_name: str) -> None:
    expected = golden.r["mannwhitney"]
    found = adjust(listed(expected["p"]["asymptotic_cc"]), method)
    assert found == pytest.approx(listed(expected["adjusted_cc"][r_name]), rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_friedman_and_kendalls_w_agree_with_r(golden: Golden, level: str) -> None:
    expected, found = golden.r[level], golden.run("friedman", LEVELS[level](golden.ratings, golden.systems))
    assert found.n == expected["blocks"]
    if "friedman" not in expected:
        assert found.status in ("not_applicable", "too_short")
        return
    assert found.statistic == pytest.approx(expected["friedman"]["statistic"], rel=1e-9)
    assert found.p == pytest.approx(expected["friedman"]["p"], rel=1e-9)
    assert found.effects[0].value == pytest.approx(expected["kendall_W"], rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_iman_davenport_agrees_with_r(golden: Golden, level: str) -> None:
    expected = golden.r[level].get("iman_davenport")
    found = golden.run("iman_davenport", LEVELS[level](golden.ratings, golden.systems))
    if expected is None:
        assert found.status in ("not_applicable", "too_short")
    elif expected["F"] is None:  # infinite: R goes on to p = 0
        assert found.status == "not_applicable"
        assert "every unit ranks the conditions alike: F is infinite, see Friedman" in found.notes
    else:
        assert found.statistic == pytest.approx(expected["F"], rel=1e-9)
        assert found.df == (expected["df1"], expected["df2"])
        assert found.p == pytest.approx(expected["p"], rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_skillings_mack_of_complete_units_is_rs_friedman_test(golden: Golden, level: str) -> None:
    """With nothing missing the two are the same statistic (Skillings and Mack 1981), ties included."""
    expected = golden.r[level].get("friedman")
    if expected is None:
        return
    complete = LEVELS[level](golden.ratings, golden.systems).dropna()
    found = golden.run("skillings_mack", complete)
    assert found.statistic == pytest.approx(expected["statistic"], rel=1e-9)
    assert found.p == pytest.approx(expected["p"], rel=1e-9)
