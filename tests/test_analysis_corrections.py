"""Corrections for many comparisons."""

from __future__ import annotations

import pytest

from analysis.corrections import adjust
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
