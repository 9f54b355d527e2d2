"""Tail probabilities on a log scale, against closed forms."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from analysis.tails import log10_chi2_sf, log10_normal_two_sided


@pytest.mark.parametrize("statistic", [0.5, 20.0, 1290.0, 1500.0, 1e5])
def test_chi2_of_2_and_4_degrees_has_its_closed_form(statistic: float) -> None:
    """Q = exp(-x/2) for 2 degrees of freedom and exp(-x/2) (1 + x/2) for 4."""
    half = statistic / 2
    assert log10_chi2_sf(statistic, 2) == pytest.approx(-half / math.log(10), rel=1e-12)
    assert log10_chi2_sf(statistic, 4) == pytest.approx((-half + math.log1p(half)) / math.log(10), rel=1e-12)


@pytest.mark.parametrize("statistic", [1300.0, 5000.0])
@pytest.mark.parametrize("df", [1, 3, 6, 40])
def test_chi2_far_in_the_tail_continues_its_recurrence(statistic: float, df: int) -> None:
    """Q(a + 1, x) = Q(a, x) + x^a exp(-x) / Gamma(a + 1), whatever the size."""
    a, x = df / 2, statistic / 2
    step = (a * math.log(x) - x - math.lgamma(a + 1)) / math.log(10)
    lower, upper = log10_chi2_sf(statistic, df), log10_chi2_sf(statistic, df + 2)
    assert upper == pytest.approx(step + math.log10(1 + 10 ** (lower - step)), rel=1e-12)


def test_chi2_is_continuous_where_the_method_changes() -> None:
    below, above = log10_chi2_sf(1310.0, 6), log10_chi2_sf(1320.0, 6)
    assert below > -280 > above
    assert (below - above) / 10 == pytest.approx(0.5 / math.log(10), rel=0.02)


def test_the_papers_printed_p_fits_its_printed_h() -> None:
    """H = 485 with 6 degrees of freedom; 1.44e-101 needs an H of 484.980 to 484.994, which rounds to 485."""
    assert 10 ** log10_chi2_sf(484.987, 6) == pytest.approx(1.44e-101, rel=0.004)


def test_normal_tails_agree_with_scipy_and_go_on_beyond_it() -> None:
    assert 10 ** log10_normal_two_sided(-2.5) == pytest.approx(2 * stats.norm.sf(2.5), rel=1e-12)
    assert log10_normal_two_sided(0.0) == 0.0
    assert -21_720 < log10_normal_two_sided(316.2) < -21_700  # -(316.2^2 / 2 + ln(316.2 sqrt(pi / 2))) / ln 10
