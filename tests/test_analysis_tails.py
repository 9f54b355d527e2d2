"""Tail probabilities on a log scale, against closed forms."""

from __future__ import annotations

import itertools
import math

import pytest
from scipy import stats

from analysis.tails import log10_chi2_sf, log10_f_sf, log10_normal_two_sided, log10_t_two_sided


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


@pytest.mark.parametrize("statistic", [0.5, 20.0, 1e3, 1e6, 1e12])
@pytest.mark.parametrize("df2", [3.7, 60.0, 5000.0])
def test_f_of_2_degrees_above_has_its_closed_form(statistic: float, df2: float) -> None:
    """P = (1 + 2 F / df2) ^ (-df2 / 2) for 2 degrees of freedom in the numerator."""
    expected = -df2 / 2 * math.log1p(2 * statistic / df2) / math.log(10)
    assert log10_f_sf(statistic, 2, df2) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("statistic", [2.0, 1e4, 1e9])
def test_f_of_4_degrees_above_has_its_closed_form(statistic: float) -> None:
    """P = x^a (1 + a (1 - x)) with a = df2 / 2 and x = 1 / (1 + 4 F / df2), for 4 in the numerator."""
    a = 150.0
    log_x = -math.log1p(4 * statistic / (2 * a))
    expected = (a * log_x + math.log1p(-a * math.expm1(log_x))) / math.log(10)
    assert log10_f_sf(statistic, 4, 2 * a) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("df1", [1.0, 3.0, 6.0, 60.0])
def test_f_is_continuous_where_the_method_changes(df1: float) -> None:
    """Around 1e-280, steps of 0.1 % in F change log p in equal ratios."""
    df2 = 800.0
    f = next(value for value in (10 * 1.001**n for n in range(100_000)) if log10_f_sf(value, df1, df2) < -280)
    logs = [log10_f_sf(f * 1.001**n, df1, df2) for n in range(-3, 4)]
    steps = [later - earlier for earlier, later in itertools.pairwise(logs)]
    assert steps == pytest.approx([steps[0]] * 6, rel=0.01)


def test_t_of_1_and_2_degrees_has_its_closed_form() -> None:
    """Two-sided: 2 atan(1 / t) / pi for 1 degree of freedom, 1 - t / sqrt(2 + t^2) for 2."""
    assert 10 ** log10_t_two_sided(-3.5, 1) == pytest.approx(2 * math.atan(1 / 3.5) / math.pi, rel=1e-12)
    assert 10 ** log10_t_two_sided(3.5, 2) == pytest.approx(1 - 3.5 / math.sqrt(2 + 3.5**2), rel=1e-12)
    assert log10_t_two_sided(1e152, 2) == pytest.approx(-304, abs=1e-9)  # P goes as 1 / t^2


def test_t_and_f_agree_with_scipy_where_scipy_reaches() -> None:
    for df in (4.2, 63.25, 1326.3):
        assert 10 ** log10_t_two_sided(4.4, df) == pytest.approx(2 * stats.t.sf(4.4, df), rel=1e-11)
        assert 10 ** log10_f_sf(7.1, 6, df) == pytest.approx(stats.f.sf(7.1, 6, df), rel=1e-11)
