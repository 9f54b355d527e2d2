"""A sampled kit with the interface of a procedural one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stimuli.datasets.simulated.kits import Kit
from stimuli.datasets.simulated.sampled.installed import FoundKit, choose_kit, installed_kits
from stimuli.datasets.simulated.synthesis import Signal


@dataclass(frozen=True, kw_only=True, slots=True)
class SampledTom:
    """A tom of a sampled kit, by its measured fundamental."""

    fundamental_hz: float


@dataclass(frozen=True, kw_only=True)
class SampledKit:
    """A sampled kit in the place of a drummer's procedural kit ``like``, whose levels and toms it takes over."""

    found: FoundKit
    like: Kit

    @property
    def name(self) -> str:
        """The kit's name, as in ``installed_kits``."""
        return self.found.name

    @property
    def toms(self) -> Mapping[str, SampledTom]:
        """The toms, the same as those of ``like``."""
        return {name: SampledTom(fundamental_hz=tom.fundamental_hz) for name, tom in self.like.toms.items()}

    def strike(self, articulation: str, velocity: float, *, rng: np.random.Generator) -> tuple[Signal, float]:
        """Return a stroke's sound at any level, and the level in dB that it shall have at full velocity."""
        return self.like.strike(articulation, velocity, rng=rng)

    def facts(self) -> dict[str, Any]:
        """Return what a manifest must say of the kit: name, package, version, licence, credit."""
        return {
            "name": self.found.name,
            "package": self.found.package,
            "version": self.found.version,
            "licence": self.found.licence,
            "credit": self.found.credit,
        }


def load_kit(name: str, *, like: Kit) -> SampledKit:
    """Return an installed kit in the place of a drummer's procedural one.

    Parameters
    ----------
    name : one of ``known_kits``
    like : the drummer's procedural kit: the sampled one gets its levels and its toms

    Raises
    ------
    ConfigError
        If there is no such kit, or it is not installed.
    DataError
        If its files are not what they should be.
    """
    return SampledKit(found=choose_kit(name, installed_kits()), like=like)
