"""A kit, and its strokes as one-shots: a few strengths and variants of each, made once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evalkit.seeds import stream
from stimuli.datasets.simulated.cymbals import STROKES, Cymbal, strike_cymbal
from stimuli.datasets.simulated.drums import (
    Kick,
    Snare,
    Tom,
    strike_kick,
    strike_side_stick,
    strike_snare,
    strike_tom,
)
from stimuli.datasets.simulated.hits import INSTRUMENT_OF
from stimuli.datasets.simulated.synthesis import Signal
from stimuli.datasets.simulated.version import RATE_HZ

STRENGTHS = (0.3, 0.6, 0.9)
VARIANTS = 2
_LOUDNESS_EXPONENT = 1.7  # amplitude against velocity: 30 dB from the softest ghost note to an accent
_REFERENCE_S = 0.15  # levels are set by the energy of a stroke's first 150 ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Kit:
    """A drum kit; a drum that is not there is not in ``toms``."""

    name: str
    kick: Kick
    snare: Snare
    toms: Mapping[str, Tom]
    hi_hat: Cymbal
    ride: Cymbal
    crash: Cymbal

    def strike(self, articulation: str, velocity: float, *, rng: np.random.Generator) -> tuple[Signal, float]:
        """Return a stroke's sound at any level, and the level in dB that it shall have at full velocity."""
        instrument = INSTRUMENT_OF[articulation]
        if articulation == "kick":
            return strike_kick(self.kick, velocity, rng=rng), self.kick.level_db
        if articulation == "snare":
            return strike_snare(self.snare, velocity, rng=rng), self.snare.level_db
        if articulation == "side_stick":
            return strike_side_stick(self.snare, velocity, rng=rng), self.snare.level_db - 7.0
        if instrument in self.toms:
            tom = self.toms[instrument]
            return strike_tom(tom, velocity, rng=rng), tom.level_db
        cymbal: Cymbal = {"hi_hat": self.hi_hat, "ride": self.ride, "crash": self.crash}[instrument]
        stroke = STROKES[articulation]
        return strike_cymbal(cymbal, stroke, velocity, rng=rng), cymbal.level_db + stroke.level_db


_made: dict[tuple[str, str, int, int], Signal] = {}


def one_shot(kit: Kit, articulation: str, velocity: float, *, variant: int) -> Signal:
    """Return a stroke at its level, from the nearest strength in hand and scaled to the velocity.

    The sounds belong to the kit: they depend on no item and no seed.
    """
    layer = int(np.argmin([abs(velocity - strength) for strength in STRENGTHS]))
    key = (kit.name, articulation, layer, variant)
    if key not in _made:
        rng = stream(0, "kit", *(str(part) for part in key))
        sound, level_db = kit.strike(articulation, STRENGTHS[layer], rng=rng)
        energy = float(np.sqrt(np.mean(sound[: round(_REFERENCE_S * RATE_HZ)] ** 2)))
        _made[key] = sound / energy * 10 ** (level_db / 20)
    return np.asarray(_made[key] * velocity**_LOUDNESS_EXPONENT)
