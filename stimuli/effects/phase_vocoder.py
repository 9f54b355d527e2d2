"""Shift the pitch of audio and keep its length: a phase-locked vocoder, then a change of rate.

References
----------
.. [1] M. Puckette, "Phase-locked vocoder", IEEE WASPAA 1995: a frame's phases go on from the frame before by
   what they turned in the input over the same distance, neighbouring bins together, so that those of one
   partial stay so. Here what is shared among neighbours is the turn, weighted by energy: a stretch by 1 is exact.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from evalkit.errors import AudioError
from stimuli.effects.stft import synthesise

SIZE = 2048
HOP = 512
LARGEST_SHIFT = 12.0
LARGEST_DENOMINATOR = 200  # of the rate's ratio: within 0.2 cent for shifts of up to an octave
_TINY = 1e-20

Signal = npt.NDArray[np.float64]


def shift_pitch(audio: Signal, semitones: float) -> Signal:
    """Shift audio (samples,) by semitones, negative for down; the length stays.

    Raises
    ------
    AudioError
        If it is not one channel, or the shift is more than an octave.
    """
    if audio.ndim != 1:
        raise AudioError(f"pitch: found {audio.ndim} dimensions, expected one channel (samples,)")
    if not abs(semitones) <= LARGEST_SHIFT:
        raise AudioError(f"pitch: found a shift of {semitones:g} semitones, expected at most {LARGEST_SHIFT:g}")
    if semitones == 0 or audio.size == 0:
        return audio.copy()
    ratio = Fraction(2 ** (semitones / 12)).limit_denominator(LARGEST_DENOMINATOR)
    longer = stretch(audio, float(ratio))
    shifted = signal.resample_poly(longer, ratio.denominator, ratio.numerator)
    return np.asarray(np.pad(shifted, (0, max(0, audio.size - shifted.size)))[: audio.size])


def stretch(audio: Signal, factor: float) -> Signal:
    """Return audio (samples,) that lasts ``factor`` times as long, at the same pitch."""
    samples = round(audio.size * factor)
    count = -(-samples // HOP) + 1
    places = np.round(np.arange(count) * HOP / factor).astype(np.int64)
    now, before = _spectra_at(audio, places), _spectra_at(audio, places - HOP)
    out = np.empty_like(now)
    out[0] = now[0]
    for n in range(1, count):
        own = out[n - 1] * np.conj(before[n])
        turn = own.copy()
        turn[1:] += own[:-1]
        turn[:-1] += own[1:]
        magnitude = np.abs(turn)
        out[n] = np.where(magnitude > _TINY, now[n] * turn / np.maximum(magnitude, _TINY), now[n])
    return np.asarray(synthesise(out, samples, size=SIZE, hop=HOP), dtype=np.float64)


def _spectra_at(audio: Signal, centres: npt.NDArray[np.int64]) -> npt.NDArray[np.complex128]:
    """Return the spectra of windows centred on these samples; beyond both ends is silence."""
    lead = SIZE // 2 + HOP
    padded = np.concatenate([np.zeros(lead), audio, np.zeros(SIZE + HOP)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[centres + lead - SIZE // 2]
    return np.asarray(fft.rfft(frames * signal.get_window("hann", SIZE), axis=1))
