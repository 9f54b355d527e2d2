"""Dynamics of a mix, and how they differ from its reference's; level does not count, more is not better."""

from __future__ import annotations

import numpy as np

from analysis.metrics import Measure, Value
from analysis.sound import Sound
from evalkit.audio import Audio
from evalkit.errors import AudioError
from evalkit.loudness import MINIMUM_RATE_HZ, RANGE_S

SILENT_SAMPLE_DB = -60.0  # below the root mean square: its logarithm says nothing about dynamics
CREST_FACTOR = Measure(
    name="crest_factor",
    label="Crest factor",
    unit="dB",
    direction="none",
    needs_reference=False,
    reference="Largest sample over root mean square, left and right together",
    oracle="mathematics",
)
SPREAD = Measure(
    name="dynamic_spread",
    label="Dynamic spread",
    unit="dB",
    direction="none",
    needs_reference=False,
    reference="E. Vickers, Automatic long-term loudness and dynamics matching, AES 111 (2001), with the power of 1: "
    "mean distance of the samples' levels from the root mean square, none below 60 dB under it",
    oracle="mathematics",
)
LOUDNESS_RANGE_DIFFERENCE = Measure(
    name="loudness_range_difference",
    label="Loudness range difference",
    unit="LU",
    direction="nearer_zero",
    needs_reference=True,
    reference="EBU Tech 3342, loudness range; that of the mix less that of the reference",
    oracle="pyebur128",
)
CREST_FACTOR_DIFFERENCE = Measure(
    name="crest_factor_difference",
    label="Crest factor difference",
    unit="dB",
    direction="nearer_zero",
    needs_reference=True,
    reference="Largest sample over root mean square, left and right together; that of the mix less that of the "
    "reference",
    oracle="mathematics",
)
MEASURES = (CREST_FACTOR, SPREAD, LOUDNESS_RANGE_DIFFERENCE, CREST_FACTOR_DIFFERENCE)


def values(mix: Sound, reference: Sound | None) -> list[Value]:
    """Measure the mix, and both differences, mix less reference."""
    crest = crest_factor_db(mix.audio)
    own = [CREST_FACTOR.value(crest), SPREAD.value(dynamic_spread_db(mix.audio))]
    if reference is None:
        return own
    difference = CREST_FACTOR_DIFFERENCE.value(crest - crest_factor_db(reference.audio))
    return [*own, _loudness_range(mix, reference), difference]


def crest_factor_db(audio: Audio) -> float:
    """Return the level of the largest sample above the root mean square, in dB; audio is not silent."""
    return float(20 * np.log10(np.max(np.abs(audio)) / np.sqrt(np.mean(audio**2))))


def dynamic_spread_db(audio: Audio) -> float:
    """Return the mean distance of samples' levels from the root mean square, in dB; audio is not silent."""
    relative = np.abs(audio) / np.sqrt(np.mean(audio**2))
    floor = 10 ** (SILENT_SAMPLE_DB / 20)
    return float(np.mean(np.abs(20 * np.log10(np.maximum(relative, floor)))))


def _loudness_range(mix: Sound, reference: Sound) -> Value:
    if mix.rate_hz < MINIMUM_RATE_HZ:
        return LOUDNESS_RANGE_DIFFERENCE.missing("not_applicable")
    if mix.samples < RANGE_S * mix.rate_hz:
        return LOUDNESS_RANGE_DIFFERENCE.missing("too_short")
    try:
        ranges = [sound.loudness_range_lu for sound in (mix, reference)]
    except AudioError:  # long enough, finite, stereo: nothing of one of them passes the gate
        return LOUDNESS_RANGE_DIFFERENCE.missing("silent")
    return LOUDNESS_RANGE_DIFFERENCE.value(ranges[0] - ranges[1])
