"""The network against the paper's table, the published lengths, and a second implementation in NumPy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import torch

from evalkit.errors import AudioError, ConfigError, DataError
from stimuli.models.inference import clip, mix_whole
from stimuli.models.wave_u_net import WaveUNet, count_parameters
from stimuli.models.wave_u_net_config import WaveUNetConfig

Signal = npt.NDArray[np.float64]
PAPER = WaveUNetConfig()
SMALL = WaveUNetConfig(inputs=3, levels=3, initial_filters=4)
# lengths after each convolution and after each decimation or interpolation, worked out by hand
ENCODER = (
    (121829, 60915), (60901, 30451), (30437, 15219), (15205, 7603), (7589, 3795),
    (3781, 1891), (1877, 939), (925, 463), (449, 225), (211, 106),
)  # fmt: skip
DECODER = (179, 353, 701, 1397, 2789, 5573, 11141, 22277, 44549, 89093)


def random_network(config: WaveUNetConfig, seed: int = 1) -> WaveUNet:
    network = WaveUNet(config, generator=torch.Generator().manual_seed(seed))
    generator = torch.Generator().manual_seed(seed + 1)
    for layer in network.layers():
        torch.nn.init.normal_(layer.bias, std=0.05, generator=generator)
    return network


def numpy_wave_u_net(network: WaveUNet, signal: Signal) -> Signal:
    """Mix (samples, inputs) in float64, from the paper's description; shares no code with the module."""
    weights = [
        (layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy()) for layer in network.layers()
    ]
    levels, leak = network.config.levels, network.config.leak

    def convolve(x: Signal, layer: int) -> Signal:
        kernel, bias = weights[layer]
        windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[2], axis=0)
        return np.asarray(np.einsum("tik,oik->to", windows, kernel, optimize=True) + bias)

    def rectify(x: Signal) -> Signal:
        return np.where(x >= 0, x, leak * x)

    def cut(x: Signal, samples: int) -> Signal:
        spare = len(x) - samples
        assert spare % 2 == 0
        return x[spare // 2 : len(x) - spare // 2]

    x, skips = signal, []
    for level in range(levels):
        skips.append(rectify(convolve(x, level)))
        x = skips[-1][::2]
    x = rectify(convolve(x, levels))
    for level in range(levels):
        grid = np.linspace(0, len(x) - 1, 2 * len(x) - 1)
        up = np.stack([np.interp(grid, np.arange(len(x)), column) for column in x.T], axis=1)
        x = rectify(convolve(np.concatenate([cut(skips[-1 - level], len(up)), up], axis=1), levels + 1 + level))
    return convolve(np.concatenate([cut(signal, len(x)), x], axis=1), 2 * levels + 1)


def run(network: WaveUNet, signal: Signal) -> Signal:
    with torch.inference_mode():
        return np.asarray(network(torch.from_numpy(signal.T[None].astype(np.float32)))[0].numpy().T, dtype=np.float64)


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


def test_clipping_counts_the_samples_it_changes() -> None:
    mix = np.array([[0.5, -1.0], [1.5, -3.0], [1.0, 0.0]])
    clipped = clip(mix)
    assert clipped == 2
    assert mix.tolist() == [[0.5, -1.0], [1.0, -1.0], [1.0, 0.0]]


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
