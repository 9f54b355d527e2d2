"""Every statistical test of analysis.inference keeps the same contract."""

from __future__ import annotations

import inspect
import itertools
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
from evalkit.seeds import stream

GROUPS = {"one": ["A"], "pair": ["A", "B"], "many": ["A", "B", "C", "D"], "pairs": ["A", "B", "C", "D"]}
STATUSES = ("ok", "not_applicable", "too_short", "identical")


@pytest.fixture(params=names(KIND))
def plug_in(request: pytest.FixtureRequest) -> ModuleType:
    return load_test(request.param)


def units(
    seed: int = 3, *, assessors: int = 6, items: int = 3, conditions: int = 4, levels: int = 9, missing: float = 0.15
) -> pd.DataFrame:
    """Return single ratings: tied, with gaps, of conditions that differ."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, levels, size=(assessors * items, conditions)).astype(float) + np.arange(conditions)
    values[rng.random(values.shape) < missing] = np.nan
    keys = [(f"a{person}", f"i{item}", f"i{item}", 1) for person in range(assessors) for item in range(items)]
    index = pd.MultiIndex.from_tuples(keys, names=["assessor", "item", "page", "replicate"])
    return pd.DataFrame(values, index=index, columns=labels(conditions))


def labels(n: int) -> list[str]:
    return list("ABCD")[:n] if n <= 4 else [f"s{number:04}" for number in range(n)]


def run(test: ModuleType, table: pd.DataFrame, groups: list[str] | None = None) -> list[TestResult]:
    """Run a test on the table's first conditions; one of pairs, on all pairs of these."""
    groups = groups or list(table.columns)[: {"one": 1, "pair": 2}.get(test.GROUPS, len(table.columns))]
    arguments = [list(itertools.combinations(groups, 2))] if test.GROUPS == "pairs" else []
    random = {"rng": stream(1, test.NAME)} if "rng" in inspect.signature(test.run).parameters else {}
    found = test.run(table, groups, *arguments, **random)
    results = list(found) if test.GROUPS == "pairs" else [found]
    assert all(isinstance(result, TestResult) for result in results)
    return results


def assert_result_or_reason(results: list[TestResult]) -> None:
    """A number with its p, or a status with a sentence; never a bare NaN."""
    assert results
    for result in results:
        text = json.dumps(result.as_dict(), allow_nan=False)
        assert json.loads(text)["status"] in STATUSES
        if result.status == "ok":
            assert result.statistic is not None
        else:
            assert result.notes and all(note.strip() for note in result.notes)
        if result.p is not None:
            assert 0 <= result.p <= 1
            assert result.log10_p is not None and math.isclose(10**result.log10_p, result.p, rel_tol=1e-9)


def test_a_test_has_the_name_of_its_file_and_says_what_it_takes(plug_in: ModuleType) -> None:
    assert plug_in.__name__.rsplit(".", 1)[-1] == plug_in.NAME
    assert plug_in.GROUPS in GROUPS
    assert isinstance(plug_in.MATCHED, bool)
    parameters = ["units", "groups", "pairs", "unit"] if plug_in.GROUPS == "pairs" else ["units", "groups", "unit"]
    found = list(inspect.signature(plug_in.run).parameters)
    assert found[: len(parameters)] == parameters
    assert found[len(parameters) :] in (
        [],
        ["rng", "most"],
    )  # of those that resample


def test_the_order_of_the_rows_changes_nothing(plug_in: ModuleType) -> None:
    table = units()
    for seed in range(3):
        assert run(plug_in, table.sample(frac=1, random_state=seed)) == run(plug_in, table)


def test_new_names_of_the_conditions_change_names_only(plug_in: ModuleType) -> None:
    table, new = units(), {"A": "zebra", "B": "ape", "C": "yak", "D": "bee"}
    groups = GROUPS[plug_in.GROUPS]
    before = [result.as_dict() for result in run(plug_in, table)]
    after = [result.as_dict() for result in run(plug_in, table.rename(columns=new), [new[name] for name in groups])]
    for one, other in zip(before, after, strict=True):
        assert [new[name] for name in one["groups"]] == other["groups"]
        for effect in one["effects"]:
            kind, _, condition = effect["name"].partition("/")
            effect["name"] = f"{kind}/{new[condition]}" if condition in new else effect["name"]
        for changed in ("id", "groups"):
            del one[changed], other[changed]
        assert one == other


def test_the_order_of_the_conditions_changes_no_p_value(plug_in: ModuleType) -> None:
    """Up to the last digits; where orders or signs are drawn at random, up to the error of drawing."""
    if plug_in.GROUPS == "one":
        return
    table = units(assessors=3, items=3, missing=0.1)
    turned = list(reversed(GROUPS[plug_in.GROUPS]))
    before = {frozenset(result.groups): result for result in run(plug_in, table)}
    after = {frozenset(result.groups): result for result in run(plug_in, table, turned)}
    assert before.keys() == after.keys()
    for groups, result in before.items():
        bound = {"rel": 0.1} if any("random" in note for note in result.notes) else {"rel": 1e-6}
        assert after[groups].status == result.status
        assert after[groups].p == pytest.approx(result.p, **bound)


def test_other_columns_of_the_table_change_nothing(plug_in: ModuleType) -> None:
    table, groups = units(), GROUPS[plug_in.GROUPS]
    assert run(plug_in, table.assign(E=1.0)[["E", "D", "C", "B", "A"]], groups) == run(plug_in, table, groups)


def test_the_table_is_left_as_it_was(plug_in: ModuleType) -> None:
    table = units()
    before = table.copy(deep=True)
    run(plug_in, table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4])
def test_few_units_give_a_result_or_a_reason(plug_in: ModuleType, rows: int) -> None:
    assert_result_or_reason(run(plug_in, units().iloc[:rows]))


@pytest.mark.parametrize(
    "shape",
    [
        {"assessors": 1},
        {"items": 1},
        {"assessors": 1, "items": 1},
        {"conditions": 2},
        {"conditions": 2, "items": 1, "assessors": 2},
        {"missing": 1.0},
        {"missing": 0.8},
        {"levels": 1},
    ],
    ids=lambda shape: " ".join(f"{name}={value}" for name, value in shape.items()),
)
def test_small_and_odd_designs_give_a_result_or_a_reason(plug_in: ModuleType, shape: dict[str, float]) -> None:
    for seed in range(3):
        assert_result_or_reason(run(plug_in, units(seed, **shape)))  # type: ignore[arg-type]


def test_a_condition_without_any_value_gives_a_result_or_a_reason(plug_in: ModuleType) -> None:
    assert_result_or_reason(run(plug_in, units().assign(A=np.nan)))


def test_a_thousand_conditions_give_a_result_or_a_reason(plug_in: ModuleType) -> None:
    table = units(conditions=1000, assessors=3, items=2, levels=100, missing=0.01)
    if plug_in.GROUPS == "pairs":
        table = table.iloc[:, :110]  # 5,995 pairs
    assert_result_or_reason(run(plug_in, table))


def test_equal_values_give_a_result_or_a_reason(plug_in: ModuleType) -> None:
    table = units()
    table[:] = 50.0
    for result in run(plug_in, table):
        assert result.status in ("identical", "not_applicable")
        assert result.notes


def test_values_equal_within_each_condition_give_a_result_or_a_reason(plug_in: ModuleType) -> None:
    """Perfect agreement: statistics that divide by what is left would be infinite."""
    table = units(missing=0.0)
    table[:] = np.tile([10.0, 20.0, 30.0, 70.0], (len(table), 1))
    assert_result_or_reason(run(plug_in, table))


def test_a_p_value_too_small_for_a_float_keeps_its_logarithm(plug_in: ModuleType) -> None:
    """Two thousand assessors, conditions that do not overlap: p underflows in most tests, log p in none."""
    table = units(assessors=2000, items=1, missing=0.0).add([0.0, 1e3, 2e3, 5e3])
    table["B"] *= 1 + np.arange(2000) / 1e5  # unequal spread
    for result in run(plug_in, table):
        assert result.p is None or (result.log10_p is not None and math.isfinite(result.log10_p))
        assert result.status == "ok" or result.notes


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), levels=st.integers(1, 12), missing=st.sampled_from([0.0, 0.3, 0.9]))
@pytest.mark.parametrize("name", names(KIND))
def test_results_are_strict_json_and_probabilities(name: str, seed: int, levels: int, missing: float) -> None:
    assert_result_or_reason(run(load_test(name), units(seed, assessors=4, levels=levels, missing=missing)))
