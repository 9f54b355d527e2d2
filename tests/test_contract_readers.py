"""Every reader of a foreign format keeps the same rules."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from rated_studies import ratings_table, write_csv

from analysis.readers import KIND
from analysis.readers.raw import read_raw
from evalkit import registry

SAMPLES = {
    "lists_in_cells": 'signal,codec,ratings,participants\nx,A,"[1, 2]","[4, 5]"\nx,B,"[3, 4]","[4, 5]"\n',
    "pymushra": "wm_id;responses_stimulus;responses_score;questionaire_uuid\nx;A;1;k\nx;B;3;k\n",
    "webmushra": "session_test_id,trial_id,rating_stimulus,rating_score\nt,x,A,1\nt,x,B,3\n",
    "wide": "x_A,x_B,y_A,y_B\n1,2,3,4\n",
}


@pytest.fixture(params=registry.names(KIND))
def reader(request: pytest.FixtureRequest) -> ModuleType:
    return registry.load(KIND, request.param)


def sample(folder: Path, reader: ModuleType) -> Path:
    path = folder / "anything.txt"
    path.write_text(SAMPLES[reader.__name__.rpartition(".")[2]], encoding="utf-8")
    return path


def test_it_has_a_title_and_says_what_the_format_is(reader: ModuleType) -> None:
    assert reader.TITLE
    assert len((reader.__doc__ or "").splitlines()) > 3


def test_it_recognises_its_own_format_and_no_other_does(reader: ModuleType, tmp_path: Path) -> None:
    raw = read_raw(sample(tmp_path, reader))
    found = [name for name in registry.names(KIND) if registry.load(KIND, name).recognises(raw)]
    assert found == [reader.__name__.rpartition(".")[2]]


def test_it_leaves_our_own_ratings_tables_alone(reader: ModuleType, tmp_path: Path) -> None:
    table = ratings_table().assign(page_position=1, n_plays=2, listened_s=3.0, n_moves=4, page_s=5.0)
    assert not reader.recognises(read_raw(write_csv(table, tmp_path / "r.csv")))


def test_it_gives_pseudonyms_items_conditions_and_scores(reader: ModuleType, tmp_path: Path) -> None:
    ratings, notes = reader.read(read_raw(sample(tmp_path, reader)))
    assert {rating.condition for rating in ratings} == {"A", "B"}
    assert all(rating.assessor.startswith("P") for rating in ratings)
    assert all(rating.item in "xy" and rating.score is not None for rating in ratings)
    assert isinstance(notes, tuple)
