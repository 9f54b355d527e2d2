"""A sampled kit with the interface of a procedural one.

The sound is the sampled kit's, the level the procedural kit's in whose place it stands: trims and
thresholds of the drummer's mixing chains stay valid. Levels follow the velocity without steps, as
each layer is brought to the same law; only the tone changes from layer to layer. As these kits
have one recording a layer, variants differ by a little pitch, level and time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import numpy as np

from stimuli.datasets.simulated.hits import INSTRUMENT_OF
from stimuli.datasets.simulated.kits import Kit
from stimuli.datasets.simulated.kits import Sound as AnySound
from stimuli.datasets.simulated.sampled.installed import FoundKit, choose_kit, installed_kits
from stimuli.datasets.simulated.sampled.layers import Layer, fundamental_hz, repitch
from stimuli.datasets.simulated.sampled.tone import tone_of
from stimuli.datasets.simulated.sampled.voices import read_voices
from stimuli.datasets.simulated.version import RATE_HZ

_TOM_VOICES = {"tom_1": "tom_high", "tom_2": "tom_low", "tom_3": "tom_mid"}
_TOMS_HZ = (50.0, 250.0)
_PITCH_CENTS, _LEVEL_DB, _LATEST_S = 4.0, 0.25, 0.0005  # of a variant: spread, spread, at most
_MOST_SPREAD = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SampledTom:
    """A tom of a sampled kit, by its measured fundamental."""

    fundamental_hz: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SampledKit:
    """A sampled kit in the place of a drummer's procedural kit ``like``, whose levels and toms it takes over.

    It has the toms that ``like`` has: ``tom_1`` the highest, ``tom_2`` the lowest, ``tom_3`` between
    them. A kit of two toms gets the third from its low tom, pitched half way up to the high one. An
    articulation that a kit lacks (a side stick) is made by ``like``; ``facts`` names both.
    """

    found: FoundKit
    like: Kit
    voices: Mapping[str, tuple[Layer, ...]] = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[[FoundKit, Kit], SampledKit], tuple[FoundKit, Kit]]:
        """Pickle without the sounds: another process reads them once for itself."""
        return _in_the_place_of, (self.found, self.like)

    @property
    def name(self) -> str:
        """The kit's name, as in ``installed_kits``."""
        return self.found.name

    @property
    def identity(self) -> str:
        """The kit's name and that of the kit whose levels it has."""
        return f"{self.found.name} for {self.like.name}"

    @property
    def toms(self) -> dict[str, SampledTom]:
        """The toms that ``like`` has, with the sampled kit's pitch."""
        return {
            name: SampledTom(fundamental_hz=_tom_hz(self.voices[_TOM_VOICES[name]])) for name in sorted(self.like.toms)
        }

    def strengths(self, articulation: str) -> tuple[float, ...]:
        """Return the velocities for which the kit has a recording."""
        layers = self.voices.get(_voice(articulation))
        return self.like.strengths(articulation) if layers is None else tuple(layer.strength for layer in layers)

    def strike(self, articulation: str, velocity: float, *, rng: np.random.Generator) -> tuple[AnySound, float]:
        """Return a stroke's sound at any level, and the level in dB that it shall have at full velocity.

        The sound is (samples,) float32; its onset comes within 1 ms of its start.
        """
        layers = self.voices.get(_voice(articulation))
        if layers is None:
            return self.like.strike(articulation, velocity, rng=rng)
        layer = min(layers, key=lambda layer: abs(layer.strength - velocity))
        cents = _PITCH_CENTS * _spread(rng)
        level_db = self.like.level_db(articulation) + tone_of(self.name, _voice(articulation)).level_db
        level_db += _LEVEL_DB * _spread(rng)
        late = int(rng.integers(round(_LATEST_S * RATE_HZ) + 1))
        tuned = repitch(np.asarray(layer.sound, dtype=np.float64), 2 ** (cents / 1200))
        return np.concatenate([np.zeros(late), tuned]).astype(np.float32), level_db

    def facts(self) -> dict[str, Any]:
        """Return what a manifest must say of the kit: where it comes from, its licence, what was changed."""
        substitutes = {
            articulation: f"procedural, {self.like.name}"
            for articulation in INSTRUMENT_OF
            if _voice(articulation) not in self.voices
        }
        if "tom_3" in self.like.toms and self.found.toms < len(_TOM_VOICES):
            substitutes["tom_3"] = "the low tom, pitched half way up to the high one"
        return {
            "name": self.found.name,
            "package": self.found.package,
            "version": self.found.version,
            "licence": self.found.licence,
            "credit": self.found.credit,
            "levels_of": self.like.name,
            "toms_hz": {name: tom.fundamental_hz for name, tom in self.toms.items()},
            "substitutes": substitutes,
            "tone": {voice: asdict(tone_of(self.name, voice)) for voice in self.voices},
        }


def load_kit(name: str, *, like: Kit) -> SampledKit:
    """Return an installed kit in the place of a drummer's procedural one; a process reads each kit once.

    Parameters
    ----------
    name : one of ``known_kits``
    like : the drummer's procedural kit: the sampled one gets its levels and its toms

    Raises
    ------
    ConfigError
        If there is no such kit, or it is not installed.
    DataError, AudioError
        If its files are not what they should be.
    """
    return _in_the_place_of(choose_kit(name, installed_kits()), like)


def _in_the_place_of(found: FoundKit, like: Kit) -> SampledKit:
    return SampledKit(found=found, like=like, voices=_voices(found))


@cache
def _voices(found: FoundKit) -> dict[str, tuple[Layer, ...]]:
    """Return a kit's voices with three toms in any case."""
    voices = read_voices(found)
    if "tom_mid" not in voices:
        low, high = voices["tom_low"], voices["tom_high"]
        ratio = float(np.sqrt(_tom_hz(high) / _tom_hz(low)))
        voices["tom_mid"] = tuple(
            Layer(
                strength=layer.strength,
                sound=repitch(np.asarray(layer.sound, dtype=np.float64), ratio).astype(np.float32),
            )
            for layer in low
        )
    return voices


def _voice(articulation: str) -> str:
    return _TOM_VOICES.get(articulation, articulation)


def _tom_hz(layers: tuple[Layer, ...]) -> float:
    """Return a tom's fundamental, that of its middle layer: hard strokes start sharp."""
    low_hz, high_hz = _TOMS_HZ
    return fundamental_hz(layers[len(layers) // 2].sound, low_hz=low_hz, high_hz=high_hz)


def _spread(rng: np.random.Generator) -> float:
    """Return a normal deviate, never far out."""
    return float(np.clip(rng.standard_normal(), -_MOST_SPREAD, _MOST_SPREAD))
