"""Ratios of waveforms: a few samples of delay, or another phase, ruin them while the mix sounds the same."""

from __future__ import annotations

from analysis.metrics import Measure, Value
from evalkit.audio import Audio
from evalkit.distances import BANDS_HZ, band_snr_db, match_energy, si_sdr_db

IDENTICAL_DB = 200.0  # no file resolves it (24 bit: about 140 dB): only the rounding of float64 differs
SI_SDR = Measure(
    name="si_sdr",
    label="SI-SDR",
    unit="dB",
    direction="higher",
    needs_reference=True,
    reference="J. Le Roux, S. Wisdom, H. Erdogan, J. R. Hershey, SDR - half-baked or well done?, ICASSP 2019, eq. 4; "
    "left and right together",
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
    )
    for low, high in BANDS_HZ
)
MEASURES = (SI_SDR, *BAND_SNR)


def values(mix: Audio, reference: Audio, rate_hz: int) -> list[Value]:
    """Measure the ratio of the whole waveform, and that of each band."""
    ratios = band_snr_db(match_energy(mix, reference), reference, rate_hz)
    bands = [
        measure.missing("not_applicable") if high > rate_hz / 2 else _ratio(measure, ratio)
        for measure, (_, high), ratio in zip(BAND_SNR, BANDS_HZ, ratios, strict=True)
    ]
    return [_ratio(SI_SDR, si_sdr_db(mix, reference)), *bands]


def _ratio(measure: Measure, ratio_db: float) -> Value:
    """Return a ratio; nothing to compare with (NaN, or no signal at all) is silent."""
    if ratio_db > IDENTICAL_DB:
        return measure.missing("identical")
    return measure.value(ratio_db) if ratio_db > float("-inf") else measure.missing("silent")
