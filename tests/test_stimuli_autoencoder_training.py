"""Training learns a known effect, layer by layer where asked, and goes on exactly where it was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from stem_support import make_stems

from evalkit.errors import DataError
from stimuli.models import autoencoder_training
from stimuli.models.autoencoder import make_autoencoder
from stimuli.models.autoencoder_plan import AutoencoderConfig, AutoencoderPlan
from stimuli.models.autoencoder_training import stages_of, train
from stimuli.models.mean_equaliser import mean_ratio
from stimuli.models.stem_features import Frames, FrameTable, frame_table
from stimuli.models.stem_scores import StemScore, scores, unchanged
from stimuli.models.trained_autoencoder import dead_bins

CONFIG = AutoencoderConfig(group="bass", hidden=64)
SMALL = AutoencoderConfig(group="bass", hidden=12)
NOTHING = FrameTable(clips=(), keys=(), ids=())


def three_dimensions() -> FrameTable:
    """Return frames that are mixtures of three raw spectra, and stems that are the same mixtures of three others."""
    rng = np.random.default_rng(8)
    amounts, spectra = rng.uniform(0, 2, (400, 3)), rng.uniform(0, 3, (2, 3, 1025))
    return FrameTable(clips=((amounts @ spectra).astype(np.float16),), keys=("three",), ids=("three",))


THREE = three_dimensions()


def plan(**settings: Any) -> AutoencoderPlan:
    given = {"pretraining": "none", "pretraining_iterations": 1, "iterations": 2, "shift_range": 0.0, "dropout": 0.0}
    return AutoencoderPlan(**(given | settings))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[FrameTable, FrameTable]:
    """Return frames to learn from and frames of another song, cut to where something sounds."""
    folder = tmp_path_factory.mktemp("stems")
    items = make_stems(folder)
    parts = [[item for item in items if item.split == split] for split in ("train", "validation")]
    learned, held_out = (frame_table(part, "stem", shifts=(0.0,), folder=folder / "features") for part in parts)
    return learned.first_version(5), held_out.first_version(5)  # of ten seconds the first two


def score(network: torch.nn.Module, table: FrameTable) -> dict[str, StemScore]:
    def estimate(raw: Frames) -> Frames:
        with torch.inference_mode():
            return np.asarray(network(torch.from_numpy(raw)).numpy())

    return scores(table, {"network": estimate, "identity": unchanged})


def same_weights(a: torch.nn.Module, b: torch.nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def test_a_known_low_pass_is_learned_well_enough_to_halve_the_error_on_another_song(
    tables: tuple[FrameTable, FrameTable],
) -> None:
    config = AutoencoderConfig(group="bass", hidden=64, output="ratio")
    found = train(*tables, config=config, plan=plan(iterations=20, batch=64), seed=1)
    both = score(found.network, tables[1])
    assert both["network"].mae < 0.5 * both["identity"].mae


def test_the_published_network_learns_spectra_of_few_dimensions() -> None:
    """Raw spectra and stems are mixtures of the same three amounts: three units could carry them."""
    found = train(THREE, NOTHING, config=CONFIG, plan=plan(iterations=40, batch=32), seed=1)
    both = score(found.network, THREE)
    assert both["network"].mae < 0.1 * both["identity"].mae


def test_no_bin_of_a_published_network_is_dead_from_the_start() -> None:
    network = make_autoencoder(CONFIG, dropout=0.0, seed=1)
    assert dead_bins(network, THREE) == 0.0


def test_dead_bins_are_counted() -> None:
    network = make_autoencoder(CONFIG, dropout=0.0, seed=1)
    with torch.no_grad():
        network.layers[-1].bias[:205] = -1e9
    assert dead_bins(network, THREE) == 0.2


def test_greedy_pretraining_teaches_one_layer_after_the_other(tables: tuple[FrameTable, FrameTable]) -> None:
    names = [name for name, _ in stages_of(SMALL, plan(pretraining="greedy"))]
    assert names == ["layer 1", "layer 2", "layer 3", "stem"]


def test_a_layers_pretraining_leaves_the_other_layers_alone(
    tables: tuple[FrameTable, FrameTable], tmp_path: Path
) -> None:
    run = autoencoder_training._Run(*tables, SMALL, plan(pretraining="greedy"), 1, "cpu", None)
    before = {name: value.clone() for name, value in run.network.state_dict().items()}
    run.progress.stage = 1
    run._begin_stage()
    run._step(np.arange(40))
    changed = {name for name, value in run.network.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"layers.1.weight", "layers.1.bias"}


def test_pretraining_a_layer_lowers_the_error_of_giving_back_its_input(tables: tuple[FrameTable, FrameTable]) -> None:
    found = train(*tables, config=CONFIG, plan=plan(pretraining="greedy", pretraining_iterations=12, batch=64), seed=1)
    for layer in ("layer 1", "layer 2", "layer 3"):
        losses = [row["training_loss"] for row in found.log if row["stage"] == layer]
        assert losses[-1] < 0.7 * losses[0]


def test_whole_pretraining_learns_to_give_back_the_raw_recording() -> None:
    settings = plan(pretraining="whole", pretraining_iterations=40, iterations=1, batch=32)
    losses = [row["training_loss"] for row in train(THREE, NOTHING, config=CONFIG, plan=settings, seed=1).log]
    assert losses[39] < 0.1 * float(THREE.batch(np.arange(400))[0].mean())


@pytest.mark.parametrize("pretraining", ["greedy", "whole"])
@pytest.mark.parametrize("stop_after", [1, 3, 5])
def test_a_stopped_training_goes_on_along_the_same_trajectory(
    tables: tuple[FrameTable, FrameTable],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pretraining: str,
    stop_after: int,
) -> None:
    settings = plan(pretraining=pretraining, pretraining_iterations=2, iterations=4, dropout=0.2, batch=100)
    whole = train(*tables, config=SMALL, plan=settings, seed=7)
    write, written = autoencoder_training.write_state, []

    def stopping(*given: Any) -> None:
        write(*given)
        written.append(1)
        if len(written) == stop_after:
            raise KeyboardInterrupt

    monkeypatch.setattr(autoencoder_training, "write_state", stopping)
    with pytest.raises(KeyboardInterrupt):
        train(*tables, config=SMALL, plan=settings, seed=7, folder=tmp_path)
    again = train(*tables, config=SMALL, plan=settings, seed=7, folder=tmp_path)
    assert same_weights(again.network, whole.network)
    assert [row["training_loss"] for row in again.log] == [row["training_loss"] for row in whole.log]


def test_the_best_network_on_the_other_songs_is_kept(tables: tuple[FrameTable, FrameTable]) -> None:
    found = train(*tables, config=CONFIG, plan=plan(iterations=12, learning_rate=0.02, batch=64), seed=2)
    losses = [row["validation_loss"] for row in found.log]
    assert (found.best_loss, found.best_iteration) == (min(losses), losses.index(min(losses)) + 1)
    run = autoencoder_training._Run(*tables, CONFIG, plan(), 2, "cpu", None)
    run.network.load_state_dict(found.network.state_dict())
    assert run.validate() == pytest.approx(found.best_loss, rel=1e-6)


def test_without_validation_the_last_network_is_kept_as_published(tables: tuple[FrameTable, FrameTable]) -> None:
    found = train(tables[0], NOTHING, config=SMALL, plan=plan(iterations=3), seed=1)
    assert found.best_iteration == 3


def test_torchs_own_random_numbers_are_left_as_they_were(tables: tuple[FrameTable, FrameTable]) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train(*tables, config=SMALL, plan=plan(iterations=1, dropout=0.5), seed=1)
    torch.testing.assert_close(torch.rand(3), expected, rtol=0, atol=0)


def test_the_state_of_another_training_is_refused(tables: tuple[FrameTable, FrameTable], tmp_path: Path) -> None:
    train(*tables, config=SMALL, plan=plan(iterations=1), seed=1, folder=tmp_path)
    with pytest.raises(DataError, match=r"state\.pt: the state of another training"):
        train(*tables, config=SMALL, plan=plan(iterations=1), seed=2, folder=tmp_path)


def test_a_damaged_state_is_refused(tables: tuple[FrameTable, FrameTable], tmp_path: Path) -> None:
    (tmp_path / "state.pt").write_bytes(b"not a state")
    with pytest.raises(DataError, match="not a readable training state"):
        train(*tables, config=SMALL, plan=plan(iterations=1), seed=1, folder=tmp_path)


def test_a_loss_that_is_not_finite_stops_the_training(tables: tuple[FrameTable, FrameTable]) -> None:
    broken = tables[0].clips[0].copy()
    broken[0, 3, 5] = np.nan
    table = FrameTable(clips=(broken,), keys=("x",), ids=("x",))
    with pytest.raises(DataError, match="the loss is nan in stem"):
        train(table, tables[1], config=SMALL, plan=plan(), seed=1)


def test_the_mean_equaliser_finds_a_known_filter(tables: tuple[FrameTable, FrameTable]) -> None:
    """The mean of two neighbouring samples has the gain cos(pi f / rate); both sides are then made equally loud."""
    ratio = mean_ratio(tables[0])
    known = np.cos(np.pi * np.arange(1025) / 2048)
    bins = slice(20, 900)
    shape = ratio[bins] / known[bins]
    assert np.ptp(20 * np.log10(shape)) < 1.0


def test_a_bin_without_input_keeps_its_gain() -> None:
    clip = np.ones((2, 5, 1025), dtype=np.float16)
    clip[0, :, 7] = 0
    assert mean_ratio(FrameTable(clips=(clip,), keys=("x",), ids=("x",)))[7] == 1.0
