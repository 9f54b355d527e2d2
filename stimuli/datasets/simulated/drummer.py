"""What a drummer brings: styles, feel, kit, room, microphones and the engineer's chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from stimuli.datasets.simulated.chains import Chain
from stimuli.datasets.simulated.kits import Kit
from stimuli.datasets.simulated.performance import Feel
from stimuli.datasets.simulated.room import Microphone, Point, Radiation, Room
from stimuli.datasets.simulated.sampled import SampledKit


@dataclass(frozen=True, kw_only=True, slots=True)
class Drummer:
    """A drummer with everything that stays the same from item to item, whatever the seed."""

    name: str
    styles: tuple[str, ...]
    feel: Feel
    kit: Kit | SampledKit
    room: Room
    sources: Mapping[str, tuple[Point, Radiation]]
    microphones: Mapping[str, Microphone]
    rattle_db: float
    chain: Chain

    @property
    def kit_facts(self) -> dict[str, Any]:
        """What provenance says of the kit: every parameter, or name, package, licence and credit of a sampled one."""
        return asdict(self.kit) if isinstance(self.kit, Kit) else self.kit.facts()

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the microphones that are there, in network order."""
        return tuple(self.microphones)

    @property
    def toms(self) -> tuple[str, ...]:
        """The toms from high to low: the order in which a fill walks down."""
        return tuple(sorted(self.kit.toms, key=lambda name: -self.kit.toms[name].fundamental_hz))
