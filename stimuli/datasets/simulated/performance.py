"""Play a composition as a person does: timing that wanders, a feel for each limb, uneven strokes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stimuli.datasets.simulated.grooves import LEAD_IN_S, Composition
from stimuli.datasets.simulated.hits import INSTRUMENT_OF, Hit

SOFTEST, LOUDEST = 0.12, 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Feel:
    """How a drummer plays.

    ``jitter_s`` is the spread of single strokes, ``drift_s`` that of the slow wander of the beat,
    ``push_s`` how late each instrument falls on average, ``dynamics`` the spread of velocities.
    """

    jitter_s: float
    drift_s: float
    push_s: Mapping[str, float]
    dynamics: float


def perform(composition: Composition, feel: Feel, *, seconds: float, rng: np.random.Generator) -> tuple[Hit, ...]:
    """Return the strokes as played, in order of time, all inside the item.

    Two hands cannot play one drum twice within 20 ms: of such pairs only the louder stays.
    """
    wander = _slow_wander(seconds, rng) * feel.drift_s
    played = []
    for hit in composition.hits:
        late = feel.push_s.get(INSTRUMENT_OF[hit.articulation], 0.0)
        wandered = float(np.interp(hit.time_s, np.linspace(0, seconds, wander.size), wander))
        time = max(LEAD_IN_S / 2, hit.time_s + late + wandered + feel.jitter_s * float(rng.standard_normal()))
        velocity = float(np.clip(hit.velocity * (1 + feel.dynamics * rng.standard_normal()), SOFTEST, LOUDEST))
        if time < seconds - 0.05:
            played.append(Hit(time_s=time, articulation=hit.articulation, velocity=velocity))
    return _without_collisions(sorted(played, key=lambda hit: (hit.time_s, hit.articulation)))


def _slow_wander(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Return a curve of unit spread with a corner about every two seconds."""
    corners = rng.standard_normal(max(3, int(seconds / 2) + 1))
    return np.asarray(corners)


def _without_collisions(hits: list[Hit], *, apart_s: float = 0.02) -> tuple[Hit, ...]:
    kept: list[Hit] = []
    last: dict[str, int] = {}
    for hit in hits:
        instrument = INSTRUMENT_OF[hit.articulation]
        before = last.get(instrument)
        if before is not None and hit.time_s - kept[before].time_s < apart_s:
            if hit.velocity > kept[before].velocity:
                kept[before] = Hit(time_s=kept[before].time_s, articulation=hit.articulation, velocity=hit.velocity)
            continue
        last[instrument] = len(kept)
        kept.append(hit)
    return tuple(kept)
