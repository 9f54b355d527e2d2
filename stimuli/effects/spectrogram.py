"""Power spectrograms for measuring audio (nothing is made audible from them)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

_FRAMES_AT_ONCE = 256  # bounds the memory


def power_spectrogram(audio: npt.NDArray[np.float64], *, size: int, hop: int) -> npt.NDArray[np.float32]:
    """Return the power of Hann-windowed frames, (frames, size // 2 + 1).

    Parameters
    ----------
    audio : (samples,) one channel
    size : window length in samples
    hop : distance of frames in samples; frame n is centred on sample n * hop, silence is put around

    Notes
    -----
    Scaled so that a sine of amplitude 1 has the power 1 in its bin. In single precision.
    """
    window = signal.get_window("hann", size)
    window = np.asarray(window * (2 / window.sum()), dtype=np.float32)
    padded = np.zeros(audio.size + 2 * (size // 2) + size % 2, dtype=np.float32)
    padded[size // 2 : size // 2 + audio.size] = audio
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    power = np.empty((frames.shape[0], size // 2 + 1), dtype=np.float32)
    for start in range(0, frames.shape[0], _FRAMES_AT_ONCE):
        spectrum = fft.rfft(frames[start : start + _FRAMES_AT_ONCE] * window, axis=1)
        power[start : start + _FRAMES_AT_ONCE] = spectrum.real**2 + spectrum.imag**2
    return power
