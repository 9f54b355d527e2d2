"""Loudness of the mix itself: programme loudness, its largest moments, its range, and its peaks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.metrics import Measure, Value
from analysis.sound import Sound
from evalkit.audio import Audio
from evalkit.errors import AudioError
from evalkit.loudness import (
    BLOCK_S,
    MINIMUM_RATE_HZ,
    RANGE_S,
    SHORT_TERM_S,
    integrated_lufs,
    momentary_lufs,
    short_term_lufs,
    true_peak_dbtp,
)

MOMENTARY_HOP_S = 0.01  # EBU Tech 3341, case 13: a burst of 400 ms reads 0.45 LU low at a hop of 100 ms


def _measure(name: str, label: str, unit: str, reference: str) -> Measure:
    return Measure(
        name=name,
        label=label,
        unit=unit,
        direction="none",
        needs_reference=False,
        reference=reference,
        oracle="pyebur128",
    )


INTEGRATED = _measure("integrated_loudness", "Loudness", "LUFS", "ITU-R BS.1770-4, Annex 1, gated")
MOMENTARY_MAX = _measure(
    "momentary_max", "Momentary max.", "LUFS", "EBU Tech 3341: largest loudness of 400 ms, at steps of 10 ms"
)
SHORT_TERM_MAX = _measure(
    "short_term_max", "Short-term max.", "LUFS", "EBU Tech 3341: largest loudness of 3 s, at steps of 100 ms"
)
LOUDNESS_RANGE = _measure("loudness_range", "Loudness range", "LU", "EBU Tech 3342, loudness range of 10 s or more")
TRUE_PEAK = _measure("true_peak", "True peak", "dBTP", "ITU-R BS.1770-4, Annex 2, oversampled four times")
PEAK_TO_LOUDNESS = _measure(
    "peak_to_loudness", "PLR", "LU", "AES TD1008: true peak less integrated loudness, the peak-to-loudness ratio"
)
MEASURES = (INTEGRATED, MOMENTARY_MAX, SHORT_TERM_MAX, LOUDNESS_RANGE, TRUE_PEAK, PEAK_TO_LOUDNESS)


def values(mix: Sound, reference: Sound | None) -> list[Value]:
    """Measure the mix; the reference does not count."""
    integrated = _gated(INTEGRATED, mix, integrated_lufs, BLOCK_S)
    peak = true_peak_dbtp(mix.audio, name=mix.name)
    if integrated.value is None:
        ratio = PEAK_TO_LOUDNESS.missing(integrated.status)
    else:
        ratio = PEAK_TO_LOUDNESS.value(peak - integrated.value)
    return [
        integrated,
        _gated(MOMENTARY_MAX, mix, _largest_momentary, BLOCK_S),
        _gated(SHORT_TERM_MAX, mix, _largest_short_term, SHORT_TERM_S),
        _gated(LOUDNESS_RANGE, mix, lambda _audio, _rate_hz: mix.loudness_range_lu, RANGE_S),
        TRUE_PEAK.value(peak),
        ratio,
    ]


def _gated(measure: Measure, mix: Sound, meter: Callable[[Audio, int], float], window_s: float) -> Value:
    """Return what a meter reads, or why it cannot read anything."""
    if mix.rate_hz < MINIMUM_RATE_HZ:
        return measure.missing("not_applicable")
    if mix.samples < window_s * mix.rate_hz:
        return measure.missing("too_short")
    try:
        number = meter(mix.audio, mix.rate_hz)
    except AudioError:  # long enough, finite, stereo: nothing of it passes the gate
        return measure.missing("silent")
    return measure.value(number) if np.isfinite(number) else measure.missing("silent")


def _largest_momentary(audio: Audio, rate_hz: int) -> float:
    return float(momentary_lufs(audio, rate_hz, hop_s=MOMENTARY_HOP_S).max())


def _largest_short_term(audio: Audio, rate_hz: int) -> float:
    return float(short_term_lufs(audio, rate_hz).max())
