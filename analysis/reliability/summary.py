"""Every coefficient of one data set, each with what it was computed from, or why it has no value.

Incomplete sets: Krippendorff's alpha and the agreement with the others use every rating; ICC and
Kendall's W need complete tables and say whom or what they leave out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.numerals import counted
from analysis.reliability.cells import cell_matrix, complete_block, numbers, repeated_ratings
from analysis.reliability.icc import Interval, icc
from analysis.reliability.kendall import concordance_w
from analysis.reliability.krippendorff import LEVELS, alpha
from analysis.reliability.leave_one_out import leave_one_out
from analysis.reliability.lin import concordance
from analysis.units import assessor_means
from evalkit.errors import DataError

LEVEL = 0.95  # of the intervals
BASIS = {
    "nominal": "counts unequal ratings",
    "ordinal": "compares ranks",
    "interval": "compares differences: fits a slider",
    "ratio": "compares ratios: needs a true zero",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Coefficient:
    """One coefficient: ``n`` counts what was rated (cells, conditions or pairs), ``n_assessors`` by whom.

    ``note`` says what it means and what was left out or, without a value, why there is none.
    """

    name: str
    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    n_assessors: int
    status: Literal["ok", "not_applicable"] = "ok"
    note: str = ""


def reliability_of(dataset: Dataset) -> tuple[Coefficient, ...]:
    """Compute every coefficient that the ratings allow."""
    cells = cell_matrix(dataset.ratings)
    means = assessor_means(dataset.ratings, dataset.ids).T
    return (
        *_iccs(cells),
        _kendalls_w(means),
        *_alphas(cells),
        *_agreement(cells),
        *_retest(repeated_ratings(dataset.ratings)),
    )


def _iccs(cells: pd.DataFrame) -> list[Coefficient]:
    block = complete_block(cells)
    n, k = block.shape
    left_out = "" if block.shape == cells.shape else f"; of {_size(*cells.shape)} the rest is incomplete"
    kinds = {
        "icc_a_1": ("ICC(A,1)", "absolute agreement of one assessor"),
        "icc_a_k": ("ICC(A,k)", "absolute agreement of the mean of all"),
        "icc_c_1": ("ICC(C,1)", "consistency of one assessor"),
        "icc_c_k": ("ICC(C,k)", "consistency of the mean of all"),
    }
    try:
        found = icc(numbers(block), level=LEVEL)
    except DataError as error:
        return [_none(name, label, n, k, f"{error}{left_out}") for name, (label, _) in kinds.items()]
    values = dict(zip(kinds, (found.a_1, found.a_k, found.c_1, found.c_k), strict=True))
    return [_icc(name, *kinds[name], values[name], n, k, left_out) for name in kinds]


def _icc(name: str, label: str, meaning: str, value: Interval, n: int, k: int, left_out: str) -> Coefficient:
    if value.value is None:
        return _none(name, label, n, k, f"the cells do not differ in their means{left_out}")
    return Coefficient(
        name=name, label=label, value=value.value, low=value.low, high=value.high, n=n, n_assessors=k,
        note=f"{meaning}{left_out}",
    )  # fmt: skip


def _kendalls_w(means: pd.DataFrame) -> Coefficient:
    """Judge the order of the conditions, from each assessor's means over items."""
    complete = means.dropna(axis="columns")
    name, label, (n, m) = "kendalls_w", "Kendall's W", complete.shape
    rest = means.shape[1] - m
    left_out = f"; {counted(rest, 'assessor')} left out, who did not rate every condition" if rest else ""
    try:
        value = concordance_w(numbers(complete))
    except DataError as error:
        return _none(name, label, n, m, f"{error}{left_out}")
    note = f"order of the conditions, by assessors' means{left_out}"
    return Coefficient(name=name, label=label, value=value, n=n, n_assessors=m, note=note)


def _alphas(cells: pd.DataFrame) -> list[Coefficient]:
    shared = cells[cells.notna().sum(axis=1) > 1].dropna(axis="columns", how="all")
    n, k = shared.shape
    found = []
    for level in LEVELS:
        name, label = f"krippendorffs_alpha_{level}", f"Krippendorff's α, {level}"
        try:
            value = alpha(numbers(cells), level=level)
        except DataError as error:
            found.append(_none(name, label, n, k, str(error)))
        else:
            found.append(Coefficient(name=name, label=label, value=value, n=n, n_assessors=k, note=BASIS[level]))
    return found


def _agreement(cells: pd.DataFrame) -> list[Coefficient]:
    each = [one for one in leave_one_out(cells) if one.correlation is not None]
    values = np.array([one.correlation for one in each], dtype=np.float64)
    parts = (
        ("agreement_median", "Agreement, median", np.median),
        ("agreement_lowest", "Agreement, lowest", np.min),
    )
    n, k = len(cells), len(each)
    if not k:
        reason = "no assessor shares three cells that differ with another"
        return [_none(name, label, n, cells.shape[1], reason) for name, label, _ in parts]
    note = "Spearman's correlation of an assessor with the mean of the others"
    return [
        Coefficient(name=name, label=label, value=float(value(values)), n=n, n_assessors=k, note=note)
        for name, label, value in parts
    ]


def _retest(pairs: pd.DataFrame) -> list[Coefficient]:
    names = {
        "retest_ccc": ("Test-retest, Lin's CCC", "pairs of all assessors, ddof = 0"),
        "retest_mean_absolute_difference": ("Test-retest, mean difference", "scale points, without sign"),
        "retest_sd_of_differences": ("Test-retest, SD of differences", "scale points, ddof = 1"),
    }
    n, k = len(pairs), pairs["assessor"].nunique()
    if n < 2:
        return [_none(name, label, n, k, "nothing was rated twice") for name, (label, _) in names.items()]
    first, second = (pairs[name].to_numpy(dtype=np.float64) for name in ("first", "second"))
    differences = second - first
    try:
        ccc: float | None = concordance(first, second)
    except DataError:
        ccc = None
    values = (ccc, float(np.mean(np.abs(differences))), float(np.std(differences, ddof=1)))
    return [
        _none(name, label, n, k, "all ratings are equal")
        if value is None
        else Coefficient(name=name, label=label, value=value, n=n, n_assessors=k, note=note)
        for (name, (label, note)), value in zip(names.items(), values, strict=True)
    ]


def _none(name: str, label: str, n: int, n_assessors: int, reason: str) -> Coefficient:
    return Coefficient(
        name=name, label=label, value=None, n=n, n_assessors=n_assessors, status="not_applicable", note=reason
    )


def _size(n: int, k: int) -> str:
    return f"{counted(n, 'cell')} by {counted(k, 'assessor')}"
