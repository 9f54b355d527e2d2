"""Corrections for many comparisons."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.corrections import METHODS, Correction, adjust, adjust_log10
from evalkit.errors import ConfigError


def test_tests_without_a_p_value_stay_without_and_do_not_count() -> None:
    """R: p.adjust(c(.01, NA, .02), "bonferroni") is .02 NA .04."""
    assert adjust([0.01, None, 0.02], "bonferroni") == [0.02, None, 0.04]
    assert adjust([0.01, float("nan"), 0.02], "holm") == [0.02, None, 0.02]


def test_no_correction_returns_the_p_values() -> None:
    assert adjust([0.2, None], "none") == [0.2, None]


def test_an_empty_family_stays_empty() -> None:
    assert adjust([], "holm") == []
    assert adjust([None], "holm") == [None]


def test_an_unknown_correction_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown correction 'bonferoni'; did you mean 'bonferroni'"):
        adjust([0.1], "bonferoni")  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25, deadline=None)
@given(p_values=st.lists(st.floats(1e-200, 1), min_size=1, max_size=12))
def test_logarithms_are_adjusted_as_the_p_values_are(method: Correction, p_values: list[float]) -> None:
    logarithms = adjust_log10([math.log10(p) for p in p_values], method)
    assert [10**value for value in logarithms if value is not None] == pytest.approx(adjust(p_values, method), rel=1e-9)


def test_a_p_value_that_underflowed_keeps_its_corrected_logarithm() -> None:
    assert adjust([0.0, 1e-5], "holm") == [0.0, 1e-5]
    assert adjust_log10([-400.0, -5.0], "holm") == [pytest.approx(-400 + math.log10(2)), -5.0]
