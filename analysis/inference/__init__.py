"""Tests of ratings, one module each; the module's name is the test's name.

Every test reads a *unit table*: a row per unit (a page of one assessor, or one assessor), a column
per condition, NaN where there is no value (see :mod:`analysis.units`). It has

- ``GROUPS``: how many conditions it takes: ``"one"``, ``"pair"`` or ``"many"``; or ``"pairs"``, if it
  tests several pairs together because they share ranks or a correction;
- ``MATCHED``: whether the values of a row belong together (true) or count as independent (false);
- ``run(units, groups, *, unit)``: the test of these columns, as one :class:`analysis.results.TestResult`;
  with ``"pairs"``, ``run(units, groups, pairs, *, unit)`` gives one result per pair, in their order.

A test depends neither on the order of the rows nor on the names of the conditions. One that draws
random numbers takes their generator as ``rng``.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np
import pandas as pd

from analysis.results import Values
from evalkit import registry

KIND = "analysis.inference"


def load_test(name: str) -> ModuleType:
    """Import a test's module by the test's name."""
    return registry.load(KIND, name)


def column(units: pd.DataFrame, group: str) -> Values:
    """Return a condition's values, the missing ones left out."""
    values: Values = units[group].dropna().to_numpy(dtype=np.float64)
    return values


def complete_rows(units: pd.DataFrame, groups: Sequence[str]) -> Values:
    """Return the rows that have a value for each condition, as (units, conditions)."""
    values = _values(units, groups)
    return np.asarray(values[~np.isnan(values).any(axis=1)])


def in_fixed_order(rows: Values) -> Values:
    """Sort rows by their values, so that neither sums nor random numbers depend on the order of a file."""
    return np.asarray(rows[np.lexsort(rows.T[::-1])])


def left_out(units: pd.DataFrame, groups: Sequence[str], kept: int) -> tuple[str, ...]:
    """Return a note on units that lack one of the conditions, if there are any."""
    with_any = int((~np.isnan(_values(units, groups))).any(axis=1).sum())
    if with_any == kept:
        return ()
    return (f"{with_any - kept} of {with_any} units left out: not every condition was rated",)


def _values(units: pd.DataFrame, groups: Sequence[str]) -> Values:
    """Return (units, conditions); column by column, as pandas takes many times longer to pick several at once."""
    return np.column_stack([units[group].to_numpy(dtype=np.float64) for group in groups])
