"""Every coefficient of one data set, each with what it was computed from, or why it has no value.

Incomplete sets: Krippendorff's alpha, the agreement with the others and the ICC from variance components use
every rating; ICC by analysis of variance and Kendall's W need complete tables and say whom or what they leave out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.numerals import counted
from analysis.reliability.cells import cell_matrix, complete_block, numbers, repeated_ratings
from analysis.reliability.icc import Interval, icc
from analysis.reliability.icc_reml import icc_reml
from analysis.reliability.kendall import concordance_w
from analysis.reliability.krippendorff import LEVELS, alpha
from analysis.reliability.leave_one_out import leave_one_out
from analysis.reliability.lin import concordance
from analysis.results import Values
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

    ``basis`` says what it takes for agreement, ``note`` what was left out or, without a value, why.
    """

    name: str
    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    n_assessors: int
    basis: str
    status: Literal["ok", "not_applicable"] = "ok"
    note: str = ""


def reliability_of(dataset: Dataset) -> tuple[Coefficient, ...]:
    """Compute every coefficient that the ratings allow."""
    cells = cell_matrix(dataset.ratings)
    means = assessor_means(dataset.ratings, dataset.ids).T
    return (
        *_iccs(cells),
        *_reml_iccs(cells),
        _kendalls_w(means),
        *_alphas(cells),
        *_agreement(cells),
        *_retest(repeated_ratings(dataset.ratings)),
    )


def _iccs(cells: pd.DataFrame) -> list[Coefficient]:
    block = complete_block(cells)
    n, k = block.shape
    note = "" if block.shape == cells.shape else f"{_size(n, k)} of {_size(*cells.shape)}, which are incomplete"
    kinds = {
        "icc_a_1": ("ICC(A,1)", "absolute agreement of one assessor"),
        "icc_a_k": ("ICC(A,k)", "absolute agreement of the mean of all"),
        "icc_c_1": ("ICC(C,1)", "consistency of one assessor"),
        "icc_c_k": ("ICC(C,k)", "consistency of the mean of all"),
    }
    try:
        found = icc(numbers(block), level=LEVEL)
    except DataError as error:
        reason = f"no complete part of {_size(*cells.shape)}" if min(n, k) == 0 else str(error)
        return [_none(name, label, basis, n, k, reason) for name, (label, basis) in kinds.items()]
    values = dict(zip(kinds, (found.a_1, found.a_k, found.c_1, found.c_k), strict=True))
    return [_icc(name, *kinds[name], values[name], n, k, note) for name in kinds]


def _reml_iccs(cells: pd.DataFrame) -> list[Coefficient]:
    """Estimate absolute agreement from all ratings of an incomplete table; of a complete one the ICCs do."""
    if cells.notna().to_numpy().all():
        return []
    n, k = cells.shape
    kinds = {
        "icc_a_1_reml": ("ICC(A,1), all ratings", "absolute agreement of one assessor, variance components by REML"),
        "icc_a_k_reml": ("ICC(A,k), all ratings", "the same of the mean of a cell's ratings"),
    }
    try:
        found = icc_reml(numbers(cells), level=LEVEL)
    except DataError as error:
        return [_none(name, *words, n, k, str(error)) for name, words in kinds.items()]
    notes = ("", f"k is {found.k:.1f}, the harmonic mean number of ratings of a cell")
    values = zip(kinds, (found.a_1, found.a_k), notes, strict=True)
    return [_icc(name, *kinds[name], value, n, k, note) for name, value, note in values]


def _icc(name: str, label: str, basis: str, found: Interval, n: int, k: int, note: str) -> Coefficient:
    if found.value is None:
        return _none(name, label, basis, n, k, "the cells do not differ in their means")
    return Coefficient(
        name=name, label=label, value=found.value, low=found.low, high=found.high, n=n, n_assessors=k, basis=basis,
        note=note,
    )  # fmt: skip


def _kendalls_w(means: pd.DataFrame) -> Coefficient:
    """Judge the order of the conditions, from each assessor's means over items."""
    complete = means.dropna(axis="columns")
    name, label, basis = "kendalls_w", "Kendall's W", "order of the conditions, by assessors' means"
    n, m = complete.shape
    rest = means.shape[1] - m
    note = f"{counted(rest, 'assessor')} left out, who did not rate every condition" if rest else ""
    try:
        value = concordance_w(numbers(complete))
    except DataError as error:
        return _none(name, label, basis, n, m, str(error))
    return Coefficient(name=name, label=label, value=value, n=n, n_assessors=m, basis=basis, note=note)


def _alphas(cells: pd.DataFrame) -> list[Coefficient]:
    shared = cells[cells.notna().sum(axis=1) > 1].dropna(axis="columns", how="all")
    n, k = shared.shape
    found = []
    for level in LEVELS:
        name, label, basis = f"krippendorffs_alpha_{level}", f"Krippendorff's α ({level})", BASIS[level]
        try:
            value = alpha(numbers(cells), level=level)
        except DataError as error:
            found.append(_none(name, label, basis, n, k, str(error)))
        else:
            found.append(Coefficient(name=name, label=label, value=value, n=n, n_assessors=k, basis=basis))
    return found


def _agreement(cells: pd.DataFrame) -> list[Coefficient]:
    each = leave_one_out(cells)
    values = np.array([one.correlation for one in each if one.correlation is not None], dtype=np.float64)
    n, k, basis = len(cells), values.size, "rank correlation of one with the mean of the others"
    kinds: dict[str, tuple[str, Callable[[Values], float]]] = {
        "agreement_median": ("Agreement (median)", np.median),
        "agreement_lowest": ("Agreement (lowest)", np.min),
    }
    if not k:
        reason = "no assessor shares three cells that differ with another"
        return [_none(name, label, basis, n, len(each), reason) for name, (label, _) in kinds.items()]
    note = f"{counted(len(each) - k, 'assessor')} without a correlation" if k < len(each) else ""
    return [
        Coefficient(name=name, label=label, value=float(of(values)), n=n, n_assessors=k, basis=basis, note=note)
        for name, (label, of) in kinds.items()
    ]


def _retest(pairs: pd.DataFrame) -> list[Coefficient]:
    kinds = {
        "retest_ccc": ("Lin's CCC (test-retest)", "pairs of all assessors, ddof = 0"),
        "retest_mean_absolute_difference": ("Mean difference (test-retest)", "scale points, without sign"),
        "retest_sd_of_differences": ("SD of differences (test-retest)", "scale points, ddof = 1"),
    }
    n, k = len(pairs), pairs["assessor"].nunique()
    if n < 2:
        return [_none(name, *words, n, k, "fewer than two stimuli were rated twice") for name, words in kinds.items()]
    first, second = (pairs[name].to_numpy(dtype=np.float64) for name in ("first", "second"))
    differences = second - first
    try:
        ccc: float | None = concordance(first, second)
    except DataError:
        ccc = None
    values = (ccc, float(np.mean(np.abs(differences))), float(np.std(differences, ddof=1)))
    return [
        _none(name, label, basis, n, k, "all ratings are equal")
        if value is None
        else Coefficient(name=name, label=label, value=value, n=n, n_assessors=k, basis=basis)
        for (name, (label, basis)), value in zip(kinds.items(), values, strict=True)
    ]


def _none(name: str, label: str, basis: str, n: int, n_assessors: int, reason: str) -> Coefficient:
    return Coefficient(
        name=name, label=label, value=None, n=n, n_assessors=n_assessors, basis=basis, status="not_applicable",
        note=reason,
    )  # fmt: skip


def _size(n: int, k: int) -> str:
    return f"{counted(n, 'cell')} by {counted(k, 'assessor')}"
