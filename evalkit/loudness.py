"""Programme loudness, its course and range, and true peak; matching one loudness to a target.

Mono is never measured as one channel: turn it into two equal channels first
(``evalkit.audio.two_channels``), as it would read 3.01 LU low otherwise.

References
----------
.. [1] ITU-R BS.1770-4, "Algorithms to measure audio programme loudness and true-peak
   audio level", Annex 1 (loudness) and Annex 2 (true peak).
.. [2] B. De Man, filter coefficients of [1] as functions of the sampling rate.
.. [3] EBU Tech 3341, "Loudness metering: EBU mode" (momentary and short-term loudness).
.. [4] EBU Tech 3342, "Loudness range: a measure to supplement EBU R 128".
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyloudnorm
from scipy import signal

from evalkit.audio import Audio, check_audio
from evalkit.errors import AudioError

BLOCK_S = 0.4
SHORT_TERM_S = 3.0
RANGE_S = 10.0  # three windows of 3 s side by side and some: in less, percentiles are those of a single slope
HOP_S = 0.1
SURROUND = (1.0, 1.0, 1.0, 1.41, 1.41)  # weights of L, R, C, Ls, Rs [1]; the low-frequency channel is left out before
ABSOLUTE_GATE_LUFS = -70.0
RANGE_GATE_LU = -20.0  # relative to the mean of what passed the absolute gate [4]
RANGE_PERCENTILES = (10, 95)
MINIMUM_RATE_HZ = 16_000  # warping of the shelf breaks 0.1 LU below it
OVERSAMPLING = 4  # Annex 2: at least four times at 44.1 and 48 kHz
PEAK_REACH, PEAK_BLOCK = 10, 2048  # samples: of the interpolation filter to either side, and oversampled at once


@lru_cache(maxsize=8)
def _meter(rate_hz: int) -> pyloudnorm.Meter:
    return pyloudnorm.Meter(rate_hz, filter_class="DeMan", block_size=BLOCK_S)


def integrated_lufs(audio: Audio, rate_hz: int, *, name: str = "audio") -> float:
    """Measure gated integrated loudness in LUFS [1]_.

    Parameters
    ----------
    audio : (samples, 2) float64, or (samples, 5) as L, R, C, Ls, Rs
    rate_hz : sampling rate, at least 16 kHz
    name : what to call the audio in an error

    Raises
    ------
    AudioError
        If it is shorter than one 400 ms block, silent (nothing above the absolute gate of
        -70 LUFS), not finite, or neither stereo nor of five channels.
    """
    audio = _measurable(audio, rate_hz, BLOCK_S, name=name)
    whole_blocks = _whole_hops(audio.shape[0], rate_hz)
    with np.errstate(divide="ignore"):
        value = float(_meter(rate_hz).integrated_loudness(audio[:whole_blocks]))
    if not np.isfinite(value):
        raise AudioError(f"{name}: silent: nothing above the gate of {ABSOLUTE_GATE_LUFS:g} LUFS")
    return value


def _measurable(audio: Audio, rate_hz: int, window_s: float, *, name: str) -> Audio:
    surround = np.ndim(audio) == 2 and np.shape(audio)[1] == len(SURROUND)
    audio = check_audio(audio, name=name, channels=len(SURROUND) if surround else 2)
    if rate_hz < MINIMUM_RATE_HZ:
        raise AudioError(f"{name}: loudness needs a rate of at least {MINIMUM_RATE_HZ} Hz, found {rate_hz} Hz")
    if audio.shape[0] < window_s * rate_hz:
        raise AudioError(f"{name}: {audio.shape[0] / rate_hz:.3f} s is too short: expected {window_s:g} s or more")
    return audio


def _whole_hops(samples: int, rate_hz: int) -> int:
    """Cut to complete 400 ms blocks at a 100 ms hop: only complete blocks count [1]_."""
    block, hop = round(BLOCK_S * rate_hz), round(BLOCK_S * rate_hz / 4)
    return min(samples, block + max(0, (samples - block) // hop) * hop)


def momentary_lufs(audio: Audio, rate_hz: int, *, hop_s: float = HOP_S, name: str = "audio") -> npt.NDArray[np.float64]:
    """Measure momentary loudness in LUFS, (windows,): 400 ms each, a hop apart, not gated [3]_.

    Parameters
    ----------
    audio : (samples, 2) float64
    rate_hz : sampling rate, at least 16 kHz
    hop_s : from window to window, a whole part of 400 ms; bursts as short as a window need 10 ms
    name : what to call the audio in an error

    Returns
    -------
    Loudness of every complete window; ``-inf`` where every sample is zero.

    Raises
    ------
    AudioError
        If it is shorter than one window, not finite or not stereo.
    """
    return _sliding_lufs(audio, rate_hz, BLOCK_S, hop_s, name=name)


def short_term_lufs(
    audio: Audio, rate_hz: int, *, hop_s: float = HOP_S, name: str = "audio"
) -> npt.NDArray[np.float64]:
    """Measure short-term loudness in LUFS: as :func:`momentary_lufs`, in windows of 3 s [3]_."""
    return _sliding_lufs(audio, rate_hz, SHORT_TERM_S, hop_s, name=name)


def loudness_range_lu(audio: Audio, rate_hz: int, *, name: str = "audio") -> float:
    """Measure loudness range in LU: the spread of gated short-term loudness [4]_.

    Parameters
    ----------
    audio : (samples, 2) float64, at least 10 s; of much less than a minute it is a rough figure, as
        windows of 3 s have little to vary over, and of an excerpt of 3 to 10 s it is not one of the programme:
        windows that overlap read 0 to 8 LU of one signal, as its length has it
    rate_hz : sampling rate, at least 16 kHz
    name : what to call the audio in an error

    Raises
    ------
    AudioError
        If it is shorter than 10 s, silent (no window above -70 LUFS), not finite or not stereo.
    """
    _measurable(audio, rate_hz, RANGE_S, name=name)
    course = short_term_lufs(audio, rate_hz, name=name)
    audible = course[course >= ABSOLUTE_GATE_LUFS]
    if audible.size == 0:
        raise AudioError(f"{name}: silent: nothing above the gate of {ABSOLUTE_GATE_LUFS:g} LUFS")
    mean_lufs = 10 * np.log10(np.mean(10 ** (audible / 10)))
    kept = np.sort(audible[audible >= mean_lufs + RANGE_GATE_LU])
    low, high = (kept[int(np.floor((kept.size - 1) * percent / 100 + 0.5))] for percent in RANGE_PERCENTILES)
    return float(high - low)


def _sliding_lufs(audio: Audio, rate_hz: int, window_s: float, hop_s: float, *, name: str) -> npt.NDArray[np.float64]:
    """Sum K-weighted energy by hop, then over the hops of each complete window."""
    audio = _measurable(audio, rate_hz, window_s, name=name)
    weighted = signal.sosfilt(_k_weighting(rate_hz), audio, axis=0)
    energy = weighted**2 @ np.array(SURROUND if audio.shape[1] == len(SURROUND) else (1.0, 1.0))
    hops = round(window_s / hop_s)
    edges = np.round(np.arange(int(audio.shape[0] / (hop_s * rate_hz) + 1e-9) + 1) * hop_s * rate_hz).astype(np.int64)
    by_hop = np.add.reduceat(energy[: edges[-1]], edges[:-1])
    windows = np.lib.stride_tricks.sliding_window_view(by_hop, hops).sum(axis=1)
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(windows / (edges[hops:] - edges[:-hops])))


@lru_cache(maxsize=8)
def _k_weighting(rate_hz: int) -> npt.NDArray[np.float64]:
    """Return both stages of the weighting [2]_ as second-order sections, (2, 6)."""
    return np.array([[*stage.b, *stage.a] for stage in _meter(rate_hz)._filters.values()])


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
    return float(20 * np.log10(max(sample_peak, _interpolated_peak(audio, sample_peak))))


def _interpolated_peak(audio: Audio, sample_peak: float) -> float:
    """Return the largest magnitude of the oversampled audio, or less than the sample peak if that is larger.

    No value between samples exceeds the largest sample in the filter's reach times the filter's gain to the worst
    of signals, so that quiet stretches need no oversampling: those that could hold the peak are taken in falling
    order, until none is left that could exceed what was found.
    """
    taps = signal.firwin(2 * PEAK_REACH * OVERSAMPLING + 1, 1 / OVERSAMPLING, window=("kaiser", 5.0))
    largest_gain = max(float(np.abs(OVERSAMPLING * taps[phase::OVERSAMPLING]).sum()) for phase in range(OVERSAMPLING))
    starts = np.arange(0, audio.shape[0], PEAK_BLOCK)
    within = np.maximum.reduceat(np.abs(audio).max(axis=1), starts)
    padded = np.pad(within, 1)
    possible = largest_gain * np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    found = sample_peak
    for block in np.argsort(-possible):
        if possible[block] <= found:
            break
        first = max(0, starts[block] - PEAK_REACH)
        piece = audio[first : starts[block] + PEAK_BLOCK + PEAK_REACH]
        dense = signal.upfirdn(OVERSAMPLING * taps, piece, up=OVERSAMPLING, axis=0)
        skipped = OVERSAMPLING * (PEAK_REACH + starts[block] - first)
        inside = dense[skipped : skipped + OVERSAMPLING * min(PEAK_BLOCK, audio.shape[0] - starts[block])]
        found = max(found, float(np.max(np.abs(inside))))
    return found


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
