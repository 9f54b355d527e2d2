"""Distances between a mix and its reference, in numpy: of training cards, and ratios of measures too.

All take (samples, channels) float64 of equal shape; a lower distance and a higher ratio are better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from evalkit.audio import Audio
from evalkit.errors import AudioError

Spectra = npt.NDArray[np.complex128]
STFT_SIZES = (512, 2048, 8192)
BANDS_HZ = ((20, 150), (150, 1000), (1000, 3000), (3000, 8000), (8000, 16000))
MAGNITUDE_FLOOR = 1e-5  # -100 dBFS, of losses and of cards, whose mixes are of full level; measures have their own


def _pair(estimate: Audio, reference: Audio) -> tuple[Audio, Audio]:
    if estimate.shape != reference.shape:
        raise AudioError(f"estimate has shape {estimate.shape}, reference {reference.shape}: expected equal shapes")
    return estimate, reference


def match_energy(estimate: Audio, reference: Audio) -> Audio:
    """Scale the estimate to the reference's energy, so that level does not count as distance."""
    estimate, reference = _pair(estimate, reference)
    energy = float(np.sum(estimate**2))
    if energy == 0.0:
        raise AudioError("estimate is silent: no gain matches its energy")
    return np.asarray(estimate * np.sqrt(np.sum(reference**2) / energy))


def multi_resolution_stft(estimate: Audio, reference: Audio, *, sizes: Sequence[int] = STFT_SIZES) -> float:
    """Mean over resolutions of spectral convergence plus mean absolute log-magnitude difference.

    Parameters
    ----------
    estimate, reference : (samples, channels) float64
    sizes : window lengths in samples, Hann, hop of a quarter

    Returns
    -------
    distance, dimensionless; 0 for identical audio. The log part is in nepers.

    References
    ----------
    .. [1] R. Yamamoto, E. Song, J.-M. Kim, "Parallel WaveGAN", ICASSP 2020, eq. 4-6.
    """
    estimate, reference = _pair(estimate, reference)
    values = []
    for size in sizes:
        if estimate.shape[0] < size:
            raise AudioError(f"{estimate.shape[0]} samples are shorter than the window of {size}")
        window = signal.get_window("hann", size)
        transform = signal.ShortTimeFFT(window, hop=size // 4, fs=1.0, scale_to="magnitude")
        for channel in range(estimate.shape[1]):
            a = np.abs(transform.stft(estimate[:, channel]))
            b = np.abs(transform.stft(reference[:, channel]))
            scale = float(np.linalg.norm(b))
            convergence = float(np.linalg.norm(a - b)) / scale if scale else float(np.linalg.norm(a) > 0)
            log_part = np.abs(np.log(np.maximum(a, MAGNITUDE_FLOOR)) - np.log(np.maximum(b, MAGNITUDE_FLOOR)))
            values.append(convergence + float(np.mean(log_part)))
    return float(np.mean(values))


def si_sdr_db(estimate: Audio, reference: Audio) -> float:
    """Scale-invariant signal-to-distortion ratio in dB, over all channels together.

    References
    ----------
    .. [1] J. Le Roux et al., "SDR - half-baked or well done?", ICASSP 2019, eq. 4.
    """
    estimate, reference = _pair(estimate, reference)
    energy = float(np.sum(reference**2))
    if energy == 0.0:
        raise AudioError("reference is silent: the ratio is not defined")
    target = reference * (float(np.sum(estimate * reference)) / energy)
    noise = float(np.sum((estimate - target) ** 2))
    power = float(np.sum(target**2))
    if noise == 0.0:
        return float("inf")
    return float("-inf") if power == 0.0 else 10 * float(np.log10(power / noise))


def band_snr_db(
    estimate: Audio, reference: Audio, rate_hz: int, *, bands_hz: Sequence[tuple[float, float]] = BANDS_HZ
) -> list[float]:
    """Signal-to-noise ratio in dB in each frequency band, by the FFT of the whole signal."""
    estimate, reference = _pair(estimate, reference)
    first, second = (fft.rfft(np.ascontiguousarray(audio.T), axis=1) for audio in (estimate, reference))
    return band_snr_of_spectra_db(first, second, np.fft.rfftfreq(reference.shape[0], 1 / rate_hz), bands_hz=bands_hz)


def band_snr_of_spectra_db(
    estimate: Spectra,
    reference: Spectra,
    frequencies_hz: npt.NDArray[np.floating[Any]],
    *,
    bands_hz: Sequence[tuple[float, float]] = BANDS_HZ,
) -> list[float]:
    """As :func:`band_snr_db`, of spectra (channels, bins) of the whole signals."""
    away = estimate - reference
    signal_power, noise_power = (np.sum(x.real**2 + x.imag**2, axis=0) for x in (reference, away))
    ratios = []
    for low, high in bands_hz:
        inside = slice(*np.searchsorted(frequencies_hz, (low, high)))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios.append(float(10 * np.log10(signal_power[inside].sum() / noise_power[inside].sum())))
    return ratios
