"""Ratings tables whose columns have other names, and what is missing where a row is absent."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from rated_studies import REFERENCE, ratings_table, write_csv

from analysis.by_design import compare_default
from analysis.dataset import read_ratings_file
from analysis.designs import designs_of
from analysis.readers import aloud, read_any
from analysis.text import methods
from evalkit.errors import DataError

THEIRS = {"assessor": "participant", "condition": "system", "score": "rating"}


@pytest.mark.parametrize("participant", ["participant", "subject", "listener"])
def test_a_table_of_participants_systems_and_ratings_is_read_and_that_is_said(tmp_path: Path, participant: str) -> None:
    own = ratings_table()
    path = write_csv(own.rename(columns={**THEIRS, "assessor": participant}), tmp_path / "r.csv")
    table, imported = read_any(path)
    assert imported is not None
    assert table["score"].tolist() == own["score"].tolist()
    assert sorted(table["condition"].unique()) == ["A", "B", "C"]
    words = f"read as a ratings table ({participant} as assessor, system as condition and rating as score): 6 assessors"
    assert words in aloud(path, imported, table)


def test_the_names_of_participants_are_left_behind(tmp_path: Path) -> None:
    table = ratings_table().rename(columns=THEIRS).assign(participant=lambda rows: rows["participant"] + "@example.org")
    assert sorted(read_any(write_csv(table, tmp_path / "r.csv"))[0]["assessor"].unique())[0] == "P01"


def test_a_system_beside_a_condition_stays_a_system(tmp_path: Path) -> None:
    table = ratings_table().assign(system="net").rename(columns={"assessor": "listener"})
    found = read_any(write_csv(table, tmp_path / "r.csv"))[0]
    assert (set(found["condition"]), set(found["system"])) == ({"A", "B", "C"}, {"net"})


def test_two_columns_that_could_be_the_assessor_are_an_error(tmp_path: Path) -> None:
    table = ratings_table().rename(columns=THEIRS).assign(subject="s")
    with pytest.raises(DataError, match="participant and subject could each be the assessor"):
        read_any(write_csv(table, tmp_path / "r.csv"))


def test_scales_of_such_a_table_are_analysed_apart(tmp_path: Path) -> None:
    table = pd.concat([ratings_table().rename(columns=THEIRS).assign(scale=scale) for scale in ("taste", "size")])
    parts = designs_of(read_ratings_file(write_csv(table, tmp_path / "r.csv")))
    assert [part.scale_name for part in parts] == ["size", "taste"]


def test_ratings_of_which_there_is_no_row_are_missing_too() -> None:
    """The file holds 185 rows of 12 assessors, 5 items and 5 conditions."""
    comparison = compare_default(read_ratings_file(REFERENCE / "syn_unbalanced.csv"))
    given = comparison.as_dict()["input"]
    assert (given["n_ratings"], given["n_missing"]) == (185, 115)
    assert "115 of 300 ratings are missing" in " ".join(comparison.notes)
    assert re.search(r"185 ratings, 115 missing", methods(comparison, comparison, []).paragraph)


def test_a_missing_repeat_counts_once(tmp_path: Path) -> None:
    table = pd.concat([ratings_table().assign(replicate=n) for n in (1, 2)], ignore_index=True)
    table.loc[[0, 60], "score"] = None
    assert read_ratings_file(write_csv(table, tmp_path / "r.csv")).n_missing == 2


def test_an_assessor_of_one_condition_lacks_nothing(tmp_path: Path) -> None:
    table = ratings_table()
    table["assessor"] += table["condition"]
    assert read_ratings_file(write_csv(table, tmp_path / "r.csv")).n_missing == 0
