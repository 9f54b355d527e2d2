"""The Wave-U-Net over items as they come: silent, short, lacking a microphone, of other files; options of mixing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from wave_u_net_oracle import Signal, random_network, run

from evalkit.audio import write_audio
from evalkit.errors import AudioError, DataError
from evalkit.manifest import Multitrack, Track
from stimuli.fitting import trained_name
from stimuli.models.checkpoints import Facts, load_weights, read_checkpoint, write_checkpoint
from stimuli.models.fitted_wave_u_net import FittedWaveUNet
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig
from stimuli.models.wave_u_net_fast import FastWaveUNet
from stimuli.systems import Rendering
from stimuli.systems.wave_u_net import System, WaveUNetOptions

RATE_HZ = 44_100
ROLES = ("kick", "snare", "tom_3")
CONFIG = WaveUNetConfig(inputs=3, levels=4, initial_filters=4)
FACTS = Facts(
    system="wave_u_net", config=CONFIG.as_json(), task="wet", rate_hz=RATE_HZ, channel_order=ROLES, target_scale="none"
)
MakeItem = Callable[..., Multitrack]


@pytest.fixture
def make_item(tmp_path: Path) -> MakeItem:
    """Return a maker of items from their microphones, None for one that was not there."""

    def make(columns: list[Signal | None], *, rate_hz: int = RATE_HZ) -> Multitrack:
        inputs: dict[str, Track | None] = {}
        for number, (role, audio) in enumerate(zip(ROLES, columns, strict=True)):
            path = tmp_path / f"{len(list(tmp_path.iterdir()))}_{number}.wav"
            if audio is not None:
                write_audio(path, audio, rate_hz, subtype="FLOAT")
            inputs[role] = None if audio is None else Track(path=path)
        samples = max(len(audio) for audio in columns if audio is not None)
        return Multitrack(
            id="i", group="g", kind="phrase", split="test", samples=samples, rate_hz=RATE_HZ, roles=ROLES,
            inputs=inputs, targets={},
        )  # fmt: skip

    return make


def noise(samples: int, channels: int = 1, seed: int = 1) -> Signal:
    return 0.1 * np.random.default_rng(seed).standard_normal((samples, channels))


def fitted(network: WaveUNet | None = None) -> FittedWaveUNet:
    return FittedWaveUNet(network=network or random_network(CONFIG), facts=FACTS, source="random weights")


def render(item: Multitrack, **options: Any) -> Rendering:
    system = System(WaveUNetOptions(**options))
    return system.render(item, "wet", fitted=fitted(), rng=np.random.default_rng(0), device="cpu")


def stored_in_half(network: WaveUNet, folder: Path) -> WaveUNet:
    write_checkpoint(folder, network.state_dict(), FACTS, card={}, half=True)
    weights, _ = read_checkpoint(folder, {})
    again = WaveUNet(network.config)
    load_weights(again, weights, name=str(folder))
    return again


def snr_db(found: Signal, expected: Signal) -> float:
    return float(10 * np.log10(np.sum(expected**2) / np.sum((found - expected) ** 2)))


@pytest.mark.parametrize("samples", [1, 500])
@pytest.mark.parametrize("tiling", ["aligned", "paper"])
def test_an_item_shorter_than_a_frame_gets_a_mix_of_its_own_length(
    make_item: MakeItem, samples: int, tiling: str
) -> None:
    item = make_item([noise(samples), noise(samples, seed=2), None])
    assert render(item, tiling=tiling).audio.shape == (samples, 2)


def test_a_short_items_mix_is_the_beginning_of_a_longer_ones_that_is_silent_after_it(make_item: MakeItem) -> None:
    short = [noise(700), noise(700, seed=2), noise(700, seed=3)]
    long = [np.concatenate([column, np.zeros((5000, 1))]) for column in short]
    mixes = [render(make_item(list(columns))).audio for columns in (short, long)]
    assert np.max(np.abs(mixes[0] - mixes[1][:700])) < 1e-6


def test_a_missing_microphone_is_a_silent_one(make_item: MakeItem) -> None:
    there = [noise(3000), noise(3000, seed=2)]
    missing, silent = make_item([*there, None]), make_item([*there, np.zeros((3000, 1))])
    assert np.array_equal(render(missing).audio, render(silent).audio)


def test_a_silent_item_is_mixed_to_a_constant_and_not_refused(make_item: MakeItem) -> None:
    audio = render(make_item([np.zeros((3000, 1))] * 3)).audio
    assert np.max(np.ptp(audio, axis=0)) < 1e-6


def test_a_stereo_file_as_a_microphone_is_refused_with_what_to_do(make_item: MakeItem) -> None:
    item = make_item([noise(3000, channels=2), noise(3000), None])
    with pytest.raises(AudioError, match='found 2 channels, a microphone has one: add its "channel"'):
        render(item)


def test_a_named_channel_of_a_stereo_file_is_that_microphone(make_item: MakeItem) -> None:
    stereo = noise(3000, channels=2)
    item = make_item([stereo, noise(3000, seed=2), None])
    track = item.inputs["kick"]
    assert track is not None
    named = replace(item, inputs={**item.inputs, "kick": replace(track, channel=1)})
    alone = make_item([stereo[:, 1:], noise(3000, seed=2), None])
    assert np.array_equal(render(named).audio, render(alone).audio)


def test_a_file_of_another_rate_than_its_item_is_refused(make_item: MakeItem) -> None:
    item = make_item([noise(3000), noise(3000, seed=2), None], rate_hz=48_000)
    with pytest.raises(AudioError, match="found 48000 Hz, expected 44100 Hz: convert the file"):
        render(item)


def test_an_item_of_another_rate_than_the_weights_is_refused(make_item: MakeItem) -> None:
    item = replace(make_item([noise(3000), noise(3000, seed=2), None]), rate_hz=48_000)
    with pytest.raises(DataError, match="random weights: rate_hz: found 44100, expected 48000"):
        render(item)


def test_nan_in_a_microphones_file_is_an_error_that_names_file_and_sample(make_item: MakeItem) -> None:
    item = make_item([noise(3000), noise(3000, seed=2), None])
    track = item.inputs["kick"]
    assert track is not None
    import soundfile

    bad = noise(3000)
    bad[123] = np.nan
    soundfile.write(str(track.path), bad, RATE_HZ, subtype="FLOAT")
    with pytest.raises(AudioError, match=rf"{track.path.name}: 1 samples are NaN or infinite, the first at sample 123"):
        render(item)


def test_the_length_of_a_frame_does_not_change_the_mix(make_item: MakeItem) -> None:
    item = make_item([noise(60_000), noise(60_000, seed=2), None])
    assert np.max(np.abs(render(item, frame_s=0.1).audio - render(item).audio)) < 1e-6


def test_the_provenance_says_how_the_item_was_mixed(make_item: MakeItem) -> None:
    item = make_item([noise(3000), noise(3000, seed=2), None])
    said = render(item, tiling="paper").provenance
    assert (said["tiling"], said["precision"], said["device"]) == ("paper", "float32", "cpu")


def test_options_of_mixing_name_the_same_trained_weights_as_the_defaults() -> None:
    mixing = WaveUNetOptions(tiling="paper", precision="bfloat16", frame_s=1.0)
    assert trained_name("wave_u_net", "wet", mixing) == "wave_u_net-wet"
    assert trained_name("wave_u_net", "wet", WaveUNetOptions(initial_filters=4)) != "wave_u_net-wet"
    assert mixing.model_dump(mode="json")["tiling"] == "paper"


def test_options_of_mixing_take_the_weights_that_ship() -> None:
    plain, mixing = WaveUNetOptions(), WaveUNetOptions(tiling="paper", frame_s=1.0)
    assert System(mixing).shipped("wet") == System(plain).shipped("wet")


def test_a_paper_sized_network_stored_in_half_precision_mixes_60_db_above_the_difference(tmp_path: Path) -> None:
    network = random_network(WaveUNetConfig())
    signal = noise(network.config.input_samples(network.config.output_samples(4096)), 8)
    exact = run(FastWaveUNet(network), signal)
    assert 60 < snr_db(run(FastWaveUNet(stored_in_half(network, tmp_path)), signal), exact) < 100


@pytest.mark.parametrize("task", ["dry", "wet"])
def test_any_network_that_the_shipped_half_precision_weights_may_have_been_mixes_60_db_above_the_difference(
    task: str,
) -> None:
    """Rounding to float16 moves a weight by 2**-11 of it at most; here each is moved by a random part of that."""
    folder = System(WaveUNetOptions()).shipped(task)
    assert folder is not None
    shipped = System(WaveUNetOptions()).load(folder).network
    before = WaveUNet(shipped.config)
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for ours, theirs in zip(before.parameters(), shipped.parameters(), strict=True):
            ours.copy_(theirs * (1 + 2.0**-11 * (2 * torch.rand(theirs.shape, generator=generator) - 1)))
    signal = noise(shipped.config.input_samples(shipped.config.output_samples(4096)), 8)
    assert snr_db(run(FastWaveUNet(shipped), signal), run(FastWaveUNet(before), signal)) > 60
