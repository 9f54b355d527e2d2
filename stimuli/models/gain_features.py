"""What a gain mixer hears of each microphone: level, spectrum, envelope, and its place among the others.

The published gain mixer does not list its features; this list is our choice, of common ones.
Every microphone has the same features and every item the same order of microphones, so that an
item is one row of numbers.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import fft
from scipy.ndimage import minimum_filter1d

from evalkit.audio import Audio, check_audio
from stimuli.effects.spectrogram import power_spectrogram
from stimuli.models.unmixing import active_microphones

Values = npt.NDArray[np.float64]

SILENT = -200.0  # stands for every feature of a silent microphone but its activity, which is 0
FRAME_S = 2048 / 44_100  # frames do not overlap: pooled over a whole item, overlap adds nothing
BLOCK_S = 0.4  # as loudness blocks
ENVELOPE_S = 0.002
ACTIVE_DB = 60.0  # frames below this under the loudest are not pooled
COEFFICIENTS, MEL_BANDS = 13, 40
OCTAVES_HZ = tuple(62.5 * 2**n for n in range(8))
ONSET_RISE_DB, ONSET_FLOOR_DB, ONSET_GAP_S = 9.0, 40.0, 0.05
ONSET_HOPS = 5  # blocks of the envelope in which an onset rises
DECAY_DB = 20.0
_TINY = 1e-12

FEATURE_NAMES = (
    *("rms_db", "peak_db", "crest_db", "level_10_db", "level_50_db", "level_90_db"),
    *("activity", "crossings", "onsets_per_s", "rise_s", "decay_s"),
    *("centroid_khz", "spread_khz", "skewness", "kurtosis", "rolloff_85_khz", "rolloff_95_khz", "flatness_db"),
    *("flux_mean", "flux_sd"),
    *(f"mfcc_{n}_{what}" for what in ("mean", "sd") for n in range(1, COEFFICIENTS + 1)),
    *(f"octave_{hz:g}_db" for hz in OCTAVES_HZ),
    *("level_among_all_db", "largest_correlation"),
    *(f"octave_{hz:g}_share" for hz in OCTAVES_HZ),
)


def feature_row(inputs: Audio, rate_hz: int) -> Values:
    """Return the features of all microphones, one after the other, (microphones * features,)."""
    return features(inputs, rate_hz).ravel()


def features(inputs: Audio, rate_hz: int) -> Values:
    """Measure every microphone, (microphones, features) in the order of :data:`FEATURE_NAMES`.

    Parameters
    ----------
    inputs : (samples, microphones) float64
    rate_hz : sampling rate
    """
    channels = np.ascontiguousarray(check_audio(inputs, name="microphones").T)
    power = np.array([float(channel @ channel) for channel in channels]) / channels.shape[1]
    active = active_microphones(power)
    table = np.full((channels.shape[0], len(FEATURE_NAMES)), SILENT)
    table[:, FEATURE_NAMES.index("activity")] = 0.0
    octaves = np.zeros((channels.shape[0], len(OCTAVES_HZ)))
    own: dict[int, list[float]] = {}
    for index in np.flatnonzero(active):
        channel = channels[index]
        spectrum_features, octaves[index], activity = _spectral(channel, rate_hz)
        own[index] = [*_levels(channel, rate_hz), activity, _crossings(channel), *_envelope(channel, rate_hz)]
        own[index] += spectrum_features
    correlation = _largest_correlations(channels, active)
    for index, first in own.items():
        inside = octaves[index] / max(float(octaves[index].sum()), _TINY)
        shares = octaves[index] / np.maximum(octaves.sum(axis=0), _TINY)
        among = _db(power[index] / power[active].sum())
        table[index] = [*first, *_db(inside), among, correlation[index], *shares]
    return table


def _levels(channel: Values, rate_hz: int) -> list[float]:
    power = float(np.mean(channel**2))
    peak = float(np.max(np.abs(channel)))
    size = min(round(BLOCK_S * rate_hz), channel.size)
    blocks = channel[: channel.size // size * size].reshape(-1, size)
    percentiles = np.percentile(_db(np.mean(blocks**2, axis=1)), [10, 50, 90])
    return [float(_db(power)), float(_db(peak**2)), float(_db(peak**2 / power)), *percentiles]


def _crossings(channel: Values) -> float:
    return float(np.mean(np.diff(np.signbit(channel)))) if channel.size > 1 else 0.0


def _envelope(channel: Values, rate_hz: int) -> list[float]:
    """Return onsets per second, mean rise time (10 to 90 %) and mean time to fall by 20 dB."""
    size = max(1, round(ENVELOPE_S * rate_hz))
    whole = max(1, channel.size // size)
    peaks = np.abs(channel[: whole * size]).reshape(whole, -1).max(axis=1)
    level = _db(peaks**2)
    gap = round(ONSET_GAP_S / ENVELOPE_S)
    before = minimum_filter1d(level, ONSET_HOPS, origin=ONSET_HOPS // 2)  # of this block and those before it
    candidates = np.flatnonzero((level - before > ONSET_RISE_DB) & (level > level.max() - ONSET_FLOOR_DB))
    rises, falls = [], []
    end = -gap
    for start in candidates:
        if start < end:
            continue
        end = start + gap
        top = start + int(np.argmax(peaks[start:end]))
        early = peaks[max(0, top - gap) : top + 1]
        rises.append(np.count_nonzero((early > 0.1 * peaks[top]) & (early < 0.9 * peaks[top])))
        fallen = level[top : top + 500] < level[top] - DECAY_DB
        falls.append(int(np.argmax(fallen)) if fallen.any() else fallen.size)
    mean = [float(np.mean(times)) * ENVELOPE_S if times else 0.0 for times in (rises, falls)]
    return [len(rises) / (channel.size / rate_hz), *mean]


def _spectral(channel: Values, rate_hz: int) -> tuple[list[float], Values, float]:
    """Return features of the spectrum, energy by octave, and the share of active frames."""
    size = 2 * round(FRAME_S * rate_hz / 2)
    power = power_spectrogram(channel, size=size, hop=size).astype(np.float64)
    total = power.sum(axis=1)
    active = total > total.max() * 10 ** (-ACTIVE_DB / 10)
    power, total = power[active], total[active]
    khz = np.arange(power.shape[1]) * rate_hz / size / 1000
    moments = power @ np.stack([khz, khz**2, khz**3, khz**4], axis=1) / total[:, None]
    centroid = moments[:, 0]
    variance = np.maximum(moments[:, 1] - centroid**2, 1e-9)
    third = moments[:, 2] - 3 * centroid * moments[:, 1] + 2 * centroid**3
    fourth = moments[:, 3] - 4 * centroid * moments[:, 2] + 6 * centroid**2 * moments[:, 1] - 3 * centroid**4
    cumulative = np.cumsum(power, axis=1) / total[:, None]
    rolloffs = [float(khz[np.argmax(cumulative >= share, axis=1)].mean()) for share in (0.85, 0.95)]
    shape = np.sqrt(power / total[:, None])
    flux = np.sqrt(np.sum(np.diff(shape, axis=0, prepend=shape[:1]) ** 2, axis=1))
    mel = power @ _mel_bank(power.shape[1], rate_hz, size) + _TINY * total[:, None]
    flatness = _db(mel).mean(axis=1) - _db(mel.mean(axis=1))
    mel = np.log(mel)
    cepstrum = fft.dct(mel, axis=1, norm="ortho")[:, 1 : COEFFICIENTS + 1]
    edges = np.searchsorted(khz, [hz / 1000 / 2**0.5 for hz in (*OCTAVES_HZ, 2 * OCTAVES_HZ[-1])])
    spectrum = power.sum(axis=0)
    octaves = np.array([spectrum[low:high].sum() for low, high in pairwise(edges)])
    found = [
        float(centroid.mean()),
        float(np.sqrt(variance).mean()),
        float((third / variance**1.5).mean()),
        float((fourth / variance**2).mean()),
        *rolloffs,
        float(flatness.mean()),
        float(flux.mean()),
        float(flux.std()),
        *cepstrum.mean(axis=0),
        *cepstrum.std(axis=0),
    ]
    return found, octaves, float(active.mean())


@lru_cache(maxsize=4)
def _mel_bank(bins: int, rate_hz: int, size: int) -> Values:
    """Return triangular bands, equally spaced on the mel scale from 20 Hz, (bins, bands)."""
    highest = min(16_000.0, rate_hz / 2)
    mels = np.linspace(*(2595 * np.log10(1 + np.array([20.0, highest]) / 700)), MEL_BANDS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    hz = np.arange(bins)[:, None] * rate_hz / size
    rising = (hz - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - hz) / np.diff(edges)[1:]
    return np.asarray(np.clip(np.minimum(rising, falling), 0, None))


def _largest_correlations(channels: Values, active: npt.NDArray[np.bool_]) -> Values:
    """Return each microphone's largest correlation coefficient with another one: how much they share."""
    found = np.zeros(channels.shape[0])
    heard = channels[active]
    mean = heard.mean(axis=1)
    covariance = heard @ heard.T - channels.shape[1] * np.outer(mean, mean)
    norms = np.sqrt(np.maximum(np.diag(covariance), _TINY))
    correlation = np.abs(covariance / np.outer(norms, norms))
    np.fill_diagonal(correlation, 0.0)
    found[active] = correlation.max(axis=1, initial=0.0)
    return found


def _db(power: npt.ArrayLike) -> Values:
    return np.asarray(10 * np.log10(np.maximum(power, _TINY)))
