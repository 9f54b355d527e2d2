"""The Wave-U-Net twice more from the paper's description: NumPy in float64, and plain torch convolutions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig

Signal = npt.NDArray[np.float64]


def random_network(config: WaveUNetConfig, seed: int = 1) -> WaveUNet:
    """Make a network of Glorot weights and small random biases."""
    network = WaveUNet(config, generator=torch.Generator().manual_seed(seed))
    generator = torch.Generator().manual_seed(seed + 1)
    for layer in network.layers():
        torch.nn.init.normal_(layer.bias, std=0.05, generator=generator)
    return network


def integer_network(config: WaveUNetConfig) -> WaveUNet:
    """Make a network with four taps of +1 or -1 a filter: all its numbers are short binary fractions."""
    network = WaveUNet(config)
    rng = np.random.default_rng(5)
    for layer in network.layers():
        taps = np.zeros(layer.weight.shape, dtype=np.float32)
        for row in taps.reshape(len(taps), -1):
            row[rng.choice(row.size, size=4, replace=False)] = rng.choice([-1.0, 1.0], size=4)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(taps))
            layer.bias.copy_(torch.from_numpy(rng.integers(-2, 3, size=len(taps)).astype(np.float32)))
    return network


def numpy_wave_u_net(network: WaveUNet, signal: Signal) -> Signal:
    """Mix (samples, inputs) in float64; shares no code with the module."""
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


def conv1d_wave_u_net(network: WaveUNet, signal: Tensor) -> Tensor:
    """Mix (batch, inputs, samples) as one writes the network down at first: what faster forms are measured against."""
    leak = network.config.leak

    def cut(x: Tensor, samples: int) -> Tensor:
        spare = (x.shape[-1] - samples) // 2
        return x[..., spare : spare + samples]

    x, skips = signal, []
    for layer in network.down:
        x = functional.leaky_relu(functional.conv1d(x, layer.weight, layer.bias), leak)
        skips.append(x)
        x = x[..., ::2]
    x = functional.leaky_relu(functional.conv1d(x, network.bottleneck.weight, network.bottleneck.bias), leak)
    for layer in network.up:
        x = functional.interpolate(x, size=2 * x.shape[-1] - 1, mode="linear", align_corners=True)
        x = torch.cat((cut(skips.pop(), x.shape[-1]), x), dim=1)
        x = functional.leaky_relu(functional.conv1d(x, layer.weight, layer.bias), leak)
    x = torch.cat((cut(signal, x.shape[-1]), x), dim=1)
    return functional.conv1d(x, network.output.weight, network.output.bias)


def run(network: object, signal: Signal) -> Signal:
    """Run a form of the network over (samples, inputs)."""
    assert callable(network)
    with torch.inference_mode():
        output = network(torch.from_numpy(signal.T[None].astype(np.float32)))
        return np.asarray(output[0].numpy().T, dtype=np.float64)
