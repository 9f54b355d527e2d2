"""Two sound generators: a bank of decaying modes, and noise whose bands decay at their own pace.

Both are sums in a fixed order (no matrix product of a threaded library), so that a seed gives
the same bits whatever the number of workers.

References
----------
.. [1] N. H. Fletcher, T. D. Rossing, "The Physics of Musical Instruments", 2nd ed., chapters 3
   (circular membranes), 18 (drums) and 20 (cymbals).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import fft

from stimuli.datasets.simulated.version import RATE_HZ

Signal = npt.NDArray[np.float64]
MEMBRANE_RATIOS = np.array([1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.600, 4.060])  # [1]_, table 3.1
_BLOCK = 256
_T60_NEPERS = np.log(1000.0)


def modes(
    frequencies_hz: npt.ArrayLike,
    amplitudes: npt.ArrayLike,
    t60s_s: npt.ArrayLike,
    phases: npt.ArrayLike,
    samples: int,
) -> Signal:
    """Sum exponentially decaying sines.

    Parameters
    ----------
    frequencies_hz, amplitudes, t60s_s, phases : one value a mode; phases in radians, 0 starts at zero
    samples : length of the result
    """
    frequency, amplitude, t60, phase = (
        np.atleast_1d(np.asarray(x, dtype=np.float64)) for x in (frequencies_hz, amplitudes, t60s_s, phases)
    )
    rate = (-_T60_NEPERS / t60 + 2j * np.pi * frequency) / RATE_HZ
    start = amplitude * np.exp(1j * phase)
    blocks = -(-samples // _BLOCK)
    coarse = np.exp(np.outer(np.arange(blocks) * _BLOCK, rate)) * start
    fine = np.exp(np.outer(rate, np.arange(_BLOCK)))
    total = np.einsum("bm,mn->bn", coarse.real, fine.imag) + np.einsum("bm,mn->bn", coarse.imag, fine.real)
    return np.asarray(total.reshape(-1)[:samples])


def gliding_tone(start_hz: float, end_hz: float, glide_s: float, t60_s: float, samples: int) -> Signal:
    """Return a sine whose pitch falls exponentially to its end: a tight membrane relaxing."""
    time = np.arange(samples) / RATE_HZ
    phase = 2 * np.pi * (end_hz * time + (start_hz - end_hz) * glide_s * (1 - np.exp(-time / glide_s)))
    return np.asarray(np.sin(phase) * np.exp(-_T60_NEPERS * time / t60_s))


def decaying_noise(
    centres_hz: npt.ArrayLike,
    gains_db: npt.ArrayLike,
    t60s_s: npt.ArrayLike,
    samples: int,
    *,
    rng: np.random.Generator,
) -> Signal:
    """Return Gaussian noise split into bands, each with its own level and decay.

    Parameters
    ----------
    centres_hz : rising centres of the bands; neighbours cross-fade between them on a log axis
    gains_db : level of each band's spectrum at its centre; below the first and above the last band
        the noise rolls off within an octave
    t60s_s : 60 dB decay of each band

    Returns
    -------
    (samples,) float64; with all gains 0 dB its RMS at the start is about 1
    """
    centres = np.asarray(centres_hz, dtype=np.float64)
    t60 = np.asarray(t60s_s, dtype=np.float64)
    gain = 10 ** (np.asarray(gains_db, dtype=np.float64) / 20)
    length = fft.next_fast_len(samples + 512, real=True)
    spectrum = fft.rfft(rng.standard_normal(length))
    octave = np.log2(np.maximum(fft.rfftfreq(length, 1 / RATE_HZ), 1.0))
    nodes = np.concatenate([[np.log2(centres[0]) - 1], np.log2(centres), [np.log2(centres[-1]) + 1]])
    time = np.arange(samples) / RATE_HZ
    total = np.zeros(samples)
    for band in range(centres.size):
        shape = np.zeros(centres.size + 2)
        shape[band + 1] = 1.0
        weight = np.sin(np.pi / 2 * np.interp(octave, nodes, shape, left=0.0, right=0.0))
        total += gain[band] * fft.irfft(spectrum * weight, length)[:samples] * np.exp(-_T60_NEPERS * time / t60[band])
    return total


def fade_out(signal: Signal, seconds: float) -> Signal:
    """Fade the end of a signal to zero with a raised cosine."""
    length = min(signal.size, round(seconds * RATE_HZ))
    faded = signal.copy()
    faded[signal.size - length :] *= 0.5 + 0.5 * np.cos(np.pi * (np.arange(length) + 1) / length)
    return faded


def fade_in(signal: Signal, seconds: float) -> Signal:
    """Fade the start of a signal from zero with a raised cosine."""
    length = min(signal.size, round(seconds * RATE_HZ))
    faded = signal.copy()
    faded[:length] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(length) / length)
    return faded
