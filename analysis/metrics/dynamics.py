"""Differences of dynamics between a mix and its reference; level does not count, more of either is not better."""

from __future__ import annotations

import numpy as np

from analysis.metrics import Measure, Value
from evalkit.audio import Audio
from evalkit.errors import AudioError
from evalkit.loudness import MINIMUM_RATE_HZ, SHORT_TERM_S, loudness_range_lu

LOUDNESS_RANGE = Measure(
    name="loudness_range_difference",
    label="Loudness range",
    unit="LU",
    direction="nearer_zero",
    needs_reference=True,
    reference="EBU Tech 3342, loudness range; that of the mix less that of the reference",
)
CREST_FACTOR = Measure(
    name="crest_factor_difference",
    label="Crest factor",
    unit="dB",
    direction="nearer_zero",
    needs_reference=True,
    reference="Largest sample over root mean square, left and right together; that of the mix less that of the "
    "reference",
)
MEASURES = (LOUDNESS_RANGE, CREST_FACTOR)


def values(mix: Audio, reference: Audio, rate_hz: int) -> list[Value]:
    """Measure both differences, mix less reference."""
    crest = crest_factor_db(mix) - crest_factor_db(reference)
    return [_loudness_range(mix, reference, rate_hz), CREST_FACTOR.value(crest)]


def crest_factor_db(audio: Audio) -> float:
    """Return the level of the largest sample above the root mean square, in dB; audio is not silent."""
    return float(20 * np.log10(np.max(np.abs(audio)) / np.sqrt(np.mean(audio**2))))


def _loudness_range(mix: Audio, reference: Audio, rate_hz: int) -> Value:
    if rate_hz < MINIMUM_RATE_HZ:
        return LOUDNESS_RANGE.missing("not_applicable")
    if mix.shape[0] < SHORT_TERM_S * rate_hz:
        return LOUDNESS_RANGE.missing("too_short")
    try:
        return LOUDNESS_RANGE.value(loudness_range_lu(mix, rate_hz) - loudness_range_lu(reference, rate_hz))
    except AudioError:  # long enough, finite, stereo: nothing of one of them passes the gate
        return LOUDNESS_RANGE.missing("silent")
