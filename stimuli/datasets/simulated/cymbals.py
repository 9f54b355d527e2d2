"""Hi-hat, ride and crash: a few hundred fixed inharmonic modes below, dense noise above.

A real cymbal has more modes than one can count: below some 5 kHz single ones are heard, above
they fuse [1]_. Highs decay first, and a hard stroke brings them in after the stick.

References
----------
.. [1] N. H. Fletcher, T. D. Rossing, "The Physics of Musical Instruments", 2nd ed., chapter 20.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stimuli.datasets.simulated.synthesis import Signal, decaying_noise, fade_in, fade_out, modes
from stimuli.datasets.simulated.version import RATE_HZ

_BANDS_HZ = np.array([300.0, 600.0, 1200.0, 2400.0, 4800.0, 9600.0, 15000.0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Cymbal:
    """A cymbal: lowest mode, decay at 1 kHz, and how fast its spectrum falls above 5 kHz (dB/octave)."""

    lowest_hz: float
    t60_s: float
    tilt_db: float
    level_db: float
    modes_seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Stroke:
    """How a cymbal is struck.

    ``ring`` is its decay relative to the free one, ``swell_s`` the rise of the highs, ``settle_db``
    what it loses in the first quarter of a second.
    """

    ring: float
    stick_db: float
    swell_s: float
    longest_s: float
    level_db: float = 0.0
    settle_db: float = 0.0


STROKES = {
    "hat_closed": Stroke(ring=0.10, stick_db=4.0, swell_s=0.0, longest_s=0.35),
    "hat_pedal": Stroke(ring=0.07, stick_db=-10.0, swell_s=0.004, longest_s=0.25, level_db=-7.0),
    "hat_open": Stroke(ring=0.75, stick_db=0.0, swell_s=0.006, longest_s=1.3, level_db=2.0, settle_db=3.0),
    "ride": Stroke(ring=0.8, stick_db=13.0, swell_s=0.02, longest_s=2.2, settle_db=9.0),
    "crash": Stroke(ring=1.0, stick_db=-4.0, swell_s=0.018, longest_s=2.8, level_db=3.0, settle_db=5.0),
}


def strike_cymbal(cymbal: Cymbal, stroke: Stroke, velocity: float, *, rng: np.random.Generator) -> Signal:
    """Return one stroke of a cymbal; the frequencies are its own, levels and phases the stroke's."""
    samples = round(min(stroke.longest_s, 1.1 * stroke.ring * cymbal.t60_s + 0.08) * RATE_HZ)
    own = np.random.default_rng(cymbal.modes_seed)
    count = 200
    frequencies = np.sort(cymbal.lowest_hz * (6500.0 / cymbal.lowest_hz) ** own.uniform(0, 1, count) ** 0.8)
    own_levels = own.gamma(2.5, 0.45, count)
    t60 = stroke.ring * _t60(cymbal, frequencies) * own.uniform(0.6, 1.4, count)
    bright_db = 14 * (velocity - 0.8)
    levels = own_levels * rng.uniform(0.4, 1.6, count) * _spectrum(cymbal, frequencies, bright_db) / np.sqrt(count)
    ring = modes(frequencies, levels, t60, rng.uniform(0, 2 * np.pi, count), samples)
    noise_db = 20 * np.log10(_spectrum(cymbal, _BANDS_HZ, bright_db)) + np.array([-14, -11, -8, -4, 0, 0, -1])
    wash = decaying_noise(_BANDS_HZ, noise_db, stroke.ring * _t60(cymbal, _BANDS_HZ), samples, rng=rng)
    time = np.arange(samples) / RATE_HZ
    if stroke.swell_s > 0:
        wash *= 1 - 0.75 * np.exp(-time / stroke.swell_s)
    settled = 10 ** (-stroke.settle_db / 20)
    body = (ring + 0.7 * wash) * (settled + (1 - settled) * np.exp(-time / 0.09))
    stick = decaying_noise([1500, 3000, 6000, 12000], [-16, -8, -9, -16], [0.03, 0.025, 0.02, 0.012], samples, rng=rng)
    sound = body + 10 ** (stroke.stick_db / 20) * stick
    return fade_out(fade_in(sound, 0.0006), min(0.25, 0.3 * samples / RATE_HZ))


def _t60(cymbal: Cymbal, frequencies_hz: np.ndarray) -> np.ndarray:
    """Return the free decay: flat to 1 kHz, then shorter by a third an octave."""
    return np.asarray(cymbal.t60_s * np.minimum(1.0, (frequencies_hz / 1000.0) ** -0.55))


def _spectrum(cymbal: Cymbal, frequencies_hz: np.ndarray, bright_db: float) -> np.ndarray:
    """Return linear levels: rising to 5 kHz, falling above by the cymbal's tilt, brighter when struck hard."""
    octaves = np.log2(frequencies_hz / 5000.0)
    level_db = np.where(octaves < 0, 4.0 * octaves, (-cymbal.tilt_db + 0.35 * bright_db) * octaves)
    return np.asarray(10 ** (level_db / 20))
