"""Ratios of waveforms: a few samples of delay, or another phase, ruin them while the mix sounds the same.

The best lag says whether a delay is to blame, and the ratio at that lag what is left without it.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from analysis.metrics import Measure, Value
from analysis.sound import Sound
from evalkit.distances import BANDS_HZ, band_snr_of_spectra_db, si_sdr_db

IDENTICAL_DB = 200.0  # no file resolves it (24 bit: about 140 dB): only the rounding of float64 differs
LARGEST_LAG_S = 0.1  # either way: beyond it the mixes are of another cut
RELATED = 0.05  # of the largest possible correlation: below it no lag stands out of chance
SI_SDR = Measure(
    name="si_sdr",
    label="SI-SDR",
    unit="dB",
    direction="higher",
    needs_reference=True,
    reference="J. Le Roux, S. Wisdom, H. Erdogan, J. R. Hershey, SDR - half-baked or well done?, ICASSP 2019, eq. 4; "
    "left and right together",
    oracle="torchmetrics",
)
LAG = Measure(
    name="best_lag",
    label="Best lag",
    unit="samples",
    direction="nearer_zero",
    needs_reference=True,
    reference="Lag of the largest correlation of mix and reference, left and right together, within 100 ms either "
    "way; above zero the mix is late",
    oracle="mathematics",
    digits=0,
)
SI_SDR_AT_LAG = Measure(
    name="si_sdr_at_best_lag",
    label="SI-SDR at best lag",
    unit="dB",
    direction="higher",
    needs_reference=True,
    reference="The scale-invariant signal-to-distortion ratio after the best lag is undone, of what overlaps then",
    oracle="torchmetrics",
)


def _hz(low: int, high: int) -> str:
    """Return a band in hertz, or in kilohertz if it reaches there."""
    return f"{low}–{high} Hz" if high < 1000 else f"{low / 1000:g}–{high / 1000:g} kHz"


BAND_SNR = tuple(
    Measure(
        name=f"snr_{low}_{high}_hz",
        label=f"SNR {_hz(low, high)}",
        unit="dB",
        direction="higher",
        needs_reference=True,
        reference="Power of the reference over that of the difference, by the FFT of the whole item, "
        "after matching energy",
        oracle="mathematics",
    )
    for low, high in BANDS_HZ
)
MEASURES = (SI_SDR, LAG, SI_SDR_AT_LAG, *BAND_SNR)


def values(mix: Sound, reference: Sound | None) -> list[Value]:
    """Measure the ratio of the whole waveform, that at the best lag, and that of each band."""
    if reference is None:
        return []
    matched = np.sqrt(reference.energy / mix.energy) * mix.spectrum
    hz = np.fft.rfftfreq(mix.samples, 1 / mix.rate_hz)
    ratios = band_snr_of_spectra_db(matched, reference.spectrum, hz)
    whole = si_sdr_db(mix.audio, reference.audio)
    bands = [
        measure.missing("not_applicable") if high > mix.rate_hz / 2 else _ratio(measure, ratio)
        for measure, (_, high), ratio in zip(BAND_SNR, BANDS_HZ, ratios, strict=True)
    ]
    return [_ratio(SI_SDR, whole), *_at_best_lag(mix, reference, whole), *bands]


def best_lag(mix: Sound, reference: Sound) -> int | None:
    """Return by how many samples the mix is late, or None if no lag stands out."""
    cross = np.sum(mix.padded_spectrum * np.conj(reference.padded_spectrum), axis=0)
    correlation = fft.irfft(cross, n=mix.padded_size)
    reach = min(round(LARGEST_LAG_S * mix.rate_hz), mix.samples - 1)
    near = np.concatenate([correlation[mix.padded_size - reach :], correlation[: reach + 1]])
    if near.max() < RELATED * np.sqrt(mix.energy * reference.energy):
        return None
    return int(np.argmax(near)) - reach


def _at_best_lag(mix: Sound, reference: Sound, whole_db: float) -> list[Value]:
    lag = best_lag(mix, reference)
    if lag is None:
        return [LAG.missing("not_applicable"), SI_SDR_AT_LAG.missing("not_applicable")]
    if lag == 0:
        return [LAG.value(0), _ratio(SI_SDR_AT_LAG, whole_db)]
    late, early = max(lag, 0), max(-lag, 0)
    end = mix.samples - abs(lag)
    shifted, kept = mix.audio[late : late + end], reference.audio[early : early + end]
    ratio = _ratio(SI_SDR_AT_LAG, si_sdr_db(shifted, kept)) if kept.any() else SI_SDR_AT_LAG.missing("silent")
    return [LAG.value(lag), ratio]


def _ratio(measure: Measure, ratio_db: float) -> Value:
    """Return a ratio; nothing to compare with (NaN, or no signal at all) is silent."""
    if ratio_db > IDENTICAL_DB:
        return measure.missing("identical")
    return measure.value(ratio_db) if ratio_db > float("-inf") else measure.missing("silent")
