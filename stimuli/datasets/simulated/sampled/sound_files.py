"""Read a recorded stroke from a sound file: any rate and number of channels, to the simulator's."""

from __future__ import annotations

from math import gcd
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import signal

from evalkit.audio import read_audio
from stimuli.datasets.simulated.version import RATE_HZ

Sound = npt.NDArray[np.float32]


def read_sound(path: Path) -> Sound:
    """Return a sound file as one channel at 44.1 kHz, (samples,) float32.

    A stroke is material of an instrument, not an item of a data set: here, and only here, a file
    of another rate is resampled (48 kHz by the polyphase filter 147/160) and channels are averaged.

    Parameters
    ----------
    path : WAV, AIFF, FLAC or whatever libsndfile reads

    Raises
    ------
    AudioError
        If the file is missing, unreadable or empty.
    """
    audio, rate_hz = read_audio(path)
    return at_rate(audio.mean(axis=1), rate_hz)


def at_rate(sound: npt.NDArray[np.float64], rate_hz: int) -> Sound:
    """Return a sound of any rate at the simulator's rate, (samples,) float32."""
    if rate_hz != RATE_HZ:
        common = gcd(RATE_HZ, rate_hz)
        sound = signal.resample_poly(sound, RATE_HZ // common, rate_hz // common)
    return np.asarray(sound, dtype=np.float32)
