"""Ratings on several scales through the commands: each scale analysed apart, named, and as if it were alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rated_studies import rated_study, ratings_table, write_csv
from test_analysis_commands import run

from analysis.as_paper import compare_as_paper
from analysis.by_design import compare_default
from analysis.dataset import Dataset, read_ratings_file
from analysis.designs import designs_of, one_design
from analysis.text import methods
from evalkit.errors import DataError

SCALES = ("clarity", "punch")
VERBS = pytest.mark.parametrize(("verb", "file"), [("compare", "results.json"), ("screen", "screening.json")])


def one_scale(scale: str) -> pd.DataFrame:
    """Make one scale's ratings, other ones for each scale; punch has a condition more."""
    conditions = ("A", "B", "C", "D") if scale == "punch" else ("A", "B", "C")
    return ratings_table(conditions, seed=len(scale)).assign(scale=scale)


def two_scales(path: Path) -> Path:
    """Write both scales' ratings in one table, rows of one page side by side as in an export."""
    table = pd.concat([one_scale(scale) for scale in SCALES])
    return write_csv(table.sort_values(["assessor", "item", "condition"]), path)


def two_axes(folder: Path) -> Path:
    """Write a study of the paper's shape whose robots rated two axes, the second one upside down."""
    path = rated_study(folder, source="rehearsal") / "export-rehearsal" / "ratings.csv"
    rated = pd.read_csv(path)
    other = rated.assign(scale="dislike", score=(100 - rated["score"]).round(1))
    write_csv(pd.concat([rated.assign(scale="like"), other]), path)
    return folder


def strict(text: str) -> Any:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def without_input(content: dict[str, Any]) -> dict[str, Any]:
    """Leave out which file was read, and what names the scale."""
    return {name: value for name, value in content.items() if name not in ("schema", "id", "items", "input", "notes")}


def test_each_scale_is_a_data_set_of_its_own(tmp_path: Path) -> None:
    parts = designs_of(read_ratings_file(two_scales(tmp_path / "rated.csv")))
    assert [(part.part, part.part_folder, part.title, part.ids, part.n_ratings) for part in parts] == [
        ("clarity", "scale_clarity", "rated, scale clarity", ["A", "B", "C"], 54),
        ("punch", "scale_punch", "rated, scale punch", ["A", "B", "C", "D"], 72),
    ]
    assert parts[1].notes == (
        "punch: one of 2 scales in rated.csv (clarity, punch), each analysed apart: screening and the correction of "
        "p-values are its own.",
    )


def test_a_scale_alone_has_no_name_of_its_own_whatever_it_is_called(tmp_path: Path) -> None:
    dataset = read_ratings_file(write_csv(one_scale("punch"), tmp_path / "rated.csv"))
    assert designs_of(dataset) == (dataset,)
    assert (dataset.part, dataset.part_folder, dataset.title) == ("", "", "rated")


def test_a_scales_folder_is_one_folder_whatever_the_scale_is_called(tmp_path: Path) -> None:
    table = pd.concat([one_scale("clarity"), one_scale("punch").assign(scale="../low end/boom")])
    parts = designs_of(read_ratings_file(write_csv(table, tmp_path / "rated.csv")))
    assert [part.part_folder for part in parts] == ["scale_..%2Flow end%2Fboom", "scale_clarity"]


@VERBS
def test_the_joined_json_is_strict_and_each_scale_as_if_it_were_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, file: str
) -> None:
    out = tmp_path / "out"
    code, text, _ = run(capsys, verb, str(two_scales(tmp_path / "rated.csv")), "--json", "--out", str(out))
    whole = strict(text)
    assert (code, [part["id"] for part in whole["designs"]]) == (0, list(SCALES))
    assert {path.name for path in out.iterdir()} == {"scale_clarity", "scale_punch"}
    for scale, part in zip(SCALES, whole["designs"], strict=True):
        alone = strict(run(capsys, verb, str(write_csv(one_scale(scale), tmp_path / "alone.csv")), "--json")[1])
        for test in alone.get("tests", []):
            test["id"] = f"{scale}/{test['id']}"
        assert without_input(part) == without_input(alone)
        own = strict((out / f"scale_{scale}" / file).read_text(encoding="utf-8"))
        assert [test["id"] for test in own.get("tests", [])] == [
            test["id"].removeprefix(f"{scale}/") for test in part.get("tests", [])
        ]


def test_ids_of_tests_start_with_the_scale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = strict(run(capsys, "compare", str(two_scales(tmp_path / "rated.csv")), "--json")[1])
    assert [part["tests"][0]["id"] for part in whole["designs"]] == ["clarity/friedman", "punch/friedman"]


@pytest.mark.parametrize("words", [["compare"], ["compare", "--as-paper"], ["screen"]])
def test_a_studys_axes_are_printed_under_headings_that_name_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    code, text, _ = run(capsys, *words, str(two_axes(tmp_path / "study")), "--rehearsal")
    heads = [line.partition(":")[0] for line in text.splitlines() if ", scale " in line]
    assert code == 0
    assert [head.rpartition(", ")[2] for head in heads] == ["scale dislike", "scale like"]
    assert text.count("REHEARSAL: robot listeners, no people.") == 2


def test_an_axis_upside_down_gives_the_same_test_with_the_differences_turned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = strict(run(capsys, "compare", str(two_axes(tmp_path / "study")), "--rehearsal", "--json")[1])
    (dislike, like) = (part["tests"][0] for part in whole["designs"])
    assert (dislike["id"], like["id"]) == ("dislike/friedman", "like/friedman")
    assert dislike["statistic"] == pytest.approx(like["statistic"], rel=1e-12)


def test_the_pilot_of_a_power_calculation_is_one_scale(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds 2 scales \(clarity, punch\): use a file with the rows of one of them"):
        one_design(read_ratings_file(two_scales(tmp_path / "rated.csv")))


def test_each_axis_of_a_study_has_its_report_which_is_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(dataset: Dataset, folder: Path) -> None:
        for name in ("report.html", "results.json"):
            (folder / name).write_text(dataset.title, encoding="utf-8")

    monkeypatch.setattr("analysis.report.write_report", write)
    study = two_axes(tmp_path / "study")
    folder = study / "report-rehearsal"
    paths = [folder / f"scale_{name}" / "report.html" for name in ("dislike", "like")]
    for _ in range(2):
        code, out, _ = run(capsys, "report", str(study), "--rehearsal")
        assert (code, out.splitlines()) == (0, [f"{path}: 20 robots" for path in paths])
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    code, _, err = run(capsys, "report", str(study), "--rehearsal")
    assert (code, "not empty" in err) == (1, True)
    assert (folder / "thesis.txt").is_file()


def test_a_scales_report_names_it_in_its_heading_and_says_that_there_are_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = two_scales(tmp_path / "rated.csv")
    code, out, _ = run(capsys, "report", str(path), "--scale", "0:100")
    pages = [Path(line.rpartition(": ")[0]) for line in out.splitlines()]
    assert (code, pages) == (0, [tmp_path / "report" / f"scale_{scale}" / "report.html" for scale in SCALES])
    for scale, page in zip(SCALES, pages, strict=True):
        text = page.read_text(encoding="utf-8")
        assert f"rated, scale {scale}</h1>" in text
        assert "one of 2 scales in rated.csv" in text
        assert f"<dt>Scale</dt><dd>{scale}</dd>" in text


@pytest.mark.parametrize("name", ["punch", "{low} end"])
def test_the_methods_paragraph_names_the_scale(tmp_path: Path, name: str) -> None:
    table = pd.concat([one_scale("clarity"), one_scale("punch").assign(scale=name)])
    parts = designs_of(read_ratings_file(write_csv(table, tmp_path / "rated.csv"), scale=(0, 100)))
    (part,) = (part for part in parts if part.part == name)
    default = compare_default(part)
    written = methods(default, compare_as_paper(part), default.to_reference).paragraph
    assert written.startswith(f"Six assessors rated four conditions of three items on the scale ‘{name}’ from 0 to 100")
