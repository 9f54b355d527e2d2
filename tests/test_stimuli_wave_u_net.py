"""The network against the paper's table, the published lengths, and a second implementation in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from wave_u_net_oracle import numpy_wave_u_net, random_network, run

from evalkit.errors import AudioError, ConfigError
from stimuli.models.wave_u_net import WaveUNet, count_parameters
from stimuli.models.wave_u_net_config import WaveUNetConfig

PAPER = WaveUNetConfig()
SMALL = WaveUNetConfig(inputs=3, levels=3, initial_filters=4)
# lengths after each convolution and after each decimation or interpolation, worked out by hand
ENCODER = (
    (121829, 60915), (60901, 30451), (30437, 15219), (15205, 7603), (7589, 3795),
    (3781, 1891), (1877, 939), (925, 463), (449, 225), (211, 106),
)  # fmt: skip
DECODER = (179, 353, 701, 1397, 2789, 5573, 11141, 22277, 44549, 89093)


def test_the_default_network_has_the_papers_6183450_parameters() -> None:
    assert count_parameters(WaveUNet(PAPER)) == 6_183_450


def test_the_papers_lengths_are_121843_in_89093_out_and_a_bottleneck_of_92() -> None:
    assert PAPER.output_samples(2 * 44_100) == 89_093
    assert PAPER.input_samples(89_093) == 121_843
    assert PAPER.bottleneck_samples(89_093) == 92
    assert (PAPER.context, PAPER.margin) == (32_750, 16_375)


def test_a_wish_for_16384_samples_gives_49139_in_and_16389_out() -> None:
    assert PAPER.output_samples(16_384) == 16_389
    assert PAPER.input_samples(16_389) == 49_139


@pytest.mark.parametrize("k", [-3, 1, 12])
def test_legal_outputs_are_89093_plus_multiples_of_1024(k: int) -> None:
    legal = 89_093 + 1024 * k
    assert PAPER.output_samples(legal) == legal
    assert PAPER.output_samples(legal + 1) == legal + 1024
    with pytest.raises(ConfigError, match=r"1024 k \+ 5"):
        PAPER.input_samples(legal + 1)


def test_every_length_inside_the_network_is_that_of_the_published_graph() -> None:
    network = WaveUNet(WaveUNetConfig(initial_filters=1))
    lengths: list[tuple[int, int]] = []
    for layer in network.layers():
        layer.register_forward_hook(lambda _, given, made: lengths.append((given[0].shape[-1], made.shape[-1])))
    run(network, np.zeros((121_843, 8)))
    assert [made for _, made in lengths[:10]] == [after for after, _ in ENCODER]
    assert [given for given, _ in lengths[1:11]] == [halved for _, halved in ENCODER]
    assert lengths[10] == (106, 92)
    assert [given - 4 for given, _ in lengths[11:21]] == list(DECODER)
    assert lengths[21] == (89_093, 89_093)


@pytest.mark.parametrize(
    "config", [SMALL, WaveUNetConfig(inputs=2, outputs=1, levels=2, initial_filters=3, down_kernel=7)]
)
def test_small_networks_equal_the_float64_implementation_to_1e_6(config: WaveUNetConfig) -> None:
    network = random_network(config)
    signal = np.random.default_rng(2).standard_normal((config.input_samples(config.output_samples(200)), config.inputs))
    assert np.max(np.abs(run(network, 0.3 * signal) - numpy_wave_u_net(network, 0.3 * signal))) < 1e-6


def test_the_papers_network_equals_the_float64_implementation_to_1e_6() -> None:
    network = random_network(PAPER)
    signal = 0.1 * np.random.default_rng(3).standard_normal((PAPER.input_samples(PAPER.output_samples(1)), 8))
    expected = numpy_wave_u_net(network, signal)
    assert np.max(np.abs(expected)) > 0.05
    assert np.max(np.abs(run(network, signal) - expected)) < 1e-6


def test_an_output_sample_depends_on_33779_inputs_or_on_32755_for_5_of_1024_phases() -> None:
    network = WaveUNet(WaveUNetConfig(inputs=1, outputs=1, initial_filters=1)).double()
    for layer in network.layers():  # positive weights: nothing cancels
        torch.nn.init.constant_(layer.weight, 1.0 / layer.weight.shape[1:].numel())
    signal = torch.ones(1, 1, PAPER.input_samples(PAPER.output_samples(3000)), dtype=torch.float64, requires_grad=True)
    output = network(signal)
    found = []
    for phase in (1024, 1025, 1026, 1027, 1028, 1029, 1500, 2047):
        (gradient,) = torch.autograd.grad(output[0, 0, phase], signal, retain_graph=True)
        touched = torch.nonzero(gradient[0, 0])
        found.append(int(touched[-1] - touched[0] + 1))
    assert sorted(set(found)) == [32_755, 33_779]
    assert found[-2:] == [33_779, 33_779]


def test_a_wrong_length_or_channel_count_is_an_audio_error() -> None:
    network = random_network(SMALL)
    with pytest.raises(AudioError, match="expected 8 k"):
        network(torch.zeros(1, 3, SMALL.context + SMALL.period))
    with pytest.raises(AudioError, match=r"expected \(batch, 3, samples\)"):
        network(torch.zeros(1, 2, 500))


@pytest.mark.parametrize(("field", "value"), [("levels", 0), ("down_kernel", 14), ("leak", 1.0)])
def test_an_impossible_shape_is_a_config_error(field: str, value: int) -> None:
    with pytest.raises(ConfigError, match=field):
        WaveUNetConfig(**{field: value})
