"""One stroke of a kit at one strength: cut where it begins and ends, cleaned of what is not the drum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from stimuli.datasets.simulated.sampled.sound_files import Sound
from stimuli.datasets.simulated.synthesis import Signal, fade_in, fade_out
from stimuli.datasets.simulated.version import RATE_HZ

_ONSET_DB = -25.0  # a stroke begins where it first comes this near to its peak
_BEFORE_ONSET_S = 0.0004
_END_DB = -66.0
_BLOCK = 441
_FADE_SHARE = 0.25  # of the length


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """A recorded stroke, (samples,) float32 at 44.1 kHz, and the velocity (0 to 1) for which it was made."""

    strength: float
    sound: Sound


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """How strokes of one kind are cut.

    ``longest_s`` after the onset; ``high_pass_hz`` takes away what rumbles along: the stand, the
    foot, other drums; ``fade_in_s`` softens the stick where a stroke stands for one without.
    """

    longest_s: float
    high_pass_hz: float
    fade_in_s: float = 0.0003


def cut_stroke(recording: Signal, shape: Shape) -> Sound:
    """Return a stroke that begins with its onset and fades out.

    The onset is where the recording first comes within 25 dB of its peak; 0.4 ms before it are
    kept. The end is where the last 10 ms within 66 dB of the loudest are over, or ``longest_s``;
    the last quarter fades, so that a long cymbal or a recording that was cut ends without a step.

    Parameters
    ----------
    recording : (samples,) at 44.1 kHz, not silent
    shape : of this kind of stroke
    """
    second_order = signal.butter(2, shape.high_pass_hz, "highpass", fs=RATE_HZ, output="sos")
    clean = np.asarray(signal.sosfilt(second_order, recording))
    size = np.abs(clean)
    onset = int(np.argmax(size >= size.max() * 10 ** (_ONSET_DB / 20)))
    start = max(0, onset - round(_BEFORE_ONSET_S * RATE_HZ))
    stroke = clean[start : start + round(shape.longest_s * RATE_HZ)]
    stroke = fade_in(stroke[: _end(stroke)], shape.fade_in_s)
    return np.asarray(fade_out(stroke, _FADE_SHARE * stroke.size / RATE_HZ), dtype=np.float32)


def repitch(sound: Signal, ratio: float) -> Signal:
    """Return a sound played ``ratio`` times as fast, without loss below the lower Nyquist frequency."""
    length = round(sound.size / ratio)
    return sound if length == sound.size else np.asarray(signal.resample(sound, length))


def fundamental_hz(sound: Sound, *, low_hz: float, high_hz: float) -> float:
    """Return the strongest frequency of a drum's first second within a range, to 0.5 Hz."""
    spectrum = np.abs(np.fft.rfft(sound[:RATE_HZ], 2 * RATE_HZ))
    frequency = np.fft.rfftfreq(2 * RATE_HZ, 1 / RATE_HZ)
    spectrum[(frequency < low_hz) | (frequency > high_hz)] = 0.0
    return float(frequency[np.argmax(spectrum)])


def _end(stroke: Signal) -> int:
    """Return the sample after the last block that is not far below the loudest."""
    blocks = stroke.size // _BLOCK
    if blocks == 0:
        return stroke.size
    energy = np.mean(stroke[: blocks * _BLOCK].reshape(blocks, _BLOCK) ** 2, axis=1)
    last = int(np.flatnonzero(energy > energy.max() * 10 ** (_END_DB / 10))[-1])
    return stroke.size if last == blocks - 1 else (last + 1) * _BLOCK
