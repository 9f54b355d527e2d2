"""The ratings table: defaults for absent columns, and one-line errors for what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import DataError
from evalkit.ratings import COLUMNS, read_ratings, write_ratings

HEAD = "assessor,item,condition,score\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_absent_columns_get_the_documented_defaults(tmp_path: Path) -> None:
    table = read_ratings(write(tmp_path / "r.csv", HEAD + "a,i1,x,50\na,i1,y,\n"))
    assert tuple(table.columns) == COLUMNS
    row = table.iloc[0]
    assert (row["page"], row["replicate"], row["scale"], row["source"]) == ("i1", 1, "score", "import")
    assert table["score"].isna().tolist() == [False, True], "an unset rating is missing, never 0"


def test_writing_and_reading_keeps_every_value(tmp_path: Path) -> None:
    first = read_ratings(write(tmp_path / "r.csv", HEAD + 'a,"i,1",x,50.5\nb,i2,x,0\n'))
    write_ratings(tmp_path / "w.csv", first)
    again = read_ratings(tmp_path / "w.csv")
    assert again["item"].tolist() == ["i,1", "i2"]
    assert again["score"].tolist() == [50.5, 0.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("assessor,item,score\na,i,5\n", r"r\.csv:1: no column condition"),
        (HEAD + "a,i,x,5\na,i,x,6\n", r"r\.csv:3: the same rating as on line 2: assessor a"),
        (HEAD + "a,i,x,five\n", r"r\.csv:2: score: found 'five'"),
        (HEAD + "a,i,x,inf\n", r"r\.csv:2: score: found 'inf'"),
        (HEAD + "a,i,x,5\n,i,y,6\n", r"r\.csv:3: assessor: empty"),
        ("assessor,item,condition,score,method\na,i,x,101,ape\n", r"r\.csv:2: score: found 101, the scale is 0 to 100"),
        (HEAD, r"holds no ratings"),
        ("", r"not a CSV table"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_ratings(write(tmp_path / "r.csv", text))


def test_a_scale_given_by_hand_is_checked(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", HEAD + "a,i,x,6\n")
    with pytest.raises(DataError, match="the scale is 1 to 5"):
        read_ratings(path, scale=(1, 5))
