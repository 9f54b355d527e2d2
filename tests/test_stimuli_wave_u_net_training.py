"""Training on tiny networks: what it learns, what it repeats, what it refuses."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pytest
import torch

from evalkit.audio import write_audio
from evalkit.distances import multi_resolution_stft as stft_distance
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import Multitrack, Track
from stimuli.models import training
from stimuli.models.losses import LOSSES, l1_mrstft, multi_resolution_stft
from stimuli.models.ranks import Ranks
from stimuli.models.training import Trained, train
from stimuli.models.training_data import Example, load_example, snippets
from stimuli.models.training_plan import PRESETS, TrainingPlan
from stimuli.models.training_state import Progress
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
        id=f"noise_{seed}",
        inputs=inputs.astype("float32"),
        target=(GAINS @ inputs).astype("float32"),
        sha256=str(seed),
        material_sha256=str(seed),
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

    def stopping(self: training._Run, step: int) -> torch.Tensor:
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


def test_stopped_within_an_epoch_it_goes_on_from_what_was_last_written_along_the_same_trajectory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run()
    monkeypatch.setattr(training, "SAVE_EVERY_S", 0.0)
    stop_at(monkeypatch, 8)
    with pytest.raises(KeyboardInterrupt):
        run(folder=tmp_path)
    monkeypatch.undo()
    steps: list[int] = []
    take_step = training._Run.take_step
    monkeypatch.setattr(training._Run, "take_step", lambda self, step: steps.append(step) or take_step(self, step))
    resumed = run(folder=tmp_path)
    assert steps[0] == 8
    assert losses(resumed) == losses(whole)
    assert same_weights(whole.network, resumed.network)


def test_within_an_epoch_the_state_is_written_every_few_minutes_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_at(monkeypatch, 3)
    with pytest.raises(KeyboardInterrupt):
        run(folder=tmp_path)
    assert not (tmp_path / "state.pt").exists()


def test_a_state_of_before_there_were_states_within_epochs_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_at(monkeypatch, 13)
    with pytest.raises(KeyboardInterrupt):
        run(folder=tmp_path)
    monkeypatch.undo()
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    for name in ("epoch_steps", "epoch_loss"):
        del state["progress"][name]
    torch.save(state, tmp_path / "state.pt")
    assert losses(run(folder=tmp_path)) == losses(run())


def read_losses_together(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Read losses from the device as rarely as on a GPU."""
    begin = training._Run.__init__

    def init(self: training._Run, *settings: Any) -> None:
        begin(self, *settings)
        self.steps_per_reading = steps

    monkeypatch.setattr(training._Run, "__init__", init)


@pytest.mark.parametrize("steps", [2, 50])
def test_losses_that_are_read_together_give_the_same_log_and_network(
    monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    whole = run()
    read_losses_together(monkeypatch, steps)
    rarely = run()
    assert losses(rarely) == losses(whole)
    assert same_weights(rarely.network, whole.network)


def test_a_loss_that_is_not_finite_is_told_with_its_own_step_though_losses_are_read_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_losses_together(monkeypatch, 50)
    take_step = training._Run.take_step
    monkeypatch.setattr(
        training._Run, "take_step", lambda self, step: take_step(self, step) * (torch.nan if step == 7 else 1)
    )
    with pytest.raises(DataError, match="the loss is nan at step 7:"):
        run()


def test_a_validation_hears_whole_items_to_their_last_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The authors' program leaves out up to 2 s at the end of every item."""
    item = example(3)
    louder = replace(item, target=item.target.copy())
    louder.target[:, -1] += 1000.0

    def validated(validation: Example) -> float:
        return training._Run([example(1)], [validation], CONFIG, PLAN, 1, "cpu", None, Ranks()).validate()

    assert validated(louder) - validated(item) == pytest.approx(1000.0 / item.target.shape[1], rel=0.01)


def test_the_papers_preset_has_the_papers_numbers_and_the_authors() -> None:
    """Section 3.1 of the paper, and its authors' program: an epoch is 2000 steps, snippets are of at least 2 s."""
    paper = PRESETS["paper"]
    assert paper.config == WaveUNetConfig(
        inputs=8, outputs=2, levels=10, initial_filters=24, down_kernel=15, up_kernel=5, leak=0.2
    )
    assert paper.plan == TrainingPlan(
        loss="l1", batch=16, snippet_samples=88_200, steps_per_epoch=2000, patience=20, learning_rates=(1e-4, 1e-5),
        max_epochs=(1000, 1000), precision="float32", start="glorot", storage="float16", fine_tune_from="best",
        microphone_gain_db=0.0, microphone_dropout=0.0, polarity_inversion=0.0,
    )  # fmt: skip
    assert not paper.per_group


def test_the_loss_l1_is_the_mean_absolute_error() -> None:
    estimate, target = torch.tensor([[[1.0, -2.0], [0.0, 4.0]]]), torch.tensor([[[0.0, 0.0], [0.5, 4.0]]])
    assert float(LOSSES["l1"](estimate, target)) == pytest.approx((1.0 + 2.0 + 0.5 + 0.0) / 4)


def test_a_network_starts_with_glorots_uniform_weights_and_zero_biases() -> None:
    """X. Glorot, Y. Bengio, AISTATS 2010, equation 16, a convolution's fans being channels times taps."""
    network = WaveUNet(WaveUNetConfig(), generator=torch.Generator().manual_seed(1))
    for layer in network.layers():
        outputs, inputs, taps = layer.weight.shape
        limit = (6 / (taps * (inputs + outputs))) ** 0.5
        weights = layer.weight.detach()
        assert float(weights.abs().max()) <= limit
        if weights.numel() > 10_000:
            assert float(weights.std()) == pytest.approx(limit / 3**0.5, rel=0.03)
        assert not layer.bias.any()


def item_with_target(folder: Path, target: np.ndarray[Any, np.dtype[np.float64]]) -> Multitrack:
    write_audio(folder / "kick.wav", np.full((len(target), 1), 0.25), 44_100)
    write_audio(folder / "wet.wav", target, 44_100)
    return Multitrack(
        id="x", group="g", kind="hits", split="train", samples=len(target), rate_hz=44_100, roles=("kick",),
        inputs={"kick": Track(path=folder / "kick.wav")}, targets={"wet": folder / "wet.wav"}, provenance={},
    )  # fmt: skip


def test_a_target_scaled_to_its_peak_is_divided_by_the_largest_sample_of_both_channels(tmp_path: Path) -> None:
    item = item_with_target(tmp_path, np.array([[0.125, 0.0], [0.0625, -0.5], [0.0, 0.25]]))
    by_peak, as_it_is = (load_example(item, "wet", target_scale=scale, storage="float32") for scale in ("peak", "none"))  # type: ignore[arg-type]
    assert by_peak.target.tolist() == [[0.25, 0.125, 0.0], [0.0, -1.0, 0.5]]
    assert as_it_is.target.tolist() == [[0.125, 0.0625, 0.0], [0.0, -0.5, 0.25]]
    assert by_peak.inputs.tolist() == as_it_is.inputs.tolist() == [[0.25, 0.25, 0.25]]


def test_a_silent_target_cannot_be_scaled_to_its_peak(tmp_path: Path) -> None:
    item = item_with_target(tmp_path, np.zeros((100, 2)))
    with pytest.raises(AudioError, match="item x: the target 'wet' is silent: it cannot be scaled to its peak"):
        load_example(item, "wet", target_scale="peak", storage="float32")


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
    item = Example(id="ramp", inputs=np.stack([ramp] * 3), target=np.stack([ramp] * 2), sha256="", material_sha256="")
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


def test_a_share_of_a_batch_has_the_rows_that_the_whole_batch_has() -> None:
    items, outputs = [example(1), example(2)], CONFIG.output_samples(300)
    whole, targets = snippets(items, CONFIG, outputs, 6, np.random.default_rng(1))
    for rows in (slice(0, 3), slice(3, 6)):
        inputs, all_targets = snippets(items, CONFIG, outputs, 6, np.random.default_rng(1), rows)
        assert np.array_equal(inputs, whole[rows])
        assert np.array_equal(all_targets, targets)


def test_augmentations_leave_the_choice_of_snippets_alone() -> None:
    def batch(**settings: float) -> tuple[torch.Tensor, torch.Tensor]:
        changed = replace(PLAN, **settings)
        return training._Run([example(1)], [], CONFIG, changed, 1, "cpu", None, Ranks()).batch(0)

    (plain, target), (gained, same), (turned, against) = (
        batch(), batch(microphone_gain_db=6.0), batch(polarity_inversion=1.0)
    )  # fmt: skip
    ratio = (gained / plain).nan_to_num().amax(dim=2, keepdim=True)  # a gain for each microphone of each snippet
    assert torch.allclose(gained, plain * ratio) and len(ratio.unique()) == ratio.numel()
    assert torch.equal(same, target)
    assert torch.equal(turned, -plain) and torch.equal(against, -target)


def test_fine_tuning_starts_from_the_best_or_the_last_network_and_keeps_adams_moments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The authors' program goes on from the last network, with the optimiser's state (its checkpoints hold all)."""
    starts: list[tuple[bool, bool, int]] = []
    enter_stage = training._Run.enter_stage

    def watched(self: training._Run, progress: Progress) -> bool:
        before = progress.stage
        last = self.network.output.weight.detach().clone()
        going = enter_stage(self, progress)
        if going and progress.stage != before:
            now = self.network.output.weight.detach()
            best = progress.best["output.weight"]
            assert not torch.equal(best, last)
            moments = self.optimiser.state[self.network.output.weight]
            starts.append((torch.equal(now, best), torch.equal(now, last), int(moments["step"])))
        return going

    monkeypatch.setattr(training._Run, "enter_stage", watched)
    rough = replace(PLAN, learning_rates=(0.3, 1e-4), max_epochs=(4, 1))  # so that the last is not the best
    run(rough)
    run(replace(rough, fine_tune_from="last"))
    assert starts == [(True, False, 15), (False, True, 15)]


def test_what_a_plan_does_not_use_is_not_in_it_so_that_older_cards_and_states_stay_valid() -> None:
    assert "fine_tune_from" not in PLAN.as_json() and "microphone_gain_db" not in PLAN.as_json()
    used = replace(PLAN, fine_tune_from="last", microphone_gain_db=3.0).as_json()
    assert (used["fine_tune_from"], used["microphone_gain_db"]) == ("last", 3.0)


def test_a_training_that_was_begun_otherwise_is_refused(tmp_path: Path) -> None:
    run(folder=tmp_path)
    with pytest.raises(DataError, match="another training"):
        run(replace(PLAN, microphone_dropout=0.1), folder=tmp_path)


def test_a_training_towards_other_targets_of_the_same_performances_is_refused(tmp_path: Path) -> None:
    run(folder=tmp_path)
    other = replace(example(1), material_sha256="of another mix")
    with pytest.raises(DataError, match="another training"):
        train([other, example(2)], [example(3)], config=CONFIG, plan=PLAN, seed=1, folder=tmp_path, show_progress=False)


def test_a_step_that_does_not_fit_into_memory_says_what_to_make_smaller() -> None:
    endless = replace(PLAN, snippet_samples=10**13)  # 240 TB, more than any address space that there is
    with pytest.raises(ConfigError, match=r"out of memory on cpu .* choose a smaller snippet_samples \(it is 10{13}\)"):
        run(endless)


def test_the_curves_are_a_picture_beside_the_log(tmp_path: Path) -> None:
    run(folder=tmp_path)
    picture = matplotlib.image.imread(tmp_path / "curves.png")
    assert picture.shape[:2] == (600, 1050)
    assert len(np.unique(picture.reshape(-1, picture.shape[2]), axis=0)) > 10  # lines of several colours


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
