"""Loudness of one track of many: gated where that is defined, else over the whole.

A finished mix that is too short or too quiet for the gate of BS.1770 is an error; a single microphone
of a sound recording may be either, and still needs a level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyloudnorm

from evalkit.audio import Audio, check_audio
from evalkit.errors import AudioError
from evalkit.loudness import integrated_lufs

OFFSET_LU = -0.691  # BS.1770-4, Annex 1, eq. 2


ROUNDS = 8  # a gain moves blocks across the absolute gate; two or three rounds are usual
CLOSE_LU = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackLoudness:
    """Loudness in LUFS, and whether the gate of BS.1770 decided which blocks count."""

    lufs: float
    gated: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackGain:
    """Linear gain to a loudness, and whether that loudness is gated."""

    gain: float
    gated: bool


def gain_to(audio: Audio, rate_hz: int, lufs: float) -> TrackGain:
    """Return the gain that makes a track as loud as asked, measured after it.

    Parameters
    ----------
    audio : (samples, 2) float64
    rate_hz : sampling rate
    lufs : loudness after the gain

    Raises
    ------
    AudioError
        If every sample is zero.
    """
    gain = 10 ** ((lufs - ungated_lufs(audio, rate_hz)) / 20)
    for _ in range(ROUNDS):
        found = track_lufs(gain * audio, rate_hz)
        gain *= 10 ** ((lufs - found.lufs) / 20)
        if abs(lufs - found.lufs) < CLOSE_LU:
            break
    return TrackGain(gain=gain, gated=found.gated)


def track_lufs(audio: Audio, rate_hz: int) -> TrackLoudness:
    """Measure gated loudness, or ungated if the audio is too short or too quiet for the gate.

    Parameters
    ----------
    audio : (samples, 2) float64
    rate_hz : sampling rate

    Raises
    ------
    AudioError
        If every sample is zero.
    """
    if not audio.any():
        raise AudioError("track loudness: silent: every sample is zero")
    try:
        return TrackLoudness(lufs=integrated_lufs(audio, rate_hz), gated=True)
    except AudioError:
        return TrackLoudness(lufs=ungated_lufs(audio, rate_hz), gated=False)


def ungated_lufs(audio: Audio, rate_hz: int) -> float:
    """Measure the loudness of all samples alike: frequency-weighted mean power, no blocks and no gates.

    Parameters
    ----------
    audio : (samples, 2) float64, not silent
    rate_hz : sampling rate
    """
    weighted = check_audio(audio, name="track loudness", channels=2).T
    # Annex 1's two filters as functions of the rate (De Man): gain in dB, Q, frequency
    for gain_db, q, frequency_hz, kind in (
        (3.99984385397, 0.7071752369554193, 1681.9744509555319, "high_shelf_DeMan"),
        (0.0, 0.5003270373253953, 38.13547087613982, "high_pass_DeMan"),
    ):
        weighted = pyloudnorm.IIRfilter(gain_db, q, frequency_hz, rate_hz, kind).apply_filter(weighted)
    power = float(np.mean(weighted**2, axis=1).sum())
    return OFFSET_LU + 10 * math.log10(max(power, 1e-30))
