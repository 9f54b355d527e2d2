"""Numbers as they are printed."""

from __future__ import annotations

import pytest

from analysis import numerals
from analysis.legend import COMPLETE, PAPER


@pytest.mark.parametrize(
    ("p", "log10_p", "printed"),
    [
        (0.0124, None, ".012"),
        (1.734e-120, -119.76, "1.73e-120"),
        (6.46e-4, None, "6.46e-4"),
        (0.0, -400.0, "< 1e-300"),
        (0.0, None, "< 1e-300"),
        (1.0, 0.0, "1"),
        (0.9994, None, ".999"),
        (0.04979, None, ".0498"),
        (0.0502, None, ".0502"),
        (None, None, "–"),
    ],
)
def test_p_is_never_printed_as_0_nor_rounded_across_05(p: float | None, log10_p: float | None, printed: str) -> None:
    assert numerals.p_value(p, log10_p) == printed


def test_p_in_a_sentence() -> None:
    assert numerals.p_statement(1e-9) == "p < .001"
    assert numerals.p_statement(0.0341) == "p = .034"


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0.31, ".31"), (-0.981, "−.98"), (0.996, ".996"), (0.99999, ".999"), (1, "1"), (-1, "−1"), (-0.001, ".00")],
)
def test_1_is_printed_for_exactly_1_only(value: float, printed: str) -> None:
    assert numerals.fraction(value) == printed


def test_minus_signs_are_true_and_zero_has_none() -> None:
    assert numerals.fixed(-12.34) == "−12.3"
    assert numerals.fixed(-0.04) == "0.0"
    assert numerals.signed(0.04) == "0.0"
    assert numerals.interval(-7.5, 6, sign=True) == "[−7.5, +6.0]"


def test_what_is_not_a_number_is_a_dash() -> None:
    nan = float("nan")
    assert {numerals.fixed(nan), numerals.short(None), numerals.fraction(nan), numerals.interval(nan, 1)} == {"–"}


def test_long_lists_are_cut_and_counted() -> None:
    assert numerals.listed(["a", "b", "c"]) == "a, b and c"
    assert numerals.listed(list("abcdefgh"), most=3) == "a, b and 6 more"


def test_the_complete_legend_has_a_mark_for_every_p() -> None:
    marks = [COMPLETE.mark(p) for p in (0.0, 0.0009, 0.001, 0.01, 0.049, 0.05, 1.0)]
    assert marks == ["***", "***", "**", "*", "*", "o", "o"]


def test_the_papers_legend_marks_its_own_gap() -> None:
    """The paper: o >= 0.05, * < 0.01, *** < 0.0001; nothing stands for .01 to .05."""
    assert [PAPER.mark(p) for p in (0.00009, 0.0001, 0.0099, 0.03, 0.05)] == ["***", "*", "*", "(*)", "o"]
    assert "legend has no mark" in PAPER.explain()
