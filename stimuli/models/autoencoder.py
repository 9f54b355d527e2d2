"""The deep autoencoder: fully connected layers from a raw recording's magnitude spectrum to a stem's."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from stimuli.models.autoencoder_plan import AutoencoderConfig


class Autoencoder(nn.Module):
    """Maps magnitudes (frames, 1025) to magnitudes; a ReLU after every layer, the last one included.

    Dropout follows every hidden layer, in training only. A unit of the last layer that is never above zero
    has no gradient and stays so. The weights are undefined until they are started or read.
    """

    def __init__(self, config: AutoencoderConfig, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.config = config
        sizes = config.sizes
        self.layers = nn.ModuleList(skip_init(nn.Linear, inner, outer) for inner, outer in pairwise(sizes))
        self.dropout = nn.Dropout(dropout)

    def forward(self, magnitudes: Tensor) -> Tensor:
        """Return the stem's magnitudes for those of the raw recording."""
        values = self.compressed(magnitudes)
        for layer in self.layers[:-1]:
            values = self.dropout(torch.relu(layer(values)))
        values = torch.relu(self.layers[-1](values))
        if self.config.output == "ratio":
            return values * magnitudes
        return torch.expm1(values) if self.config.magnitudes == "log1p" else values

    def compressed(self, magnitudes: Tensor) -> Tensor:
        """Return magnitudes as the layers see them, and as the loss compares them."""
        return torch.log1p(magnitudes) if self.config.magnitudes == "log1p" else magnitudes


def make_autoencoder(config: AutoencoderConfig, *, dropout: float, seed: int) -> Autoencoder:
    """Make a network with weights after LeCun (normal, variance one over the inputs) and biases of zero.

    All units of the last layer start above zero (:func:`start_outputs`); one that gives ratios starts with the
    ratio 1 everywhere.
    """
    network = Autoencoder(config, dropout=dropout)
    generator = torch.Generator().manual_seed(seed)
    for layer in network.layers[:-1]:
        _start(layer, generator)
    start_outputs(network.layers[-1], generator)
    if config.output == "ratio":
        with torch.no_grad():
            network.layers[-1].weight.zero_()
            network.layers[-1].bias.fill_(1.0)
    return network


def start_outputs(layer: nn.Linear, generator: torch.Generator) -> None:
    """Start a layer whose outputs are magnitudes or codes: as the others, with the weights' signs taken away.

    What goes in is never negative, so that a unit with mixed signs would be below zero for nearly all frames or
    for none; half of the bins would be dead from the start.
    """
    _start(layer, generator)
    with torch.no_grad():
        layer.weight.abs_()


def _start(layer: nn.Linear, generator: torch.Generator) -> None:
    with torch.no_grad():
        layer.weight.normal_(0.0, layer.in_features**-0.5, generator=generator)
        layer.bias.zero_()


def parameter_count(network: nn.Module) -> int:
    """Return how many numbers a network learns."""
    return sum(parameter.numel() for parameter in network.parameters())
