"""Programme loudness and true peak (ITU-R BS.1770), and matching one to a target.

Mono is never measured as one channel: turn it into two equal channels first
(``evalkit.audio.two_channels``), as it would read 3.01 LU low otherwise.

References
----------
.. [1] ITU-R BS.1770-4, "Algorithms to measure audio programme loudness and true-peak
   audio level", Annex 1 (loudness) and Annex 2 (true peak).
.. [2] B. De Man, filter coefficients of [1] as functions of the sampling rate.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyloudnorm
from scipy import signal

from evalkit.audio import Audio, check_audio
from evalkit.errors import AudioError

BLOCK_S = 0.4
ABSOLUTE_GATE_LUFS = -70.0
MINIMUM_RATE_HZ = 16_000  # warping of the shelf breaks 0.1 LU below it
OVERSAMPLING = 4  # Annex 2: at least four times at 44.1 and 48 kHz


@lru_cache(maxsize=8)
def _meter(rate_hz: int) -> pyloudnorm.Meter:
    return pyloudnorm.Meter(rate_hz, filter_class="DeMan", block_size=BLOCK_S)


def integrated_lufs(audio: Audio, rate_hz: int, *, name: str = "audio") -> float:
    """Measure gated integrated loudness in LUFS [1]_.

    Parameters
    ----------
    audio : (samples, 2) float64
    rate_hz : sampling rate, at least 16 kHz
    name : what to call the audio in an error

    Raises
    ------
    AudioError
        If it is shorter than one 400 ms block, silent (nothing above the absolute gate of
        -70 LUFS), not finite or not stereo.
    """
    audio = check_audio(audio, name=name, channels=2)
    if rate_hz < MINIMUM_RATE_HZ:
        raise AudioError(f"{name}: loudness needs a rate of at least {MINIMUM_RATE_HZ} Hz, found {rate_hz} Hz")
    if audio.shape[0] < BLOCK_S * rate_hz:
        raise AudioError(
            f"{name}: {audio.shape[0] / rate_hz:.3f} s is too short: loudness needs one block of {BLOCK_S:g} s"
        )
    whole_blocks = _whole_hops(audio.shape[0], rate_hz)
    with np.errstate(divide="ignore"):
        value = float(_meter(rate_hz).integrated_loudness(audio[:whole_blocks]))
    if not np.isfinite(value):
        raise AudioError(f"{name}: silent: nothing above the gate of {ABSOLUTE_GATE_LUFS:g} LUFS")
    return value


def _whole_hops(samples: int, rate_hz: int) -> int:
    """Cut to complete 400 ms blocks at a 100 ms hop: only complete blocks count [1]_."""
    block, hop = round(BLOCK_S * rate_hz), round(BLOCK_S * rate_hz / 4)
    return min(samples, block + max(0, (samples - block) // hop) * hop)


def true_peak_dbtp(audio: Audio, *, name: str = "audio") -> float:
    """Measure the true peak in dBTP by fourfold oversampling [1]_.

    Raises
    ------
    AudioError
        If the audio is digital silence or not finite.
    """
    audio = check_audio(audio, name=name)
    sample_peak = float(np.max(np.abs(audio)))
    if sample_peak == 0.0:
        raise AudioError(f"{name}: silent: every sample is zero")
    oversampled = signal.resample_poly(audio, OVERSAMPLING, 1, axis=0)
    return float(20 * np.log10(max(sample_peak, float(np.max(np.abs(oversampled))))))


def match_loudness(audio: Audio, rate_hz: int, *, target_lufs: float = -28.0) -> Audio:
    """Scale audio to a target integrated loudness; every channel gets the same gain.

    Parameters
    ----------
    audio : (samples, 2) float64
    rate_hz : sampling rate
    target_lufs : integrated loudness after scaling, gated as in [1]_

    Raises
    ------
    AudioError
        If no gain reaches the target: too short, silent, not finite.
    """
    gain_db = target_lufs - integrated_lufs(audio, rate_hz)
    return np.asarray(audio * 10 ** (gain_db / 20))
