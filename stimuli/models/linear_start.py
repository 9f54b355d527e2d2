"""Start a Wave-U-Net as the linear mix that comes nearest to the training mixes, exactly.

A leaky rectifier r with slope s keeps a signal whole if it gets it twice, with both signs:
r(y) - r(-y) = (1 + s) y. So four of the first encoder's filters can carry a whole filtered stereo
mix of all microphones, four of the last decoder's filters hand it on, and the output takes their
differences. What is left of the network starts at random and without effect on the output, and
training bends the linear mix to what a linear mix cannot do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from evalkit.errors import ConfigError
from stimuli.models.correlations import total
from stimuli.models.training_data import Example
from stimuli.models.unmixing import correlations_of_mix, solve_filters
from stimuli.models.wave_u_net import WaveUNet

Filters = npt.NDArray[np.float64]


def nearest_filters(examples: Sequence[Example], *, taps: int) -> Filters:
    """Fit a filter per microphone and output channel by least squares over all items together.

    Returns
    -------
    (outputs, inputs, taps) float64, as a convolution layer holds them; 0 for a microphone that is
    silent everywhere
    """
    found = (
        correlations_of_mix(
            np.asarray(example.inputs.T, dtype=np.float64), np.asarray(example.target.T, dtype=np.float64), taps=taps
        )
        for example in examples
    )
    filters = solve_filters(total(found)).filters
    return filters.transpose(1, 0, 2)[:, :, ::-1].copy()  # a layer correlates where a filter convolves


def start_as_linear_mix(network: WaveUNet, filters: Filters) -> None:
    """Make a network's output the filtered mix; its other weights stay as they are.

    Parameters
    ----------
    filters : (outputs, inputs, taps) with as many taps as the first encoder's kernel

    Raises
    ------
    ConfigError
        If the network has too few filters on its first level.
    """
    config = network.config
    carriers = 2 * config.outputs
    if config.initial_filters < carriers:
        raise ConfigError(
            f"wave_u_net: initial_filters: found {config.initial_filters}, a start as a linear mix needs {carriers}: "
            "choose more filters, or another start"
        )
    first, last, output = network.down[0], network.up[-1], network.output
    centre = config.up_kernel // 2
    whole = 1 / (1 + config.leak)
    with torch.no_grad():
        wanted = torch.from_numpy(filters).to(first.weight)
        first.bias[:carriers] = 0.0
        last.weight[:carriers] = 0.0
        last.bias[:carriers] = 0.0
        output.weight.zero_()
        for channel in range(config.outputs):
            plus, minus = 2 * channel, 2 * channel + 1
            first.weight[plus], first.weight[minus] = wanted[channel], -wanted[channel]
            for carrier, sign in ((plus, whole), (minus, -whole)):
                last.weight[carrier, plus, centre] = sign
                last.weight[carrier, minus, centre] = -sign
            output.weight[channel, config.inputs + plus, 0] = whole
            output.weight[channel, config.inputs + minus, 0] = -whole
