"""A voice-like lead: harmonics of a gliding, trembling pitch through the formants of sung vowels, and breath.

References
----------
.. [1] G. E. Peterson, H. L. Barney, "Control methods used in a study of the vowels", JASA 24(2), 1952:
   formant frequencies of men and women, rounded here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stimuli.datasets.simulated.synthesis import decaying_noise, fade_in, fade_out
from stimuli.datasets.simulated_stems.instruments import HIGHEST_HZ, Signal, hertz
from stimuli.datasets.simulated_stems.songs import Note
from stimuli.datasets.simulated_stems.version import RATE_HZ

FORMANTS_HZ = {  # the first three of [1], and two higher ones that mark a singer
    "male singer": {"a": (730, 1090, 2440), "e": (530, 1840, 2480), "o": (570, 840, 2410), "u": (300, 870, 2240)},
    "female singer": {"a": (850, 1220, 2810), "e": (610, 2330, 2990), "o": (590, 920, 2710), "u": (370, 950, 2670)},
}
HIGHER_HZ = (3300, 4300)
BANDWIDTHS_HZ = (90, 110, 160, 220, 300)
SOURCE_SLOPE_DB = 10.0  # per octave, of the vocal folds and the radiation at the mouth together
VIBRATO_HZ = 5.4
VIBRATO_SEMITONES = 0.25
BREATH_DB = -46.0
RELEASE_S = 0.06


def sing(notes: Sequence[Note], kind: str, samples: int, *, rng: np.random.Generator) -> Signal:
    """Sing notes, each on a vowel; return (samples,)."""
    track = np.zeros(samples)
    transpose = -12 if kind == "male singer" else 0
    vowels = list(FORMANTS_HZ[kind])
    tract = float(rng.uniform(0.92, 1.08))  # a longer or shorter one shifts all formants
    slope_db = SOURCE_SLOPE_DB + float(rng.uniform(-2, 2))
    before = notes[0].pitch if notes else 0.0
    for note in notes:
        vowel = vowels[int(rng.integers(len(vowels)))]
        formants = tract * np.array([*FORMANTS_HZ[kind][vowel], *HIGHER_HZ])
        start = round(note.start_s * RATE_HZ)
        length = min(samples - start, round((note.length_s + RELEASE_S) * RATE_HZ))
        if length > 0:
            pitch = _pitch(before + transpose, note.pitch + transpose, length, rng)
            sound = note.velocity * (_vowel(pitch, formants, slope_db) + _breath(length, rng))
            track[start : start + length] += fade_out(fade_in(sound, 0.03), RELEASE_S)
        before = note.pitch
    return track


def _pitch(before: float, pitch: float, samples: int, rng: np.random.Generator) -> Signal:
    """Return the frequency at every sample: a glide from the note before, then a vibrato that sets in."""
    time = np.arange(samples) / RATE_HZ
    glide = (before - pitch) * np.exp(-time / 0.025)
    depth = VIBRATO_SEMITONES * np.clip((time - 0.15) / 0.3, 0, 1)
    wave = np.sin(2 * np.pi * VIBRATO_HZ * float(rng.uniform(0.9, 1.1)) * time + rng.uniform(0, 2 * np.pi))
    return np.asarray(hertz(pitch) * 2 ** ((glide + depth * wave) / 12))


def _vowel(frequency: Signal, formants: npt.NDArray[np.float64], slope_db: float) -> Signal:
    """Sum the harmonics of a course of pitch, weighted by the formants at their mean frequency."""
    phase = 2 * np.pi * np.cumsum(frequency) / RATE_HZ
    middle = float(np.median(frequency))
    n = np.arange(1, int(HIGHEST_HZ / float(frequency.max())) + 1)
    gains: Signal = 10 ** (-slope_db * np.log2(n) / 20) * _formant_gain(middle * n.astype(np.float64), formants)
    # harmonic n by the recurrence sin(n x) = 2 cos(x) sin((n - 1) x) - sin((n - 2) x)
    twice, older, newer = 2 * np.cos(phase), np.zeros_like(phase), np.sin(phase)
    total = gains[0] * newer
    for gain in gains[1:]:
        older, newer = newer, twice * newer - older
        total += gain * newer
    return np.asarray(total)


def _formant_gain(frequency_hz: npt.NDArray[np.float64], formants: npt.NDArray[np.float64]) -> Signal:
    """Return the gain of resonances in a row, each 1 far below its frequency."""
    gain = np.ones_like(frequency_hz)
    for centre, bandwidth in zip(formants, BANDWIDTHS_HZ, strict=True):
        ratio = frequency_hz / centre
        gain /= np.sqrt((1 - ratio**2) ** 2 + (bandwidth / centre * ratio) ** 2)
    ratio = frequency_hz / formants[0]
    return np.asarray(np.minimum(gain, 100.0) * ratio**2 / (1 + ratio**2))


def _breath(samples: int, rng: np.random.Generator) -> Signal:
    level = 10 ** (BREATH_DB / 20)
    return level * decaying_noise([1500, 4000, 9000], [-6, 0, -3], [60, 60, 60], samples, rng=rng)
