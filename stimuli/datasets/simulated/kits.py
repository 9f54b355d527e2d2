"""A kit, and its strokes as one-shots: a few strengths and variants of each, made once a process.

Any kit that keeps ``DrumKit`` can be played: the procedural ones here, the sampled ones of
``simulated.sampled``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

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

Sound = npt.NDArray[np.floating]


class TunedDrum(Protocol):
    """A drum that has a pitch."""

    @property
    def fundamental_hz(self) -> float:
        """Its fundamental."""


class DrumKit(Protocol):
    """What can be played: a kit's name, its toms, its strokes."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def identity(self) -> str:
        """What tells it from every other kit that sounds different."""

    @property
    def toms(self) -> Mapping[str, TunedDrum]:
        """The toms that are there, by instrument."""

    def strengths(self, articulation: str) -> tuple[float, ...]:
        """Return the velocities (0 to 1, rising) for which the kit has a sound of its own."""

    def strike(self, articulation: str, velocity: float, *, rng: np.random.Generator) -> tuple[Sound, float]:
        """Return a stroke's sound at any level, and the level in dB that it shall have at full velocity."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kit:
    """A procedural drum kit; a drum that is not there is not in ``toms``."""

    name: str
    kick: Kick
    snare: Snare
    toms: Mapping[str, Tom]
    hi_hat: Cymbal
    ride: Cymbal
    crash: Cymbal

    @property
    def identity(self) -> str:
        """The name: every kit has its own."""
        return self.name

    def strengths(self, articulation: str) -> tuple[float, ...]:
        """Return the velocities for which strokes are made, the same for all articulations."""
        return STRENGTHS

    def level_db(self, articulation: str) -> float:
        """Return the level that a stroke shall have at full velocity, over its first 150 ms."""
        instrument = INSTRUMENT_OF[articulation]
        if articulation == "kick":
            return self.kick.level_db
        if articulation == "snare":
            return self.snare.level_db
        if articulation == "side_stick":
            return self.snare.level_db - 7.0
        if instrument in self.toms:
            return self.toms[instrument].level_db
        return self._cymbal(instrument).level_db + STROKES[articulation].level_db

    def strike(self, articulation: str, velocity: float, *, rng: np.random.Generator) -> tuple[Signal, float]:
        """Return a stroke's sound at any level, and the level in dB that it shall have at full velocity."""
        return self._sound(articulation, velocity, rng), self.level_db(articulation)

    def _sound(self, articulation: str, velocity: float, rng: np.random.Generator) -> Signal:
        instrument = INSTRUMENT_OF[articulation]
        if articulation == "kick":
            return strike_kick(self.kick, velocity, rng=rng)
        if articulation == "snare":
            return strike_snare(self.snare, velocity, rng=rng)
        if articulation == "side_stick":
            return strike_side_stick(self.snare, velocity, rng=rng)
        if instrument in self.toms:
            return strike_tom(self.toms[instrument], velocity, rng=rng)
        return strike_cymbal(self._cymbal(instrument), STROKES[articulation], velocity, rng=rng)

    def _cymbal(self, instrument: str) -> Cymbal:
        return {"hi_hat": self.hi_hat, "ride": self.ride, "crash": self.crash}[instrument]


_made: dict[tuple[str, str, int, int], Sound] = {}


def one_shot(kit: DrumKit, articulation: str, velocity: float, *, variant: int) -> Signal:
    """Return a stroke at its level, from the nearest strength in hand and scaled to the velocity.

    The sounds belong to the kit: they depend on no item and no seed. They are kept in the
    precision in which the kit made them.
    """
    strengths = kit.strengths(articulation)
    layer = int(np.argmin([abs(velocity - strength) for strength in strengths]))
    key = (kit.identity, articulation, layer, variant)
    if key not in _made:
        rng = stream(0, "kit", *(str(part) for part in key))
        sound, level_db = kit.strike(articulation, strengths[layer], rng=rng)
        energy = float(np.sqrt(np.mean(sound[: round(_REFERENCE_S * RATE_HZ)] ** 2)))
        _made[key] = sound / energy * 10 ** (level_db / 20)
    return np.asarray(np.asarray(_made[key], dtype=np.float64) * velocity**_LOUDNESS_EXPONENT)
