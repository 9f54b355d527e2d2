"""Readers of others' results: round trips of files written here, and the published results of public files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rated_studies import public

from analysis.readers import aloud, read_any
from analysis.readers.grid import grids
from analysis.readers.rows import pseudonyms
from evalkit.errors import DataError
from evalkit.ratings import COLUMNS, read_ratings, write_ratings

NEW = "session_test_id,email,age,session_uuid,trial_id,rating_stimulus,rating_score,rating_time,rating_comment"
OLD = NEW.replace(",session_uuid", "")
CONDITIONS = ("reference", "anchor35", "codec")
PEOPLE = {"ann@example.org": "f3", "bob@example.org": "07"}


def webmushra(*, old: bool = False, scores: tuple[int, ...] = (100, 20, 60)) -> str:
    """Write what webMUSHRA writes: the header, a blank line, and a row per stimulus."""
    lines = [OLD if old else NEW, ""]
    for email, uuid in PEOPLE.items():
        for trial in ("t2", "t1"):
            for condition, score in zip(CONDITIONS, scores, strict=True):
                session = [] if old else [uuid]
                lines.append(
                    ",".join(["test", email, "30", *session, trial, condition, str(score), "4500", "I am Ann"])
                )
    return "\n".join(lines) + "\n"


def pymushra(rows: int = 12) -> list[dict[str, object]]:
    """Write the records of pymushra's download."""
    people = list(PEOPLE)
    return [
        {
            "responses_score": 10 * number,
            "wm_type": "mushra",
            "questionaire_uuid": PEOPLE[people[number // 6 % 2]],
            "wm_id": f"t{number // 3 % 2}",
            "questionaire_email": people[number // 6 % 2],
            "responses_stimulus": CONDITIONS[number % 3],
            "responses_time": 2000,
            "wm_testId": "test",
        }
        for number in range(rows)
    ]


def written(folder: Path, text: str, name: str = "results.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def table_of(folder: Path, text: str) -> pd.DataFrame:
    return read_any(written(folder, text))[0]


def scores_by(table: pd.DataFrame, *columns: str) -> dict[tuple[str, ...], float]:
    return table.set_index(list(columns))["score"].to_dict()


@pytest.mark.parametrize("old", [False, True])
def test_webmushra_gives_people_items_conditions_and_roles(tmp_path: Path, old: bool) -> None:
    table = table_of(tmp_path, webmushra(old=old))
    assert sorted(table["assessor"].unique()) == ["P01", "P02"]
    assert scores_by(table[table["assessor"] == "P02"], "item", "condition")["t1", "codec"] == 60
    assert table["role"].fillna("").tolist()[:3] == ["reference", "anchor", ""]
    assert set(table["method"]) == {"mushra"}
    assert table["page_s"].tolist()[0] == 4.5
    assert table.drop_duplicates("item")["page_position"].tolist() == [1, 2]


def test_without_session_keys_equal_answers_are_one_assessor_and_that_is_said(tmp_path: Path) -> None:
    _, imported = read_any(written(tmp_path, webmushra(old=True)))
    assert imported is not None
    assert "same answers" in imported.notes[0]


def test_rows_of_a_changed_questionnaire_are_read_from_the_end(tmp_path: Path) -> None:
    longer = "test,cy@example.org,31,drums,99,t1,codec,55,1000,\n"
    table, imported = read_any(written(tmp_path, webmushra() + longer))
    assert imported is not None
    assert "1 row of another width" in imported.notes[0]
    assert table.iloc[-1][["assessor", "item", "condition", "score"]].tolist() == ["P03", "t1", "codec", 55]


def test_a_likert_scale_in_webmushras_file_has_no_known_method(tmp_path: Path) -> None:
    table = table_of(tmp_path, webmushra(scores=(5, 1, 3)))
    assert table["method"].isna().all()


@pytest.mark.parametrize("text", [webmushra(), webmushra(old=True), json.dumps(pymushra())])
def test_nothing_that_identifies_people_is_left(tmp_path: Path, text: str) -> None:
    table = table_of(tmp_path, text)
    write_ratings(tmp_path / "ratings.csv", table)
    out = (tmp_path / "ratings.csv").read_text(encoding="utf-8")
    assert [word for word in (*PEOPLE, *PEOPLE.values(), "Ann", "@") if f",{word}," in out or "@" in out] == []


def test_pymushras_csv_and_json_hold_the_same(tmp_path: Path) -> None:
    records = pymushra()
    as_json = table_of(tmp_path, json.dumps(records))
    shuffled = pd.DataFrame(records)[sorted(records[0], key=lambda name: name[::-1])]
    as_csv = table_of(tmp_path, shuffled.to_csv(index=False, sep=";"))
    pd.testing.assert_frame_equal(as_csv, as_json)
    assert as_json["score"].tolist() == [10.0 * n for n in range(12)]


def test_pages_without_scores_are_left_out_of_pymushras_and_counted(tmp_path: Path) -> None:
    pair = {**pymushra()[0], "wm_type": "paired_comparison", "responses_score": None}
    table, imported = read_any(written(tmp_path, json.dumps([*pymushra(), pair])))
    assert imported is not None
    assert (len(table), imported.notes) == (12, ("1 row without a score left out: pages of type paired_comparison",))


def test_a_rating_given_twice_is_a_replicate(tmp_path: Path) -> None:
    table, imported = read_any(written(tmp_path, json.dumps(pymushra(18))))
    assert imported is not None
    assert table["replicate"].tolist() == [1] * 12 + [2] * 6
    assert "6 ratings repeat an earlier one" in imported.notes[0]


def test_lists_in_cells_are_one_rating_an_element(tmp_path: Path) -> None:
    text = 'signal,condition,ratings,participant_ids\ns1,A,"[41.0, 32.0]","[2, 13]"\ns1,B,"[7, None]","[13, 2]"\n'
    table = table_of(tmp_path, text)
    assert scores_by(table.iloc[:3], "assessor", "condition") == {("P02", "A"): 41, ("P13", "A"): 32, ("P13", "B"): 7}
    assert np.isnan(table["score"].iloc[3])


def test_lists_of_unequal_length_are_an_error_with_their_line(tmp_path: Path) -> None:
    text = 'signal,condition,ratings,participant_ids\ns1,A,"[41.0, 32.0]","[2, 13]"\ns1,B,"[7]","[13, 2]"\n'
    with pytest.raises(DataError, match=r"results.txt:3: 1 ratings of 2 assessors"):
        read_any(written(tmp_path, text))


def test_a_full_grid_of_headings_is_split_at_the_one_place_that_fits() -> None:
    systems = ("lstm-32", "side-chain-c32-f4", "TCN-300-C")
    (found,) = grids([f"{item}-{system}" for item in ("005", "008") for system in systems])
    assert (list(found), tuple(found["005"])) == (["005", "008"], systems)


def test_headings_that_split_in_two_ways_are_an_error_that_names_both(tmp_path: Path) -> None:
    text = ",".join(f"{a}_{b}_{c}" for a in "xy" for b in "12" for c in "pq") + "\n1,2,3,4,5,6,7,8\n"
    with pytest.raises(DataError, match=r"several ways: 2 items \(x and y\) × 4 conditions; 4 items"):
        read_any(written(tmp_path, text))


def test_headings_that_are_no_full_grid_name_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no full grid of items and conditions: no column s3-B; expected"):
        read_any(written(tmp_path, "s1-A,s1-B,s2-A,s2-B,s3-A\n1,2,3,4,5\n"))


def test_a_file_that_names_nobody_and_nothing_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"found the columns m2 and m1: nothing says who rated which condition"):
        read_any(written(tmp_path, "m2,m1\n-0.4,0.3\n0.1,0.2\n"))


def test_a_file_that_two_formats_fit_is_an_error_that_names_both(tmp_path: Path) -> None:
    record = {**pymushra()[0], "session_test_id": "t", "trial_id": "t", "rating_stimulus": "A", "rating_score": 1}
    with pytest.raises(DataError, match=r"can be read as pymushra's .* and as webMUSHRA's"):
        read_any(written(tmp_path, json.dumps([record])))


def test_a_ratings_table_that_lacks_a_column_is_still_told_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r":1: no column score; needed"):
        read_any(written(tmp_path, "assessor,item,condition\na,i,c\n"))


def test_the_file_is_named_with_its_format_and_size(tmp_path: Path) -> None:
    path = written(tmp_path, webmushra())
    table, imported = read_any(path)
    assert imported is not None
    assert aloud(path, imported, table) == (
        f"{path}: read as webMUSHRA's mushra.csv: 2 assessors, 2 items, 3 conditions, 12 ratings"
    )


def test_a_score_that_is_no_number_is_an_error_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"results.txt:4: rating_score: found 'many', expected a number"):
        read_any(written(tmp_path, webmushra().replace("anchor35,20", "anchor35,many", 1)))


@pytest.mark.parametrize(
    ("keys", "names"),
    [(["x@y.z", "Bob", "x@y.z"], ["P01", "P02"]), (["7", "12"], ["P07", "P12"]), (["7", "07"], ["P01", "P02"])],
)
def test_pseudonyms_keep_whole_numbers_and_nothing_else(keys: list[str], names: list[str]) -> None:
    assert list(pseudonyms(keys).values()) == names


LABELS = st.lists(st.text("abcXYZ059", min_size=1, max_size=5), min_size=2, max_size=4, unique=True)


@settings(max_examples=25, deadline=None)
@given(items=LABELS, conditions=LABELS, n=st.integers(1, 4), kind=st.sampled_from(["wide", "lists", "pymushra"]))
def test_a_written_table_comes_back_whole(
    tmp_path_factory: pytest.TempPathFactory, items: list[str], conditions: list[str], n: int, kind: str
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    cells = [(i, c) for i in items for c in conditions]
    scores = {(p, i, c): float(11 * p + number) for p in range(1, n + 1) for number, (i, c) in enumerate(cells)}
    if kind == "wide":
        lines = [[f"{i}-{c}" for i, c in cells], *([scores[p, *cell] for cell in cells] for p in range(1, n + 1))]
        text = "\n".join(",".join(str(value) for value in line) for line in lines)
    elif kind == "lists":
        people = list(range(1, n + 1))
        rows = [
            {"item": i, "system": c, "scores": [scores[p, i, c] for p in people], "assessors": people} for i, c in cells
        ]
        text = pd.DataFrame(rows).to_csv(index=False)
    else:
        keys = ("questionaire_uuid", "wm_id", "responses_stimulus")
        records = [dict(zip(keys, key, strict=True)) | {"responses_score": score} for key, score in scores.items()]
        text = json.dumps(records)
    table = read_any(written(folder, text))[0]
    found = {(int(row.assessor[1:]), row.item, row.condition): row.score for row in table.itertuples()}
    assert found == scores
    assert list(table.columns) == list(COLUMNS)
    write_ratings(folder / "ratings.csv", table)
    again = read_ratings(folder / "ratings.csv")
    pd.testing.assert_frame_equal(again, table)


PYMUSHRA = "wm_id;responses_stimulus;responses_score;questionaire_uuid"
LISTS = "signal,condition,ratings,participant_ids"
HEADS = st.sampled_from([NEW, OLD, PYMUSHRA, LISTS, "s-A,s-B,t-A,t-B", "a,b", "[", '[{"wm_id": 1, "a": []'])
CELLS = st.sampled_from(
    ["1", "", "x", '"[1, 2]"', "[1", "nan", "inf", "1e999", '"', "\n", "t", "reference", "\t", "é", "0"]
)


@settings(max_examples=150, deadline=None)
@given(head=HEADS, rows=st.lists(st.lists(CELLS, max_size=10), max_size=5), joint=st.sampled_from([",", ";"]))
def test_whatever_a_file_holds_it_is_read_or_refused_with_its_name(
    tmp_path_factory: pytest.TempPathFactory, head: str, rows: list[list[str]], joint: str
) -> None:
    text = "\n".join([head, *(joint.join(row) for row in rows)])
    path = written(tmp_path_factory.getbasetemp(), text, "odd.txt")
    try:
        table = read_any(path)[0]
    except DataError as error:
        assert str(error).startswith(str(path))
    else:
        assert np.isfinite(table["score"].dropna()).all()


@pytest.mark.reference
@pytest.mark.parametrize(
    ("file", "golden"),
    [
        (("bernoulli_codec", "ratings_formated.csv"), ("bernoulli_raw",)),
        (("bernoulli_codec", "ratings_formated_filtered.csv"), ("bernoulli_filtered",)),
        (("difftransfer", "listening_test_results.csv"), ("difftransfer_single", "difftransfer_multi")),
        (("s4drc", "mushra.csv"), ("s4drc",)),
    ],
)
def test_the_public_files_hold_the_ratings_that_r_was_given(file: tuple[str, ...], golden: tuple[str, ...]) -> None:
    table = read_any(public("ratings", *file))[0]
    truth = pd.concat([pd.read_csv(public("data", f"{name}.csv"), dtype={"item": str}) for name in golden])
    found = table.groupby(["item", "condition"])["score"].apply(sorted).to_dict()
    assert found == truth.groupby(["item", "system"])["rating"].apply(sorted).to_dict()


@pytest.mark.reference
def test_difftransfers_published_means_come_out_of_the_raw_file() -> None:
    table = read_any(public("ratings", "difftransfer", "listening_test_results.csv"))[0]
    means = table.groupby([table["item"].str.split("_").str[1], "condition"])["score"].mean().round(4).to_dict()
    multi = {("multi", "C1"): 3.8088, ("multi", "C2"): 1.6618, ("multi", "C3"): 3.7941, ("multi", "C4"): 2.8971}
    assert means == {("single", "C1"): 3.6324, ("single", "C2"): 1.8088} | multi


@pytest.mark.reference
@pytest.mark.parametrize("name", ["noise_center.csv", "speech_center.csv", "wfs_coloration.txt"])
def test_wierstorfs_files_are_one_clear_error(name: str) -> None:
    with pytest.raises(DataError, match="nothing says who rated which condition"):
        read_any(public("ratings", "wierstorf_coloration", name))
