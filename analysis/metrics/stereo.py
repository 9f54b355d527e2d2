"""The stereo image: how wide, how far to one side, how alike the channels, and where each band is panned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.metrics import Measure, Value
from analysis.sound import FRAME, Sound

BANDS_HZ = {"all": (0.0, np.inf), "low": (0.0, 250.0), "middle": (250.0, 2500.0), "high": (2500.0, np.inf)}
WIDTH = Measure(
    name="stereo_width",
    label="Width",
    unit="",
    direction="none",
    needs_reference=False,
    reference="Energy of left less right over that of left plus right; 0 mono, 1 unrelated channels",
    oracle="mathematics",
    digits=2,
)
IMBALANCE = Measure(
    name="stereo_imbalance",
    label="Imbalance",
    unit="",
    direction="none",
    needs_reference=False,
    reference="Energy of right less that of left, over their sum; -1 all left, 1 all right",
    oracle="mathematics",
    digits=2,
)
CORRELATION = Measure(
    name="channel_correlation",
    label="Correlation",
    unit="",
    direction="none",
    needs_reference=False,
    reference="Correlation of left and right over the whole mix, without removing means",
    oracle="mathematics",
    digits=2,
)
PANNING = Measure(
    name="panning_rms",
    label="Panning",
    unit="",
    direction="none",
    needs_reference=False,
    reference="G. Tzanetakis, R. Jones, K. McNally, Stereo panning features for classifying recording production "
    "style, ISMIR 2007: root mean square of the panning index in a band, bands split at 250 and 2500 Hz",
    oracle="mathematics",
    digits=2,
    channels=tuple(BANDS_HZ),
)
PANNING_DISTANCE = Measure(
    name="panning_distance",
    label="Panning distance",
    unit="",
    direction="lower",
    needs_reference=True,
    reference="Root mean square difference of the panning indices of mix and reference in the bins of a band, mean "
    "over frames in which both are audible",
    oracle="mathematics",
    digits=3,
    channels=tuple(BANDS_HZ),
)
MEASURES = (WIDTH, IMBALANCE, CORRELATION, PANNING, PANNING_DISTANCE)


def values(mix: Sound, reference: Sound | None) -> list[Value]:
    """Measure the image of the mix, and how far it is from that of the reference in each band."""
    left, right = mix.audio[:, 0], mix.audio[:, 1]
    energy_left, energy_right = float(left @ left), float(right @ right)
    sum_energy, cross = float(np.sum((left + right) ** 2)), float(left @ right)
    found = [
        WIDTH.value(float(np.sum((left - right) ** 2)) / sum_energy)
        if sum_energy > 1e-20 * mix.energy  # all in the difference: endless width
        else WIDTH.missing("not_applicable"),
        IMBALANCE.value((energy_right - energy_left) / (energy_left + energy_right)),
        CORRELATION.value(cross / np.sqrt(energy_left * energy_right))
        if energy_left > 0 and energy_right > 0
        else CORRELATION.missing("silent"),
    ]
    short = mix.samples < FRAME
    found += _by_band(PANNING, mix, mix.panning_index[mix.audible_frames]) if not short else _short(PANNING)
    if reference is None:
        return found
    if short:
        return found + _short(PANNING_DISTANCE)
    both = mix.audible_frames & reference.audible_frames
    return found + _by_band(PANNING_DISTANCE, mix, (mix.panning_index - reference.panning_index)[both])


def _by_band(measure: Measure, mix: Sound, index: npt.NDArray[np.float64]) -> list[Value]:
    """Return the root mean square of (frames, bins) in each band, mean over frames."""
    if index.shape[0] == 0:
        return [measure.missing("silent", channel=band) for band in BANDS_HZ]
    found = []
    for band, (low, high) in BANDS_HZ.items():
        inside = (mix.frequencies_hz >= low) & (mix.frequencies_hz < high)
        course = np.sqrt(np.mean(index[:, inside] ** 2, axis=1))
        found.append(measure.value(float(np.mean(course)), channel=band))
    return found


def _short(measure: Measure) -> list[Value]:
    return [measure.missing("too_short", channel=band) for band in BANDS_HZ]
