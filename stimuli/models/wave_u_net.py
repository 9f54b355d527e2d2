"""The Wave-U-Net of Martinez Ramirez, Stoller and Moffat as a torch module: the graph and nothing else.

Encoder: ``levels`` times a valid convolution (``i * initial_filters`` filters, leaky rectifier) whose
output is both the skip connection and, at every second sample, the next level's input. Decoder:
linear interpolation from N to 2N - 1 samples with the ends aligned, the centre of the skip
connection first and the interpolated signal second, a valid convolution. Last, a convolution of
width 1 over the centre of the raw input and the features, linear. Clipping belongs to inference.

Signals are (batch, channels, samples); inside, a dummy axis makes them channels-last images, which
is the layout that convolutions run fastest in.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from evalkit.errors import AudioError
from stimuli.models.wave_u_net_config import WaveUNetConfig


class ValidConvolution(nn.Module):
    """One-dimensional convolution without padding; ``weight`` is (out, in, kernel)."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, kernel))
        self.bias = nn.Parameter(torch.empty(outputs))

    def forward(self, signal: Tensor) -> Tensor:
        """Convolve (batch, in, 1, samples)."""
        return functional.conv2d(signal, self.weight.unsqueeze(2), self.bias)


class WaveUNet(nn.Module):
    """Mixes ``config.inputs`` microphones to ``config.outputs`` channels, unclipped.

    Parameters
    ----------
    config : shape of the network
    generator : source of the initial weights (Glorot uniform, zero bias); torch's own if absent
    """

    def __init__(self, config: WaveUNetConfig, *, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        filters = [config.initial_filters * level for level in range(1, config.levels + 2)]
        self.down = nn.ModuleList(
            ValidConvolution(inputs, outputs, config.down_kernel)
            for inputs, outputs in zip([config.inputs, *filters[:-2]], filters[:-1], strict=True)
        )
        self.bottleneck = ValidConvolution(filters[-2], filters[-1], config.down_kernel)
        self.up = nn.ModuleList(  # in order of use: deepest level first
            ValidConvolution(skip + below, skip, config.up_kernel)
            for skip, below in zip(filters[-2::-1], filters[:0:-1], strict=True)
        )
        self.output = ValidConvolution(config.inputs + filters[0], config.outputs, 1)
        for layer in self.layers():
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            nn.init.zeros_(layer.bias)

    def layers(self) -> list[ValidConvolution]:
        """Return the convolutions in order of use."""
        return [*self.down, self.bottleneck, *self.up, self.output]

    def forward(self, microphones: Tensor) -> Tensor:
        """Mix (batch, inputs, samples) to (batch, outputs, samples - context).

        Raises
        ------
        AudioError
            If the number of channels or the length does not fit.
        """
        check_microphones(microphones, self.config)
        slope = self.config.leak
        raw = microphones.unsqueeze(2).contiguous(memory_format=torch.channels_last)
        signal, skips = raw, []
        for layer in self.down:
            signal = functional.leaky_relu(layer(signal), slope)
            skips.append(signal)
            signal = signal[..., ::2]
        signal = functional.leaky_relu(self.bottleneck(signal), slope)
        for layer in self.up:
            signal = interpolate(signal)
            signal = torch.cat((centre(skips.pop(), signal.shape[-1]), signal), dim=1)
            signal = functional.leaky_relu(layer(signal), slope)
        signal = torch.cat((centre(raw, signal.shape[-1]), signal.to(raw.dtype)), dim=1)
        with torch.autocast(signal.device.type, enabled=False):  # bfloat16 would put noise at -50 dB into the mix
            return self.output(signal).squeeze(2)


def check_microphones(microphones: Tensor, config: WaveUNetConfig) -> None:
    """Refuse a signal that a network cannot take.

    Raises
    ------
    AudioError
        If it is not (batch, inputs, samples) with one of the lengths that fit.
    """
    if microphones.ndim != 3 or microphones.shape[1] != config.inputs:
        raise AudioError(
            f"Wave-U-Net: found a signal of shape {tuple(microphones.shape)}, "
            f"expected (batch, {config.inputs}, samples)"
        )
    outputs = microphones.shape[2] - config.context
    if outputs < 1 or outputs != config.output_samples(outputs):
        raise AudioError(
            f"Wave-U-Net: found {microphones.shape[2]} input samples, expected {config.period} k + "
            f"{config.up_kernel + config.context} with k >= 1"
        )


def interpolate(signal: Tensor) -> Tensor:
    """Double the rate linearly: N samples become 2N - 1, the given ones at the even places."""
    between = (signal[..., :-1] + signal[..., 1:]) * 0.5
    pairs = torch.stack((signal[..., :-1], between), dim=-1).flatten(-2)
    return torch.cat((pairs, signal[..., -1:]), dim=-1)


def centre(signal: Tensor, samples: int) -> Tensor:
    """Return the central samples; the difference of lengths is even."""
    start = (signal.shape[-1] - samples) // 2
    return signal[..., start : start + samples]


def count_parameters(network: nn.Module) -> int:
    """Count the trainable numbers."""
    return sum(parameter.numel() for parameter in network.parameters())
