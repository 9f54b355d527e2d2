"""Run a Wave-U-Net over a whole item of any length, in bounded memory.

Outside the item there are zeros, as in training. Beyond the microphones and the mix, the memory in
use is that of one frame, whatever the item's length.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import torch

from evalkit.audio import Audio, check_audio
from evalkit.errors import ConfigError, DataError
from stimuli.models.devices import exact_float32, has_fast_bfloat16, is_out_of_memory
from stimuli.models.tiling import Frame, Tiling, frames
from stimuli.models.training_plan import Precision
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_fast import FastWaveUNet

HOP_SAMPLES = 131_072  # 3 s at 44.1 kHz
CLIP_BLOCK_SAMPLES = 1 << 20


def mix_whole(
    network: WaveUNet,
    microphones: npt.ArrayLike,
    *,
    device: str = "cpu",
    tiling: Tiling = "aligned",
    precision: Precision = "float32",
    hop_samples: int = HOP_SAMPLES,
) -> Audio:
    """Mix (samples, inputs) to (samples, outputs), not clipped.

    Parameters
    ----------
    network : on any device; it is moved to ``device``
    microphones : float64 (samples, inputs), any length
    tiling : how the item is cut into frames, see :func:`stimuli.models.tiling.frames`
    precision : of the arithmetic
    hop_samples : samples per frame of ``aligned``, a multiple of the network's period

    Raises
    ------
    AudioError
        If the microphones are not finite or not as many as the network has inputs.
    ConfigError
        If the hop does not fit the network, a frame does not fit into memory, or the device has no bfloat16.
    DataError
        If the result is not finite although the microphones are: the weights are damaged.
    """
    if precision == "bfloat16" and not has_fast_bfloat16(device):
        raise ConfigError(f"precision: {device} does not multiply bfloat16 in hardware: choose float32")
    inputs = _checked(microphones, network.config.inputs)
    mix = np.empty((inputs.shape[0], network.config.outputs))
    with _told_of_memory(device, "with the network's weights"):
        fast = FastWaveUNet(network.to(device).eval(), precision=precision)
    with torch.inference_mode(), exact_float32():
        for frame in frames(inputs.shape[0], network.config, tiling, hop_samples=hop_samples):
            part = mix[frame.start : frame.start + frame.kept]
            part[:] = _mix_frame(fast, inputs, frame, device)
            if not np.isfinite(part).all():
                raise DataError("Wave-U-Net: the output is not finite: the weights are damaged or blew up in training")
    return mix


def clip(mix: Audio) -> int:
    """Clip to [-1, 1] in place, as the authors do at inference, and count the samples that it changes."""
    clipped = 0
    for start in range(0, len(mix), CLIP_BLOCK_SAMPLES):
        block = mix[start : start + CLIP_BLOCK_SAMPLES]
        clipped += int(np.count_nonzero(np.abs(block) > 1.0))
        np.clip(block, -1.0, 1.0, out=block)
    return clipped


def _checked(microphones: npt.ArrayLike, channels: int) -> Audio:
    """Pass the audio gate, which takes a byte per sample: it is called where a sum, which takes none, finds a fault."""
    array = np.asarray(microphones, dtype=np.float64)
    if array.ndim == 2 and array.shape[0] and array.shape[1] == channels and np.isfinite(array.sum()):
        return array
    return check_audio(array, name="microphones", channels=channels)


def _mix_frame(fast: FastWaveUNet, inputs: Audio, frame: Frame, device: str) -> npt.NDArray[np.float32]:
    config = fast.config
    length = config.input_samples(frame.outputs)
    signal = _padded(inputs, frame.start - config.margin, length)
    with _told_of_memory(device, f"in a frame of {length} samples"):
        output = fast(torch.from_numpy(signal).unsqueeze(0).to(device))
        return np.asarray(output[0, :, : frame.kept].T.cpu().numpy())


@contextmanager
def _told_of_memory(device: str, where: str) -> Iterator[None]:
    """Turn the errors of a device, or machine, that has no memory left into one that says what helps."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise ConfigError(
            f"Wave-U-Net: out of memory on {device} {where}: choose tiling aligned with a smaller frame_s, "
            "or another --device"
        ) from error


def _padded(signal: Audio, start: int, samples: int) -> npt.NDArray[np.float32]:
    """Return ``signal[start : start + samples]`` as float32 (channels, samples), zeros where there is no signal."""
    frame = np.zeros((signal.shape[1], samples), dtype=np.float32)
    first, last = max(0, start), min(signal.shape[0], start + samples)
    if last > first:
        frame[:, first - start : last - start] = signal[first:last].T
    return frame
