"""Short-time Fourier transform and its inverse, with Hann windows on both ways.

Frame n is centred on sample n * hop, with silence around the audio; there is a last frame at or behind the
end, so that unchanged spectra give the audio back exactly. Spectra are not scaled: a sine of amplitude 1
has the magnitude ``size / 4`` in its bin. Single precision stays single.

References
----------
.. [1] D. W. Griffin, J. S. Lim, "Signal estimation from modified short-time Fourier transform", IEEE
   TASSP 32(2), 1984, eq. 6: overlap-add of windowed frames over the sum of the squared windows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

Samples = npt.NDArray[np.floating]
Spectra = npt.NDArray[np.complexfloating]
FRAMES_AT_ONCE = 512  # bounds the memory of a change of long audio


def analyse(audio: Samples, *, size: int, hop: int) -> Spectra:
    """Return the spectra of audio (samples,), as (frames, size // 2 + 1)."""
    frames = _frames(audio, size=size, hop=hop)
    return np.asarray(fft.rfft(frames * _window(size, audio.dtype), axis=1))


def synthesise(spectra: Spectra, samples: int, *, size: int, hop: int) -> Samples:
    """Return audio (samples,) whose spectra are as near as can be to those given [1]_."""
    grains = _grains(spectra, size=size)
    total = np.zeros((len(grains) - 1 + size // hop, hop), dtype=grains.dtype)
    _overlap_add(total, grains, hop)
    return _trimmed(total, len(grains), samples, size=size, hop=hop)


def change_spectra(audio: Samples, change: Callable[[Spectra], Spectra], *, size: int, hop: int) -> Samples:
    """Return audio of the same length with every frame's spectrum changed.

    Parameters
    ----------
    audio : (samples,)
    change : function from spectra (frames, bins) to those in their place; it gets some frames at a time
    size, hop : window length and distance in samples; ``size`` is a multiple of ``hop``
    """
    frames = _frames(audio, size=size, hop=hop)
    window = _window(size, audio.dtype)
    total = np.zeros((len(frames) - 1 + size // hop, hop), dtype=audio.dtype)
    for start in range(0, len(frames), FRAMES_AT_ONCE):
        spectra = fft.rfft(frames[start : start + FRAMES_AT_ONCE] * window, axis=1)
        grains = _grains(change(spectra), size=size)
        _overlap_add(total[start:], grains, hop)
    return _trimmed(total, len(frames), audio.size, size=size, hop=hop)


def _frames(audio: Samples, *, size: int, hop: int) -> Samples:
    count = -(-audio.size // hop) + 1
    padded = np.zeros((count - 1) * hop + size, dtype=audio.dtype)
    padded[size // 2 : size // 2 + audio.size] = audio
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]


def _window(size: int, dtype: npt.DTypeLike) -> Samples:
    return np.asarray(signal.get_window("hann", size), dtype=dtype)


def _grains(spectra: Spectra, *, size: int) -> Samples:
    grains = fft.irfft(spectra, size, axis=1)
    return np.asarray(grains * _window(size, grains.dtype))


def _overlap_add(total: Samples, grains: Samples, hop: int) -> None:
    """Add grains (frames, size) into rows of one hop each, in place."""
    for part in range(grains.shape[1] // hop):
        total[part : part + len(grains)] += grains[:, part * hop : (part + 1) * hop]


def _trimmed(total: Samples, frames: int, samples: int, *, size: int, hop: int) -> Samples:
    squares = (_window(size, total.dtype) ** 2).reshape(-1, hop)
    weight = np.zeros_like(total)
    for part, square in enumerate(squares):
        weight[part : part + frames] += square
    span = slice(size // 2, size // 2 + samples)
    return np.asarray(total.reshape(-1)[span] / weight.reshape(-1)[span])
