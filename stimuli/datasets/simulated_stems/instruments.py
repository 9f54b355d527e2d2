"""Plucked, struck and electronic tones as sums of partials, one note at a time.

References
----------
.. [1] N. H. Fletcher, T. D. Rossing, "The Physics of Musical Instruments", 2nd ed., chapters 2 (plucked
   strings: partial n of a string plucked at the fraction p of its length has the amplitude
   sin(n pi p) / n^2, its pickup one power less) and 12 (stiff strings: f_n = n f sqrt(1 + B n^2)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stimuli.datasets.simulated.synthesis import fade_in, fade_out, modes
from stimuli.datasets.simulated_stems.songs import Note
from stimuli.datasets.simulated_stems.version import RATE_HZ

Signal = npt.NDArray[np.float64]
HIGHEST_HZ = 15_000.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Tone:
    """What a string, tine or oscillator sounds like.

    Attributes
    ----------
    pluck : where it is excited, as a fraction of the length; partials with a node there are missing
    slope_db : fall of the partials' amplitude per octave
    stiffness : B of [1]_, which stretches the partials
    t60_s : decay of the fundamental at 110 Hz; higher notes and partials decay faster
    damping : how much faster: t60 of partial n is divided by 1 + damping * n
    release_s : from the note's end to silence
    partials : at most
    """

    pluck: float
    slope_db: float
    stiffness: float
    t60_s: float
    damping: float
    release_s: float
    partials: int


# the bounds between which a song's own instrument is drawn, by the name of its kind
RANGES: dict[str, tuple[Tone, Tone]] = {
    "electric bass": (
        Tone(pluck=0.10, slope_db=5, stiffness=2e-5, t60_s=3, damping=0.10, release_s=0.06, partials=40),
        Tone(pluck=0.30, slope_db=9, stiffness=9e-5, t60_s=6, damping=0.25, release_s=0.10, partials=40),
    ),
    "synth bass": (
        Tone(pluck=0.5, slope_db=6, stiffness=0, t60_s=6, damping=0.05, release_s=0.03, partials=60),
        Tone(pluck=0.5, slope_db=10, stiffness=0, t60_s=12, damping=0.15, release_s=0.06, partials=60),
    ),
    "clean electric guitar": (
        Tone(pluck=0.08, slope_db=5, stiffness=3e-5, t60_s=3, damping=0.08, release_s=0.05, partials=30),
        Tone(pluck=0.25, slope_db=8, stiffness=1e-4, t60_s=6, damping=0.20, release_s=0.09, partials=30),
    ),
    "acoustic guitar": (
        Tone(pluck=0.12, slope_db=6, stiffness=5e-5, t60_s=2, damping=0.15, release_s=0.06, partials=30),
        Tone(pluck=0.35, slope_db=9, stiffness=2e-4, t60_s=4, damping=0.35, release_s=0.12, partials=30),
    ),
    "piano": (
        Tone(pluck=0.11, slope_db=7, stiffness=2e-4, t60_s=6, damping=0.15, release_s=0.08, partials=24),
        Tone(pluck=0.14, slope_db=11, stiffness=6e-4, t60_s=10, damping=0.35, release_s=0.15, partials=24),
    ),
    "electric piano": (
        Tone(pluck=0.5, slope_db=9, stiffness=0, t60_s=4, damping=0.3, release_s=0.08, partials=12),
        Tone(pluck=0.5, slope_db=14, stiffness=0, t60_s=8, damping=0.8, release_s=0.15, partials=12),
    ),
}


def draw_tone(kind: str, *, rng: np.random.Generator) -> Tone:
    """Draw a song's own instrument of a kind."""
    low, high = RANGES[kind]
    between = {name: float(rng.uniform(*sorted((getattr(low, name), getattr(high, name))))) for name in Tone.__slots__}
    return Tone(**{**between, "partials": low.partials})  # type: ignore[arg-type]


def play(notes: Sequence[Note], tone: Tone, samples: int, *, rng: np.random.Generator) -> Signal:
    """Play notes, each struck once and left to decay until it is let go; return (samples,)."""
    track = np.zeros(samples)
    for note in notes:
        start = round(note.start_s * RATE_HZ)
        length = min(samples - start, round((note.length_s + tone.release_s) * RATE_HZ))
        if length > 0:
            sound = _note(note, tone, length, rng)
            track[start : start + length] += fade_out(fade_in(sound, 0.002), tone.release_s)
    return track


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def _note(note: Note, tone: Tone, samples: int, rng: np.random.Generator) -> Signal:
    fundamental = hertz(note.pitch)
    n = np.arange(1, tone.partials + 1)
    frequencies = n * fundamental * np.sqrt(1 + tone.stiffness * n**2)
    n, frequencies = n[frequencies < HIGHEST_HZ], frequencies[frequencies < HIGHEST_HZ]
    brighter_db = 4 * (note.velocity - 0.7)  # a harder stroke excites more partials
    amplitudes = np.abs(np.sin(np.pi * n * tone.pluck)) * 10 ** (-(tone.slope_db - brighter_db) * np.log2(n) / 20)
    t60 = tone.t60_s * np.sqrt(110 / fundamental) / (1 + tone.damping * n)
    phases = rng.uniform(0, 2 * np.pi, n.size)
    return note.velocity * modes(frequencies, amplitudes, t60, phases, samples)
