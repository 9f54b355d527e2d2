"""Who took part."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from rated_studies import dataset_of, rated_study, ratings_table, write_csv

from analysis.dataset import read_study_ratings
from analysis.participants import participants
from evalkit.errors import DataError


def facts_of(folder: Path) -> dict[str, str]:
    return {fact.name: fact.text for fact in participants(read_study_ratings(folder))}


def test_counts_means_and_extremes_are_those_of_the_answers(tmp_path: Path) -> None:
    facts = facts_of(rated_study(tmp_path / "study"))
    assert facts["Ratings from"] == "20 assessors"
    assert facts["Enrolled"] == "21: 20 complete, 1 declined"
    assert facts["Your age"] == "mean 29.5, SD 5.92, 20 to 39"  # of 20, 21 ... 39; SD = sqrt(35)
    assert facts["Your gender"] == "Female: 6, Male: 14"
    assert facts["Duration"] == "median 19.5 min, longest 29.0 min"
    assert facts["Largest change of volume"] == "3.5 dB"


def test_free_text_is_counted_never_printed(tmp_path: Path) -> None:
    facts = facts_of(rated_study(tmp_path / "study"))
    assert facts["Comments"] == "1, in answers.csv"
    assert not any("John" in text for text in facts.values())


def test_missing_answers_are_counted(tmp_path: Path) -> None:
    folder = rated_study(tmp_path / "study")
    path = folder / "export" / "answers.csv"
    answers = pd.read_csv(path, dtype=str)
    write_csv(answers[~((answers["question"] == "gender") & (answers["assessor"] == "P00"))], path)
    assert facts_of(folder)["Your gender"] == "Female: 5, Male: 14; 1 answer missing"


def test_several_choices_count_each_choice(tmp_path: Path) -> None:
    folder = rated_study(tmp_path / "study")
    yaml = folder / "study.yaml"
    text = yaml.read_text(encoding="utf-8").replace("id: gender, kind: choice", "id: gender, kind: choices")
    yaml.write_text(text, encoding="utf-8")
    path = folder / "export" / "answers.csv"
    answers = pd.read_csv(path, dtype=str)
    also = answers[answers["value"] == "Female"].assign(value="Other")  # a row for each choice
    write_csv(pd.concat([answers, also]), path)
    assert facts_of(folder)["Your gender"] == "Female: 6, Male: 14, Other: 6"


def test_ratings_alone_say_only_how_many_rated(tmp_path: Path) -> None:
    facts = participants(dataset_of(ratings_table(), tmp_path))
    assert [(fact.name, fact.text) for fact in facts] == [("Ratings from", "6 assessors")]


def test_a_damaged_file_beside_the_ratings_is_named(tmp_path: Path) -> None:
    (tmp_path / "assessors.csv").write_text("who\nme\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"assessors\.csv:1: no column assessor, state"):
        participants(dataset_of(ratings_table(), tmp_path))
