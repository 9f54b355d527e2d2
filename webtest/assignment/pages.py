"""What every design has to do with: pages with stimuli, and pages as one assessor gets them."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

LABELS = string.ascii_uppercase
STEPS = 1001  # places from 0 to 100 in steps of 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What is to be assigned.

    ``pages`` holds the stimulus ids of each page, both sorted; ``per_assessor`` is how many pages each assessor
    hears, ``repeats`` how many of those a second time, and ``assessors`` for how many the study is planned.
    ``further`` names the scales after the first one.
    """

    seed: int
    pages: Mapping[str, tuple[str, ...]]
    per_assessor: int
    repeats: int
    assessors: int
    further: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignedSlot:
    """A stimulus under its label.

    ``initial`` is where its slider starts, 0 to 100 in steps of 0.1; ``further`` where it starts on the scales after
    the first one.
    """

    stimulus_id: str
    label: str
    initial: float
    further: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignedPage:
    """A page with its slots in order; ``replicate`` is 2 where it is heard a second time."""

    page: str
    slots: tuple[AssignedSlot, ...]
    replicate: int = 1


def laid_out(
    page: str, stimuli: Sequence[str], rng: np.random.Generator, *, further: Sequence[str] = (), replicate: int = 1
) -> AssignedPage:
    """Return a page whose stimuli stand in the given order, with places drawn at random where sliders start.

    Those on further scales come from a stream of their own: a scale more changes nothing of the rest.
    """
    initials = rng.integers(0, STEPS, size=len(stimuli)) / 10
    apart = rng.spawn(1)[0] if further else rng
    places = {scale: apart.integers(0, STEPS, size=len(stimuli)) / 10 for scale in further}
    return AssignedPage(
        page=page,
        slots=tuple(
            AssignedSlot(
                stimulus_id=stimulus,
                label=LABELS[place],
                initial=float(initials[place]),
                further={scale: float(of_scale[place]) for scale, of_scale in places.items()},
            )
            for place, stimulus in enumerate(stimuli)
        ),
        replicate=replicate,
    )
