"""Colour of a mix: where its spectrum lies and how it is shaped, and the distance of long-term spectra.

The features are means over audible frames of 2048 samples, of the mean power of left and right.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analysis.metrics import Measure, Status, Value
from analysis.sound import FRAME, Power, Sound, octave_parts

ROLLOFF_SHARE = 0.85
CONTRAST_LOW_HZ, CONTRAST_OCTAVES, CONTRAST_SHARE = 200.0, 6, 0.02
POWER_FLOOR = 1e-10
LTAS_SIZE = 8192  # bins of 5 Hz resolve a third of an octave from 40 Hz on
LTAS_HZ = (40.0, 18_000.0)
LTAS_FLOOR = 1e-10  # -100 dB below the whole: an empty band is no further away


def _measure(name: str, label: str, unit: str, reference: str, digits: int) -> Measure:
    return Measure(
        name=name,
        label=label,
        unit=unit,
        direction="none",
        needs_reference=False,
        reference=reference,
        oracle="librosa",
        digits=digits,
    )


CENTROID = _measure("spectral_centroid", "Centroid", "Hz", "Mean frequency, weighted by magnitude, mean of frames", 0)
BANDWIDTH = _measure(
    "spectral_bandwidth", "Bandwidth", "Hz", "Standard deviation of frequency, weighted by magnitude, mean of frames", 0
)
ROLLOFF = _measure("spectral_rolloff", "Roll-off", "Hz", "Frequency below which 85 % of the magnitude lies", 0)
FLATNESS = _measure(
    "spectral_flatness", "Flatness", "dB", "Geometric over arithmetic mean of power, in dB, mean of frames", 1
)
CONTRAST = _measure(
    "spectral_contrast",
    "Contrast",
    "dB",
    "D.-N. Jiang et al., Music type classification by spectral contrast feature, ICME 2002: peaks over valleys (the "
    "strongest and weakest 2 % of bins) in seven bands, mean of bands and frames",
    1,
)
LTAS_DISTANCE = Measure(
    name="ltas_distance",
    label="LTAS distance",
    unit="dB",
    direction="lower",
    needs_reference=True,
    reference="Root mean square difference of the levels of thirds of octaves, 40 Hz to 16 kHz, without their mean "
    "difference",
    oracle="mathematics",
)
FEATURES = (CENTROID, BANDWIDTH, ROLLOFF, FLATNESS, CONTRAST)
MEASURES = (*FEATURES, LTAS_DISTANCE)


def values(mix: Sound, reference: Sound | None) -> list[Value]:
    """Measure the mix, and the distance of its long-term spectrum to the reference's."""
    found = _features(mix)
    if reference is not None:
        found.append(_ltas_distance(mix, reference))
    return found


def centroid_hz(magnitude: Power, frequencies_hz: Power) -> Power:
    """Return the centroid of each spectrum, (frames,)."""
    return np.asarray(magnitude @ frequencies_hz / magnitude.sum(axis=1))


def bandwidth_hz(magnitude: Power, frequencies_hz: Power) -> Power:
    """Return the bandwidth of each spectrum, (frames,)."""
    away = frequencies_hz[None, :] - centroid_hz(magnitude, frequencies_hz)[:, None]
    return np.asarray(np.sqrt(np.sum(magnitude * away**2, axis=1) / magnitude.sum(axis=1)))


def rolloff_hz(magnitude: Power, frequencies_hz: Power) -> Power:
    """Return the first frequency up to which 85 % of each spectrum lies, (frames,)."""
    total = np.cumsum(magnitude, axis=1)
    return np.asarray(frequencies_hz[np.argmax(total >= ROLLOFF_SHARE * total[:, -1:], axis=1)])


def flatness_db(power: Power) -> Power:
    """Return the flatness of each power spectrum, (frames,)."""
    floored = np.maximum(power, POWER_FLOOR)
    return np.asarray(10 * (np.mean(np.log10(floored), axis=1) - np.log10(np.mean(floored, axis=1))))


def contrast_db(power: Power, frequencies_hz: Power) -> Power:
    """Return peaks over valleys of each power spectrum, (frames, bands): below 200 Hz, then six octaves."""
    edges = np.concatenate([[0.0], CONTRAST_LOW_HZ * 2.0 ** np.arange(CONTRAST_OCTAVES + 1)])
    bands = []
    for number, (low, high) in enumerate(pairwise(edges)):
        inside = np.flatnonzero((frequencies_hz >= low) & (frequencies_hz <= high))
        if inside.size == 0:
            break
        first = inside[0] - (number > 0)  # neighbours share a bin, as in librosa
        last = inside[-1] if number < CONTRAST_OCTAVES else frequencies_hz.size
        kept = max(1, round(CONTRAST_SHARE * (max(last, inside[-1] + 1) - first)))
        band = power[:, first : max(last, first + 1)]
        ordered = np.partition(band, (kept - 1, band.shape[1] - kept), axis=1)  # only both ends are needed
        peak, valley = ordered[:, -kept:].mean(axis=1), ordered[:, :kept].mean(axis=1)
        bands.append(10 * np.log10(np.maximum(peak, POWER_FLOOR) / np.maximum(valley, POWER_FLOOR)))
    return np.asarray(bands).T


def third_octave_db(sound: Sound) -> npt.NDArray[np.float64]:
    """Return the levels of thirds of octaves in dB relative to the whole; empty ones at -100 dB."""
    frequencies_hz = np.fft.rfftfreq(LTAS_SIZE, 1 / sound.rate_hz)
    spectrum = np.mean(sound.magnitudes(LTAS_SIZE)[:2].astype(np.float64) ** 2, axis=(0, 1))
    top_hz = min(LTAS_HZ[1], sound.rate_hz / 2)
    bands = [
        spectrum[(frequencies_hz >= low) & (frequencies_hz < high)].sum()
        for low, high in octave_parts(LTAS_HZ[0], top_hz, parts=3)
    ]
    return np.asarray(10 * np.log10(np.maximum(np.array(bands) / spectrum.sum(), LTAS_FLOOR)))


def _features(mix: Sound) -> list[Value]:
    why: Status = "too_short" if mix.samples < FRAME else "silent"
    if mix.power.shape[0] == 0:
        return [measure.missing(why) for measure in FEATURES]
    magnitude, hz = np.sqrt(mix.power), mix.frequencies_hz
    courses = (
        centroid_hz(magnitude, hz),
        bandwidth_hz(magnitude, hz),
        rolloff_hz(magnitude, hz),
        flatness_db(mix.power),
        contrast_db(mix.power, hz),
    )
    return [measure.value(float(np.mean(course))) for measure, course in zip(FEATURES, courses, strict=True)]


def _ltas_distance(mix: Sound, reference: Sound) -> Value:
    if mix.samples < LTAS_SIZE:
        return LTAS_DISTANCE.missing("too_short")
    gaps = third_octave_db(mix) - third_octave_db(reference)
    return LTAS_DISTANCE.value(float(np.std(gaps)))
