"""Run a Wave-U-Net over a whole item of any length, in bounded memory.

The network repeats itself every ``period`` samples, not every sample: only frames that start at
multiples of the period join to exactly what one pass over the whole item gives ("aligned" tiling).
Outside the item there are zeros, as in training.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from evalkit.audio import Audio, check_audio
from evalkit.errors import ConfigError, DataError
from stimuli.models.devices import exact_float32
from stimuli.models.wave_u_net import WaveUNet

HOP_SAMPLES = 131_072  # 3 s: more saves little arithmetic and overflows the processor's caches


def mix_whole(
    network: WaveUNet, microphones: npt.ArrayLike, *, device: str = "cpu", hop_samples: int = HOP_SAMPLES
) -> Audio:
    """Mix (samples, inputs) to (samples, outputs) in float32 arithmetic, not clipped.

    Parameters
    ----------
    network : on any device; it is moved to ``device``
    microphones : float64 (samples, inputs), any length
    hop_samples : output samples per frame, a multiple of the network's period

    Raises
    ------
    AudioError
        If the microphones are not finite or not as many as the network has inputs.
    DataError
        If the result is not finite although the microphones are: the weights are damaged.
    """
    config = network.config
    if hop_samples < 1 or hop_samples % config.period:
        raise ConfigError(f"Wave-U-Net: hop of {hop_samples} samples, expected a multiple of {config.period}")
    inputs = check_audio(microphones, name="microphones", channels=config.inputs)
    samples = inputs.shape[0]
    mix = np.empty((samples, config.outputs))
    network = network.to(device).eval()
    with torch.inference_mode(), exact_float32():
        for start in range(0, samples, hop_samples):
            wanted = min(hop_samples, samples - start)
            length = config.input_samples(config.output_samples(wanted))
            frame = _padded(inputs, start - config.margin, length)
            output = network(torch.from_numpy(frame).unsqueeze(0).to(device))
            mix[start : start + wanted] = output[0, :, :wanted].T.cpu().numpy()
    if not np.isfinite(mix).all():
        raise DataError("Wave-U-Net: the output is not finite: the weights are damaged or blew up in training")
    return mix


def clip(mix: Audio) -> tuple[Audio, int]:
    """Clip to [-1, 1] as the authors do at inference, and count the samples that it changes."""
    clipped = int(np.count_nonzero(np.abs(mix) > 1.0))
    return np.clip(mix, -1.0, 1.0), clipped


def _padded(signal: Audio, start: int, samples: int) -> npt.NDArray[np.float32]:
    """Return ``signal[start : start + samples]`` as float32 (channels, samples), zeros where there is no signal."""
    frame = np.zeros((signal.shape[1], samples), dtype=np.float32)
    first, last = max(0, start), min(signal.shape[0], start + samples)
    if last > first:
        frame[:, first - start : last - start] = signal[first:last].T
    return frame
