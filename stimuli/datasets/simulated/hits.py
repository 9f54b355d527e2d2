"""A stroke: when, on what and how hard; the articulations, and the instrument of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

INSTRUMENT_OF = {
    "kick": "kick",
    "snare": "snare",
    "side_stick": "snare",
    "hat_closed": "hi_hat",
    "hat_open": "hi_hat",
    "hat_pedal": "hi_hat",
    "tom_1": "tom_1",
    "tom_2": "tom_2",
    "tom_3": "tom_3",
    "ride": "ride",
    "crash": "crash",
}
INSTRUMENTS = tuple(dict.fromkeys(INSTRUMENT_OF.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One stroke: time in seconds from the item's start, articulation, velocity from 0 to 1."""

    time_s: float
    articulation: str
    velocity: float


def hits_sha256(hits: Iterable[Hit]) -> str:
    """Hash strokes coarsely, to the millisecond and 1/100 of velocity, as platforms differ in the last bits."""
    lines = [f"{round(hit.time_s * 1000)} {hit.articulation} {round(hit.velocity * 100)}" for hit in hits]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
