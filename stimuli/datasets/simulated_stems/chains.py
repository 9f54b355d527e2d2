"""The engineer's chain of each class: equaliser, compressor, saturation, position. Fixed in a version.

The saturation works at four times the rate, so that the partials that it adds do not fold back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import signal

from evalkit.audio import Audio
from stimuli.datasets.simulated.chains import Band, Compression
from stimuli.datasets.simulated_stems.instruments import Signal
from stimuli.datasets.simulated_stems.version import RATE_HZ
from stimuli.effects import filters
from stimuli.effects.compressor import compress
from stimuli.effects.panning import constant_power

OVERSAMPLING = 4
WORKING_RMS = 0.1  # what a stem is brought to before its chain: thresholds mean the same in every song
STEM_PEAK = 0.7


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """Equaliser, compressor, drive into a soft limit in dB, equaliser after it, pan from -1 (left) to 1."""

    before: tuple[Band, ...]
    compression: Compression
    drive_db: float
    after: tuple[Band, ...]
    pan: float


CHAINS: Mapping[str, Chain] = {
    "bass": Chain(
        before=(Band("high_pass", 35), Band("low_shelf", 90, 4), Band("bell", 320, -6, 1.0)),
        compression=Compression(threshold_db=-24, ratio=5, attack_s=0.012, release_s=0.15, makeup_db=6),
        drive_db=10,
        after=(Band("bell", 900, 5, 0.8), Band("high_shelf", 4000, -8)),
        pan=0.0,
    ),
    "guitar": Chain(
        before=(Band("high_pass", 110), Band("bell", 420, -5, 1.0)),
        compression=Compression(threshold_db=-22, ratio=3, attack_s=0.015, release_s=0.18, makeup_db=4),
        drive_db=6,
        after=(Band("bell", 2800, 5, 0.8), Band("high_shelf", 7000, 5)),
        pan=-0.35,
    ),
    "keys": Chain(
        before=(Band("high_pass", 90), Band("low_shelf", 250, -5)),
        compression=Compression(threshold_db=-24, ratio=2.5, attack_s=0.02, release_s=0.25, makeup_db=4),
        drive_db=4,
        after=(Band("bell", 1800, 4, 0.7), Band("high_shelf", 6000, 6)),
        pan=0.3,
    ),
    "vocal": Chain(
        before=(Band("high_pass", 130), Band("bell", 380, -5, 0.9)),
        compression=Compression(threshold_db=-26, ratio=4, attack_s=0.004, release_s=0.12, makeup_db=8),
        drive_db=5,
        after=(Band("bell", 3500, 5, 0.8), Band("high_shelf", 9000, 7)),
        pan=0.0,
    ),
}


def process(raw: Signal, chain: Chain) -> Audio:
    """Make a stem (samples, 2) of the sum of its raw recordings (samples,), which is not silent."""
    audio = raw[:, None] * (WORKING_RMS / np.sqrt(np.mean(raw**2)))
    audio = _equalised(audio, chain.before)
    setting = chain.compression
    audio = compress(
        audio,
        RATE_HZ,
        threshold_db=setting.threshold_db,
        ratio=setting.ratio,
        attack_s=setting.attack_s,
        release_s=setting.release_s,
        knee_db=setting.knee_db,
        makeup_db=setting.makeup_db,
    )
    audio = _equalised(_saturated(audio, chain.drive_db), chain.after)
    audio *= STEM_PEAK / np.max(np.abs(audio))
    return np.asarray(audio * np.array(constant_power(chain.pan)))


def _equalised(audio: Audio, bands: tuple[Band, ...]) -> Audio:
    sections = {
        "bell": lambda band: filters.peaking(band.frequency_hz, band.gain_db, band.q, RATE_HZ),
        "low_shelf": lambda band: filters.low_shelf(band.frequency_hz, band.gain_db, RATE_HZ),
        "high_shelf": lambda band: filters.high_shelf(band.frequency_hz, band.gain_db, RATE_HZ),
        "high_pass": lambda band: filters.high_pass(band.frequency_hz, RATE_HZ),
    }
    return filters.apply(np.concatenate([sections[band.shape](band) for band in bands]), audio)


def _saturated(audio: Audio, drive_db: float) -> Audio:
    """Bend peaks softly: tanh of the audio times the drive, small signals at unity gain."""
    drive = 10 ** (drive_db / 20)
    fine = signal.resample_poly(audio, OVERSAMPLING, 1, axis=0)
    return np.asarray(signal.resample_poly(np.tanh(drive * fine) / drive, 1, OVERSAMPLING, axis=0))
