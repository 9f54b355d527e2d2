"""How an item is cut into frames for a Wave-U-Net; free of torch.

The network repeats itself every ``period`` samples, not every sample: only frames that start at
multiples of the period join to exactly what one pass over the whole item gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from evalkit.errors import ConfigError
from stimuli.models.wave_u_net_config import WaveUNetConfig

Tiling = Literal["aligned", "paper"]

FRAME_S = 3.0  # on a processor more saves little arithmetic and overflows its caches
GPU_FRAME_S = 30.0  # of the paper's network about 1.5 GB: short frames leave a GPU waiting for the next kernel
PAPER_WISH_SAMPLES = 88_200  # the authors asked for 2 s and took the next legal length, 89093


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One pass of the network: ``outputs`` samples from ``start`` on are made, the first ``kept`` of them kept."""

    start: int
    outputs: int
    kept: int


def frames(samples: int, config: WaveUNetConfig, tiling: Tiling, *, hop_samples: int) -> Iterator[Frame]:
    """Cut an item into frames, in the order in which their outputs are written.

    ``aligned`` starts every ``hop_samples``, and ends on the item's last sample: as one pass over all of it.
    A frame is one period longer than what is kept of it, so that no kept sample depends, even by
    rounding, on where the frame ends.

    ``paper`` is what the authors' program does [1]_: frames of 89093 samples side by side, of which the
    last is moved back until it ends with the item, and overwrites. A shorter item than a frame's
    input (121843 samples) is first padded with zeros to that length.

    Parameters
    ----------
    samples : length of the item
    hop_samples : kept samples per frame of ``aligned``, a multiple of the network's period

    Raises
    ------
    ConfigError
        If the hop is not a multiple of the period.

    References
    ----------
    .. [1] M. A. Martinez Ramirez, D. Stoller, D. Moffat, program to "A deep learning approach to
       intelligent drum mixing with the Wave-U-Net", github.com/f90/Mix-Wave-U-Net (prediction).
    """
    if tiling == "paper":
        outputs = config.output_samples(PAPER_WISH_SAMPLES)
        padded = max(samples, config.input_samples(outputs))
        for start in range(0, padded, outputs):
            begin = min(start, padded - outputs)
            if begin < samples:
                yield Frame(start=begin, outputs=outputs, kept=min(outputs, samples - begin))
        return
    if hop_samples < 1 or hop_samples % config.period:
        raise ConfigError(f"Wave-U-Net: hop of {hop_samples} samples, expected a multiple of {config.period}")
    for start in range(0, samples, hop_samples):
        kept = min(hop_samples, samples - start)
        yield Frame(start=start, outputs=config.output_samples(kept) + config.period, kept=kept)


def default_frame_s(device: str) -> float:
    """Return how long an aligned frame is on a resolved device where nobody says."""
    return GPU_FRAME_S if device.startswith("cuda") else FRAME_S


def hop_of(frame_s: float, rate_hz: int, config: WaveUNetConfig) -> int:
    """Return the multiple of the period that is nearest to ``frame_s`` seconds, at least one."""
    return max(1, round(frame_s * rate_hz / config.period)) * config.period
