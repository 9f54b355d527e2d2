"""The rearranged network against the network: to rounding in general, to the bit where no rounding happens."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from wave_u_net_oracle import (
    Signal,
    conv1d_wave_u_net,
    integer_network,
    numpy_wave_u_net,
    random_network,
    run,
)

from evalkit.errors import AudioError
from stimuli.models.wave_u_net_config import WaveUNetConfig
from stimuli.models.wave_u_net_fast import WIDE_INPUTS, FastWaveUNet, Halved
from stimuli.systems.wave_u_net import System, WaveUNetOptions

PAPER = WaveUNetConfig()
SHAPES = {
    "narrow": WaveUNetConfig(inputs=3, levels=3, initial_filters=4),
    "short_kernels": WaveUNetConfig(inputs=2, outputs=1, levels=2, initial_filters=3, down_kernel=7, up_kernel=3),
    "no_up_kernel": WaveUNetConfig(levels=4, initial_filters=5, down_kernel=9, up_kernel=1),
    "wide": WaveUNetConfig(levels=2, initial_filters=WIDE_INPUTS, up_kernel=7),
    "one_level": WaveUNetConfig(inputs=1, levels=1, initial_filters=8),
}


def noise(config: WaveUNetConfig, at_least: int, level: float = 0.1) -> Signal:
    samples = config.input_samples(config.output_samples(at_least))
    return level * np.random.default_rng(3).standard_normal((samples, config.inputs))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_fast_form_equals_the_float64_implementation_to_1e_6(shape: str) -> None:
    config = SHAPES[shape]
    network, signal = random_network(config), noise(config, 300)
    assert np.max(np.abs(run(FastWaveUNet(network), signal) - numpy_wave_u_net(network, signal))) < 1e-6


def test_the_papers_network_in_its_fast_form_equals_the_float64_implementation_to_1e_6() -> None:
    network, signal = random_network(PAPER), noise(PAPER, 1)
    expected = numpy_wave_u_net(network, signal)
    assert np.max(np.abs(expected)) > 0.05
    assert np.max(np.abs(run(FastWaveUNet(network), signal) - expected)) < 1e-6


def test_the_papers_frame_in_its_fast_form_equals_plain_convolutions_to_1e_6() -> None:
    network, signal = random_network(PAPER), noise(PAPER, 88_200)
    assert signal.shape == (121_843, 8)
    expected = run(lambda x: conv1d_wave_u_net(network, x), signal)
    assert np.max(np.abs(run(FastWaveUNet(network), signal) - expected)) < 1e-6
    assert np.max(np.abs(run(network, signal) - expected)) < 1e-6


def test_without_rounding_the_fast_form_is_the_network_to_the_bit() -> None:
    """Short binary fractions add without rounding in any order: what is left is the structure."""
    config = WaveUNetConfig(inputs=2, levels=2, initial_filters=WIDE_INPUTS, leak=0.5)
    network = integer_network(config)
    samples = config.input_samples(config.output_samples(200))
    signal = np.random.default_rng(6).integers(-2, 3, size=(samples, 2)).astype(np.float64)
    expected = numpy_wave_u_net(network, signal)
    assert np.ptp(expected) > 10
    assert np.array_equal(run(network, signal), expected)
    assert np.array_equal(run(FastWaveUNet(network), signal), expected)


@pytest.mark.parametrize("samples", [40, 41])
def test_the_halved_convolution_equals_the_direct_one_for_even_and_odd_lengths(samples: int) -> None:
    generator = torch.Generator().manual_seed(1)
    weight, bias, signal = (torch.randn(shape, generator=generator) for shape in ((6, 5, 15), (6,), (2, 5, 1, samples)))
    expected = torch.nn.functional.conv1d(signal.double().squeeze(2), weight.double(), bias.double())
    assert torch.allclose(Halved(weight, bias)(signal).squeeze(2).double(), expected, rtol=0, atol=1e-5)


def test_items_of_a_batch_are_mixed_as_each_alone() -> None:
    config = SHAPES["wide"]
    fast = FastWaveUNet(random_network(config))
    batch = torch.from_numpy(np.stack([noise(config, 50).T, -noise(config, 50).T]).astype(np.float32))
    with torch.inference_mode():
        assert torch.allclose(fast(batch), torch.cat([fast(batch[:1]), fast(batch[1:])]), rtol=0, atol=1e-6)


def test_the_fast_form_refuses_what_the_network_refuses() -> None:
    config = SHAPES["narrow"]
    with pytest.raises(AudioError, match="expected 8 k"):
        FastWaveUNet(random_network(config))(torch.zeros(1, 3, config.context + config.period))


@pytest.mark.parametrize("task", ["dry", "wet"])
def test_bfloat16_leaves_the_shipped_networks_mix_40_db_above_its_noise(task: str) -> None:
    folder = System(WaveUNetOptions()).shipped(task)
    assert folder is not None
    network = System(WaveUNetOptions()).load(folder).network
    signal = noise(network.config, 4096)
    exact, rough = (run(FastWaveUNet(network, precision=precision), signal) for precision in ("float32", "bfloat16"))  # type: ignore[arg-type]
    snr_db = 10 * np.log10(np.sum(exact**2) / np.sum((rough - exact) ** 2))
    assert 40 < snr_db < 80  # not float32 by another name
