"""Reading the design from the ratings, and the analysis that it leads to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rated_studies import dataset_of, ratings_table

from analysis.by_design import compare_default
from analysis.design import Design, read_design


def design(table: pd.DataFrame, scale: tuple[float, float] | None = (0, 100)) -> Design:
    filled = table.assign(replicate=table.get("replicate", 1))
    return read_design(filled, table["condition"].nunique(), scale)


def test_everybody_rating_everything_is_a_repeated_design() -> None:
    found = design(ratings_table())
    assert (found.path, found.n_every_condition, found.n_missing_cells, found.categories) == ("repeated", 6, 0, ())
    assert found.why.startswith("Each of 6 assessors rated all 3 conditions")


def test_items_of_ones_own_are_no_gaps() -> None:
    table = ratings_table(assessors=6, items=4)
    heard = (table["assessor"].str[-1].astype(int) + table["item"].str[-1].astype(int)) % 2 == 0
    assert design(table[heard]).path == "repeated"


def test_a_condition_that_somebody_never_rated_makes_the_design_incomplete() -> None:
    table = ratings_table()
    found = design(table[(table["assessor"] != "a0") | (table["condition"] != "B")])
    assert (found.path, found.n_every_condition) == ("incomplete", 5)
    assert "Only 5 of 6 assessors rated all 3 conditions: a mixed model" in found.why


@pytest.mark.parametrize(("unset", "path"), [(2, "repeated"), (3, "incomplete")])
def test_more_than_a_twentieth_of_missing_cells_makes_the_design_incomplete(unset: int, path: str) -> None:
    table = ratings_table()  # 54 cells, of which 5 % are 2.7
    table.loc[[0, 10, 20][:unset], "score"] = np.nan
    found = design(table)
    assert (found.path, found.n_missing_cells) == (path, unset)


def test_assessors_of_one_condition_each_are_independent_groups() -> None:
    table = ratings_table()
    table["assessor"] += table["condition"]
    assert design(table).path == "independent"


@pytest.mark.parametrize(
    ("scores", "scale", "categories"),
    [
        ([1, 2, 4], (1, 5), (1, 2, 3, 4, 5)),
        ([1, 2, 4], None, (1, 2, 3, 4)),
        ([1, 2.5, 4], (1, 5), ()),
        ([1, 2, 4], (0, 100), ()),
    ],
)
def test_few_whole_numbers_are_categories(
    scores: list[float], scale: tuple[float, float] | None, categories: tuple[float, ...]
) -> None:
    table = pd.DataFrame({"assessor": "a", "item": "i", "condition": ["A", "B", "C"], "score": scores})
    assert design(table.astype({"score": float}), scale).categories == categories


def test_an_incomplete_design_is_led_by_the_mixed_model_with_rank_tests_beside(tmp_path: Path) -> None:
    table = ratings_table(assessors=8, items=4)
    comparison = compare_default(dataset_of(table[(table["assessor"] > "a1") | (table["condition"] != "B")], tmp_path))
    assert [test.id for test in comparison.tests] == [
        "mixed_model",
        *(f"mixed_model/{p}" for p in ("A|B", "A|C", "B|C")),
    ]
    assert {"friedman", "skillings_mack", "signed_rank"} <= {test.test for test in comparison.beside}
    assert comparison.notes[0] == comparison.design.why


def test_a_repeated_design_has_the_mixed_model_and_permutation_beside(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(), tmp_path))
    assert comparison.omnibus.test == "friedman"
    beside = {test.test for test in comparison.beside}
    assert {"mixed_model", "iman_davenport", "permutation", "max_t", "signed_rank_asymptotic"} <= beside


def test_ratings_that_a_model_fits_exactly_are_told_and_ranked(tmp_path: Path) -> None:
    table = ratings_table()
    table["score"] = 50.0
    comparison = compare_default(dataset_of(table, tmp_path))
    assert (comparison.omnibus.test, comparison.omnibus.status) == ("friedman", "identical")
    assert any(note.startswith("No mixed model beside the rank tests") for note in comparison.notes)
