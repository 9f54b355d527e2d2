"""A compressor that sets itself from the audio: drum bus rules after Moffat and Sandler [1]_.

The rules are those that the authors describe and released as a program; their program's slips
(a linear threshold where decibels are meant, a tail that is never found, no tempo) are mended,
and settings are kept within limits. Threshold: RMS. Ratio: crest factor. Attack: mean length of
the tails. Release: what remains of a beat, so that attack and release fill it. The whole
excerpt is measured instead of its last three seconds, as nothing here runs in real time.

References
----------
.. [1] D. Moffat, M. B. Sandler, "Adaptive ballistics control of dynamic range compression for
   percussive tracks", AES 145th Convention, 2018.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import fft

from evalkit.audio import Audio, check_audio
from evalkit.errors import ConfigError
from stimuli.effects.compressor import compress, static_level_db
from stimuli.effects.levels import rms_and_crest

TAIL_RANGE_DB = 20.0  # a tail lasts while the envelope is within this of its maximum
SHORTEST_RUN_S = 100 / 44_100  # 100 samples in the released program
SHORTEST_TAIL_S = 0.1
# limits of the settings: ours
RATIO_LIMITS = (1.0, 20.0)
KNEE_LIMITS_DB = (0.0, 20.0)
ATTACK_LIMITS_S = (0.001, 0.5)
RELEASE_LIMITS_S = (0.02, 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class CompressorSettings:
    """What the rules decided, and the measures that they decided by."""

    rms_dbfs: float
    crest: float
    tail_s: float
    tempo_bpm: float
    threshold_db: float
    ratio: float
    attack_s: float
    release_s: float
    knee_db: float
    makeup_db: float


def as_described(audio: Audio, rate_hz: int, *, tempo_bpm: float) -> tuple[Audio, CompressorSettings]:
    """Compress a drum mix as the rules describe; make-up leaves a steady 0 dBFS where it was.

    Parameters
    ----------
    audio : (samples, channels) float64; all channels get the same gain
    rate_hz : sampling rate
    tempo_bpm : tempo in beats per minute

    Raises
    ------
    AudioError
        If the audio is silent or not finite.
    """
    settings = settings_as_described(audio, rate_hz, tempo_bpm=tempo_bpm)
    compressed = compress(
        audio,
        rate_hz,
        threshold_db=settings.threshold_db,
        ratio=settings.ratio,
        attack_s=settings.attack_s,
        release_s=settings.release_s,
        knee_db=settings.knee_db,
        makeup_db=settings.makeup_db,
    )
    return compressed, settings


def settings_as_described(audio: Audio, rate_hz: int, *, tempo_bpm: float) -> CompressorSettings:
    """Measure audio and return the settings that the rules give it."""
    if not tempo_bpm > 0:
        raise ConfigError(f"automatic compressor: found a tempo of {tempo_bpm:g} BPM, expected above 0")
    audio = check_audio(audio, name="automatic compressor")
    rms, crest = rms_and_crest(audio, name="automatic compressor")
    tail_s = mean_tail_s(audio, rate_hz)
    threshold_db = 20 * math.log10(rms)
    ratio = _within(crest, RATIO_LIMITS)
    attack_s = _within(tail_s, ATTACK_LIMITS_S)
    release_s = _within(60 / tempo_bpm - tail_s, RELEASE_LIMITS_S)
    knee_db = _within(attack_s / release_s * crest, KNEE_LIMITS_DB)
    makeup_db = -float(static_level_db(0.0, threshold_db=threshold_db, ratio=ratio, knee_db=knee_db))
    return CompressorSettings(
        rms_dbfs=threshold_db,
        crest=crest,
        tail_s=tail_s,
        tempo_bpm=tempo_bpm,
        threshold_db=threshold_db,
        ratio=ratio,
        attack_s=attack_s,
        release_s=release_s,
        knee_db=knee_db,
        makeup_db=makeup_db,
    )


def mean_tail_s(audio: Audio, rate_hz: int) -> float:
    """Return how long the envelope stays within 20 dB of its maximum, on average; at least 0.1 s."""
    envelope = np.max([_envelope(audio[:, channel]) for channel in range(audio.shape[1])], axis=0)
    inside = envelope > envelope.max() * 10 ** (-TAIL_RANGE_DB / 20)
    edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0))
    runs = (edges[1::2] - edges[::2]) / rate_hz
    runs = runs[runs > SHORTEST_RUN_S]
    return max(SHORTEST_TAIL_S, float(runs.mean()) if runs.size else 0.0)


def _envelope(channel: Audio) -> Audio:
    """Return the magnitude of the analytic signal."""
    size = fft.next_fast_len(channel.size)
    spectrum = fft.fft(channel, size)
    spectrum[1 : (size + 1) // 2] *= 2
    spectrum[size // 2 + 1 :] = 0
    return np.asarray(np.abs(fft.ifft(spectrum)[: channel.size]))


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
