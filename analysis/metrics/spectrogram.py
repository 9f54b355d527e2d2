"""Distance of spectrograms: blind to phase and to small delays, and to level as energies are matched first."""

from __future__ import annotations

from analysis.metrics import Measure, Value
from evalkit.audio import Audio
from evalkit.distances import STFT_SIZES, match_energy, multi_resolution_stft

MR_STFT = Measure(
    name="mr_stft",
    label="MR-STFT",
    unit="",
    direction="lower",
    needs_reference=True,
    reference="R. Yamamoto, E. Song, J.-M. Kim, Parallel WaveGAN, ICASSP 2020, eq. 4-6; "
    f"Hann windows of {', '.join(map(str, STFT_SIZES))} samples, after matching energy",
    digits=3,
)
MEASURES = (MR_STFT,)


def values(mix: Audio, reference: Audio, rate_hz: int) -> list[Value]:
    """Measure the distance over left and right together."""
    if mix.shape[0] < max(STFT_SIZES):
        return [MR_STFT.missing("too_short")]
    return [MR_STFT.value(multi_resolution_stft(match_energy(mix, reference), reference))]
