"""Every statistical test of analysis.inference keeps the same contract."""

from __future__ import annotations

import inspect
import json
import math
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.inference import KIND, load_test
from analysis.results import TestResult
from evalkit.registry import names

GROUPS = {"one": ["A"], "pair": ["A", "B"], "many": ["A", "B", "C", "D"]}


@pytest.fixture(params=names(KIND))
def plug_in(request: pytest.FixtureRequest) -> ModuleType:
    return load_test(request.param)


def units(seed: int = 3, rows: int = 12, levels: int = 9, missing: float = 0.15) -> pd.DataFrame:
    """Return tied values with gaps: 12 units, 4 conditions that differ."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, levels, size=(rows, 4)).astype(float) + np.arange(4)
    values[rng.random(values.shape) < missing] = np.nan
    return pd.DataFrame(values, index=[f"u{row}" for row in range(rows)], columns=list("ABCD"))


def run(test: ModuleType, table: pd.DataFrame, groups: list[str] | None = None) -> TestResult:
    result = test.run(table, groups or GROUPS[test.GROUPS])
    assert isinstance(result, TestResult)
    return result


def test_a_test_has_the_name_of_its_file_and_says_what_it_takes(plug_in: ModuleType) -> None:
    assert plug_in.__name__.rsplit(".", 1)[-1] == plug_in.NAME
    assert plug_in.GROUPS in GROUPS
    assert isinstance(plug_in.MATCHED, bool)
    assert list(inspect.signature(plug_in.run).parameters) == ["units", "groups", "unit"]


def test_the_order_of_the_rows_changes_nothing(plug_in: ModuleType) -> None:
    table = units()
    for seed in range(5):
        assert run(plug_in, table.sample(frac=1, random_state=seed)) == run(plug_in, table)


def test_new_names_of_the_conditions_change_names_only(plug_in: ModuleType) -> None:
    table, new = units(), {"A": "zebra", "B": "ape", "C": "yak", "D": "bee"}
    before = run(plug_in, table).as_dict()
    after = run(plug_in, table.rename(columns=new), [new[name] for name in GROUPS[plug_in.GROUPS]]).as_dict()
    assert [new[name] for name in before["groups"]] == after["groups"]
    for changed in ("id", "groups"):
        del before[changed], after[changed]
    assert before == after


def test_other_columns_of_the_table_change_nothing(plug_in: ModuleType) -> None:
    table = units()
    assert run(plug_in, table.assign(E=1.0)[["E", "D", "C", "B", "A"]]) == run(plug_in, table)


def test_the_table_is_left_as_it_was(plug_in: ModuleType) -> None:
    table = units()
    before = table.copy(deep=True)
    run(plug_in, table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_few_units_give_a_result_or_a_reason(plug_in: ModuleType, rows: int) -> None:
    result = run(plug_in, units(rows=12).iloc[:rows])
    assert (result.status == "ok" and result.statistic is not None) or result.notes


def test_equal_values_give_a_result_or_a_reason(plug_in: ModuleType) -> None:
    table = units()
    table[:] = 50.0
    result = run(plug_in, table)
    assert result.status in ("identical", "not_applicable")
    assert result.notes


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), levels=st.integers(1, 12), missing=st.sampled_from([0.0, 0.3, 0.9]))
@pytest.mark.parametrize("name", names(KIND))
def test_results_are_strict_json_and_probabilities(name: str, seed: int, levels: int, missing: float) -> None:
    result = run(load_test(name), units(seed, 10, levels, missing))
    text = json.dumps(result.as_dict(), allow_nan=False)
    assert json.loads(text)["status"] in ("ok", "not_applicable", "too_short", "identical")
    if result.p is not None:
        assert 0 <= result.p <= 1
        assert result.log10_p is not None and math.isclose(10**result.log10_p, result.p, rel_tol=1e-9)
