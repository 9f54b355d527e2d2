"""Peak, RMS and crest factor of the louder channel at every sample."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from evalkit.audio import Audio
from evalkit.errors import AudioError


def linked_magnitude(audio: Audio) -> npt.NDArray[np.float64]:
    """Return the largest magnitude among the channels, (samples,)."""
    magnitude = np.abs(audio[:, 0])
    for channel in range(1, audio.shape[1]):
        np.maximum(magnitude, np.abs(audio[:, channel]), out=magnitude)
    return magnitude


def rms_and_crest(audio: Audio, *, name: str = "audio") -> tuple[float, float]:
    """Return the linear RMS and the linear crest factor (peak over RMS, at least 1) of the linked magnitude.

    Raises
    ------
    AudioError
        If the audio is digital silence: it has no crest factor.
    """
    magnitude = linked_magnitude(audio)
    rms = math.sqrt(float(np.mean(magnitude**2)))
    if rms == 0.0:
        raise AudioError(f"{name}: silent: every sample is zero")
    return rms, max(1.0, float(magnitude.max()) / rms)
