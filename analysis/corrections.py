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
    if method not in METHODS:
        raise ConfigError(f"unknown correction '{method}'{did_you_mean(method, METHODS)}; known: {', '.join(METHODS)}")
    adjusted: list[float | None] = [None if p is None or np.isnan(p) else float(p) for p in p_values]
    places = [place for place, p in enumerate(adjusted) if p is not None]
    if method == "none" or not places:
        return adjusted
    values = _ADJUST[method](np.array([adjusted[place] for place in places]))
    for place, value in zip(places, values, strict=True):
        adjusted[place] = float(value)
    return adjusted


def _bonferroni(p: Values) -> Values:
    return np.minimum(1.0, p * p.size)


def _holm(p: Values) -> Values:
    """Multiply the smallest by n, the next by n - 1, ..., and never let a larger p become the smaller one."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)))
    return adjusted


def _benjamini_hochberg(p: Values) -> Values:
    """Multiply the i-th smallest by n / i, and never let a smaller p become the larger one."""
    order = np.argsort(p, kind="stable")[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * (p.size / np.arange(p.size, 0, -1))))
    return adjusted


_ADJUST: dict[Correction, Callable[[Values], Values]] = {
    "bonferroni": _bonferroni,
    "holm": _holm,
    "fdr_bh": _benjamini_hochberg,
}
