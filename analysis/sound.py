"""One mix to be measured, with the spectra that several measures share; each is made once, when first asked for.

A reference is prepared once and compared with every mix of its page.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from evalkit.audio import Audio, check_audio, two_channels
from evalkit.loudness import loudness_range_lu

FRAME, HOP = 2048, 1024  # of the features that are taken frame by frame
SILENT_FRAME_DB = -60.0  # below the loudest frame: has no colour and no place worth measuring
BLOCK_SAMPLES = 2**15  # transformed at once: what fits into a core's cache
CHANNELS = ("left", "right", "mid", "side")
Spectra = npt.NDArray[np.complex128]
Power = npt.NDArray[np.float64]


class Sound:
    """A mix of two channels; mono becomes two equal ones.

    Parameters
    ----------
    audio : (samples, 1 or 2) float64
    rate_hz : sampling rate
    name : what to call it in an error

    Raises
    ------
    AudioError
        If it is empty, not finite, or has more than two channels.
    """

    def __init__(self, audio: Audio, rate_hz: int, *, name: str = "mix") -> None:
        self.audio = two_channels(check_audio(audio, name=name), name=name)
        self.rate_hz = rate_hz
        self.name = name
        self._magnitudes: dict[int, npt.NDArray[np.float32]] = {}

    @property
    def samples(self) -> int:
        """Return the length."""
        return len(self.audio)

    @property
    def is_silent(self) -> bool:
        """Say whether every sample is zero."""
        return not self.audio.any()

    @cached_property
    def energy(self) -> float:
        """Return the sum of squares of both channels."""
        return float(np.sum(self.audio**2))

    @cached_property
    def loudness_range_lu(self) -> float:
        """Return the loudness range, see :func:`evalkit.loudness.loudness_range_lu`."""
        return loudness_range_lu(self.audio, self.rate_hz, name=self.name)

    @cached_property
    def frames(self) -> Spectra:
        """Return the spectra of the audible complete frames, (2, frames, 1025): left and right, Hann.

        A frame is audible if its power is within 60 dB of the largest. Without a complete frame: none.
        """
        if self.samples < FRAME:
            return np.zeros((2, 0, FRAME // 2 + 1), dtype=np.complex128)
        return np.asarray(self.all_frames[:, self.audible_frames])

    @cached_property
    def all_frames(self) -> Spectra:
        """Return the spectra of all complete frames, (2, frames, 1025): left and right, Hann."""
        window = signal.get_window("hann", FRAME)
        cut = np.lib.stride_tricks.sliding_window_view(self.audio.T, FRAME, axis=1)[:, ::HOP]
        return np.asarray(fft.rfft(cut * window, axis=-1))

    @cached_property
    def audible_frames(self) -> npt.NDArray[np.bool_]:
        """Say for each complete frame whether its power is within 60 dB of the largest."""
        power = np.sum(np.abs(self.all_frames) ** 2, axis=(0, 2))
        return np.asarray(power > 10 ** (SILENT_FRAME_DB / 10) * power.max())

    @cached_property
    def power(self) -> Power:
        """Return the mean power spectra of both channels, (audible frames, 1025)."""
        return np.asarray(np.mean(self.frames.real**2 + self.frames.imag**2, axis=0))

    @cached_property
    def panning_index(self) -> Power:
        """Return where each bin is panned, (frames, 1025): 0 middle, -1 left, 1 right.

        The size is 1 less the similarity of left and right, 2 |L||R| / (|L|² + |R|²), the sign that of the
        stronger side. A bin without power lies in the middle.
        """
        left, right = np.abs(self.all_frames)
        power = left**2 + right**2
        similarity = np.divide(2 * left * right, power, out=np.ones_like(power), where=power > 0)
        return np.asarray(np.sign(right - left) * (1 - similarity))

    @property
    def frequencies_hz(self) -> Power:
        """Return the frequency of each bin of a frame."""
        return np.asarray(np.fft.rfftfreq(FRAME, 1 / self.rate_hz))

    def magnitudes(self, size: int) -> npt.NDArray[np.float32]:
        """Return spectrogram magnitudes of left, right, mid and side, (4, frames, bins): Hann, a hop of a quarter.

        Those of ``scipy.signal.ShortTimeFFT``, which transforms one frame at a time, in a quarter of its time.
        """
        if size not in self._magnitudes:
            hop = size // 4
            frames = -(-self.samples // hop) + 3  # all that a sample is in; silence before and after
            padded = np.zeros((2, (frames - 1) * hop + size))
            padded[:, 3 * hop : 3 * hop + self.samples] = self.audio.T
            window = signal.get_window("hann", size)
            cut = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop]
            four = np.empty((4, frames, size // 2 + 1), dtype=np.float32)
            at_once = max(1, BLOCK_SAMPLES // size)
            for start in range(0, frames, at_once):
                block = slice(start, start + at_once)
                left, right = fft.rfft(cut[:, block] * (window / window.sum()), axis=-1)
                for place, part in enumerate((left, right, (left + right) / 2, (left - right) / 2)):
                    four[place, block] = np.sqrt(part.real**2 + part.imag**2)
            self._magnitudes[size] = four
        return self._magnitudes[size]

    @cached_property
    def spectrum(self) -> Spectra:
        """Return the spectra of the whole of left and right, (2, bins)."""
        return np.asarray(fft.rfft(np.ascontiguousarray(self.audio.T), axis=1))

    @cached_property
    def padded_size(self) -> int:
        """Return the length of a transform in which a correlation does not wrap around."""
        return int(fft.next_fast_len(2 * self.samples, real=True))

    @cached_property
    def padded_spectrum(self) -> Spectra:
        """Return the spectra of left and right followed by at least as many zeros, (2, bins)."""
        return np.asarray(fft.rfft(self.audio.T, n=self.padded_size, axis=1))


def octave_parts(lowest_hz: float, highest_hz: float, *, parts: int) -> Iterator[tuple[float, float]]:
    """Yield (low, high) edges of fractions of octaves about 1 kHz times a power of two, whole bands only."""
    step = 1 / parts
    index = int(np.ceil(np.log2(lowest_hz / 1000) * parts))
    while 1000 * 2 ** (step * (index + 0.5)) <= highest_hz:
        yield 1000 * 2 ** (step * (index - 0.5)), 1000 * 2 ** (step * (index + 0.5))
        index += 1
