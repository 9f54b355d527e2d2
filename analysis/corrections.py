"""Corrections for many comparisons: one family of p-values in, adjusted p-values out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np

from analysis.results import Values
from evalkit.errors import ConfigError
from evalkit.registry import did_you_mean

Correction = Literal["bonferroni", "holm", "fdr_bh", "none"]
METHODS: tuple[Correction, ...] = get_args(Correction)
NAMES: dict[Correction, str] = {
    "bonferroni": "Bonferroni",
    "holm": "Holm",
    "fdr_bh": "Benjamini-Hochberg (false discovery rate)",
    "none": "no correction",
}


def adjust(p_values: Sequence[float | None], method: Correction) -> list[float | None]:
    """Adjust the p-values of one family, keeping their order.

    Parameters
    ----------
    p_values : the family; None or NaN marks a test without a p-value: it stays None and does not
        count towards the size of the family, as in R's ``p.adjust``
    method : ``holm`` and ``bonferroni`` hold the family-wise error, ``fdr_bh`` the false discovery
        rate, ``none`` returns the p-values as they are

    Raises
    ------
    ConfigError
        If the method is unknown.
    """
    return _adjusted(p_values, method, lambda p, factor: p * factor, most=1.0)


def adjust_log10(log10_p_values: Sequence[float | None], method: Correction) -> list[float | None]:
    """Adjust the decimal logarithms of p-values, as :func:`adjust` does p-values: they do not underflow.

    Raises
    ------
    ConfigError
        If the method is unknown.
    """
    return _adjusted(log10_p_values, method, lambda log10_p, factor: log10_p + np.log10(factor), most=0.0)


def _adjusted(
    values: Sequence[float | None], method: Correction, times: Callable[[Values, Values], Values], *, most: float
) -> list[float | None]:
    if method not in METHODS:
        raise ConfigError(f"unknown correction '{method}'{did_you_mean(method, METHODS)}; known: {', '.join(METHODS)}")
    adjusted: list[float | None] = [None if value is None or np.isnan(value) else float(value) for value in values]
    places = [place for place, value in enumerate(adjusted) if value is not None]
    if method == "none" or not places:
        return adjusted
    found = np.array([adjusted[place] for place in places])
    for place, value in zip(places, np.minimum(most, _ADJUST[method](found, times)), strict=True):
        adjusted[place] = float(value)
    return adjusted


def _bonferroni(p: Values, times: Callable[[Values, Values], Values]) -> Values:
    return times(p, np.full(p.size, float(p.size)))


def _holm(p: Values, times: Callable[[Values, Values], Values]) -> Values:
    """Multiply the smallest by n, the next by n - 1, ..., and never let a larger p become the smaller one."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.maximum.accumulate(times(p[order], np.arange(p.size, 0.0, -1)))
    return adjusted


def _benjamini_hochberg(p: Values, times: Callable[[Values, Values], Values]) -> Values:
    """Multiply the i-th smallest by n / i, and never let a smaller p become the larger one."""
    order = np.argsort(p, kind="stable")[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum.accumulate(times(p[order], p.size / np.arange(p.size, 0.0, -1)))
    return adjusted


_ADJUST: dict[Correction, Callable[[Values, Callable[[Values, Values], Values]], Values]] = {
    "bonferroni": _bonferroni,
    "holm": _holm,
    "fdr_bh": _benjamini_hochberg,
}
