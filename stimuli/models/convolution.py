"""Filter many microphones into two channels, block by block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, rfft

from evalkit.audio import Audio

TRANSFORM_SAMPLES = 8192


def filtered_mix(inputs: Audio, filters: npt.NDArray[np.float64]) -> Audio:
    """Filter every microphone for every channel and add, without delay and of the same length.

    Overlap-add [1]_: each microphone is transformed once, each channel back once.

    Parameters
    ----------
    inputs : (samples, microphones) float64
    filters : (microphones, channels, taps), taps odd, centred on no delay

    Returns
    -------
    (samples, channels) float64; samples before and after the inputs count as zeros

    References
    ----------
    .. [1] T. G. Stockham, "High-speed convolution and correlation", AFIPS 1966.
    """
    samples, (_, channels, taps) = inputs.shape[0], filters.shape
    size = max(TRANSFORM_SAMPLES, 1 << (8 * taps - 1).bit_length())
    hop = size - taps + 1
    response = rfft(filters, n=size, axis=2).transpose(2, 1, 0)
    whole = np.zeros((samples + taps - 1, channels))
    for start in range(0, samples, hop):
        spectrum = rfft(inputs[start : start + hop], n=size, axis=0)
        block = irfft((response @ spectrum[:, :, None])[:, :, 0], n=size, axis=0)
        whole[start : start + size] += block[: whole.shape[0] - start]
    return whole[taps // 2 : taps // 2 + samples]
