"""The commands compare and report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rated_studies import rated_study, ratings_table, write_csv

from analysis.dataset import Dataset
from evalkit.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        main(list(words))
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def light_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace what the report writes by two small files: these tests are about the folder."""

    def write(dataset: Dataset, folder: Path) -> None:
        for name in ("report.html", "results.json"):
            (folder / name).write_text(",".join(c.role for c in dataset.conditions), encoding="utf-8")

    monkeypatch.setattr("analysis.report.write_report", write)


def test_compare_as_paper_prints_both_tables_and_the_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = rated_study(tmp_path / "study", source="rehearsal")
    code, out, _ = run(capsys, "compare", str(folder), "--rehearsal", "--as-paper")
    assert code == 0
    assert out.startswith("REHEARSAL: robot listeners, no people")
    for words in ("the paper's Table 3", "H(6) = 572.78", "1.73e-120", "the paper's Table 4", "for independent"):
        assert words in " ".join(out.split())


def test_compare_prints_the_repeated_measures_analysis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "compare", str(rated_study(tmp_path / "study")))
    assert code == 0
    assert "REHEARSAL" not in out
    for words in ("Smallest attainable p of all pairs: 1.91e-6", "χ²(6, N = 20) = 97.42", "p (holm)", "Verdict"):
        assert words in out


def test_compare_json_is_the_only_output_and_has_full_precision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(ratings_table(), tmp_path / "r.csv")
    code, out, _ = run(capsys, "compare", str(path), "--json")
    assert (code, json.loads(out)["mode"]) == (0, "default")
    assert json.loads(out)["tests"][0]["id"] == "friedman"


def test_compare_out_writes_tables_and_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = write_csv(ratings_table(), tmp_path / "r.csv"), tmp_path / "tables"
    assert run(capsys, "compare", str(path), "--as-paper", "--out", str(out))[0] == 0
    assert {"results.json", "tables.md", "table3_shapiro_wilk.csv", "table4_mann_whitney.tex"} <= {
        p.name for p in out.iterdir()
    }
    code, _, err = run(capsys, "compare", str(path), "--out", str(out))
    assert (code, "not empty" in err) == (1, True)


@pytest.mark.usefixtures("light_report")
def test_report_of_a_study_is_written_into_it_and_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = rated_study(tmp_path / "study", source="rehearsal")
    for _ in range(2):
        code, out, _ = run(capsys, "report", str(folder), "--rehearsal")
        assert (code, out) == (0, f"{folder / 'report-rehearsal' / 'report.html'}: 20 robots\n")


@pytest.mark.usefixtures("light_report")
def test_report_never_replaces_a_folder_of_somebody_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = rated_study(tmp_path / "study")
    (folder / "report").mkdir()
    (folder / "report" / "thesis.txt").write_text("years of work", encoding="utf-8")
    code, _, err = run(capsys, "report", str(folder))
    assert (code, "not empty" in err) == (1, True)
    assert (folder / "report" / "thesis.txt").is_file()


@pytest.mark.usefixtures("light_report")
def test_report_of_a_file_stands_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_csv(ratings_table(), tmp_path / "r.csv")
    assert run(capsys, "report", str(path), "--reference", "A", "--anchor", "C", "--scale", "0:100")[0] == 0
    assert (tmp_path / "report" / "report.html").read_text(encoding="utf-8") == "reference,,anchor"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["compare", "nowhere.csv"], 1, "nowhere.csv: no such study folder or ratings file"),
        (["compare", "{study}", "--scale", "0:100"], 2, "--scale is for a file; the study says it in study.yaml"),
        (["compare", "{file}", "--rehearsal"], 2, "--rehearsal is for a study"),
        (["compare", "{file}", "--scale", "100:0"], 2, "expected LOW below HIGH, found '100:0'"),
        (["compare", "{file}", "--scale", "five"], 2, "expected two numbers, for example 0:100, found 'five'"),
        (["compare", "{file}", "--reference", "Z"], 2, "no condition 'Z'; there are A, B, C"),
        (["compare", "{study}", "--rehearsal"], 1, "no ratings yet; 'evalkit rehearse {study}' writes them"),
        (["report", "{empty}"], 2, "no such study; 'evalkit new {empty}' makes one"),
    ],
)
def test_mistakes_are_one_line_with_the_right_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    places = {
        "study": rated_study(tmp_path / "study"),
        "file": write_csv(ratings_table(), tmp_path / "r.csv"),
        "empty": tmp_path,
    }
    found, _, err = run(capsys, *(word.format(**places) for word in words))
    assert found == code
    assert message.format(**places) in err.splitlines()[-1]


def test_importing_the_commands_is_light() -> None:
    code = "import sys, analysis.commands; print([m for m in ('numpy', 'pandas', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_comparing_does_not_load_the_drawing_library(tmp_path: Path) -> None:
    path = write_csv(ratings_table(), tmp_path / "r.csv")
    code = (
        "import sys; from analysis.commands import compare; "
        f"compare.main([{str(path)!r}], standalone_mode=False); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False")
