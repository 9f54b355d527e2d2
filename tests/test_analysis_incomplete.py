"""Incomplete designs: estimates, intervals, verdicts and sensitivity are all the mixed model's that leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rated_studies import write_csv

from analysis.by_design import compare_default
from analysis.comparison import Comparison
from analysis.dataset import Dataset, read_ratings_file
from analysis.findings import findings
from analysis.origin import Origin
from analysis.pair_tables import differences_table, sensitivity_table
from analysis.precision import precision_of, precision_table
from analysis.printed import as_text, tables_of

TRUE_SHIFT = 15.0


def confounded() -> pd.DataFrame:
    """Make A 15 points better than B and C, B not heard on the three low items: raw means of A and B are alike."""
    rng = np.random.default_rng(11)
    levels = [20.0, 22.0, 24.0, 50.0, 52.0, 54.0]
    return pd.DataFrame(
        [
            {
                "assessor": f"a{person:02}",
                "item": f"i{item}",
                "condition": condition,
                "score": round(float(level + TRUE_SHIFT * (condition == "A") + rng.normal(0, 3)), 1),
            }
            for person in range(12)
            for item, level in enumerate(levels)
            for condition in "ABC"
            if condition != "B" or item > 2
        ]
    )


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    path = write_csv(confounded(), tmp_path_factory.mktemp("confounded") / "r.csv")
    read = read_ratings_file(path, references=["B"], scale=(0, 100))
    return replace(read, plan=read.plan.model_copy(update={"margin": 5.0}))


@pytest.fixture(scope="module")
def comparison(dataset: Dataset) -> Iterator[Comparison]:
    yield compare_default(dataset)


def test_the_tables_estimate_and_interval_are_those_of_the_pairs_test(comparison: Comparison) -> None:
    """Raw means over the items that each condition was heard on would say about 0."""
    assert comparison.omnibus.test == "mixed_model"
    found = comparison.differences[0]
    test = comparison.pair("A", "B")
    assert test is not None
    effect = test.effect("mean_difference")
    assert effect is not None
    assert (found.estimate, found.low, found.high) == pytest.approx((effect.value, effect.low, effect.high), rel=1e-12)
    assert found.estimate == pytest.approx(TRUE_SHIFT, abs=2)
    assert found.smallest_margin > TRUE_SHIFT


def test_sameness_is_not_claimed_where_only_raw_means_agree(comparison: Comparison) -> None:
    found = {d.condition: d for d in comparison.differences}
    assert found["A"].verdict == "different"
    assert found["A"].p_t == pytest.approx(1.0)
    assert found["C"].verdict == "equivalent"  # as it is in truth; its raw means are 15 points apart


def test_what_would_rest_on_raw_means_is_not_given_and_the_table_says_why(comparison: Comparison) -> None:
    assert {(d.method, d.p_signed_rank, d.region) for d in comparison.differences} == {("mixed_model", None, None)}
    table = differences_table(comparison.differences, comparison.dataset)
    place = [column.heading for column in table.columns].index("P(within)")
    assert {row[place] for row in table.rows} == {"–"}
    assert "which here differ by the items too: they are not given" in table.note


def test_precision_is_that_of_the_models_intervals(comparison: Comparison) -> None:
    found = precision_of(comparison)
    assert [(one.condition, one.n_for_margin) for one in found] == [("A", None), ("C", None)]
    for one, difference in zip(found, comparison.differences, strict=True):
        assert one.half_width == pytest.approx((difference.high - difference.low) / 2)
    assert "SD" not in [column.heading for column in precision_table(found, comparison.dataset).columns]


def test_sensitivity_is_held_against_the_model(comparison: Comparison) -> None:
    by_name = {each.name: each for each in comparison.sensitivity}
    assert by_name["Bonferroni"].omnibus == "mixed_model"
    assert by_name["Bonferroni"].p == comparison.omnibus.p
    ranks = by_name["assessors' means (rank tests)"]
    assert {("A", "B"), ("B", "C")} & set(ranks.changed)
    assert {each.omnibus for each in comparison.sensitivity if each.kind in ("assessor", "item")} == {"mixed_model"}
    assert "Held against the mixed model." in sensitivity_table(comparison).note


def test_no_smallest_attainable_p_of_another_test_is_printed(comparison: Comparison) -> None:
    assert comparison.attainable == ()
    assert "Smallest attainable p" not in as_text(
        comparison, tables_of(comparison), Origin(rehearsal=False, simulated=False)
    )


def test_the_findings_tell_the_models_difference(comparison: Comparison) -> None:
    (found,) = [line for line in findings(comparison, comparison, comparison.to_reference) if "A is rated" in line.text]
    estimate = comparison.differences[0].estimate
    assert f"{estimate:.1f} points above its reference" in found.text
