"""Correlations of microphones with each other and with a mix: all that least squares needs to know of an item.

They are small, they add up over items, and finding them takes the same working memory for a short
item as for a long one: the sum runs over blocks in the frequency domain. Samples before and after
an item count as zeros.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, rfft
from scipy.linalg import toeplitz

from evalkit.audio import Audio
from evalkit.errors import ConfigError

Array = npt.NDArray[np.float64]
TRANSFORM_SAMPLES = 8192  # longer for filters that would fill more than an eighth of it
BLOCKS_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Correlations:
    """Sums of products of shifted samples, of one item or of several.

    ``own`` (microphones, microphones, taps): ``own[j, k, l]`` is the sum over n of
    ``s_j[n] * s_k[n + l]``. ``mixed`` (channels, microphones, taps): ``mixed[c, k, i]`` is the sum of
    ``m_c[n] * s_k[n - i + taps // 2]``. ``energy`` (channels,) is that of the mix.
    """

    own: Array
    mixed: Array
    energy: Array

    @property
    def taps(self) -> int:
        """Length of the filters that they serve; odd."""
        return self.own.shape[2]

    @property
    def input_energy(self) -> Array:
        """Energy of every microphone, (microphones,)."""
        return np.diagonal(self.own[:, :, 0]).copy()

    def __add__(self, other: Correlations) -> Correlations:
        return Correlations(own=self.own + other.own, mixed=self.mixed + other.mixed, energy=self.energy + other.energy)

    def times(self, weight: float) -> Correlations:
        """Return them with a weight: how much an item counts among others."""
        return Correlations(own=self.own * weight, mixed=self.mixed * weight, energy=self.energy * weight)

    def only(self, microphones: npt.NDArray[np.bool_]) -> Correlations:
        """Return them as if the other microphones had been silent."""
        kept = np.outer(microphones, microphones)[:, :, None]
        return Correlations(own=self.own * kept, mixed=self.mixed * microphones[:, None], energy=self.energy)

    def gram(self, microphones: npt.NDArray[np.intp]) -> Array:
        """Return the block-Toeplitz matrix of some microphones, (count * taps, count * taps).

        Its row and column ``j * taps + i`` is the j-th of them delayed by ``i - taps // 2`` samples.
        """
        count, taps = microphones.size, self.taps
        matrix = np.empty((count, taps, count, taps))
        for row, j in enumerate(microphones):
            for column, k in enumerate(microphones):
                matrix[row, :, column, :] = toeplitz(self.own[j, k], self.own[k, j])
        return matrix.reshape(count * taps, count * taps)


def total(correlations: Iterable[Correlations]) -> Correlations:
    """Return the sum over items: of at least one, of the same microphones and taps."""
    return reduce(Correlations.__add__, correlations)


def correlate(inputs: Audio, mix: Audio, *, taps: int) -> Correlations:
    """Correlate microphones with each other and with a mix, all without their constant offset.

    Parameters
    ----------
    inputs : (samples, microphones) float64
    mix : (samples, channels) float64
    taps : odd length of the filters that are looked for, centred on no delay

    Raises
    ------
    ConfigError
        If ``taps`` is even or less than 1.
    """
    if taps < 1 or taps % 2 == 0:
        raise ConfigError(f"taps: found {taps}, expected an odd number from 1: filters are centred on no delay")
    half, count, channels = taps // 2, inputs.shape[1], mix.shape[1]
    size = max(TRANSFORM_SAMPLES, 1 << (8 * taps - 1).bit_length())
    hop = size - taps + 1
    input_offset, mix_offset = inputs.mean(axis=0), mix.mean(axis=0)
    spectra = np.zeros((size // 2 + 1, count + channels, count), dtype=np.complex128)
    energy = np.zeros(channels)
    starts = range(-half, inputs.shape[0], hop)
    for first in range(0, len(starts), BLOCKS_AT_ONCE):
        group = starts[first : first + BLOCKS_AT_ONCE]
        fixed, shifted = (np.zeros((size, rows, len(group))) for rows in (count + channels, count))
        for place, start in enumerate(group):
            _put(shifted[:, :, place], inputs, start, size, input_offset)
            fixed[:hop, :count, place] = shifted[:hop, :, place]
            _put(fixed[:, count:, place], mix, start + half, hop, mix_offset)
        energy += np.sum(fixed[:, count:] ** 2, axis=(0, 2))
        spectra += rfft(fixed, axis=0).conj() @ rfft(shifted, axis=0).transpose(0, 2, 1)
    lags = irfft(spectra, n=size, axis=0)[:taps].transpose(1, 2, 0)
    return Correlations(own=lags[:count].copy(), mixed=lags[count:, :, ::-1].copy(), energy=energy)


def _put(block: Array, audio: Audio, start: int, samples: int, offset: Array) -> None:
    """Write some samples of audio to the beginning of a block of zeros; before and after the audio are zeros."""
    low, high = max(start, 0), min(start + samples, audio.shape[0])
    if low < high:
        block[low - start : high - start] = audio[low:high] - offset
