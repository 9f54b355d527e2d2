"""Whole items through the Wave-U-Net: frames that join without a trace, or as the authors' program cuts them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from wave_u_net_oracle import Signal, integer_network, numpy_wave_u_net, random_network, run

from evalkit.errors import AudioError, ConfigError, DataError
from stimuli.models import inference
from stimuli.models.inference import CLIP_BLOCK_SAMPLES, clip, mix_whole
from stimuli.models.tiling import Frame, default_frame_s, frames, hop_of
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig

PAPER = WaveUNetConfig()
SMALL = WaveUNetConfig(inputs=3, levels=3, initial_filters=4)


def noise(samples: int, inputs: int = 3) -> Signal:
    return 0.3 * np.random.default_rng(4).standard_normal((samples, inputs))


def one_pass(network: WaveUNet, signal: Signal) -> Signal:
    """Mix all of an item at once, zeros around it."""
    config = network.config
    whole = np.zeros((config.input_samples(config.output_samples(len(signal))), config.inputs))
    whole[config.margin : config.margin + len(signal)] = signal
    return run(network, whole)[: len(signal)]


def paper_program(network: WaveUNet, signal: Signal, frame: int) -> Signal:
    """Follow the authors' prediction step by step, on whole arrays: pad, go through frames, overwrite, cut."""
    margin, context = network.config.margin, network.config.context
    padded = np.zeros((max(len(signal), frame + context), signal.shape[1]))
    padded[: len(signal)] = signal
    total = len(padded)
    around = np.pad(padded, ((margin, margin), (0, 0)))
    mix = np.zeros((total, network.config.outputs))
    for start in range(0, total, frame):
        begin = total - frame if start + frame > total else start
        mix[begin : begin + frame] = run(network, around[begin : begin + frame + context])
    return mix[: len(signal)]


def test_aligned_frames_start_on_the_period_and_end_with_the_item() -> None:
    cut = list(frames(300_000, PAPER, "aligned", hop_samples=131_072))
    assert [(frame.start, frame.kept) for frame in cut] == [(0, 131_072), (131_072, 131_072), (262_144, 37_856)]
    assert all(PAPER.output_samples(frame.outputs) == frame.outputs >= frame.kept for frame in cut)


def test_the_papers_frames_lie_side_by_side_and_the_last_is_moved_back() -> None:
    cut = list(frames(300_000, PAPER, "paper", hop_samples=131_072))
    assert [frame.start for frame in cut] == [0, 89_093, 178_186, 300_000 - 89_093]
    assert {(frame.outputs, frame.kept) for frame in cut} == {(89_093, 89_093)}


def test_an_item_of_whole_paper_frames_has_no_frame_moved() -> None:
    cut = list(frames(3 * 89_093, PAPER, "paper", hop_samples=131_072))
    assert [frame.start for frame in cut] == [0, 89_093, 178_186]


def test_a_short_item_is_padded_to_121843_samples_as_in_the_authors_program() -> None:
    """Hence its second frame starts at 121843 - 89093, although the item would fit into the first two."""
    assert list(frames(50_000, PAPER, "paper", hop_samples=131_072)) == [
        Frame(start=0, outputs=89_093, kept=50_000),
        Frame(start=32_750, outputs=89_093, kept=17_250),
    ]
    assert [frame.kept for frame in frames(100, PAPER, "paper", hop_samples=131_072)] == [100]


@pytest.mark.parametrize("samples", [1000, 60_000, 100_000, 250_001])
def test_paper_tiling_equals_the_authors_program_followed_step_by_step(samples: int) -> None:
    network, signal = random_network(SMALL), noise(samples)
    frame = SMALL.output_samples(88_200)
    expected = paper_program(network, signal, frame)
    assert np.max(np.abs(mix_whole(network, signal, tiling="paper") - expected)) < 1e-6


def test_paper_frames_off_the_period_give_another_mix() -> None:
    network, signal = random_network(PAPER), noise(120_000, 8)
    aligned, paper = (mix_whole(network, signal, tiling=tiling) for tiling in ("aligned", "paper"))  # type: ignore[arg-type]
    assert np.max(np.abs((aligned - paper)[:32_750])) < 1e-6  # the second frame begins at 32750
    assert np.max(np.abs((aligned - paper)[32_750:])) > 1e-3


@pytest.mark.parametrize("hop_samples", [64, 200, 8000])
def test_without_rounding_tiling_equals_one_pass_to_the_bit(hop_samples: int) -> None:
    """Taps of +-1 on small integers: every sum is exact in float32, in whatever order a backend forms it."""
    config = WaveUNetConfig(inputs=3, levels=3, initial_filters=36, leak=0.5)
    network = integer_network(config)
    signal = np.random.default_rng(8).integers(-1, 2, size=(5001, 3)).astype(np.float64)
    whole = np.zeros((config.input_samples(config.output_samples(5001)), 3))
    whole[config.margin : config.margin + 5001] = signal
    expected = numpy_wave_u_net(network, whole)[:5001]
    assert np.array_equal(one_pass(network, signal), expected)
    assert np.array_equal(mix_whole(network, signal, hop_samples=hop_samples), expected)


def test_the_papers_network_tiled_equals_one_pass_to_1e_6() -> None:
    network, signal = random_network(PAPER), noise(150_000, 8) / 3
    tiled = mix_whole(network, signal, hop_samples=64 * 1024)
    assert np.max(np.abs(tiled - one_pass(network, signal))) < 1e-6


def test_tiling_equals_one_pass_over_the_whole_item_to_1e_6() -> None:
    network = random_network(SMALL)
    signal = 0.3 * np.random.default_rng(4).standard_normal((5001, 3))
    margin = SMALL.margin
    whole = np.zeros((SMALL.input_samples(SMALL.output_samples(5001)), 3))
    whole[margin : margin + 5001] = signal
    tiled = mix_whole(network, signal, hop_samples=16 * SMALL.period)
    assert np.max(np.abs(tiled - run(network, whole)[:5001])) < 1e-6


@pytest.mark.parametrize("samples", [1, 7, 8, 9, 999])
def test_the_mix_has_exactly_the_items_length(samples: int) -> None:
    assert mix_whole(random_network(SMALL), np.ones((samples, 3)), hop_samples=64).shape == (samples, 2)


def test_a_hop_off_the_period_is_refused_as_it_would_change_the_result() -> None:
    with pytest.raises(ConfigError, match="multiple of 8"):
        mix_whole(random_network(SMALL), np.zeros((100, 3)), hop_samples=89)


def test_nan_in_the_microphones_is_an_audio_error_that_names_the_sample() -> None:
    signal = np.zeros((50, 3))
    signal[20, 1] = np.nan
    with pytest.raises(AudioError, match="first at sample 20"):
        mix_whole(random_network(SMALL), signal)


def test_weights_that_blow_up_are_a_data_error() -> None:
    network = random_network(SMALL)
    torch.nn.init.constant_(network.output.bias, float("inf"))
    with pytest.raises(DataError, match="weights are damaged"):
        mix_whole(network, np.zeros((50, 3)))


@pytest.mark.parametrize("tiling", ["aligned", "paper"])
def test_silence_gives_a_constant_as_every_layer_maps_constants_to_constants(tiling: Any) -> None:
    mix = mix_whole(random_network(SMALL), np.zeros((2000, 3)), tiling=tiling)
    assert np.max(np.ptp(mix, axis=0)) < 1e-6


def test_clipping_counts_the_samples_it_changes() -> None:
    mix = np.array([[0.5, -1.0], [1.5, -3.0], [1.0, 0.0]])
    assert clip(mix) == 2
    assert mix.tolist() == [[0.5, -1.0], [1.0, -1.0], [1.0, 0.0]]


def test_clipping_goes_on_beyond_its_first_block() -> None:
    mix = np.full((CLIP_BLOCK_SAMPLES + 3, 1), 2.0)
    assert clip(mix) == CLIP_BLOCK_SAMPLES + 3
    assert float(mix.max()) == 1.0


@pytest.mark.parametrize(
    "error",
    [
        torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 70368744177664 bytes"),
        MemoryError(),
    ],
)
def test_no_memory_for_a_frame_is_one_line_that_suggests_a_smaller_one(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(self: object, microphones: object) -> None:
        raise error

    monkeypatch.setattr(inference.FastWaveUNet, "__call__", fail)
    with pytest.raises(
        ConfigError, match=r"out of memory on cpu in a frame of \d+ samples: .*smaller frame_s"
    ) as raised:
        mix_whole(random_network(SMALL), noise(100))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("step", ["to", "rearrange"])
def test_no_memory_for_the_weights_is_one_line_too(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*given: object, **settings: object) -> None:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    network = random_network(SMALL)
    if step == "to":
        monkeypatch.setattr(network, "to", fail)
    else:
        monkeypatch.setattr(inference, "FastWaveUNet", fail)
    with pytest.raises(ConfigError, match=r"out of memory on cpu with the network's weights: .*another --device"):
        mix_whole(network, noise(100))


def test_an_error_that_is_not_about_memory_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, microphones: object) -> None:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(inference.FastWaveUNet, "__call__", fail)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        mix_whole(random_network(SMALL), noise(100))


def test_bfloat16_on_a_device_without_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "has_fast_bfloat16", lambda device: False)
    with pytest.raises(ConfigError, match="cpu does not multiply bfloat16 in hardware: choose float32"):
        mix_whole(random_network(SMALL), noise(100), precision="bfloat16")


def test_a_frames_length_in_seconds_is_rounded_to_the_period() -> None:
    assert hop_of(3.0, 44_100, PAPER) == 129 * 1024
    assert hop_of(1e-6, 44_100, PAPER) == 1024


def test_frames_are_longer_on_a_gpu() -> None:
    assert (default_frame_s("cpu"), default_frame_s("cuda:1")) == (3.0, 30.0)


MEMORY = """
import sys
from pathlib import Path
import numpy as np
from stimuli.models.inference import clip, mix_whole
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig
samples = int(sys.argv[1]) * 44_100
network = WaveUNet(WaveUNetConfig())
rng = np.random.default_rng(1)
microphones = np.empty((samples, 8))
for second in np.split(microphones, int(sys.argv[1])):
    second[:] = 0.1 * rng.standard_normal(second.shape)
def peak():  # not getrusage: it counts the parent's, too, across an exec
    return 1024 * int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before = peak()
clip(mix := mix_whole(network, microphones, tiling=sys.argv[2]))
print((peak() - before - mix.nbytes) / 1e6)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="peak memory is read from Linux's /proc")
@pytest.mark.parametrize("tiling", ["aligned", "paper"])
def test_beyond_input_and_output_mixing_takes_400_mb_at_most_whatever_the_length(tiling: str) -> None:
    """Peak resident memory of a process of its own, less the microphones, the mix and what imports take."""
    needed = []
    for seconds in ("30", "240"):
        words = [sys.executable, "-c", MEMORY, seconds, tiling]
        needed.append(float(subprocess.run(words, check=True, capture_output=True, text=True).stdout))
    assert max(needed) < 400
    assert abs(needed[1] - needed[0]) < 40
