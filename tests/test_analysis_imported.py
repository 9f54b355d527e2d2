"""Others' files through the commands: read directly, said aloud, written normalised, designs apart."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from rated_studies import ratings_table, write_csv

from analysis.dataset import Dataset, read_ratings_file
from analysis.designs import designs_of, one_design
from evalkit.cli import main
from evalkit.errors import DataError
from evalkit.ratings import read_ratings

HEAD = "session_test_id,session_uuid,trial_id,rating_stimulus,rating_score,rating_time,rating_comment"


def two_designs(folder: Path) -> Path:
    """Write webMUSHRA's file of eight people: two pages of two systems, two of three."""
    rows = []
    for _, row in ratings_table(assessors=8, items=4).iterrows():
        few = row["item"] in ("item 0", "item 1")
        if not (few and row["condition"] == "C"):
            rows.append(f"t,u-{row['assessor']},{row['item']},{row['condition']},{row['score']},1000,")
    path = folder / "others" / "mushra.csv"
    path.parent.mkdir()
    path.write_text("\n".join([HEAD, "", *rows]), encoding="utf-8")
    return path


def wide(folder: Path) -> Path:
    """Write a wide table of the same people: a column per item and condition."""
    table = ratings_table()
    table["name"] = table["item"].str.replace(" ", "") + "-" + table["condition"]
    path = folder / "wide.csv"
    table.pivot(index="assessor", columns="name", values="score").assign(mail="a@b.c").to_csv(path, index=False)
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    main(list(words))
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_a_foreign_file_gives_the_results_of_the_same_ratings_in_our_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = write_csv(ratings_table(), tmp_path / "own.csv")
    found = [json.loads(run(capsys, "compare", str(path), "--json")[0]) for path in (own, wide(tmp_path))]
    statistics = [[(test["id"], test["statistic"], test["p"]) for test in data["tests"]] for data in found]
    assert statistics[0] == statistics[1]


def test_how_a_foreign_file_is_read_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wide(tmp_path)
    _, err = run(capsys, "compare", str(path))
    assert err == (
        f"{path}: read as a wide table, a column per item and condition: 6 assessors, 3 items, 3 conditions, "
        "54 ratings\n"
    )


@pytest.mark.parametrize("verb", ["compare", "screen"])
def test_the_normalised_ratings_stand_beside_the_tables_and_read_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    path, out = wide(tmp_path), tmp_path / "out"
    run(capsys, verb, str(path), "--out", str(out))
    written = read_ratings_file(out / "ratings.csv")
    pd.testing.assert_frame_equal(written.ratings, read_ratings_file(path).ratings)
    assert "@" not in (out / "ratings.csv").read_text(encoding="utf-8")


def test_our_own_format_is_not_written_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = write_csv(ratings_table(), tmp_path / "own.csv")
    _, err = run(capsys, "compare", str(own), "--out", str(tmp_path / "out"))
    assert (err, (tmp_path / "out" / "ratings.csv").exists()) == ("", False)


def test_items_with_other_conditions_are_designs_of_their_own(tmp_path: Path) -> None:
    designs = designs_of(read_ratings_file(two_designs(tmp_path)))
    found = [(design.part, design.items, design.ids) for design in designs]
    assert found == [
        ("design_1", ["item 0", "item 1"], ["A", "B"]),
        ("design_2", ["item 2", "item 3"], ["A", "B", "C"]),
    ]
    assert designs[0].notes[0] == "design_1 of several in mushra.csv: 2 items, item 0 and item 1."


def test_our_own_tables_are_one_design_whatever_is_missing(tmp_path: Path) -> None:
    table = ratings_table()
    path = write_csv(table[(table["item"] != "item 0") | (table["condition"] != "C")], tmp_path / "own.csv")
    assert [design.part for design in designs_of(read_ratings_file(path))] == [""]


def test_ids_are_prefixed_where_there_are_several_designs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = two_designs(tmp_path), tmp_path / "out"
    data = json.loads(run(capsys, "compare", str(path), "--json", "--out", str(out))[0])
    assert [(design["id"], design["input"]["n_ratings"]) for design in data["designs"]] == [
        ("design_1", 32),
        ("design_2", 48),
    ]
    assert data["designs"][1]["tests"][0]["id"] == "design_2/friedman"
    assert {file.name for file in out.iterdir()} == {"design_1", "design_2"}
    assert len(read_ratings(out / "design_2" / "ratings.csv")) == 48
    assert json.loads((out / "design_2" / "results.json").read_text())["tests"][0]["id"] == "friedman"


def test_each_design_has_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(dataset: Dataset, folder: Path) -> None:
        (folder / "report.html").write_text(dataset.title, encoding="utf-8")

    monkeypatch.setattr("analysis.report.write_report", write)
    path = two_designs(tmp_path)
    out, _ = run(capsys, "report", str(path))
    folder = path.parent / "report"
    assert out == f"{folder}/design_1/report.html: 8 assessors\n{folder}/design_2/report.html: 8 assessors\n"
    assert (folder / "design_2" / "report.html").read_text() == "mushra, design_2"
    assert (folder / "design_2" / "ratings.csv").is_file()


def test_a_pilot_of_several_designs_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds 2 designs: write them apart with 'evalkit compare .* --out FOLDER'"):
        one_design(read_ratings_file(two_designs(tmp_path)))


def test_a_score_off_the_stated_scale_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the scale is 0 to 10"):
        read_ratings_file(wide(tmp_path), scale=(0, 10))


def public(*parts: str) -> str:
    folder = os.environ.get("EVALKIT_REFERENCE")
    if not folder:
        pytest.skip("EVALKIT_REFERENCE names no folder with the public ratings")
    return str(Path(folder).joinpath("ratings", *parts))


@pytest.mark.reference
def test_the_published_screening_of_the_codec_test_comes_out_of_its_raw_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = public("bernoulli_codec", "ratings_formated.csv")
    options = ["--reference", "Reference", "--scale", "0:100"]
    found = json.loads(run(capsys, "screen", raw, "--profile", "bs1534", *options, "--json")[0])
    assert found["excluded"] == ["P06", "P17"]
    everybody, kept = (
        read_ratings_file(Path(public("bernoulli_codec", name))).ratings
        for name in ("ratings_formated.csv", "ratings_formated_filtered.csv")
    )
    screened = everybody[~everybody["assessor"].isin(found["excluded"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(screened, kept)


@pytest.mark.reference
def test_the_transfer_tests_two_designs_give_what_r_computes(capsys: pytest.CaptureFixture[str]) -> None:
    path = public("difftransfer", "listening_test_results.csv")
    found = json.loads(run(capsys, "compare", path, "--scale", "1:5", "--as-paper", "--json")[0])
    assert [(design["id"], design["input"]["n_conditions"]) for design in found["designs"]] == [
        ("design_1", 2),
        ("design_2", 4),
    ]
    (h,) = (test for test in found["designs"][1]["tests"] if test["id"] == "design_2/kruskal_wallis")
    golden = json.loads((Path(path).parents[2] / "golden" / "difftransfer_multi.json").read_text(encoding="utf-8"))
    assert h["statistic"] == pytest.approx(golden["kruskal"]["statistic"], rel=1e-9)


@pytest.mark.reference
def test_the_compressor_test_gives_the_null_result_that_r_computes(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(run(capsys, "compare", public("s4drc", "mushra.csv"), "--scale", "0:100", "--json")[0])
    friedman = next(test for test in data["tests"] if test["id"] == "friedman")
    assert (friedman["n"], friedman["df"]) == (19, 3)
    assert friedman["statistic"] == pytest.approx(1.059, abs=5e-4)
    assert friedman["p"] == pytest.approx(0.787, abs=5e-4)
