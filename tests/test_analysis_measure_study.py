"""The command measure on a study: every stimulus, against the reference of its page."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import STUDY_HEAD, build_study, study_yaml

from analysis.measure import Measured
from analysis.measure_study import measure_study, references
from analysis.measure_tables import as_text
from analysis.metrics import measures
from evalkit.audio import read_audio, write_audio
from evalkit.cli import main
from evalkit.errors import DataError
from evalkit.session import AUDIO_FOLDER, read_session
from evalkit.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return a study of one page with the paper's seven conditions: two references, by task, and an anchor."""
    return build_study(tmp_path_factory.mktemp("measured") / "study", pages=1, conditions=7)


@pytest.fixture(scope="module")
def measured(study: Study) -> Measured:
    return measure_study(study.folder)


def test_each_stimulus_is_compared_with_the_reference_of_its_task(study: Study) -> None:
    assert references(study) == {
        "reference_dry": "reference_dry", "reference_wet": "reference_wet",
        "wave_u_net_dry": "reference_dry", "wave_u_net_wet": "reference_wet",
        "random_forest_dry": "reference_dry", "random_forest_wet": "reference_wet",
    }  # fmt: skip


def test_a_reference_is_at_the_end_of_every_scale(measured: Measured) -> None:
    own = {row.found.name: row.found for row in measured.rows if row.condition == "reference_dry"}
    assert own["mr_stft"].value == 0.0
    assert own["si_sdr"].status == "identical"


def test_a_condition_with_two_references_is_compared_with_neither_and_named(measured: Measured) -> None:
    statuses = {row.found.status for row in measured.rows if row.condition == "anchor" and row.found.name == "mr_stft"}
    assert statuses == {"not_applicable"}
    assert "Caution: without one reference to compare with: anchor." in as_text(measured)


def test_what_systems_learned_from_is_told_of_a_study_too(built_study: Study) -> None:
    path = built_study.session_folder / "session.json"
    session = json.loads(path.read_text(encoding="utf-8"))
    session["provenance"] = {
        "data": {"splits": {"train": 1, "test": 1}},
        "fitted": {"net": {"origin": "shipped weights", "card": {}}},
        "training_warning": "conditions did not all learn from the same items: net from small (x)",
    }
    path.write_text(json.dumps(session), encoding="utf-8")
    notes = measure_study(built_study.folder).notes
    assert "Conditions did not all learn from the same items: net from small (x)." in notes
    assert any(note.startswith("1 of 2 items are of the train/validation split, from which net may") for note in notes)


def test_stimuli_are_measured_at_the_loudness_they_were_matched_to(measured: Measured) -> None:
    found = [row.found.value for row in measured.rows if row.found.name == "integrated_loudness"]
    assert len(found) == 7
    np.testing.assert_allclose(np.array(found, dtype=float), -28.0, atol=0.05)


def test_differences_are_told_between_systems_and_not_to_the_reference_itself(measured: Measured) -> None:
    assert measured.compared == ("wave_u_net_dry", "wave_u_net_wet", "random_forest_dry", "random_forest_wet")


def test_differences_are_told_to_a_system_under_test_though_the_anchor_is_listed_first(
    make_built_study: Callable[..., Study],
) -> None:
    conditions = study_yaml().partition("conditions:\n")[2].partition("analysis:")[0].splitlines(keepends=True)
    yaml = STUDY_HEAD + "".join([conditions[-1], *conditions[:-1]]) + "analysis:\n  reference: reference_wet\n"
    compared = measure_study(make_built_study(pages=1, conditions=7, yaml=yaml).folder).compared
    assert compared[0] == "wave_u_net_dry"
    assert compared[-1] == "anchor"
    assert not [condition for condition in compared if condition.startswith("reference")]


def test_a_channel_that_is_not_in_a_mean_is_named(measured: Measured) -> None:
    lost = replace(
        next(row for row in measured.rows if (row.found.channel, row.condition) == ("side", "wave_u_net_dry")),
        found=measures()["mr_stft"].missing("not_applicable", channel="side"),
    )
    told = as_text(replace(measured, rows=(*measured.rows, replace(lost, item="other"))))
    assert "Items not in the mean: MR-STFT side of wave_u_net_dry: 1 not applicable." in " ".join(told.split())


def test_the_command_writes_the_studys_measures_and_replaces_them(
    study: Study, measured: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    path = study.folder / "measures.csv"
    for _ in range(2):
        main(["measure", str(study.folder), "--json"])
    found = json.loads(capsys.readouterr().out.partition("\n}\n")[0] + "\n}")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(measured.rows) == len(found["measures"])
    assert all((row["value"] == "") == (row["status"] != "ok") for row in rows)
    assert found["input"]["simulated"] is True


def test_a_study_and_a_manifest_at_once_are_a_wrong_call(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["measure", str(study.folder), "--task", "dry"])
    assert stop.value.code == 2
    assert "are for mixes without a study" in capsys.readouterr().err


def test_nothing_named_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["measure"])
    assert stop.value.code == 2
    assert "expected a STUDY, or --manifest, --mixes and --task" in capsys.readouterr().err


def test_a_missing_stimulus_is_named(built_study: Study) -> None:
    stimulus = read_session(built_study.session_folder).pages[0].stimuli[0]
    (built_study.session_folder / AUDIO_FOLDER / stimulus.file).unlink()
    with pytest.raises(DataError, match=f"{stimulus.file}: missing; build the study again"):
        measure_study(built_study.folder)


def test_a_silent_stimulus_has_a_status_and_the_others_their_values(
    make_built_study: Callable[..., Study], tmp_path: Path
) -> None:
    study = make_built_study(pages=1)
    page = read_session(study.session_folder).pages[0]
    path = study.session_folder / AUDIO_FOLDER / page.stimuli[0].file
    audio, rate_hz = read_audio(path)
    write_audio(path, np.zeros_like(audio), rate_hz)
    statuses = {row.condition: set() for row in measure_study(study.folder).rows}  # type: dict[str, set[str]]
    for row in measure_study(study.folder).rows:
        statuses[row.condition].add(row.found.status)
    assert statuses[page.stimuli[0].condition] == {"silent", "not_applicable"}
    assert "ok" in statuses[page.stimuli[1].condition]
