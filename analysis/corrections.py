"""Corrections for many comparisons: one family of p-values in, adjusted p-values out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from statsmodels.stats.multitest import multipletests

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
    values = multipletests([adjusted[place] for place in places], method=method)[1]
    for place, value in zip(places, values, strict=True):
        adjusted[place] = float(value)
    return adjusted
