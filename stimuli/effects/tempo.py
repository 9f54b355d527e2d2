"""A small tempo tracker for drums: spectral flux, weighted autocorrelation, dynamic programming.

Onsets are rises of the logarithmic spectrum summed over bands [1]_; a first tempo is the lag at which
the onset curve best repeats itself once, twice, three and four times, favouring the tempi that
people tap [2]_. Beats are the path through the strongest onsets whose distances keep nearest to it
[3]_. Where their median distance differs from the lag, it is the tempo: drummers who speed up or
slow down have no lag at which all repeats. A tempo may come out twice or half as fast as notated,
and beats may fall between those notated, as with any tracker.

Within 1 % is promised from 92 to 150 BPM. Faster playing may come out at two thirds, where three beats repeat
as well as two and the slower is what people would tap: simulated phrases at 152.7 and 156.8 BPM do. The
manifest's ``tempo_bpm`` stands above the estimate wherever it is given.

References
----------
.. [1] S. Dixon, "Onset detection revisited", DAFx 2006.
.. [2] D. Moelants, "Preferred tempo reconsidered", ICMPC 2002: a resonance near 120 BPM.
.. [3] D. P. W. Ellis, "Beat tracking by dynamic programming", J. New Music Research 36(1), 2007.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import signal

from evalkit.audio import Audio, check_audio
from evalkit.errors import AudioError
from stimuli.effects.spectrogram import power_spectrogram

SLOWEST_BPM, FASTEST_BPM = 55.0, 215.0
PREFERRED_BPM = 118.0  # middle of 92 and 150 BPM on a logarithmic scale, and within [2]
PREFERENCE_OCTAVES = 0.7  # standard deviation of the preference
REPEAT_WEIGHTS = {1: 1.0, 2: 1.0, 3: 0.5, 4: 1.5}  # a bar of four beats repeats best, three beats least
HOP_S = 0.005
WINDOW_S = 0.046
BANDS_HZ = (30.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 12_800.0)
COMPRESSION_DB = 60.0  # rises below this under a band's maximum do not count
LOCAL_MEAN_S = 0.5
SHORTEST_S = 1.5
TIGHTNESS = 100.0  # [3]: cost of a squared logarithmic deviation, in standard deviations of the onset curve
SPAN_BEATS = 4  # over which distances of beats are taken: onsets are jittered, and a bar has four
STEADY, LOST = 0.005, 0.1  # nearer to it than this, the lag is the finer; farther, the path has lost the beat

Curve = npt.NDArray[np.float64]


def estimate_tempo_bpm(audio: Audio, rate_hz: int) -> float:
    """Estimate the tempo in beats per minute, one value for the whole.

    Parameters
    ----------
    audio : (samples, channels) float64, at least 1.5 s; channels are averaged
    rate_hz : sampling rate

    Raises
    ------
    AudioError
        If it is too short or has no onsets that repeat.
    """
    curve, hop_s = _checked_onset_curve(audio, rate_hz)
    lag = _best_lag(curve, hop_s)
    beats = _beat_path(curve, lag)
    if beats.size > SPAN_BEATS:
        distance = float(np.median(beats[SPAN_BEATS:] - beats[:-SPAN_BEATS])) / SPAN_BEATS
        if STEADY < abs(distance / lag - 1) < LOST:
            lag = distance
    return 60 / (lag * hop_s)


def estimate_beats_s(audio: Audio, rate_hz: int) -> Curve:
    """Return the times of the beats in seconds, ascending, to the nearest 5 ms; otherwise as the tempo."""
    curve, hop_s = _checked_onset_curve(audio, rate_hz)
    return np.asarray(_beat_path(curve, _best_lag(curve, hop_s)) * hop_s)


def onset_curve(audio: Audio, rate_hz: int) -> tuple[Curve, float]:
    """Return the onset strength and its hop in seconds: rises of band levels, less their local mean."""
    hop, size = round(HOP_S * rate_hz), round(WINDOW_S * rate_hz)
    power = power_spectrogram(audio.mean(axis=1), size=size, hop=hop)
    edges = np.ceil(np.array([edge for edge in BANDS_HZ if edge < rate_hz / 2]) * size / rate_hz).astype(int)
    bands = np.add.reduceat(power, edges, axis=1).T
    loudest = np.maximum(bands.max(axis=1, keepdims=True), 1e-20)
    level_db = 10 * np.log10(np.maximum(bands / loudest, 10 ** (-COMPRESSION_DB / 10)))
    rise = np.maximum(np.diff(level_db, axis=1, prepend=level_db[:, :1]), 0).sum(axis=0)
    width = 2 * round(LOCAL_MEAN_S / HOP_S / 2) + 1
    mean = np.convolve(rise, np.ones(width) / width, mode="same")
    return np.maximum(rise - mean, 0), hop / rate_hz


def _checked_onset_curve(audio: Audio, rate_hz: int) -> tuple[Curve, float]:
    audio = check_audio(audio, name="tempo")
    if audio.shape[0] < SHORTEST_S * rate_hz:
        raise AudioError(
            f"tempo: {audio.shape[0] / rate_hz:.2f} s is too short to find a tempo, expected {SHORTEST_S:g} s "
            "or a tempo_bpm in the manifest"
        )
    return onset_curve(audio, rate_hz)


def _best_lag(curve: Curve, hop_s: float) -> float:
    """Return the distance of beats in hops at which the whole curve repeats best."""
    longest = min(math.floor(60 / SLOWEST_BPM / hop_s), curve.size // 2)
    shortest = math.ceil(60 / FASTEST_BPM / hop_s)
    repeats = _repeats(curve, 4 * longest)
    lags = np.arange(shortest, longest + 1)
    preference = np.exp(-0.5 * (np.log2(60 / (lags * hop_s) / PREFERRED_BPM) / PREFERENCE_OCTAVES) ** 2)
    comb = np.sum([weight * _peak_near(repeats, lags * k, k) for k, weight in REPEAT_WEIGHTS.items()], axis=0)
    score = comb * preference
    best = int(np.argmax(score))
    if not score[best] > 0:
        raise AudioError("tempo: no onsets that repeat; give the item a tempo_bpm in the manifest")
    return _refined_lag(repeats, int(lags[best]))


def _beat_path(curve: Curve, lag: float) -> npt.NDArray[np.int64]:
    """Return the frames of the beats: the path of the largest sum of onsets less deviations from the lag [3]_."""
    strength = curve / max(float(curve.std()), 1e-12)
    distances = np.arange(round(lag / 2), round(2 * lag) + 1)
    cost = TIGHTNESS * np.log(distances / lag) ** 2
    total, before = strength.copy(), np.full(curve.size, -1)
    for now in range(distances[0], curve.size):
        reach = distances[: np.searchsorted(distances, now, side="right")]
        gain = total[now - reach] - cost[: reach.size]
        best = int(np.argmax(gain))
        if gain[best] > 0:
            total[now] += gain[best]
            before[now] = now - reach[best]
    last = max(0, curve.size - round(lag))
    beat = last + int(np.argmax(total[last:]))
    path = []
    while beat >= 0:
        path.append(beat)
        beat = int(before[beat])
    return np.array(path[::-1])


def _repeats(curve: Curve, longest: int) -> Curve:
    """Return the autocorrelation per overlapping sample, 1 at lag 0; zero where too little overlaps."""
    found = signal.correlate(curve, curve, method="fft")[curve.size - 1 :]
    overlap = curve.size - np.arange(curve.size)
    found = np.where(overlap >= curve.size / 4, found / overlap, 0.0)
    smooth = np.convolve(found, [0.25, 0.5, 0.25], mode="same")
    out = np.zeros(longest + 8)
    out[: min(out.size, smooth.size)] = smooth[: out.size]
    return out / out[0] if out[0] > 0 else out


def _peak_near(repeats: Curve, lags: npt.NDArray[np.int64], reach: int) -> Curve:
    """Return the largest value within ``reach`` lags: a beat need not be a whole number of hops."""
    around = lags[:, None] + np.arange(-reach + 1, reach)
    return np.asarray(repeats[np.clip(around, 0, repeats.size - 1)].max(axis=1))


def _refined_lag(repeats: Curve, lag: int) -> float:
    """Follow the peak to twice, three and four times the lag, where a hop is a smaller part of it."""
    beat = _vertex(repeats, lag, 1)
    for times in (2, 3, 4):
        centre = round(beat * times)
        if centre + times + 1 >= repeats.size:
            break
        peak = _vertex(repeats, centre, 2)
        if repeats[round(peak)] < 0.3 * repeats[lag]:
            break
        beat = peak / times
    return beat


def _vertex(repeats: Curve, centre: int, reach: int) -> float:
    """Return the position of the maximum near a lag, between lags by a parabola."""
    low = max(centre - reach, 1)
    peak = low + int(np.argmax(repeats[low : centre + reach + 1]))
    left, middle, right = repeats[peak - 1 : peak + 2]
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return peak + float(np.clip(shift, -0.5, 0.5))
