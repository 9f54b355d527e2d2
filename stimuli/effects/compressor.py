"""A feed-forward compressor: level and gain in decibels, soft knee, branching smoother [1]_.

All channels get the same gain, computed from the largest magnitude among them, so that the stereo
image stands still. Attack and release are the times in which a step of the gain (in dB) goes
from 10 to 90 %.

References
----------
.. [1] D. Giannoulis, M. Massberg, J. D. Reiss, "Digital dynamic range compressor design - a
   tutorial and analysis", JAES 60(6), 2012.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from evalkit.audio import Audio, check_audio
from evalkit.errors import ConfigError
from stimuli.effects.levels import linked_magnitude

_LN_9 = math.log(9.0)  # from 10 to 90 % of an exponential takes ln 9 time constants
_NEPERS_PER_DB = math.log(10.0) / 20


def compress(
    audio: Audio,
    rate_hz: int,
    *,
    threshold_db: float,
    ratio: float,
    attack_s: float,
    release_s: float,
    knee_db: float = 0.0,
    makeup_db: float = 0.0,
) -> Audio:
    """Compress audio.

    Parameters
    ----------
    audio : (samples, channels) float64
    rate_hz : sampling rate
    threshold_db : level of the samples' magnitude above which gain is reduced, dBFS
    ratio : 1 (no compression) to infinity (limiting)
    attack_s, release_s : 10-90 % times of the gain reduction in dB; 0 is instantaneous
    knee_db : width of the soft knee, centred on the threshold
    makeup_db : gain after compression

    Raises
    ------
    ConfigError
        If the ratio is below 1, or a time or the knee is negative.
    """
    audio = check_audio(audio, name="compressor")
    _check(ratio, attack_s=attack_s, release_s=release_s, knee_db=knee_db)
    gain = _gain(
        linked_magnitude(audio),
        threshold_db,
        1 / ratio - 1,
        knee_db,
        _coefficient(attack_s, rate_hz),
        _coefficient(release_s, rate_hz),
        makeup_db,
    )
    return np.asarray(audio * gain[:, None])


def static_level_db(level_db: npt.ArrayLike, *, threshold_db: float, ratio: float, knee_db: float = 0.0) -> Audio:
    """Return the settled output level of a steady input level, both in dB, without make-up."""
    _check(ratio, knee_db=knee_db)
    level = np.asarray(level_db, dtype=np.float64)
    over = level - threshold_db
    inside = np.clip(over + knee_db / 2, 0, knee_db)
    knee = inside**2 / (2 * knee_db) if knee_db > 0 else np.zeros_like(over)
    return np.asarray(level + (1 / ratio - 1) * (knee + np.maximum(over - knee_db / 2, 0)))


def _check(ratio: float, **not_negative: float) -> None:
    if not ratio >= 1:
        raise ConfigError(f"compressor: found a ratio of {ratio:g}, expected at least 1")
    for name, value in not_negative.items():
        if not value >= 0:
            raise ConfigError(f"compressor: found {name} of {value:g}, expected at least 0")


def _coefficient(time_s: float, rate_hz: int) -> float:
    return math.exp(-_LN_9 / (rate_hz * time_s)) if time_s > 0 else 0.0


def _compiled_gain(
    magnitude: npt.NDArray[np.float64],
    threshold_db: float,
    slope: float,
    knee_db: float,
    attack: float,
    release: float,
    makeup_db: float,
) -> npt.NDArray[np.float64]:
    """Return the linear gain of every sample: static curve in dB, then the branching smoother."""
    gain = np.empty_like(magnitude)
    knee_starts = math.exp(_NEPERS_PER_DB * (threshold_db - knee_db / 2))
    makeup = math.exp(_NEPERS_PER_DB * makeup_db)
    smoothed_db = 0.0
    for n in range(magnitude.size):
        wanted_db = 0.0
        if magnitude[n] > knee_starts:
            over_db = math.log(magnitude[n]) / _NEPERS_PER_DB - threshold_db
            if over_db < knee_db / 2:
                wanted_db = slope * (over_db + knee_db / 2) ** 2 / (2 * knee_db)
            else:
                wanted_db = slope * over_db
        coefficient = attack if wanted_db <= smoothed_db else release
        smoothed_db = coefficient * smoothed_db + (1 - coefficient) * wanted_db
        if smoothed_db > -1e-9:  # dB; stops before denormal numbers, which are slow
            smoothed_db = 0.0
        gain[n] = makeup * math.exp(_NEPERS_PER_DB * smoothed_db)
    return gain


_gain = njit(cache=True)(_compiled_gain)
