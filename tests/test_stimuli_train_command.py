"""`evalkit train wave_u_net`: what it leaves behind, and the line that bad input ends with."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from multitrack_support import RATE_HZ, make_multitracks
from safetensors.numpy import load_file

from evalkit.cli import main
from evalkit.manifest import DRUM_ROLES, Manifest, write_manifest
from stimuli.models import training

TINY = {
    "initial_filters": "4", "levels": "3", "batch": "2", "snippet_samples": "512", "steps_per_epoch": "2",
    "learning_rates": "[0.001, 0.0001]", "max_epochs": "[2, 1]", "per_group": "false", "training_precision": "float32",
}  # fmt: skip


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Write five items of two drummers."""
    path = tmp_path / "data" / "manifest.jsonl"
    items = tuple(make_multitracks(tmp_path / "data"))
    table = Manifest(name="five", rate_hz=RATE_HZ, roles=DRUM_ROLES, licence="none", simulated=True, items=items)
    write_manifest(path, table)
    return path


def command(manifest: Path, out: Path, task: str = "wet", **options: str) -> list[str]:
    words = ["train", "wave_u_net", str(manifest), "--task", task, "--out", str(out), "--device", "cpu"]
    for name, value in {**TINY, **options}.items():
        words += ["--option", f"{name}={value}"]
    return words


def failure(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command that fails, and return its exit code and the one line that it printed."""
    with pytest.raises(SystemExit) as stopped:
        main(words)
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    return int(str(stopped.value.code)), printed


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_training_leaves_weights_card_log_and_curves_and_nothing_beside_them(manifest: Path, tmp_path: Path) -> None:
    main(command(manifest, tmp_path / "out" / "trained"))
    assert files(tmp_path / "out" / "trained") == {"model.safetensors", "card.json", "curves.png", "log.csv"}
    assert files(tmp_path / "out") == {"trained"}


def test_stopped_it_leaves_no_result_and_goes_on_when_called_again(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = command(manifest, tmp_path / "out" / "trained")
    main(command(manifest, tmp_path / "whole"))
    descend = training._Run._descend

    def stopping(self: training._Run, step: int) -> torch.Tensor:
        if step == 3:
            raise KeyboardInterrupt
        return descend(self, step)

    monkeypatch.setattr(training._Run, "_descend", stopping)
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 130
    assert files(tmp_path / "out") == {".trained.training"}
    folder = tmp_path / "out" / ".trained.training"
    told = f"the same command goes on from what was learned so far; to start again, delete {folder}\n"
    assert told in capsys.readouterr().err
    monkeypatch.setattr(training._Run, "_descend", lambda self, step: descend(self, step) if step >= 2 else 1 / 0)
    main(words)  # which does not take the first steps again
    whole, resumed = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "out/trained"))
    assert all(np.array_equal(whole[name], resumed[name]) for name in whole)
    assert files(tmp_path / "out") == {"trained"}


def test_a_data_set_without_the_tasks_target_is_told_in_a_line(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, line = failure(command(manifest, tmp_path / "out", task="stem"), capsys)
    assert code == 1
    assert "no train or validation item has the target 'stem'" in line


def test_nan_in_the_audio_is_told_in_a_line_that_names_the_file(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = manifest.parent / "b" / "snare.wav"
    audio, _ = soundfile.read(path)
    audio[1000] = np.nan
    soundfile.write(path, audio, RATE_HZ, subtype="FLOAT")
    code, line = failure(command(manifest, tmp_path / "out"), capsys)
    assert code == 1
    assert "snare.wav: 1 samples are NaN or infinite, the first at sample 1000" in line


def test_memory_that_runs_out_is_told_in_a_line_that_says_what_to_make_smaller(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, line = failure(command(manifest, tmp_path / "out", snippet_samples=str(10**13)), capsys)
    assert code == 2
    assert "out of memory on cpu" in line and "choose a smaller snippet_samples" in line


def test_preset_is_short_for_an_option(manifest: Path, tmp_path: Path) -> None:
    words = command(manifest, tmp_path / "trained", fine_tune_from="last")
    main([*words, "--preset", "paper"])
    card = json.loads((tmp_path / "trained" / "card.json").read_text(encoding="utf-8"))
    assert (card["training"]["loss"], card["training"]["fine_tune_from"]) == ("l1", "last")


def test_as_published_fine_tunes_from_the_last_network(manifest: Path, tmp_path: Path) -> None:
    main([*command(manifest, tmp_path / "trained"), "--as-published"])
    card = json.loads((tmp_path / "trained" / "card.json").read_text(encoding="utf-8"))
    assert card["training"]["fine_tune_from"] == "last"


def test_without_a_terminal_each_epoch_is_a_line(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command(manifest, tmp_path / "trained"))
    lines = capsys.readouterr().err.splitlines()
    steps = [row["step"] for row in json.loads((tmp_path / "trained" / "card.json").read_text())["curve"]]
    assert [line.partition(" of at most 6,")[0] for line in lines] == [
        f"all: epoch {number}, step {step}" for number, step in enumerate(steps, 1)
    ]
    assert all("training loss" in line and "validation loss" in line for line in lines)


def test_the_log_that_stays_is_the_cards_curve(manifest: Path, tmp_path: Path) -> None:
    main(command(manifest, tmp_path / "trained"))
    with (tmp_path / "trained" / "log.csv").open(newline="", encoding="utf-8") as file:
        rows = [[float(row["training_loss"]), float(row["validation_loss"])] for row in csv.DictReader(file)]
    assert rows == curve(tmp_path / "trained")


def test_while_it_trains_there_is_no_half_written_result_that_a_kill_could_leave(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    descend = training._Run._descend

    def watching(self: training._Run, step: int) -> torch.Tensor:
        seen.append(files(tmp_path / "out"))
        return descend(self, step)

    monkeypatch.setattr(training._Run, "_descend", watching)
    main(command(manifest, tmp_path / "out" / "trained"))
    assert set.union(*seen) == {".trained.training"}


def test_a_target_that_is_taken_is_refused_before_anything_is_learned(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    monkeypatch.setattr(training._Run, "_descend", lambda self, step: 1 / 0)
    code, line = failure(command(manifest, tmp_path / "out"), capsys)
    assert code == 1
    assert "not empty" in line


def test_another_training_in_the_way_is_refused_with_the_folder_to_delete(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    descend = training._Run._descend

    def stopping(self: training._Run, step: int) -> torch.Tensor:
        if step == 3:
            raise KeyboardInterrupt
        return descend(self, step)

    monkeypatch.setattr(training._Run, "_descend", stopping)
    with pytest.raises(SystemExit):
        main(command(manifest, tmp_path / "out"))
    capsys.readouterr()
    code, line = failure(command(manifest, tmp_path / "out", batch="4"), capsys)
    assert code == 1
    assert f"delete the folder {tmp_path / '.out.training'} to start again, or choose another --out" in line


@pytest.mark.parametrize("rates", ["[.nan, 1]", "[.inf, 1]", "[-.inf, 1]", "[0, 1]", "[nan, 1]"])
def test_learning_rates_that_are_no_numbers_above_0_are_told_in_a_line(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], rates: str
) -> None:
    code, line = failure(command(manifest, tmp_path / "out", learning_rates=rates), capsys)
    assert code == 2
    assert "learning_rates" in line


@pytest.mark.slow
def test_two_processes_of_torchrun_write_one_folder_with_the_curve_of_one_process(
    manifest: Path, tmp_path: Path
) -> None:
    main(command(manifest, tmp_path / "alone"))
    start = ["torch.distributed.run", "--nproc-per-node", "2", "--standalone", "--local-addr", "127.0.0.1"]
    words = [sys.executable, "-m", *start, "-m", "evalkit", *command(manifest, tmp_path / "out" / "trained")]
    subprocess.run(words, env={**os.environ, "GLOO_SOCKET_IFNAME": "lo"}, timeout=240, check=True, capture_output=True)
    assert files(tmp_path / "out") == {"trained"}
    assert files(tmp_path / "out" / "trained") == {"model.safetensors", "card.json", "curves.png", "log.csv"}
    alone, together = (curve(tmp_path / name) for name in ("alone", "out/trained"))
    np.testing.assert_allclose(together, alone, rtol=1e-5)


def curve(folder: Path) -> list[list[float]]:
    rows = json.loads((folder / "card.json").read_text(encoding="utf-8"))["curve"]
    return [[row["training_loss"], row["validation_loss"]] for row in rows]
