"""Training on tiny networks: what it learns, what it repeats, what it refuses."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from evalkit.distances import multi_resolution_stft as stft_distance
from evalkit.errors import DataError
from stimuli.models import training
from stimuli.models.losses import l1_mrstft, multi_resolution_stft
from stimuli.models.training import Trained, train
from stimuli.models.training_data import Example, snippets
from stimuli.models.training_plan import TrainingPlan
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig

CONFIG = WaveUNetConfig(inputs=3, levels=2, initial_filters=2)
PLAN = TrainingPlan(
    batch=2, snippet_samples=256, steps_per_epoch=5, patience=2, max_epochs=(4, 2), learning_rates=(1e-3, 1e-4)
)
GAINS = np.array([[0.5, 0.2, 0.0], [0.1, 0.4, -0.3]])


def example(seed: int, samples: int = 3000) -> Example:
    """Make noise microphones whose target is a known linear mix of them."""
    inputs = 0.2 * np.random.default_rng(seed).standard_normal((3, samples))
    return Example(
        id=f"noise_{seed}", inputs=inputs.astype("float32"), target=(GAINS @ inputs).astype("float32"), sha256=str(seed)
    )


def run(plan: TrainingPlan = PLAN, folder: Path | None = None, seed: int = 1) -> Trained:
    return train(
        [example(1), example(2)], [example(3)], config=CONFIG, plan=plan, seed=seed, folder=folder, show_progress=False
    )


def losses(trained: Trained) -> list[tuple[int, float, float]]:
    return [(row["step"], row["training_loss"], row["validation_loss"]) for row in trained.log]


def stop_at(monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    """Interrupt the training at a step, as Ctrl-C does."""
    take_step = training._Run.take_step

    def stopping(self: training._Run, step: int) -> float:
        if step == last:
            raise KeyboardInterrupt
        return take_step(self, step)

    monkeypatch.setattr(training._Run, "take_step", stopping)


def same_weights(a: WaveUNet, b: WaveUNet) -> bool:
    ours, theirs = a.state_dict(), b.state_dict()
    return all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_the_same_seed_trains_the_same_network_and_another_seed_another() -> None:
    first = run()
    assert same_weights(first.network, run().network)
    assert not same_weights(first.network, run(seed=2).network)


def test_an_interrupted_training_goes_on_along_the_same_trajectory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run()
    stop_at(monkeypatch, 13)
    with pytest.raises(KeyboardInterrupt):
        run(folder=tmp_path)
    monkeypatch.undo()
    resumed = run(folder=tmp_path)
    assert losses(resumed) == losses(whole)
    assert same_weights(whole.network, resumed.network)


def test_the_log_has_a_row_for_every_epoch_of_both_stages(tmp_path: Path) -> None:
    trained = run(folder=tmp_path)
    with (tmp_path / "log.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == [5 * (i + 1) for i in range(len(trained.log))]
    assert {row["stage"] for row in rows} == {"1", "2"}
    assert {float(row["learning_rate"]) for row in rows} == {1e-3, 1e-4}


def test_the_result_is_the_network_of_the_lowest_validation_loss() -> None:
    trained = run()
    assert trained.validation_loss == min(row["validation_loss"] for row in trained.log)


def test_patience_ends_a_stage_that_does_not_get_better() -> None:
    frozen = TrainingPlan(
        batch=1, snippet_samples=64, steps_per_epoch=1, patience=3, max_epochs=(50, 50), learning_rates=(1e-30, 1e-30)
    )
    stages = [row["stage"] for row in run(frozen).log]
    assert stages.count(1) == 4  # the first is a new best, then three that are not
    assert stages.count(2) == 3


def test_a_folder_with_another_training_is_refused(tmp_path: Path) -> None:
    run(folder=tmp_path)
    with pytest.raises(DataError, match="another training"):
        run(folder=tmp_path, seed=2)


def test_a_finished_training_goes_on_when_it_is_given_more_epochs(tmp_path: Path) -> None:
    longer = replace(PLAN, max_epochs=(4, 4))
    run(folder=tmp_path)
    resumed, whole = run(longer, folder=tmp_path), run(longer)
    assert losses(resumed) == losses(whole)
    assert same_weights(resumed.network, whole.network)


def test_a_damaged_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.pt").write_bytes(b"not a state")
    with pytest.raises(DataError, match="not a readable training state"):
        run(folder=tmp_path)


def test_no_training_items_is_a_data_error() -> None:
    with pytest.raises(DataError, match="no items of the training split"):
        train([], [], config=CONFIG, plan=PLAN, seed=1, show_progress=False)


def test_nan_in_the_material_stops_the_training() -> None:
    bad = example(1)
    bad.target[:] = np.nan
    with pytest.raises(DataError, match="the loss is nan at step 0"):
        train([bad], [], config=CONFIG, plan=PLAN, seed=1, show_progress=False)


def test_snippets_are_aligned_to_the_centre_of_their_context_and_padded_with_zeros() -> None:
    ramp = np.arange(1, 401, dtype=np.float32)
    item = Example(id="ramp", inputs=np.stack([ramp] * 3), target=np.stack([ramp] * 2), sha256="")
    outputs = CONFIG.output_samples(300)
    inputs, targets = snippets([item], CONFIG, outputs, 8, np.random.default_rng(1))
    assert inputs.shape == (8, 3, CONFIG.input_samples(outputs))
    for row in range(8):
        centre = inputs[row, 0, CONFIG.margin : CONFIG.margin + outputs]
        assert np.array_equal(centre, targets[row, 0])
        first = targets[row, 0, 0]
        before = np.maximum(0, first - np.arange(CONFIG.margin, 0, -1))
        assert np.array_equal(inputs[row, 0, : CONFIG.margin], before)


def test_an_item_shorter_than_a_snippet_is_padded_with_zeros() -> None:
    outputs = CONFIG.output_samples(300)
    _, targets = snippets([example(1, samples=100)], CONFIG, outputs, 1, np.random.default_rng(1))
    assert np.array_equal(targets[0, :, :100], example(1, samples=100).target)
    assert not targets[0, :, 100:].any()


def test_the_spectral_loss_follows_the_distance_of_the_evaluation() -> None:
    rng = np.random.default_rng(5)
    reference = 0.1 * rng.standard_normal((40_000, 1))
    for level in (0.001, 0.01, 0.1):
        estimate = reference + level * rng.standard_normal(reference.shape)
        ours = float(
            multi_resolution_stft(torch.tensor(estimate.T[None]).float(), torch.tensor(reference.T[None]).float())
        )
        assert ours == pytest.approx(stft_distance(estimate, reference), rel=0.03)


def test_losses_of_a_silent_snippet_are_finite_and_have_finite_gradients() -> None:
    estimate = torch.zeros(1, 2, 10_000, requires_grad=True)
    loss = l1_mrstft(estimate, torch.zeros(1, 2, 10_000))
    loss.backward()  # type: ignore[no-untyped-call]
    assert float(loss.detach()) == pytest.approx(0.0, abs=1e-6)
    assert bool(torch.isfinite(estimate.grad).all()) if estimate.grad is not None else False
