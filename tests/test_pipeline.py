"""The whole way, through the commands as a user types them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NAMED_BY_DESIGN = {"report.html", "results.json", "results_as_paper.json"}  # they say it inside, as the folder does
SMALL = """\
schema: evalkit-study/1
title: A small study
seed: 3
data: {manifest: data/manifest.jsonl, items: {split: test}}
excerpt: {seconds: 2, choose: loudest}
conditions:
  - {id: anchor, label: Anchor, system: overhead_anchor, role: anchor}
  - {id: mean_dry, label: Mean gain dry, system: mean_gain, task: dry}
  - {id: reference_dry, label: Reference Dry, system: human_mix, task: dry, role: reference}
  - {id: reference_wet, label: Reference Wet, system: human_mix, task: wet, role: reference}
texts: {consent: A rehearsal., instructions: Place every bar.}
analysis: {reference: reference_dry}
"""


def evalkit(*words: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "evalkit", *words], cwd=cwd, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"evalkit {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_small_study_goes_from_simulated_sessions_to_a_report(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "study.yaml").write_text(SMALL, encoding="utf-8")
    evalkit("data", "simulate", "--preset", "tiny", "--out", "study/data", cwd=tmp_path)
    evalkit("data", "check", "study/data/manifest.jsonl", cwd=tmp_path)
    evalkit("build", "study", cwd=tmp_path)
    evalkit("check", "study", cwd=tmp_path)
    evalkit("rehearse", "study", "--assessors", "4", cwd=tmp_path)
    session = json.loads((folder / "session" / "session.json").read_text(encoding="utf-8"))
    ratings = rows_of(folder / "export-rehearsal" / "ratings.csv")
    assert len(ratings) == 4 * 4 * len(session["pages"])
    assert {row["source"] for row in ratings} == {"rehearsal"}
    results = json.loads(evalkit("compare", "study", "--rehearsal", "--as-paper", "--json", cwd=tmp_path))
    assert results["schema"] == "evalkit-results/1"
    beside = {"brown_forsythe", "dunn"}  # what the paper did not run
    assert {test["test"] for test in results["tests"]} - beside == {"shapiro_wilk", "kruskal_wallis", "mann_whitney"}
    evalkit("report", "study", "--rehearsal", cwd=tmp_path)
    html = (folder / "report-rehearsal" / "report.html").read_text(encoding="utf-8")
    assert "rehearsal" in html.lower() and "simulated" in html.lower()
    assert not (folder / "report").exists() and not (folder / "export").exists()


@pytest.mark.slow
def test_the_demo_ends_with_840_labelled_rehearsal_ratings_and_repeats_nothing(tmp_path: Path) -> None:
    first = evalkit("demo", "--no-serve", cwd=tmp_path)
    folder = tmp_path / "demo_study"
    ratings = rows_of(folder / "export-rehearsal" / "ratings.csv")
    assert len(ratings) == 840
    assert {row["source"] for row in ratings} == {"rehearsal"}
    session = json.loads((folder / "session" / "session.json").read_text(encoding="utf-8"))
    stimuli = [stimulus for page in session["pages"] for stimulus in page["stimuli"]]
    assert len(session["pages"]) == 6 and len(stimuli) == 42
    assert all(abs(stimulus["lufs"] + 28) <= 0.05 for stimulus in stimuli)
    assert max(stimulus["dbtp"] for stimulus in stimuli) <= -2.0, "at least 1 dB to spare below the ceiling"
    assert "no person took part" in first
    produced = [path.name for path in (folder / "report-rehearsal").rglob("*") if path.is_file()]
    unlabelled = [name for name in produced if "rehearsal" not in name and name not in NAMED_BY_DESIGN]
    assert unlabelled == []
    for name in NAMED_BY_DESIGN:
        assert "rehearsal" in (folder / "report-rehearsal" / name).read_text(encoding="utf-8")
    again = evalkit("demo", "--no-serve", cwd=tmp_path)
    assert again.count("done before") == 3


def test_the_demo_leaves_another_study_alone(tmp_path: Path) -> None:
    evalkit("new", "mine", cwd=tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "evalkit", "demo", "--folder", "mine", "--no-serve"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 1
    assert "holds a study already, and no demo made it" in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["study.yaml"]
